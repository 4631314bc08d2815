/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_plan.c: updates that are only planned
 *
 * What a plan says is what the update then does; and whatever the update, its plan leaves definitions, files, host and the
 * subnets of other networks as they are. Prices are test_plan_price.c's matter. Run by meson.
 */
#include "test_network_engine.h"

#define MODIFY VIR_NETWORK_UPDATE_COMMAND_MODIFY
#define WHOLE VIR_NETWORK_SECTION_NONE
#define ROUTED NETWORK("lab", UUID, "<forward mode='route'/><bridge name='virbr7'/>", IP)
#define MOVED \
    NETWORK("lab", UUID, "<forward mode='nat'/><bridge name='virbr7'/>", "<ip address='198.51.100.1' prefix='24'/>")
#define TITLED NETWORK("lab", UUID, "<title>t</title><forward mode='nat'/><bridge name='virbr7'/>", IP)

static int plan(Fixture *fix, const Request *request, char **ret_plan, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = request->command, .section = request->section, .parent_index = -1,
        .xml = request->xml, .flags = request->flags,
    };

    return driver->networkPlanUpdate(fix->conn, fix->lab, &req, ret_plan, err);
}

static char *planWell(Fixture *fix, const Request *request)
{
    g_autoptr(GError) err = NULL;
    char *text = NULL;

    (void)plan(fix, request, &text, &err);
    g_assert_no_error(err);
    return text;
}

/* The lines of @plan without prices and summary. */
static char *stepsOf(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; lines[i]; i++) {
        char *price = strstr(lines[i], " -- ");

        if (price)
            g_string_append_printf(out, "%.*s\n", (int)(price - lines[i]), lines[i]);
    }
    return g_string_free(out, FALSE);
}

static void planIsWhatTheUpdateThenDoes(Fixture *fix, gconstpointer data)
{
    static const Request requests[] = {
        { ADD, HOSTS, LIVE, HOST_B },
        { MODIFY, WHOLE, LIVE, ROUTED },
        { MODIFY, WHOLE, BOTH, MOVED },
        { MODIFY, WHOLE, LIVE, TITLED },
        { MODIFY, WHOLE, CONFIG, LAB },
    };

    (void)data;
    startLab(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autofree char *before = snapshot(fix);
        g_autofree char *text = planWell(fix, &requests[i]);
        g_autofree char *after = snapshot(fix);
        g_autofree char *planned = stepsOf(text);

        g_assert_cmpstr(after, ==, before);
        assertSteps(fix, "");
        updateWell(fix, &requests[i]);
        assertSteps(fix, planned);
    }
}

static void assertPlan(Fixture *fix, const Request *request, const char *wanted)
{
    g_autofree char *text = planWell(fix, request);

    g_assert_cmpstr(text, ==, wanted);
}

static void planSaysWhatItIsAbout(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    assertPlan(fix, &(Request){ MODIFY, WHOLE, BOTH, LAB }, "nothing to do\n");
    assertPlan(fix, &(Request){ MODIFY, WHOLE, LIVE, TITLED }, "nothing on the host changes, only the live definition\n");
    assertPlan(fix, &(Request){ MODIFY, WHOLE, CONFIG, MOVED }, "nothing on the host changes, only the stored definition\n");
    assertPlan(fix, &(Request){ MODIFY, WHOLE, BOTH, TITLED },
               "nothing on the host changes, only the live and the stored definition\n");
    assertPlan(fix, &(Request){ MODIFY, WHOLE, BOTH, ROUTED },
               "nft: fill (rules differ) -- seamless: connections that are there keep their translation\n"
               "1 step: seamless; the stored definition changes too\n");
}

static void planFailsAsTheUpdateWould(Fixture *fix, gconstpointer data)
{
    static const Request requests[] = {
        { MODIFY, WHOLE, LIVE, "<network" },
        { MODIFY, WHOLE, LIVE, NETWORK("other", UUID, "<bridge name='virbr7'/>", IP) },
        { MODIFY, WHOLE, LIVE, NETWORK("lab", UUID, "<bridge name='virbr8'/>", IP) },
        { ADD, WHOLE, LIVE, LAB },
        { ADD, HOSTS, 8, HOST_B },
    };

    (void)data;
    startLab(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
        g_autofree char *before = snapshot(fix), *after = NULL;
        g_autoptr(GError) planned = NULL, done = NULL;
        char *text = NULL;

        g_assert_cmpint(plan(fix, &requests[i], &text, &planned), ==, -1);
        g_assert_null(text);
        after = snapshot(fix);
        g_assert_cmpstr(after, ==, before);
        g_assert_cmpint(update(fix, &requests[i], &done), ==, -1);
        g_assert_error(planned, VIR_ERROR, done->code);
        if (requests[i].flags != 8)     /* else the message names the function */
            g_assert_cmpstr(planned->message, ==, done->message);
    }
}

/* A plan that waits to be read must not stand in another network's way. */
static void planTakesNoSubnet(Fixture *fix, gconstpointer data)
{
    const Request move = { MODIFY, WHOLE, LIVE, MOVED };
    g_autofree char *text = NULL;
    g_autoptr(GError) err = NULL;
    char *again = NULL;

    (void)data;
    startLab(fix);
    text = planWell(fix, &move);
    create(fix, NETWORK("lab2", UUID2, "<bridge name='virbr8'/>", "<ip address='198.51.100.1' prefix='24'/>"));
    g_assert_cmpint(plan(fix, &move, &again, &err), ==, -1);
    g_assert_nonnull(strstr(err->message, "already in use by"));
    g_clear_error(&err);
    /* And this one's own subnet is still its own. */
    (void)driver->networkCreateXML(fix->conn, NETWORK("lab3", "8f5a1f3e-0000-4000-8000-000000000003",
                                   "<bridge name='virbr9'/>", "<ip address='192.0.2.1' prefix='24'/>"), 0,
                                   &(virNetworkIdent *){ NULL }, &err);
    g_assert_nonnull(err);
    g_assert_nonnull(strstr(err->message, "already in use by"));
}

static void planOfAnAbsentNetworkFails(Fixture *fix, gconstpointer data)
{
    const Request request = { MODIFY, WHOLE, CONFIG, LAB };
    g_autoptr(GError) err = NULL;
    char *text = NULL;

    (void)data;
    assertFails(plan(fix, &request, &text, &err), &err, VIR_ERR_NO_NETWORK, GONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD_TEST(path, function) g_test_add("/network/engine/plan/" path, Fixture, NULL, setUp, function, tearDown)
    ADD_TEST("is-what-the-update-then-does", planIsWhatTheUpdateThenDoes);
    ADD_TEST("says-what-it-is-about", planSaysWhatItIsAbout);
    ADD_TEST("fails-as-the-update-would", planFailsAsTheUpdateWould);
    ADD_TEST("takes-no-subnet", planTakesNoSubnet);
    ADD_TEST("of-an-absent-network-fails", planOfAnAbsentNetworkFails);
    return g_test_run();
}

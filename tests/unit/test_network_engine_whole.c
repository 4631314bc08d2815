/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_whole.c: any definition becomes any other by one update, or stays what it was
 *
 * Definitions of a managed network are drawn at random. A whole-network update from one to another leads to the host and the
 * definitions that a fresh start of the second gives; with a step failing on the way, to those of the first. Together
 * the changes take every kind of step that an update can take without ports and without services of others. Run by meson.
 */
#include "test_network_engine.h"

#define N_PAIRS 300

/* --- Drawing ---------------------------------------------------------------------------------------------------- */

/* One of the texts at random, "" among them. */
#define PICK(rand, ...) pick(rand, (const char *const[]){ "", __VA_ARGS__, NULL })

static const char *pick(GRand *rand, const char *const *texts)
{
    return texts[g_rand_int_range(rand, 0, (gint32)g_strv_length((char **)texts))];
}

static void drawDns(GRand *rand, GString *xml)
{
    if (g_rand_int_range(rand, 0, 4) == 0) {
        g_string_append(xml, "<dns enable='no'/>");
        return;
    }
    g_string_append_printf(xml, "<dns%s>%s%s%s%s</dns>", PICK(rand, " forwardPlainNames='no'"),
                           PICK(rand, "<forwarder addr='203.0.113.5'/>", "<forwarder domain='a.example' addr='203.0.113.6'/>"),
                           PICK(rand, "<txt name='t' value='1'/>", "<txt name='t' value='2'/><txt name='u' value='3'/>"),
                           PICK(rand, "<srv service='s' protocol='tcp'/>", "<srv service='s' protocol='udp' target='h' port='7'/>"),
                           PICK(rand, "<host ip='192.0.2.9'><hostname>n</hostname></host>",
                                "<host ip='192.0.2.9'><hostname>m</hostname></host>"));
}

static void drawAddresses(GRand *rand, GString *xml)
{
    g_string_append_printf(xml, "<ip address='192.0.2.1' prefix='%d'>%s<dhcp>%s%s</dhcp></ip>%s", g_rand_int_range(rand, 24, 26),
                           PICK(rand, "<tftp root='/a'/>"),
                           PICK(rand, "<range start='192.0.2.10' end='192.0.2.20'/>",
                                "<range start='192.0.2.10' end='192.0.2.20'><lease expiry='300' unit='seconds'/></range>"),
                           PICK(rand, "<host mac='52:54:00:00:00:05' ip='192.0.2.5'/>",
                                "<host mac='52:54:00:00:00:05' name='a' ip='192.0.2.6'/><host name='b' ip='192.0.2.7'/>"),
                           PICK(rand, "<ip address='198.18.0.1' prefix='24'/>", "<ip address='198.18.0.1' prefix='16'/>"));
    g_string_append(xml, PICK(rand, "<ip family='ipv6' address='fd00:9::1' prefix='64'/>",
                              "<ip family='ipv6' address='fd00:9::1' prefix='64'><dhcp><range start='fd00:9::5' end='fd00:9::9'/></dhcp></ip>"));
    g_string_append(xml, PICK(rand, "<route address='203.0.113.0' prefix='24' gateway='192.0.2.2'/>",
                              "<route address='203.0.113.0' prefix='24' gateway='192.0.2.3'/>",
                              "<route address='203.0.113.0' prefix='24' gateway='192.0.2.3' metric='5'/>"));
}

/* What the network of the fixture may be while it runs; caller frees. */
static char *draw(GRand *rand)
{
    GString *xml = g_string_new("<network");

    g_string_append_printf(xml, "%s><name>lab</name><uuid>" UUID "</uuid>", PICK(rand, " ipv6='yes'"));
    g_string_append(xml, PICK(rand, "<title>a</title>", "<description>b</description>"));
    g_string_append(xml, PICK(rand, "<forward mode='nat'/>", "<forward mode='route'/>", "<forward mode='open'/>",
                              "<forward mode='nat' dev='eth0'/>", "<forward mode='nat'><nat ipv6='yes'/></forward>",
                              "<forward mode='nat'><nat><address start='198.51.100.5' end='198.51.100.9'/>"
                              "<port start='2000' end='3000'/></nat></forward>"));
    g_string_append_printf(xml, "<bridge name='virbr7'%s%s%s/><mac address='52:54:00:00:00:01'/>", PICK(rand, " stp='off'"),
                           PICK(rand, " delay='2'"), PICK(rand, " zone='work'"));
    g_string_append(xml, PICK(rand, "<mtu size='1400'/>", "<mtu size='9000'/>"));
    g_string_append(xml, PICK(rand, "<domain name='a.example'/>", "<domain name='a.example' localOnly='yes' register='yes'/>"));
    g_string_append(xml, PICK(rand, "<bandwidth><inbound average='100'/></bandwidth>",
                              "<bandwidth><inbound average='200' peak='300' burst='9'/><outbound average='7'/></bandwidth>",
                              "<bandwidth><outbound average='9'/></bandwidth>"));
    g_string_append(xml, PICK(rand, "<portgroup name='g'/>"));
    drawDns(rand, xml);
    drawAddresses(rand, xml);
    g_string_append(xml, "</network>");
    return g_string_free(xml, FALSE);
}

/* --- Comparing -------------------------------------------------------------------------------------------------- */

typedef struct {
    char *seen;             /* by clients and on disk */
    virNetworkPlan *host;
} State;

static void clearState(State *state)
{
    g_free(state->seen);
    virNetworkPlanFree(state->host);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(State, clearState)

static State look(Fixture *fix)
{
    return (State){ snapshot(fix), probe(fix) };
}

/* What would lead from @a to @b. */
static void assertNoSteps(const virNetworkPlan *a, const virNetworkPlan *b)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(a, b);

    for (guint i = 0; i < steps->len; i++) {
        g_autofree char *text = virNetworkStepFormat(steps->pdata[i]);

        g_test_message("it would take: %s", text);
    }
    g_assert_cmpuint(steps->len, ==, 0);
}

static void assertSame(const State *got, const State *wanted)
{
    g_assert_cmpstr(got->seen, ==, wanted->seen);
    g_assert_cmpuint(got->host->addrs->len, ==, wanted->host->addrs->len);
    g_assert_cmpuint(got->host->routes->len, ==, wanted->host->routes->len);
    assertNoSteps(got->host, wanted->host);
    assertNoSteps(wanted->host, got->host);
    g_assert_true(isLike(got->host, wanted->host) && isLike(wanted->host, got->host));
}

static State startAnew(Fixture *fix, const char *xml)
{
    if (isActive(fix) == 1)
        run(fix, driver->networkDestroy);
    define(fix, xml);
    run(fix, driver->networkCreate);
    return look(fix);
}

static int apply(Fixture *fix, const char *xml, GError **err)
{
    const Request whole = { VIR_NETWORK_UPDATE_COMMAND_MODIFY, VIR_NETWORK_SECTION_NONE, BOTH, xml };

    return update(fix, &whole, err);
}

/* The verbs of the steps taken so far: what stands before the first word that names an object or a reason. */
static void collectSteps(Fixture *fix, GHashTable *seen)
{
    g_autofree char *text = virNetworkHostRecordTake(fix->host);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        const char *colon = strchr(*line, ':');

        if (colon)
            g_hash_table_add(seen, g_strndup(*line, (gsize)(colon - *line) + strcspn(colon, "0123456789(")));
    }
}

static gboolean hasStep(GHashTable *seen, const char *begin)
{
    GHashTableIter iter;
    gpointer step;

    g_hash_table_iter_init(&iter, seen);
    while (g_hash_table_iter_next(&iter, &step, NULL)) {
        if (g_str_has_prefix(step, begin))
            return TRUE;
    }
    return FALSE;
}

static void assertAllSteps(GHashTable *seen)
{
    static const char *const wanted[] = {
        "link: add", "link: set", "link: delete", "addr: add", "addr: delete", "route: add", "route: replace", "route: delete",
        "sysctl: set", "nft: fill", "nft: remove", "zone: set", "zone: remove", "resolver: set", "resolver: revert", "qos: build",
        "qos: set", "qos: clear", "qos: fill inbound", "qos: fill outbound", "qos: remove inbound", "qos: remove outbound",
        "dnsmasq: write conf", "dnsmasq: write hosts", "dnsmasq: start", "dnsmasq: stop", "dnsmasq: restart", "dnsmasq: reload",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (!hasStep(seen, wanted[i])) {
            g_test_message("no change took the step '%s'", wanted[i]);
            g_test_fail();
        }
    }
}

/* From @a to @b, with a step failing on the way first; then back to where a fresh start leads. */
static void comparePair(Fixture *fix, GRand *rand, const char *a, const char *b)
{
    g_auto(State) fresh = startAnew(fix, b);
    g_auto(State) before = startAnew(fix, a);
    g_auto(State) failed = { NULL, NULL };
    g_auto(State) after = { NULL, NULL };
    g_autoptr(GError) err = NULL;

    virNetworkHostRecordFail(fix->host, (unsigned int)g_rand_int_range(rand, 1, 12));
    if (apply(fix, b, &err) < 0) {
        g_assert_nonnull(strstr(err->message, "step failed on demand: "));
        g_clear_error(&err);
        failed = look(fix);
        assertSame(&failed, &before);
        virNetworkHostRecordFail(fix->host, 0);
        apply(fix, b, &err);
    }
    virNetworkHostRecordFail(fix->host, 0);
    g_assert_no_error(err);
    after = look(fix);
    assertSame(&after, &fresh);
}

static void anyBecomesAnyOther(Fixture *fix, gconstpointer data)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
    g_autoptr(GHashTable) steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    (void)data;
    startLab(fix);      /* forwarding stays on for good */
    updateWell(fix, &(Request){ ADD, VIR_NETWORK_SECTION_IP, BOTH, "<ip family='ipv6' address='fd00:9::1' prefix='64'/>" });
    for (int i = 0; i < N_PAIRS; i++) {
        g_autofree char *a = draw(rand), *b = draw(rand);

        g_test_message("from %s\nto %s", a, b);
        comparePair(fix, rand, a, b);
        collectSteps(fix, steps);
    }
    assertAllSteps(steps);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/engine/whole/any-definition-to-any-other-is-as-a-fresh-start", Fixture, NULL, setUp, anyBecomesAnyOther, tearDown);
    return g_test_run();
}

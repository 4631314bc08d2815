/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_text.c: title, description and metadata elements, from the driver's table down to the files
 *
 * Which version is asked and changed, and that both are changed or neither. What an element may be is in
 * test_network_metadata.c. Run by meson.
 */
#include "test_network_engine.h"

#define TITLE VIR_NETWORK_METADATA_TITLE
#define DESCRIPTION VIR_NETWORK_METADATA_DESCRIPTION
#define ELEMENT VIR_NETWORK_METADATA_ELEMENT
#define ABSENT "metadata not found: Requested metadata element is not present"

static int set(Fixture *fix, const virNetworkTextRequest *req, GError **err)
{
    return driver->networkSetMetadata(fix->conn, fix->lab, req, err);
}

static void setWell(Fixture *fix, virNetworkTextRequest req)
{
    g_autoptr(GError) err = NULL;

    set(fix, &req, &err);
    g_assert_no_error(err);
}

/* @wanted NULL: there is none. */
static void assertText(Fixture *fix, virNetworkTextRequest req, const char *wanted)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) err = NULL;
    int ret = driver->networkGetMetadata(fix->conn, fix->lab, &req, &text, &err);

    if (wanted)
        g_assert_no_error(err);
    else
        assertFails(ret, &err, VIR_ERR_NO_NETWORK_METADATA, ABSENT);
    g_assert_cmpstr(text, ==, wanted);
}

static void flagsChooseTheVersion(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    setWell(fix, (virNetworkTextRequest){ .type = TITLE, .text = "stored" });
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, "stored");
    run(fix, driver->networkCreate);
    g_free(virNetworkHostRecordTake(fix->host));
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, "stored");
    setWell(fix, (virNetworkTextRequest){ .type = TITLE, .text = "live" });
    assertText(fix, (virNetworkTextRequest){ .type = TITLE, .flags = LIVE }, "live");
    assertText(fix, (virNetworkTextRequest){ .type = TITLE, .flags = CONFIG }, "stored");
    setWell(fix, (virNetworkTextRequest){ .type = TITLE, .text = "both", .flags = BOTH });
    assertText(fix, (virNetworkTextRequest){ .type = TITLE, .flags = LIVE }, "both");
    assertText(fix, (virNetworkTextRequest){ .type = TITLE, .flags = CONFIG }, "both");
    setWell(fix, (virNetworkTextRequest){ .type = TITLE, .text = "", .flags = CONFIG });
    assertText(fix, (virNetworkTextRequest){ .type = TITLE, .flags = CONFIG }, NULL);
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, "both");
    assertSteps(fix, "");
}

static void eachKindIsSetAndRemoved(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    setWell(fix, (virNetworkTextRequest){ .type = DESCRIPTION, .text = "two\nlines" });
    setWell(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a", .key = "k", .text = "<x/>" });
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, NULL);
    assertText(fix, (virNetworkTextRequest){ .type = DESCRIPTION }, "two\nlines");
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a" }, "<x/>");
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:b" }, NULL);
    assertHas(fix, 0, "<metadata><k:x xmlns:k=\"urn:a\"/></metadata>", TRUE);
    for (int i = 0; i < 2; i++) {       /* once more is fine */
        setWell(fix, (virNetworkTextRequest){ .type = DESCRIPTION });
        setWell(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a" });
    }
    assertText(fix, (virNetworkTextRequest){ .type = DESCRIPTION }, NULL);
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a" }, NULL);
}

static void elementOutlivesTheDaemon(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLab(fix);
    setWell(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a", .key = "k", .text = "<x/>", .flags = BOTH });
    setWell(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:b", .key = "k", .text = "<y/>", .flags = LIVE });
    restart(fix);
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a", .flags = CONFIG }, "<x/>");
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:a", .flags = LIVE }, "<x/>");
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:b", .flags = CONFIG }, NULL);
    assertText(fix, (virNetworkTextRequest){ .type = ELEMENT, .uri = "urn:b", .flags = LIVE }, "<y/>");
}

static void wrongRequestIsRefused(Fixture *fix, gconstpointer data)
{
    static const struct {
        virNetworkTextRequest req;
        const char *message;
    } rows[] = {
        { { .type = 3, .text = "x" }, "unknown metadata type" },
        { { .type = -1, .text = "x" }, "unknown metadata type" },
        { { .type = TITLE, .text = "a\nb" }, "metadata title can't contain newlines" },
        { { .type = TITLE, .text = "x", .uri = "urn:a" }, "uri in virNetworkSetMetadata must be NULL" },
        { { .type = DESCRIPTION, .text = "x", .key = "k" }, "key in virNetworkSetMetadata must be NULL" },
        { { .type = DESCRIPTION, .text = "a\x01" }, "metadata in virNetworkSetMetadata must be text without control characters" },
        { { .type = DESCRIPTION, .text = "\xff" }, "metadata in virNetworkSetMetadata must be text without control characters" },
        { { .type = ELEMENT, .text = "<x/>", .key = "k" }, "uri in virNetworkSetMetadata must not be NULL" },
        { { .type = ELEMENT, .text = "<x/>", .key = "k", .uri = "" }, "uri in virNetworkSetMetadata must not be empty" },
        { { .type = ELEMENT, .text = "<x/>", .uri = "urn:a" }, "key in virNetworkSetMetadata must not be NULL" },
        { { .type = TITLE, .text = "x", .flags = 4 }, "unsupported flags (0x4) in function networkSetMetadata" },
    };
    const virNetworkTextRequest both = { .type = TITLE, .flags = BOTH };
    g_autofree char *before = NULL, *after = NULL, *text = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assertFails(set(fix, &rows[i].req, &err), &err, VIR_ERR_INVALID_ARG, rows[i].message);
    assertFails(driver->networkGetMetadata(fix->conn, fix->lab, &both, &text, &err), &err, VIR_ERR_INVALID_ARG,
                "Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and 'VIR_NETWORK_UPDATE_AFFECT_CONFIG' are mutually exclusive");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

static void wrongStateIsRefused(Fixture *fix, gconstpointer data)
{
    const virNetworkTextRequest live = { .type = TITLE, .text = "x", .flags = LIVE };
    const virNetworkTextRequest both = { .type = TITLE, .text = "x", .flags = BOTH };
    const virNetworkTextRequest config = { .type = TITLE, .flags = CONFIG };
    g_autofree char *text = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    assertFails(set(fix, &live, &err), &err, VIR_ERR_NO_NETWORK, GONE);
    define(fix, LAB);
    assertFails(set(fix, &live, &err), &err, VIR_ERR_OPERATION_INVALID, INVALID "network is not running");
    assertFails(set(fix, &both, &err), &err, VIR_ERR_OPERATION_INVALID, INVALID "network is not running");
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, NULL);
    run(fix, driver->networkUndefine);
    create(fix, LAB);
    assertFails(set(fix, &both, &err), &err, VIR_ERR_OPERATION_INVALID,
                INVALID "cannot change persistent config of a transient network");
    assertFails(driver->networkGetMetadata(fix->conn, fix->lab, &config, &text, &err), &err, VIR_ERR_OPERATION_INVALID,
                INVALID "cannot change persistent config of a transient network");
    assertText(fix, (virNetworkTextRequest){ .type = TITLE }, NULL);
}

static void elementThatIsRefusedChangesNeither(Fixture *fix, gconstpointer data)
{
    const virNetworkTextRequest req = { .type = ELEMENT, .uri = "urn:<", .key = "k", .text = "<x/>", .flags = BOTH };
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    startLab(fix);
    before = snapshot(fix);
    g_assert_cmpint(set(fix, &req, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INVALID_ARG);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*function)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/text/flags-choose-the-version", flagsChooseTheVersion },
        { "/text/each-kind-is-set-and-removed", eachKindIsSetAndRemoved },
        { "/text/element-outlives-the-daemon", elementOutlivesTheDaemon },
        { "/text/wrong-request-is-refused", wrongRequestIsRefused },
        { "/text/wrong-state-is-refused", wrongStateIsRefused },
        { "/text/element-that-is-refused-changes-neither", elementThatIsRefusedChangesNeither },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].function, tearDown);
    return g_test_run();
}

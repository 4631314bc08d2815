/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_events.c: what the engine tells of networks, to whom, and when
 *
 * The sequences of facts/behaviour.md, section 3. Each event is noted as one line by the sink of the connection.
 */
#include "test_network_engine.h"

#define LIFECYCLE VIR_NETWORK_EVENT_ID_LIFECYCLE
#define METADATA VIR_NETWORK_EVENT_ID_METADATA_CHANGE
#define OTHER NETWORK("other", UUID2, "<bridge name='virbr8'/>", "")

/* What a connection was told. */
typedef struct {
    void *conn;
    GString *heard;
    virDriverSink *sink;
} Listener;

static void note(int registration, const virNetworkEvent *event, void *opaque)
{
    static const char *const names[] = { "defined", "undefined", "started", "stopped" };
    Listener *listener = opaque;
    g_autoptr(virNetworkIdent) found = NULL;
    gboolean is_there = driver->networkLookupByUUID(listener->conn, event->net.uuid, &found, NULL) == 0;

    g_assert_cmpint(event->detail, ==, 0);
    if (event->id == LIFECYCLE)
        g_string_append_printf(listener->heard, "%d:%s %s%s; ", registration, event->net.name, names[event->what],
                               is_there ? "" : " (gone)");
    else
        g_string_append_printf(listener->heard, "%d:%s metadata %d %s; ", registration, event->net.name, event->what,
                               event->uri ? event->uri : "-");
}

static void attach(Listener *listener, void *conn)
{
    const virDriverSink model = { .event = note, .opaque = listener };

    listener->conn = conn;
    listener->heard = g_string_new(NULL);
    listener->sink = virDriverSinkNew(&model);
    virNetworkConnectionSetSink(conn, listener->sink);
}

static void detach(Listener *listener)
{
    g_string_free(listener->heard, TRUE);
    virDriverSinkUnref(listener->sink);
}

static int enrol(void *conn, int id, const virNetworkIdent *net)
{
    const virNetworkEventFilter filter = { .id = id, .net = net };
    g_autoptr(GError) err = NULL;
    int registration = -1;

    driver->networkEventRegister(conn, &filter, &registration, &err);
    g_assert_no_error(err);
    return registration;
}

static void assertHeard(Listener *listener, const char *wanted)
{
    g_assert_cmpstr(listener->heard->str, ==, wanted);
    g_string_truncate(listener->heard, 0);
}

static void lifecycleOfAPersistentNetwork(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    Listener listener;

    attach(&listener, fix->conn);
    g_assert_cmpint(enrol(fix->conn, LIFECYCLE, NULL), ==, 0);
    define(fix, LAB);
    assertHeard(&listener, "0:lab defined; ");
    define(fix, LAB);
    assertHeard(&listener, "0:lab defined; ");
    run(fix, driver->networkCreate);
    assertHeard(&listener, "0:lab started; ");
    run(fix, driver->networkDestroy);
    assertHeard(&listener, "0:lab stopped; ");
    run(fix, driver->networkUndefine);
    assertHeard(&listener, "0:lab undefined (gone); ");
    restart(fix);
    detach(&listener);
}

static void lifecycleOfATransientNetwork(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    Listener listener;

    attach(&listener, fix->conn);
    enrol(fix->conn, LIFECYCLE, NULL);
    create(fix, LAB);
    define(fix, LAB);
    run(fix, driver->networkUndefine);
    run(fix, driver->networkDestroy);
    assertHeard(&listener, "0:lab started; 0:lab defined; 0:lab undefined; 0:lab stopped (gone); ");
    restart(fix);
    detach(&listener);
}

static void whatFailsOrIsAnUpdateTellsNothing(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    const virNetworkUpdateRequest req = {
        .command = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, .section = VIR_NETWORK_SECTION_DNS_TXT, .parent_index = -1,
        .xml = "<txt name='a' value='b'/>", .flags = BOTH,
    };
    g_autoptr(GError) err = NULL;
    Listener listener;

    attach(&listener, fix->conn);
    define(fix, LAB);
    enrol(fix->conn, LIFECYCLE, NULL);
    g_assert_cmpint(driver->networkDestroy(fix->conn, fix->lab, NULL), ==, -1);
    assertHeard(&listener, "");
    run(fix, driver->networkCreate);
    g_assert_cmpint(driver->networkCreate(fix->conn, fix->lab, NULL), ==, -1);
    driver->networkUpdate(fix->conn, fix->lab, &req, &err);
    g_assert_no_error(err);
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 1, NULL), ==, 0);
    assertHeard(&listener, "0:lab started; ");
    restart(fix);
    detach(&listener);
}

static void textsTellTheirKind(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    static const virNetworkTextRequest requests[] = {
        { .type = VIR_NETWORK_METADATA_TITLE, .text = "t" },
        { .type = VIR_NETWORK_METADATA_DESCRIPTION },
        { .type = VIR_NETWORK_METADATA_ELEMENT, .uri = "urn:a", .key = "k", .text = "<x/>" },
        { .type = VIR_NETWORK_METADATA_ELEMENT, .uri = "urn:a" },
    };
    Listener listener;

    attach(&listener, fix->conn);
    define(fix, LAB);
    enrol(fix->conn, LIFECYCLE, NULL);
    enrol(fix->conn, METADATA, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
        g_assert_cmpint(driver->networkSetMetadata(fix->conn, fix->lab, &requests[i], NULL), ==, 0);
    assertHeard(&listener, "1:lab metadata 1 -; 1:lab metadata 0 -; 1:lab metadata 2 urn:a; 1:lab metadata 2 urn:a; ");
    restart(fix);
    detach(&listener);
}

static void eachRegistrationHearsWhatItAskedFor(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    void *conn = virNetworkConnectionNew(fix->manager, "network:///system", "network");
    Listener one, two;

    attach(&one, fix->conn);
    attach(&two, conn);
    enrol(fix->conn, LIFECYCLE, fix->lab);
    enrol(conn, LIFECYCLE, NULL);
    enrol(fix->conn, LIFECYCLE, NULL);
    define(fix, OTHER);
    define(fix, LAB);
    assertHeard(&one, "2:other defined; 0:lab defined; 2:lab defined; ");
    assertHeard(&two, "1:other defined; 1:lab defined; ");
    g_assert_cmpint(driver->networkEventDeregister(fix->conn, 2, NULL), ==, 0);
    driver->connectClose(conn);
    define(fix, OTHER);
    define(fix, LAB);
    assertHeard(&one, "0:lab defined; ");
    assertHeard(&two, "");
    restart(fix);
    detach(&one);
    detach(&two);
}

static void assertError(const GError *err, int domain, int code, const char *message)
{
    g_assert_error(err, VIR_ERROR, code);
    g_assert_cmpstr(err->message, ==, message);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, domain);
}

static void assertRefused(void *conn, int id, int domain, const char *message)
{
    const virNetworkEventFilter filter = { .id = id };
    g_autoptr(GError) err = NULL;
    int registration = -5;

    g_assert_cmpint(driver->networkEventRegister(conn, &filter, &registration, &err), ==, -1);
    assertError(err, domain, domain == VIR_FROM_RPC ? VIR_ERR_INTERNAL_ERROR : VIR_ERR_INVALID_ARG, message);
    g_assert_cmpint(registration, ==, -5);
}

static void wrongRegistrationsAreRefused(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    void *conn = virNetworkConnectionNew(fix->manager, "network:///system", "network");
    g_autoptr(GError) err = NULL;
    Listener one, two;

    attach(&one, fix->conn);
    attach(&two, conn);
    enrol(fix->conn, LIFECYCLE, NULL);
    assertRefused(fix->conn, LIFECYCLE, VIR_FROM_NONE, "invalid argument: event callback already tracked");
    assertRefused(fix->conn, 5, VIR_FROM_RPC, "internal error: unsupported network event ID 5");
    assertRefused(fix->conn, -1, VIR_FROM_RPC, "internal error: unsupported network event ID -1");
    g_assert_cmpint(driver->networkEventDeregister(conn, 0, &err), ==, -1);
    assertError(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "internal error: network event callback 0 not registered");
    driver->connectClose(conn);
    restart(fix);
    detach(&one);
    detach(&two);
}

static void registrationsOfOneConnectionAreLimited(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virNetworkIdent) net = virNetworkIdentNew("x", fix->lab->uuid);
    Listener listener;

    attach(&listener, fix->conn);
    for (guint32 i = 0; i < 4096; i++) {
        memcpy(net->uuid, &i, sizeof(i));
        enrol(fix->conn, LIFECYCLE, net);
    }
    assertRefused(fix->conn, LIFECYCLE, VIR_FROM_RPC, "internal error: more than 4096 network event callbacks");
    g_assert_cmpint(driver->networkEventDeregister(fix->conn, 0, NULL), ==, 0);
    enrol(fix->conn, LIFECYCLE, NULL);
    restart(fix);
    detach(&listener);
}

#define CASE(name, function) g_test_add("/network/events/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    CASE("lifecycle-of-a-persistent-network", lifecycleOfAPersistentNetwork);
    CASE("lifecycle-of-a-transient-network", lifecycleOfATransientNetwork);
    CASE("what-fails-or-is-an-update-tells-nothing", whatFailsOrIsAnUpdateTellsNothing);
    CASE("texts-tell-their-kind", textsTellTheirKind);
    CASE("each-registration-hears-what-it-asked-for", eachRegistrationHearsWhatItAskedFor);
    CASE("wrong-registrations-are-refused", wrongRegistrationsAreRefused);
    CASE("registrations-of-one-connection-are-limited", registrationsOfOneConnectionAreLimited);
    return g_test_run();
}

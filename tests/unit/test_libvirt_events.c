/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_events.c: events of networks through the public functions, with the test driver and the default loop
 *
 * What a callback may do, when it is not called any more, and that values are freed once, by the loop. The remote driver's
 * share is in test_remote_event.c.
 */
#include <glib.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#define LIFECYCLE VIR_NETWORK_EVENT_ID_LIFECYCLE
#define LAB "<network><name>lab</name><uuid>8f5a1f3e-0000-4000-8000-000000000001</uuid><bridge name='vb1'/></network>"
#define OTHER "<network><name>other</name><uuid>8f5a1f3e-0000-4000-8000-000000000002</uuid><bridge name='vb2'/></network>"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virNetwork, virNetworkFree)

typedef struct Listener Listener;

struct Listener {
    GString *heard;
    int id;
    int frees;
    void (*act)(Listener *listener, virConnectPtr conn, virNetworkPtr net);     /* NULL: only listens */
};

typedef struct {
    virConnectPtr conn;
    Listener one, two;
} Fixture;

static void note(Listener *listener, virNetworkPtr net, const char *what)
{
    g_assert_cmpint(listener->frees, ==, 0);
    g_string_append_printf(listener->heard, "%s %s; ", virNetworkGetName(net), what);
}

static void onLifecycle(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *opaque)
{
    static const char *const names[] = { "defined", "undefined", "started", "stopped" };
    Listener *listener = opaque;

    g_assert_cmpint(detail, ==, 0);
    g_assert_true(virNetworkGetConnect(net) == conn);
    note(listener, net, names[event]);
    if (listener->act)
        listener->act(listener, conn, net);
}

/* Another function: one cannot be registered for the same events twice. */
static void onLifecycleToo(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *opaque)
{
    onLifecycle(conn, net, event, detail, opaque);
}

static void onMetadata(virConnectPtr conn G_GNUC_UNUSED, virNetworkPtr net, int type, const char *uri, void *opaque)
{
    g_autofree char *what = g_strdup_printf("metadata %d %s", type, uri ? uri : "-");

    note(opaque, net, what);
}

static void onFree(void *opaque)
{
    ((Listener *)opaque)->frees++;
}

static gboolean stopTurning(gpointer opaque)
{
    *(gboolean *)opaque = TRUE;
    return G_SOURCE_REMOVE;
}

/* Turns the loop until nothing is left to do: what is ready goes before an idle source. */
static void turn(void)
{
    gboolean done = FALSE;

    g_idle_add_full(G_PRIORITY_LOW, stopTurning, &done, NULL);
    while (!done)
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
}

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->conn = virConnectOpen("test:///default");
    g_assert_nonnull(fixture->conn);
    fixture->one = (Listener){ .heard = g_string_new(NULL), .id = -1 };
    fixture->two = (Listener){ .heard = g_string_new(NULL), .id = -1 };
}

static void leave(Fixture *fixture, Listener *listener)
{
    if (listener->id >= 0)
        g_assert_cmpint(virConnectNetworkEventDeregisterAny(fixture->conn, listener->id), ==, 0);
    turn();
    g_string_free(listener->heard, TRUE);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    leave(fixture, &fixture->one);
    leave(fixture, &fixture->two);
    g_assert_cmpint(virConnectClose(fixture->conn), ==, 0);
    turn();
}

static int enrol(Fixture *fixture, Listener *listener, virNetworkPtr net)
{
    gboolean first = listener == &fixture->one;

    listener->id = virConnectNetworkEventRegisterAny(fixture->conn, net, LIFECYCLE,
                                                     VIR_NETWORK_EVENT_CALLBACK(first ? onLifecycle : onLifecycleToo),
                                                     listener, onFree);
    g_assert_cmpint(listener->id, >=, 0);
    return listener->id;
}

static void quit(Fixture *fixture, Listener *listener)
{
    g_assert_cmpint(virConnectNetworkEventDeregisterAny(fixture->conn, listener->id), ==, 0);
    listener->id = -1;
}

static void define(Fixture *fixture, const char *xml)
{
    g_autoptr(virNetwork) net = virNetworkDefineXML(fixture->conn, xml);

    g_assert_nonnull(net);
}

static void assertHeard(Listener *listener, const char *wanted)
{
    g_assert_cmpstr(listener->heard->str, ==, wanted);
    g_string_truncate(listener->heard, 0);
}

static void assertError(int code, int domain, const char *message)
{
    const virError *error = virGetLastError();

    g_assert_nonnull(error);
    g_assert_cmpstr(error->message, ==, message);
    g_assert_cmpint(error->code, ==, code);
    g_assert_cmpint(error->domain, ==, domain);
}

static void eventsComeFromTheLoopOnly(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNetwork) net = NULL;

    enrol(fixture, &fixture->one, NULL);
    net = virNetworkDefineXML(fixture->conn, LAB);
    g_assert_cmpint(virNetworkCreate(net), ==, 0);
    assertHeard(&fixture->one, "");
    turn();
    assertHeard(&fixture->one, "lab defined; lab started; ");
    g_assert_cmpint(virNetworkDestroy(net), ==, 0);
    g_assert_cmpint(virNetworkUndefine(net), ==, 0);
    turn();
    assertHeard(&fixture->one, "lab stopped; lab undefined; ");
}

static void filterTakesOneNetwork(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNetwork) net = virNetworkDefineXML(fixture->conn, LAB);

    enrol(fixture, &fixture->one, net);
    define(fixture, OTHER);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
}

static void metadataHasItsOwnEvent(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(virNetwork) net = virNetworkDefineXML(fixture->conn, LAB);

    fixture->one.id = virConnectNetworkEventRegisterAny(fixture->conn, net, VIR_NETWORK_EVENT_ID_METADATA_CHANGE,
                                                        VIR_NETWORK_EVENT_CALLBACK(onMetadata), &fixture->one, NULL);
    g_assert_cmpint(virNetworkSetMetadata(net, VIR_NETWORK_METADATA_TITLE, "t", NULL, NULL, 0), ==, 0);
    g_assert_cmpint(virNetworkSetMetadata(net, VIR_NETWORK_METADATA_ELEMENT, "<x/>", "k", "urn:a", 0), ==, 0);
    turn();
    assertHeard(&fixture->one, "lab metadata 1 -; lab metadata 2 urn:a; ");
}

static void twoListenersShareTheDriversRegistration(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    enrol(fixture, &fixture->one, NULL);
    enrol(fixture, &fixture->two, NULL);
    g_assert_cmpint(fixture->one.id, !=, fixture->two.id);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
    assertHeard(&fixture->two, "lab defined; ");
    quit(fixture, &fixture->one);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "");
    assertHeard(&fixture->two, "lab defined; ");
}

static void sameFunctionForTheSameEventsIsRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    enrol(fixture, &fixture->one, NULL);
    g_assert_cmpint(virConnectNetworkEventRegisterAny(fixture->conn, NULL, LIFECYCLE, VIR_NETWORK_EVENT_CALLBACK(onLifecycle),
                                                      &fixture->two, onFree), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NONE, "invalid argument: event callback already tracked");
    turn();
    g_assert_cmpint(fixture->two.frees, ==, 0);
}

static void whatWaitsIsDroppedWithItsListener(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    enrol(fixture, &fixture->one, NULL);
    define(fixture, LAB);
    quit(fixture, &fixture->one);
    g_assert_cmpint(fixture->one.frees, ==, 0);
    turn();
    assertHeard(&fixture->one, "");
    g_assert_cmpint(fixture->one.frees, ==, 1);
}

static void leaveInside(Listener *listener, virConnectPtr conn, virNetworkPtr net G_GNUC_UNUSED)
{
    g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, listener->id), ==, 0);
    g_assert_cmpint(listener->frees, ==, 0);
    listener->id = -1;
}

static void listenerMayLeaveInItsCallback(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->one.act = leaveInside;
    enrol(fixture, &fixture->one, NULL);
    define(fixture, LAB);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
    g_assert_cmpint(fixture->one.frees, ==, 1);
}

static Listener *victim;        /* whom killInside deregisters */

static void killInside(Listener *listener G_GNUC_UNUSED, virConnectPtr conn, virNetworkPtr net G_GNUC_UNUSED)
{
    if (victim->id >= 0)
        g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, victim->id), ==, 0);
    victim->id = -1;
}

static void listenerMayEndAnotherOfTheSameEvent(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    victim = &fixture->two;
    fixture->one.act = killInside;
    enrol(fixture, &fixture->one, NULL);
    enrol(fixture, &fixture->two, NULL);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
    assertHeard(&fixture->two, "");
    g_assert_cmpint(fixture->two.frees, ==, 1);
}

static void startInside(Listener *listener, virConnectPtr conn, virNetworkPtr net)
{
    listener->act = NULL;
    g_assert_cmpint(virNetworkCreate(net), ==, 0);
    g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, 77), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NONE, "invalid argument: could not find event callback 77 for deletion");
}

static void callbackMayCauseEvents(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->one.act = startInside;
    enrol(fixture, &fixture->one, NULL);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; lab started; ");
}

static void closeInside(Listener *listener, virConnectPtr conn, virNetworkPtr net G_GNUC_UNUSED)
{
    g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, listener->id), ==, 0);
    g_assert_cmpint(virConnectClose(conn), >=, 0);
    listener->id = -1;
}

static void callbackMayCloseTheConnection(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->one.act = closeInside;
    enrol(fixture, &fixture->one, NULL);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
    g_assert_cmpint(fixture->one.frees, ==, 1);
    fixture->conn = virConnectOpen("test:///default");
}

static void listenersHoldTheConnection(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    enrol(fixture, &fixture->one, NULL);
    g_assert_cmpint(virConnectRef(fixture->conn), ==, 0);
    g_assert_cmpint(virConnectClose(fixture->conn), ==, 1);
    define(fixture, LAB);
    turn();
    assertHeard(&fixture->one, "lab defined; ");
}

static void wrongArgumentsAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        int id;
        gboolean has_cb;
        const char *message;
    } rows[] = {
        { 0, FALSE, "cb in virConnectNetworkEventRegisterAny must not be NULL" },
        { -1, TRUE, "eventID in virConnectNetworkEventRegisterAny must be zero or greater" },
        { 2, TRUE, "eventID in virConnectNetworkEventRegisterAny must be less than 2" },
    };
    g_autoptr(virNetwork) net = virNetworkDefineXML(fixture->conn, LAB);
    virConnectPtr conn = virConnectOpen("test:///default");
    virConnectNetworkEventGenericCallback cb = VIR_NETWORK_EVENT_CALLBACK(onLifecycle);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(virConnectNetworkEventRegisterAny(conn, NULL, rows[i].id, rows[i].has_cb ? cb : NULL, NULL, NULL),
                        ==, -1);
        assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NETWORK, rows[i].message);
    }
    g_assert_cmpint(virConnectNetworkEventRegisterAny(conn, net, 0, cb, NULL, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NETWORK,
                "network 'lab' in virConnectNetworkEventRegisterAny must match connection");
    g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, -1), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_NETWORK,
                "callbackID in virConnectNetworkEventDeregisterAny must be zero or greater");
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

/* Its connections never end by themselves, and are always alive. */
static void testDriverHasNoEndAndNoKeepalive(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virConnectCloseFunc never = (virConnectCloseFunc)(void (*)(void))onFree;

    g_assert_cmpint(virConnectRegisterCloseCallback(fixture->conn, never, NULL, NULL), ==, 0);
    g_assert_cmpint(virConnectUnregisterCloseCallback(fixture->conn, never), ==, 0);
    g_assert_cmpint(virConnectRegisterCloseCallback(fixture->conn, NULL, NULL, NULL), ==, -1);
    assertError(VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN, "cb in virConnectRegisterCloseCallback must not be NULL");
    g_assert_cmpint(virConnectSetKeepAlive(fixture->conn, 5, 5), ==, -1);
    assertError(VIR_ERR_NO_SUPPORT, VIR_FROM_DOMAIN,
                "this function is not supported by the connection driver: virConnectSetKeepAlive");
}

static void *defineAgainAndAgain(void *opaque)
{
    for (int i = 0; i < 200; i++)
        define(opaque, LAB);
    return NULL;
}

/* For the sanitizers: threads cause events, others come and go, the loop turns. */
static void threadsMayComeAndGo(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GThread *thread;

    enrol(fixture, &fixture->two, NULL);
    thread = g_thread_new("definer", defineAgainAndAgain, fixture);
    for (int i = 0; i < 200; i++) {
        fixture->one.frees = 0;
        enrol(fixture, &fixture->one, NULL);
        turn();
        quit(fixture, &fixture->one);
        /* A timer that the other thread sets anew is not ready in the turn that is under way. */
        while (fixture->one.frees == 0)
            turn();
        g_assert_cmpint(fixture->one.frees, ==, 1);
    }
    g_thread_join(thread);
    turn();
    g_assert_cmpuint(fixture->two.heard->len, ==, 200 * strlen("lab defined; "));
}

#define ADD(name, function) g_test_add("/libvirt/events/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    virConnectPtr conn;

    g_test_init(&argc, &argv, NULL);
    conn = virConnectOpen("test:///default");
    g_assert_cmpint(virConnectNetworkEventRegisterAny(conn, NULL, 0, VIR_NETWORK_EVENT_CALLBACK(onLifecycle), NULL, NULL), ==, -1);
    assertError(VIR_ERR_INTERNAL_ERROR, VIR_FROM_NONE, "internal error: could not initialize domain event timer");
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    ADD("events-come-from-the-loop-only", eventsComeFromTheLoopOnly);
    ADD("filter-takes-one-network", filterTakesOneNetwork);
    ADD("metadata-has-its-own-event", metadataHasItsOwnEvent);
    ADD("two-listeners-share-the-drivers-registration", twoListenersShareTheDriversRegistration);
    ADD("same-function-for-the-same-events-is-refused", sameFunctionForTheSameEventsIsRefused);
    ADD("what-waits-is-dropped-with-its-listener", whatWaitsIsDroppedWithItsListener);
    ADD("listener-may-leave-in-its-callback", listenerMayLeaveInItsCallback);
    ADD("listener-may-end-another-of-the-same-event", listenerMayEndAnotherOfTheSameEvent);
    ADD("callback-may-cause-events", callbackMayCauseEvents);
    ADD("callback-may-close-the-connection", callbackMayCloseTheConnection);
    ADD("listeners-hold-the-connection", listenersHoldTheConnection);
    ADD("wrong-arguments-are-refused", wrongArgumentsAreRefused);
    ADD("test-driver-has-no-end-and-no-keepalive", testDriverHasNoEndAndNoKeepalive);
    ADD("threads-may-come-and-go", threadsMayComeAndGo);
    return g_test_run();
}

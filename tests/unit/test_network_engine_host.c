/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_host.c: the engine on a host that does not do as it is told
 *
 * Readers and writers in the middle of a change, subnets and routes of others, ways back that fail, reloads that are
 * only scheduled, services that die. Changes that fail once are in test_network_engine_update.c. Run by meson.
 */
#include "test_network_engine_host.h"

static void startLabHere(Fixture *fix)
{
    define(fix, LAB);
    run(fix, driver->networkCreate);
    g_free(virNetworkHostRecordTake(doubleOf(fix)->record));
}

static void setFailing(Fixture *fix, gint64 failing)
{
    Double *dbl = doubleOf(fix);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&dbl->lock);

    dbl->failing = failing;
}

/* Waits until *@counter, one of the double's, has reached @wanted. */
static void await(Fixture *fix, const guint *counter, guint wanted)
{
    Double *dbl = doubleOf(fix);
    gint64 deadline = g_get_monotonic_time() + DEADLINE_US;

    g_mutex_lock(&dbl->lock);
    while (*counter < wanted && g_cond_wait_until(&dbl->changed, &dbl->lock, deadline))
        ;
    g_assert_cmpuint(*counter, >=, wanted);
    g_mutex_unlock(&dbl->lock);
}

static const Request add_host_b = { ADD, HOSTS, BOTH, HOST_B };
static const Request add_txt = { ADD, VIR_NETWORK_SECTION_DNS_TXT, BOTH, "<txt name='t' value='v'/>" };

/* --- Readers ---------------------------------------------------------------------------------------------------- */

/* What a reader gets who asks in the middle; the files are the writer's own matter until the commit. */
static char *look(Fixture *fix)
{
    g_autofree char *live = dump(fix, 0), *config = dump(fix, VIR_NETWORK_XML_INACTIVE);
    g_autoptr(GPtrArray) list = NULL;

    g_assert_cmpint(driver->networkListAll(fix->conn, 0, &list, NULL), ==, 0);
    return g_strdup_printf("%u networks, %u active, active %d, persistent %d\n%s%s", list->len,
                           virNetworkManagerCountActive(fix->manager), isActive(fix), isPersistent(fix), live, config);
}

static char *seen_before;
static guint n_looks;

static void lookIsAsBefore(Fixture *fix, const virNetworkStep *step)
{
    g_autofree char *seen = look(fix);

    (void)step;
    n_looks++;
    g_assert_cmpstr(seen, ==, seen_before);
}

static void callSeenByReader(Fixture *fix, NetworkCall call)
{
    g_autofree char *after = NULL;

    seen_before = look(fix);
    n_looks = 0;
    doubleOf(fix)->during = lookIsAsBefore;
    run(fix, call);
    doubleOf(fix)->during = NULL;
    after = look(fix);
    g_assert_cmpstr(after, !=, seen_before);
    g_assert_cmpuint(n_looks, >, 1);
    g_clear_pointer(&seen_before, g_free);
}

static int addHost(void *conn, const virNetworkIdent *net, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = ADD, .section = HOSTS, .parent_index = -1, .xml = HOST_B, .flags = BOTH,
    };

    return driver->networkUpdate(conn, net, &req, err);
}

static int createLab(void *conn, const virNetworkIdent *net, GError **err)
{
    g_autoptr(virNetworkIdent) made = NULL;

    (void)net;
    return driver->networkCreateXML(conn, LAB, 0, &made, err);
}

/* Which does not wait for the writer either: the steps are taken by the thread that looks. */
static void readerSeesOldUntilCommit(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    callSeenByReader(fix, driver->networkCreate);
    callSeenByReader(fix, addHost);
    callSeenByReader(fix, driver->networkDestroy);
    run(fix, driver->networkUndefine);
    callSeenByReader(fix, createLab);
    callSeenByReader(fix, driver->networkDestroy);
}

typedef struct {
    Fixture *fix;
    char *without, *with;   /* the two versions there are */
    gint stop;
} Reading;

static gpointer readUntilStopped(gpointer data)
{
    Reading *reading = data;

    do {
        g_autofree char *xml = dump(reading->fix, 0);

        g_assert_true(strcmp(xml, reading->without) == 0 || strcmp(xml, reading->with) == 0);
    } while (!g_atomic_int_get(&reading->stop));
    return NULL;
}

static void readersInOtherThreadsSeeOldOrNew(Fixture *fix, gconstpointer data)
{
    const Request add = { ADD, HOSTS, LIVE, HOST_B };
    const Request delete = { VIR_NETWORK_UPDATE_COMMAND_DELETE, HOSTS, LIVE, HOST_B };
    Reading reading = { .fix = fix };
    GThread *readers[2];

    (void)data;
    startLabHere(fix);
    reading.without = dump(fix, 0);
    updateWell(fix, &add);
    reading.with = dump(fix, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
        readers[i] = g_thread_new("reader", readUntilStopped, &reading);
    for (int i = 0; i < 100; i++)
        updateWell(fix, i % 2 ? &add : &delete);
    g_atomic_int_set(&reading.stop, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(readers); i++)
        g_thread_join(readers[i]);
    g_free(reading.without);
    g_free(reading.with);
}

/* --- Writers ---------------------------------------------------------------------------------------------------- */

/* Nobody goes on before both networks have come this far. */
static void waitForTheOther(Fixture *fix, const virNetworkStep *step)
{
    Double *dbl = doubleOf(fix);

    if (step->verb != VIR_STEP_LINK_ADD)
        return;
    g_mutex_lock(&dbl->lock);
    dbl->n_bridges++;
    g_cond_broadcast(&dbl->changed);
    g_mutex_unlock(&dbl->lock);
    await(fix, &dbl->n_bridges, 2);
}

static gpointer createOther(gpointer data)
{
    create(data, NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='198.51.100.1' prefix='24'/>"));
    return NULL;
}

static void networksChangeInParallel(Fixture *fix, gconstpointer data)
{
    GThread *other;

    (void)data;
    define(fix, LAB);
    doubleOf(fix)->during = waitForTheOther;
    other = g_thread_new("other", createOther, fix);
    run(fix, driver->networkCreate);
    g_thread_join(other);
    g_assert_cmpuint(virNetworkManagerCountActive(fix->manager), ==, 2);
}

#define N_WRITERS 4
#define N_HOSTS 20

typedef struct {
    Fixture *fix;
    int number;
} Writer;

static gpointer addHosts(gpointer data)
{
    const Writer *writer = data;

    for (int i = 0; i < N_HOSTS; i++) {
        g_autofree char *xml = g_strdup_printf("<host name='w%d-%d' ip='192.0.2.%d'/>", writer->number, i,
                                               100 + writer->number * N_HOSTS + i);
        const Request request = { ADD, HOSTS, BOTH, xml };

        updateWell(writer->fix, &request);
    }
    return NULL;
}

static void updatesOfOneNetworkFollowEachOther(Fixture *fix, gconstpointer data)
{
    Writer writers[N_WRITERS];
    GThread *threads[N_WRITERS];
    g_autofree char *xml = NULL;
    g_auto(GStrv) parts = NULL;

    (void)data;
    startLabHere(fix);
    for (int i = 0; i < N_WRITERS; i++) {
        writers[i] = (Writer){ fix, i };
        threads[i] = g_thread_new("writer", addHosts, &writers[i]);
    }
    for (int i = 0; i < N_WRITERS; i++)
        g_thread_join(threads[i]);
    xml = dump(fix, VIR_NETWORK_XML_INACTIVE);
    parts = g_strsplit(xml, "<host ", -1);
    g_assert_cmpuint(g_strv_length(parts), ==, 1 + 1 + N_WRITERS * N_HOSTS);
    restart(fix);               /* the host and the files agree with it, so that nothing is left to do */
    g_free(virNetworkHostRecordTake(doubleOf(fix)->record));
    virNetworkManagerReload(fix->manager);
    assertTaken(fix, "");
}

/* --- What others have on the host ------------------------------------------------------------------------------- */

static void subnetOfTheHostIsRefused(Fixture *fix, gconstpointer data)
{
    static const char message[] = "internal error: Network is already in use by interface eth0";
    g_autofree char *before = NULL, *after = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    define(fix, LAB);
    before = snapshot(fix);
    doubleOf(fix)->subnet_of = "eth0";
    doubleOf(fix)->prefix = 24;
    assertFails(driver->networkCreate(fix->conn, fix->lab, &err), &err, VIR_ERR_INTERNAL_ERROR, message);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
    assertTaken(fix, "");
    doubleOf(fix)->prefix = 16;     /* as libvirt has it: only an equal one */
    run(fix, driver->networkCreate);
}

static void forwardingThatWouldCostTheHostItsRouteIsRefused(Fixture *fix, gconstpointer data)
{
    static const char xml[] = NETWORK("lab", UUID, "<forward mode='route'/><bridge name='virbr7'/>",
                                      "<ip family='ipv6' address='2001:db8::1' prefix='64'/>");
    g_autoptr(GError) err = NULL;

    (void)data;
    define(fix, xml);
    doubleOf(fix)->learner = "eth0";
    assertFails(driver->networkCreate(fix->conn, fix->lab, &err), &err, VIR_ERR_CONFIG_UNSUPPORTED,
                "unsupported configuration: network 'lab' needs IPv6 forwarding, with which the host would lose the "
                "default route that it has learned on interface eth0; set net.ipv6.conf.eth0.accept_ra to 2 first");
    g_assert_cmpint(isActive(fix), ==, 0);
    assertTaken(fix, "");
    define(fix, LAB);               /* IPv4 alone forwards no IPv6 */
    run(fix, driver->networkCreate);
}

static void hostThatCannotBeLookedAtIsLeftAlone(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    define(fix, LAB);
    doubleOf(fix)->fail_facts = TRUE;
    g_assert_cmpint(driver->networkCreate(fix->conn, fix->lab, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "the host cannot be looked at");
    assertTaken(fix, "");
    doubleOf(fix)->fail_facts = FALSE;
    run(fix, driver->networkCreate);
}

/* --- Ways back that fail ---------------------------------------------------------------------------------------- */

/* As Double has it. */
#define ALL_FROM(nth) (-((gint64)1 << ((nth) - 1)))

/* Lets the steps of @call fail, those of the way back counted with them. */
static void failCall(Fixture *fix, NetworkCall call, gint64 failing)
{
    g_autoptr(GError) err = NULL;

    setFailing(fix, failing);
    g_assert_cmpint(call(fix->conn, fix->lab, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(err->message, ==, "internal error: the host is out of order");
    setFailing(fix, 0);
}

static int addRecord(void *conn, const virNetworkIdent *net, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = ADD, .section = VIR_NETWORK_SECTION_DNS_TXT, .parent_index = -1,
        .xml = "<txt name='t' value='v'/>", .flags = BOTH,
    };

    return driver->networkUpdate(conn, net, &req, err);
}

static void updateLeftHalfwayIsMadeGoodByTheNext(Fixture *fix, gconstpointer data)
{
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLabHere(fix);
    before = look(fix);
    failCall(fix, addRecord, ALL_FROM(2));      /* the conf is written, dnsmasq not restarted */
    after = look(fix);
    g_assert_cmpstr(after, ==, before);
    assertTaken(fix, "dnsmasq: write conf (conf differs)\n");
    updateWell(fix, &add_host_b);
    assertTaken(fix, "dnsmasq: write hosts (hosts differ)\ndnsmasq: write conf (conf differs)\n"
                     "dnsmasq: restart (conf differs)\n");
    run(fix, driver->networkDestroy);
}

static void destroyLeftHalfwayIsMadeGoodByTheNext(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLabHere(fix);
    failCall(fix, driver->networkDestroy, ALL_FROM(2));     /* dnsmasq is stopped, the bridge still there */
    g_assert_cmpint(isActive(fix), ==, 1);
    g_free(virNetworkHostRecordTake(doubleOf(fix)->record));
    updateWell(fix, &add_txt);
    assertTaken(fix, "dnsmasq: write conf (conf differs)\ndnsmasq: start (it does not run)\n");
    failCall(fix, driver->networkDestroy, ALL_FROM(2));
    run(fix, driver->networkDestroy);
    g_assert_false(linkExists(fix->host, "virbr7"));
}

#define WAY_THERE "dnsmasq: write conf (conf differs)\n"
#define WAY_BACK "dnsmasq: write conf (conf differs)\n"
#define DOUBT "dnsmasq: restart (what it has read is not known)\n"

/* The files are as before, but nobody knows whether dnsmasq has read them: no probe can see that. */
static void dnsmasqInDoubtIsRestartedByTheNext(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLabHere(fix);
    failCall(fix, addRecord, 1 << 1 | 1 << 3);      /* both restarts */
    assertTaken(fix, WAY_THERE WAY_BACK);
    updateWell(fix, &add_host_b);
    assertTaken(fix, "dnsmasq: write hosts (hosts differ)\n" DOUBT);
    g_assert_false(hasFile(fix->run_dir, "lab.change"));

    failCall(fix, addRecord, 1 << 1 | 1 << 3);
    restart(fix);
    assertTaken(fix, WAY_THERE WAY_BACK DOUBT);
    g_assert_false(hasFile(fix->run_dir, "lab.change"));
}

static void dnsmasqInDoubtSinceTheStartIsRestartedByTheNext(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLabHere(fix);
    writeFile(fix->run_dir, "lab.change", "stale-conf\n");
    setFailing(fix, 1);
    restart(fix);
    assertTaken(fix, "");
    g_assert_true(isActive(fix) == 1 && hasFile(fix->run_dir, "lab.change"));
    setFailing(fix, 1);
    virNetworkManagerReload(fix->manager);      /* fails too */
    assertTaken(fix, "");
    g_assert_true(hasFile(fix->run_dir, "lab.change"));
    virNetworkManagerReload(fix->manager);
    assertTaken(fix, DOUBT);
    g_assert_false(hasFile(fix->run_dir, "lab.change"));
}

/* Neither a later start nor a later daemon stumbles over what is left. */
static void startLeftHalfwayIsMadeGood(Fixture *fix, gconstpointer data)
{
    (void)data;
    define(fix, LAB);
    for (guint nth = 2; nth <= 11; nth++) {
        g_test_message("step %u", nth);
        failCall(fix, driver->networkCreate, ALL_FROM(nth));
        g_assert_cmpint(isActive(fix), ==, 0);
        g_assert_true(linkExists(fix->host, "virbr7"));
        run(fix, driver->networkCreate);
        run(fix, driver->networkDestroy);
        g_assert_false(linkExists(fix->host, "virbr7"));

        failCall(fix, driver->networkCreate, ALL_FROM(nth));
        restart(fix);
        g_assert_cmpint(isActive(fix), ==, 0);
        g_assert_false(linkExists(fix->host, "virbr7"));
    }
}

/* --- Restart ---------------------------------------------------------------------------------------------------- */

#define OVERLAP NETWORK("other", UUID2, "<bridge name='virbr8'/>", "<ip address='192.0.2.129' prefix='25'/>")

static void hostThatCannotBeProbedKeepsItsNetworks(Fixture *fix, gconstpointer data)
{
    virNetworkIdent *net = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    startLabHere(fix);
    doubleOf(fix)->fail_probe = TRUE;
    restart(fix);
    g_assert_cmpint(isActive(fix), ==, 1);
    g_assert_cmpint(update(fix, &add_host_b, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, "the host cannot be probed");
    g_clear_error(&err);
    assertTaken(fix, "");
    /* Its subnet is its own all the same. */
    assertFails(driver->networkCreateXML(fix->conn, OVERLAP, 0, &net, &err), &err, VIR_ERR_INTERNAL_ERROR,
                "internal error: Network is already in use by interface virbr7");
    doubleOf(fix)->fail_probe = FALSE;
    updateWell(fix, &add_host_b);
    assertTaken(fix, "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n");
}

/* --- What happens without a call -------------------------------------------------------------------------------- */

/* Returns when nobody is in the middle of a change of lab. */
static void settle(Fixture *fix)
{
    g_assert_cmpint(driver->networkSetAutostart(fix->conn, fix->lab, 0, NULL), ==, 0);
}

static void setPending(Fixture *fix, gboolean pending)
{
    Double *dbl = doubleOf(fix);

    g_mutex_lock(&dbl->lock);
    dbl->reload_pending = pending;
    dbl->n_asked = 0;
    g_mutex_unlock(&dbl->lock);
}

static void assertMark(Fixture *fix, const char *wanted)
{
    g_autofree char *path = g_build_filename(fix->run_dir, "lab.change", NULL);
    g_autofree char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    g_assert_cmpstr(text, ==, wanted);
}

/* A daemon that is killed before the reload was sent leaves the mark, and the next one sends it. */
static void markStaysUntilTheReloadIsSent(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLabHere(fix);
    setPending(fix, TRUE);
    updateWell(fix, &add_host_b);
    assertMark(fix, "stale-hosts\n");
    restart(fix);
    assertTaken(fix, "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n"
                     "dnsmasq: reload (which hosts it has read is not known)\n");

    updateWell(fix, &(Request){ VIR_NETWORK_UPDATE_COMMAND_DELETE, HOSTS, BOTH, HOST_B });
    setPending(fix, FALSE);
    virNetworkManagerReloaded(fix->manager, "nobody");
    virNetworkManagerReloaded(fix->manager, "lab");
    await(fix, &doubleOf(fix)->n_asked, 1);
    settle(fix);
    assertMark(fix, NULL);
    virNetworkManagerReloaded(fix->manager, "lab");     /* nothing waits for it any more */
    assertMark(fix, NULL);
}

/* A second reload scheduled meanwhile keeps the mark. */
static void markStaysWhileAnotherReloadIsPending(Fixture *fix, gconstpointer data)
{
    (void)data;
    startLabHere(fix);
    setPending(fix, TRUE);
    updateWell(fix, &add_host_b);
    setPending(fix, TRUE);
    virNetworkManagerReloaded(fix->manager, "lab");
    await(fix, &doubleOf(fix)->n_asked, 1);
    settle(fix);
    assertMark(fix, "stale-hosts\n");
}

/* As if it had died: the plan of the host has none. */
static void stopDnsmasq(Fixture *fix)
{
    virNetworkHost *record = doubleOf(fix)->record;
    g_autoptr(virNetworkPlan) nothing = virNetworkPlanNew("lab", "virbr7");
    const virNetworkStep step = { .verb = VIR_STEP_DNSMASQ_STOP, .from = nothing, .to = nothing };

    g_assert_cmpint(record->klass->apply(record, &step, NULL), ==, 0);
    g_free(virNetworkHostRecordTake(record));
}

static void serviceThatDiedIsStarted(Fixture *fix, gconstpointer data)
{
    g_autofree char *before = NULL, *after = NULL;

    (void)data;
    startLabHere(fix);
    before = snapshot(fix);
    stopDnsmasq(fix);
    virNetworkManagerServiceDied(fix->manager, "nobody", "dnsmasq");
    virNetworkManagerServiceDied(fix->manager, "lab", "dnsmasq");
    await(fix, &doubleOf(fix)->n_dnsmasq_starts, 2);
    settle(fix);
    assertTaken(fix, "dnsmasq: start (it does not run)\n");
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/engine/reader/sees-old-until-commit", readerSeesOldUntilCommit },
        { "/engine/reader/in-other-threads-sees-old-or-new", readersInOtherThreadsSeeOldOrNew },
        { "/engine/writer/networks-change-in-parallel", networksChangeInParallel },
        { "/engine/writer/updates-of-one-network-follow-each-other", updatesOfOneNetworkFollowEachOther },
        { "/engine/host/subnet-of-it-is-refused", subnetOfTheHostIsRefused },
        { "/engine/host/forwarding-that-costs-its-route-is-refused", forwardingThatWouldCostTheHostItsRouteIsRefused },
        { "/engine/host/cannot-be-looked-at-is-left-alone", hostThatCannotBeLookedAtIsLeftAlone },
        { "/engine/halfway/update-is-made-good-by-the-next", updateLeftHalfwayIsMadeGoodByTheNext },
        { "/engine/halfway/destroy-is-made-good-by-the-next", destroyLeftHalfwayIsMadeGoodByTheNext },
        { "/engine/halfway/start-is-made-good", startLeftHalfwayIsMadeGood },
        { "/engine/halfway/dnsmasq-in-doubt-is-restarted-by-the-next", dnsmasqInDoubtIsRestartedByTheNext },
        { "/engine/halfway/dnsmasq-in-doubt-since-the-start-is-restarted", dnsmasqInDoubtSinceTheStartIsRestartedByTheNext },
        { "/engine/restart/cannot-be-probed-keeps-its-networks", hostThatCannotBeProbedKeepsItsNetworks },
        { "/engine/reload/mark-stays-until-it-is-sent", markStaysUntilTheReloadIsSent },
        { "/engine/reload/mark-stays-while-another-is-pending", markStaysWhileAnotherReloadIsPending },
        { "/engine/service/that-died-is-started", serviceThatDiedIsStarted },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUpDouble, tests[i].run, tearDown);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_host_dnsmasq.c: the real host and a real dnsmasq: files, start, stop, reload and death
 *
 * What dnsmasq then answers to guests is the scenario tests' matter (test_dhcp.py). Run by meson and tests/run, as
 * root.
 */
#include "host_fixture.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "virerror.h"

/* --- dnsmasq ------------------------------------------------------------------------------------------------------ */

static void refusedConfKeepsTheOldOne(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) good = render(fix);
    g_autoptr(virNetworkPlan) bad = virNetworkPlanCopy(good);
    g_autofree char *content = NULL;
    g_autofree char *expected = NULL;
    g_autofree char *temp = g_build_filename(fix->facts->dnsmasq_dir, ".lab.conf.new", NULL);
    g_autoptr(GError) err = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, good);
    g_free(bad->dnsmasq.conf);
    bad->dnsmasq.conf = g_strdup("no-such-option=1\n");
    bad->dnsmasq.has_options = TRUE;
    g_assert_cmpint(applyOne(fix, VIR_STEP_DNSMASQ_WRITE_CONF, good, bad, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NONE);
    expected = g_strdup_printf("--conf-file=%s) unexpected exit status 1: dnsmasq: bad option at line 1 of %s",
                               good->dnsmasq.conf_path, good->dnsmasq.conf_path);
    g_assert_nonnull(strstr(err->message, "Child process (VIR_BRIDGE_NAME=virbr7 /usr/sbin/dnsmasq --test "));
    g_assert_nonnull(strstr(err->message, expected));
    g_assert_true(g_file_get_contents(good->dnsmasq.conf_path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, good->dnsmasq.conf);
    g_assert_false(g_file_test(temp, G_FILE_TEST_EXISTS));
}

/* The check passes, and only the start finds that it cannot be. */
static void failedStartSaysWhy(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autofree char *command = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    g_free(want->dnsmasq.conf);
    want->dnsmasq.conf = g_strdup_printf("pid-file=%s\nenable-tftp\ntftp-root=/nonexistent\nbind-dynamic\n",
                                         want->dnsmasq.pid_path);
    g_assert_cmpint(applyDiff(fix, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    command = g_strdup_printf("Child process (VIR_BRIDGE_NAME=virbr7 VIR_LEASE_DIR=%s /usr/sbin/dnsmasq --conf-file=%s "
                              "--leasefile-ro --dhcp-script=/bin/true) unexpected exit status 3: ",
                              fix->facts->dnsmasq_dir, want->dnsmasq.conf_path);
    g_assert_nonnull(strstr(err->message, command));
    g_assert_nonnull(strstr(err->message, "/nonexistent"));
    now = probe(fix, want);
    g_assert_false(now->dnsmasq.present);
}

static void unreachableDirectoryIsNamed(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autofree char *expected = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(chmod(fix->dir, 0700), ==, 0);
    g_assert_cmpint(applyDiff(fix, fix->empty, want, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    expected = g_strdup_printf("may not search directory '%s' and so cannot read its files in '%s'", fix->dir,
                               fix->facts->dnsmasq_dir);
    g_assert_nonnull(strstr(err->message, "network 'lab': dnsmasq runs as user '"));
    g_assert_nonnull(strstr(err->message, expected));
    now = probe(fix, want);
    g_assert_false(now->dnsmasq.present);
    g_assert_false(g_file_test(want->dnsmasq.pid_path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(chmod(fix->dir, 0755), ==, 0);
}

static void newHostStopsTheLeftOver(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;
    virProcess first, second;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    first = runningDnsmasq(want);
    virNetworkHostFree(fix->host);
    fix->host = newHost(fix, INTERVAL_LONG_MS);
    g_assert_true(isAlive(&first));
    g_assert_cmpint(applyOne(fix, VIR_STEP_DNSMASQ_START, want, want, &err), ==, 0);
    g_assert_no_error(err);
    second = runningDnsmasq(want);
    g_assert_false(isAlive(&first));
    g_assert_cmpint(second.pid, !=, first.pid);
}

static void restartIsNoDeath(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) changed = NULL;
    g_autoptr(virNetworkPlan) now = NULL;
    virProcess first, second;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    first = runningDnsmasq(want);
    fix->def->domain = g_strdup("lab.example");
    changed = render(fix);
    assertDiff(want, changed, "dnsmasq: write conf; dnsmasq: restart");
    applyDiffFine(fix, want, changed);
    second = runningDnsmasq(want);
    g_assert_false(isAlive(&first));
    g_assert_true(isAlive(&second));
    now = probe(fix, changed);
    assertDiff(now, changed, "nft: fill");
    drainLoop();
    g_assert_cmpuint(fix->n_died, ==, 0);
}

#define N_ASKERS 3
#define N_RESTARTS 20

/* Asked again and again, a new socket each time, until told to end. */
typedef struct {
    gint stop;          /* atomic */
    guint n_answered;
    guint n_lost;
} Asker;

/* Whether the TXT record "steady" is answered; a closed port is no answer, nor is silence. */
static gboolean ask(void)
{
    static const char query[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" "\x06steady\x00" "\x00\x10\x00\x01";
    struct timeval limit = { .tv_sec = DEADLINE_S };
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(53) };
    virSocketAddr addr = addressOf("192.0.2.1");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char buf[512];
    gssize n = -1;

    memcpy(&server.sin_addr, addr.bytes, 4);
    g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), ==, 0);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&server, sizeof(server)), ==, 0);
    if (send(fd, query, sizeof(query) - 1, 0) == sizeof(query) - 1)
        n = recv(fd, buf, sizeof(buf), 0);
    close(fd);
    /* The same number, and one record in the answer. */
    return n > 12 && memcmp(buf, query, 2) == 0 && buf[7] == 1;
}

static gpointer askOn(gpointer data)
{
    Asker *asker = data;

    while (!g_atomic_int_get(&asker->stop)) {
        if (ask())
            asker->n_answered++;
        else
            asker->n_lost++;
    }
    return NULL;
}

static void restartLosesNoQuery(Fixture *fix, gconstpointer data)
{
    virNetworkDnsTxt *txt = virNetworkDnsTxtNew();
    g_autoptr(virNetworkPlan) want = NULL;
    g_autoptr(GError) err = NULL;
    GThread *threads[N_ASKERS];
    Asker askers[N_ASKERS] = { { 0 } };

    (void)data;
    txt->name = g_strdup("steady");
    txt->value = g_strdup("yes");
    g_ptr_array_add(fix->def->txts, txt);
    want = render(fix);
    applyDiffFine(fix, fix->empty, want);
    for (guint i = 0; i < N_ASKERS; i++)
        threads[i] = g_thread_new("asker", askOn, &askers[i]);
    for (guint i = 0; i < N_RESTARTS && !err; i++)
        (void)applyOne(fix, VIR_STEP_DNSMASQ_RESTART, want, want, &err);
    for (guint i = 0; i < N_ASKERS; i++) {
        g_atomic_int_set(&askers[i].stop, 1);
        g_thread_join(threads[i]);
        g_assert_cmpuint(askers[i].n_lost, ==, 0);
        g_assert_cmpuint(askers[i].n_answered, >, N_RESTARTS);
    }
    g_assert_no_error(err);
}

static void deathIsTold(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autoptr(GError) err = NULL;
    virProcess process;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    process = runningDnsmasq(want);
    g_assert_cmpint(virProcessSignal(&process, SIGKILL, &err), ==, 0);
    awaitCount(&fix->n_died, 1);
    now = probe(fix, want);
    g_assert_false(now->dnsmasq.present);
    assertDiff(now, want, "nft: fill; dnsmasq: start");
}

/* As a daemon does that finds the network of an earlier one. */
static void deathIsToldToWhoFoundItRunning(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;
    virProcess process;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    virNetworkHostFree(fix->host);
    fix->host = newHost(fix, INTERVAL_LONG_MS);
    fix->host->klass->watch(fix->host, want);
    process = runningDnsmasq(want);
    g_assert_cmpint(virProcessSignal(&process, SIGKILL, &err), ==, 0);
    awaitCount(&fix->n_died, 1);
}

static void deathBeforeTheWatchIsTold(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);

    (void)data;
    fix->host->klass->watch(fix->host, want);
    g_assert_cmpuint(fix->n_died, ==, 0);
    awaitCount(&fix->n_died, 1);
}

static void endedWatchTellsNothing(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);

    (void)data;
    fix->host->klass->watch(fix->host, want);
    fix->host->klass->watch(fix->host, fix->empty);
    drainLoop();
    g_assert_cmpuint(fix->n_died, ==, 0);
}

static void hostsUpdateReloads(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) before = render(fix);
    g_autoptr(virNetworkPlan) after = NULL;
    g_autoptr(virNetworkPlan) now = NULL;
    virProcess first, second;

    (void)data;
    applyDiffFine(fix, fix->empty, before);
    first = runningDnsmasq(before);
    addHost(fix->def, "52:54:00:00:00:99", "192.0.2.99");
    after = render(fix);
    assertDiff(before, after, "dnsmasq: write hosts; dnsmasq: reload");
    applyDiffFine(fix, before, after);
    g_assert_cmpuint(fix->n_reloaded, ==, 1);
    g_assert_false(fix->host->klass->reloadPending(fix->host, "lab"));
    second = runningDnsmasq(after);
    g_assert_cmpint(first.pid, ==, second.pid);
    now = probe(fix, after);
    assertDiff(now, after, "nft: fill");
}

static void reload(Fixture *fix, const virNetworkPlan *plan)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(applyOne(fix, VIR_STEP_DNSMASQ_RELOAD, plan, plan, &err), ==, 0);
    g_assert_no_error(err);
}

static void reloadsAreCoalesced(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    guint n_sent;

    (void)data;
    virNetworkHostFree(fix->host);
    fix->host = newHost(fix, INTERVAL_SHORT_MS);
    applyDiffFine(fix, fix->empty, want);
    /*
     * The first goes at once; one that follows within the interval waits for its end. A slow machine may need several.
     */
    for (int i = 0; i < 1000 && !fix->host->klass->reloadPending(fix->host, "lab"); i++)
        reload(fix, want);
    g_assert_true(fix->host->klass->reloadPending(fix->host, "lab"));
    n_sent = fix->n_reloaded;
    g_assert_cmpuint(n_sent, >=, 1);
    reload(fix, want);
    reload(fix, want);
    g_assert_cmpuint(fix->n_reloaded, ==, n_sent);
    awaitCount(&fix->n_reloaded, n_sent + 1);
    g_assert_false(fix->host->klass->reloadPending(fix->host, "lab"));
}

static void pendingReloadWaits(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    g_assert_false(fix->host->klass->reloadPending(fix->host, "lab"));
    reload(fix, want);
    reload(fix, want);
    reload(fix, want);
    g_assert_cmpuint(fix->n_reloaded, ==, 1);
    g_assert_true(fix->host->klass->reloadPending(fix->host, "lab"));
    g_assert_false(fix->host->klass->reloadPending(fix->host, "other"));
}

static void restartCancelsPendingReload(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    reload(fix, want);
    reload(fix, want);
    g_assert_true(fix->host->klass->reloadPending(fix->host, "lab"));
    g_assert_cmpint(applyOne(fix, VIR_STEP_DNSMASQ_RESTART, want, want, &err), ==, 0);
    g_assert_false(fix->host->klass->reloadPending(fix->host, "lab"));
}

/* It has died, and nobody has noticed yet: what starts reads the new hosts. */
static void reloadOfTheDeadStarts(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(GError) err = NULL;
    virProcess first, second;

    (void)data;
    applyDiffFine(fix, fix->empty, want);
    first = runningDnsmasq(want);
    g_assert_cmpint(virProcessStop(&first, DEADLINE_S * 1000, &err), ==, 0);
    awaitCount(&fix->n_died, 1);
    reload(fix, want);
    second = runningDnsmasq(want);
    g_assert_cmpint(first.pid, !=, second.pid);
}

/* The pid in the file lives, but is none of ours. */
static void foreignPidIsNotStopped(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;
    g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(want->dnsmasq.pid_path, text, -1, NULL));
    now = probe(fix, want);
    g_assert_false(now->dnsmasq.present);
    g_assert_cmpint(applyOne(fix, VIR_STEP_DNSMASQ_STOP, want, fix->empty, &err), ==, 0);
    g_assert_no_error(err);
}

int main(int argc, char **argv)
{
    static const HostTest table[] = {
        { "/host-real/dnsmasq/refused-conf-keeps-the-old-one", refusedConfKeepsTheOldOne },
        { "/host-real/dnsmasq/failed-start-says-why", failedStartSaysWhy },
        { "/host-real/dnsmasq/unreachable-directory-is-named", unreachableDirectoryIsNamed },
        { "/host-real/dnsmasq/new-host-stops-the-left-over", newHostStopsTheLeftOver },
        { "/host-real/dnsmasq/restart-is-no-death", restartIsNoDeath },
        { "/host-real/dnsmasq/restart-loses-no-query", restartLosesNoQuery },
        { "/host-real/dnsmasq/death-is-told", deathIsTold },
        { "/host-real/dnsmasq/death-is-told-to-who-found-it-running", deathIsToldToWhoFoundItRunning },
        { "/host-real/dnsmasq/death-before-the-watch-is-told", deathBeforeTheWatchIsTold },
        { "/host-real/dnsmasq/ended-watch-tells-nothing", endedWatchTellsNothing },
        { "/host-real/dnsmasq/hosts-update-reloads", hostsUpdateReloads },
        { "/host-real/dnsmasq/reloads-are-coalesced", reloadsAreCoalesced },
        { "/host-real/dnsmasq/pending-reload-waits", pendingReloadWaits },
        { "/host-real/dnsmasq/restart-cancels-pending-reload", restartCancelsPendingReload },
        { "/host-real/dnsmasq/reload-of-the-dead-starts", reloadOfTheDeadStarts },
        { "/host-real/dnsmasq/foreign-pid-is-not-stopped", foreignPidIsNotStopped },
    };
    const HostTests tests = { .argc = argc, .argv = argv, .tests = table, .n_tests = G_N_ELEMENTS(table) };

    return runHostTests(&tests);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_fixture.c: what the tests of the real host have in common
 *
 * A network "lab" with its plan, a host to apply it to, and namespaces in which that touches nothing outside and leaves
 * nothing behind. It tests nothing by itself. Linked into the programs of this folder.
 */
#include "host_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void onDied(const char *network, const char *service, void *opaque)
{
    Fixture *fix = opaque;

    g_assert_cmpstr(network, ==, "lab");
    g_assert_cmpstr(service, ==, "dnsmasq");
    fix->n_died++;
}

static void onReloaded(const char *network, void *opaque)
{
    Fixture *fix = opaque;

    g_assert_cmpstr(network, ==, "lab");
    fix->n_reloaded++;
}

virNetworkHost *newHost(Fixture *fix, unsigned int interval_ms)
{
    virNetworkHostRealConfig config = {
        .lease_helper = "/bin/true",
        .lease_dir = fix->facts->dnsmasq_dir,
        .reload_interval_ms = interval_ms,
        .on_died = onDied,
        .on_reloaded = onReloaded,
        .opaque = fix,
    };
    g_autoptr(GError) err = NULL;
    virNetworkHost *host = virNetworkHostRealNew(&config, &err);

    g_assert_no_error(err);
    return host;
}

virSocketAddr addressOf(const char *text)
{
    virSocketAddr addr;

    g_assert_true(virSocketAddrParse(text, AF_UNSPEC, &addr));
    return addr;
}

int socketIn(const char *name, const char *address, in_port_t port)
{
    g_autofree char *path = g_strdup_printf("/run/netns/%s", name);
    struct timeval limit = { .tv_sec = DEADLINE_S };
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
    virSocketAddr parsed = addressOf(address);
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int there = open(path, O_RDONLY | O_CLOEXEC);
    int fd;

    memcpy(&addr.sin_addr, parsed.bytes, 4);
    g_assert_cmpint(setns(there, CLONE_NEWNET), ==, 0);
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), ==, 0);
    g_assert_cmpint(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), ==, 0);
    g_assert_cmpint(setns(home, CLONE_NEWNET), ==, 0);
    close(home);
    close(there);
    return fd;
}

struct sockaddr_in peer(const char *address, in_port_t port)
{
    struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };
    virSocketAddr parsed = addressOf(address);

    memcpy(&addr.sin_addr, parsed.bytes, 4);
    return addr;
}

static virNetworkDef *newDef(void)
{
    virNetworkDef *def = virNetworkDefNew();
    virNetworkIp *ip = virNetworkIpNew();
    virNetworkDhcpRange *range = virNetworkDhcpRangeNew();

    def->name = g_strdup("lab");
    def->bridge = g_strdup("virbr7");
    def->forward = VIR_NETWORK_FORWARD_NAT;
    def->has_mac = virMacAddrParse("52:54:00:00:00:07", &def->mac);
    ip->address = addressOf("192.0.2.1");
    ip->prefix = 24;
    range->start = addressOf("192.0.2.100");
    range->end = addressOf("192.0.2.110");
    g_ptr_array_add(ip->ranges, range);
    g_ptr_array_add(def->ips, ip);
    return def;
}

void addHost(virNetworkDef *def, const char *mac, const char *ip)
{
    virNetworkDhcpHost *host = virNetworkDhcpHostNew();

    host->mac_text = g_strdup(mac);
    g_assert_true(virMacAddrParse(mac, &host->mac));
    host->ip = addressOf(ip);
    g_ptr_array_add(((virNetworkIp *)def->ips->pdata[0])->hosts, host);
}

static void setUp(Fixture *fix, gconstpointer data)
{
    g_autofree char *dnsmasq = NULL;
    g_autofree char *run = NULL;

    (void)data;
    fix->dir = g_dir_make_tmp("host-real-XXXXXX", NULL);
    g_assert_nonnull(fix->dir);
    g_assert_cmpint(chmod(fix->dir, 0755), ==, 0);
    dnsmasq = g_build_filename(fix->dir, "dnsmasq", NULL);
    run = g_build_filename(fix->dir, "run", NULL);
    g_assert_cmpint(g_mkdir(dnsmasq, 0755), ==, 0);
    g_assert_cmpint(g_mkdir(run, 0755), ==, 0);
    fix->facts = virHostFactsNew(dnsmasq, run);
    fix->host = newHost(fix, INTERVAL_LONG_MS);
    fix->def = newDef();
    fix->empty = virNetworkPlanNew("lab", "virbr7");
}

static void removeDir(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            removeDir(child);
        else
            g_assert_cmpint(g_unlink(child), ==, 0);
    }
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

virNetworkPlan *render(Fixture *fix)
{
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    g_assert_cmpint(virNetworkPlanRender(fix->def, fix->facts, &plan, &err), ==, 0);
    g_assert_no_error(err);
    return plan;
}

virNetworkPlan *probe(Fixture *fix, const virNetworkPlan *want)
{
    g_autoptr(GError) err = NULL;
    virNetworkPlan *plan = NULL;

    g_assert_cmpint(fix->host->klass->probe(fix->host, want, &plan, &err), ==, 0);
    g_assert_no_error(err);
    return plan;
}

/* The steps between two plans, one line each, without their reasons. */
static char *describeDiff(const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < steps->len; i++) {
        virNetworkStep step = *(virNetworkStep *)steps->pdata[i];
        g_autofree char *line = NULL;

        step.why = NULL;
        line = virNetworkStepFormat(&step);
        g_string_append_printf(text, "%s%s", i ? "; " : "", line);
    }
    return g_string_free(text, FALSE);
}

void assertDiff(const virNetworkPlan *from, const virNetworkPlan *to, const char *expected)
{
    g_autofree char *got = describeDiff(from, to);

    g_assert_cmpstr(got, ==, expected);
}

int applyDiff(Fixture *fix, const virNetworkPlan *from, const virNetworkPlan *to, GError **err)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(from, to);

    for (guint i = 0; i < steps->len; i++) {
        if (fix->host->klass->apply(fix->host, steps->pdata[i], err) < 0)
            return -1;
    }
    return 0;
}

void applyDiffFine(Fixture *fix, const virNetworkPlan *from, const virNetworkPlan *to)
{
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(applyDiff(fix, from, to, &err), ==, 0);
    g_assert_no_error(err);
}

int applyOne(Fixture *fix, virNetworkStepVerb verb, const virNetworkPlan *from, const virNetworkPlan *to, GError **err)
{
    virNetworkStep step = { .verb = verb, .from = from, .to = to };

    return fix->host->klass->apply(fix->host, &step, err);
}

/* Whatever is there of "lab" is taken away, whatever the test did. */
static void tearDown(Fixture *fix, gconstpointer data)
{
    g_autoptr(virNetworkPlan) want = render(fix);
    g_autoptr(virNetworkPlan) now = NULL;

    (void)data;
    if (!fix->host)
        fix->host = newHost(fix, INTERVAL_LONG_MS);
    now = probe(fix, want);
    applyDiffFine(fix, now, fix->empty);
    virNetworkHostFree(fix->host);
    virNetworkPlanFree(fix->empty);
    virNetworkDefUnref(fix->def);
    virHostFactsFree(fix->facts);
    removeDir(fix->dir);
    g_free(fix->dir);
}

/* Runs a command whose words have no blanks in them; the first is one of /sbin or /usr/sbin. */
void runCommand(const char *fmt, ...)
{
    g_autofree char *line = NULL;
    g_autoptr(GError) err = NULL;
    g_auto(GStrv) words = NULL;
    char *program;
    va_list args;

    va_start(args, fmt);
    line = g_strdup_vprintf(fmt, args);
    va_end(args);
    words = g_strsplit(line, " ", -1);
    program = g_strdup_printf("/usr/sbin/%s", words[0]);
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_free(program);
        program = g_strdup_printf("/sbin/%s", words[0]);
    }
    g_free(words[0]);
    words[0] = program;
    virProcessRun((const char *const *)words, NULL, DEADLINE_S * 1000, &err);
    g_assert_no_error(err);
}

static gboolean goOn(gpointer data)
{
    (void)data;
    return G_SOURCE_CONTINUE;
}

/* Runs what the main loop has ready. */
void drainLoop(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        continue;
}

/* Runs the main loop until *@count is @wanted, or for all of DEADLINE_S. */
void awaitCount(const guint *count, guint wanted)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
    GSource *wake = g_timeout_source_new(20);

    g_source_set_callback(wake, goOn, NULL, NULL);
    g_source_attach(wake, NULL);
    while (*count != wanted && g_get_monotonic_time() < deadline)
        g_main_context_iteration(NULL, TRUE);
    g_source_destroy(wake);
    g_source_unref(wake);
    g_assert_cmpuint(*count, ==, wanted);
}

virProcess runningDnsmasq(const virNetworkPlan *plan)
{
    g_autofree char *text = NULL;
    g_autofree char *conf_path = NULL;
    virProcess process;
    guint64 pid;

    g_assert_true(g_file_get_contents(plan->dnsmasq.pid_path, &text, NULL, NULL));
    g_assert_true(g_ascii_string_to_unsigned(g_strstrip(text), 10, 2, G_MAXINT, &pid, NULL));
    g_assert_true(virProcessIdentify((pid_t)pid, &process));
    conf_path = virProcessGetOption(&process, "--conf-file=");
    g_assert_cmpstr(conf_path, ==, plan->dnsmasq.conf_path);
    return process;
}

gboolean isAlive(const virProcess *process)
{
    int fd = virProcessOpen(process);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* --- The namespaces ----------------------------------------------------------------------------------------------- */

static int runTests(const HostTests *tests)
{
    int argc = tests->argc;
    char **argv = tests->argv;

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < tests->n_tests; i++)
        g_test_add(tests->tests[i].name, Fixture, NULL, setUp, tests->tests[i].run, tearDown);
    return g_test_run();
}

/* What is needed inside: /proc of this process namespace, and a /run of its own for `ip netns`. */
static gboolean furnish(void)
{
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount("proc", "/proc", "proc", 0, NULL) == 0 &&
           mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0;
}

/*
 * The first process of the namespace: runs the tests in a child and reaps until that ends. Its own end ends all
 * others.
 */
static int beInit(const HostTests *tests)
{
    pid_t child;
    int status;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!furnish()) {
        printf("1..0 # SKIP cannot mount in a mount namespace: %s\n", g_strerror(errno));
        return 0;
    }
    child = fork();
    if (child == 0) {
        runCommand("ip link set lo up");
        return runTests(tests);
    }
    for (;;) {
        pid_t pid = wait(&status);

        if (pid == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        if (pid < 0 && errno != EINTR)
            return 1;
    }
}

int runHostTests(const HostTests *tests)
{
    pid_t init;
    int status;

    if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) < 0) {
        printf("1..0 # SKIP cannot make network, mount and process namespaces: %s\n", g_strerror(errno));
        return 0;
    }
    init = fork();
    if (init == 0)
        return beInit(tests);
    if (init < 0 || waitpid(init, &status, 0) < 0)
        return 1;
    /* This process can start no other any more, which leak checkers do at exit; it is not the one to be checked. */
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

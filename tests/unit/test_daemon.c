/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_daemon.c: the parts of virtnetworkd that need no network
 *
 * Command line, settings, paths, locks and sockets, in a temporary directory. The running daemon is tried elsewhere, in
 * namespaces of its own.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon_config.h"
#include "daemon_lock.h"
#include "daemon_options.h"
#include "daemon_paths.h"
#include "daemon_ready.h"
#include "daemon_socket.h"
#include "virerror.h"

static int parseLine(const char *line, virDaemonOptions *options, GError **err)
{
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autofree char **reordered = g_memdup2(argv, (g_strv_length(argv) + 1) * sizeof(*argv));

    return virDaemonOptionsParse((int)g_strv_length(argv), reordered, options, err);
}

static void test_options(void)
{
    g_auto(virDaemonOptions) options = { 0 };
    g_autofree char *cwd = g_get_current_dir();
    g_autofree char *conf = g_build_filename(cwd, "x.conf", NULL);
    GError *err = NULL;

    parseLine("virtnetworkd --root /r/ -f x.conf --pid-file /p -v -t 30 -d", &options, &err);
    g_assert_no_error(err);
    g_assert_cmpint(options.mode, ==, VIR_DAEMON_RUN);
    g_assert_cmpstr(options.root, ==, "/r");
    g_assert_cmpstr(options.config_file, ==, conf);
    g_assert_cmpstr(options.pid_file, ==, "/p");
    g_assert_true(options.verbose);
    g_assert_true(options.daemonize);
    g_assert_cmpuint(options.timeout_s, ==, 30);
}

static void test_options_defaults(void)
{
    g_auto(virDaemonOptions) options = { 0 };
    g_auto(virDaemonOptions) slash = { 0 };

    g_assert_cmpint(parseLine("virtnetworkd", &options, NULL), ==, 0);
    g_assert_cmpstr(options.root, ==, "");
    g_assert_null(options.config_file);
    g_assert_cmpuint(options.timeout_s, ==, 0);
    g_assert_cmpint(parseLine("virtnetworkd --root /", &slash, NULL), ==, 0);
    g_assert_cmpstr(slash.root, ==, "/");
}

/* Where libvirt's own packages keep their files, whatever prefix this was built for. */
static void test_paths_of_the_machine(void)
{
    g_autoptr(virDaemonPaths) paths = virDaemonPathsNew("/");

    g_assert_cmpstr(paths->config_dir, ==, "/etc/libvirt/qemu/networks");
    g_assert_cmpstr(paths->run_dir, ==, "/run/libvirt/network");
    g_assert_cmpstr(paths->dnsmasq_dir, ==, "/var/lib/libvirt/dnsmasq");
}

static void test_options_refused(void)
{
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        { "virtnetworkd --nonsense", "invalid argument: unknown option: --nonsense" },
        { "virtnetworkd -x", "invalid argument: unknown option: -x" },
        { "virtnetworkd --root", "invalid argument: option --root needs an argument" },
        { "virtnetworkd -f ", "invalid argument: an option has an empty argument" },
        { "virtnetworkd --timeout -1", "invalid argument: invalid value for timeout: -1" },
        { "virtnetworkd --timeout 5x", "invalid argument: invalid value for timeout: 5x" },
        { "virtnetworkd more", "invalid argument: unexpected argument: more" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(virDaemonOptions) options = { 0 };
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(parseLine(cases[i].line, &options, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_INVALID_ARG);
        g_assert_cmpstr(err->message, ==, cases[i].message);
        g_assert_null(options.root);
    }
}

static void test_help_names_every_option(void)
{
    static const char *const names[] = { "--root DIR", "-f, --config FILE", "-p, --pid-file FILE", "-t, --timeout SECS",
                                         "-v, --verbose", "-d, --daemon", "-V, --version", "-h, --help" };
    g_autofree char *help = virDaemonOptionsHelp("virtnetworkd");

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_nonnull(strstr(help, names[i]));
}

static int parseConfig(const char *text, virDaemonConfig **config, GError **err)
{
    g_autoptr(virConf) conf = NULL;

    if (virConfParse("F", text, &conf, err) < 0)
        return -1;
    return virDaemonConfigParse(conf, "F", config, err);
}

static void test_config_values(void)
{
    g_autoptr(virDaemonConfig) config = NULL;
    GError *err = NULL;

    parseConfig("unix_sock_ro_perms = \"0600\"\nunix_sock_rw_perms = \"0660\"\nunix_sock_group = \"g\"\n"
                "unix_sock_dir = \"/s\"\nmax_clients = 1\nmax_queued_clients = 2\nmax_workers = 3\nprio_workers = 4\n"
                "max_client_requests = 5\nmin_workers = 2\nkeepalive_interval = -1\nkeepalive_count = 6\n"
                "log_level = 1\nauth_unix_rw = \"none\"\nauth_unix_ro = 'none'\naccess_drivers = []\n", &config, &err);
    g_assert_no_error(err);
    g_assert_cmpuint(config->unix_sock_ro_perms, ==, 0600);
    g_assert_cmpuint(config->unix_sock_rw_perms, ==, 0660);
    g_assert_cmpstr(config->unix_sock_group, ==, "g");
    g_assert_cmpstr(config->unix_sock_dir, ==, "/s");
    g_assert_cmpuint(config->max_clients, ==, 1);
    g_assert_cmpuint(config->max_queued_clients, ==, 2);
    g_assert_cmpuint(config->min_workers, ==, 2);
    g_assert_cmpuint(config->max_workers, ==, 3);
    g_assert_cmpuint(config->prio_workers, ==, 4);
    g_assert_cmpuint(config->max_client_requests, ==, 5);
    g_assert_cmpint(config->keepalive_interval_s, ==, -1);
    g_assert_cmpuint(config->keepalive_count, ==, 6);
    g_assert_cmpuint(config->log_level, ==, 1);
    g_assert_cmpuint(config->warnings->len, ==, 0);
}

static void test_config_defaults(void)
{
    g_autoptr(virDaemonConfig) config = NULL;
    g_autoptr(virDaemonConfig) grouped = NULL;

    g_assert_cmpint(virDaemonConfigParse(NULL, "F", &config, NULL), ==, 0);
    g_assert_cmpuint(config->unix_sock_ro_perms, ==, 0777);
    g_assert_cmpuint(config->unix_sock_rw_perms, ==, 0700);
    g_assert_cmpuint(config->max_clients, ==, 5000);
    g_assert_cmpint(parseConfig("unix_sock_group = \"g\"\n", &grouped, NULL), ==, 0);
    g_assert_cmpuint(grouped->unix_sock_rw_perms, ==, 0770);
}

static void test_config_refused(void)
{
    static const struct {
        const char *text;
        int code;
        const char *message;
    } cases[] = {
        { "auth_unix_rw = 1\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: expected a string for 'auth_unix_rw' parameter" },
        { "auth_unix_rw = \"nonsense\"\n", VIR_ERR_CONFIG_UNSUPPORTED,
          "unsupported configuration: F: auth_unix_rw: unsupported auth nonsense" },
        { "auth_unix_ro = \"polkit\"\n", VIR_ERR_CONFIG_UNSUPPORTED,
          "unsupported configuration: F: auth_unix_ro: this daemon does not support auth polkit, only none" },
        { "access_drivers = [ \"polkit\" ]\n", VIR_ERR_CONFIG_UNSUPPORTED,
          "unsupported configuration: F: access_drivers: this daemon does not support access driver polkit" },
        { "unix_sock_rw_perms = \"rwx\"\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: unix_sock_rw_perms must be an octal mode such as \"0770\", not \"rwx\"" },
        { "unix_sock_dir = \"x\"\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: unix_sock_dir must be an absolute path, not \"x\"" },
        { "max_clients = 0\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: max_clients must be a number from 1 to 2147483647, not 0" },
        { "log_level = 5\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: log_level must be a number from 1 to 4, not 5" },
        { "min_workers = 9\nmax_workers = 8\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: min_workers is larger than max_workers (9, 8)" },
        { "keepalive_interval = -2\n", VIR_ERR_INTERNAL_ERROR,
          "internal error: F: keepalive_interval must be a number of seconds, or -1, not -2" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        virDaemonConfig *config = NULL;
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(parseConfig(cases[i].text, &config, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, cases[i].code);
        g_assert_cmpstr(err->message, ==, cases[i].message);
        g_assert_null(config);
    }
}

static void test_config_warnings(void)
{
    g_autoptr(virDaemonConfig) config = NULL;

    g_assert_cmpint(parseConfig("audit_level = 2\nnonsense = 1\nmax_clients = 7\n", &config, NULL), ==, 0);
    g_assert_cmpuint(config->warnings->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(config->warnings, 0), ==,
                    "F: setting 'audit_level' has no effect in this daemon");
    g_assert_cmpstr(g_ptr_array_index(config->warnings, 1), ==,
                    "F: setting 'nonsense' is not known and is ignored");
}

static void test_config_file_missing(void)
{
    virDaemonConfig *config = NULL;
    g_autoptr(virDaemonConfig) defaults = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virDaemonConfigRead("/nonexistent/x.conf", FALSE, &defaults, &err), ==, 0);
    g_assert_cmpint(virDaemonConfigRead("/nonexistent/x.conf", TRUE, &config, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, "Failed to open file '/nonexistent/x.conf': No such file or directory");
}

/* A directory of the test's own. */
typedef struct {
    char *dir;
} tempDir;

static void setUp(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    temp->dir = g_dir_make_tmp("daemon-XXXXXX", NULL);
    g_assert_nonnull(temp->dir);
}

static void removeAll(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        removeAll(child);
    }
    g_remove(path);
}

static void tearDown(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    removeAll(temp->dir);
    g_free(temp->dir);
}

static mode_t modeOf(const char *root, const char *path)
{
    g_autofree char *full = g_build_filename(root, path, NULL);
    struct stat st;

    g_assert_cmpint(stat(full, &st), ==, 0);
    return st.st_mode & 07777;
}

/* A settings file, what it chooses, and the end of what is said of it if it is refused. */
typedef struct {
    const char *text;
    gboolean radvd;
    const char *message;
} networkConfRow;

static const networkConfRow network_confs[] = {
    { NULL, FALSE, NULL },
    { "", FALSE, NULL },
    { "firewall_backend = \"nftables\"\nother = 1\n", FALSE, NULL },
    { "router_advertisements = \"dnsmasq\"\n", FALSE, NULL },
    { "# which\nrouter_advertisements = \"radvd\"\n", TRUE, NULL },
    { "firewall_backend = \"iptables\"\n", FALSE, "requested firewall_backend 'iptables' is not available" },
    { "\nfirewall_backend = \"pf\"\n", FALSE, ":2: unrecognized firewall_backend = 'pf': it must be \"nftables\"" },
    { "# which\n\nrouter_advertisements = \"rad\"\n", FALSE,
      ":3: unrecognized router_advertisements = 'rad': it must be \"dnsmasq\" or \"radvd\"" },
    { "router_advertisements = \"\"\n", FALSE,
      ":1: unrecognized router_advertisements = '': it must be \"dnsmasq\" or \"radvd\"" },
    { "router_advertisements = 1\n", FALSE, ": expected a string for 'router_advertisements' parameter" },
};

static void checkNetworkConf(const char *path, const networkConfRow *row)
{
    virDaemonNetworkConfig config = { .advertise_by_radvd = FALSE };
    g_autoptr(GError) err = NULL;
    int rc;

    if (row->text)
        g_assert_true(g_file_set_contents(path, row->text, -1, NULL));
    rc = virDaemonConfigReadNetwork(path, &config, &err);
    g_assert_cmpint(config.advertise_by_radvd, ==, row->radvd);
    if (!row->message) {
        g_assert_no_error(err);
        g_assert_cmpint(rc, ==, 0);
        return;
    }
    g_assert_cmpint(rc, ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_true(g_str_has_suffix(err->message, row->message));
    g_assert_true(row->message[0] != ':' || strstr(err->message, path));
}

static void test_network_conf(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "network.conf", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(network_confs); i++)
        checkNetworkConf(path, &network_confs[i]);
}

static void test_network_conf_sysfs_root(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "network.conf", NULL);
    virDaemonNetworkConfig config = { .sysfs_root = NULL };
    g_autofree char *root = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_true(g_file_set_contents(path, "sysfs_root = \"/fake/sys\"\n", -1, NULL));
    virDaemonConfigReadNetwork(path, &config, &err);
    g_assert_no_error(err);
    root = config.sysfs_root;
    g_assert_cmpstr(root, ==, "/fake/sys");
    g_assert_true(g_file_set_contents(path, "\nsysfs_root = \"sys\"\n", -1, NULL));
    g_assert_cmpint(virDaemonConfigReadNetwork(path, &config, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_true(g_str_has_suffix(err->message, ":2: sysfs_root must be an absolute path, not \"sys\""));
}

static void test_paths(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *root = g_build_filename(temp->dir, "r", NULL);
    g_autofree char *networks = g_build_filename(root, "etc/libvirt/qemu/networks", NULL);
    g_autofree char *pid_file = g_build_filename(root, "run/virtnetworkd.pid", NULL);
    g_autoptr(virDaemonPaths) paths = virDaemonPathsNew(root);
    mode_t old = umask(0077);
    GError *err = NULL;

    g_assert_cmpstr(paths->config_dir, ==, networks);
    g_assert_cmpstr(paths->pid_file, ==, pid_file);
    virDaemonPathsMake(paths, &err);
    umask(old);
    g_assert_no_error(err);
    g_assert_cmpuint(modeOf(root, ""), ==, 0755);
    g_assert_cmpuint(modeOf(root, "etc/libvirt"), ==, 0755);
    g_assert_cmpuint(modeOf(root, "etc/libvirt/qemu"), ==, 0700);
    g_assert_cmpuint(modeOf(root, "run/libvirt/network"), ==, 0755);
    g_assert_cmpuint(modeOf(root, "var/lib/libvirt/dnsmasq"), ==, 0755);
    g_assert_cmpuint(modeOf(root, "var/lib/libvirt/radvd"), ==, 0755);
}

static void test_paths_keep_modes(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(virDaemonPaths) paths = virDaemonPathsNew(temp->dir);
    g_autofree char *run = g_build_filename(temp->dir, "run", NULL);

    g_assert_cmpint(g_mkdir(run, 0750), ==, 0);
    g_assert_cmpint(virDaemonPathsMake(paths, NULL), ==, 0);
    g_assert_cmpuint(modeOf(temp->dir, "run"), ==, 0750);
}

/* Whether another process gets the lock. */
static gboolean childGets(const char *path, const char *expected)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        virDaemonLock *lock = NULL;
        GError *err = NULL;

        if (virDaemonLockAcquire(path, &lock, &err) == 0)
            _exit(0);
        _exit(g_strcmp0(err->message, expected) == 0 ? 1 : 2);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), !=, 2);
    return WEXITSTATUS(status) == 0;
}

static void test_lock(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "driver.pid", NULL);
    g_autofree char *pid = g_strdup_printf("%ld\n", (long)getpid());
    g_autofree char *message = g_strdup_printf("process %ld runs already: Failed to acquire pid file '%s': "
                                               "Resource temporarily unavailable", (long)getpid(), path);
    g_autofree char *content = NULL;
    virDaemonLock *lock = NULL;

    g_assert_true(g_file_set_contents(path, "999999999999\nstale", -1, NULL));
    g_assert_cmpint(virDaemonLockAcquire(path, &lock, NULL), ==, 0);
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, pid);
    g_assert_cmpuint(modeOf(path, ""), ==, 0644);
    g_assert_false(childGets(path, message));
    virDaemonLockRelease(lock);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_true(childGets(path, NULL));
}

/* A process that takes the lock and ends, and leaves one behind that has its descriptors until @ends[0] is at its end. */
static void lockAndLeaveOrphan(const char *path, const int *ends)
{
    virDaemonLock *lock = NULL;
    pid_t child = fork();
    char byte;

    if (child == 0) {
        if (virDaemonLockAcquire(path, &lock, NULL) < 0)
            _exit(1);
        if (fork() != 0)
            _exit(0);
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
}

typedef struct {
    gint go;
    int fd;
} Release;

static gpointer releaseOnceToldTo(gpointer data)
{
    Release *release = data;

    while (!g_atomic_int_get(&release->go))
        g_thread_yield();
    close(release->fd);
    return NULL;
}

static void test_lock_of_an_orphan(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "driver.pid", NULL);
    virDaemonLock *lock = NULL;
    Release release = { .go = FALSE };
    GThread *thread;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    lockAndLeaveOrphan(path, ends);
    release.fd = ends[1];
    thread = g_thread_new("release", releaseOnceToldTo, &release);
    g_atomic_int_set(&release.go, TRUE);
    g_assert_cmpint(virDaemonLockAcquire(path, &lock, NULL), ==, 0);
    g_thread_join(thread);
    virDaemonLockRelease(lock);
    close(ends[0]);
}

static void test_lock_without_directory(void)
{
    virDaemonLock *lock = NULL;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virDaemonLockAcquire("/nonexistent/x.pid", &lock, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, "Failed to open pid file '/nonexistent/x.pid': No such file or directory");
    g_assert_null(lock);
}

static void test_socket(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "s", NULL);
    const virDaemonSocket spec = { .path = path, .mode = 0770, .group = getgid(), .backlog = 5 };
    g_autofree char *served = g_strdup_printf("Failed to bind socket to '%s': another daemon serves it: "
                                              "Address already in use", path);
    g_autoptr(GError) err = NULL;
    int fd = virDaemonSocketOpen(&spec, &err);

    g_assert_no_error(err);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpuint(modeOf(path, ""), ==, 0770);
    g_assert_cmpint(virDaemonSocketOpen(&spec, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpstr(err->message, ==, served);
    g_clear_error(&err);
    close(fd);
    fd = virDaemonSocketOpen(&spec, &err);
    g_assert_no_error(err);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
}

static void test_socket_refused(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *file = g_build_filename(temp->dir, "f", NULL);
    g_autofree char *name = g_strnfill(200, 'x');
    g_autofree char *deep = g_build_filename(temp->dir, name, NULL);
    const virDaemonSocket over_file = { .path = file, .mode = 0700 };
    const virDaemonSocket too_long = { .path = deep, .mode = 0700 };
    g_autoptr(GError) err = NULL;

    g_assert_true(g_file_set_contents(file, "kept", -1, NULL));
    g_assert_cmpint(virDaemonSocketOpen(&over_file, &err), ==, -1);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, EEXIST);
    g_assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));
    g_clear_error(&err);
    g_assert_cmpint(virDaemonSocketOpen(&too_long, &err), ==, -1);
    g_assert_cmpint(virErrorGetInfo(err)->int1, ==, ENAMETOOLONG);
}

static void test_group(void)
{
    gid_t group = 7;
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(virDaemonSocketFindGroup("root", &group, &err), ==, 0);
    g_assert_cmpuint(group, ==, 0);
    g_assert_cmpint(virDaemonSocketFindGroup("4242", &group, &err), ==, 0);
    g_assert_cmpuint(group, ==, 4242);
    g_assert_cmpint(virDaemonSocketFindGroup("no such group", &group, &err), ==, -1);
    g_assert_cmpstr(err->message, ==, "Failed to look up group 'no such group': there is no such group");
    g_assert_cmpuint(group, ==, 4242);
}

static void test_notify(tempDir *temp, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(temp->dir, "notify", NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char text[32] = "";
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_setenv("NOTIFY_SOCKET", path, TRUE);
    virDaemonReady(-1);
    g_unsetenv("NOTIFY_SOCKET");
    g_assert_cmpint(recv(fd, text, sizeof(text) - 1, 0), ==, 7);
    g_assert_cmpstr(text, ==, "READY=1");
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/options/all-are-taken-and-paths-made-absolute", test_options);
    g_test_add_func("/daemon/options/none-is-the-machine-itself", test_options_defaults);
    g_test_add_func("/daemon/paths/of-root-slash-are-the-machines", test_paths_of_the_machine);
    g_test_add_func("/daemon/options/wrong-ones-are-refused", test_options_refused);
    g_test_add_func("/daemon/options/help-names-every-one", test_help_names_every_option);
    g_test_add_func("/daemon/config/every-setting-is-read", test_config_values);
    g_test_add_func("/daemon/config/defaults-and-mode-with-group", test_config_defaults);
    g_test_add_func("/daemon/config/wrong-and-unsupported-are-refused", test_config_refused);
    g_test_add_func("/daemon/config/unknown-is-warned-of", test_config_warnings);
    g_test_add_func("/daemon/config/missing-file-matters-only-if-named", test_config_file_missing);
    g_test_add("/daemon/config/network-conf-chooses-or-is-refused", tempDir, NULL, setUp, test_network_conf, tearDown);
    g_test_add("/daemon/config/network-conf-sysfs-root-is-an-absolute-path", tempDir, NULL, setUp,
               test_network_conf_sysfs_root, tearDown);
    g_test_add("/daemon/paths/made-with-modes-whatever-the-umask", tempDir, NULL, setUp, test_paths, tearDown);
    g_test_add("/daemon/paths/mode-of-existing-is-kept", tempDir, NULL, setUp, test_paths_keep_modes, tearDown);
    g_test_add("/daemon/lock/second-process-is-refused-until-release", tempDir, NULL, setUp, test_lock, tearDown);
    g_test_add("/daemon/lock/what-a-killed-daemons-child-still-holds-is-waited-for", tempDir, NULL, setUp, test_lock_of_an_orphan,
               tearDown);
    g_test_add_func("/daemon/lock/without-directory-is-refused", test_lock_without_directory);
    g_test_add("/daemon/socket/stale-is-replaced-served-is-not", tempDir, NULL, setUp, test_socket, tearDown);
    g_test_add("/daemon/socket/file-in-the-way-and-long-path-are-refused", tempDir, NULL, setUp, test_socket_refused,
               tearDown);
    g_test_add_func("/daemon/socket/group-by-name-and-number", test_group);
    g_test_add("/daemon/ready/systemd-is-told", tempDir, NULL, setUp, test_notify, tearDown);
    return g_test_run();
}

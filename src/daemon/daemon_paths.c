/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_paths.c: where everything of one daemon lies
 *
 * The layout is libvirt's, so that its tools and libnss-libvirt find what they look for. With a root of its own a
 * daemon has plain etc, run and var below it, whatever the build's prefix is.
 */
#include "daemon_paths.h"

#include <errno.h>
#include <sys/stat.h>

#include "config.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define LEASE_HELPER_NAME "libvirt_leaseshelper"

virDaemonPaths *virDaemonPathsNew(const char *root)
{
    virDaemonPaths *paths = g_new0(virDaemonPaths, 1);
    g_autofree char *etc = *root ? g_build_filename(root, "etc", NULL) : g_strdup(VIR_SYSCONFDIR);
    g_autofree char *run = *root ? g_build_filename(root, "run", NULL) : g_strdup(VIR_RUNSTATEDIR);
    g_autofree char *var = *root ? g_build_filename(root, "var", NULL) : g_strdup(VIR_LOCALSTATEDIR);

    paths->config_file = g_build_filename(etc, "libvirt", "virtnetworkd.conf", NULL);
    paths->network_file = g_build_filename(etc, "libvirt", "network.conf", NULL);
    paths->hooks_dir = g_build_filename(etc, "libvirt", "hooks", NULL);
    paths->config_dir = g_build_filename(etc, "libvirt", "qemu", "networks", NULL);
    paths->state_dir = g_build_filename(run, "libvirt", NULL);
    paths->run_dir = g_build_filename(paths->state_dir, "network", NULL);
    paths->lock_file = g_build_filename(paths->run_dir, "driver.pid", NULL);
    paths->pid_file = g_build_filename(run, "virtnetworkd.pid", NULL);
    paths->radvd_dir = g_build_filename(var, "lib", "libvirt", "radvd", NULL);
    paths->dnsmasq_dir = g_build_filename(var, "lib", "libvirt", "dnsmasq", NULL);
    return paths;
}

void virDaemonPathsFree(virDaemonPaths *paths)
{
    if (!paths)
        return;
    g_free(paths->config_file);
    g_free(paths->network_file);
    g_free(paths->hooks_dir);
    g_free(paths->config_dir);
    g_free(paths->state_dir);
    g_free(paths->run_dir);
    g_free(paths->lock_file);
    g_free(paths->pid_file);
    g_free(paths->dnsmasq_dir);
    g_free(paths->radvd_dir);
    g_free(paths);
}

/* The mode holds whatever the umask is. */
static int makeOne(const char *path, mode_t mode, GError **err)
{
    if (mkdir(path, mode) == 0)
        return chmod(path, mode) == 0 ? 0 : virFailErrno(err, errno, "cannot set the mode of directory '%s'", path);
    if (errno != EEXIST)
        return virFailErrno(err, errno, "cannot create directory '%s'", path);
    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return virFailErrno(err, ENOTDIR, "cannot use '%s'", path);
    return 0;
}

/* Parents are open to all: the users of dnsmasq and radvd pass through them. */
static int makeWithParents(const char *path, mode_t mode, GError **err)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (!g_file_test(parent, G_FILE_TEST_IS_DIR) && makeWithParents(parent, 0755, err) < 0)
        return -1;
    return makeOne(path, mode, err);
}

int virDaemonPathsMake(const virDaemonPaths *paths, GError **err)
{
    g_autofree char *qemu_dir = g_path_get_dirname(paths->config_dir);
    const struct {
        const char *path;
        mode_t mode;
    } dirs[] = {
        { qemu_dir, 0700 },
        { paths->config_dir, 0700 },
        { paths->run_dir, 0755 },
        { paths->dnsmasq_dir, 0755 },
        { paths->radvd_dir, 0755 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(dirs); i++) {
        if (makeWithParents(dirs[i].path, dirs[i].mode, err) < 0)
            return -1;
    }
    return 0;
}

char *virDaemonPathsFindLeaseHelper(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = self ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside = dir ? g_build_filename(dir, LEASE_HELPER_NAME, NULL) : NULL;

    if (beside && g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer(&beside);
    return g_strdup(VIR_LEASE_HELPER);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_dnsmasq.c: facet dnsmasq: its files, and the process that reads them
 *
 * What it shares with other programs is host_program.c's. The files are rebuilt at each start of a network, so they are
 * replaced but not synced. What is in them is the plan's matter. Called through the table in host_real.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_hold.h"
#include "host_program.h"
#include "host_reach.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* Far more than it ever needs: these bound how long a call can hang, nothing else. */
#define CHECK_TIMEOUT_MS 10000
#define START_TIMEOUT_MS 30000

/* At its end it calls the lease helper for what is queued: once per lease, if it was told to reload just before. */
#define STOP_TIMEOUT_MS 10000

/*
 * That is its child's work, which goes on when the process itself has ended. The next one reads the leases at its start: one that
 * is not written by then it would give to another guest. Nobody is served meanwhile.
 */
#define CHILD_TIMEOUT_MS 2000

#define CONF_OPTION "--conf-file"
#define SCRIPT_OPTION "--dhcp-script="

/* The largest file that is read back. */
#define MAX_FILE (64 * 1024 * 1024)

static virHostProgramFiles filesOf(const virNetworkPlan *plan)
{
    const virPlanDnsmasq *dnsmasq = &plan->dnsmasq;

    return (virHostProgramFiles){
        .conf = dnsmasq->conf, .conf_path = dnsmasq->conf_path, .pid_path = dnsmasq->pid_path,
    };
}

/* Asked before the one that runs is stopped: while its package is replaced there may be none to follow it. */
static int checkInstalled(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    if (g_file_test(real->dnsmasq_program, G_FILE_TEST_IS_EXECUTABLE))
        return 0;
    return virFail(err, VIR_ERR_OPERATION_FAILED, "network '%s': it needs dnsmasq, but there is no program '%s'", plan->name,
                   real->dnsmasq_program);
}

/*
 * Reading a conf for a test takes dnsmasq a third of the time of a restart. What is rendered from a definition was validated with
 * that; if dnsmasq refuses it all the same, its start fails and is undone.
 */
static int checkConf(virHostReal *real, const virNetworkPlan *plan, const char *path, GError **err)
{
    g_autofree char *bridge = g_strdup_printf("VIR_BRIDGE_NAME=%s", plan->bridge);
    g_autofree char *conf = g_strdup_printf("%s=%s", CONF_OPTION, path);
    const char *const argv[] = { real->dnsmasq_program, "--test", conf, NULL };
    const char *const env[] = { bridge, NULL };

    if (!plan->dnsmasq.has_options)
        return 0;
    return virProcessRun(argv, env, CHECK_TIMEOUT_MS, err);
}

static int writeHosts(const virPlanDnsmasq *dnsmasq, GError **err)
{
    if (virFileReplace(dnsmasq->hosts_path, dnsmasq->hosts ? dnsmasq->hosts : "", 0644, 0, err) < 0)
        return -1;
    return virFileReplace(dnsmasq->addnhosts_path, dnsmasq->addnhosts ? dnsmasq->addnhosts : "", 0644, 0, err);
}

/* An empty lease file, if there is none: what it holds otherwise is the lease helper's. */
static int makeLeaseFile(const char *path, GError **err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int rc;

    if (fd < 0 && errno == EEXIST)
        return 0;
    if (fd < 0)
        return virFailErrno(err, errno, "cannot create lease file '%s'", path);
    rc = fchmod(fd, 0644) < 0 ? errno : 0;
    close(fd);
    if (rc != 0)
        return virFailErrno(err, rc, "cannot set mode of lease file '%s'", path);
    return 0;
}

static int runDnsmasq(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    g_autofree char *bridge = g_strdup_printf("VIR_BRIDGE_NAME=%s", plan->bridge);
    g_autofree char *leases = g_strdup_printf("VIR_LEASE_DIR=%s", real->lease_dir);
    g_autofree char *conf = g_strdup_printf("%s=%s", CONF_OPTION, plan->dnsmasq.conf_path);
    g_autofree char *script = g_strconcat(SCRIPT_OPTION, real->lease_helper, NULL);
    const char *const argv[] = { real->dnsmasq_program, conf, "--leasefile-ro", script, NULL };
    const char *const env[] = { bridge, leases, NULL };

    return virProcessRun(argv, env, START_TIMEOUT_MS, err);
}

/*
 * Whether what it reads at SIGHUP can be reached by the user that it has become by then. Which user that is depends
 * on how it was built, so the running process is asked.
 */
static int checkReach(const virProcess *process, const virNetworkPlan *plan, GError **err)
{
    const virHostReach reach = { .program = "dnsmasq", .process = process };
    g_autofree char *hosts = g_path_get_dirname(plan->dnsmasq.hosts_path);
    g_autofree char *addnhosts = g_path_get_dirname(plan->dnsmasq.addnhosts_path);

    if (virHostReachCheck(&reach, hosts, err) < 0 || virHostReachCheck(&reach, addnhosts, err) < 0) {
        virErrorPrefix(err, "network '%s': ", plan->name);
        return -1;
    }
    return 0;
}

static const virHostProgram program = {
    .name = "dnsmasq", .conf_option = CONF_OPTION, .conf_mode = 0600, .stop_timeout_ms = STOP_TIMEOUT_MS,
    .child_timeout_ms = CHILD_TIMEOUT_MS,
    .files = filesOf, .check = checkConf, .run = runDnsmasq, .accept = checkReach,
};

/* One whose lease script is gone, with the package that it came from, keeps no leases any more. */
static gboolean canKeepLeases(const virProcess *process)
{
    g_autofree char *script = virProcessGetOption(process, SCRIPT_OPTION);

    return script && g_file_test(script, G_FILE_TEST_IS_EXECUTABLE);
}

static int readBack(const char *path, char **content, GError **err)
{
    return path ? virFileRead(path, MAX_FILE, content, err) : 0;
}

static int readHosts(const char *path, GRefString **ret_text, GError **err)
{
    g_autofree char *text = NULL;

    if (readBack(path, &text, err) < 0)
        return -1;
    *ret_text = text ? g_ref_string_new(text) : NULL;
    return 0;
}

int virHostDnsmasqProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    const virPlanDnsmasq *from = &want->dnsmasq;
    virPlanDnsmasq *to = &plan->dnsmasq;
    virProcess process;

    (void)real;
    to->conf_path = g_strdup(from->conf_path);
    to->hosts_path = g_strdup(from->hosts_path);
    to->addnhosts_path = g_strdup(from->addnhosts_path);
    to->lease_path = g_strdup(from->lease_path);
    to->pid_path = g_strdup(from->pid_path);
    to->present = virHostProgramFindRunning(&program, want, &process);
    to->loaded = !to->present || canKeepLeases(&process);
    if (readBack(from->conf_path, &to->conf, err) < 0 || readHosts(from->hosts_path, &to->hosts, err) < 0)
        return -1;
    return readHosts(from->addnhosts_path, &to->addnhosts, err);
}

static int writeConf(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    if (checkInstalled(real, plan, err) < 0)
        return -1;
    return virHostProgramWriteConf(real, &program, plan, err);
}

static int start(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    const virPlanDnsmasq *dnsmasq = &plan->dnsmasq;

    if (checkInstalled(real, plan, err) < 0 || virHostProgramStop(real, &program, plan, err) < 0 || writeHosts(dnsmasq, err) < 0 ||
        makeLeaseFile(dnsmasq->lease_path, err) < 0)
        return -1;
    return virHostProgramStart(real, &program, plan, err);
}

/* One that has died meanwhile reads everything anew when it is started. */
static int reload(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    virProcess process;

    if (virHostServiceReload(real, &program, plan->name))
        return 0;
    if (!virHostProgramFindRunning(&program, plan, &process))
        return start(real, plan, err);
    virHostServiceWatch(real, &program, plan->name, &process);
    if (!virHostServiceReload(real, &program, plan->name))
        return start(real, plan, err);
    return 0;
}

/* Its address must be free before the next one can serve it; queries that come in between are held. */
static int restart(virHostReal *real, const virNetworkStep *step, GError **err)
{
    g_autoptr(virHostHold) hold = NULL;

    if (checkInstalled(real, step->to, err) < 0)
        return -1;
    hold = virHostHoldBegin(step->to->addrs, step->to->bridge);
    if (step->from->dnsmasq.pid_path && virHostProgramStop(real, &program, step->from, err) < 0)
        return -1;
    if (start(real, step->to, err) < 0)
        return -1;
    virHostHoldAnswer(g_steal_pointer(&hold));
    return 0;
}

int virHostDnsmasqApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    switch (step->verb) {
    case VIR_STEP_DNSMASQ_WRITE_CONF:
        return writeConf(real, step->to, err);
    case VIR_STEP_DNSMASQ_WRITE_HOSTS:
        return writeHosts(&step->to->dnsmasq, err);
    case VIR_STEP_DNSMASQ_START:
        return start(real, step->to, err);
    case VIR_STEP_DNSMASQ_STOP:
        return virHostProgramStop(real, &program, step->from, err);
    case VIR_STEP_DNSMASQ_RESTART:
        return restart(real, step, err);
    case VIR_STEP_DNSMASQ_RELOAD:
        return reload(real, step->to, err);
    default:
        g_return_val_if_reached(-1);
    }
}

void virHostDnsmasqWatch(virHostReal *real, const virNetworkPlan *plan)
{
    virHostProgramWatch(real, &program, plan, plan->dnsmasq.present);
}

gboolean virHostDnsmasqReloadPending(virHostReal *real, const char *network)
{
    return virHostServiceReloadPending(real, &program, network);
}

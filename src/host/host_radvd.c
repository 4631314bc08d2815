/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_radvd.c: facet radvd: its conf, and the process that reads it
 *
 * What it shares with other programs is host_program.c's. It logs nowhere: what it says before it goes to the background ends
 * up in errors. Where there is a user "radvd" it becomes that one. Called through the table in host_real.c.
 */
#include <pwd.h>
#include <signal.h>

#include "host_program.h"
#include "host_reach.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define CONF_OPTION "--config"
#define LOG_OPTION "--logmethod=stderr_clean"
#define USER "radvd"

/* Far more than it ever needs: these bound how long a call can hang, nothing else. */
#define CHECK_TIMEOUT_MS 10000
#define START_TIMEOUT_MS 30000
#define STOP_TIMEOUT_MS 10000

/* The largest file that is read back. */
#define MAX_FILE (1024 * 1024)

#define MAX_PASSWD (64 * 1024)

static virHostProgramFiles filesOf(const virNetworkPlan *plan)
{
    const virPlanRadvd *radvd = &plan->radvd;

    return (virHostProgramFiles){ .conf = radvd->conf, .conf_path = radvd->conf_path, .pid_path = radvd->pid_path };
}

static int checkInstalled(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    if (g_file_test(real->radvd_program, G_FILE_TEST_IS_EXECUTABLE))
        return 0;
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                   "network '%s': network.conf gives router advertisements to radvd, but there is no program '%s'",
                   plan->name, real->radvd_program);
}

static int checkConf(virHostReal *real, const virNetworkPlan *plan, const char *path, GError **err)
{
    g_autofree char *conf = g_strdup_printf("%s=%s", CONF_OPTION, path);
    const char *const argv[] = { real->radvd_program, "--configtest", LOG_OPTION, conf, NULL };

    (void)plan;
    return virProcessRun(argv, NULL, CHECK_TIMEOUT_MS, err);
}

static gboolean userExists(const char *name)
{
    g_autofree char *buf = g_malloc(MAX_PASSWD);
    struct passwd entry, *found = NULL;

    return getpwnam_r(name, &entry, buf, MAX_PASSWD, &found) == 0 && found;
}

static int runRadvd(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    g_autofree char *conf = g_strdup_printf("%s=%s", CONF_OPTION, plan->radvd.conf_path);
    g_autofree char *pid = g_strdup_printf("--pidfile=%s", plan->radvd.pid_path);
    const char *user = userExists(USER) ? "--username=" USER : NULL;
    const char *const argv[] = { real->radvd_program, conf, pid, LOG_OPTION, user, NULL };

    return virProcessRun(argv, NULL, START_TIMEOUT_MS, err);
}

/*
 * At SIGHUP it opens its conf as the user that it has become, and ends if it cannot. When it becomes that user after its start
 * is not known, so it is not asked.
 */
static int checkReach(const virNetworkPlan *plan, GError **err)
{
    const virHostReach reach = { .program = "radvd", .user = USER };
    g_autofree char *dir = g_path_get_dirname(plan->radvd.conf_path);

    if (virHostReachCheck(&reach, dir, err) == 0)
        return 0;
    virErrorPrefix(err, "network '%s': ", plan->name);
    return -1;
}

static const virHostProgram program = {
    .name = "radvd", .conf_option = CONF_OPTION, .conf_mode = 0644, .stop_timeout_ms = STOP_TIMEOUT_MS,
    .files = filesOf, .check = checkConf, .run = runRadvd,
};

int virHostRadvdProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    const virPlanRadvd *from = &want->radvd;
    virPlanRadvd *to = &plan->radvd;
    virProcess process;

    (void)real;
    to->conf_path = g_strdup(from->conf_path);
    to->pid_path = g_strdup(from->pid_path);
    to->loaded = TRUE;
    to->present = virHostProgramFindRunning(&program, want, &process);
    return from->conf_path ? virFileRead(from->conf_path, MAX_FILE, &to->conf, err) : 0;
}

static int writeConf(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    if (checkInstalled(real, plan, err) < 0)
        return -1;
    return virHostProgramWriteConf(real, &program, plan, err);
}

static int start(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    if (checkInstalled(real, plan, err) < 0 || checkReach(plan, err) < 0)
        return -1;
    return virHostProgramStart(real, &program, plan, err);
}

/* One that has died meanwhile reads its conf when it is started. */
static int reload(virHostReal *real, const virNetworkPlan *plan, GError **err)
{
    virProcess process;

    if (virHostProgramFindRunning(&program, plan, &process) && virProcessSignal(&process, SIGHUP, NULL) == 0)
        return 0;
    return start(real, plan, err);
}

int virHostRadvdApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    switch (step->verb) {
    case VIR_STEP_RADVD_WRITE_CONF:
        return writeConf(real, step->to, err);
    case VIR_STEP_RADVD_START:
        return start(real, step->to, err);
    case VIR_STEP_RADVD_STOP:
        return virHostProgramStop(real, &program, step->from, err);
    case VIR_STEP_RADVD_RELOAD:
        return reload(real, step->to, err);
    default:
        g_return_val_if_reached(-1);
    }
}

void virHostRadvdWatch(virHostReal *real, const virNetworkPlan *plan)
{
    virHostProgramWatch(real, &program, plan, plan->radvd.present);
}

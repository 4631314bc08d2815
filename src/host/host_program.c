/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_program.c: programs that serve networks, and what is the same for all of them
 *
 * The conf is rebuilt at each start of a network, so it is replaced but not synced. What is in it is the plan's matter, and
 * how the program is called its facet's. Called by host_dnsmasq.c and the facets of other programs.
 */
#include "host_program.h"

#include <string.h>

#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

gboolean virHostProgramFindRunning(const virHostProgram *program, const virNetworkPlan *plan, virProcess *ret_process)
{
    const virHostProgramFiles files = program->files(plan);
    g_autofree char *text = NULL;
    g_autofree char *option = g_strconcat(program->conf_option, "=", NULL);
    g_autofree char *conf_path = NULL;
    virProcess process;
    guint64 pid;

    if (!files.pid_path || !files.conf_path || virFileRead(files.pid_path, 64, &text, NULL) < 0 || !text)
        return FALSE;
    if (!g_ascii_string_to_unsigned(g_strstrip(text), 10, 1, G_MAXINT, &pid, NULL))
        return FALSE;
    if (!virProcessIdentify((pid_t)pid, &process))
        return FALSE;
    conf_path = virProcessGetOption(&process, option);
    if (g_strcmp0(conf_path, files.conf_path) != 0)
        return FALSE;
    *ret_process = process;
    return TRUE;
}

/* The check has read the new file by another name than the one that the user will find it under. */
static void renameInError(GError **err, const char *temp, const char *path)
{
    const virErrorInfo *info = err && *err ? virErrorGetInfo(*err) : NULL;
    g_autoptr(GString) detail = NULL;

    if (!info || !info->str2)
        return;
    detail = g_string_new(info->str2);
    g_string_replace(detail, temp, path, 0);
    g_clear_error(err);
    (void)virFail(err, VIR_ERR_INTERNAL_ERROR, "%s", detail->str);
}

int virHostProgramWriteConf(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err)
{
    const virHostProgramFiles files = program->files(plan);
    g_autofree char *temp = NULL;

    if (virFileWriteBeside(files.conf_path, files.conf ? files.conf : "", program->conf_mode, 0, &temp, err) < 0)
        return -1;
    if (program->check(real, plan, temp, err) < 0)
        renameInError(err, temp, files.conf_path);
    else if (virFileRename(temp, files.conf_path, 0, err) == 0)
        return 0;
    (void)virFileRemove(temp, NULL);    /* the first error is the one to report */
    return -1;
}

/* Its first child may still have to write down what it was told last, which the next one is to read. */
static int stopProcess(const virHostProgram *program, const virProcess *process, GError **err)
{
    virProcess child;
    gboolean has_child = program->child_timeout_ms > 0 && virProcessFindFirstChild(process, &child);

    if (virProcessStop(process, program->stop_timeout_ms, err) < 0)
        return -1;
    if (has_child)
        (void)virProcessAwaitEnd(&child, program->child_timeout_ms);    /* it ends by itself; what is late is not worth more */
    return 0;
}

int virHostProgramStop(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err)
{
    const virHostProgramFiles files = program->files(plan);
    virProcess process;

    if (virHostServiceFind(real, program, plan->name, &process)) {
        virHostServiceForget(real, program, plan->name);
        if (stopProcess(program, &process, err) < 0)
            return -1;
    }
    /* One of an earlier daemon, or one whose end was noticed before this. */
    if (virHostProgramFindRunning(program, plan, &process) && stopProcess(program, &process, err) < 0)
        return -1;
    return files.pid_path ? virFileRemove(files.pid_path, err) : 0;
}

static int runAndFind(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err)
{
    virProcess process;

    if (program->run(real, plan, err) < 0)
        return -1;
    if (!virHostProgramFindRunning(program, plan, &process))
        return virFail(err, VIR_ERR_INTERNAL_ERROR,
                       "network '%s': %s has started, but is not the process that '%s' names", plan->name,
                       program->name, program->files(plan).pid_path);
    if (program->accept && program->accept(&process, plan, err) < 0)
        return -1;
    virHostServiceWatch(real, program, plan->name, &process);
    return 0;
}

int virHostProgramStart(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err)
{
    if (virHostProgramStop(real, program, plan, err) < 0)
        return -1;
    if (runAndFind(real, program, plan, err) == 0)
        return 0;
    /* Its background half has told why, and may still be on its way out; the first error is the one to report. */
    (void)virHostProgramStop(real, program, plan, NULL);
    return -1;
}

void virHostProgramWatch(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, gboolean present)
{
    virProcess process = { .pid = 0 };

    if (!present) {
        virHostServiceForget(real, program, plan->name);
        return;
    }
    (void)virHostProgramFindRunning(program, plan, &process);   /* one that is gone by now is then reported as died */
    virHostServiceWatch(real, program, plan->name, &process);
}

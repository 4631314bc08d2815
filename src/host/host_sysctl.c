/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_sysctl.c: facet sysctl: switches below /proc/sys
 *
 * Reads and writes one switch at a time; which ones, and whether they are taken back, is the plan's matter. Called
 * through the table in host_real.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host_real.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define MAX_VALUE 4096

static char *fileOf(const virPlanSysctl *sysctl)
{
    return g_strdup_printf("/proc/sys/%s", sysctl->path);
}

/* A kernel that speaks no IPv6 has all of it switched off for good. */
static gboolean isWithoutKernel(const virPlanSysctl *sysctl)
{
    return g_str_has_prefix(sysctl->path, "net/ipv6/") && !sysctl->shared &&
           !g_file_test("/proc/sys/net/ipv6", G_FILE_TEST_IS_DIR);
}

/* *@ret_value is NULL where there is no such switch. */
static int readValue(const virPlanSysctl *sysctl, char **ret_value, GError **err)
{
    g_autofree char *file = fileOf(sysctl);
    g_autofree char *value = NULL;

    if (virFileRead(file, MAX_VALUE, &value, err) < 0)
        return -1;
    if (value)
        g_strchomp(value);
    *ret_value = g_steal_pointer(&value);
    return 0;
}

int virHostSysctlProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    (void)real;
    for (guint i = 0; i < want->sysctls->len; i++) {
        const virPlanSysctl *sysctl = want->sysctls->pdata[i];
        g_autofree char *value = NULL;
        virPlanSysctl *found;

        if (isWithoutKernel(sysctl))
            value = g_strdup(sysctl->value);
        else if (readValue(sysctl, &value, err) < 0)
            return -1;
        if (!value)
            continue;
        found = g_new0(virPlanSysctl, 1);
        found->path = g_strdup(sysctl->path);
        found->value = g_steal_pointer(&value);
        found->shared = sysctl->shared;
        g_ptr_array_add(plan->sysctls, found);
    }
    return 0;
}

static int writeValue(const virPlanSysctl *sysctl, GError **err)
{
    g_autofree char *file = fileOf(sysctl);
    gsize len = strlen(sysctl->value);
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    gssize n = fd >= 0 ? write(fd, sysctl->value, len) : -1;
    int errnum = errno;

    if (fd >= 0)
        close(fd);
    if (n != (gssize)len)
        return virFailErrno(err, n < 0 ? errnum : EIO, "cannot write '%s' to '%s'", sysctl->value, file);
    return 0;
}

int virHostSysctlApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    g_autofree char *now = NULL;

    (void)real;
    if (isWithoutKernel(step->sysctl))
        return 0;
    /* Writing the same again is not free: a forwarding switch walks over all devices. */
    if (readValue(step->sysctl, &now, err) < 0)
        return -1;
    if (g_strcmp0(now, step->sysctl->value) == 0)
        return 0;
    return writeValue(step->sysctl, err);
}

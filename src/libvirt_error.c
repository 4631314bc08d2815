/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_error.c: the public error functions
 *
 * One error is kept for each thread and a copy in each connection that was used. Inside of the project errors are
 * GErrors; only virErrorReport here turns one into a virError, called at the end of every public function that failed.
 */
#include "libvirt_error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datatypes.h"
#include "virerror.h"

/* What an error's domain is called in a printed line. */
static const char *const domain_words[] = {
    [VIR_FROM_NONE] = "",
    [VIR_FROM_XEN] = "Xen Driver",
    [VIR_FROM_XEND] = "Xen Daemon",
    [VIR_FROM_XENSTORE] = "Xen Store",
    [VIR_FROM_SEXPR] = "S-Expression",
    [VIR_FROM_XML] = "XML Util",
    [VIR_FROM_DOM] = "Domain",
    [VIR_FROM_RPC] = "XML-RPC",
    [VIR_FROM_PROXY] = "Proxy Daemon",
    [VIR_FROM_CONF] = "Config File",
    [VIR_FROM_QEMU] = "QEMU Driver",
    [VIR_FROM_NET] = "Network",
    [VIR_FROM_TEST] = "Test Driver",
    [VIR_FROM_REMOTE] = "Remote Driver",
    [VIR_FROM_OPENVZ] = "OpenVZ Driver",
    [VIR_FROM_XENXM] = "Xen XM Driver",
    [VIR_FROM_STATS_LINUX] = "Linux Statistics",
    [VIR_FROM_LXC] = "LXC Driver",
    [VIR_FROM_STORAGE] = "Storage Driver",
    [VIR_FROM_NETWORK] = "Network Driver",
    [VIR_FROM_DOMAIN] = "Domain Config",
    [VIR_FROM_UML] = "User Mode Linux Driver",
    [VIR_FROM_NODEDEV] = "Node Device Driver",
    [VIR_FROM_XEN_INOTIFY] = "Xen Inotify Driver",
    [VIR_FROM_SECURITY] = "Security Driver",
    [VIR_FROM_VBOX] = "VirtualBox Driver",
    [VIR_FROM_INTERFACE] = "Network Interface Driver",
    [VIR_FROM_ONE] = "Open Nebula Driver",
    [VIR_FROM_ESX] = "ESX Driver",
    [VIR_FROM_PHYP] = "Power Hypervisor Driver",
    [VIR_FROM_SECRET] = "Secrets Driver",
    [VIR_FROM_CPU] = "CPU Driver",
    [VIR_FROM_XENAPI] = "XenAPI Driver",
    [VIR_FROM_NWFILTER] = "Network Filter Driver",
    [VIR_FROM_HOOK] = "Lifecycle Hook",
    [VIR_FROM_DOMAIN_SNAPSHOT] = "Domain Snapshot",
    [VIR_FROM_AUDIT] = "Audit Utils",
    [VIR_FROM_SYSINFO] = "Sysinfo Utils",
    [VIR_FROM_STREAMS] = "I/O Stream Utils",
    [VIR_FROM_VMWARE] = "VMware Driver",
    [VIR_FROM_EVENT] = "Event Loop",
    [VIR_FROM_LIBXL] = "Xen Light Driver",
    [VIR_FROM_LOCKING] = "Lock Driver",
    [VIR_FROM_HYPERV] = "Hyper-V Driver",
    [VIR_FROM_CAPABILITIES] = "Capabilities Utils",
    [VIR_FROM_URI] = "URI Utils",
    [VIR_FROM_AUTH] = "Authentication Utils",
    [VIR_FROM_DBUS] = "DBus Utils",
    [VIR_FROM_PARALLELS] = "Parallels Cloud Server",
    [VIR_FROM_DEVICE] = "Device Config",
    [VIR_FROM_SSH] = "SSH transport layer",
    [VIR_FROM_LOCKSPACE] = "Lock Space",
    [VIR_FROM_INITCTL] = "Init control",
    [VIR_FROM_IDENTITY] = "Identity",
    [VIR_FROM_CGROUP] = "Cgroup",
    [VIR_FROM_ACCESS] = "Access Manager",
    [VIR_FROM_SYSTEMD] = "Systemd",
    [VIR_FROM_BHYVE] = "Bhyve",
    [VIR_FROM_CRYPTO] = "Crypto",
    [VIR_FROM_FIREWALL] = "Firewall",
    [VIR_FROM_POLKIT] = "Polkit",
    [VIR_FROM_THREAD] = "Thread jobs",
    [VIR_FROM_ADMIN] = "Admin Interface",
    [VIR_FROM_LOGGING] = "Log Manager",
    [VIR_FROM_XENXL] = "Xen XL Config",
    [VIR_FROM_PERF] = "Perf",
    [VIR_FROM_LIBSSH] = "Libssh transport layer",
    [VIR_FROM_RESCTRL] = "Resource control",
    [VIR_FROM_FIREWALLD] = "FirewallD",
    [VIR_FROM_DOMAIN_CHECKPOINT] = "Domain Checkpoint",
    [VIR_FROM_TPM] = "TPM",
    [VIR_FROM_BPF] = "BPF",
    [VIR_FROM_CH] = "Cloud-Hypervisor Driver",
};

/* The handler of the process. */
static struct {
    GMutex lock;
    virErrorFunc handler;
    void *data;
} process;

static void freeThreadError(void *error)
{
    virFreeError(error);
}

static GPrivate thread_error = G_PRIVATE_INIT(freeThreadError);

static virErrorPtr threadError(void)
{
    virErrorPtr error = g_private_get(&thread_error);

    if (!error) {
        error = g_new0(virError, 1);
        g_private_set(&thread_error, error);
    }
    return error;
}

/* @to is overwritten: what it held before is not freed. */
static void copyError(const virError *from, virErrorPtr to)
{
    memset(to, 0, sizeof(*to));
    to->code = from->code;
    to->domain = from->domain;
    to->level = from->level;
    to->message = g_strdup(from->message);
    to->str1 = g_strdup(from->str1);
    to->str2 = g_strdup(from->str2);
    to->str3 = g_strdup(from->str3);
    to->int1 = from->int1;
    to->int2 = from->int2;
}

/* --- Reading and forgetting ------------------------------------------------------------------------------------- */

virErrorPtr virGetLastError(void)
{
    virErrorPtr error = threadError();

    return error->code == VIR_ERR_OK ? NULL : error;
}

int virGetLastErrorCode(void)
{
    return threadError()->code;
}

int virGetLastErrorDomain(void)
{
    return threadError()->domain;
}

const char *virGetLastErrorMessage(void)
{
    virErrorPtr error = virGetLastError();

    if (!error)
        return "no error";
    return error->message ? error->message : "unknown error";
}

int virCopyLastError(virErrorPtr to)
{
    if (!to)
        return -1;
    copyError(threadError(), to);
    return to->code;
}

virErrorPtr virSaveLastError(void)
{
    int saved_errno = errno;
    virErrorPtr copy = g_new0(virError, 1);

    (void)virCopyLastError(copy);
    errno = saved_errno;
    return copy;
}

void virResetError(virErrorPtr err)
{
    if (!err)
        return;
    free(err->message);
    free(err->str1);
    free(err->str2);
    free(err->str3);
    memset(err, 0, sizeof(*err));
}

void virFreeError(virErrorPtr err)
{
    virResetError(err);
    free(err);
}

void virResetLastError(void)
{
    virResetError(threadError());
}

virErrorPtr virConnGetLastError(virConnectPtr conn)
{
    return virDatatypesIsConnect(conn) ? &conn->error : NULL;
}

int virConnCopyLastError(virConnectPtr conn, virErrorPtr to)
{
    if (!virDatatypesIsConnect(conn) || !to)
        return -1;
    g_mutex_lock(&conn->lock);
    copyError(&conn->error, to);
    g_mutex_unlock(&conn->lock);
    return to->code;
}

void virConnResetLastError(virConnectPtr conn)
{
    if (!virDatatypesIsConnect(conn))
        return;
    g_mutex_lock(&conn->lock);
    virResetError(&conn->error);
    g_mutex_unlock(&conn->lock);
}

/* --- Telling ---------------------------------------------------------------------------------------------------- */

static const char *levelWord(virErrorLevel level)
{
    switch (level) {
    case VIR_ERR_WARNING:
        return "warning";
    case VIR_ERR_ERROR:
        return "error";
    case VIR_ERR_NONE:
    default:
        return "";
    }
}

void virDefaultErrorFunc(virErrorPtr err)
{
    const char *domain = "", *message;
    g_autofree char *line = NULL;

    if (!err || err->code == VIR_ERR_OK)
        return;
    if (err->domain >= 0 && err->domain < (int)G_N_ELEMENTS(domain_words))
        domain = domain_words[err->domain];
    message = err->message ? err->message : "unknown error";
    if (err->domain == VIR_FROM_XML && err->code == VIR_ERR_XML_DETAIL && err->int1 != 0)
        line = g_strdup_printf("line %d: ", err->int1);
    /* Between level and colon stood the name of an object once; the blank has stayed, and programs know it. */
    fprintf(stderr, "libvirt: %s %s : %s%s%s", domain, levelWord(err->level), line ? line : "", message,
            g_str_has_suffix(message, "\n") ? "" : "\n");
}

void virSetErrorFunc(void *userData, virErrorFunc handler)
{
    g_mutex_lock(&process.lock);
    process.handler = handler;
    process.data = userData;
    g_mutex_unlock(&process.lock);
}

void virConnSetErrorFunc(virConnectPtr conn, void *userData, virErrorFunc handler)
{
    if (!virDatatypesIsConnect(conn))
        return;
    g_mutex_lock(&conn->lock);
    conn->handler = handler;
    conn->handler_data = userData;
    g_mutex_unlock(&conn->lock);
}

/* --- From GError to virError ------------------------------------------------------------------------------------ */

static void fromGError(const GError *err, virErrorPtr ret_error)
{
    const virErrorInfo *info;

    ret_error->level = VIR_ERR_ERROR;
    ret_error->code = VIR_ERR_INTERNAL_ERROR;
    ret_error->message = g_strdup(err ? err->message : "An error occurred, but the cause is unknown");
    if (!err || err->domain != VIR_ERROR)
        return;
    info = virErrorGetInfo(err);
    ret_error->code = err->code;
    ret_error->domain = info->domain;
    ret_error->str1 = g_strdup(info->str1);
    ret_error->str2 = g_strdup(info->str2);
    ret_error->str3 = g_strdup(info->str3);
    ret_error->int1 = info->int1;
    ret_error->int2 = info->int2;
}

/* Keeps the error in @conn; returns its handler, if it has one. */
static virErrorFunc keepInConnection(virConnectPtr conn, const virError *error, void **ret_data)
{
    virErrorFunc handler;

    g_mutex_lock(&conn->lock);
    virResetError(&conn->error);
    copyError(error, &conn->error);
    handler = conn->handler;
    *ret_data = conn->handler_data;
    g_mutex_unlock(&conn->lock);
    return handler;
}

static virErrorFunc processHandler(void **ret_data)
{
    virErrorFunc handler;

    g_mutex_lock(&process.lock);
    handler = process.handler;
    *ret_data = process.data;
    g_mutex_unlock(&process.lock);
    return handler;
}

void virErrorReport(virConnectPtr conn, const GError *err)
{
    virErrorPtr error = threadError();
    virErrorFunc handler = NULL;
    void *data = NULL;

    virResetError(error);
    fromGError(err, error);
    if (conn)
        handler = keepInConnection(conn, error, &data);
    if (!handler)
        handler = processHandler(&data);
    if (handler)
        handler(data, error);
    else
        virDefaultErrorFunc(error);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virerror.c: errors as extended GErrors
 *
 * The templates of messages are interface: clients search for some of them ("Network not found"). They are listed
 * once, here, as prefix and as whole sentence.
 */
#include "virerror.h"

#include <stdarg.h>
#include <string.h>

#include "virtext.h"

static void infoInit(virErrorInfo *info)
{
    memset(info, 0, sizeof(*info));
    info->int1 = info->int2 = -1;
}

static void infoCopy(const virErrorInfo *from, virErrorInfo *to)
{
    *to = *from;
    to->str1 = g_strdup(from->str1);
    to->str2 = g_strdup(from->str2);
    to->str3 = g_strdup(from->str3);
}

static void infoClear(virErrorInfo *info)
{
    g_free(info->str1);
    g_free(info->str2);
    g_free(info->str3);
}

/* GLib allocates this block in front of the GError. */
typedef struct {
    virErrorInfo info;
} virErrorPrivate;

static void vir_error_private_init(virErrorPrivate *priv)
{
    infoInit(&priv->info);
}

static void vir_error_private_copy(const virErrorPrivate *from, virErrorPrivate *to)
{
    infoCopy(&from->info, &to->info);
}

static void vir_error_private_clear(virErrorPrivate *priv)
{
    infoClear(&priv->info);
}

typedef virErrorPrivate VirErrorPrivate;
GQuark vir_error_quark(void);
G_DEFINE_EXTENDED_ERROR(VirError, vir_error)

GQuark virErrorQuark(void)
{
    return vir_error_quark();
}

const virErrorInfo *virErrorGetInfo(const GError *err)
{
    g_return_val_if_fail(err && err->domain == VIR_ERROR, NULL);
    return &vir_error_get_private(err)->info;
}

/*
 * By code: the sentence without detail, and the template with it; NULL: ": %s" is put behind the sentence. Marked are those
 * that this project raises.
 */
static const struct {
    const char *plain;
    const char *detail;
} templates[] = {
    [VIR_ERR_INTERNAL_ERROR] = { N_("internal error"), NULL },
    [VIR_ERR_NO_MEMORY] = { "out of memory", NULL },
    [VIR_ERR_NO_SUPPORT] = { N_("this function is not supported by the connection driver"), NULL },
    [VIR_ERR_UNKNOWN_HOST] = { "unknown host", "unknown host %s" },
    [VIR_ERR_NO_CONNECT] = { N_("no connection driver available"), N_("no connection driver available for %s") },
    [VIR_ERR_INVALID_CONN] = { N_("invalid connection pointer in"), N_("invalid connection pointer in %s") },
    [VIR_ERR_INVALID_DOMAIN] = { N_("invalid domain pointer in"), N_("invalid domain pointer in %s") },
    [VIR_ERR_INVALID_ARG] = { N_("invalid argument"), NULL },
    [VIR_ERR_OPERATION_FAILED] = { N_("operation failed"), NULL },
    [VIR_ERR_GET_FAILED] = { "GET operation failed", NULL },
    [VIR_ERR_POST_FAILED] = { "POST operation failed", NULL },
    [VIR_ERR_HTTP_ERROR] = { "got unknown HTTP error code", "got unknown HTTP error code %s" },
    [VIR_ERR_SEXPR_SERIAL] = { "failed to serialize S-Expr", NULL },
    [VIR_ERR_NO_XEN] = { "could not use Xen hypervisor entry", "could not use Xen hypervisor entry %s" },
    [VIR_ERR_XEN_CALL] = { "failed Xen syscall", "failed Xen syscall %s" },
    [VIR_ERR_OS_TYPE] = { "unknown OS type", "unknown OS type %s" },
    [VIR_ERR_NO_KERNEL] = { "missing kernel information", NULL },
    [VIR_ERR_NO_ROOT] = { "missing root device information", "missing root device information in %s" },
    [VIR_ERR_NO_SOURCE] = { "missing source information for device", "missing source information for device %s" },
    [VIR_ERR_NO_TARGET] = { "missing target information for device", "missing target information for device %s" },
    [VIR_ERR_NO_NAME] = { N_("missing name information"), N_("missing name information in %s") },
    [VIR_ERR_NO_OS] = { "missing operating system information", "missing operating system information for %s" },
    [VIR_ERR_NO_DEVICE] = { "missing devices information", "missing devices information for %s" },
    [VIR_ERR_NO_XENSTORE] = { "could not connect to Xen Store", "could not connect to Xen Store %s" },
    [VIR_ERR_DRIVER_FULL] = { "too many drivers registered", "too many drivers registered in %s" },
    [VIR_ERR_CALL_FAILED] = { "library call failed", NULL },
    [VIR_ERR_XML_ERROR] = { N_("XML description is invalid or not well formed"), N_("XML error: %s") },
    [VIR_ERR_DOM_EXIST] = { "this domain exists already", "domain %s exists already" },
    [VIR_ERR_OPERATION_DENIED] = { N_("operation forbidden for read only access"), N_("operation forbidden: %s") },
    [VIR_ERR_OPEN_FAILED] = { "failed to open configuration file", "failed to open configuration file %s" },
    [VIR_ERR_READ_FAILED] = { "failed to read configuration file", "failed to read configuration file %s" },
    [VIR_ERR_PARSE_FAILED] = { "failed to parse configuration file", "failed to parse configuration file %s" },
    [VIR_ERR_CONF_SYNTAX] = { N_("configuration file syntax error"), NULL },
    [VIR_ERR_WRITE_FAILED] = { "failed to write configuration file", NULL },
    [VIR_ERR_XML_DETAIL] = { N_("parser error"), "%s" },
    [VIR_ERR_INVALID_NETWORK] = { N_("invalid network pointer in"), N_("invalid network pointer in %s") },
    [VIR_ERR_NETWORK_EXIST] = { "this network exists already", "network %s exists already" },
    [VIR_ERR_SYSTEM_ERROR] = { N_("system call error"), "%s" },
    [VIR_ERR_RPC] = { N_("RPC error"), "%s" },
    [VIR_ERR_GNUTLS_ERROR] = { "GNUTLS call error", "%s" },
    [VIR_WAR_NO_NETWORK] = { "Failed to find the network", NULL },
    [VIR_ERR_NO_DOMAIN] = { "Domain not found", NULL },
    [VIR_ERR_NO_NETWORK] = { N_("Network not found"), NULL },
    [VIR_ERR_INVALID_MAC] = { N_("invalid MAC address"), NULL },
    [VIR_ERR_AUTH_FAILED] = { N_("authentication failed"), NULL },
    [VIR_ERR_INVALID_STORAGE_POOL] = { N_("invalid storage pool pointer in"),
                                       N_("invalid storage pool pointer in %s") },
    [VIR_ERR_INVALID_STORAGE_VOL] = { N_("invalid storage volume pointer in"),
                                      N_("invalid storage volume pointer in %s") },
    [VIR_WAR_NO_STORAGE] = { "Failed to find a storage driver", NULL },
    [VIR_ERR_NO_STORAGE_POOL] = { "Storage pool not found", NULL },
    [VIR_ERR_NO_STORAGE_VOL] = { "Storage volume not found", NULL },
    [VIR_WAR_NO_NODE] = { "Failed to find a node driver", NULL },
    [VIR_ERR_INVALID_NODE_DEVICE] = { N_("invalid node device pointer"), N_("invalid node device pointer in %s") },
    [VIR_ERR_NO_NODE_DEVICE] = { "Node device not found", NULL },
    [VIR_ERR_NO_SECURITY_MODEL] = { "Security model not found", NULL },
    [VIR_ERR_OPERATION_INVALID] = { N_("Requested operation is not valid"), NULL },
    [VIR_WAR_NO_INTERFACE] = { "Failed to find the interface", NULL },
    [VIR_ERR_NO_INTERFACE] = { "Interface not found", NULL },
    [VIR_ERR_INVALID_INTERFACE] = { N_("invalid interface pointer in"), N_("invalid interface pointer in %s") },
    [VIR_ERR_MULTIPLE_INTERFACES] = { "multiple matching interfaces found", NULL },
    [VIR_WAR_NO_NWFILTER] = { "Failed to start the nwfilter driver", NULL },
    [VIR_ERR_INVALID_NWFILTER] = { N_("Invalid network filter"), NULL },
    [VIR_ERR_NO_NWFILTER] = { "Network filter not found", NULL },
    [VIR_ERR_BUILD_FIREWALL] = { "Error while building firewall", NULL },
    [VIR_WAR_NO_SECRET] = { "Failed to find a secret storage driver", NULL },
    [VIR_ERR_INVALID_SECRET] = { N_("Invalid secret"), NULL },
    [VIR_ERR_NO_SECRET] = { "Secret not found", NULL },
    [VIR_ERR_CONFIG_UNSUPPORTED] = { N_("unsupported configuration"), NULL },
    [VIR_ERR_OPERATION_TIMEOUT] = { "Timed out during operation", NULL },
    [VIR_ERR_MIGRATE_PERSIST_FAILED] = { "Failed to make domain persistent after migration", NULL },
    [VIR_ERR_HOOK_SCRIPT_FAILED] = { N_("Hook script execution failed"), NULL },
    [VIR_ERR_INVALID_DOMAIN_SNAPSHOT] = { N_("Invalid domain snapshot"), NULL },
    [VIR_ERR_NO_DOMAIN_SNAPSHOT] = { "Domain snapshot not found", NULL },
    [VIR_ERR_INVALID_STREAM] = { N_("invalid stream pointer"), N_("invalid stream pointer in %s") },
    [VIR_ERR_ARGUMENT_UNSUPPORTED] = { N_("argument unsupported"), NULL },
    [VIR_ERR_STORAGE_PROBE_FAILED] = { "Storage pool probe failed", NULL },
    [VIR_ERR_STORAGE_POOL_BUILT] = { "Storage pool already built", NULL },
    [VIR_ERR_SNAPSHOT_REVERT_RISKY] = { "revert requires force", NULL },
    [VIR_ERR_OPERATION_ABORTED] = { "operation aborted", NULL },
    [VIR_ERR_AUTH_CANCELLED] = { "authentication cancelled", NULL },
    [VIR_ERR_NO_DOMAIN_METADATA] = { "metadata not found", NULL },
    [VIR_ERR_MIGRATE_UNSAFE] = { "Unsafe migration", NULL },
    [VIR_ERR_OVERFLOW] = { "numerical overflow", NULL },
    [VIR_ERR_BLOCK_COPY_ACTIVE] = { "block copy still active", NULL },
    [VIR_ERR_OPERATION_UNSUPPORTED] = { N_("Operation not supported"), NULL },
    [VIR_ERR_SSH] = { "SSH transport error", NULL },
    [VIR_ERR_AGENT_UNRESPONSIVE] = { "Guest agent is not responding", NULL },
    [VIR_ERR_RESOURCE_BUSY] = { "resource busy", NULL },
    [VIR_ERR_ACCESS_DENIED] = { "access denied", NULL },
    [VIR_ERR_DBUS_SERVICE] = { "error from service", NULL },
    [VIR_ERR_STORAGE_VOL_EXIST] = { "this storage volume exists already", "storage volume %s exists already" },
    [VIR_ERR_CPU_INCOMPATIBLE] = { "the CPU is incompatible with host CPU", NULL },
    [VIR_ERR_XML_INVALID_SCHEMA] = { N_("XML document failed to validate against schema"), NULL },
    [VIR_ERR_MIGRATE_FINISH_OK] = { "migration successfully aborted", NULL },
    [VIR_ERR_AUTH_UNAVAILABLE] = { "authentication unavailable", NULL },
    [VIR_ERR_NO_SERVER] = { "Server not found", NULL },
    [VIR_ERR_NO_CLIENT] = { "Client not found", NULL },
    [VIR_ERR_AGENT_UNSYNCED] = { "guest agent replied with wrong id to guest-sync command", NULL },
    [VIR_ERR_LIBSSH] = { "libssh transport error", NULL },
    [VIR_ERR_DEVICE_MISSING] = { "device not found", NULL },
    [VIR_ERR_INVALID_NWFILTER_BINDING] = { N_("Invalid network filter binding"), NULL },
    [VIR_ERR_NO_NWFILTER_BINDING] = { "Network filter binding not found", NULL },
    [VIR_ERR_INVALID_DOMAIN_CHECKPOINT] = { N_("Invalid domain checkpoint"), NULL },
    [VIR_ERR_NO_DOMAIN_CHECKPOINT] = { "Domain checkpoint not found", NULL },
    [VIR_ERR_NO_DOMAIN_BACKUP] = { "Domain backup job id not found", NULL },
    [VIR_ERR_INVALID_NETWORK_PORT] = { N_("Invalid network port pointer"), NULL },
    [VIR_ERR_NETWORK_PORT_EXIST] = { N_("this network port exists already"), N_("network port %s exists already") },
    [VIR_ERR_NO_NETWORK_PORT] = { N_("network port not found"), NULL },
    [VIR_ERR_NO_HOSTNAME] = { "no hostname found", NULL },
    [VIR_ERR_CHECKPOINT_INCONSISTENT] = { "checkpoint inconsistent", NULL },
    [VIR_ERR_MULTIPLE_DOMAINS] = { "multiple matching domains found", NULL },
    [VIR_ERR_NO_NETWORK_METADATA] = { N_("metadata not found"), NULL },
    [VIR_ERR_AGENT_COMMAND_TIMEOUT] = { "guest agent command timed out", NULL },
    [VIR_ERR_AGENT_COMMAND_FAILED] = { "guest agent command failed", NULL },
};

/* Interned: callers keep it, and there are only as many as codes and languages. */
static const char *withColon(const char *sentence)
{
    g_autofree char *made = g_strdup_printf("%s: %%s", sentence);

    return g_intern_string(made);
}

const char *virErrorTemplate(int code, gboolean with_detail)
{
    if (code <= 0 || code >= (int)G_N_ELEMENTS(templates) || !templates[code].plain)
        return NULL;
    if (!with_detail)
        return virText(templates[code].plain);
    return templates[code].detail ? virText(templates[code].detail) : withColon(virText(templates[code].plain));
}

/* Fills the one %s of @template. */
static char *fill(const char *template, const char *detail)
{
    const char *hole = strstr(template, "%s");

    if (!hole)
        return g_strdup(template);
    return g_strdup_printf("%.*s%s%s", (int)(hole - template), template, detail, hole + 2);
}

/* Makes the error; takes over the strings of @info. */
static int raiseError(GError **err, int code, const char *message, virErrorInfo *info)
{
    GError *made;

    if (!err) {
        infoClear(info);
        return -1;
    }
    made = g_error_new_literal(VIR_ERROR, code, message);
    vir_error_get_private(made)->info = *info;
    g_propagate_error(err, made);
    return -1;
}

static int raiseDetail(GError **err, int domain, int code, char *detail)
{
    const char *template = virErrorTemplate(code, TRUE);
    g_autofree char *message = fill(template ? template : "%s", detail);
    virErrorInfo info;

    infoInit(&info);
    info.domain = domain;
    info.str1 = g_strdup(template ? template : "%s");
    info.str2 = detail;
    return raiseError(err, code, message, &info);
}

static int raisePlain(GError **err, int domain, int code)
{
    const char *sentence = virErrorTemplate(code, FALSE);
    virErrorInfo info;

    infoInit(&info);
    info.domain = domain;
    info.str1 = g_strdup(sentence);
    return raiseError(err, code, sentence ? sentence : virText(N_("unknown error")), &info);
}

int virErrorSet(GError **err, int domain, int code, const char *fmt, ...)
{
    va_list args;
    char *detail;

    if (!fmt)
        return raisePlain(err, domain, code);
    va_start(args, fmt);
    detail = g_strdup_vprintf(virText(fmt), args);
    va_end(args);
    return raiseDetail(err, domain, code, detail);
}

int virErrorSetErrno(GError **err, int domain, int errnum, const char *fmt, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, fmt);
    what = g_strdup_vprintf(virText(fmt), args);
    va_end(args);
    raiseDetail(err, domain, VIR_ERR_SYSTEM_ERROR, g_strdup_printf("%s: %s", what, g_strerror(errnum)));
    if (err)
        vir_error_get_private(*err)->info.int1 = errnum;
    return -1;
}

int virErrorSetArg(GError **err, int domain, const char *function, const char *argument, const char *fmt, ...)
{
    g_autofree char *message = NULL;
    virErrorInfo info;
    va_list args;

    va_start(args, fmt);
    message = g_strdup_vprintf(virText(fmt), args);
    va_end(args);
    infoInit(&info);
    info.domain = domain;
    info.str1 = g_strdup(function);
    info.str2 = g_strdup(argument);
    info.int1 = info.int2 = 0;
    return raiseError(err, VIR_ERR_INVALID_ARG, message, &info);
}

int virErrorSetRaw(GError **err, int code, const char *message, const virErrorInfo *info)
{
    virErrorInfo copy;

    infoCopy(info, &copy);
    return raiseError(err, code, message ? message : "", &copy);
}

/* Takes over @detail. */
static void replaceDetail(GError *err, char *detail)
{
    virErrorInfo *info = &vir_error_get_private(err)->info;

    g_free(info->str2);
    info->str2 = detail;
    g_free(err->message);
    err->message = fill(info->str1 ? info->str1 : "%s", detail);
}

void virErrorPrefix(GError **err, const char *fmt, ...)
{
    g_autofree char *prefix = NULL;
    va_list args;

    if (!err || !*err)
        return;
    va_start(args, fmt);
    prefix = g_strdup_vprintf(virText(fmt), args);
    va_end(args);
    if ((*err)->domain != VIR_ERROR || !virErrorGetInfo(*err)->str2) {
        g_prefix_error(err, "%s", prefix);
        return;
    }
    replaceDetail(*err, g_strconcat(prefix, virErrorGetInfo(*err)->str2, NULL));
}

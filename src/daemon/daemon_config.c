/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_config.c: the settings of virtnetworkd.conf and network.conf
 *
 * Every setting that libvirt's daemon knows stands in one of the tables: as used, as refused, or as without effect.
 * What a setting does is not decided here.
 */
#include "daemon_config.h"

#include <errno.h>
#include <string.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_CONF

typedef struct {
    const char *name;
    size_t offset;
    unsigned int min, max;
} numberRow;

#define NUMBER(field, low, high) { #field, offsetof(virDaemonConfig, field), low, high }

static const numberRow numbers[] = {
    NUMBER(max_clients, 1, G_MAXINT),
    NUMBER(max_queued_clients, 1, G_MAXINT),
    NUMBER(max_workers, 1, 10000),
    NUMBER(prio_workers, 0, 10000),
    NUMBER(max_client_requests, 1, G_MAXINT),
    NUMBER(keepalive_count, 0, G_MAXINT),
    NUMBER(log_level, 1, 4),
};

static const char *const other_used[] = {
    "unix_sock_group", "unix_sock_dir", "unix_sock_ro_perms", "unix_sock_rw_perms", "keepalive_interval",
    "auth_unix_ro", "auth_unix_rw", "access_drivers", "min_workers", NULL,
};

/* What libvirt's daemon knows and this one has no use for; ignoring it opens nothing. */
static const char *const without_effect[] = {
    "unix_sock_admin_perms", "sasl_allowed_username_list", "max_anonymous_clients", "admin_min_workers",
    "admin_max_workers", "admin_max_clients", "admin_max_queued_clients", "admin_max_client_requests",
    "admin_keepalive_interval", "admin_keepalive_count", "admin_keepalive_required", "keepalive_required",
    "log_filters", "log_outputs", "audit_level", "audit_logging", "host_uuid", "host_uuid_source", "ovs_timeout", NULL,
};

/* A setting of network.conf. What is chosen is the index in @values; that of the first is the default. */
typedef struct {
    const char *name;
    const char *values[2];
    const char *have_not;       /* what others have, and this daemon has not; may be NULL */
} choiceRow;

static const choiceRow firewall_backend = { "firewall_backend", { "nftables", NULL }, "iptables" };
static const choiceRow router_advertisements = { "router_advertisements", { "dnsmasq", "radvd" }, NULL };

/* What is read, and into what. */
typedef struct {
    const virConf *conf;
    const char *filename;
    virDaemonConfig *config;
} confReader;

static virDaemonConfig *newConfig(void)
{
    virDaemonConfig *config = g_new0(virDaemonConfig, 1);

    config->unix_sock_ro_perms = 0777;
    config->unix_sock_rw_perms = 0700;
    config->max_clients = 5000;
    config->max_queued_clients = 1000;
    config->min_workers = 5;
    config->max_workers = 20;
    config->prio_workers = 5;
    config->max_client_requests = 5;
    config->keepalive_interval_s = 5;
    config->keepalive_count = 5;
    config->warnings = g_ptr_array_new_with_free_func(g_free);
    return config;
}

static int readNumber(const confReader *reader, const numberRow *row, GError **err)
{
    unsigned int *field = (unsigned int *)(void *)((char *)reader->config + row->offset);
    unsigned int value = 0;
    int rc = virConfGetUInt(reader->conf, row->name, &value, err);

    if (rc <= 0)
        return rc;
    if (value < row->min || value > row->max)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: %s must be a number from %u to %u, not %u", reader->filename,
                       row->name, row->min, row->max, value);
    *field = value;
    return 0;
}

static int readPerms(const confReader *reader, const char *name, mode_t *ret_mode, GError **err)
{
    g_autofree char *text = NULL;
    guint64 mode = 0;
    int rc = virConfGetString(reader->conf, name, &text, err);

    if (rc <= 0)
        return rc;
    if (!g_ascii_string_to_unsigned(text, 8, 0, 0777, &mode, NULL))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: %s must be an octal mode such as \"0770\", not \"%s\"",
                       reader->filename, name, text);
    *ret_mode = (mode_t)mode;
    return 1;
}

static int readAuth(const confReader *reader, const char *name, GError **err)
{
    g_autofree char *text = NULL;

    if (virConfGetString(reader->conf, name, &text, err) < 0)
        return -1;
    if (!text || strcmp(text, "none") == 0)
        return 0;
    if (strcmp(text, "sasl") == 0 || strcmp(text, "polkit") == 0)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s: %s: this daemon does not support auth %s, only none",
                       reader->filename, name, text);
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s: %s: unsupported auth %s", reader->filename, name, text);
}

static int readAccess(const confReader *reader, GError **err)
{
    g_auto(GStrv) drivers = NULL;

    if (readAuth(reader, "auth_unix_ro", err) < 0 || readAuth(reader, "auth_unix_rw", err) < 0 ||
        virConfGetStringList(reader->conf, "access_drivers", FALSE, &drivers, err) < 0)
        return -1;
    if (drivers && drivers[0])
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                       "%s: access_drivers: this daemon does not support access driver %s", reader->filename,
                       drivers[0]);
    return 0;
}

static int readSockets(const confReader *reader, GError **err)
{
    virDaemonConfig *config = reader->config;

    if (virConfGetString(reader->conf, "unix_sock_group", &config->unix_sock_group, err) < 0 ||
        virConfGetString(reader->conf, "unix_sock_dir", &config->unix_sock_dir, err) < 0)
        return -1;
    if (config->unix_sock_dir && config->unix_sock_dir[0] != '/')
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: unix_sock_dir must be an absolute path, not \"%s\"",
                       reader->filename, config->unix_sock_dir);
    if (config->unix_sock_group)
        config->unix_sock_rw_perms = 0770;
    if (readPerms(reader, "unix_sock_ro_perms", &config->unix_sock_ro_perms, err) < 0 ||
        readPerms(reader, "unix_sock_rw_perms", &config->unix_sock_rw_perms, err) < 0)
        return -1;
    return 0;
}

/* The default of min_workers may be more than a max_workers that is given: then it is that one. */
static int readWorkers(const confReader *reader, GError **err)
{
    virDaemonConfig *config = reader->config;
    int rc = virConfGetUInt(reader->conf, "min_workers", &config->min_workers, err);

    if (rc < 0)
        return -1;
    if (rc > 0 && config->min_workers > config->max_workers)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: min_workers is larger than max_workers (%u, %u)",
                       reader->filename, config->min_workers, config->max_workers);
    config->min_workers = MIN(config->min_workers, config->max_workers);
    return 0;
}

static int readNumbers(const confReader *reader, GError **err)
{
    virDaemonConfig *config = reader->config;

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (readNumber(reader, &numbers[i], err) < 0)
            return -1;
    }
    if (readWorkers(reader, err) < 0 ||
        virConfGetInt(reader->conf, "keepalive_interval", &config->keepalive_interval_s, err) < 0)
        return -1;
    if (config->keepalive_interval_s < -1 || config->keepalive_interval_s > G_MAXINT / 1000)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s: keepalive_interval must be a number of seconds, or -1, not %d",
                       reader->filename, config->keepalive_interval_s);
    return 0;
}

static gboolean isUsed(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (strcmp(numbers[i].name, name) == 0)
            return TRUE;
    }
    return g_strv_contains(other_used, name);
}

static void collectWarnings(const confReader *reader)
{
    g_autofree const char **names = virConfGetNames(reader->conf);

    for (size_t i = 0; names[i]; i++) {
        if (isUsed(names[i]))
            continue;
        g_ptr_array_add(reader->config->warnings,
                        g_strdup_printf(g_strv_contains(without_effect, names[i])
                                        ? "%s: setting '%s' has no effect in this daemon"
                                        : "%s: setting '%s' is not known and is ignored",
                                        reader->filename, names[i]));
    }
}

int virDaemonConfigParse(const virConf *conf, const char *filename, virDaemonConfig **ret_config, GError **err)
{
    g_autoptr(virDaemonConfig) config = newConfig();
    const confReader reader = { .conf = conf, .filename = filename, .config = config };

    if (readSockets(&reader, err) < 0 || readAccess(&reader, err) < 0 || readNumbers(&reader, err) < 0)
        return -1;
    collectWarnings(&reader);
    *ret_config = g_steal_pointer(&config);
    return 0;
}

int virDaemonConfigRead(const char *path, gboolean must_exist, virDaemonConfig **ret_config, GError **err)
{
    g_autoptr(virConf) conf = NULL;

    if (virConfRead(path, &conf, err) < 0)
        return -1;
    if (!conf && must_exist)
        return virFailErrno(err, ENOENT, "Failed to open file '%s'", path);
    return virDaemonConfigParse(conf, path, ret_config, err);
}

static int failChoice(const confReader *reader, const choiceRow *row, const char *text, GError **err)
{
    const char *second = row->values[1];

    return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s:%u: unrecognized %s = '%s': it must be \"%s\"%s%s%s",
                   reader->filename, virConfGetLine(reader->conf, row->name), row->name, text, row->values[0],
                   second ? " or \"" : "", second ? second : "", second ? "\"" : "");
}

static int readChoice(const confReader *reader, const choiceRow *row, size_t *ret_index, GError **err)
{
    g_autofree char *text = NULL;
    int rc = virConfGetString(reader->conf, row->name, &text, err);

    if (rc <= 0)
        return rc;
    if (g_strcmp0(text, row->have_not) == 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "requested %s '%s' is not available", row->name, text);
    for (size_t i = 0; i < G_N_ELEMENTS(row->values) && row->values[i]; i++) {
        if (strcmp(text, row->values[i]) == 0) {
            *ret_index = i;
            return 0;
        }
    }
    return failChoice(reader, row, text, err);
}

static int readSysfsRoot(const confReader *reader, char **ret_root, GError **err)
{
    g_autofree char *root = NULL;
    int rc = virConfGetString(reader->conf, "sysfs_root", &root, err);

    if (rc <= 0)
        return rc;
    if (*root != '/')
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "%s:%u: sysfs_root must be an absolute path, not \"%s\"",
                       reader->filename, virConfGetLine(reader->conf, "sysfs_root"), root);
    *ret_root = g_steal_pointer(&root);
    return 0;
}

int virDaemonConfigReadNetwork(const char *path, virDaemonNetworkConfig *ret_config, GError **err)
{
    g_autoptr(virConf) conf = NULL;
    confReader reader = { .filename = path };
    size_t backend = 0, advertiser = 0;

    if (virConfRead(path, &conf, err) < 0)
        return -1;
    reader.conf = conf;
    if (readChoice(&reader, &firewall_backend, &backend, err) < 0 ||
        readChoice(&reader, &router_advertisements, &advertiser, err) < 0 ||
        readSysfsRoot(&reader, &ret_config->sysfs_root, err) < 0)
        return -1;
    ret_config->advertise_by_radvd = advertiser == 1;
    return 0;
}

void virDaemonConfigFree(virDaemonConfig *config)
{
    if (!config)
        return;
    g_free(config->unix_sock_group);
    g_free(config->unix_sock_dir);
    g_clear_pointer(&config->warnings, g_ptr_array_unref);
    g_free(config);
}

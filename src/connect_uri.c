/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * connect_uri.c: which URI a program means when it opens a connection
 *
 * Reads LIBVIRT_DEFAULT_URI and, from libvirt.conf, uri_default and uri_aliases. Does not look into the URI itself.
 * Called by the functions that open.
 */
#include "config.h"
#include "connect_uri.h"

#include <string.h>
#include <unistd.h>

#include <libvirt/libvirt.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define ALIAS_CHARACTERS \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static int checkAlias(const char *entry, GError **err)
{
    gsize length = strspn(entry, ALIAS_CHARACTERS);

    if (length > 0 && entry[length] == '=' && entry[length + 1])
        return 0;
    return virFail(err, VIR_ERR_CONF_SYNTAX,
                   "uri_aliases: entry '%s' is not of the form 'alias=uri' with an alias of a-z, A-Z, 0-9, _ and -",
                   entry);
}

/* Replaces *@uri if it is an alias. */
static int replaceAlias(const virConf *conf, char **uri, GError **err)
{
    g_auto(GStrv) aliases = NULL;
    gsize length = strlen(*uri);

    if (virConfGetStringList(conf, "uri_aliases", FALSE, &aliases, err) < 0)
        return -1;
    for (gsize i = 0; aliases && aliases[i]; i++) {
        if (checkAlias(aliases[i], err) < 0)
            return -1;
        if (strncmp(aliases[i], *uri, length) == 0 && aliases[i][length] == '=') {
            g_free(*uri);
            *uri = g_strdup(aliases[i] + length + 1);
            return 0;
        }
    }
    return 0;
}

static gboolean isGiven(const char *text)
{
    return text && *text;
}

int virConnectURIChoose(const char *name, const virConnectURISources *sources, char **ret_uri, GError **err)
{
    g_autofree char *uri = NULL;

    if (isGiven(name))
        uri = g_strdup(name);
    else if (isGiven(sources->environment))
        uri = g_strdup(sources->environment);
    else if (virConfGetString(sources->conf, "uri_default", &uri, err) < 0)
        return -1;
    if (isGiven(uri) && !sources->no_aliases && replaceAlias(sources->conf, &uri, err) < 0)
        return -1;
    *ret_uri = isGiven(uri) ? g_steal_pointer(&uri) : NULL;
    return 0;
}

int virConnectURIFind(const char *name, unsigned int flags, char **ret_uri, GError **err)
{
    g_autofree char *path = NULL;
    g_autoptr(virConf) conf = NULL;
    virConnectURISources sources = { .environment = g_getenv("LIBVIRT_DEFAULT_URI"),
                                     .no_aliases = (flags & VIR_CONNECT_NO_ALIASES) != 0 };

    if (geteuid() == 0)
        path = g_strdup(VIR_SYSCONFDIR "/libvirt/libvirt.conf");
    else
        path = g_build_filename(g_get_user_config_dir(), "libvirt", "libvirt.conf", NULL);
    if (virConfRead(path, &conf, err) < 0)
        return -1;
    sources.conf = conf;
    return virConnectURIChoose(name, &sources, ret_uri, err);
}

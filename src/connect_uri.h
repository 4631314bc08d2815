/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * connect_uri.h: which URI a program means when it opens a connection
 */
#pragma once

#include <glib.h>

#include "virconf.h"

/* Where a default may come from. */
typedef struct {
    const char *environment;    /* LIBVIRT_DEFAULT_URI; NULL or "": not set */
    const virConf *conf;        /* libvirt.conf; NULL: there is none */
    gboolean no_aliases;
} virConnectURISources;

/**
 * virConnectURIChoose:
 * @name: what the program gave; NULL or "": nothing
 * @ret_uri: NULL if nobody names one: the driver chooses
 *
 * The argument goes before the environment, that before uri_default; the aliases of libvirt.conf apply to what was
 * found.
 */
int virConnectURIChoose(const char *name, const virConnectURISources *sources, char **ret_uri, GError **err);

/* The same with the process's environment and the user's libvirt.conf. @flags: virConnectFlags. */
int virConnectURIFind(const char *name, unsigned int flags, char **ret_uri, GError **err);

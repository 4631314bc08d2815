/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virconf.h: configuration files of the form "name = value"
 *
 * A value is a whole number, a text in '…', "…" or """…""" (the last may hold line breaks; there are no escapes), or
 * a list of texts and numbers in [ ]. '#' begins a comment. What the settings mean is not known here; virtnetworkd
 * and the library (libvirt.conf) read theirs with the getters.
 */
#pragma once

#include <glib.h>

/* The settings of one file. Where a name stands twice, the first counts. */
typedef struct _virConf virConf;

/**
 * virConfParse:
 * @filename: what errors call the text
 * @text: all of it
 *
 * Returns 0, or -1 with VIR_ERR_CONF_SYNTAX ("configuration file syntax error: FILE:LINE: …").
 */
int virConfParse(const char *filename, const char *text, virConf **ret_conf, GError **err);

/**
 * virConfRead:
 *
 * Reads and parses the file @path. A file that does not exist gives 0 and NULL in *@ret_conf; the getters take that
 * for a file without settings.
 */
int virConfRead(const char *path, virConf **ret_conf, GError **err);

void virConfFree(virConf *conf);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virConf, virConfFree)

/*
 * The getters: 1 if the setting @name is there, 0 if not (*@ret is then left as it is: put the default there
 * before), -1 with VIR_ERR_INTERNAL_ERROR if it is of another type ("internal error: FILE: expected a string for
 * 'NAME' parameter").
 * @conf may be NULL.
 */

/* *@ret is freed and replaced by a copy. */
int virConfGetString(const virConf *conf, const char *name, char **ret, GError **err);

/* A number from 0 to G_MAXUINT32. */
int virConfGetUInt(const virConf *conf, const char *name, unsigned int *ret, GError **err);

/* A number from G_MININT32 to G_MAXINT32. */
int virConfGetInt(const virConf *conf, const char *name, int *ret, GError **err);

/**
 * virConfGetStringList:
 * @allow_single: whether a text in place of a list is taken for a list of one
 * @ret: freed (g_strfreev) and replaced by a NULL-terminated array
 */
int virConfGetStringList(const virConf *conf, const char *name, gboolean allow_single, char ***ret, GError **err);

/**
 * virConfGetNames:
 *
 * Returns the names of all settings in the order of the file, NULL-terminated; the texts are @conf's, the caller
 * frees the array with g_free.
 */
const char **virConfGetNames(const virConf *conf);

/* The line, from 1 on, where the setting @name begins; 0 if it is not there. */
unsigned int virConfGetLine(const virConf *conf, const char *name);

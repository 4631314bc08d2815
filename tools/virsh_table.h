/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tables on a terminal: rows of text in columns as wide as their widest cell, in the form that scripts know from
 * virsh. It counts columns on the screen, not bytes, and prints nothing itself. Called by the commands that list.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct _virshTable virshTable;

/* `headings` is the first row; its length is the number of columns. */
virshTable *virshTableNew(const char *const *headings);
void virshTableFree(virshTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virshTable, virshTableFree)

/* Appends a row of as many cells as there are headings. Bytes that are not text in the locale, and characters that
 * cannot be printed, are shown as \xNN. */
void virshTableAdd(virshTable *table, const char *const *cells);

/* The whole table. Without `headings` the first row, and the line below it, are left out and do not count for the
 * width. */
char *virshTableFormat(const virshTable *table, bool headings);

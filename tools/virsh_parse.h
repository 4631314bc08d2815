/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * From a command line to parsed commands. It knows the tables, but runs nothing and prints nothing: what is wrong
 * is handed back as sentences. Called by main and by the unit test.
 */
#pragma once

#include "virsh_command.h"

/* Parses commands separated by `;` or line breaks, as they stand in one argument.
 *
 * Words are separated by blanks. `'` keeps everything up to the next `'`; within `"` and outside quotes `\` keeps the
 * character after it, and a line break after it is left out. A word that begins with `#` starts a comment that
 * ends with the line.
 *
 * On success 0, and the commands (virshCommand) are appended to `ret`. On failure -1, and each thing that is wrong is
 * appended to `problems` (strings); `ret` is then untouched.
 */
int virshParseText(const virshGroup *groups, const char *text, GPtrArray *ret, GPtrArray *problems);

/* The same for one command that the calling shell has taken apart already (NULL-terminated). */
int virshParseWords(const virshGroup *groups, char *const *words, GPtrArray *ret, GPtrArray *problems);

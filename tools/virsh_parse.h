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

/* What is known of a command whose last word is still being typed. */
typedef struct {
    virshCommand *cmd;             /* the words before the last one; what is wrong with them is left out */
    bool data_only;                /* after "--": the word cannot be an option */
    const virshOption *named;      /* the word is the value of this option, whose --name stands before it; or NULL */
    const virshOption *positional; /* the option that the word belongs to if it is a value; NULL: none takes it */
} virshPartial;

void virshPartialFree(virshPartial *partial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virshPartial, virshPartialFree)

/* Splits `text` and appends the words of the command that its last word belongs to, without that word. Returns the last
 * word, which is "" after a blank and may lack its closing quote; NULL when it stands in a comment. */
char *virshParseUnfinished(const char *text, GPtrArray *words);

/* What the words before the last one say of it; NULL if the first of them (there must be one) is no command. */
virshPartial *virshParsePartial(const virshGroup *groups, const GPtrArray *words);

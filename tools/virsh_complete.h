/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the Tab key offers: from an unfinished command line to the words that could stand at its end. It knows the tables
 * only, whose rows say where an option's values come from; nothing is printed. Called by the interactive mode, by the
 * command `complete`, which shells use, and by the unit test.
 */
#pragma once

#include "virsh_command.h"

/* What could stand in place of the last word of `text`, which may hold several commands and quotes that are still open.
 * Returns whole words (strings), without quotes; `ctl` is handed on to the rows' functions. */
GPtrArray *virshCompleteText(virshControl *ctl, const virshGroup *groups, const char *text);

/* The same for one command that the calling shell has taken apart (NULL-terminated); its last word is the unfinished
 * one. */
GPtrArray *virshCompleteWords(virshControl *ctl, const virshGroup *groups, char *const *words);

/* Offers the files and directories that begin with `prefix`; directories end in '/'. For the tables. */
void virshCompleteFile(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);

/* The same for directories only. */
void virshCompleteDirectory(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);

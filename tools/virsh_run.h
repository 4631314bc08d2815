/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * From words to done commands, with all that is printed around them. It does not read virsh's own options, and waits
 * for no input. Called by main for its arguments and by the interactive mode for each line.
 */
#pragma once

#include "virsh_util.h"

/* Parses words: a single one is a text that may hold several commands, more are the words of one command. Returns the
 * commands (virshCommand), or NULL after each thing that is wrong was printed. */
GPtrArray *virshRunParse(virshControl *ctl, char *const *words);

/* Runs the commands. Returns the last one's outcome: one that fails does not stop those after it. */
int virshRunAll(virshControl *ctl, const GPtrArray *commands);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The interactive mode: a prompt, lines that are run one after the other, and a history of them. It reads lines and nothing
 * else; how they are run is virsh_run.c's business, what the Tab key offers virsh_complete.c's. Called by main when there
 * is no command among its arguments.
 */
#pragma once

#include "virsh_util.h"

/* Reads and runs lines until `quit` or the end of the input. What fails was reported and ends nothing. */
void virshShellRun(virshControl *ctl);

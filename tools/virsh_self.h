/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands that concern virsh itself: help, echo, connect and what ends it. They know nothing of networks. Called
 * by main, which lists them and runs a command's help in its place for --help.
 */
#pragma once

#include "virsh_util.h"

extern const virshCommandDef virshSelfCommands[];

/* Explains one command, as `help NAME` does. */
int virshSelfExplain(virshControl *ctl, const virshCommandDef *def);

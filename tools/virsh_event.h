/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The command that waits for events of networks. What it waits for is ended by callbacks of the event loop's thread, by a
 * signal, by the time, or by the end of the connection, which virsh_connect.c tells it.
 */
#pragma once

#include "virsh_util.h"

int virshEventRun(virshControl *ctl, const virshCommand *cmd);

/* Ends a wait, if there is one: the connection has ended. For the loop's thread. */
void virshEventEnd(void);

/* Offers the kinds of events. */
void virshEventComplete(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);

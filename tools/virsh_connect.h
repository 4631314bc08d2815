/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The connection that virsh works on, and the commands that speak of it and of nothing else. It does not know
 * networks. Called by main, which opens it before the commands that need it.
 */
#pragma once

#include "virsh_util.h"

extern const virshCommandDef virshHostCommands[];

/* Registers the event loop and takes over the library's errors: once, before the first connection. */
void virshConnectInit(virshControl *ctl);

/* Opens `uri` (NULL or "": the default) in place of the present connection, which stays if that fails. Prints an
 * error and returns -1 on failure. */
int virshConnectOpen(virshControl *ctl, const char *uri, bool readonly);

/* Opens the connection if there is none, or none that works any more. */
int virshConnectEnsure(virshControl *ctl);

/* Opens the connection if there never was one, and prints nothing; -1 if there is none that works. */
int virshConnectTry(virshControl *ctl);

/* Closes the connection and ends the event loop. */
void virshConnectEnd(virshControl *ctl);

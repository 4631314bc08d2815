/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands that work on networks. What they share, finding the network that an option names, is here as well, for
 * the files that hold them. Called through the table of commands.
 */
#pragma once

#include "virsh_util.h"

extern const virshCommandDef virshNetworkCommands[];

typedef enum {
    VIRSH_NETWORK_BY_NAME = 1 << 0,
    VIRSH_NETWORK_BY_UUID = 1 << 1,
    VIRSH_NETWORK_BY_ANY = VIRSH_NETWORK_BY_NAME | VIRSH_NETWORK_BY_UUID,
} virshNetworkBy;

/* The network that the option "network" names; `ret_name`, unless NULL, gets the option's text, which belongs to
 * `cmd`. NULL after an error was printed. */
virNetworkPtr virshNetworkGet(virshControl *ctl, const virshCommand *cmd, unsigned int by, const char **ret_name);

/* The title, or the description, of a network, in the version that `flags` (virNetworkUpdateFlags) name; "" if it has none.
 * NULL after an error; older daemons are asked for the whole XML instead. */
char *virshNetworkGetText(virNetworkPtr net, bool title, unsigned int flags);

/* The flags (virNetworkUpdateFlags) that the options "live", "config" and "current" stand for; -1 after an error was printed. */
int virshNetworkParseAffected(virshControl *ctl, const virshCommand *cmd, unsigned int *ret_flags);

/* Says that what `flags` name was updated. */
void virshNetworkPrintUpdated(virshControl *ctl, virNetworkPtr net, unsigned int flags);

int virshNetworkRunApply(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunEdit(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunDesc(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunMetadata(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunList(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunInfo(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunDumpXML(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunName(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunUUID(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunPortList(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunPortCreate(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunPortDumpXML(virshControl *ctl, const virshCommand *cmd);
int virshNetworkRunPortDelete(virshControl *ctl, const virshCommand *cmd);

/* Prints `xml`, or what the options "xpath" and "wrap" of `cmd` pick of it; -1 after an error was printed. */
int virshNetworkPrintXML(virshControl *ctl, const virshCommand *cmd, const char *xml);

int virshNetworkRunDhcpLeases(virshControl *ctl, const virshCommand *cmd);

/* What the Tab key offers; each is a virshCompleter for the table. */
void virshNetworkCompleteAny(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompleteActive(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompleteInactive(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompletePersistent(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompleteName(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompleteUUID(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompletePort(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);
void virshNetworkCompleteLease(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt-netplan.h: what an update of a network would do, and what guests would notice
 *
 * Not part of libvirt's interface: a library of its own, libvirt-netplan.so.0, beside this project's libvirt.so.0 and loaded
 * with no other. Only this project's daemon can answer.
 */
#ifndef LIBVIRT_NETPLAN_H
#define LIBVIRT_NETPLAN_H

#include <libvirt/libvirt.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * virNetworkPlanUpdate:
 * @network, @command, @section, @parentIndex, @xml, @flags: as virNetworkUpdate takes them
 * @plan: the steps as text, freed by the caller with free(); untouched on failure
 *
 * Judges an update as virNetworkUpdate does and finds its steps, but takes none. The text has a line for each step with its
 * price, "dnsmasq: restart (conf differs) -- DNS held some ms", and a last line that sums up. It holds for the moment: another
 * client may change the network before the update is made.
 *
 * Needs a connection that may write. Returns 0, or -1: the error is the one that virNetworkUpdate would fail with before its first
 * step, or VIR_ERR_NO_SUPPORT if the daemon cannot plan.
 */
int virNetworkPlanUpdate(virNetworkPtr network, unsigned int command, unsigned int section, int parentIndex,
                         const char *xml, unsigned int flags, char **plan);

#ifdef __cplusplus
}
#endif

#endif

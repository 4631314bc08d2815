/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * netplan.c: the library libvirt-netplan.so.0
 *
 * Its one function gives names to its arguments and calls libvirt.so.0, which knows the connection behind the network.
 */
#include <libvirt/libvirt-netplan.h>

#include "libvirt_private.h"

int virNetworkPlanUpdate(virNetworkPtr network, unsigned int command, unsigned int section, int parentIndex,
                         const char *xml, unsigned int flags, char **plan)
{
    const virNetworkUpdateRequest req = { .command = command, .section = section, .parent_index = parentIndex, .xml = xml,
                                          .flags = flags };

    return virPrivateNetworkPlanUpdate(network, &req, plan);
}

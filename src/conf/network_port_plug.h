/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_plug.h: what a network gives to a port that is asked for, and whether it may have it
 *
 * Decisions alone: they look at a definition and at the ports there are, and change nothing but the port at hand, which
 * is nobody else's yet.
 */
#pragma once

#include "network_port_def.h"

/* Where a port is to be plugged in. */
typedef struct {
    const virNetworkDef *def;       /* of the active network */
    const GPtrArray *ports;         /* its other ports */
} virNetworkPortPlace;

/**
 * virNetworkPortPlug:
 * @port: what was asked for, without a plug
 *
 * Fills in what the port takes of its group and of the network, and chooses its plug and its class. Returns 0, or -1 with
 * the rule that forbids it or the reason why nothing is left.
 */
int virNetworkPortPlug(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err);

/**
 * virNetworkPortReclaim:
 * @port: what a guest has already, its plug included
 *
 * Judges whether the network has that plug to give. Nothing is taken of group or network, and no class is chosen or floor
 * refused: the guest has what it has.
 */
int virNetworkPortReclaim(const virNetworkPortPlace *place, virNetworkPortDef *port, GError **err);

/* Gives @port another bandwidth, with a class if it has a floor now, and without if not. */
int virNetworkPortSetBandwidth(const virNetworkPortPlace *place, virNetworkPortDef *port, virNetworkBandwidth *bandwidth,
                               GError **err);

/* Whether the pool of @def still has what each port has taken of the pool of @was. */
int virNetworkPortListCheckPool(const GPtrArray *ports, const virNetworkDef *was, const virNetworkDef *def, GError **err);

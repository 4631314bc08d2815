/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_live.h: what a running network's definition may become, and what running adds to a definition
 */
#pragma once

#include "network_def.h"

/* Ports that are used for translation where none are given: all but the well-known ones. */
#define VIR_NETWORK_NAT_PORT_START 1024
#define VIR_NETWORK_NAT_PORT_END 65535

/**
 * virNetworkDefMakeLive:
 *
 * Returns what an active network's definition says more than the stored @def: the ports that NAT uses where none are given.
 */
virNetworkDef *virNetworkDefMakeLive(const virNetworkDef *def);

/**
 * virNetworkDefCheckLive:
 * @was: the definition of a running network
 * @is: what it is to become
 *
 * Refuses, all in one message, what cannot change while guests use the network: its bridge's name and MAC, and modes in
 * which guests are not on a bridge of ours. Returns 0, or -1 with VIR_ERR_OPERATION_UNSUPPORTED.
 */
int virNetworkDefCheckLive(const virNetworkDef *was, const virNetworkDef *is, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_sriov.h: pools of a network card's virtual functions
 */
#pragma once

#include "network_manager.h"

/**
 * virNetworkSriovCheck:
 *
 * Whether the host has every function that @def lists, and as a virtual one. Asked where a definition comes in; one that is
 * stored is taken as it is, since hardware may come later. Returns 0, or -1 with VIR_ERR_CONFIG_UNSUPPORTED.
 */
int virNetworkSriovCheck(virNetworkManager *manager, const virNetworkDef *def, GError **err);

/**
 * virNetworkSriovFill:
 * @live: the definition of a network that is being started
 *
 * Where @live names a physical function and no pool, the pool becomes that function's virtual ones: their devices, or in
 * mode hostdev their PCI addresses. Returns 0, or -1 if there is none to be used.
 */
int virNetworkSriovFill(virNetworkManager *manager, virNetworkDef *live, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_forward.h: the <forward> element of a network
 */
#pragma once

#include <libxml/tree.h>

#include "network_def.h"

/*
 * As virNetworkParseForward of network_parse.h, but of a running network: a <pf> is kept beside the devices that it stands
 * for. In a definition it is dropped, as the devices may have been taken from a running network's dump.
 */
int virNetworkParseForwardLive(const xmlNode *parent, virNetworkDef *def, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_route.h: the <route> elements of a network
 */
#pragma once

#include <libxml/tree.h>

#include "network_def.h"

/* Reads all <route> of @root into @def. Returns 0, or -1 with an error. */
int virNetworkParseRoutes(const xmlNode *root, virNetworkDef *def, GError **err);

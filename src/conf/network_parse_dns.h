/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_dns.h: the <dns> part of a network; called by network_parse.c alone
 */
#pragma once

#include "network_def.h"

/* Fills @def's DNS settings and records from the <dns> element in @root, if there is one. */
int virNetworkParseDns(const xmlNode *root, virNetworkDef *def, GError **err);

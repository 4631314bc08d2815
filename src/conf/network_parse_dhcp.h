/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_dhcp.h: the <dhcp> part of an <ip>; called by network_parse.c alone
 */
#pragma once

#include "network_def.h"

/* Fills @ip's ranges and hosts from the <dhcp> element in @node, if there is one. */
int virNetworkIpParseDhcp(const xmlNode *node, const char *network, virNetworkIp *ip, GError **err);

/**
 * virNetworkCheckRange:
 * @ip: the <ip> that the range is to lie in, or NULL
 *
 * Whether @start to @end is a range that can be served: one family, not reversed, in the subnet without its network and
 * broadcast address, not too large.
 */
int virNetworkCheckRange(const virSocketAddr *start, const virSocketAddr *end, const virNetworkIp *ip, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver_node.h: the driver table's functions about the host itself, for network_driver.c
 */
#pragma once

#include "driver.h"

int virNetworkDriverGetCapabilities(void *conn, char **ret_xml, GError **err);
int virNetworkDriverNodeGetInfo(void *conn, virNodeInfo *ret_info, GError **err);
int virNetworkDriverCountDomains(void *conn, unsigned int flags, unsigned int *ret_count, GError **err);

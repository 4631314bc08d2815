/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver_ports.h: the driver table's functions for ports, for network_driver.c
 */
#pragma once

#include "driver.h"

int virNetworkDriverListAllPorts(void *conn, const virNetworkIdent *net, unsigned int flags, GPtrArray **ret_ports,
                                 GError **err);
int virNetworkDriverPortLookup(void *conn, const virNetworkPortIdent *ident, virNetworkPortIdent **ret_port, GError **err);
int virNetworkDriverPortCreateXML(void *conn, const virNetworkIdent *net, const char *xml, unsigned int flags,
                                  virNetworkPortIdent **ret_port, GError **err);
int virNetworkDriverPortGetParameters(void *conn, const virNetworkPortIdent *ident, unsigned int flags,
                                      GArray **ret_params, GError **err);
int virNetworkDriverPortSetParameters(void *conn, const virNetworkPortIdent *ident, const GArray *params,
                                      unsigned int flags, GError **err);
int virNetworkDriverPortGetXMLDesc(void *conn, const virNetworkPortIdent *ident, unsigned int flags, char **ret_xml,
                                   GError **err);
int virNetworkDriverPortDelete(void *conn, const virNetworkPortIdent *ident, unsigned int flags, GError **err);

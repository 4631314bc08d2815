/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_leases.h: the DHCP leases of a network, from the file that the lease helper keeps
 *
 * BRIDGE.status is written by lease_helper.c on dnsmasq's behalf; here it is only read. The bridge driver calls this
 * for virNetworkGetDHCPLeases, and when a new reservation may meet an old lease. Nothing is kept between two calls.
 */
#pragma once

#include "driver.h"
#include "network_def.h"

/* What to read, and what of it is wanted. */
typedef struct {
    const char *path;           /* .../BRIDGE.status */
    const char *bridge;         /* what the leases say as their interface */
    const char *mac;            /* only leases of this MAC; NULL: all */
    const virNetworkDef *def;   /* whose subnets give the leases their prefix; NULL: prefix 0 */
    gint64 now;                 /* seconds since 1970: leases that have ended before it are left out */
} virNetworkLeasesQuery;

/**
 * virNetworkLeasesRead:
 * @ret_leases: array of virDriverLease with its free function set, in the order of the file
 *
 * A file that does not exist or is empty holds no leases. Entries without an address or with text that is no
 * address, and fields of a wrong type, are left out.
 *
 * Returns 0, or -1: VIR_ERR_INVALID_MAC (domain VIR_FROM_NETWORK) for a MAC that is none, VIR_ERR_INTERNAL_ERROR for
 * a file that is no lease file.
 */
int virNetworkLeasesRead(const virNetworkLeasesQuery *query, GPtrArray **ret_leases, GError **err);

/**
 * virNetworkLeasesParse:
 * @text: what such a file holds
 * @length: in bytes; a NUL need not follow
 *
 * As virNetworkLeasesRead, for text in memory; @query->path is used in messages only.
 */
int virNetworkLeasesParse(const virNetworkLeasesQuery *query, const char *text, gsize length, GPtrArray **ret_leases,
                          GError **err);

/**
 * virNetworkLeasesFindHolder:
 * @path: .../BRIDGE.status
 * @address: the address asked for
 * @now: seconds since 1970
 * @ret_lease: the lease that holds @address; NULL if it is free
 *
 * Returns 0, or -1 if the file cannot be read.
 */
int virNetworkLeasesFindHolder(const char *path, const virSocketAddr *address, gint64 now, virDriverLease **ret_lease,
                               GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_driver_node.c: what programs that show a whole host ask a network driver too
 *
 * virt-manager takes no connection without capabilities, the host's hardware and a list of guests. The first name no more than is
 * true of every host, and there are no guests here; what cannot be answered truly stays unsupported. Entries of the driver table.
 */
#include "network_driver_node.h"

#include "virerror.h"
#include "virnode.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* The filters of virConnectListAllDomains; none of them could find a guest. */
#define DOMAIN_FILTERS 0xffffU

int virNetworkDriverGetCapabilities(void *conn G_GNUC_UNUSED, char **ret_xml, GError **err G_GNUC_UNUSED)
{
    g_autofree char *arch = virNodeGetArch();

    *ret_xml = g_markup_printf_escaped("<capabilities>\n"
                                       "\n"
                                       "  <host>\n"
                                       "    <cpu>\n"
                                       "      <arch>%s</arch>\n"
                                       "    </cpu>\n"
                                       "  </host>\n"
                                       "\n"
                                       "</capabilities>\n", arch);
    return 0;
}

int virNetworkDriverNodeGetInfo(void *conn G_GNUC_UNUSED, virNodeInfo *ret_info, GError **err)
{
    return virNodeProbe("", ret_info, err);
}

int virNetworkDriverCountDomains(void *conn G_GNUC_UNUSED, unsigned int flags, unsigned int *ret_count, GError **err)
{
    virCheckFlags(flags, DOMAIN_FILTERS, "networkConnectListAllDomains", err);
    *ret_count = 0;
    return 0;
}

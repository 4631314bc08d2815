/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * driver.c: the values that driver tables hand over
 *
 * Makes and frees them; knows nothing of what the drivers do. Called by the drivers, the public library and the RPC
 * server, which all link it.
 */
#include "driver.h"

#include <string.h>

virNetworkIdent *virNetworkIdentNew(const char *name, const unsigned char *uuid)
{
    virNetworkIdent *ident = g_new0(virNetworkIdent, 1);

    ident->name = g_strdup(name);
    memcpy(ident->uuid, uuid, sizeof(ident->uuid));
    return ident;
}

void virNetworkIdentFree(virNetworkIdent *ident)
{
    if (!ident)
        return;
    g_free(ident->name);
    g_free(ident);
}

void virDriverLeaseFree(virDriverLease *lease)
{
    if (!lease)
        return;
    g_free(lease->iface);
    g_free(lease->mac);
    g_free(lease->iaid);
    g_free(lease->ipaddr);
    g_free(lease->hostname);
    g_free(lease->clientid);
    g_free(lease);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_sriov.c: pools of a network card's virtual functions
 *
 * What the host has is asked through its table; which function a port gets is decided elsewhere. Called by
 * network_lifecycle.c.
 */
#include "network_sriov.h"

#include "virerror.h"
#include "virlog.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

int virNetworkSriovCheck(virNetworkManager *manager, const virNetworkDef *def, GError **err)
{
    virNetworkHost *host = manager->host;
    guint i;

    for (i = 0; def->forward == VIR_NETWORK_FORWARD_HOSTDEV && i < def->forward_addresses->len; i++) {
        const virPciAddress *address = def->forward_addresses->pdata[i];
        char text[VIR_PCI_ADDRESS_BUFLEN];

        if (host->klass->isVirtualFunction(host, address))
            continue;
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                       "device '/sys/bus/pci/devices/%s' in network '%s' is not an SR-IOV Virtual Function",
                       virPciAddressFormat(address, text), def->name);
    }
    return 0;
}

/* A function without a device can be given to a guest as PCI function only. */
static void addFunction(virNetworkDef *live, const virHostFunction *function)
{
    char text[VIR_PCI_ADDRESS_BUFLEN];

    if (live->forward == VIR_NETWORK_FORWARD_HOSTDEV)
        g_ptr_array_add(live->forward_addresses, g_memdup2(&function->address, sizeof(function->address)));
    else if (function->device)
        g_ptr_array_add(live->forward_devs, g_strdup(function->device));
    else
        VIR_WARN("network '%s': function %s of %s has no device on the host, so that it does not join the pool", live->name,
                 virPciAddressFormat(&function->address, text), live->forward_pf);
}

static gboolean hasPool(const virNetworkDef *def)
{
    return (def->forward == VIR_NETWORK_FORWARD_HOSTDEV ? def->forward_addresses->len : def->forward_devs->len) > 0;
}

int virNetworkSriovFill(virNetworkManager *manager, virNetworkDef *live, GError **err)
{
    virNetworkHost *host = manager->host;
    g_autoptr(GPtrArray) functions = NULL;
    guint i;

    if (virNetworkForwardModeIsManaged(live->forward) || !live->forward_pf || hasPool(live))
        return 0;
    functions = host->klass->listVirtualFunctions(host, live->forward_pf);
    if (!functions)
        return 0;
    for (i = 0; i < functions->len; i++)
        addFunction(live, functions->pdata[i]);
    if (!hasPool(live))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "No usable Vf's present on SRIOV PF %s", live->forward_pf);
    return 0;
}

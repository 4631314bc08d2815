/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_network_plan.c: what libvirt-netplan.so.0 needs of libvirt.so.0
 *
 * Checks objects, access and arguments as virNetworkUpdate does, and hands the call to the connection's driver.
 */
#include "libvirt_call.h"
#include "libvirt_private.h"

int virPrivateNetworkPlanUpdate(virNetworkPtr network, const virNetworkUpdateRequest *req, char **ret_plan)
{
    virCall call = virCallBegin("virNetworkPlanUpdate", VIR_FROM_NETWORK);
    int result = -1;

    if (virCallNetwork(&call, network) && virCallWritable(&call) && virCallNotNull(&call, req->xml, "xml") &&
        virCallNotNull(&call, ret_plan, "plan") && virCallSupported(&call, call.driver->networkPlanUpdate != NULL))
        result = call.driver->networkPlanUpdate(call.data, &network->ident, req, ret_plan, &call.err);
    return virCallEnd(&call, result);
}

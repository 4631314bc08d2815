/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_node.c: public functions about the host at the other end, and the list of its guests
 *
 * Guests themselves are not this library's: it can say that there are none, and where there are some it says that it cannot list
 * them. Programs that show a whole host ask for all of these first.
 */
#include "libvirt_call.h"
#include "libvirt_private.h"
#include "virerror.h"

char *virConnectGetCapabilities(virConnectPtr conn)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    char *xml = NULL;

    if (virCallConnect(&call, conn) && virCallSupported(&call, call.driver->connectGetCapabilities != NULL))
        (void)call.driver->connectGetCapabilities(call.data, &xml, &call.err);
    return virCallEndPointer(&call, xml);
}

int virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    int result = -1;

    if (virCallConnect(&call, conn) && virCallNotNull(&call, info, "info") &&
        virCallSupported(&call, call.driver->nodeGetInfo != NULL))
        result = call.driver->nodeGetInfo(call.data, info, &call.err);
    return virCallEnd(&call, result);
}

/* Counts the guests of @flags into *@ret_count; FALSE with the call's error set. */
static gboolean countDomains(virCall *call, unsigned int flags, unsigned int *ret_count)
{
    return virCallSupported(call, call->driver->connectCountDomains != NULL) &&
           call->driver->connectCountDomains(call->data, flags, ret_count, &call->err) == 0;
}

int virConnectListAllDomains(virConnectPtr conn, virDomainPtr **domains, unsigned int flags)
{
    virCall call = VIR_CALL(VIR_FROM_DOMAIN);
    unsigned int count = 0;

    if (domains)
        *domains = NULL;
    if (!virCallConnect(&call, conn) || !countDomains(&call, flags, &count) ||
        !virCallSupported(&call, !domains || count == 0))
        return virCallEnd(&call, -1);
    if (domains)
        *domains = g_new0(virDomainPtr, 1);
    return virCallEnd(&call, (int)count);
}

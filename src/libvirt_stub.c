/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_stub.c: the answer of public functions that are there by name only
 *
 * Judges the object as the function itself would, then says that it is not supported. The functions are made at build
 * time from libvirt_stubs.tsv.
 */
#include "libvirt_stub.h"

#include "libvirt_call.h"
#include "virerror.h"

/* What a missing object of a kind of which there are none is called. */
static const struct {
    int code;
    int domain;
} missing[] = {
    [VIR_STUB_CHECKPOINT] = { VIR_ERR_INVALID_DOMAIN_CHECKPOINT, VIR_FROM_DOMAIN_CHECKPOINT },
    [VIR_STUB_DOMAIN] = { VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOM },
    [VIR_STUB_INTERFACE] = { VIR_ERR_INVALID_INTERFACE, VIR_FROM_INTERFACE },
    [VIR_STUB_NODE_DEVICE] = { VIR_ERR_INVALID_NODE_DEVICE, VIR_FROM_NODEDEV },
    [VIR_STUB_NWFILTER] = { VIR_ERR_INVALID_NWFILTER, VIR_FROM_NWFILTER },
    [VIR_STUB_NWFILTER_BINDING] = { VIR_ERR_INVALID_NWFILTER_BINDING, VIR_FROM_NWFILTER },
    [VIR_STUB_SECRET] = { VIR_ERR_INVALID_SECRET, VIR_FROM_SECRET },
    [VIR_STUB_SNAPSHOT] = { VIR_ERR_INVALID_DOMAIN_SNAPSHOT, VIR_FROM_DOMAIN_SNAPSHOT },
    [VIR_STUB_STORAGE_POOL] = { VIR_ERR_INVALID_STORAGE_POOL, VIR_FROM_STORAGE },
    [VIR_STUB_STORAGE_VOL] = { VIR_ERR_INVALID_STORAGE_VOL, VIR_FROM_STORAGE },
    [VIR_STUB_STREAM] = { VIR_ERR_INVALID_STREAM, VIR_FROM_STREAMS },
};

/* No such object can have come from this library, so only NULL can be told from one. */
static gboolean checkForeign(virCall *call, const virStub *stub, const void *pointer)
{
    if (pointer)
        return TRUE;
    virErrorSet(&call->err, missing[stub->object].domain, missing[stub->object].code, "%s", stub->function);
    return FALSE;
}

static gboolean checkObject(virCall *call, const virStub *stub, const void *pointer)
{
    switch (stub->object) {
    case VIR_STUB_NONE:
        return TRUE;
    case VIR_STUB_CONNECT:
        return virCallConnect(call, (virConnectPtr)pointer);
    case VIR_STUB_NETWORK:
        return virCallNetwork(call, (virNetworkPtr)pointer);
    default:
        return checkForeign(call, stub, pointer);
    }
}

void virStubAnswer(const virStub *stub, const void *pointer)
{
    virCall call = virCallBegin(stub->function, stub->domain);

    if (checkObject(&call, stub, pointer))
        (void)virCallSupported(&call, FALSE);
    (void)virCallEnd(&call, -1);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_stub.h: the answer of public functions that are there by name only
 *
 * Included by the C that make_stubs.py writes from libvirt_stubs.tsv. A stub has one pointer as its argument,
 * whatever the function's true prototype is; in C it has a name of its own, and the public one as its symbol.
 */
#pragma once

#include <libvirt/virterror.h>

/* What the first argument of a function is. */
typedef enum {
    VIR_STUB_NONE,                  /* nothing that can be checked */
    VIR_STUB_CONNECT,
    VIR_STUB_NETWORK,
    VIR_STUB_CHECKPOINT,            /* this and the following: kinds of which the library makes no objects */
    VIR_STUB_DOMAIN,
    VIR_STUB_INTERFACE,
    VIR_STUB_NODE_DEVICE,
    VIR_STUB_NWFILTER,
    VIR_STUB_NWFILTER_BINDING,
    VIR_STUB_SECRET,
    VIR_STUB_SNAPSHOT,
    VIR_STUB_STORAGE_POOL,
    VIR_STUB_STORAGE_VOL,
    VIR_STUB_STREAM,
} virStubObject;

typedef struct {
    const char *function;
    virStubObject object;
    int domain;                     /* of the error */
} virStub;

/* Reports VIR_ERR_NO_SUPPORT for the function, or that its object @pointer is none. */
void virStubAnswer(const virStub *stub, const void *pointer);

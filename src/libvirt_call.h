/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_call.h: what all public functions do before and after their work
 *
 * A public function makes a virCall, asks the checks below in the order in which they stand here, lets the driver work
 * and ends the call, which turns what went wrong into the thread's virError. The order is interface: programs see the
 * first check that fails.
 */
#pragma once

#include "datatypes.h"

typedef struct {
    const char *function;       /* as programs know it */
    int domain;                 /* of its own errors */
    virConnectPtr conn;         /* known once the object has been checked; so the next two */
    const virDriver *driver;
    void *data;                 /* the driver's connection */
    GError *err;
} virCall;

/* Begins a call of the function it stands in: forgets the thread's last error. */
#define VIR_CALL(of_domain) virCallBegin(__func__, of_domain)
virCall virCallBegin(const char *function, int domain);

/* The checks: TRUE, or FALSE with the call's error set. */
gboolean virCallConnect(virCall *call, virConnectPtr conn);
gboolean virCallNetwork(virCall *call, virNetworkPtr network);
gboolean virCallNetworkPort(virCall *call, virNetworkPortPtr port);
gboolean virCallWritable(virCall *call);
gboolean virCallNotNull(virCall *call, const void *pointer, const char *argument);
gboolean virCallNotNegative(virCall *call, int number, const char *argument);
gboolean virCallUUIDString(virCall *call, const char *text, unsigned char ret_uuid[VIR_UUID_BUFLEN]);
gboolean virCallSupported(virCall *call, gboolean has_function);

/* Ends a call: if @result is negative, what went wrong is reported. Returns @result. */
int virCallEnd(virCall *call, int result);

/* The same with NULL for failure. */
void *virCallEndPointer(virCall *call, void *result);

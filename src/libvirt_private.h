/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_private.h: symbols of libvirt.so.0 that no public header declares
 *
 * Those whose names begin with virPrivate are for libraries of this project alone. They stand in a version node of their own, which
 * no other library of that name has: what needs them is not loaded with such a one.
 */
#pragma once

#include "driver.h"

/* As in libvirt, where a header declares it that this project has no other use for. Bindings know it without. */
int virConnectListAllDomains(virConnectPtr conn, virDomainPtr **domains, unsigned int flags);

/* Does what virNetworkPlanUpdate of libvirt/libvirt-netplan.h does, and reports errors in its name. */
int virPrivateNetworkPlanUpdate(virNetworkPtr network, const virNetworkUpdateRequest *req, char **ret_plan);

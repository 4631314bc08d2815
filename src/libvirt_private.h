/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_private.h: what libvirt.so.0 shows to libraries of this project alone
 *
 * These symbols stand in a version node of their own, which no other library of that name has: what needs them is not loaded
 * with such a one.
 */
#pragma once

#include "driver.h"

/* Does what virNetworkPlanUpdate of libvirt/libvirt-netplan.h does, and reports errors in its name. */
int virPrivateNetworkPlanUpdate(virNetworkPtr network, const virNetworkUpdateRequest *req, char **ret_plan);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_complete.h: stored definitions that nobody has loaded yet
 *
 * A package or an administrator puts a file into the directory of definitions in which uuid, MAC and bridge name are
 * left to whoever loads it first. For network_load.c.
 */
#pragma once

#include "network_manager.h"

/* Whether @def is as define would leave it. */
gboolean virNetworkIsComplete(const virNetworkDef *def);

/* Whether the subnet of @def, which is not complete, is chosen when it is completed. */
gboolean virNetworkMayMove(const virNetworkDef *def);

/**
 * virNetworkComplete:
 * @stored: a definition that is not complete; replaced by one that is, in its file too
 *
 * Fills in what define would; a running network of that name gives its own. The network "default" moves from 192.168.122.0/24 to
 * the next free subnet if that is somebody else's. All other networks should be known by then: their names, bridges and
 * subnets are not taken. Returns 0, or -1 with @stored as it was.
 */
int virNetworkComplete(virNetworkManager *manager, virNetworkStored *stored, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_networks.h: the networks that a connection of the test driver finds
 */
#pragma once

#include <glib.h>

#include "network_driver.h"

/* A manager with the host it uses. Counted by references, since connections may share one. */
typedef struct _virTestNetworks virTestNetworks;

/**
 * virTestNetworksOpen:
 * @path: "/default", or the path of a file whose root is <node>
 *
 * Returns a reference, or NULL if the file cannot be read or has a network that cannot be started.
 */
virTestNetworks *virTestNetworksOpen(const char *path, GError **err);

void virTestNetworksUnref(virTestNetworks *networks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virTestNetworks, virTestNetworksUnref)

/* Borrowed; lives as long as the reference. */
virNetworkManager *virTestNetworksGetManager(virTestNetworks *networks);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_store_ports.h: the files of ports, RUN/NAME/ports/UUID.xml, for network_store.c and network_store_load.c
 *
 * Here they are found, read and removed as a whole; one port's file is written and removed by a change, whose commit is
 * network_store.c's matter.
 */
#pragma once

#include "network_port_def.h"

/* Both are freed by the caller. */
char *virNetworkPortsGetDir(const char *run_dir, const char *network);
char *virNetworkPortsGetPath(const char *run_dir, const char *network, const char *uuid);

/* The ports of a network that is active; what was staged and not committed is removed, what cannot be read is logged. */
GPtrArray *virNetworkPortsRead(const char *run_dir, const char *network);

/* Removes all of them, and the directory. */
void virNetworkPortsRemove(const char *run_dir, const char *network);

/* Adds to @names the networks that have such a directory, be they active or not. */
void virNetworkPortsCollect(const char *run_dir, GHashTable *names);

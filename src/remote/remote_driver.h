/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_driver.h: the driver that calls a daemon
 *
 * Connects to the unix socket that the URI leads to and turns each driver function into one call on the wire. Works
 * with our own daemon and with libvirt's; schemes are not judged here, the daemon does that.
 */
#pragma once

#include "driver.h"

/*
 * connectOpen takes every URI, and none. VIR_ERR_NO_CONNECT means that the URI has no scheme, or that the daemon
 * refused its scheme; VIR_ERR_NO_SUPPORT that the URI asks for a transport other than the local socket.
 */
extern const virDriver virRemoteDriver;

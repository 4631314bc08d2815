/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_fault.h: places at which tests let a change fail or the daemon die
 *
 * Built in only with the option fault_points; otherwise a fault point is nothing. VIRTNETWORKD_FAULT=fail:N makes the
 * Nth point that is passed after arming fail once, kill:N makes the process end there as if killed. An absolute path in its
 * place names a file with such an order, which may change while the daemon runs: points are counted anew then.
 */
#pragma once

#include <glib.h>

/**
 * virNetworkFaultPoint:
 * @where: what is about to be done, for the error's text
 *
 * Returns 0, or -1 with an error if this is the point at which to fail.
 */
int virNetworkFaultPoint(const char *where, GError **err);

/* Begins to count: called when the daemon has found its networks again, so that tests count only what calls do. */
void virNetworkFaultArm(void);

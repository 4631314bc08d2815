/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_driver.h: networks in memory, for programs that want to try the library without a host
 *
 * It is the engine of the bridge driver with a host that only records; nothing outside of the process is touched.
 */
#pragma once

#include "driver.h"

/*
 * connectOpen takes URIs with the scheme "test" and neither transport nor host: test:///default, whose networks are
 * shared by all connections of the process, and test:///path/to.xml, whose networks are the connection's own. All other
 * URIs give VIR_ERR_NO_CONNECT.
 */
extern const virDriver virTestDriver;

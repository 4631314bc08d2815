/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_error.h: the border where a GError becomes the thread's virError
 */
#pragma once

#include <glib.h>

#include <libvirt/libvirt.h>

/**
 * virErrorReport:
 * @conn: the connection that was used; NULL if none
 * @err: what went wrong; NULL: nobody knows
 *
 * Makes @err the thread's last error and that of @conn, then tells it to the handler: that of the connection, else that
 * of the process, else it is printed.
 */
void virErrorReport(virConnectPtr conn, const GError *err);

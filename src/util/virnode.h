/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virnode.h: the machine that this program runs on: its processors and its memory
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

/* What libvirt calls the machine's architecture: "x86_64", "i686", "aarch64". */
char *virNodeGetArch(void);

/**
 * virNodeProbe:
 * @root: what comes before /proc and /sys: "" for this machine
 *
 * Fills *@ret_info. Its processors are those that are online, and nodes, sockets, cores and threads multiply to their number: where
 * the machine is not of such a regular shape it is one socket of single cores. A frequency that is not known is 0.
 *
 * Returns 0, or -1 if the memory or the processors cannot be counted.
 */
int virNodeProbe(const char *root, virNodeInfo *ret_info, GError **err);

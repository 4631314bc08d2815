/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virmacaddr.h: Ethernet addresses as values
 */
#pragma once

#include <glib.h>

#define VIR_MAC_STRING_BUFLEN 18

typedef struct {
    guint8 bytes[6];
} virMacAddr;

/**
 * virMacAddrParse:
 * @text: six groups of one or two hexadecimal digits with ':' between, nothing before or after
 * @ret_mac: filled on success only
 *
 * Returns whether @text is such an address.
 */
gboolean virMacAddrParse(const char *text, virMacAddr *ret_mac);

/* Formats @mac in lower case, two digits a group, into @buf. Returns @buf. */
const char *virMacAddrFormat(const virMacAddr *mac, char buf[VIR_MAC_STRING_BUFLEN]);

gboolean virMacAddrEqual(const virMacAddr *a, const virMacAddr *b);
gboolean virMacAddrIsMulticast(const virMacAddr *mac);

/* A random address in libvirt's range 52:54:00. */
void virMacAddrGenerate(virMacAddr *ret_mac);

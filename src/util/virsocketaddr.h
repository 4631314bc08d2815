/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virsocketaddr.h: IPv4 and IPv6 addresses as values
 *
 * An address here is a family and its bytes in network order, without port or scope. The zero value, family
 * AF_UNSPEC, means "no address".
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define VIR_SOCKET_ADDR_BUFLEN INET6_ADDRSTRLEN

typedef struct {
    int family;           /* AF_UNSPEC, AF_INET or AF_INET6 */
    guint8 bytes[16];     /* the first 4 for AF_INET; the rest 0 */
} virSocketAddr;

/**
 * virSocketAddrParse:
 * @text: a numeric address; IPv4 in any form of inet_aton(3), as libvirt reads it and clients may have stored it:
 *        "192.168.150" is 192.168.0.150, and "0x7f.1" 127.0.0.1
 * @family: AF_UNSPEC for either
 * @ret_addr: filled on success only
 */
gboolean virSocketAddrParse(const char *text, int family, virSocketAddr *ret_addr);

/* Formats @addr in its shortest form into @buf; "" for no address. Returns @buf. */
const char *virSocketAddrFormat(const virSocketAddr *addr, char buf[VIR_SOCKET_ADDR_BUFLEN]);

gboolean virSocketAddrIsSet(const virSocketAddr *addr);
gboolean virSocketAddrEqual(const virSocketAddr *a, const virSocketAddr *b);

/* Orders addresses of one family as numbers: <0, 0 or >0. */
int virSocketAddrCompare(const virSocketAddr *a, const virSocketAddr *b);

/* Width of an address of @addr's family in bits: 32 or 128. */
unsigned int virSocketAddrBits(const virSocketAddr *addr);

/* The network address, and the last address (for IPv4 the broadcast address), of @addr/@prefix. */
void virSocketAddrNetwork(const virSocketAddr *addr, unsigned int prefix, virSocketAddr *ret_addr);
void virSocketAddrBroadcast(const virSocketAddr *addr, unsigned int prefix, virSocketAddr *ret_addr);

/* Whether @addr is an IPv6 link-local address, RFC 4291 section 2.5.6. */
gboolean virSocketAddrIsLinkLocal(const virSocketAddr *addr);

/* Whether @addr lies in @net/@prefix; FALSE for another family. */
gboolean virSocketAddrInSubnet(const virSocketAddr *addr, const virSocketAddr *net, unsigned int prefix);

/**
 * virSocketAddrMaskToPrefix:
 *
 * Returns the number of leading ones of an IPv4 netmask, or -1 for one with a hole.
 */
int virSocketAddrMaskToPrefix(const virSocketAddr *mask);
void virSocketAddrPrefixToMask(unsigned int prefix, virSocketAddr *ret_mask);

/* Number of addresses from @start to @end, both included, at most G_MAXUINT32; 0 if reversed. */
guint32 virSocketAddrRangeSize(const virSocketAddr *start, const virSocketAddr *end);

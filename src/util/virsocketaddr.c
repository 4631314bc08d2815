/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virsocketaddr.c: arithmetic on IPv4 and IPv6 addresses
 *
 * Parsing, formatting, networks and prefixes, on values alone: no name is resolved, no socket opened.
 */
#include "virsocketaddr.h"

#include <arpa/inet.h>
#include <string.h>

/* The other forms that inet_aton() takes, but nothing behind them, which it takes too. */
static gboolean parseShortIPv4(const char *text, virSocketAddr *ret_addr)
{
    struct in_addr in;
    virSocketAddr addr = { .family = AF_INET };

    if (text[strspn(text, "0123456789abcdefABCDEFxX.")] || !inet_aton(text, &in))
        return FALSE;
    memcpy(addr.bytes, &in, sizeof(in));
    *ret_addr = addr;
    return TRUE;
}

gboolean virSocketAddrParse(const char *text, int family, virSocketAddr *ret_addr)
{
    virSocketAddr addr = { .family = AF_INET };

    if (family != AF_INET6 && inet_pton(AF_INET, text, addr.bytes) == 1) {
        *ret_addr = addr;
        return TRUE;
    }
    if (family != AF_INET6 && parseShortIPv4(text, ret_addr))
        return TRUE;
    addr.family = AF_INET6;
    if (family != AF_INET && inet_pton(AF_INET6, text, addr.bytes) == 1) {
        *ret_addr = addr;
        return TRUE;
    }
    return FALSE;
}

/* As inet_ntop() does, which goes through printf(): lists of thousands of hosts are formatted at each change. */
static void formatIPv4(const guint8 *bytes, char *buf)
{
    size_t i;

    for (i = 0; i < 4; i++) {
        if (bytes[i] >= 100)
            *buf++ = (char)('0' + bytes[i] / 100);
        if (bytes[i] >= 10)
            *buf++ = (char)('0' + bytes[i] / 10 % 10);
        *buf++ = (char)('0' + bytes[i] % 10);
        *buf++ = i < 3 ? '.' : '\0';
    }
}

const char *virSocketAddrFormat(const virSocketAddr *addr, char buf[VIR_SOCKET_ADDR_BUFLEN])
{
    buf[0] = '\0';
    if (addr->family == AF_INET)
        formatIPv4(addr->bytes, buf);
    else if (addr->family == AF_INET6)
        inet_ntop(addr->family, addr->bytes, buf, VIR_SOCKET_ADDR_BUFLEN);
    return buf;
}

gboolean virSocketAddrIsSet(const virSocketAddr *addr)
{
    return addr->family != AF_UNSPEC;
}

gboolean virSocketAddrEqual(const virSocketAddr *a, const virSocketAddr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

int virSocketAddrCompare(const virSocketAddr *a, const virSocketAddr *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

unsigned int virSocketAddrBits(const virSocketAddr *addr)
{
    return addr->family == AF_INET6 ? 128 : 32;
}

/* Sets the bits behind @prefix to @value. */
static void setHostBits(virSocketAddr *addr, unsigned int prefix, gboolean value)
{
    unsigned int bits = virSocketAddrBits(addr);
    unsigned int bit;

    for (bit = prefix; bit < bits; bit++) {
        guint8 mask = (guint8)(0x80 >> (bit % 8));

        if (value)
            addr->bytes[bit / 8] |= mask;
        else
            addr->bytes[bit / 8] &= (guint8)~mask;
    }
}

void virSocketAddrNetwork(const virSocketAddr *addr, unsigned int prefix, virSocketAddr *ret_addr)
{
    *ret_addr = *addr;
    setHostBits(ret_addr, prefix, FALSE);
}

void virSocketAddrBroadcast(const virSocketAddr *addr, unsigned int prefix, virSocketAddr *ret_addr)
{
    *ret_addr = *addr;
    setHostBits(ret_addr, prefix, TRUE);
}

gboolean virSocketAddrIsLinkLocal(const virSocketAddr *addr)
{
    return addr->family == AF_INET6 && addr->bytes[0] == 0xfe && (addr->bytes[1] & 0xc0) == 0x80;
}

gboolean virSocketAddrInSubnet(const virSocketAddr *addr, const virSocketAddr *net, unsigned int prefix)
{
    virSocketAddr a, b;

    if (addr->family != net->family)
        return FALSE;
    virSocketAddrNetwork(addr, prefix, &a);
    virSocketAddrNetwork(net, prefix, &b);
    return virSocketAddrEqual(&a, &b);
}

int virSocketAddrMaskToPrefix(const virSocketAddr *mask)
{
    virSocketAddr wanted;
    int prefix = 0;

    while (prefix < 32 && (mask->bytes[prefix / 8] & (0x80 >> (prefix % 8))))
        prefix++;
    virSocketAddrPrefixToMask((unsigned int)prefix, &wanted);
    return virSocketAddrEqual(mask, &wanted) ? prefix : -1;
}

void virSocketAddrPrefixToMask(unsigned int prefix, virSocketAddr *ret_mask)
{
    *ret_mask = (virSocketAddr){ .family = AF_INET, .bytes = { 255, 255, 255, 255 } };
    setHostBits(ret_mask, prefix, FALSE);
}

guint32 virSocketAddrRangeSize(const virSocketAddr *start, const virSocketAddr *end)
{
    guint64 size = 0;
    int borrow = 0;
    int i, n = (int)virSocketAddrBits(start) / 8;

    if (start->family != end->family || virSocketAddrCompare(start, end) > 0)
        return 0;
    for (i = n - 1; i >= 0; i--) {
        int byte = end->bytes[i] - start->bytes[i] - borrow;

        borrow = byte < 0;
        byte &= 0xff;
        if (i < n - 4 && byte)
            return G_MAXUINT32;
        if (i >= n - 4)
            size |= (guint64)byte << (8 * (n - 1 - i));
    }
    return size >= G_MAXUINT32 ? G_MAXUINT32 : (guint32)size + 1;
}

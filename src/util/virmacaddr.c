/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virmacaddr.c: parsing and formatting of Ethernet addresses
 *
 * Pure. Which addresses a network or a guest may have is judged by those who know what they are for.
 */
#include "virmacaddr.h"

#include <string.h>

gboolean virMacAddrParse(const char *text, virMacAddr *ret_mac)
{
    virMacAddr mac;
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(mac.bytes); i++) {
        int value = g_ascii_xdigit_value(*text);

        if (value < 0)
            return FALSE;
        text++;
        if (g_ascii_isxdigit(*text))
            value = value * 16 + g_ascii_xdigit_value(*text++);
        mac.bytes[i] = (guint8)value;
        if (*text != (i < 5 ? ':' : '\0'))
            return FALSE;
        text++;
    }
    *ret_mac = mac;
    return TRUE;
}

const char *virMacAddrFormat(const virMacAddr *mac, char buf[VIR_MAC_STRING_BUFLEN])
{
    g_snprintf(buf, VIR_MAC_STRING_BUFLEN, "%02x:%02x:%02x:%02x:%02x:%02x", mac->bytes[0], mac->bytes[1],
               mac->bytes[2], mac->bytes[3], mac->bytes[4], mac->bytes[5]);
    return buf;
}

gboolean virMacAddrEqual(const virMacAddr *a, const virMacAddr *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

gboolean virMacAddrIsMulticast(const virMacAddr *mac)
{
    return mac->bytes[0] & 1;
}

void virMacAddrGenerate(virMacAddr *ret_mac)
{
    guint32 random = g_random_int();

    *ret_mac = (virMacAddr){ { 0x52, 0x54, 0x00, (guint8)(random >> 16), (guint8)(random >> 8), (guint8)random } };
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * viruuid.c: parsing, formatting and drawing of UUIDs
 *
 * Pure. Takes the spellings that libvirt takes, and writes one.
 */
#include "viruuid.h"

#include <string.h>

gboolean virUUIDParse(const char *text, unsigned char ret_uuid[VIR_UUID_LEN])
{
    unsigned char uuid[VIR_UUID_LEN];
    size_t i = 0;

    while (g_ascii_isspace(*text))
        text++;
    while (i < VIR_UUID_LEN) {
        int high, low;

        if (*text == '-' && i > 0) {
            text++;
            continue;
        }
        high = g_ascii_xdigit_value(text[0]);
        low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);
        if (low < 0)
            return FALSE;
        uuid[i++] = (unsigned char)(high * 16 + low);
        text += 2;
    }
    while (g_ascii_isspace(*text))
        text++;
    if (*text)
        return FALSE;
    memcpy(ret_uuid, uuid, sizeof(uuid));
    return TRUE;
}

const char *virUUIDFormat(const unsigned char *uuid, char buf[VIR_UUID_TEXT_LEN])
{
    g_snprintf(buf, VIR_UUID_TEXT_LEN, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
               uuid[0], uuid[1], uuid[2], uuid[3], uuid[4], uuid[5], uuid[6], uuid[7], uuid[8], uuid[9], uuid[10],
               uuid[11], uuid[12], uuid[13], uuid[14], uuid[15]);
    return buf;
}

void virUUIDGenerate(unsigned char ret_uuid[VIR_UUID_LEN])
{
    g_autofree char *text = g_uuid_string_random();

    if (!virUUIDParse(text, ret_uuid))
        g_assert_not_reached();
}

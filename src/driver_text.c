/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * driver_text.c: what may be asked for where title, description and metadata of networks are concerned
 *
 * The request alone is judged: no network is known here. Called by the public library before it calls a driver, and by the bridge
 * driver again, since not every client of a daemon is that library.
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "driver.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

static int failArgument(const char *argument, const char *function, const char *rule, GError **err)
{
    return virErrorSetArg(err, VIR_FROM_THIS, function, argument, "%s in %s must %s", argument, function, rule);
}

/* Else the definition could be written, but not be read again. */
static gboolean fitsXml(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);

        if ((c < 0x20 && !strchr("\t\n\r", (int)c)) || c == 0xFFFE || c == 0xFFFF)
            return FALSE;
    }
    return TRUE;
}

int virNetworkTextCheck(const virNetworkTextRequest *req, const char *function, GError **err)
{
    gboolean is_element = req->type == VIR_NETWORK_METADATA_ELEMENT;

    if (req->type < 0 || req->type > VIR_NETWORK_METADATA_ELEMENT)
        return virErrorSetArg(err, VIR_FROM_THIS, function, "type", "unknown metadata type");
    if (is_element && (!req->uri || !*req->uri))
        return failArgument("uri", function, req->uri ? "not be empty" : "not be NULL", err);
    if (!is_element && req->uri)
        return failArgument("uri", function, "be NULL", err);
    if (!is_element && req->key)
        return failArgument("key", function, "be NULL", err);
    if (is_element && req->text && !req->key)
        return failArgument("key", function, "not be NULL", err);
    if (req->type == VIR_NETWORK_METADATA_TITLE && req->text && strchr(req->text, '\n'))
        return virErrorSetArg(err, VIR_FROM_THIS, function, "metadata", "metadata title can't contain newlines");
    if (!is_element && req->text && !fitsXml(req->text))
        return failArgument("metadata", function, "be text without control characters", err);
    return 0;
}

/* The two flags choose among the versions that there are; a question can only be about one. */
static int checkOneVersion(const virNetworkTextRequest *req, GError **err)
{
    unsigned int both = VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG;

    if ((req->flags & both) != both)
        return 0;
    return virErrorSetArg(err, VIR_FROM_THIS, "virNetworkGetMetadata", "flags",
                          "Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and 'VIR_NETWORK_UPDATE_AFFECT_CONFIG' are mutually exclusive");
}

int virNetworkTextCheckGet(const virNetworkTextRequest *req, GError **err)
{
    return checkOneVersion(req, err) < 0 ? -1 : virNetworkTextCheck(req, "virNetworkGetMetadata", err);
}

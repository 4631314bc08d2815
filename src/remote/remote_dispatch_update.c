/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_dispatch_update.c: the remote procedure that updates a network
 *
 * Releases of libvirt before 7.2.0 swapped command and section on their way, and some clients still send them so. The
 * daemon takes the command first, always, and never guesses; where an update fails in a way that swapped words could
 * explain, the error says what was understood. The dispatch table names its function.
 */
#include "remote_dispatch_priv.h"

#include <string.h>

#include <libvirt/libvirt.h>

#include "remote_wire.h"
#include "virerror.h"
#include "virtext.h"

static const char *const commands[] = {
    [VIR_NETWORK_UPDATE_COMMAND_NONE] = "none",
    [VIR_NETWORK_UPDATE_COMMAND_MODIFY] = "modify",
    [VIR_NETWORK_UPDATE_COMMAND_DELETE] = "delete",
    [VIR_NETWORK_UPDATE_COMMAND_ADD_LAST] = "add-last",
    [VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST] = "add-first",
};

static const struct {
    const char *name;
    const char *element;
} sections[] = {
    [VIR_NETWORK_SECTION_NONE] = { "none", NULL },
    [VIR_NETWORK_SECTION_BRIDGE] = { "bridge", "bridge" },
    [VIR_NETWORK_SECTION_DOMAIN] = { "domain", "domain" },
    [VIR_NETWORK_SECTION_IP] = { "ip", "ip" },
    [VIR_NETWORK_SECTION_IP_DHCP_HOST] = { "ip-dhcp-host", "host" },
    [VIR_NETWORK_SECTION_IP_DHCP_RANGE] = { "ip-dhcp-range", "range" },
    [VIR_NETWORK_SECTION_FORWARD] = { "forward", "forward" },
    [VIR_NETWORK_SECTION_FORWARD_INTERFACE] = { "forward-interface", "interface" },
    [VIR_NETWORK_SECTION_FORWARD_PF] = { "forward-pf", "pf" },
    [VIR_NETWORK_SECTION_PORTGROUP] = { "portgroup", "portgroup" },
    [VIR_NETWORK_SECTION_DNS_HOST] = { "dns-host", "host" },
    [VIR_NETWORK_SECTION_DNS_TXT] = { "dns-txt", "txt" },
    [VIR_NETWORK_SECTION_DNS_SRV] = { "dns-srv", "srv" },
};

static const char *commandName(unsigned int command)
{
    return command < G_N_ELEMENTS(commands) ? commands[command] : "unknown";
}

static const char *sectionName(unsigned int section)
{
    return section < G_N_ELEMENTS(sections) ? sections[section].name : "unknown";
}

/* Skips declaration, comments and the like in front of the first element. */
static const char *skipProlog(const char *xml)
{
    while ((xml = strchr(xml, '<'))) {
        const char *end = NULL;

        if (xml[1] == '?')
            end = strstr(xml, "?>");
        else if (g_str_has_prefix(xml, "<!--"))
            end = strstr(xml, "-->");
        else
            return xml + 1;
        if (!end)
            return NULL;
        xml = end + 2;
    }
    return NULL;
}

/* The name of the outermost element, as far as it can be told from the text; for messages alone. */
static char *elementName(const char *xml)
{
    const char *start = skipProlog(xml);
    gsize len = start ? strcspn(start, " \t\r\n/>") : 0;

    return len > 0 && len <= 64 ? g_strndup(start, len) : g_strdup("?");
}

static gboolean fits(unsigned int section, const char *element)
{
    return section < G_N_ELEMENTS(sections) && g_strcmp0(sections[section].element, element) == 0;
}

/* Whether the same two words would make sense the other way round, and do not as they are. */
static gboolean lookSwapped(const wire_update_args *args, const char *element)
{
    if (args->section == VIR_NETWORK_UPDATE_COMMAND_NONE || args->section >= G_N_ELEMENTS(commands) ||
        args->command >= G_N_ELEMENTS(sections))
        return FALSE;
    return args->command >= G_N_ELEMENTS(commands) || (fits(args->command, element) && !fits(args->section, element));
}

/* Puts @text behind the detail of *@err, keeping the rest of it. */
static void append(GError **err, const char *text)
{
    g_autoptr(GError) old = g_steal_pointer(err);
    const virErrorInfo *info = virErrorGetInfo(old);
    g_autofree char *message = g_strconcat(old->message, text, NULL);
    g_autofree char *detail = info->str2 ? g_strconcat(info->str2, text, NULL) : NULL;
    virErrorInfo longer = *info;

    longer.str2 = detail;
    (void)virErrorSetRaw(err, old->code, message, &longer);     /* its -1 is our caller's already */
}

/* Only where command, section and element do not go together; other errors are about values. */
static gboolean isMismatch(const wire_update_args *args, const char *element, const GError *err)
{
    if (err->domain != VIR_ERROR)
        return FALSE;
    return err->code == VIR_ERR_OPERATION_UNSUPPORTED ||
           (err->code == VIR_ERR_XML_ERROR && !fits(args->section, element));
}

static void explain(const wire_update_args *args, GError **err)
{
    g_autofree char *element = elementName(args->xml);
    g_autofree char *swapped = NULL;
    g_autofree char *text = NULL;

    if (!isMismatch(args, element, *err))
        return;
    if (lookSwapped(args, element))
        swapped = g_strdup_printf(virText("; command and section look swapped: the other way round they are "
                                          "command %u '%s', section %u '%s'"),
                                  args->section, commandName(args->section), args->command,
                                  sectionName(args->command));
    text = g_strdup_printf(virText(" (understood: command %u '%s', section %u '%s', element <%s>%s)"), args->command,
                           commandName(args->command), args->section, sectionName(args->section), element,
                           swapped ? swapped : "");
    append(err, text);
}

int virRemoteServeUpdate(const virRemoteCall *call, const void *opaque, void *ret G_GNUC_UNUSED, GError **err)
{
    const wire_update_args *args = opaque;
    virNetworkIdent net = virRemoteWireBorrowIdent(&args->net);
    virNetworkUpdateRequest req = virRemoteWireBorrowUpdate(args);
    g_autoptr(GError) failure = NULL;

    if (call->driver->networkUpdate(call->conn, &net, &req, &failure) == 0)
        return 0;
    explain(args, &failure);
    g_propagate_error(err, g_steal_pointer(&failure));
    return -1;
}

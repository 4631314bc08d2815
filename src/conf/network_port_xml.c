/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_port_xml.c: <networkport> to a port and back
 *
 * Codes, domains and wording of errors are those that clients of libvirt know. What a port takes of its network is not
 * decided here but in network_port_plug.c.
 */
#include "network_port_xml.h"

#include <string.h>

#include "network_format_port.h"
#include "network_parse_port.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Parse ------------------------------------------------------------------------------------------------------ */

/* The text of a child element; NULL if there is none, or nothing in it. */
static char *getChildText(const xmlNode *parent, const char *name)
{
    const xmlNode *node = parent ? virXMLFirst(parent, name) : NULL;
    g_autofree char *text = node ? virXMLGetText(node) : NULL;

    return text && *text ? g_steal_pointer(&text) : NULL;
}

static int parseUuid(const char *text, unsigned char *ret_uuid, GError **err)
{
    if (virUUIDParse(text, ret_uuid))
        return 0;
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse UUID '%s'", text);
}

static int parseIdentity(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    const xmlNode *owner = virXMLFirst(root, "owner");
    g_autofree char *uuid = getChildText(root, "uuid");
    g_autofree char *owner_uuid = getChildText(owner, "uuid");

    if (!uuid)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network port has no uuid");
    if (parseUuid(uuid, port->uuid, err) < 0)
        return -1;
    port->owner_name = getChildText(owner, "name");
    if (!port->owner_name)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network port has no owner name");
    if (!owner_uuid)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network port has no owner UUID");
    port->group = getChildText(root, "group");
    return parseUuid(owner_uuid, port->owner_uuid, err);
}

static int parseMac(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    const xmlNode *node = virXMLFirst(root, "mac");
    g_autofree char *text = node ? virXMLGetAttribute(node, "address") : NULL;

    if (!text)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "network port has no mac");
    if (!virMacAddrParse(text, &port->mac))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse MAC '%s'", text);
    return 0;
}

static int parseProfile(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    return virNetworkParseVirtualPort(root, FALSE, &port->virtualport, err);
}

static int parseOffer(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    return virNetworkParseBandwidth(root, &port->class_id, &port->bandwidth, err) < 0
               ? -1 : virNetworkParseVlan(root, &port->vlan, err);
}

static int parseSwitches(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    const xmlNode *isolated = virXMLFirst(root, "port");
    const xmlNode *filters = virXMLFirst(root, "rxfilters");

    if (isolated && virNetworkParseTristate(isolated, "isolated", &port->isolated, err) < 0)
        return -1;
    if (filters && virNetworkParseTristate(filters, "trustGuest", &port->trust_guest_rx_filters, err) < 0)
        return -1;
    return 0;
}

/* An attribute that is one of @words, of which unused ones are NULL; 0 if it is absent. -1: another one, in *@ret_text. */
static int findWord(const xmlNode *node, const char *name, const char *const *words, int n_words, char **ret_text)
{
    g_autofree char *text = virXMLGetAttribute(node, name);
    int i;

    if (!text)
        return 0;
    for (i = 0; i < n_words; i++) {
        if (words[i] && strcmp(words[i], text) == 0)
            return i;
    }
    *ret_text = g_steal_pointer(&text);
    return -1;
}

static int parseBridgePlug(const xmlNode *node, virNetworkPortDef *port, GError **err)
{
    static const char *const tables[] = {
        [VIR_NETWORK_MAC_TABLE_UNSET] = "default",
        [VIR_NETWORK_MAC_TABLE_KERNEL] = "kernel",
        [VIR_NETWORK_MAC_TABLE_LIBVIRT] = "libvirt",
    };
    g_autofree char *bad = NULL;
    int table = findWord(node, "macTableManager", tables, G_N_ELEMENTS(tables), &bad);

    port->bridge = virXMLGetAttribute(node, "bridge");
    if (!port->bridge || !*port->bridge)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing network port bridge name");
    if (table < 0)
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid macTableManager setting '%s' in network port", bad);
    port->mac_table = table;
    return 0;
}

static int parseDirectPlug(const xmlNode *node, virNetworkPortDef *port, GError **err)
{
    const char *modes[VIR_NETWORK_FORWARD_LAST] = { NULL };
    g_autofree char *bad = NULL;
    int mode;

    for (mode = VIR_NETWORK_FORWARD_BRIDGE; mode <= VIR_NETWORK_FORWARD_PASSTHROUGH; mode++)
        modes[mode] = virNetworkForwardModeName(mode);
    port->dev = virXMLGetAttribute(node, "dev");
    if (!port->dev || !*port->dev)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing network port link device name");
    mode = findWord(node, "mode", modes, G_N_ELEMENTS(modes), &bad);
    if (mode < 0)
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid mode setting '%s' in network port", bad);
    port->mode = mode ? (virNetworkForwardMode)mode : VIR_NETWORK_FORWARD_VEPA;
    return 0;
}

static const char *const pci_drivers[] = {
    [VIR_NETWORK_PCI_DRIVER_DEFAULT] = NULL,
    [VIR_NETWORK_PCI_DRIVER_VFIO] = "vfio",
    [VIR_NETWORK_PCI_DRIVER_KVM] = "kvm",
};

static int parseHostdevPlug(const xmlNode *node, virNetworkPortDef *port, GError **err)
{
    const xmlNode *driver = virXMLFirst(node, "driver");
    const xmlNode *address = virXMLFirst(node, "address");
    g_autofree char *bad = NULL;
    int found = driver ? findWord(driver, "name", pci_drivers, G_N_ELEMENTS(pci_drivers), &bad) : 0;

    if (virNetworkParseTristate(node, "managed", &port->managed, err) < 0)
        return -1;
    if (driver && found <= 0)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing network port driver name");
    if (!address)
        return virFail(err, VIR_ERR_XML_ERROR, "Missing network port PCI address");
    port->driver = found;
    return virNetworkParsePciAddress(address, &port->address, err);
}

static int parsePlug(const xmlNode *root, virNetworkPortDef *port, GError **err)
{
    static const char *const types[] = { "none", "network", "bridge", "direct", "hostdev-pci", NULL };
    static int (*const parsers[])(const xmlNode *node, virNetworkPortDef *port, GError **err) = {
        [VIR_NETWORK_PLUG_NONE] = NULL,
        [VIR_NETWORK_PLUG_NETWORK] = parseBridgePlug,
        [VIR_NETWORK_PLUG_BRIDGE] = parseBridgePlug,
        [VIR_NETWORK_PLUG_DIRECT] = parseDirectPlug,
        [VIR_NETWORK_PLUG_HOSTDEV_PCI] = parseHostdevPlug,
    };
    const xmlNode *node = virXMLFirst(root, "plug");
    int type = VIR_NETWORK_PLUG_NONE;

    G_STATIC_ASSERT(G_N_ELEMENTS(types) == VIR_NETWORK_PLUG_LAST + 1);
    if (!node)
        return 0;
    if (virXMLGetWord(node, "type", types, &type, err) < 0)
        return -1;
    port->plug = type;
    return parsers[type] ? parsers[type](node, port, err) : 0;
}

virNetworkPortDef *virNetworkPortDefParse(const char *xml, const char *source, GError **err)
{
    static int (*const parsers[])(const xmlNode *root, virNetworkPortDef *port, GError **err) = {
        parseIdentity, parseProfile, parseMac, parseOffer, parseSwitches, parsePlug,
    };
    const virXMLSource from = { .text = xml, .source = source, .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&from, err);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    g_autoptr(virNetworkPortDef) port = NULL;
    size_t i;

    if (!root)
        return NULL;
    if (!virXMLIsElement(root, "networkport")) {
        virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR, "expecting root element of 'networkport', not '%s'",
                    (const char *)root->name);
        return NULL;
    }
    port = virNetworkPortDefNew();
    for (i = 0; i < G_N_ELEMENTS(parsers); i++) {
        if (parsers[i](root, port, err) < 0)
            return NULL;
    }
    return g_steal_pointer(&port);
}

/* --- Format ----------------------------------------------------------------------------------------------------- */

static void formatText(GString *out, unsigned int indent, const char *element, const char *text)
{
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<%s>", element);
    virXMLAppendEscaped(out, text);
    g_string_append_printf(out, "</%s>\n", element);
}

static void formatIdentity(const virNetworkPortDef *port, GString *out, unsigned int indent)
{
    char uuid[VIR_UUID_TEXT_LEN];
    char mac[VIR_MAC_STRING_BUFLEN];

    formatText(out, indent, "uuid", virUUIDFormat(port->uuid, uuid));
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<owner>\n");
    formatText(out, indent + 2, "name", port->owner_name);
    formatText(out, indent + 2, "uuid", virUUIDFormat(port->owner_uuid, uuid));
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</owner>\n");
    if (port->group)
        formatText(out, indent, "group", port->group);
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<mac address='%s'/>\n", virMacAddrFormat(&port->mac, mac));
}

/* An element with one attribute that says yes or no; nothing for VIR_TRISTATE_ABSENT. */
static void formatSwitch(GString *out, unsigned int indent, const char *element, const char *name, virTristate value)
{
    if (value == VIR_TRISTATE_ABSENT)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<%s", element);
    virNetworkFormatTristate(out, name, value);
    g_string_append(out, "/>\n");
}

static void formatHostdevPlug(const virNetworkPortDef *port, GString *out, unsigned int indent)
{
    virNetworkFormatTristate(out, "managed", port->managed);
    g_string_append(out, ">\n");
    if (port->driver != VIR_NETWORK_PCI_DRIVER_DEFAULT) {
        virNetworkFormatIndent(out, indent + 2);
        g_string_append_printf(out, "<driver name='%s'/>\n", pci_drivers[port->driver]);
    }
    virNetworkFormatIndent(out, indent + 2);
    g_string_append_printf(out, "<address domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'/>\n",
                           port->address.domain, port->address.bus, port->address.slot, port->address.function);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</plug>\n");
}

static void formatPlug(const virNetworkPortDef *port, GString *out, unsigned int indent)
{
    if (port->plug == VIR_NETWORK_PLUG_NONE)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<plug type='%s'", virNetworkPlugTypeName(port->plug));
    if (port->plug == VIR_NETWORK_PLUG_HOSTDEV_PCI) {
        formatHostdevPlug(port, out, indent);
        return;
    }
    virXMLAppendAttribute(out, "bridge", port->bridge);
    if (port->mac_table != VIR_NETWORK_MAC_TABLE_UNSET)
        virXMLAppendAttribute(out, "macTableManager",
                              port->mac_table == VIR_NETWORK_MAC_TABLE_LIBVIRT ? "libvirt" : "kernel");
    virXMLAppendAttribute(out, "dev", port->dev);
    if (port->plug == VIR_NETWORK_PLUG_DIRECT)
        virXMLAppendAttribute(out, "mode", virNetworkForwardModeName(port->mode));
    g_string_append(out, "/>\n");
}

void virNetworkPortDefFormatTo(const virNetworkPortDef *port, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<networkport>\n");
    formatIdentity(port, out, indent + 2);
    virNetworkFormatVirtualPort(out, indent + 2, port->virtualport);
    virNetworkFormatBandwidth(out, indent + 2, port->bandwidth, port->class_id);
    virNetworkFormatVlan(out, indent + 2, port->vlan);
    formatSwitch(out, indent + 2, "port", "isolated", port->isolated);
    formatSwitch(out, indent + 2, "rxfilters", "trustGuest", port->trust_guest_rx_filters);
    formatPlug(port, out, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</networkport>\n");
}

char *virNetworkPortDefFormat(const virNetworkPortDef *port)
{
    GString *out = g_string_new(NULL);

    virNetworkPortDefFormatTo(port, out, 0);
    return g_string_free(out, FALSE);
}

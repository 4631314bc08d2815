/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_forward.c: the <forward> element, with what packets are translated to and which devices are used
 *
 * Which devices go with which mode is a rule on whole definitions (network_validate_mode.c).
 */
#include "network_parse_forward.h"

#include <string.h>

#include "network_parse.h"
#include "network_parse_dhcp.h"
#include "network_parse_port.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

static int parseMode(const xmlNode *node, virNetworkDef *def, GError **err)
{
    g_autofree char *mode = virXMLGetFilledAttribute(node, "mode");
    int i;

    def->forward = VIR_NETWORK_FORWARD_NAT;
    if (!mode)
        return 0;
    for (i = VIR_NETWORK_FORWARD_NONE; i < VIR_NETWORK_FORWARD_LAST; i++) {
        if (strcmp(mode, virNetworkForwardModeName(i)) == 0) {
            def->forward = i;
            return 0;
        }
    }
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown forwarding type '%s'", mode);
}

/* --- <nat> ------------------------------------------------------------------------------------------------------ */

static int parseNatEnd(const xmlNode *node, const char *which, const virNetworkDef *def, virSocketAddr *ret_addr,
                       GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, which);

    if (!text) {
        return virFail(err, VIR_ERR_XML_ERROR, "missing '%s' attribute in <address> element in <nat> in <forward> in network %s",
                       which, def->name);
    }
    if (!virSocketAddrParse(text, AF_INET, ret_addr)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Bad ipv4 %s address '%s' in <nat> in <forward> in network '%s'", which,
                       text, def->name);
    }
    return 0;
}

static int parseNatAddress(const xmlNode *nat, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(nat, "address");

    if (!node)
        return 0;
    if (virXMLNext(node)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Only one <address> element is allowed in <nat> in <forward> in network %s",
                       def->name);
    }
    if (parseNatEnd(node, "start", def, &def->nat.addr_start, err) < 0 ||
        parseNatEnd(node, "end", def, &def->nat.addr_end, err) < 0)
        return -1;
    return virNetworkCheckRange(&def->nat.addr_start, &def->nat.addr_end, NULL, err);
}

/* An unset or unusable port gives FALSE. */
static gboolean getPort(const xmlNode *node, const char *which, guint16 *ret_port)
{
    g_autofree char *text = virXMLGetAttribute(node, which);
    guint64 value;

    if (!text || !virParseUint(text, G_MAXUINT16, &value))
        return FALSE;
    *ret_port = (guint16)value;
    return TRUE;
}

static int parseNatPort(const xmlNode *nat, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(nat, "port");
    guint16 start = 0, end = 0;

    if (!node)
        return 0;
    if (virXMLNext(node)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Only one <port> element is allowed in <nat> in <forward> in network %s",
                       def->name);
    }
    if (!getPort(node, "start", &start)) {
        return virFail(err, VIR_ERR_XML_DETAIL,
                       "Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network %s", def->name);
    }
    if (!getPort(node, "end", &end) || end < start) {
        return virFail(err, VIR_ERR_XML_DETAIL,
                       "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network %s", def->name);
    }
    def->nat.port_start = start;
    def->nat.port_end = end;
    return 0;
}

static int parseNat(const xmlNode *forward, virNetworkDef *def, GError **err)
{
    const xmlNode *nat = virXMLFirst(forward, "nat");

    if (!nat)
        return 0;
    if (def->forward != VIR_NETWORK_FORWARD_NAT) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "The <nat> element can only be used when <forward> 'mode' is 'nat' in network %s", def->name);
    }
    if (virXMLNext(nat)) {
        return virFail(err, VIR_ERR_XML_ERROR, "Only one <nat> element is allowed in <forward> of network %s",
                       def->name);
    }
    if (virNetworkParseTristate(nat, "ipv6", &def->nat.ipv6, err) < 0 || parseNatAddress(nat, def, err) < 0)
        return -1;
    return parseNatPort(nat, def, err);
}

/* --- Devices ---------------------------------------------------------------------------------------------------- */

static int parseInterface(const xmlNode *node, virNetworkDef *def, GError **err)
{
    g_autofree char *dev = virXMLGetAttribute(node, "dev");

    if (!dev) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "Missing required dev attribute in <forward> <interface> element of network %s", def->name);
    }
    if (g_ptr_array_find_with_equal_func(def->forward_devs, dev, g_str_equal, NULL)) {
        return virFail(err, VIR_ERR_XML_ERROR, "interface '%s' can only be listed once in network %s", dev, def->name);
    }
    g_ptr_array_add(def->forward_devs, g_steal_pointer(&dev));
    return 0;
}

/* <forward dev> is another way to write the first <interface>. */
static int parseInterfaces(const xmlNode *forward, virNetworkDef *def, GError **err)
{
    g_autofree char *dev = virXMLGetFilledAttribute(forward, "dev");
    const xmlNode *node;

    for (node = virXMLFirst(forward, "interface"); node; node = virXMLNext(node)) {
        if (parseInterface(node, def, err) < 0)
            return -1;
    }
    if (!dev)
        return 0;
    if (def->forward_devs->len == 0) {
        g_ptr_array_add(def->forward_devs, g_steal_pointer(&dev));
        return 0;
    }
    if (strcmp(dev, def->forward_devs->pdata[0]) == 0)
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "<forward dev='%s'> must match first <interface dev='%s'/> in network %s", dev,
                   (const char *)def->forward_devs->pdata[0], def->name);
}

static gboolean hasAddress(const virNetworkDef *def, const virPciAddress *address)
{
    guint i;

    for (i = 0; i < def->forward_addresses->len; i++) {
        if (virPciAddressEqual(def->forward_addresses->pdata[i], address))
            return TRUE;
    }
    return FALSE;
}

static int parseAddress(const xmlNode *node, virNetworkDef *def, GError **err)
{
    g_autofree char *type = virXMLGetAttribute(node, "type");
    char text[VIR_PCI_ADDRESS_BUFLEN];
    virPciAddress address = { 0 };

    if (!type)
        return virFail(err, VIR_ERR_XML_ERROR, "missing address type in network %s", def->name);
    if (strcmp(type, "pci") != 0)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown address type '%s' in network %s", type, def->name);
    if (virNetworkParsePciAddress(node, &address, err) < 0)
        return -1;
    if (hasAddress(def, &address)) {
        return virFail(err, VIR_ERR_XML_ERROR, "PCI device '%s' can only be listed once in network %s",
                       virPciAddressFormat(&address, text), def->name);
    }
    g_ptr_array_add(def->forward_addresses, g_memdup2(&address, sizeof(address)));
    return 0;
}

static int parseAddresses(const xmlNode *forward, virNetworkDef *def, GError **err)
{
    const xmlNode *node;

    for (node = virXMLFirst(forward, "address"); node; node = virXMLNext(node)) {
        if (parseAddress(node, def, err) < 0)
            return -1;
    }
    return 0;
}

char *virNetworkParsePfDev(const xmlNode *node, const char *network, GError **err)
{
    g_autofree char *dev = virXMLGetAttribute(node, "dev");

    if (!dev || !*dev) {
        return virFailNull(err, VIR_ERR_XML_ERROR, "Missing required dev attribute in <pf> element of network '%s'",
                           network);
    }
    return g_steal_pointer(&dev);
}

static int parsePf(const xmlNode *forward, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(forward, "pf");

    if (!node)
        return 0;
    if (virXMLNext(node))
        return virFail(err, VIR_ERR_XML_ERROR, "Only one <pf> element is allowed in <forward> of network %s", def->name);
    def->forward_pf = virNetworkParsePfDev(node, def->name, err);
    return def->forward_pf ? 0 : -1;
}

static int parseDriver(const xmlNode *forward, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(forward, "driver");
    g_autofree char *name = node ? virXMLGetFilledAttribute(node, "name") : NULL;
    g_autofree char *model = node ? virXMLGetFilledAttribute(node, "model") : NULL;
    int i;

    if (model)
        def->forward_driver_model = g_steal_pointer(&model);
    if (!name)
        return 0;
    for (i = VIR_NETWORK_PCI_DRIVER_DEFAULT + 1; i < VIR_NETWORK_PCI_DRIVER_LAST; i++) {
        if (strcmp(name, virNetworkPciDriverName(i)) == 0) {
            def->forward_driver = i;
            return 0;
        }
    }
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unknown forward <driver name='%s'/> in network %s", name, def->name);
}

/* --- <forward> -------------------------------------------------------------------------------------------------- */

/* What an isolated network has here is of no use to it. */
static void clearDriver(virNetworkDef *def)
{
    def->forward_driver = VIR_NETWORK_PCI_DRIVER_DEFAULT;
    g_clear_pointer(&def->forward_driver_model, g_free);
}

/* Mode and what belongs to it. Returns 1 if there are devices to look for, else 0, or -1. */
static int parseWay(const xmlNode *node, virNetworkDef *def, GError **err)
{
    g_autofree char *managed = virXMLGetAttribute(node, "managed");

    if (parseMode(node, def, err) < 0 || parseDriver(node, def, err) < 0 || parseNat(node, def, err) < 0)
        return -1;
    def->forward_managed = def->forward == VIR_NETWORK_FORWARD_HOSTDEV && g_strcmp0(managed, "yes") == 0;
    if (def->forward != VIR_NETWORK_FORWARD_NONE)
        return 1;
    clearDriver(def);           /* nothing is forwarded through any device */
    return 0;
}

int virNetworkParseForwardLive(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "forward");
    int has_devices = node ? parseWay(node, def, err) : 0;

    if (has_devices <= 0)
        return has_devices;
    if (parseInterfaces(node, def, err) < 0 || parseAddresses(node, def, err) < 0)
        return -1;
    return parsePf(node, def, err);
}

int virNetworkParseForward(const xmlNode *parent, virNetworkDef *def, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "forward");
    g_autofree char *dev = node ? virXMLGetFilledAttribute(node, "dev") : NULL;
    int has_devices = node ? parseWay(node, def, err) : 0;

    if (has_devices <= 0)
        return has_devices;
    if (dev && (virXMLFirst(node, "pf") || virXMLFirst(node, "address"))) {
        return virFail(err, VIR_ERR_XML_ERROR, "the <forward> 'dev' attribute cannot be used when <address> or <pf> "
                       "sub-elements are present in network %s", def->name);
    }
    if (parseInterfaces(node, def, err) < 0 || (!virXMLFirst(node, "interface") && parseAddresses(node, def, err) < 0) ||
        parsePf(node, def, err) < 0)
        return -1;
    if (def->forward_devs->len || def->forward_addresses->len)
        g_clear_pointer(&def->forward_pf, g_free);
    return 0;
}

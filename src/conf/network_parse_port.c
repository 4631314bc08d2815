/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_parse_port.c: XML to what a network, a portgroup or a port has for the ports that guests plug in
 *
 * Codes, domains and wording of errors are those that clients of libvirt know, as in network_parse.c.
 */
#include "network_parse_port.h"

#include <inttypes.h>
#include <string.h>

#include "virerror.h"
#include "virxml.h"

/* What comes from libvirt's generic parts has no domain there, so it has none here. */
#define VIR_FROM_THIS VIR_FROM_NONE

#define VLAN_ID_MAX 4095
#define PROFILE_ID_MAX 39
#define TYPE_ID_MAX 0xffffff

int virNetworkParseTristate(const xmlNode *node, const char *name, virTristate *ret_value, GError **err)
{
    int yes = 0;
    int given = virXMLGetYesNo(node, name, &yes, err);

    if (given < 0)
        return -1;
    *ret_value = !given ? VIR_TRISTATE_ABSENT : yes ? VIR_TRISTATE_YES : VIR_TRISTATE_NO;
    return 0;
}

/* --- Bandwidth -------------------------------------------------------------------------------------------------- */

static int parseRateNumber(const xmlNode *node, const char *name, guint64 *ret_number, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, name);

    if (text && !virParseUint(text, G_MAXUINT64, ret_number)) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "could not convert bandwidth %s value '%s'", name, text);
    }
    return text != NULL;
}

static int parseFloor(const xmlNode *node, gboolean is_port, virNetworkRate *rate, GError **err)
{
    int given = parseRateNumber(node, "floor", &rate->floor, err);

    if (given > 0 && !virXMLIsElement(node, "inbound"))
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "'floor' attribute allowed only in <inbound> element");
    if (given > 0 && !is_port)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "floor attribute is not supported for this config");
    return given;
}

static int parseRate(const xmlNode *node, gboolean is_port, virNetworkRate *ret_rate, GError **err)
{
    virNetworkRate rate = { 0 };
    int has_average = parseRateNumber(node, "average", &rate.average, err);
    int has_floor = has_average < 0 ? -1 : parseFloor(node, is_port, &rate, err);

    if (has_floor < 0)
        return -1;
    if (!has_average && !has_floor)
        return virFail(err, VIR_ERR_XML_DETAIL, "Missing mandatory average or floor attributes");
    if (parseRateNumber(node, "peak", &rate.peak, err) < 0 || parseRateNumber(node, "burst", &rate.burst, err) < 0)
        return -1;
    if (virNetworkRateIsSet(&rate))
        *ret_rate = rate;
    return 0;
}

static int parseDirection(const xmlNode *bandwidth, const char *name, gboolean is_port, virNetworkRate *ret_rate,
                          GError **err)
{
    const xmlNode *node = virXMLFirst(bandwidth, name);

    if (!node)
        return 0;
    if (virXMLNext(node))
        return virFail(err, VIR_ERR_XML_DETAIL, "Only one child <%s> element allowed", name);
    return parseRate(node, is_port, ret_rate, err);
}

static int parseClassId(const xmlNode *node, guint32 *ret_class_id, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, "classID");
    guint64 class_id = 0;

    if (text && !ret_class_id) {
        return virFail(err, VIR_ERR_XML_DETAIL, "classID attribute not supported on <bandwidth> in this usage context");
    }
    if (text && !virParseUint(text, G_MAXUINT32, &class_id))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse class id '%s'", text);
    if (ret_class_id)
        *ret_class_id = (guint32)class_id;
    return 0;
}

int virNetworkParseBandwidth(const xmlNode *parent, guint32 *ret_class_id, virNetworkBandwidth **ret_bandwidth,
                             GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "bandwidth");
    gboolean is_port = ret_class_id != NULL;
    g_autoptr(virNetworkBandwidth) bandwidth = NULL;
    guint32 class_id = 0;

    if (!node)
        return 0;
    bandwidth = virNetworkBandwidthNew();
    if (parseClassId(node, is_port ? &class_id : NULL, err) < 0 ||
        parseDirection(node, "inbound", is_port, &bandwidth->inbound, err) < 0 ||
        parseDirection(node, "outbound", is_port, &bandwidth->outbound, err) < 0)
        return -1;
    /* One with children stays, though they may limit nothing: that is how libvirt tells it from none. */
    if (!virXMLFirst(node, "inbound") && !virXMLFirst(node, "outbound"))
        return 0;
    if (is_port)
        *ret_class_id = class_id;
    *ret_bandwidth = g_steal_pointer(&bandwidth);
    return 0;
}

/* --- VLAN ------------------------------------------------------------------------------------------------------- */

static int parseTag(const xmlNode *node, virNetworkVlanTag *ret_tag, GError **err)
{
    static const char *const natives[] = { "tagged", "untagged", NULL };
    guint64 id = 0;
    int native = 0;
    int has_id = virXMLGetUint(node, "id", G_MAXUINT32, &id, err);
    int has_native;

    if (has_id < 0)
        return -1;
    if (!has_id)
        return virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR, "Missing required attribute 'id' in element 'tag'");
    if (id > VLAN_ID_MAX) {
        return virFail(err, VIR_ERR_XML_ERROR, "vlan tag id %" PRIu64 " too large (maximum %d)", id,
                       VLAN_ID_MAX);
    }
    has_native = virXMLGetWord(node, "nativeMode", natives, &native, err);
    if (has_native < 0)
        return -1;
    ret_tag->id = (guint16)id;
    ret_tag->native = !has_native ? VIR_NETWORK_NATIVE_NONE
                                  : native ? VIR_NETWORK_NATIVE_UNTAGGED : VIR_NETWORK_NATIVE_TAGGED;
    return 0;
}

/* Whether one of the tags is native; -1 if several are. */
static int countNative(const virNetworkVlan *vlan, GError **err)
{
    int n_native = 0;
    guint i;

    for (i = 0; i < vlan->tags->len; i++)
        n_native += g_array_index(vlan->tags, virNetworkVlanTag, i).native != VIR_NETWORK_NATIVE_NONE;
    return n_native > 1 ? virFail(err, VIR_ERR_XML_ERROR, "duplicate native vlan setting") : n_native;
}

static int parseTrunk(const xmlNode *node, gboolean has_native, virNetworkVlan *vlan, GError **err)
{
    g_autofree char *trunk = virXMLGetAttribute(node, "trunk");

    vlan->trunk = vlan->tags->len > 1 || g_strcmp0(trunk, "yes") == 0;
    if (!trunk || strcmp(trunk, "yes") == 0)
        return 0;
    if (vlan->tags->len > 1) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "invalid \"trunk='%s'\" in <vlan> - trunk='yes' is required for more than one vlan tag", trunk);
    }
    if (has_native) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "invalid configuration in <vlan> - \"trunk='no'\" is not allowed with a native vlan id");
    }
    if (strcmp(trunk, "no") != 0)
        return virFail(err, VIR_ERR_XML_ERROR, "invalid \"trunk='%s'\" in <vlan> - must be yes or no", trunk);
    return 0;
}

int virNetworkParseVlan(const xmlNode *parent, virNetworkVlan **ret_vlan, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "vlan");
    g_autoptr(virNetworkVlan) vlan = NULL;
    const xmlNode *child;
    int has_native;

    if (!node)
        return 0;
    vlan = virNetworkVlanNew();
    for (child = virXMLFirst(node, "tag"); child; child = virXMLNext(child)) {
        virNetworkVlanTag tag = { 0 };

        if (parseTag(child, &tag, err) < 0)
            return -1;
        g_array_append_val(vlan->tags, tag);
    }
    if (vlan->tags->len == 0) {
        return virFail(err, VIR_ERR_XML_ERROR,
                       "missing tag id - each <vlan> must have at least one <tag id='n'/> subelement");
    }
    has_native = countNative(vlan, err);
    if (has_native < 0 || parseTrunk(node, has_native, vlan, err) < 0)
        return -1;
    *ret_vlan = g_steal_pointer(&vlan);
    return 0;
}

/* --- Virtual port profile --------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    guint64 max;
    const char *too_large;      /* libvirt's words for it */
} NumberRule;

/* Decimal, or hexadecimal with 0x. Returns 1, 0 where the attribute is absent, -1. */
static int getNumber(const xmlNode *node, const NumberRule *rule, guint64 *ret_number, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, rule->name);

    if (!text)
        return 0;
    if (!virParseUintOrHex(text, G_MAXUINT64, ret_number))
        return virFail(err, VIR_ERR_XML_ERROR, "cannot parse value of %s parameter", rule->name);
    return *ret_number <= rule->max ? 1 : virFail(err, VIR_ERR_XML_ERROR, "%s", rule->too_large);
}

static int parseNumbers(const xmlNode *node, virNetworkVirtualPort *port, GError **err)
{
    static const NumberRule manager_rule = { "managerid", G_MAXUINT8, "value of managerid out of range" };
    static const NumberRule type_rule = { "typeid", TYPE_ID_MAX, "value for typeid out of range" };
    static const NumberRule version_rule = { "typeidversion", G_MAXUINT8, "value of typeidversion out of range" };
    guint64 manager = 0, type = 0, version = 0;
    int has_manager = getNumber(node, &manager_rule, &manager, err);
    int has_type = has_manager < 0 ? -1 : getNumber(node, &type_rule, &type, err);
    int has_version = has_type < 0 ? -1 : getNumber(node, &version_rule, &version, err);

    if (has_version < 0)
        return -1;
    port->has_manager_id = has_manager;
    port->manager_id = (guint8)manager;
    port->has_type_id = has_type;
    port->type_id = (guint32)type;
    port->has_type_id_version = has_version;
    port->type_id_version = (guint8)version;
    return 0;
}

/* Fills @ret_uuid; returns 1, 0 where the attribute is absent, -1. */
static int parsePortUuid(const xmlNode *node, const char *name, unsigned char *ret_uuid, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, name);

    if (!text)
        return 0;
    if (!virUUIDParse(text, ret_uuid))
        return virFail(err, VIR_ERR_XML_ERROR, "cannot parse %s parameter as a uuid", name);
    return 1;
}

static int parseIds(const xmlNode *node, virNetworkVirtualPort *port, GError **err)
{
    int has_instance = parsePortUuid(node, "instanceid", port->instance_id, err);
    int has_interface = has_instance < 0 ? -1 : parsePortUuid(node, "interfaceid", port->interface_id, err);
    g_autofree char *profile = virXMLGetAttribute(node, "profileid");

    if (has_interface < 0)
        return -1;
    if (profile && strlen(profile) > PROFILE_ID_MAX)
        return virFail(err, VIR_ERR_XML_ERROR, "profileid parameter too long");
    port->has_instance_id = has_instance;
    port->has_interface_id = has_interface;
    if (profile && *profile)
        port->profile_id = g_steal_pointer(&profile);
    return 0;
}

static int failExtra(const virNetworkVirtualPort *port, const char *parameter, GError **err)
{
    return virErrorSet(err, VIR_FROM_NET, VIR_ERR_XML_ERROR, "extra %s unsupported in <virtualport type='%s'>", parameter,
                       virNetworkVirtualPortTypeName(port->type));
}

/* Each type has parameters of its own; without a type all are taken, since another profile may be merged in. */
static int checkParameters(virNetworkVirtualPort *port, GError **err)
{
    gboolean is_qbg = port->type == VIR_NETWORK_VIRTUALPORT_8021QBG;
    gboolean is_midonet = port->type == VIR_NETWORK_VIRTUALPORT_MIDONET;
    const struct {
        gboolean given;
        gboolean allowed;
        const char *name;
    } parameters[] = {
        { port->has_manager_id, is_qbg, "managerid" },
        { port->has_type_id, is_qbg, "typeid" },
        { port->has_type_id_version, is_qbg, "typeidversion" },
        { port->has_instance_id, is_qbg, "instanceid" },
        { port->profile_id != NULL, !is_qbg, "profileid" },
        { port->has_interface_id, is_midonet || port->type == VIR_NETWORK_VIRTUALPORT_OPENVSWITCH, "interfaceid" },
    };
    size_t i;

    if (port->type == VIR_NETWORK_VIRTUALPORT_NONE)
        return 0;
    for (i = 0; i < G_N_ELEMENTS(parameters); i++) {
        if (parameters[i].given && !parameters[i].allowed)
            return failExtra(port, parameters[i].name, err);
    }
    if (is_midonet)
        g_clear_pointer(&port->profile_id, g_free);     /* it has none, and libvirt drops it without a word */
    return 0;
}

static int parsePortType(const xmlNode *node, gboolean needs_type, virNetworkVirtualPort *port, GError **err)
{
    g_autofree char *type = virXMLGetAttribute(node, "type");
    int i;

    if (!type)
        return needs_type ? virFail(err, VIR_ERR_XML_ERROR, "missing required virtualport type") : 0;
    for (i = VIR_NETWORK_VIRTUALPORT_NONE + 1; i < VIR_NETWORK_VIRTUALPORT_LAST; i++) {
        if (strcmp(type, virNetworkVirtualPortTypeName(i)) == 0) {
            port->type = i;
            return 0;
        }
    }
    return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown virtualport type %s", type);
}

int virNetworkParseVirtualPort(const xmlNode *parent, gboolean needs_type, virNetworkVirtualPort **ret_port, GError **err)
{
    const xmlNode *node = virXMLFirst(parent, "virtualport");
    const xmlNode *parameters = node ? virXMLFirst(node, "parameters") : NULL;
    g_autoptr(virNetworkVirtualPort) port = NULL;

    if (!node)
        return 0;
    port = virNetworkVirtualPortNew();
    if (parsePortType(node, needs_type, port, err) < 0)
        return -1;
    if (parameters && (parseNumbers(parameters, port, err) < 0 || parseIds(parameters, port, err) < 0))
        return -1;
    if (checkParameters(port, err) < 0)
        return -1;
    *ret_port = g_steal_pointer(&port);
    return 0;
}

/* --- PCI address ------------------------------------------------------------------------------------------------ */

static int parsePciNumber(const xmlNode *node, const char *name, guint64 *ret_number, GError **err)
{
    g_autofree char *text = virXMLGetAttribute(node, name);

    if (text && !virParseUintOrHex(text, G_MAXUINT32, ret_number)) {
        return virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR,
                           "Invalid value for attribute '%s' in element '%s': '%s'. Expected non-negative integer value",
                           name, (const char *)node->name, text);
    }
    return 0;
}

int virNetworkParsePciAddress(const xmlNode *node, virPciAddress *ret_address, GError **err)
{
    guint64 domain = 0, bus = 0, slot = 0, function = 0;

    if (parsePciNumber(node, "domain", &domain, err) < 0 || parsePciNumber(node, "bus", &bus, err) < 0 ||
        parsePciNumber(node, "slot", &slot, err) < 0 || parsePciNumber(node, "function", &function, err) < 0)
        return -1;
    if (bus > 0xff) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid PCI address bus='0x%" PRIx64 "', must be <= 0xFF", bus);
    }
    if (slot > 0x1f) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid PCI address slot='0x%" PRIx64 "', must be <= 0x1F", slot);
    }
    if (function > 7) {
        return virFail(err, VIR_ERR_XML_ERROR, "Invalid PCI address function=0x%" PRIx64 ", must be <= 7",
                       function);
    }
    *ret_address = (virPciAddress){ .domain = (guint32)domain, .bus = (guint8)bus, .slot = (guint8)slot,
                                    .function = (guint8)function };
    return 0;
}

/* --- Portgroup -------------------------------------------------------------------------------------------------- */

virNetworkPortGroup *virNetworkPortGroupParse(const xmlNode *node, const virNetworkParseContext *context G_GNUC_UNUSED,
                                              GError **err)
{
    g_autoptr(virNetworkPortGroup) group = virNetworkPortGroupNew();
    g_autofree char *is_default = virXMLGetAttribute(node, "default");

    group->name = virXMLGetAttribute(node, "name");
    if (!group->name || !*group->name) {
        virErrorSet(err, VIR_FROM_NETWORK, VIR_ERR_XML_ERROR, "Missing required name attribute in portgroup");
        return NULL;
    }
    group->is_default = g_strcmp0(is_default, "yes") == 0;
    if (virNetworkParseTristate(node, "trustGuestRxFilters", &group->trust_guest_rx_filters, err) < 0 ||
        virNetworkParseVirtualPort(node, FALSE, &group->virtualport, err) < 0 ||
        virNetworkParseBandwidth(node, NULL, &group->bandwidth, err) < 0 ||
        virNetworkParseVlan(node, &group->vlan, err) < 0)
        return NULL;
    return g_steal_pointer(&group);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_format_port.c: what a network, a portgroup or a port has for its ports, to XML
 *
 * What is written here is read back to an equal value by network_parse_port.c.
 */
#include "network_format_port.h"

#include "virxml.h"

void virNetworkFormatIndent(GString *out, unsigned int indent)
{
    static const char blanks[] = "                ";

    for (; indent >= sizeof(blanks); indent -= sizeof(blanks) - 1)
        g_string_append(out, blanks);
    g_string_append_len(out, blanks, indent);
}

void virNetworkFormatTristate(GString *out, const char *name, virTristate value)
{
    if (value != VIR_TRISTATE_ABSENT)
        virXMLAppendAttribute(out, name, value == VIR_TRISTATE_YES ? "yes" : "no");
}

/* --- Bandwidth -------------------------------------------------------------------------------------------------- */

static void appendRateNumber(GString *out, const char *name, guint64 number)
{
    if (number)
        g_string_append_printf(out, " %s='%" G_GUINT64_FORMAT "'", name, number);
}

static void formatRate(GString *out, unsigned int indent, const char *element, const virNetworkRate *rate)
{
    if (!virNetworkRateIsSet(rate))
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<%s", element);
    appendRateNumber(out, "average", rate->average);
    appendRateNumber(out, "peak", rate->peak);
    appendRateNumber(out, "floor", rate->floor);
    appendRateNumber(out, "burst", rate->burst);
    g_string_append(out, "/>\n");
}

void virNetworkFormatBandwidth(GString *out, unsigned int indent, const virNetworkBandwidth *bandwidth, guint32 class_id)
{
    if (!bandwidth)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<bandwidth");
    if (class_id)
        g_string_append_printf(out, " classID='%u'", class_id);
    g_string_append(out, ">\n");
    formatRate(out, indent + 2, "inbound", &bandwidth->inbound);
    formatRate(out, indent + 2, "outbound", &bandwidth->outbound);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</bandwidth>\n");
}

/* --- VLAN ------------------------------------------------------------------------------------------------------- */

void virNetworkFormatVlan(GString *out, unsigned int indent, const virNetworkVlan *vlan)
{
    static const char *const natives[] = {
        [VIR_NETWORK_NATIVE_NONE] = NULL,
        [VIR_NETWORK_NATIVE_TAGGED] = "tagged",
        [VIR_NETWORK_NATIVE_UNTAGGED] = "untagged",
    };
    guint i;

    if (!vlan)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, vlan->trunk ? "<vlan trunk='yes'>\n" : "<vlan>\n");
    for (i = 0; i < vlan->tags->len; i++) {
        const virNetworkVlanTag *tag = &g_array_index(vlan->tags, virNetworkVlanTag, i);

        virNetworkFormatIndent(out, indent + 2);
        g_string_append_printf(out, "<tag id='%u'", tag->id);
        virXMLAppendAttribute(out, "nativeMode", natives[tag->native]);
        g_string_append(out, "/>\n");
    }
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</vlan>\n");
}

/* --- Virtual port profile --------------------------------------------------------------------------------------- */

static void appendNumber(GString *out, const char *name, gboolean given, guint32 number)
{
    if (given)
        g_string_append_printf(out, " %s='%u'", name, number);
}

static void appendUuid(GString *out, const char *name, gboolean given, const unsigned char *uuid)
{
    char text[VIR_UUID_TEXT_LEN];

    if (given)
        virXMLAppendAttribute(out, name, virUUIDFormat(uuid, text));
}

void virNetworkFormatVirtualPort(GString *out, unsigned int indent, const virNetworkVirtualPort *port)
{
    g_autoptr(GString) parameters = g_string_new(NULL);

    if (!port)
        return;
    appendNumber(parameters, "managerid", port->has_manager_id, port->manager_id);
    appendNumber(parameters, "typeid", port->has_type_id, port->type_id);
    appendNumber(parameters, "typeidversion", port->has_type_id_version, port->type_id_version);
    appendUuid(parameters, "instanceid", port->has_instance_id, port->instance_id);
    appendUuid(parameters, "interfaceid", port->has_interface_id, port->interface_id);
    virXMLAppendAttribute(parameters, "profileid", port->profile_id);
    if (port->type == VIR_NETWORK_VIRTUALPORT_NONE && parameters->len == 0)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<virtualport");
    virXMLAppendAttribute(out, "type", virNetworkVirtualPortTypeName(port->type));
    if (parameters->len == 0) {
        g_string_append(out, "/>\n");
        return;
    }
    g_string_append(out, ">\n");
    virNetworkFormatIndent(out, indent + 2);
    g_string_append_printf(out, "<parameters%s/>\n", parameters->str);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</virtualport>\n");
}

/* --- Portgroup -------------------------------------------------------------------------------------------------- */

void virNetworkFormatPortGroup(GString *out, unsigned int indent, const virNetworkPortGroup *group)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<portgroup");
    virXMLAppendAttribute(out, "name", group->name);
    if (group->is_default)
        g_string_append(out, " default='yes'");
    virNetworkFormatTristate(out, "trustGuestRxFilters", group->trust_guest_rx_filters);
    g_string_append(out, ">\n");
    virNetworkFormatVlan(out, indent + 2, group->vlan);
    virNetworkFormatVirtualPort(out, indent + 2, group->virtualport);
    virNetworkFormatBandwidth(out, indent + 2, group->bandwidth, 0);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</portgroup>\n");
}

/* --- PCI address ------------------------------------------------------------------------------------------------ */

void virNetworkFormatPciAddress(GString *out, unsigned int indent, const virPciAddress *address, unsigned int connections)
{
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<address type='pci' domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'",
                           address->domain, address->bus, address->slot, address->function & 7u);
    if (connections)
        g_string_append_printf(out, " connections='%u'", connections);
    g_string_append(out, "/>\n");
}

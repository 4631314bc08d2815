/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_format.c: definition to XML
 *
 * The order of elements and attributes is libvirt's; what is written here is read back to an equal definition.
 */
#include "network_format.h"

#include "network_format_port.h"
#include "virxml.h"

static void appendAddress(GString *out, const char *name, const virSocketAddr *address)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    if (virSocketAddrIsSet(address))
        virXMLAppendAttribute(out, name, virSocketAddrFormat(address, text));
}

static void formatText(GString *out, unsigned int indent, const char *element, const char *text)
{
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<%s>", element);
    virXMLAppendEscaped(out, text);
    g_string_append_printf(out, "</%s>\n", element);
}

static void formatNat(const virNetworkNat *nat, GString *out, unsigned int indent)
{
    gboolean has_children = virSocketAddrIsSet(&nat->addr_start) || nat->port_start || nat->port_end;

    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<nat");
    virNetworkFormatTristate(out, "ipv6", nat->ipv6);
    g_string_append(out, has_children ? ">\n" : "/>\n");
    if (!has_children)
        return;
    if (virSocketAddrIsSet(&nat->addr_start)) {
        virNetworkFormatIndent(out, indent + 2);
        g_string_append(out, "<address");
        appendAddress(out, "start", &nat->addr_start);
        appendAddress(out, "end", &nat->addr_end);
        g_string_append(out, "/>\n");
    }
    if (nat->port_start || nat->port_end) {
        virNetworkFormatIndent(out, indent + 2);
        g_string_append_printf(out, "<port start='%u' end='%u'/>\n", nat->port_start, nat->port_end);
    }
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</nat>\n");
}

static void appendConnections(GString *out, unsigned int connections)
{
    if (connections)
        g_string_append_printf(out, " connections='%u'", connections);
}

static unsigned int countPorts(const virNetworkUse *use, const char *member)
{
    return use && use->members ? GPOINTER_TO_UINT(g_hash_table_lookup(use->members, member)) : 0;
}

static void formatDriver(const virNetworkDef *def, GString *out, unsigned int indent)
{
    if (!def->forward_driver && !def->forward_driver_model)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<driver");
    virXMLAppendAttribute(out, "name", virNetworkPciDriverName(def->forward_driver));
    virXMLAppendAttribute(out, "model", def->forward_driver_model);
    g_string_append(out, "/>\n");
}

static void formatDevice(GString *out, unsigned int indent, const char *element, const char *dev, unsigned int connections)
{
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "<%s", element);
    virXMLAppendAttribute(out, "dev", dev);
    appendConnections(out, connections);
    g_string_append(out, "/>\n");
}

static void formatForwardChildren(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent)
{
    const virNetworkNat *nat = &def->nat;
    char pci[VIR_PCI_ADDRESS_BUFLEN];
    guint i;

    formatDriver(def, out, indent);
    if (virSocketAddrIsSet(&nat->addr_start) || nat->port_start || nat->port_end || nat->ipv6)
        formatNat(nat, out, indent);
    if (def->forward_pf)
        formatDevice(out, indent, "pf", def->forward_pf, 0);
    for (i = 0; i < def->forward_devs->len; i++) {
        const char *dev = def->forward_devs->pdata[i];

        formatDevice(out, indent, "interface", dev, countPorts(use, dev));
    }
    for (i = 0; i < def->forward_addresses->len; i++) {
        const virPciAddress *address = def->forward_addresses->pdata[i];

        virNetworkFormatPciAddress(out, indent, address, countPorts(use, virPciAddressFormat(address, pci)));
    }
}

static void formatForward(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent)
{
    g_autoptr(GString) children = g_string_new(NULL);

    if (def->forward == VIR_NETWORK_FORWARD_NONE)
        return;
    formatForwardChildren(def, use, children, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<forward");
    if (def->forward_devs->len && !def->forward_pf && def->forward_addresses->len == 0)
        virXMLAppendAttribute(out, "dev", def->forward_devs->pdata[0]);
    virXMLAppendAttribute(out, "mode", virNetworkForwardModeName(def->forward));
    if (def->forward == VIR_NETWORK_FORWARD_HOSTDEV)
        virXMLAppendAttribute(out, "managed", def->forward_managed ? "yes" : "no");
    if (children->len == 0) {
        g_string_append(out, "/>\n");
        return;
    }
    g_string_append(out, ">\n");
    g_string_append(out, children->str);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</forward>\n");
}

static void formatBridge(const virNetworkDef *def, GString *out, unsigned int indent)
{
    gboolean is_managed = virNetworkForwardModeIsManaged(def->forward);

    if (!is_managed && !def->bridge && !def->mac_table)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<bridge");
    virXMLAppendAttribute(out, "name", def->bridge);
    virXMLAppendAttribute(out, "zone", def->zone);
    if (is_managed)
        g_string_append_printf(out, " stp='%s' delay='%u'", def->stp ? "on" : "off", def->delay_s);
    virXMLAppendAttribute(out, "macTableManager", virNetworkMacTableName(def->mac_table));
    g_string_append(out, "/>\n");
}

static void formatMtuAndMac(const virNetworkDef *def, GString *out, unsigned int indent)
{
    char mac[VIR_MAC_STRING_BUFLEN];

    if (def->mtu) {
        virNetworkFormatIndent(out, indent);
        g_string_append_printf(out, "<mtu size='%u'/>\n", def->mtu);
    }
    if (def->has_mac) {
        virNetworkFormatIndent(out, indent);
        g_string_append_printf(out, "<mac address='%s'/>\n", virMacAddrFormat(&def->mac, mac));
    }
}

static void formatDomain(const virNetworkDef *def, GString *out, unsigned int indent)
{
    if (!def->domain)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<domain");
    virXMLAppendAttribute(out, "name", def->domain);
    virNetworkFormatTristate(out, "localOnly", def->domain_local_only);
    virNetworkFormatTristate(out, "register", def->domain_register);
    g_string_append(out, "/>\n");
}

static void appendNumber(GString *out, const char *name, unsigned int number)
{
    if (number)
        g_string_append_printf(out, " %s='%u'", name, number);
}

static void formatForwarder(const virNetworkDnsForwarder *forwarder, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<forwarder");
    virXMLAppendAttribute(out, "domain", forwarder->domain);
    appendAddress(out, "addr", &forwarder->addr);
    appendNumber(out, "port", forwarder->port);
    g_string_append(out, "/>\n");
}

static void formatTxt(const virNetworkDnsTxt *txt, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<txt");
    virXMLAppendAttribute(out, "name", txt->name);
    virXMLAppendAttribute(out, "value", txt->value);
    g_string_append(out, "/>\n");
}

static void formatSrv(const virNetworkDnsSrv *srv, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<srv");
    virXMLAppendAttribute(out, "service", srv->service);
    virXMLAppendAttribute(out, "protocol", srv->protocol);
    virXMLAppendAttribute(out, "domain", srv->domain);
    virXMLAppendAttribute(out, "target", srv->target);
    appendNumber(out, "port", srv->port);
    appendNumber(out, "priority", srv->priority);
    appendNumber(out, "weight", srv->weight);
    g_string_append(out, "/>\n");
}

static void formatDnsHost(const virNetworkDnsHost *host, GString *out, unsigned int indent)
{
    guint i;

    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<host");
    appendAddress(out, "ip", &host->ip);
    g_string_append(out, ">\n");
    for (i = 0; i < host->names->len; i++)
        formatText(out, indent + 2, "hostname", host->names->pdata[i]);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</host>\n");
}

static void formatDns(const virNetworkDef *def, GString *out, unsigned int indent)
{
    guint n_children = def->forwarders->len + def->txts->len + def->srvs->len + def->dns_hosts->len;
    guint i;

    if (n_children == 0 && !def->dns_enable && !def->dns_forward_plain_names)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<dns");
    virNetworkFormatTristate(out, "enable", def->dns_enable);
    virNetworkFormatTristate(out, "forwardPlainNames", def->dns_forward_plain_names);
    g_string_append(out, n_children ? ">\n" : "/>\n");
    if (n_children == 0)
        return;
    for (i = 0; i < def->forwarders->len; i++)
        formatForwarder(def->forwarders->pdata[i], out, indent + 2);
    for (i = 0; i < def->txts->len; i++)
        formatTxt(def->txts->pdata[i], out, indent + 2);
    for (i = 0; i < def->srvs->len; i++)
        formatSrv(def->srvs->pdata[i], out, indent + 2);
    for (i = 0; i < def->dns_hosts->len; i++)
        formatDnsHost(def->dns_hosts->pdata[i], out, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</dns>\n");
}

/* Closes @element: with the lease time as its child, or empty. */
static void formatLease(const virNetworkLeaseTime *lease, GString *out, unsigned int indent, const char *element)
{
    static const char *const units[] = {
        [VIR_NETWORK_LEASE_SECONDS] = "seconds",
        [VIR_NETWORK_LEASE_MINUTES] = "minutes",
        [VIR_NETWORK_LEASE_HOURS] = "hours",
    };

    if (lease->unit == VIR_NETWORK_LEASE_UNSET) {
        g_string_append(out, "/>\n");
        return;
    }
    g_string_append(out, ">\n");
    virNetworkFormatIndent(out, indent + 2);
    if (lease->unit == VIR_NETWORK_LEASE_INFINITE)
        g_string_append(out, "<lease expiry='0'/>\n");
    else
        g_string_append_printf(out, "<lease expiry='%u' unit='%s'/>\n", lease->expiry, units[lease->unit]);
    virNetworkFormatIndent(out, indent);
    g_string_append_printf(out, "</%s>\n", element);
}

static void formatRange(const virNetworkDhcpRange *range, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<range");
    appendAddress(out, "start", &range->start);
    appendAddress(out, "end", &range->end);
    formatLease(&range->lease, out, indent, "range");
}

static void makeHostText(const virNetworkDhcpHost *host, GString *out)
{
    g_string_append(out, "<host");
    virXMLAppendAttribute(out, "mac", host->mac_text);
    virXMLAppendAttribute(out, "id", host->id);
    virXMLAppendAttribute(out, "name", host->name);
    appendAddress(out, "ip", &host->ip);
    if (host->lease.unit == VIR_NETWORK_LEASE_UNSET)
        g_string_append(out, "/>\n");
}

static void formatHost(virNetworkDhcpHost *host, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    virNetworkDhcpHostAppendText(host, VIR_NETWORK_TEXT_XML, makeHostText, out);
    if (host->lease.unit != VIR_NETWORK_LEASE_UNSET)
        formatLease(&host->lease, out, indent, "host");
}

static void formatBootp(const virNetworkIp *ip, GString *out, unsigned int indent)
{
    if (!ip->bootp_file)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<bootp");
    virXMLAppendAttribute(out, "file", ip->bootp_file);
    appendAddress(out, "server", &ip->bootp_server);
    g_string_append(out, "/>\n");
}

static void formatDhcp(const virNetworkIp *ip, GString *out, unsigned int indent)
{
    guint i;

    if (!virNetworkIpHasDhcp(ip) && !ip->bootp_file)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<dhcp>\n");
    for (i = 0; i < ip->ranges->len; i++)
        formatRange(ip->ranges->pdata[i], out, indent + 2);
    for (i = 0; i < ip->hosts->len; i++)
        formatHost(ip->hosts->pdata[i], out, indent + 2);
    formatBootp(ip, out, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</dhcp>\n");
}

static void formatIp(const virNetworkIp *ip, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<ip");
    virXMLAppendAttribute(out, "family", ip->family);
    appendAddress(out, "address", &ip->address);
    appendAddress(out, "netmask", &ip->netmask);
    if (ip->prefix)
        g_string_append_printf(out, " prefix='%u'", ip->prefix);
    virNetworkFormatTristate(out, "localPtr", ip->local_ptr);
    g_string_append(out, ">\n");
    if (ip->tftp_root) {
        virNetworkFormatIndent(out, indent + 2);
        g_string_append(out, "<tftp");
        virXMLAppendAttribute(out, "root", ip->tftp_root);
        g_string_append(out, "/>\n");
    }
    formatDhcp(ip, out, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</ip>\n");
}

static void formatRoute(const virNetworkRoute *route, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<route");
    virXMLAppendAttribute(out, "family", route->family);
    appendAddress(out, "address", &route->address);
    appendAddress(out, "netmask", &route->netmask);
    if (route->has_prefix)
        g_string_append_printf(out, " prefix='%u'", route->prefix);
    appendAddress(out, "gateway", &route->gateway);
    appendNumber(out, "metric", route->metric);
    g_string_append(out, "/>\n");
}

static void formatPort(const virNetworkDef *def, GString *out, unsigned int indent)
{
    if (def->port_isolated == VIR_TRISTATE_ABSENT)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<port");
    virNetworkFormatTristate(out, "isolated", def->port_isolated);
    g_string_append(out, "/>\n");
}

static void formatOptions(const virNetworkDef *def, GString *out, unsigned int indent)
{
    guint i;

    if (def->options->len == 0)
        return;
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<dnsmasq:options>\n");
    for (i = 0; i < def->options->len; i++) {
        virNetworkFormatIndent(out, indent + 2);
        g_string_append(out, "<dnsmasq:option");
        virXMLAppendAttribute(out, "value", def->options->pdata[i]);
        g_string_append(out, "/>\n");
    }
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</dnsmasq:options>\n");
}

/* What identifies and describes. */
static void formatLabels(const virNetworkDef *def, GString *out, unsigned int indent)
{
    char uuid[VIR_UUID_TEXT_LEN];

    formatText(out, indent, "name", def->name);
    formatText(out, indent, "uuid", virUUIDFormat(def->uuid, uuid));
    if (def->title)
        formatText(out, indent, "title", def->title);
    if (def->description)
        formatText(out, indent, "description", def->description);
    if (def->metadata) {
        virNetworkFormatIndent(out, indent);
        g_string_append(out, def->metadata);
        g_string_append_c(out, '\n');
    }
}

static void formatChildren(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent)
{
    guint i;

    formatLabels(def, out, indent);
    formatForward(def, use, out, indent);
    formatBridge(def, out, indent);
    formatMtuAndMac(def, out, indent);
    formatDomain(def, out, indent);
    formatDns(def, out, indent);
    virNetworkFormatVlan(out, indent, def->vlan);
    virNetworkFormatBandwidth(out, indent, def->bandwidth, 0);
    formatPort(def, out, indent);
    for (i = 0; i < def->ips->len; i++)
        formatIp(def->ips->pdata[i], out, indent);
    for (i = 0; i < def->routes->len; i++)
        formatRoute(def->routes->pdata[i], out, indent);
    virNetworkFormatVirtualPort(out, indent, def->virtualport);
    for (i = 0; i < def->portgroups->len; i++)
        virNetworkFormatPortGroup(out, indent, def->portgroups->pdata[i]);
    formatOptions(def, out, indent);
}

static void formatNetwork(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent)
{
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "<network");
    if (def->options->len)
        virXMLAppendAttribute(out, "xmlns:dnsmasq", VIR_NETWORK_DNSMASQ_NAMESPACE);
    appendConnections(out, use ? use->connections : 0);
    if (def->ipv6)
        virXMLAppendAttribute(out, "ipv6", "yes");
    virNetworkFormatTristate(out, "trustGuestRxFilters", def->trust_guest_rx_filters);
    g_string_append(out, ">\n");
    formatChildren(def, use, out, indent + 2);
    virNetworkFormatIndent(out, indent);
    g_string_append(out, "</network>\n");
}

void virNetworkDefFormatUsedTo(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent)
{
    formatNetwork(def, use, out, indent);
}

void virNetworkDefFormatTo(const virNetworkDef *def, GString *out, unsigned int indent)
{
    formatNetwork(def, NULL, out, indent);
}

char *virNetworkDefFormatUsed(const virNetworkDef *def, const virNetworkUse *use)
{
    GString *out = g_string_new(NULL);

    formatNetwork(def, use, out, 0);
    return g_string_free(out, FALSE);
}

char *virNetworkDefFormat(const virNetworkDef *def)
{
    return virNetworkDefFormatUsed(def, NULL);
}

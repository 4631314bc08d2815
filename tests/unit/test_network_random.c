/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_random.c: whatever a definition says is written and read back
 *
 * Definitions with every part of the format, and odd texts in all of them, are drawn at random; a failure names its
 * seed. Drawn without odd texts, they have the form that the schema describes. Which texts a network may really have is
 * tested with the validation. Run by meson.
 */
#include <glib.h>
#include <libvirt/virterror.h>

#include "network_format.h"
#include "network_parse.h"
#include "virxml.h"
#include "virxmlschema.h"

static gboolean toss(GRand *rand)
{
    return g_rand_boolean(rand);
}

/* Whether texts are drawn from letters that every kind of name may have: the schema refuses odd ones, the parser does not. */
static gboolean plain;

/* One to eight characters, none of them in @without. */
static char *drawText(GRand *rand, const char *without)
{
    static const char *const letters[] = {
        "a", "B", "7", "-", ".", " ", ",", "'", "\"", "&", "<", ">", "\n", "\r", "\t", "/", "#", "]]>", "\xc3\xa4",
        "\xf0\x9f\x90\xa7", "&amp;", "%s",
    };
    static const int n_plain = 4;
    g_autoptr(GString) text = g_string_new(NULL);
    int n = g_rand_int_range(rand, 1, 9);

    while (n > 0) {
        const char *letter = letters[g_rand_int_range(rand, 0, plain ? n_plain : (int)G_N_ELEMENTS(letters))];

        if (strpbrk(letter, without))
            continue;
        g_string_append(text, letter);
        n--;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static virSocketAddr ipv4(guint32 number)
{
    virSocketAddr addr = { .family = AF_INET };

    for (int i = 0; i < 4; i++)
        addr.bytes[i] = (guint8)(number >> (24 - 8 * i));
    return addr;
}

static virMacAddr drawMac(GRand *rand)
{
    virMacAddr mac;

    for (gsize i = 0; i < G_N_ELEMENTS(mac.bytes); i++)
        mac.bytes[i] = (guint8)g_rand_int_range(rand, 0, 256);
    mac.bytes[0] &= 0xfe;
    return mac;
}

static virNetworkLeaseTime drawLease(GRand *rand)
{
    virNetworkLeaseTime lease = { .unit = (virNetworkLeaseUnit)g_rand_int_range(rand, 0, 5) };

    if (lease.unit >= VIR_NETWORK_LEASE_SECONDS)
        lease.expiry = (guint32)g_rand_int_range(rand, 120, G_MAXINT32);
    return lease;
}

static virSocketAddr drawAddress(GRand *rand, int family)
{
    virSocketAddr addr = { .family = family };

    for (unsigned int i = 0; i < virSocketAddrBits(&addr) / 8; i++)
        addr.bytes[i] = (guint8)g_rand_int_range(rand, 0, 256);
    return addr;
}

static int drawFamily(GRand *rand)
{
    return toss(rand) ? AF_INET : AF_INET6;
}

static virTristate drawTristate(GRand *rand)
{
    return (virTristate)g_rand_int_range(rand, 0, 3);
}

/* It begins with a letter or digit, which the parser insists on. */
static char *drawHostName(GRand *rand)
{
    g_autofree char *text = drawText(rand, "");

    return g_strconcat("h", text, NULL);
}

static virNetworkDhcpHost *drawHost(GRand *rand, int family)
{
    virNetworkDhcpHost *host = virNetworkDhcpHostNew();

    if (family == AF_INET && toss(rand)) {
        char text[VIR_MAC_STRING_BUFLEN];

        host->mac = drawMac(rand);
        virMacAddrFormat(&host->mac, text);
        host->mac_text = toss(rand) ? g_ascii_strup(text, -1) : g_strdup(text);
    }
    if (toss(rand))
        host->id = g_strdup_printf("%02x:%02X", g_rand_int_range(rand, 0, 256), g_rand_int_range(rand, 0, 256));
    if ((family == AF_INET ? !host->mac_text : !host->id) || toss(rand))
        host->name = drawHostName(rand);
    host->ip = drawAddress(rand, family);
    host->lease = drawLease(rand);
    return host;
}

static virNetworkDhcpRange *drawRange(GRand *rand, const virNetworkIp *ip)
{
    virNetworkDhcpRange *range = virNetworkDhcpRangeNew();
    guint32 hosts = (1u << (32 - virNetworkIpGetPrefix(ip))) - 2;
    guint32 start = (guint32)g_rand_int_range(rand, 0, (gint32)MIN(hosts, 100000));
    guint32 size = (guint32)g_rand_int_range(rand, 0, (gint32)MIN(hosts - start, 65535));
    guint32 network = 0;
    virSocketAddr base;

    virSocketAddrNetwork(&ip->address, virNetworkIpGetPrefix(ip), &base);
    for (int i = 0; i < 4; i++)
        network = network << 8 | base.bytes[i];
    range->start = ipv4(network + 1 + start);
    range->end = ipv4(network + 1 + start + size);
    range->lease = drawLease(rand);
    return range;
}

static virNetworkIp *drawIp(GRand *rand)
{
    virNetworkIp *ip = virNetworkIpNew();
    int written = g_rand_int_range(rand, 0, 3);
    int n;

    ip->address = ipv4(g_rand_int(rand));
    if (written == 0)
        ip->address.bytes[0] %= 224;    /* those beyond have no class, and so no subnet */
    if (toss(rand))
        ip->family = g_strdup("ipv4");
    if (written == 1)
        ip->prefix = (unsigned int)g_rand_int_range(rand, 8, 31);
    if (written == 2)
        virSocketAddrPrefixToMask((unsigned int)g_rand_int_range(rand, 8, 31), &ip->netmask);
    for (n = g_rand_int_range(rand, 0, 3); n > 0; n--)
        g_ptr_array_add(ip->ranges, drawRange(rand, ip));
    for (n = g_rand_int_range(rand, 0, 4); n > 0; n--)
        g_ptr_array_add(ip->hosts, drawHost(rand, AF_INET));
    ip->local_ptr = drawTristate(rand);
    ip->tftp_root = toss(rand) ? drawText(rand, "") : NULL;
    ip->bootp_file = toss(rand) ? drawText(rand, "") : NULL;
    if (ip->bootp_file && toss(rand))
        ip->bootp_server = drawAddress(rand, drawFamily(rand));
    return ip;
}

/* Within the last 16 bits, which are in the subnet whatever its prefix is. */
static virNetworkDhcpRange *drawRange6(GRand *rand, const virNetworkIp *ip)
{
    virNetworkDhcpRange *range = virNetworkDhcpRangeNew();
    guint16 end = (guint16)g_rand_int_range(rand, 1, 65535);
    guint16 start = (guint16)g_rand_int_range(rand, 1, end + 1);

    range->start = range->end = ip->address;
    range->start.bytes[14] = (guint8)(start >> 8);
    range->start.bytes[15] = (guint8)start;
    range->end.bytes[14] = (guint8)(end >> 8);
    range->end.bytes[15] = (guint8)end;
    range->lease = drawLease(rand);
    return range;
}

static virNetworkIp *drawIPv6(GRand *rand)
{
    virNetworkIp *ip = virNetworkIpNew();
    int n;

    ip->family = g_strdup("ipv6");
    ip->address = drawAddress(rand, AF_INET6);
    ip->prefix = (unsigned int)g_rand_int_range(rand, 0, 113);
    ip->local_ptr = drawTristate(rand);
    for (n = g_rand_int_range(rand, 0, 3); n > 0; n--)
        g_ptr_array_add(ip->ranges, drawRange6(rand, ip));
    for (n = g_rand_int_range(rand, 0, 4); n > 0; n--)
        g_ptr_array_add(ip->hosts, drawHost(rand, AF_INET6));
    return ip;
}

static virNetworkNat drawNat(GRand *rand)
{
    virNetworkNat nat = { 0 };

    if (toss(rand)) {
        guint32 start = (guint32)g_rand_int_range(rand, 0, G_MAXINT32);

        nat.addr_start = ipv4(start);
        nat.addr_end = ipv4(start + (guint32)g_rand_int_range(rand, 0, 65535));
    }
    if (toss(rand)) {
        nat.port_end = (guint16)g_rand_int_range(rand, 0, 65536);
        nat.port_start = (guint16)g_rand_int_range(rand, 0, nat.port_end + 1);
    }
    nat.ipv6 = drawTristate(rand);
    return nat;
}

static virNetworkDnsTxt *drawTxt(GRand *rand)
{
    virNetworkDnsTxt *txt = virNetworkDnsTxtNew();

    txt->name = drawText(rand, " ,");
    txt->value = toss(rand) ? drawText(rand, "") : g_strdup("");
    return txt;
}

static virNetworkDnsForwarder *drawForwarder(GRand *rand)
{
    virNetworkDnsForwarder *forwarder = virNetworkDnsForwarderNew();

    if (toss(rand)) {
        forwarder->addr = drawAddress(rand, drawFamily(rand));
        forwarder->port = toss(rand) ? (guint16)g_rand_int_range(rand, 1, 65536) : 0;
    }
    if (!forwarder->addr.family || toss(rand))
        forwarder->domain = drawText(rand, "");
    return forwarder;
}

static virNetworkDnsSrv *drawSrv(GRand *rand)
{
    virNetworkDnsSrv *srv = virNetworkDnsSrvNew();

    srv->service = g_strdup("_ldap+x/1");
    srv->protocol = g_strdup("tcp-6");
    srv->domain = toss(rand) ? drawText(rand, "") : NULL;
    srv->target = toss(rand) ? drawText(rand, "") : NULL;
    if (!srv->target)
        return srv;
    srv->port = (guint16)g_rand_int_range(rand, 0, 65536);
    srv->priority = (guint16)g_rand_int_range(rand, 0, 65536);
    srv->weight = (guint16)g_rand_int_range(rand, 0, 65536);
    return srv;
}

static virNetworkDnsHost *drawDnsHost(GRand *rand)
{
    virNetworkDnsHost *host = virNetworkDnsHostNew();

    host->ip = drawAddress(rand, drawFamily(rand));
    for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--)
        g_ptr_array_add(host->names, drawText(rand, ""));
    return host;
}

static void drawNames(GRand *rand, virNetworkDef *def)
{
    int n;

    def->name = drawText(rand, "/\n");
    if (toss(rand)) {
        def->domain = drawText(rand, "");
        def->domain_local_only = drawTristate(rand);
        def->domain_register = drawTristate(rand);
    }
    def->dns_enable = drawTristate(rand);
    def->dns_forward_plain_names = drawTristate(rand);
    for (n = g_rand_int_range(rand, 0, 3); n > 0; n--) {
        g_ptr_array_add(def->forwarders, drawForwarder(rand));
        g_ptr_array_add(def->txts, drawTxt(rand));
        g_ptr_array_add(def->srvs, drawSrv(rand));
        g_ptr_array_add(def->dns_hosts, drawDnsHost(rand));
        g_ptr_array_add(def->options, drawText(rand, ""));
    }
}

/* --- What goes to ports ----------------------------------------------------------------------------------------- */

static virNetworkRate drawRate(GRand *rand)
{
    virNetworkRate rate = { 0 };

    if (toss(rand))
        return rate;
    rate.average = (guint64)g_rand_int(rand) << g_rand_int_range(rand, 0, 32) | 1;
    rate.peak = toss(rand) ? g_rand_int(rand) : 0;
    rate.burst = toss(rand) ? g_rand_int(rand) : 0;
    return rate;
}

/* One that limits nothing is none. */
static virNetworkBandwidth *drawBandwidth(GRand *rand)
{
    g_autoptr(virNetworkBandwidth) bandwidth = virNetworkBandwidthNew();

    bandwidth->inbound = drawRate(rand);
    bandwidth->outbound = drawRate(rand);
    if (!virNetworkRateIsSet(&bandwidth->inbound) && !virNetworkRateIsSet(&bandwidth->outbound))
        return NULL;
    return g_steal_pointer(&bandwidth);
}

static virNetworkVlan *drawVlan(GRand *rand)
{
    virNetworkVlan *vlan = virNetworkVlanNew();
    int n = g_rand_int_range(rand, 1, 4);
    int native = g_rand_int_range(rand, 0, 6);

    for (int i = 0; i < n; i++) {
        virNetworkVlanTag tag = { .id = (guint16)g_rand_int_range(rand, 0, 4096) };

        if (i == native)
            tag.native = toss(rand) ? VIR_NETWORK_NATIVE_TAGGED : VIR_NETWORK_NATIVE_UNTAGGED;
        g_array_append_val(vlan->tags, tag);
    }
    vlan->trunk = n > 1 || toss(rand);
    return vlan;
}

static gboolean drawUuid(GRand *rand, unsigned char *uuid)
{
    if (toss(rand))
        return FALSE;
    for (gsize i = 0; i < VIR_UUID_LEN; i++)
        uuid[i] = (unsigned char)g_rand_int_range(rand, 0, 256);
    return TRUE;
}

/* Each type has parameters of its own. */
static virNetworkVirtualPort *drawVirtualPort(GRand *rand)
{
    virNetworkVirtualPort *port = virNetworkVirtualPortNew();
    gboolean is_qbg;

    port->type = (virNetworkVirtualPortType)g_rand_int_range(rand, 1, VIR_NETWORK_VIRTUALPORT_LAST);
    is_qbg = port->type == VIR_NETWORK_VIRTUALPORT_8021QBG;
    port->has_manager_id = is_qbg && toss(rand);
    port->manager_id = port->has_manager_id ? (guint8)g_rand_int_range(rand, 0, 256) : 0;
    port->has_type_id = is_qbg && toss(rand);
    port->type_id = port->has_type_id ? (guint32)g_rand_int_range(rand, 0, 1 << 24) : 0;
    port->has_type_id_version = is_qbg && toss(rand);
    port->type_id_version = port->has_type_id_version ? (guint8)g_rand_int_range(rand, 0, 256) : 0;
    port->has_instance_id = is_qbg && drawUuid(rand, port->instance_id);
    if (port->type == VIR_NETWORK_VIRTUALPORT_OPENVSWITCH || port->type == VIR_NETWORK_VIRTUALPORT_MIDONET)
        port->has_interface_id = drawUuid(rand, port->interface_id);
    if (port->type == VIR_NETWORK_VIRTUALPORT_MIDONET)
        port->has_interface_id = TRUE;      /* nothing asks for it but the schema */
    if ((port->type == VIR_NETWORK_VIRTUALPORT_OPENVSWITCH || port->type == VIR_NETWORK_VIRTUALPORT_8021QBH) && toss(rand))
        port->profile_id = drawText(rand, "");
    return port;
}

static virNetworkPortGroup *drawGroup(GRand *rand)
{
    virNetworkPortGroup *group = virNetworkPortGroupNew();

    group->name = drawText(rand, "");
    group->is_default = toss(rand);
    group->trust_guest_rx_filters = drawTristate(rand);
    group->bandwidth = drawBandwidth(rand);
    group->vlan = toss(rand) ? drawVlan(rand) : NULL;
    group->virtualport = toss(rand) ? drawVirtualPort(rand) : NULL;
    return group;
}

static void drawPortSettings(GRand *rand, virNetworkDef *def)
{
    def->trust_guest_rx_filters = drawTristate(rand);
    def->port_isolated = drawTristate(rand);
    def->bandwidth = drawBandwidth(rand);
    def->vlan = toss(rand) ? drawVlan(rand) : NULL;
    def->virtualport = toss(rand) ? drawVirtualPort(rand) : NULL;
    for (int n = g_rand_int_range(rand, 0, 3); n > 0; n--)
        g_ptr_array_add(def->portgroups, drawGroup(rand));
}

/* --- Routes ----------------------------------------------------------------------------------------------------- */

static virNetworkRoute *drawRoute(GRand *rand)
{
    virNetworkRoute *route = virNetworkRouteNew();
    int family = drawFamily(rand);
    virSocketAddr address = drawAddress(rand, family);
    unsigned int prefix = (unsigned int)g_rand_int_range(rand, 0, (gint32)virSocketAddrBits(&address) + 1);

    route->gateway = drawAddress(rand, family);
    if (family == AF_INET6 || toss(rand))
        route->family = g_strdup(family == AF_INET6 ? "ipv6" : "ipv4");
    virSocketAddrNetwork(&address, prefix, &route->address);
    if (family == AF_INET && toss(rand)) {
        virSocketAddrPrefixToMask(prefix, &route->netmask);
    } else if (prefix || toss(rand)) {
        route->prefix = prefix;
        route->has_prefix = TRUE;
    }
    route->metric = toss(rand) ? g_rand_int(rand) : 0;
    return route;
}

/* --- <forward> and <bridge> -------------------------------------------------------------------------------------- */

static void drawAddresses(GRand *rand, virNetworkDef *def)
{
    for (int n = g_rand_int_range(rand, 1, 4); n > 0; n--) {
        virPciAddress address = { g_rand_int(rand), (guint8)n, (guint8)g_rand_int_range(rand, 0, 32),
                                  (guint8)g_rand_int_range(rand, 0, 8) };

        g_ptr_array_add(def->forward_addresses, g_memdup2(&address, sizeof(address)));
    }
}

/* Devices of one kind only, each once. */
static void drawPool(GRand *rand, virNetworkDef *def)
{
    int kind = g_rand_int_range(rand, 0, 4);

    if (kind == 0)
        drawAddresses(rand, def);
    if (kind == 1)
        def->forward_pf = drawText(rand, "");
    for (int n = kind == 2 ? g_rand_int_range(rand, 1, 4) : 0; n > 0; n--) {
        g_autofree char *name = drawText(rand, "");

        g_ptr_array_add(def->forward_devs, g_strdup_printf("%d%s", n, name));
    }
}

static void drawForward(GRand *rand, virNetworkDef *def)
{
    def->forward = (virNetworkForwardMode)g_rand_int_range(rand, 0, VIR_NETWORK_FORWARD_LAST);
    if (def->forward == VIR_NETWORK_FORWARD_NONE)
        return;
    if (def->forward == VIR_NETWORK_FORWARD_NAT)
        def->nat = drawNat(rand);
    def->forward_managed = def->forward == VIR_NETWORK_FORWARD_HOSTDEV && toss(rand);
    def->forward_driver = (virNetworkPciDriver)g_rand_int_range(rand, 0, VIR_NETWORK_PCI_DRIVER_LAST);
    def->forward_driver_model = toss(rand) ? drawText(rand, "") : NULL;
    drawPool(rand, def);
}

/* What only a bridge of our own has, then what a host's may have too. */
static void drawBridge(GRand *rand, virNetworkDef *def)
{
    if (virNetworkForwardModeIsManaged(def->forward)) {
        def->stp = toss(rand);
        def->delay_s = (guint32)g_rand_int_range(rand, 0, G_MAXUINT32 / 1000 + 1);
        def->zone = toss(rand) ? drawText(rand, "") : NULL;
        def->mtu = toss(rand) ? g_rand_int(rand) : 0;
    } else if (def->forward != VIR_NETWORK_FORWARD_BRIDGE) {
        return;
    }
    def->bridge = toss(rand) ? drawText(rand, "") : NULL;
    def->mac_table = (virNetworkMacTable)g_rand_int_range(rand, 0, VIR_NETWORK_MAC_TABLE_LAST);
}

static virNetworkDef *drawDef(GRand *rand)
{
    virNetworkDef *def = virNetworkDefNew();

    drawNames(rand, def);
    def->has_uuid = TRUE;
    (void)drawUuid(rand, def->uuid);    /* all zeros is one too */
    def->title = toss(rand) ? drawText(rand, "\n") : NULL;
    def->description = toss(rand) ? drawText(rand, "") : NULL;
    def->ipv6 = toss(rand);
    drawForward(rand, def);
    drawBridge(rand, def);
    def->has_mac = toss(rand);
    if (def->has_mac)
        def->mac = drawMac(rand);
    for (int n = g_rand_int_range(rand, 0, 3); n > 0; n--)
        g_ptr_array_add(def->ips, toss(rand) ? drawIp(rand) : drawIPv6(rand));
    for (int n = g_rand_int_range(rand, 0, 3); n > 0; n--)
        g_ptr_array_add(def->routes, drawRoute(rand));
    drawPortSettings(rand, def);
    return def;
}

static void checkDrawn(guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autoptr(virNetworkDef) def = drawDef(rand);
    g_autofree char *xml = virNetworkDefFormat(def);
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) again = virNetworkDefParse(xml, &err);

    if (again && virNetworkDefEqual(def, again))
        return;
    g_test_message("seed %u: %s\n%s", seed, err ? err->message : "not equal", xml);
    g_test_fail();
}

static void checkSchema(guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autoptr(virNetworkDef) def = drawDef(rand);
    g_autofree char *xml = virNetworkDefFormat(def);
    const virXMLSource source = { .text = xml, .source = "(drawn)", .domain = VIR_FROM_NETWORK };
    g_autoptr(GError) err = NULL;
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, &err);

    if (doc && virXMLSchemaValidate(doc, SCHEMAS "/network.rng", &err) == 0)
        return;
    g_test_message("seed %u: %s\n%s", seed, err->message, xml);
    g_test_fail();
}

static void drawnOnesHaveTheSchemasForm(void)
{
    plain = TRUE;
    for (int i = 0; i < 500; i++)
        checkSchema((guint32)g_test_rand_int());
    plain = FALSE;
}

/* Another thousand with the test program's option --seed. */
static void drawnOnesComeBackEqual(void)
{
    for (int i = 0; i < 1000; i++)
        checkDrawn((guint32)g_test_rand_int());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/random/format-then-parse-is-identity", drawnOnesComeBackEqual);
    g_test_add_func("/network/random/what-is-written-has-the-schemas-form", drawnOnesHaveTheSchemasForm);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_def.c: definitions as values
 *
 * Each field of each struct, changed alone, must make unequal; a copy is equal and shares its entries. What XML becomes
 * which definition is tested with the parser.
 */
#include "test_network_def.h"

static virNetworkDhcpRange *makeRange(void)
{
    virNetworkDhcpRange *range = virNetworkDhcpRangeNew();

    range->start = addressOf("10.0.0.2");
    range->end = addressOf("10.0.0.9");
    range->lease = (virNetworkLeaseTime){ VIR_NETWORK_LEASE_MINUTES, 5 };
    return range;
}

static virNetworkDhcpHost *makeHost(void)
{
    virNetworkDhcpHost *host = virNetworkDhcpHostNew();

    host->mac_text = g_strdup("52:54:0:0:0:1");
    host->mac = (virMacAddr){ { 0x52, 0x54, 0, 0, 0, 1 } };
    host->id = g_strdup("0:1");
    host->name = g_strdup("a");
    host->ip = addressOf("10.0.0.5");
    host->lease = (virNetworkLeaseTime){ VIR_NETWORK_LEASE_HOURS, 1 };
    return host;
}

static virNetworkDnsTxt *makeTxt(void)
{
    virNetworkDnsTxt *txt = virNetworkDnsTxtNew();

    txt->name = g_strdup("t");
    txt->value = g_strdup("v");
    return txt;
}

static virNetworkIp *makeIp(void)
{
    virNetworkIp *ip = virNetworkIpNew();

    ip->family = g_strdup("ipv4");
    ip->address = addressOf("10.0.0.1");
    ip->netmask = addressOf("255.255.255.0");
    ip->prefix = 24;
    g_ptr_array_add(ip->ranges, makeRange());
    g_ptr_array_add(ip->hosts, makeHost());
    return ip;
}

static virNetworkDef *makeDef(void)
{
    virNetworkDef *def = virNetworkDefNew();

    def->name = g_strdup("net");
    memset(def->uuid, 7, sizeof(def->uuid));
    def->has_uuid = TRUE;
    def->forward = VIR_NETWORK_FORWARD_NAT;
    def->nat = (virNetworkNat){ addressOf("192.0.2.1"), addressOf("192.0.2.9"), 1000, 2000, VIR_TRISTATE_NO };
    def->bridge = g_strdup("br0");
    def->delay_s = 2;
    def->has_mac = TRUE;
    def->mac = (virMacAddr){ { 0x52, 0x54, 0, 9, 9, 9 } };
    def->mtu = 1400;
    def->domain = g_strdup("example");
    def->domain_local_only = VIR_TRISTATE_YES;
    g_ptr_array_add(def->txts, makeTxt());
    g_ptr_array_add(def->ips, makeIp());
    return def;
}

static virNetworkDnsForwarder *makeForwarder(void)
{
    virNetworkDnsForwarder *forwarder = virNetworkDnsForwarderNew();

    forwarder->addr = addressOf("10.0.0.53");
    forwarder->port = 54;
    forwarder->domain = g_strdup("d");
    return forwarder;
}

static virNetworkDnsHost *makeDnsHost(void)
{
    virNetworkDnsHost *host = virNetworkDnsHostNew();

    host->ip = addressOf("10.0.0.7");
    g_ptr_array_add(host->names, g_strdup("a"));
    return host;
}

static virNetworkDnsSrv *makeSrv(void)
{
    virNetworkDnsSrv *srv = virNetworkDnsSrvNew();

    srv->service = g_strdup("sip");
    srv->protocol = g_strdup("tcp");
    srv->domain = g_strdup("d");
    srv->target = g_strdup("t");
    srv->port = 1;
    srv->priority = 2;
    srv->weight = 3;
    return srv;
}

CHANGE(DhcpRange, start, it->start = addressOf("10.0.0.3"))
CHANGE(DhcpRange, start_family, it->start.family = AF_INET6)
CHANGE(DhcpRange, end, it->end = addressOf("10.0.0.8"))
CHANGE(DhcpRange, lease_unit, it->lease.unit = VIR_NETWORK_LEASE_HOURS)
CHANGE(DhcpRange, lease_expiry, it->lease.expiry++)

static const Change range_changes[] = {
    ROW(DhcpRange, start), ROW(DhcpRange, start_family), ROW(DhcpRange, end), ROW(DhcpRange, lease_unit),
    ROW(DhcpRange, lease_expiry),
};

CHANGE(DhcpHost, mac_text, replaceText(&it->mac_text, "52:54:00:00:00:01"))
CHANGE(DhcpHost, mac_text_none, replaceText(&it->mac_text, NULL))
CHANGE(DhcpHost, mac, it->mac.bytes[5]++)
CHANGE(DhcpHost, id, replaceText(&it->id, "0:2"))
CHANGE(DhcpHost, id_none, replaceText(&it->id, NULL))
CHANGE(DhcpHost, name, replaceText(&it->name, "A"))
CHANGE(DhcpHost, name_none, replaceText(&it->name, NULL))
CHANGE(DhcpHost, ip, it->ip = addressOf("10.0.0.6"))
CHANGE(DhcpHost, ip_none, it->ip = (virSocketAddr){ 0 })
CHANGE(DhcpHost, lease_unit, it->lease.unit = VIR_NETWORK_LEASE_UNSET)
CHANGE(DhcpHost, lease_expiry, it->lease.expiry++)

static const Change host_changes[] = {
    ROW(DhcpHost, mac_text), ROW(DhcpHost, mac_text_none), ROW(DhcpHost, mac), ROW(DhcpHost, id),
    ROW(DhcpHost, id_none), ROW(DhcpHost, name), ROW(DhcpHost, name_none), ROW(DhcpHost, ip), ROW(DhcpHost, ip_none),
    ROW(DhcpHost, lease_unit), ROW(DhcpHost, lease_expiry),
};

CHANGE(DnsTxt, name, replaceText(&it->name, "T"))
CHANGE(DnsTxt, value, replaceText(&it->value, ""))
CHANGE(DnsTxt, value_none, replaceText(&it->value, NULL))

CHANGE(DnsForwarder, addr, it->addr = addressOf("10.0.0.54"))
CHANGE(DnsForwarder, port, it->port = 0)
CHANGE(DnsForwarder, domain, replaceText(&it->domain, NULL))

static const Change forwarder_changes[] = { ROW(DnsForwarder, addr), ROW(DnsForwarder, port), ROW(DnsForwarder, domain) };

CHANGE(DnsHost, ip, it->ip = addressOf("10.0.0.8"))
CHANGE(DnsHost, name_more, g_ptr_array_add(it->names, g_strdup("b")))
CHANGE(DnsHost, name_none, g_ptr_array_set_size(it->names, 0))

static const Change dns_host_changes[] = { ROW(DnsHost, ip), ROW(DnsHost, name_more), ROW(DnsHost, name_none) };

CHANGE(DnsSrv, service, replaceText(&it->service, "s"))
CHANGE(DnsSrv, protocol, replaceText(&it->protocol, "udp"))
CHANGE(DnsSrv, domain, replaceText(&it->domain, NULL))
CHANGE(DnsSrv, target, replaceText(&it->target, NULL))
CHANGE(DnsSrv, port, it->port++)
CHANGE(DnsSrv, priority, it->priority++)
CHANGE(DnsSrv, weight, it->weight++)

static const Change srv_changes[] = {
    ROW(DnsSrv, service), ROW(DnsSrv, protocol), ROW(DnsSrv, domain), ROW(DnsSrv, target), ROW(DnsSrv, port),
    ROW(DnsSrv, priority), ROW(DnsSrv, weight),
};

static const Change txt_changes[] = { ROW(DnsTxt, name), ROW(DnsTxt, value), ROW(DnsTxt, value_none) };

CHANGE(Ip, family, replaceText(&it->family, NULL))
CHANGE(Ip, address, it->address = addressOf("10.0.0.2"))
CHANGE(Ip, netmask, it->netmask = (virSocketAddr){ 0 })
CHANGE(Ip, prefix, it->prefix = 0)
CHANGE(Ip, local_ptr, it->local_ptr = VIR_TRISTATE_YES)
CHANGE(Ip, tftp_root, replaceText(&it->tftp_root, "/srv"))
CHANGE(Ip, bootp_file, replaceText(&it->bootp_file, "f"))
CHANGE(Ip, bootp_server, it->bootp_server = addressOf("10.0.0.9"))
CHANGE(Ip, range_more, g_ptr_array_add(it->ranges, makeRange()))
CHANGE(Ip, range_none, g_ptr_array_set_size(it->ranges, 0))
CHANGE(Ip, host_more, g_ptr_array_add(it->hosts, makeHost()))
CHANGE(Ip, host_none, g_ptr_array_set_size(it->hosts, 0))

static void change_Ip_host_other(gpointer value)
{
    virNetworkIp *ip = value;
    virNetworkDhcpHost *host = makeHost();

    replaceText(&host->name, "other");
    g_ptr_array_set_size(ip->hosts, 0);
    g_ptr_array_add(ip->hosts, host);
}

static void change_Ip_range_other(gpointer value)
{
    virNetworkIp *ip = value;
    virNetworkDhcpRange *range = makeRange();

    range->end = addressOf("10.0.0.10");
    g_ptr_array_set_size(ip->ranges, 0);
    g_ptr_array_add(ip->ranges, range);
}

static const Change ip_changes[] = {
    ROW(Ip, family), ROW(Ip, address), ROW(Ip, netmask), ROW(Ip, prefix), ROW(Ip, local_ptr),
    ROW(Ip, tftp_root), ROW(Ip, bootp_file), ROW(Ip, bootp_server), ROW(Ip, range_more), ROW(Ip, range_none),
    ROW(Ip, host_more), ROW(Ip, host_none), ROW(Ip, host_other), ROW(Ip, range_other),
};

CHANGE(Def, name, replaceText(&it->name, "Net"))
CHANGE(Def, uuid, it->uuid[15]++)
CHANGE(Def, has_uuid, it->has_uuid = FALSE)
CHANGE(Def, forward, it->forward = VIR_NETWORK_FORWARD_ROUTE)
CHANGE(Def, nat_addr_start, it->nat.addr_start = addressOf("192.0.2.2"))
CHANGE(Def, nat_addr_end, it->nat.addr_end = addressOf("192.0.2.8"))
CHANGE(Def, nat_port_start, it->nat.port_start++)
CHANGE(Def, nat_port_end, it->nat.port_end++)
CHANGE(Def, nat_ipv6, it->nat.ipv6 = VIR_TRISTATE_YES)
CHANGE(Def, metadata, replaceText(&it->metadata, "<metadata/>"))
CHANGE(Def, forward_dev, g_ptr_array_add(it->forward_devs, g_strdup("eth0")))
CHANGE(Def, ipv6, it->ipv6 = TRUE)
CHANGE(Def, dns_enable, it->dns_enable = VIR_TRISTATE_NO)
CHANGE(Def, plain_names, it->dns_forward_plain_names = VIR_TRISTATE_NO)
CHANGE(Def, forwarder_more, g_ptr_array_add(it->forwarders, virNetworkDnsForwarderNew()))
CHANGE(Def, srv_more, g_ptr_array_add(it->srvs, virNetworkDnsSrvNew()))
CHANGE(Def, dns_host_more, g_ptr_array_add(it->dns_hosts, virNetworkDnsHostNew()))
CHANGE(Def, option_more, g_ptr_array_add(it->options, g_strdup("log-dhcp")))
CHANGE(Def, bridge, replaceText(&it->bridge, "br1"))
CHANGE(Def, stp, it->stp = FALSE)
CHANGE(Def, delay, it->delay_s++)
CHANGE(Def, has_mac, it->has_mac = FALSE)
CHANGE(Def, mac, it->mac.bytes[0] ^= 2)
CHANGE(Def, mtu, it->mtu++)
CHANGE(Def, domain, replaceText(&it->domain, NULL))
CHANGE(Def, domain_local_only, it->domain_local_only = VIR_TRISTATE_NO)
CHANGE(Def, txt_more, g_ptr_array_add(it->txts, makeTxt()))
CHANGE(Def, txt_none, g_ptr_array_set_size(it->txts, 0))
CHANGE(Def, ip_more, g_ptr_array_add(it->ips, makeIp()))
CHANGE(Def, ip_none, g_ptr_array_set_size(it->ips, 0))

static void change_Def_txt_other(gpointer value)
{
    virNetworkDef *def = value;
    virNetworkDnsTxt *txt = makeTxt();

    replaceText(&txt->value, "w");
    g_ptr_array_set_size(def->txts, 0);
    g_ptr_array_add(def->txts, txt);
}

static void change_Def_ip_other(gpointer value)
{
    virNetworkDef *def = value;
    virNetworkIp *ip = makeIp();

    ip->prefix = 25;
    g_ptr_array_set_size(def->ips, 0);
    g_ptr_array_add(def->ips, ip);
}

static const Change def_changes[] = {
    ROW(Def, name), ROW(Def, uuid), ROW(Def, has_uuid), ROW(Def, forward), ROW(Def, nat_addr_start),
    ROW(Def, nat_addr_end), ROW(Def, nat_port_start), ROW(Def, nat_port_end), ROW(Def, nat_ipv6), ROW(Def, metadata), ROW(Def, forward_dev), ROW(Def, ipv6), ROW(Def, bridge),
    ROW(Def, dns_enable), ROW(Def, plain_names), ROW(Def, forwarder_more), ROW(Def, srv_more), ROW(Def, dns_host_more),
    ROW(Def, option_more),
    ROW(Def, stp),
    ROW(Def, delay), ROW(Def, has_mac), ROW(Def, mac), ROW(Def, mtu), ROW(Def, domain), ROW(Def, domain_local_only),
    ROW(Def, txt_more), ROW(Def, txt_none), ROW(Def, txt_other), ROW(Def, ip_more), ROW(Def, ip_none),
    ROW(Def, ip_other),
};

static gpointer newRange(void)
{
    return makeRange();
}

static gpointer newHost(void)
{
    return makeHost();
}

static gpointer newTxt(void)
{
    return makeTxt();
}

static gpointer newIp(void)
{
    return makeIp();
}

static gpointer newDef(void)
{
    return makeDef();
}

static gboolean equalRange(gconstpointer a, gconstpointer b)
{
    return virNetworkDhcpRangeEqual(a, b);
}

static gboolean equalHost(gconstpointer a, gconstpointer b)
{
    return virNetworkDhcpHostEqual(a, b);
}

static gboolean equalTxt(gconstpointer a, gconstpointer b)
{
    return virNetworkDnsTxtEqual(a, b);
}

static gboolean equalIp(gconstpointer a, gconstpointer b)
{
    return virNetworkIpEqual(a, b);
}

static gboolean equalDef(gconstpointer a, gconstpointer b)
{
    return virNetworkDefEqual(a, b);
}

static gpointer copyIp(gconstpointer ip)
{
    return virNetworkIpCopy(ip);
}

static gpointer copyDef(gconstpointer def)
{
    return virNetworkDefCopy(def);
}

static gpointer newForwarder(void)
{
    return makeForwarder();
}

static gboolean equalForwarder(gconstpointer a, gconstpointer b)
{
    return virNetworkDnsForwarderEqual(a, b);
}

static gpointer newDnsHost(void)
{
    return makeDnsHost();
}

static gboolean equalDnsHost(gconstpointer a, gconstpointer b)
{
    return virNetworkDnsHostEqual(a, b);
}

static gpointer newSrv(void)
{
    return makeSrv();
}

static gboolean equalSrv(gconstpointer a, gconstpointer b)
{
    return virNetworkDnsSrvEqual(a, b);
}

static const Kind kinds[] = {
    { newRange, equalRange, (GDestroyNotify)virNetworkDhcpRangeUnref, NULL, range_changes,
      G_N_ELEMENTS(range_changes) },
    { newHost, equalHost, (GDestroyNotify)virNetworkDhcpHostUnref, NULL, host_changes, G_N_ELEMENTS(host_changes) },
    { newTxt, equalTxt, (GDestroyNotify)virNetworkDnsTxtUnref, NULL, txt_changes, G_N_ELEMENTS(txt_changes) },
    { newIp, equalIp, (GDestroyNotify)virNetworkIpUnref, copyIp, ip_changes, G_N_ELEMENTS(ip_changes) },
    { newDef, equalDef, (GDestroyNotify)virNetworkDefUnref, copyDef, def_changes, G_N_ELEMENTS(def_changes) },
    { newForwarder, equalForwarder, (GDestroyNotify)virNetworkDnsForwarderUnref, NULL, forwarder_changes,
      G_N_ELEMENTS(forwarder_changes) },
    { newDnsHost, equalDnsHost, (GDestroyNotify)virNetworkDnsHostUnref, NULL, dns_host_changes,
      G_N_ELEMENTS(dns_host_changes) },
    { newSrv, equalSrv, (GDestroyNotify)virNetworkDnsSrvUnref, NULL, srv_changes, G_N_ELEMENTS(srv_changes) },
};

static void orderOfEntriesCounts(void)
{
    g_autoptr(virNetworkIp) one = makeIp();
    g_autoptr(virNetworkIp) other = NULL;
    virNetworkDhcpHost *host = makeHost();

    replaceText(&host->name, "b");
    g_ptr_array_add(one->hosts, host);
    other = virNetworkIpCopy(one);
    g_ptr_array_insert(other->hosts, 0, g_ptr_array_steal_index(other->hosts, 1));
    g_assert_false(virNetworkIpEqual(one, other));
}

static void copySharesEntriesButNotLists(void)
{
    g_autoptr(virNetworkDef) def = makeDef();
    virNetworkDef *copy = virNetworkDefCopy(def);
    const virNetworkIp *ip = def->ips->pdata[0];
    g_autoptr(virNetworkIp) ip_copy = virNetworkIpCopy(ip);

    g_assert_true(copy->ips != def->ips && copy->ips->pdata[0] == def->ips->pdata[0]);
    g_assert_true(copy->txts != def->txts && copy->txts->pdata[0] == def->txts->pdata[0]);
    g_assert_true(ip_copy->hosts != ip->hosts && ip_copy->hosts->pdata[0] == ip->hosts->pdata[0]);
    g_assert_true(ip_copy->ranges != ip->ranges && ip_copy->ranges->pdata[0] == ip->ranges->pdata[0]);
    g_assert_true(copy->name != def->name && copy->bridge != def->bridge && copy->domain != def->domain);
    g_ptr_array_set_size(copy->ips, 0);
    g_ptr_array_set_size(copy->txts, 0);
    virNetworkDefUnref(copy);
    g_assert_cmpuint(def->ips->len, ==, 1);
    g_assert_cmpstr(((const virNetworkDnsTxt *)def->txts->pdata[0])->name, ==, "t");
}

static void lastReferenceFrees(void)
{
    virNetworkDef *def = makeDef();

    g_assert_true(virNetworkDefRef(def) == def);
    virNetworkDefUnref(def);
    g_assert_cmpstr(def->name, ==, "net");
    virNetworkDefUnref(def);
    g_assert_null(virNetworkDefRef(NULL));
    virNetworkDefUnref(NULL);
    virNetworkIpUnref(NULL);
    virNetworkDhcpHostUnref(NULL);
    virNetworkDhcpRangeUnref(NULL);
    virNetworkDnsTxtUnref(NULL);
}

static const struct {
    const char *address, *netmask;
    unsigned int written, prefix;
} prefixes[] = {
    { "10.0.0.1", NULL, 0, 8 },
    { "127.0.0.1", NULL, 0, 8 },
    { "128.0.0.1", NULL, 0, 16 },
    { "191.255.0.1", NULL, 0, 16 },
    { "192.168.1.1", NULL, 0, 24 },
    { "192.168.1.1", "255.255.0.0", 0, 16 },
    { "192.168.1.1", "255.0.255.0", 0, 0 },
    { "192.168.1.1", NULL, 30, 30 },
    { "fd00::1", NULL, 0, 64 },
    { "fd00::1", NULL, 112, 112 },
};

static void prefixThatHolds(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        g_autoptr(virNetworkIp) ip = virNetworkIpNew();

        ip->address = addressOf(prefixes[i].address);
        if (prefixes[i].netmask)
            ip->netmask = addressOf(prefixes[i].netmask);
        ip->prefix = prefixes[i].written;
        g_assert_cmpuint(virNetworkIpGetPrefix(ip), ==, prefixes[i].prefix);
    }
}

static void dhcpIsRangeOrHost(void)
{
    g_autoptr(virNetworkIp) ip = virNetworkIpNew();

    g_assert_false(virNetworkIpHasDhcp(ip));
    g_ptr_array_add(ip->hosts, makeHost());
    g_assert_true(virNetworkIpHasDhcp(ip));
    g_ptr_array_set_size(ip->hosts, 0);
    g_ptr_array_add(ip->ranges, makeRange());
    g_assert_true(virNetworkIpHasDhcp(ip));
}

static void modesHaveNames(void)
{
    static const char *const names[] = { "none", "nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev" };

    for (int mode = 0; mode < VIR_NETWORK_FORWARD_LAST; mode++)
        g_assert_cmpstr(virNetworkForwardModeName(mode), ==, names[mode]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/def/range/each-field-makes-unequal", &kinds[0], checkKind);
    g_test_add_data_func("/def/host/each-field-makes-unequal", &kinds[1], checkKind);
    g_test_add_data_func("/def/txt/each-field-makes-unequal", &kinds[2], checkKind);
    g_test_add_data_func("/def/ip/each-field-makes-unequal-and-is-copied", &kinds[3], checkKind);
    g_test_add_data_func("/def/network/each-field-makes-unequal-and-is-copied", &kinds[4], checkKind);
    g_test_add_data_func("/def/forwarder/each-field-makes-unequal", &kinds[5], checkKind);
    g_test_add_data_func("/def/dns-host/each-field-makes-unequal", &kinds[6], checkKind);
    g_test_add_data_func("/def/srv/each-field-makes-unequal", &kinds[7], checkKind);
    g_test_add_func("/def/list/order-of-entries-counts", orderOfEntriesCounts);
    g_test_add_func("/def/copy/shares-entries-but-not-lists", copySharesEntriesButNotLists);
    g_test_add_func("/def/ref/last-one-frees", lastReferenceFrees);
    g_test_add_func("/def/ip/prefix-that-holds", prefixThatHolds);
    g_test_add_func("/def/ip/dhcp-is-range-or-host", dhcpIsRangeOrHost);
    g_test_add_func("/def/forward/modes-have-names", modesHaveNames);
    return g_test_run();
}

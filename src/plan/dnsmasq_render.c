/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq_render.c: what a network's dnsmasq is to read, as text
 *
 * The conf with all that dnsmasq reads once, and its two hosts files. Quoting and escaping is dnsmasq_conf.c's; whether there
 * is a dnsmasq at all, and what a difference costs, is plan_dnsmasq.c's, which calls it.
 */
#include "dnsmasq_render.h"

#include <string.h>

#include "dnsmasq_conf.h"
#include "plan_facet.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- Conf ------------------------------------------------------------------------------------------------------- */

/* "2h", "30m", "180s", "infinite"; NULL if unset. The caller frees it. */
static char *formatLease(const virNetworkLeaseTime *lease)
{
    switch (lease->unit) {
    case VIR_NETWORK_LEASE_INFINITE:
        return g_strdup("infinite");
    case VIR_NETWORK_LEASE_SECONDS:
        return g_strdup_printf("%us", lease->expiry);
    case VIR_NETWORK_LEASE_MINUTES:
        return g_strdup_printf("%um", lease->expiry);
    case VIR_NETWORK_LEASE_HOURS:
        return g_strdup_printf("%uh", lease->expiry);
    case VIR_NETWORK_LEASE_UNSET:
    default:
        return NULL;
    }
}

/* "/DOMAIN/ADDRESS#PORT", each part if it is given; "#" for the address stands for the servers known anyway. */
static int addForwarder(const virNetworkDnsForwarder *forwarder, GString *conf, GError **err)
{
    g_autofree char *domain = forwarder->domain ? g_strdup_printf("/%s/", forwarder->domain) : g_strdup("");
    g_autofree char *port = forwarder->port ? g_strdup_printf("#%u", forwarder->port) : g_strdup("");
    char address[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&forwarder->addr, address);
    return virDnsmasqConfAddFormat(conf, err, "server", "%s%s%s", domain, *address ? address : "#", port);
}

static int addForwarders(const virNetworkDef *def, GString *conf, GError **err)
{
    gboolean for_all = FALSE;
    guint i;

    for (i = 0; i < def->forwarders->len; i++) {
        const virNetworkDnsForwarder *forwarder = def->forwarders->pdata[i];

        for_all = for_all || !forwarder->domain;
        if (addForwarder(forwarder, conf, err) < 0)
            return -1;
    }
    return for_all ? virDnsmasqConfAdd(conf, "no-resolv", NULL, err) : 0;
}

static int addDomain(const virNetworkDef *def, GString *conf, GError **err)
{
    if (!def->domain)
        return 0;
    if (def->domain_local_only == VIR_TRISTATE_YES &&
        virDnsmasqConfAddFormat(conf, err, "local", "/%s/", def->domain) < 0)
        return -1;
    if (virDnsmasqConfAdd(conf, "domain", def->domain, err) < 0)
        return -1;
    return virDnsmasqConfAdd(conf, "expand-hosts", NULL, err);
}

/*
 * The reverse zone of a subnet: RFC 1035 section 3.5 for IPv4, one label a byte; RFC 3596 section 2.5 for IPv6, one label four
 * bits. A prefix within a label has no zone of its own.
 */
static char *formatReverseZone(const virNetworkIp *ip)
{
    gboolean is_v6 = ip->address.family == AF_INET6;
    unsigned int bits = is_v6 ? 4 : 8;
    unsigned int prefix = virNetworkIpGetPrefix(ip);
    GString *zone;
    unsigned int i;

    if (prefix == 0 || prefix % bits)
        return NULL;
    zone = g_string_new(NULL);
    for (i = prefix / bits; i > 0; i--) {
        guint8 byte = ip->address.bytes[(i - 1) * bits / 8];

        if (is_v6)
            g_string_append_printf(zone, "%x.", (i - 1) % 2 ? byte & 0xf : byte >> 4);
        else
            g_string_append_printf(zone, "%u.", byte);
    }
    g_string_append(zone, is_v6 ? "ip6.arpa" : "in-addr.arpa");
    return g_string_free(zone, FALSE);
}

static int addReverseZones(const virNetworkDef *def, GString *conf, GError **err)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];
        g_autofree char *zone = formatReverseZone(ip);

        if (ip->local_ptr != VIR_TRISTATE_YES)
            continue;
        if (!zone) {
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                           "PTR domain for %s network with prefix %u cannot be automatically created",
                           ip->address.family == AF_INET6 ? "IPv6" : "IPv4", virNetworkIpGetPrefix(ip));
        }
        if (virDnsmasqConfAddFormat(conf, err, "local", "/%s/", zone) < 0)
            return -1;
    }
    return 0;
}

static int addNames(const virNetworkDef *def, GString *conf, GError **err)
{
    if (def->dns_enable == VIR_TRISTATE_NO && virDnsmasqConfAdd(conf, "port", "0", err) < 0)
        return -1;
    if (addForwarders(def, conf, err) < 0 || addDomain(def, conf, err) < 0 || addReverseZones(def, conf, err) < 0)
        return -1;
    if (def->dns_forward_plain_names != VIR_TRISTATE_NO)
        return 0;
    if (virDnsmasqConfAdd(conf, "domain-needed", NULL, err) < 0)
        return -1;
    return virDnsmasqConfAdd(conf, "local", "//", err);
}

static int addInterface(const virNetworkDef *def, const virPlanDnsmasq *dnsmasq, GString *conf, GError **err)
{
    if (virDnsmasqConfAdd(conf, "pid-file", dnsmasq->pid_path, err) < 0 ||
        virDnsmasqConfAdd(conf, "except-interface", "lo", err) < 0 ||
        virDnsmasqConfAdd(conf, "bind-dynamic", NULL, err) < 0)
        return -1;
    return virDnsmasqConfAdd(conf, "interface", def->bridge, err);
}

/* An isolated network has no way out: no default route, no upstream servers, no router advertised. */
static int addIsolation(const virNetworkDef *def, const virHostFacts *facts, GString *conf, GError **err)
{
    if (def->forward != VIR_NETWORK_FORWARD_NONE)
        return 0;
    if (virDnsmasqConfAdd(conf, "dhcp-option", "3", err) < 0 || virDnsmasqConfAdd(conf, "no-resolv", NULL, err) < 0)
        return -1;
    return facts->advertiser == VIR_ADVERTISER_DNSMASQ ? virDnsmasqConfAdd(conf, "ra-param", "*,0,0", err) : 0;
}

/* "_SERVICE._PROTOCOL[.DOMAIN][,TARGET[,PORT[,PRIORITY[,WEIGHT]]]]": what is absent at the end is left out. */
static int addSrv(const virNetworkDnsSrv *srv, GString *conf, GError **err)
{
    g_autoptr(GString) value = g_string_new(NULL);

    g_string_append_printf(value, "_%s._%s", srv->service, srv->protocol);
    if (srv->domain)
        g_string_append_printf(value, ".%s", srv->domain);
    /* A target of "." says that there is no such service, which dnsmasq says by the name alone. */
    if (srv->target && strcmp(srv->target, ".") != 0) {
        g_string_append_printf(value, ",%s", srv->target);
        if (srv->port || srv->priority || srv->weight)
            g_string_append_printf(value, ",%u", srv->port ? srv->port : 1);
        if (srv->priority || srv->weight)
            g_string_append_printf(value, ",%u", srv->priority);
        if (srv->weight)
            g_string_append_printf(value, ",%u", srv->weight);
    }
    return virDnsmasqConfAdd(conf, "srv-host", value->str, err);
}

static int addRecords(const virNetworkDef *def, GString *conf, GError **err)
{
    guint i;

    for (i = 0; i < def->txts->len; i++) {
        const virNetworkDnsTxt *txt = def->txts->pdata[i];
        const virDnsmasqPair pair = { .name = txt->name, .value = txt->value };

        if (virDnsmasqConfAddPair(conf, "txt-record", &pair, err) < 0)
            return -1;
    }
    for (i = 0; i < def->srvs->len; i++) {
        if (addSrv(def->srvs->pdata[i], conf, err) < 0)
            return -1;
    }
    return 0;
}

static int addTftp(const virNetworkDef *def, GString *conf, GError **err)
{
    gboolean enabled = FALSE;
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (!ip->tftp_root)
            continue;
        if ((!enabled && virDnsmasqConfAdd(conf, "enable-tftp", NULL, err) < 0) ||
            virDnsmasqConfAdd(conf, "tftp-root", ip->tftp_root, err) < 0)
            return -1;
        enabled = TRUE;
    }
    return 0;
}

/* How dnsmasq is told the size of the subnet: by netmask, or for IPv6 by prefix. */
static char *formatSize(const virNetworkIp *ip)
{
    unsigned int prefix = virNetworkIpGetPrefix(ip);
    char mask[VIR_SOCKET_ADDR_BUFLEN];
    virSocketAddr netmask;

    if (ip->address.family == AF_INET6)
        return g_strdup_printf("%u", prefix);
    virSocketAddrPrefixToMask(prefix, &netmask);
    return g_strdup(virSocketAddrFormat(&netmask, mask));
}

static int addRange(const virNetworkIp *ip, const virNetworkDhcpRange *range, GString *conf, GError **err)
{
    g_autofree char *lease = formatLease(&range->lease);
    g_autofree char *size = formatSize(ip);
    char start[VIR_SOCKET_ADDR_BUFLEN], end[VIR_SOCKET_ADDR_BUFLEN];

    return virDnsmasqConfAddFormat(conf, err, "dhcp-range", "%s,%s,%s%s%s", virSocketAddrFormat(&range->start, start),
                                   virSocketAddrFormat(&range->end, end), size, lease ? "," : "", lease ? lease : "");
}

/* With reservations alone the subnet must still be named, as one that gives no other addresses. */
static int addStaticRange(const virNetworkIp *ip, GString *conf, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&ip->address, address);
    if (ip->address.family == AF_INET)
        return virDnsmasqConfAddFormat(conf, err, "dhcp-range", "%s,static", address);
    return virDnsmasqConfAddFormat(conf, err, "dhcp-range", "%s,static,%u", address, virNetworkIpGetPrefix(ip));
}

static int addBoot(const virNetworkIp *ip, GString *conf, GError **err)
{
    char server[VIR_SOCKET_ADDR_BUFLEN];

    if (!ip->bootp_file)
        return 0;
    virSocketAddrFormat(&ip->bootp_server, server);
    return virDnsmasqConfAddFormat(conf, err, "dhcp-boot", "%s%s%s", ip->bootp_file, *server ? ",," : "", server);
}

static int addRanges(const virNetworkIp *ip, GString *conf, GError **err)
{
    guint i;

    if (!ip)
        return 0;
    for (i = 0; i < ip->ranges->len; i++) {
        if (addRange(ip, ip->ranges->pdata[i], conf, err) < 0)
            return -1;
    }
    if (ip->ranges->len == 0 && addStaticRange(ip, conf, err) < 0)
        return -1;
    if (ip->address.family != AF_INET)
        return 0;
    if (virDnsmasqConfAdd(conf, "dhcp-no-override", NULL, err) < 0 ||
        virDnsmasqConfAdd(conf, "dhcp-authoritative", NULL, err) < 0)
        return -1;
    return addBoot(ip, conf, err);
}

static guint64 countAddresses(const virNetworkIp *ip)
{
    guint64 n_addresses = 0;
    guint i;

    for (i = 0; ip && i < ip->ranges->len; i++) {
        const virNetworkDhcpRange *range = ip->ranges->pdata[i];

        n_addresses += virSocketAddrRangeSize(&range->start, &range->end);
    }
    return n_addresses;
}

static int addDhcp(const virNetworkDef *def, const virPlanDnsmasq *dnsmasq, GString *conf, GError **err)
{
    const virNetworkIp *v4 = virNetworkDefFindDhcp(def, AF_INET);
    const virNetworkIp *v6 = virNetworkDefFindDhcp(def, AF_INET6);
    guint64 n_leases = countAddresses(v4) + countAddresses(v6);

    if (!v4 && !v6)
        return 0;
    if (addRanges(v4, conf, err) < 0 || addRanges(v6, conf, err) < 0)
        return -1;
    if (n_leases &&
        virDnsmasqConfAddFormat(conf, err, "dhcp-lease-max", "%" G_GUINT64_FORMAT, n_leases) < 0)
        return -1;
    return virDnsmasqConfAdd(conf, "dhcp-hostsfile", dnsmasq->hosts_path, err);
}

/* With DHCPv6 all subnets are advertised; without it each must be named. */
static int addAdvertisements(const virNetworkDef *def, const virHostFacts *facts, GString *conf, GError **err)
{
    char address[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    if (facts->advertiser != VIR_ADVERTISER_DNSMASQ)
        return 0;
    if (virNetworkDefFindDhcp(def, AF_INET6))
        return virDnsmasqConfAdd(conf, "enable-ra", NULL, err);
    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (ip->address.family == AF_INET6 &&
            virDnsmasqConfAddFormat(conf, err, "dhcp-range", "%s,ra-only", virSocketAddrFormat(&ip->address, address)) < 0)
            return -1;
    }
    return 0;
}

int virDnsmasqRenderConf(const virNetworkDef *def, const virHostFacts *facts, virPlanDnsmasq *dnsmasq, GError **err)
{
    g_autoptr(GString) conf = g_string_new(NULL);
    guint i;

    virNetworkFacetAddHeading(def, conf);
    if (virDnsmasqConfAdd(conf, "strict-order", NULL, err) < 0 || addNames(def, conf, err) < 0 ||
        addInterface(def, dnsmasq, conf, err) < 0 || addIsolation(def, facts, conf, err) < 0 ||
        addRecords(def, conf, err) < 0 || addTftp(def, conf, err) < 0 || addDhcp(def, dnsmasq, conf, err) < 0)
        return -1;
    if (def->dns_enable != VIR_TRISTATE_NO &&
        virDnsmasqConfAdd(conf, "addn-hosts", dnsmasq->addnhosts_path, err) < 0)
        return -1;
    if (def->mtu && virDnsmasqConfAddFormat(conf, err, "dhcp-option", "option:mtu,%u", def->mtu) < 0)
        return -1;
    if (addAdvertisements(def, facts, conf, err) < 0)
        return -1;
    /* The user's own lines, as they are; that none holds a line break was checked. */
    for (i = 0; i < def->options->len; i++)
        g_string_append_printf(conf, "%s\n", (const char *)def->options->pdata[i]);
    dnsmasq->conf = g_strdup(conf->str);
    dnsmasq->has_options = def->options->len > 0;
    return 0;
}

/* --- Hosts files ------------------------------------------------------------------------------------------------ */

static void appendField(GString *out, const char *field)
{
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c(out, ',');
    g_string_append(out, field);
}

/* "MAC,IP[,NAME]", or "NAME,IP". */
static void appendHost4(GString *out, const virNetworkDhcpHost *host, const char *ip)
{
    appendField(out, host->mac_text ? host->mac_text : host->name);
    appendField(out, ip);
    if (host->mac_text && host->name)
        appendField(out, host->name);
}

/* "id:ID[,NAME],[IP]", or "NAME,[IP]". */
static void appendHost6(GString *out, const virNetworkDhcpHost *host, const char *ip)
{
    if (host->id) {
        appendField(out, "id:");
        g_string_append(out, host->id);
    }
    if (host->name)
        appendField(out, host->name);
    appendField(out, "[");
    g_string_append(out, ip);
    g_string_append_c(out, ']');
}

/*
 * One line a host, at its end the lease time if it has one. The name was judged at define and update; a stored one of earlier
 * times has been refused at start, so that what arrives here cannot leave its field.
 */
static void appendLine(const virNetworkDhcpHost *host, GString *out)
{
    g_autofree char *lease = formatLease(&host->lease);
    char address[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&host->ip, address);
    if (host->ip.family == AF_INET)
        appendHost4(out, host, address);
    else
        appendHost6(out, host, address);
    if (lease)
        appendField(out, lease);
    g_string_append_c(out, '\n');
}

static void appendHosts(GString *out, const virNetworkIp *ip)
{
    guint i;

    for (i = 0; ip && i < ip->hosts->len; i++)
        virNetworkDhcpHostAppendText(ip->hosts->pdata[i], VIR_NETWORK_TEXT_DNSMASQ, appendLine, out);
}

GRefString *virDnsmasqRenderHosts(const virNetworkDef *def)
{
    g_autoptr(GString) out = g_string_new(NULL);

    appendHosts(out, virNetworkDefFindDhcp(def, AF_INET));
    appendHosts(out, virNetworkDefFindDhcp(def, AF_INET6));
    return g_ref_string_new_len(out->str, (gssize)out->len);
}

GRefString *virDnsmasqRenderDnsHosts(const virNetworkDef *def)
{
    g_autoptr(GString) out = g_string_new(NULL);
    char address[VIR_SOCKET_ADDR_BUFLEN];
    guint i, j;

    for (i = 0; i < def->dns_hosts->len; i++) {
        const virNetworkDnsHost *host = def->dns_hosts->pdata[i];

        g_string_append(out, virSocketAddrFormat(&host->ip, address));
        for (j = 0; j < host->names->len; j++) {
            g_string_append_c(out, '\t');
            g_string_append(out, host->names->pdata[j]);
        }
        g_string_append_c(out, '\n');
    }
    return g_ref_string_new_len(out->str, (gssize)out->len);
}

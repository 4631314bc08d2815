/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_validate.c: the rules that a whole definition must obey
 *
 * Beside libvirt's own rules there are stricter ones, which keep text out of dnsmasq's files and of rulesets that could
 * break out of its field or line there. docs/format.md lists them.
 */
#include "network_validate.h"

#include <string.h>

#include "network_validate_mode.h"
#include "virerror.h"
#include "virstring.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* What a name of a device may not have, beside control characters: it is written into rulesets and dnsmasq's conf. */
#define DEVICE_FORBIDDEN " /\"\\,*:#"

/* What names of zones and of kernel modules are made of. */
#define WORD "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

/* Whether @text has a control character or one of @forbidden. */
static gboolean hasAny(const char *text, const char *forbidden)
{
    return virStringHasControl(text) || strpbrk(text, forbidden) != NULL;
}

/* Texts from XML may hold anything: in messages everything odd is shown escaped. */
static int failText(const virNetworkDef *def, const char *what, const char *text, const char *rule, GError **err)
{
    g_autofree char *shown = g_strescape(text, NULL);

    return virFail(err, VIR_ERR_XML_ERROR, "network '%s': %s '%s' %s", def->name, what, shown, rule);
}

static int checkName(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (was)
        return 0;
    if (virStringHasControl(def->name) || strcmp(def->name, ".") == 0 || strcmp(def->name, "..") == 0)
        return failText(def, "name", def->name, "cannot be the name of a file", err);
    return 0;
}

/* A name becomes part of paths and of lines. */
static gboolean isDeviceName(const char *name)
{
    return *name && !hasAny(name, DEVICE_FORBIDDEN) && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* A text that is the same as in the old version is not judged again. */
static gboolean isNew(const char *text, const char *old)
{
    return text && g_strcmp0(text, old) != 0;
}

static int checkBridge(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (isNew(def->bridge, was ? was->bridge : NULL) && !isDeviceName(def->bridge))
        return failText(def, "bridge name", def->bridge, "has a character that is not allowed there", err);
    if (isNew(def->zone, was ? was->zone : NULL) && def->zone[strspn(def->zone, WORD)])
        return failText(def, "bridge zone", def->zone, "may have letters, digits, '_' and '-' only", err);
    return 0;
}

static int checkDevice(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    if (!isDeviceName(entry))
        return failText(def, "forward device", entry, *(const char *)entry ? "has a character that is not allowed there" : "is empty", err);
    return 0;
}

static int checkDriver(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    const char *model = def->forward_driver_model;

    if (isNew(def->forward_pf, was ? was->forward_pf : NULL) && !isDeviceName(def->forward_pf))
        return failText(def, "physical function", def->forward_pf, "has a character that is not allowed there", err);
    if (isNew(model, was ? was->forward_driver_model : NULL) && model[strspn(model, WORD)])
        return failText(def, "driver model", model, "may have letters, digits, '_' and '-' only", err);
    return 0;
}

static int checkDomain(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (!def->domain || (was && g_strcmp0(was->domain, def->domain) == 0))
        return 0;
    if (hasAny(def->domain, " /\"\\,#"))
        return failText(def, "domain name", def->domain, "has a character that is not allowed there", err);
    return 0;
}

static int checkTxt(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkDnsTxt *txt = entry;

    if (!*txt->name || hasAny(txt->name, " ,\"\\#"))
        return failText(def, "DNS TXT record name", txt->name, "is empty or has a character that is not allowed there", err);
    if (virStringHasControl(txt->value))
        return failText(def, "value of DNS TXT record", txt->value, "has a control character", err);
    return 0;
}

static int checkForwarder(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkDnsForwarder *forwarder = entry;

    if (forwarder->domain && hasAny(forwarder->domain, " /\"\\,#"))
        return failText(def, "domain of DNS forwarder", forwarder->domain, "has a character that is not allowed there", err);
    return 0;
}

static int checkSrv(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkDnsSrv *srv = entry;

    if (srv->domain && hasAny(srv->domain, " /\"\\,#"))
        return failText(def, "domain of DNS SRV record", srv->domain, "has a character that is not allowed there", err);
    if (srv->target && hasAny(srv->target, " /\"\\,#"))
        return failText(def, "target of DNS SRV record", srv->target, "has a character that is not allowed there", err);
    return 0;
}

static int checkDnsHost(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkDnsHost *host = entry;
    guint i;

    for (i = 0; i < host->names->len; i++) {
        if (hasAny(host->names->pdata[i], " ,\"\\#"))
            return failText(def, "name of DNS host", host->names->pdata[i], "has a character that is not allowed there", err);
    }
    return 0;
}

static int checkOption(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    if (virStringHasControl(entry))
        return failText(def, "dnsmasq option", entry, "has a control character", err);
    return 0;
}

/* Words that dnsmasq would take for something else than a name in a line of its hosts file. */
static gboolean isHostsKeyword(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return strcmp(name, "ignore") == 0 || strcmp(name, "infinite") == 0 ||
           (digits > 0 && strlen(name + digits) <= 1 && strspn(name + digits, "smhdwSMHDW") == strlen(name + digits));
}

static int checkHost(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkDhcpHost *host = entry;

    if (!host->name)
        return 0;
    if (hasAny(host->name, " ,\"\\:#[]=*"))
        return failText(def, "DHCP host name", host->name, "has a character that is not allowed there", err);
    if (isHostsKeyword(host->name))
        return failText(def, "DHCP host name", host->name, "would be taken for a lease time or a keyword", err);
    return 0;
}

/* What stood in the old version already is not judged again; elsewhere than at its place it is looked for only when it would be refused. */
typedef struct {
    int (*check)(const virNetworkDef *def, gconstpointer entry, GError **err);
    gboolean (*equal)(gconstpointer a, gconstpointer b);
} EntryRule;

static gboolean holds(const GPtrArray *list, gconstpointer entry, const EntryRule *rule)
{
    guint i;

    for (i = 0; list && i < list->len; i++) {
        if (list->pdata[i] == entry || rule->equal(list->pdata[i], entry))
            return TRUE;
    }
    return FALSE;
}

static int checkList(const virNetworkDef *def, const GPtrArray *list, const GPtrArray *old, const EntryRule *rule,
                     GError **err)
{
    const virNetworkStretch stretch = virNetworkListCompare(list, old);
    guint i;

    for (i = stretch.first; i < stretch.end; i++) {
        g_autoptr(GError) error = NULL;

        if (rule->check(def, list->pdata[i], &error) == 0 || holds(old, list->pdata[i], rule))
            continue;
        g_propagate_error(err, g_steal_pointer(&error));
        return -1;
    }
    return 0;
}

/* Wrappers, so that each comparison has the type that a rule wants. */
#define EQUAL_FUNCTION(name, type) \
    static gboolean name(gconstpointer a, gconstpointer b) \
    { \
        return type##Equal(a, b); \
    }
EQUAL_FUNCTION(equalForwarder, virNetworkDnsForwarder)
EQUAL_FUNCTION(equalTxt, virNetworkDnsTxt)
EQUAL_FUNCTION(equalSrv, virNetworkDnsSrv)
EQUAL_FUNCTION(equalDnsHost, virNetworkDnsHost)
EQUAL_FUNCTION(equalHost, virNetworkDhcpHost)
EQUAL_FUNCTION(equalGroup, virNetworkPortGroup)

static gboolean equalText(gconstpointer a, gconstpointer b)
{
    return strcmp(a, b) == 0;
}

static int checkDevices(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static const EntryRule rule = { checkDevice, equalText };

    return checkList(def, def->forward_devs, was ? was->forward_devs : NULL, &rule, err);
}

static gboolean hasDisabledRecords(const virNetworkDef *def)
{
    return def->dns_enable == VIR_TRISTATE_NO &&
           (def->forwarders->len || def->txts->len || def->srvs->len || def->dns_hosts->len);
}

static int checkDnsEnabled(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (!hasDisabledRecords(def) || (was && hasDisabledRecords(was)))
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "Extra data in disabled network '%s'", def->name);
}

static int checkDns(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static const EntryRule rules[] = {
        { checkForwarder, equalForwarder }, { checkTxt, equalTxt }, { checkSrv, equalSrv },
        { checkDnsHost, equalDnsHost }, { checkOption, equalText },
    };
    const GPtrArray *lists[] = { def->forwarders, def->txts, def->srvs, def->dns_hosts, def->options };
    const GPtrArray *old[G_N_ELEMENTS(lists)] = { NULL };
    size_t i;

    if (was) {
        const GPtrArray *have[] = { was->forwarders, was->txts, was->srvs, was->dns_hosts, was->options };

        memcpy(old, have, sizeof(have));
    }
    for (i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (checkList(def, lists[i], old[i], &rules[i], err) < 0)
            return -1;
    }
    return 0;
}

/* The <ip> of the same address in the old version. */
static const virNetworkIp *findOldIp(const virNetworkDef *was, const virNetworkIp *ip)
{
    guint i;

    for (i = 0; was && i < was->ips->len; i++) {
        const virNetworkIp *old = was->ips->pdata[i];

        if (virSocketAddrEqual(&old->address, &ip->address))
            return old;
    }
    return NULL;
}

static int checkServices(const virNetworkDef *def, const virNetworkIp *ip, const virNetworkIp *old, GError **err)
{
    if (ip->tftp_root && hasAny(ip->tftp_root, ",") && !(old && g_strcmp0(old->tftp_root, ip->tftp_root) == 0))
        return failText(def, "TFTP root", ip->tftp_root, "has a comma or a control character", err);
    if (ip->bootp_file && hasAny(ip->bootp_file, ",") && !(old && g_strcmp0(old->bootp_file, ip->bootp_file) == 0))
        return failText(def, "boot file", ip->bootp_file, "has a comma or a control character", err);
    return 0;
}

static int checkFamilies(const virNetworkDef *def, const virNetworkIp *ip, const GPtrArray *old, const EntryRule *rule,
                         GError **err)
{
    const virNetworkStretch stretch = virNetworkListCompare(ip->hosts, old);
    char address[VIR_SOCKET_ADDR_BUFLEN], parent[VIR_SOCKET_ADDR_BUFLEN];
    guint i;

    for (i = stretch.first; i < stretch.end; i++) {
        const virNetworkDhcpHost *host = ip->hosts->pdata[i];

        if (host->ip.family == ip->address.family || holds(old, host, rule))
            continue;
        return virFail(err, VIR_ERR_XML_ERROR, "network '%s': DHCP host address %s is of another family than <ip address='%s'>",
                       def->name, virSocketAddrFormat(&host->ip, address), virSocketAddrFormat(&ip->address, parent));
    }
    return 0;
}

static int checkIps(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static const EntryRule rule = { checkHost, equalHost };
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];
        const virNetworkIp *old = findOldIp(was, ip);
        const GPtrArray *old_hosts = old ? old->hosts : NULL;

        if (checkList(def, ip->hosts, old_hosts, &rule, err) < 0 ||
            checkFamilies(def, ip, old_hosts, &rule, err) < 0 || checkServices(def, ip, old, err) < 0)
            return -1;
    }
    return 0;
}

/* --- What goes to ports ----------------------------------------------------------------------------------------- */

/* Numbers of the API, and of the kernel's rates in bytes, end there. */
static gboolean isTooLarge(const virNetworkRate *rate)
{
    return MAX(rate->average, rate->peak) > G_MAXUINT32 || MAX(rate->burst, rate->floor) > G_MAXUINT32;
}

static int checkRates(const virNetworkDef *def, const virNetworkBandwidth *bandwidth, GError **err)
{
    if (!bandwidth || (!isTooLarge(&bandwidth->inbound) && !isTooLarge(&bandwidth->outbound)))
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "network '%s': a value of <bandwidth> is larger than %u", def->name, G_MAXUINT32);
}

static int checkProfile(const virNetworkDef *def, const virNetworkVirtualPort *port, GError **err)
{
    if (port && port->profile_id && hasAny(port->profile_id, "\"\\")) {
        return failText(def, "virtualport's profileid", port->profile_id, "has a character that is not allowed there", err);
    }
    return 0;
}

static int checkBandwidths(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (!(was && checkRates(was, was->bandwidth, NULL) < 0) && checkRates(def, def->bandwidth, err) < 0)
        return -1;
    return was && checkProfile(was, was->virtualport, NULL) < 0 ? 0 : checkProfile(def, def->virtualport, err);
}

static int checkGroup(const virNetworkDef *def, gconstpointer entry, GError **err)
{
    const virNetworkPortGroup *group = entry;

    if (virStringHasControl(group->name))
        return failText(def, "portgroup name", group->name, "has a control character", err);
    if (checkRates(def, group->bandwidth, err) < 0)
        return -1;
    return checkProfile(def, group->virtualport, err);
}

static int checkGroups(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static const EntryRule rule = { checkGroup, equalGroup };

    return checkList(def, def->portgroups, was ? was->portgroups : NULL, &rule, err);
}

/* --- Rules of libvirt on the whole ------------------------------------------------------------------------------ */

static guint countDhcp(const virNetworkDef *def, int family)
{
    guint i, count = 0;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        count += ip->address.family == family && virNetworkIpHasDhcp(ip);
    }
    return count;
}

static gboolean newlyServedTwice(const virNetworkDef *def, const virNetworkDef *was, int family)
{
    return countDhcp(def, family) > 1 && (!was || countDhcp(was, family) <= 1);
}

static int checkDhcp(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    if (newlyServedTwice(def, was, AF_INET)) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Multiple IPv4 dhcp sections found -- dhcp is supported only for "
                       "a single IPv4 address on each network");
    }
    if (newlyServedTwice(def, was, AF_INET6)) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "Multiple IPv6 dhcp sections found -- dhcp is supported only for "
                       "a single IPv6 address on each network");
    }
    return 0;
}

int virNetworkDefValidate(const virNetworkDef *def, const virNetworkDef *was, GError **err)
{
    static int (*const rules[])(const virNetworkDef *, const virNetworkDef *, GError **) = {
        checkName, virNetworkCheckModes, checkDhcp, checkBridge, checkDevices, checkDriver, checkDomain, checkDnsEnabled, checkDns,
        checkIps, checkBandwidths, checkGroups,
    };
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i](def, was, err) < 0)
            return -1;
    }
    return 0;
}

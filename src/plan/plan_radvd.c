/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_radvd.c: facet radvd, which sends router advertisements where dnsmasq is not to
 *
 * It runs for networks with IPv6 addresses if the daemon's settings say so, and reads its conf again at each SIGHUP, so that
 * advertisements change without DNS or DHCP noticing. DHCPv6 stays dnsmasq's. Called through the facet table alone.
 */
#include <string.h>

#include "plan_facet.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* RFC 8200, section 5: no link of IPv6 has less, and radvd advertises none. */
#define LEAST_MTU 1280

/* --- Rendering -------------------------------------------------------------------------------------------------- */

/* radvd knows no quotation, so a name is written only where none of its characters means something. */
static int checkBridge(const virNetworkDef *def, GError **err)
{
    const char *c;

    for (c = def->bridge; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr("-_.:@+=", *c))
            return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED,
                           "network '%s': bridge name '%s' cannot be written to radvd's configuration", def->name,
                           def->bridge);
    }
    return 0;
}

static void addSwitch(GString *conf, const char *name, gboolean on)
{
    g_string_append_printf(conf, "%s %s;\n", name, on ? "on" : "off");
}

/* Addresses of a subnet with DHCP are given out by that alone. */
static void addPrefix(const virNetworkIp *ip, GString *conf)
{
    unsigned int prefix = virNetworkIpGetPrefix(ip);
    char text[VIR_SOCKET_ADDR_BUFLEN];
    virSocketAddr network;

    virSocketAddrNetwork(&ip->address, prefix, &network);
    g_string_append_printf(conf, "  prefix %s/%u {\n", virSocketAddrFormat(&network, text), prefix);
    addSwitch(conf, "    AdvOnLink", TRUE);
    addSwitch(conf, "    AdvAutonomous", !virNetworkIpHasDhcp(ip));
    g_string_append(conf, "  };\n");
}

/* As dnsmasq's advertisements do: a guest without DHCPv6 learns of the DNS server from here. */
static void addDnsServer(const virNetworkDef *def, const virNetworkIp *ip, GString *conf)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    if (def->dns_enable != VIR_TRISTATE_NO)
        g_string_append_printf(conf, "  RDNSS %s { };\n", virSocketAddrFormat(&ip->address, text));
}

static char *renderConf(const virNetworkDef *def)
{
    gboolean has_dhcp = virNetworkDefFindDhcp(def, AF_INET6) != NULL;
    GString *conf = g_string_new(NULL);
    guint i;

    virNetworkFacetAddHeading(def, conf);
    g_string_append_printf(conf, "interface %s {\n", def->bridge);
    addSwitch(conf, "  AdvSendAdvert", TRUE);
    addSwitch(conf, "  IgnoreIfMissing", TRUE);
    addSwitch(conf, "  AdvManagedFlag", has_dhcp);
    addSwitch(conf, "  AdvOtherConfigFlag", has_dhcp);
    /* An isolated network has no way out, and so no default router. */
    if (def->forward == VIR_NETWORK_FORWARD_NONE)
        g_string_append(conf, "  AdvDefaultLifetime 0;\n");
    if (def->mtu >= LEAST_MTU)
        g_string_append_printf(conf, "  AdvLinkMTU %u;\n", def->mtu);
    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (ip->address.family != AF_INET6)
            continue;
        addPrefix(ip, conf);
        addDnsServer(def, ip, conf);
    }
    g_string_append(conf, "};\n");
    return g_string_free(conf, FALSE);
}

/* The paths are known whoever advertises: one that the settings of an earlier daemon have started is found by them. */
static int render(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan *plan, GError **err)
{
    virPlanRadvd *radvd = &plan->radvd;

    if (!facts->radvd_dir)
        return 0;
    radvd->conf_path = g_strdup_printf("%s/%s-radvd.conf", facts->radvd_dir, def->name);
    radvd->pid_path = g_strdup_printf("%s/%s-radvd.pid", facts->run_dir, def->name);
    if (facts->advertiser != VIR_ADVERTISER_RADVD || !virNetworkDefHasFamily(def, AF_INET6))
        return 0;
    if (checkBridge(def, err) < 0)
        return -1;
    radvd->present = TRUE;
    radvd->conf = renderConf(def);
    return 0;
}

/* --- The rest of the facet -------------------------------------------------------------------------------------- */

static gboolean confEqual(const virPlanRadvd *a, const virPlanRadvd *b)
{
    return g_strcmp0(a->conf, b->conf) == 0;
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    const virPlanRadvd *x = &a->radvd, *y = &b->radvd;

    if (!x->present && !y->present)
        return TRUE;
    return x->present == y->present && x->loaded == y->loaded && confEqual(x, y);
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    const virPlanRadvd *x = &from->radvd;

    to->radvd = (virPlanRadvd){
        .present = x->present, .conf_path = g_strdup(x->conf_path), .conf = g_strdup(x->conf),
        .pid_path = g_strdup(x->pid_path), .loaded = x->loaded,
    };
}

static void clear(virNetworkPlan *plan)
{
    virPlanRadvd *x = &plan->radvd;

    g_free(x->conf_path);
    g_free(x->conf);
    g_free(x->pid_path);
    *x = (virPlanRadvd){ .loaded = TRUE };
}

/* Its end tells guests to forget their router; it comes before dnsmasq tells them of the same one. */
static void diff(virNetworkDiff *d)
{
    const virPlanRadvd *from = &d->from->radvd, *to = &d->to->radvd;
    gboolean same_conf = confEqual(from, to);

    if (!to->present) {
        if (from->present)
            virNetworkDiffAdd(d, VIR_STEP_TIME_HANDOVER, VIR_STEP_RADVD_STOP, "it is not wanted");
        return;
    }
    if (!same_conf)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RADVD_WRITE_CONF, "conf differs");
    if (!from->present)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RADVD_START, "it does not run");
    else if (!same_conf)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RADVD_RELOAD, "conf differs");
    else if (!from->loaded)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_RADVD_RELOAD, "what it has read is not known");
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    virPlanRadvd *have = &reached->radvd;

    switch (step->verb) {
    case VIR_STEP_RADVD_WRITE_CONF:
        g_free(have->conf);
        have->conf = g_strdup(step->to->radvd.conf);
        break;
    case VIR_STEP_RADVD_STOP:
        have->present = FALSE;
        break;
    default:
        clear(reached);
        copy(step->to, reached);
    }
}

static void format(const virNetworkPlan *plan, GString *out)
{
    const virPlanRadvd *radvd = &plan->radvd;

    if (radvd->present)
        g_string_append_printf(out, "file %s:\n%s", radvd->conf_path, radvd->conf ? radvd->conf : "");
}

const virNetworkFacetOps virNetworkFacetRadvd = {
    .name = "radvd", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format,
};

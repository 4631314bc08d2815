/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_dnsmasq.c: facet dnsmasq, the DHCP and DNS server of a network
 *
 * Its conf is read once, at its start; the two hosts files again at each SIGHUP. So whatever changes often is in the hosts
 * files, and only a difference in the conf costs a restart. Called through the facet table alone.
 */
#include <string.h>

#include "dnsmasq_conf.h"
#include "dnsmasq_render.h"
#include "plan_facet.h"

/* --- Rendering -------------------------------------------------------------------------------------------------- */

/* Without DNS it runs only for what else it serves: DHCP, TFTP, advertisements. */
static gboolean isNeeded(const virNetworkDef *def, const virHostFacts *facts)
{
    guint i;

    for (i = 0; i < def->ips->len; i++) {
        const virNetworkIp *ip = def->ips->pdata[i];

        if (def->dns_enable != VIR_TRISTATE_NO || virNetworkIpHasDhcp(ip) || ip->tftp_root ||
            (ip->address.family == AF_INET6 && facts->advertiser == VIR_ADVERTISER_DNSMASQ))
            return TRUE;
    }
    return FALSE;
}

static int render(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan *plan, GError **err)
{
    virPlanDnsmasq *dnsmasq = &plan->dnsmasq;

    dnsmasq->loaded = TRUE;
    dnsmasq->conf_path = g_strdup_printf("%s/%s.conf", facts->dnsmasq_dir, def->name);
    dnsmasq->hosts_path = g_strdup_printf("%s/%s.hostsfile", facts->dnsmasq_dir, def->name);
    dnsmasq->addnhosts_path = g_strdup_printf("%s/%s.addnhosts", facts->dnsmasq_dir, def->name);
    dnsmasq->lease_path = g_strdup_printf("%s/%s.status", facts->dnsmasq_dir, def->bridge);
    dnsmasq->pid_path = g_strdup_printf("%s/%s.pid", facts->run_dir, def->name);
    if (!isNeeded(def, facts))
        return 0;
    if (virDnsmasqRenderConf(def, facts, dnsmasq, err) < 0)
        return -1;
    dnsmasq->present = TRUE;
    dnsmasq->hosts = virDnsmasqRenderHosts(def);
    dnsmasq->addnhosts = virDnsmasqRenderDnsHosts(def);     /* those it reads word by word */
    if (virDnsmasqConfCheckLines(def->name, dnsmasq->conf, err) < 0)
        return -1;
    return virDnsmasqConfCheckLines(def->name, dnsmasq->hosts, err);
}

/* --- The rest of the facet -------------------------------------------------------------------------------------- */

/* Skips the comments at the beginning, which dnsmasq does too: another libvirt's are no reason to restart it. */
static const char *skipComments(const char *conf)
{
    while (conf && *conf == '#')
        conf += strcspn(conf, "\n") + (strchr(conf, '\n') != NULL);
    return conf;
}

static gboolean confEqual(const virPlanDnsmasq *a, const virPlanDnsmasq *b)
{
    return g_strcmp0(skipComments(a->conf), skipComments(b->conf)) == 0;
}

static gboolean textEqual(const GRefString *a, const GRefString *b)
{
    if (a == b || !a || !b)
        return a == b;
    return g_ref_string_length((GRefString *)a) == g_ref_string_length((GRefString *)b) && strcmp(a, b) == 0;
}

static gboolean hostsEqual(const virPlanDnsmasq *a, const virPlanDnsmasq *b)
{
    return textEqual(a->hosts, b->hosts) && textEqual(a->addnhosts, b->addnhosts);
}

static gboolean equal(const virNetworkPlan *a, const virNetworkPlan *b)
{
    const virPlanDnsmasq *x = &a->dnsmasq, *y = &b->dnsmasq;

    if (!x->present && !y->present)
        return TRUE;
    return x->present == y->present && x->loaded == y->loaded && x->hosts_stale == y->hosts_stale &&
           confEqual(x, y) && hostsEqual(x, y);
}

static GRefString *shareText(GRefString *text)
{
    return text ? g_ref_string_acquire(text) : NULL;
}

static void copy(const virNetworkPlan *from, virNetworkPlan *to)
{
    const virPlanDnsmasq *x = &from->dnsmasq;

    to->dnsmasq = (virPlanDnsmasq){
        .present = x->present,
        .conf_path = g_strdup(x->conf_path), .conf = g_strdup(x->conf), .has_options = x->has_options,
        .hosts_path = g_strdup(x->hosts_path), .hosts = shareText(x->hosts),
        .addnhosts_path = g_strdup(x->addnhosts_path), .addnhosts = shareText(x->addnhosts),
        .lease_path = g_strdup(x->lease_path), .pid_path = g_strdup(x->pid_path),
        .loaded = x->loaded, .hosts_stale = x->hosts_stale,
    };
}

static void clear(virNetworkPlan *plan)
{
    virPlanDnsmasq *x = &plan->dnsmasq;

    g_free(x->conf_path);
    g_free(x->conf);
    g_free(x->hosts_path);
    g_clear_pointer(&x->hosts, g_ref_string_release);
    g_free(x->addnhosts_path);
    g_clear_pointer(&x->addnhosts, g_ref_string_release);
    g_free(x->lease_path);
    g_free(x->pid_path);
    *x = (virPlanDnsmasq){ .present = FALSE };
}

static void diff(virNetworkDiff *d)
{
    const virPlanDnsmasq *from = &d->from->dnsmasq, *to = &d->to->dnsmasq;
    gboolean same_conf = confEqual(from, to);
    gboolean same_hosts = hostsEqual(from, to);

    if (!to->present) {
        if (from->present)
            virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_STOP, "it is not wanted");
        return;
    }
    if (!same_hosts)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_WRITE_HOSTS, "hosts differ");
    if (!same_conf)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_WRITE_CONF, "conf differs");
    if (!from->present)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_START, "it does not run");
    else if (!same_conf)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_RESTART, "conf differs");
    else if (!from->loaded)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_RESTART, "what it has read is not known");
    else if (!same_hosts)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_RELOAD, "hosts differ");
    else if (from->hosts_stale)
        virNetworkDiffAdd(d, VIR_STEP_TIME_SERVICES, VIR_STEP_DNSMASQ_RELOAD, "which hosts it has read is not known");
}

static void replace(char **have, const char *wanted)
{
    g_free(*have);
    *have = g_strdup(wanted);
}

static void replaceText(GRefString **have, GRefString *wanted)
{
    g_clear_pointer(have, g_ref_string_release);
    *have = shareText(wanted);
}

static void advance(virNetworkPlan *reached, const virNetworkStep *step)
{
    virPlanDnsmasq *have = &reached->dnsmasq;
    const virPlanDnsmasq *to = &step->to->dnsmasq;

    switch (step->verb) {
    case VIR_STEP_DNSMASQ_WRITE_CONF:
        replace(&have->conf_path, to->conf_path);
        replace(&have->conf, to->conf);
        break;
    case VIR_STEP_DNSMASQ_WRITE_HOSTS:
        replace(&have->hosts_path, to->hosts_path);
        replaceText(&have->hosts, to->hosts);
        replace(&have->addnhosts_path, to->addnhosts_path);
        replaceText(&have->addnhosts, to->addnhosts);
        break;
    case VIR_STEP_DNSMASQ_STOP:
        have->present = FALSE;
        break;
    default:
        clear(reached);
        copy(step->to, reached);
    }
}

static void format(const virNetworkPlan *plan, GString *out)
{
    const virPlanDnsmasq *dnsmasq = &plan->dnsmasq;

    if (!dnsmasq->present)
        return;
    g_string_append_printf(out, "file %s:\n%s", dnsmasq->conf_path, dnsmasq->conf ? dnsmasq->conf : "");
    g_string_append_printf(out, "file %s:\n%s", dnsmasq->hosts_path, dnsmasq->hosts ? dnsmasq->hosts : "");
    g_string_append_printf(out, "file %s:\n%s", dnsmasq->addnhosts_path, dnsmasq->addnhosts ? dnsmasq->addnhosts : "");
}

const virNetworkFacetOps virNetworkFacetDnsmasq = {
    .name = "dnsmasq", .render = render, .equal = equal, .copy = copy, .clear = clear,
    .diff = diff, .advance = advance, .format = format,
};

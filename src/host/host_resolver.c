/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_resolver.c: facet resolver: the domain of a network in systemd-resolved
 *
 * Tells it for one link which servers answer for which domain, and asks what it was told. Only names in that domain go
 * to the network's servers; all others stay where they are. Called through the table in host_real.c.
 */
#include <net/if.h>
#include <string.h>

#include "host_bus.h"
#include "host_real.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

#define RESOLVED "org.freedesktop.resolve1"

static const virHostBusObject manager = { RESOLVED, "/org/freedesktop/resolve1", RESOLVED ".Manager" };

/* --- What it was told ------------------------------------------------------------------------------------------------- */

/* An array of (family, bytes) as "192.0.2.1 fd00::1". */
static char *formatServers(GVariant *servers)
{
    GString *out = g_string_new(NULL);
    GVariantIter iter;
    GVariant *bytes;
    int family;

    g_variant_iter_init(&iter, servers);
    while (g_variant_iter_next(&iter, "(i@ay)", &family, &bytes)) {
        virSocketAddr addr = { .family = family };
        char text[VIR_SOCKET_ADDR_BUFLEN];
        gsize n;
        const void *data = g_variant_get_fixed_array(bytes, &n, 1);

        if ((family == AF_INET || family == AF_INET6) && n == virSocketAddrBits(&addr) / 8) {
            memcpy(addr.bytes, data, n);
            g_string_append_printf(out, "%s%s", out->len ? " " : "", virSocketAddrFormat(&addr, text));
        }
        g_variant_unref(bytes);
    }
    return g_string_free(out, FALSE);
}

static void readProperties(GVariant *properties, virPlanResolver *resolver)
{
    g_autoptr(GVariant) servers = g_variant_lookup_value(properties, "DNS", G_VARIANT_TYPE("a(iay)"));
    g_autoptr(GVariant) domains = g_variant_lookup_value(properties, "Domains", G_VARIANT_TYPE("a(sb)"));

    if (!servers || !domains || g_variant_n_children(domains) == 0)
        return;
    g_variant_get_child(domains, 0, "(sb)", &resolver->domain, NULL);
    resolver->servers = formatServers(servers);
}

static void readLink(unsigned int index, virPlanResolver *resolver)
{
    virHostBusObject link = { .name = RESOLVED, .interface = "org.freedesktop.DBus.Properties" };
    g_autoptr(GVariant) found = virHostBusCall(&manager, "GetLink", g_variant_new("(i)", (int)index), "(o)", NULL);
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) properties = NULL;

    if (!found)
        return;
    g_variant_get(found, "(&o)", &link.path);
    answer = virHostBusCall(&link, "GetAll", g_variant_new("(s)", RESOLVED ".Link"), "(a{sv})", NULL);
    if (!answer)
        return;
    properties = g_variant_get_child_value(answer, 0);
    readProperties(properties, resolver);
}

/* Where it does not run, nothing can be told: what was wanted counts as told. */
int virHostResolverProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    unsigned int index = if_nametoindex(want->bridge);

    (void)real;
    (void)err;
    if (!want->resolver.domain || !index)
        return 0;
    if (virHostBusHas(RESOLVED)) {
        readLink(index, &plan->resolver);
        return 0;
    }
    plan->resolver.domain = g_strdup(want->resolver.domain);
    plan->resolver.servers = g_strdup(want->resolver.servers);
    return 0;
}

/* --- Telling it --------------------------------------------------------------------------------------------------------- */

static int tell(const virNetworkPlan *plan, const char *method, GVariant *args, GError **err)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = virHostBusCall(&manager, method, args, NULL, &error);
    g_autofree char *reason = NULL;

    if (answer)
        return 0;
    reason = virHostBusExplain(error);
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "network '%s': failed to register name server: %s: %s", plan->name, method,
                   reason);
}

static GVariant *serversArgument(unsigned int index, const GPtrArray *addrs)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(iay)"));
    for (guint i = 0; i < addrs->len; i++) {
        const virSocketAddr *addr = &((const virPlanAddr *)addrs->pdata[i])->address;
        GVariant *bytes = g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, addr->bytes, virSocketAddrBits(addr) / 8, 1);

        g_variant_builder_add(&list, "(i@ay)", addr->family, bytes);
    }
    return g_variant_new("(ia(iay))", (int)index, &list);
}

/* For routing alone: the domain does not join the host's list of domains that are searched. */
static GVariant *domainsArgument(unsigned int index, const char *domain)
{
    GVariantBuilder list;

    g_variant_builder_init(&list, G_VARIANT_TYPE("a(sb)"));
    g_variant_builder_add(&list, "(sb)", domain, TRUE);
    return g_variant_new("(ia(sb))", (int)index, &list);
}

static int setDomain(const virNetworkPlan *plan, GError **err)
{
    unsigned int index = if_nametoindex(plan->bridge);

    if (!virHostBusHas(RESOLVED)) {
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "network '%s': failed to register name server: systemd-resolved is "
                       "not available", plan->name);
    }
    if (tell(plan, "SetLinkDNS", serversArgument(index, plan->addrs), err) < 0)
        return -1;
    return tell(plan, "SetLinkDomains", domainsArgument(index, plan->resolver.domain), err);
}

int virHostResolverApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    (void)real;
    if (step->verb == VIR_STEP_RESOLVER_SET)
        return setDomain(step->to, err);
    if (!virHostBusHas(RESOLVED))
        return 0;
    return tell(step->from, "RevertLink", g_variant_new("(i)", (int)if_nametoindex(step->from->bridge)), err);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_def_dns.c: the records of <dns> as values
 *
 * Forwarders, TXT, SRV and host records: made, shared, compared. They are entries of lists in a definition (network_def.h).
 */
#include "network_def.h"

/* --- DNS TXT record -------------------------------------------------------------------------------------------- */

virNetworkDnsTxt *virNetworkDnsTxtNew(void)
{
    virNetworkDnsTxt *txt = g_new0(virNetworkDnsTxt, 1);

    g_atomic_ref_count_init(&txt->refs);
    return txt;
}

virNetworkDnsTxt *virNetworkDnsTxtRef(virNetworkDnsTxt *txt)
{
    g_atomic_ref_count_inc(&txt->refs);
    return txt;
}

void virNetworkDnsTxtUnref(virNetworkDnsTxt *txt)
{
    if (!txt || !g_atomic_ref_count_dec(&txt->refs))
        return;
    g_free(txt->name);
    g_free(txt->value);
    g_free(txt);
}

gboolean virNetworkDnsTxtEqual(const virNetworkDnsTxt *a, const virNetworkDnsTxt *b)
{
    return g_strcmp0(a->name, b->name) == 0 && g_strcmp0(a->value, b->value) == 0;
}

/* --- DNS forwarder ------------------------------------------------------------------------------------------------- */

virNetworkDnsForwarder *virNetworkDnsForwarderNew(void)
{
    virNetworkDnsForwarder *forwarder = g_new0(virNetworkDnsForwarder, 1);

    g_atomic_ref_count_init(&forwarder->refs);
    return forwarder;
}

virNetworkDnsForwarder *virNetworkDnsForwarderRef(virNetworkDnsForwarder *forwarder)
{
    g_atomic_ref_count_inc(&forwarder->refs);
    return forwarder;
}

void virNetworkDnsForwarderUnref(virNetworkDnsForwarder *forwarder)
{
    if (!forwarder || !g_atomic_ref_count_dec(&forwarder->refs))
        return;
    g_free(forwarder->domain);
    g_free(forwarder);
}

gboolean virNetworkDnsForwarderEqual(const virNetworkDnsForwarder *a, const virNetworkDnsForwarder *b)
{
    return virSocketAddrEqual(&a->addr, &b->addr) && a->port == b->port && g_strcmp0(a->domain, b->domain) == 0;
}

/* --- DNS SRV record ------------------------------------------------------------------------------------------------ */

virNetworkDnsSrv *virNetworkDnsSrvNew(void)
{
    virNetworkDnsSrv *srv = g_new0(virNetworkDnsSrv, 1);

    g_atomic_ref_count_init(&srv->refs);
    return srv;
}

virNetworkDnsSrv *virNetworkDnsSrvRef(virNetworkDnsSrv *srv)
{
    g_atomic_ref_count_inc(&srv->refs);
    return srv;
}

void virNetworkDnsSrvUnref(virNetworkDnsSrv *srv)
{
    if (!srv || !g_atomic_ref_count_dec(&srv->refs))
        return;
    g_free(srv->service);
    g_free(srv->protocol);
    g_free(srv->domain);
    g_free(srv->target);
    g_free(srv);
}

gboolean virNetworkDnsSrvEqual(const virNetworkDnsSrv *a, const virNetworkDnsSrv *b)
{
    return g_strcmp0(a->service, b->service) == 0 && g_strcmp0(a->protocol, b->protocol) == 0 &&
           g_strcmp0(a->domain, b->domain) == 0 && g_strcmp0(a->target, b->target) == 0 && a->port == b->port &&
           a->priority == b->priority && a->weight == b->weight;
}

/* --- DNS host record ----------------------------------------------------------------------------------------------- */

virNetworkDnsHost *virNetworkDnsHostNew(void)
{
    virNetworkDnsHost *host = g_new0(virNetworkDnsHost, 1);

    g_atomic_ref_count_init(&host->refs);
    host->names = g_ptr_array_new_with_free_func(g_free);
    return host;
}

virNetworkDnsHost *virNetworkDnsHostRef(virNetworkDnsHost *host)
{
    g_atomic_ref_count_inc(&host->refs);
    return host;
}

void virNetworkDnsHostUnref(virNetworkDnsHost *host)
{
    if (!host || !g_atomic_ref_count_dec(&host->refs))
        return;
    g_ptr_array_unref(host->names);
    g_free(host);
}

gboolean virNetworkDnsHostEqual(const virNetworkDnsHost *a, const virNetworkDnsHost *b)
{
    guint i;

    if (!virSocketAddrEqual(&a->ip, &b->ip) || a->names->len != b->names->len)
        return FALSE;
    for (i = 0; i < a->names->len; i++) {
        if (g_strcmp0(a->names->pdata[i], b->names->pdata[i]) != 0)
            return FALSE;
    }
    return TRUE;
}

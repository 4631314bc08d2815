/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_dns.c: the sections of <dns>: which record is meant
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_section_ops.h"
#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- dns-host --------------------------------------------------------------------------------------------------- */

static int locateDnsHost(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED,
                         virNetworkSectionTarget *ret_target, GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->dns_hosts;
    return 0;
}

static gpointer parseDnsHost(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDnsHostParse(node, context, err);
}

static gboolean sameDnsHost(gconstpointer have, gconstpointer given)
{
    return virSocketAddrEqual(&((const virNetworkDnsHost *)have)->ip, &((const virNetworkDnsHost *)given)->ip);
}

/* The address or any of the names is enough. */
static gboolean selectsDnsHost(gconstpointer have_, gconstpointer given_)
{
    const virNetworkDnsHost *have = have_, *given = given_;
    guint i;

    for (i = 0; i < given->names->len; i++) {
        if (g_ptr_array_find_with_equal_func(have->names, given->names->pdata[i], g_str_equal, NULL))
            return TRUE;
    }
    return virSocketAddrIsSet(&given->ip) && sameDnsHost(have, given);
}

static char *describeDnsHost(gconstpointer entry)
{
    char ip[VIR_SOCKET_ADDR_BUFLEN];

    return g_strdup_printf("<host ip='%s'/>", virSocketAddrFormat(&((const virNetworkDnsHost *)entry)->ip, ip));
}

static int failDuplicateDnsHost(const char *network, gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is already at least one DNS HOST record with a matching field in network %s", network);
}

static int failMissingDnsHost(const char *network, unsigned int command G_GNUC_UNUSED,
                              gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching DNS HOST record in network %s", network);
}

static int failMultipleDnsHost(const char *network, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "multiple matching DNS HOST records were found in network %s", network);
}

const virNetworkSectionOps virNetworkSectionDnsHost = {
    .element = "host",
    .locate = locateDnsHost, .parse = parseDnsHost,
    .ref = (gpointer (*)(gpointer))virNetworkDnsHostRef, .unref = (GDestroyNotify)virNetworkDnsHostUnref,
    .same = sameDnsHost, .selects = selectsDnsHost,
    .describe = describeDnsHost,
    .fail_duplicate = failDuplicateDnsHost, .fail_missing = failMissingDnsHost, .fail_multiple = failMultipleDnsHost,
};

/* --- dns-srv ---------------------------------------------------------------------------------------------------- */

static int locateDnsSrv(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED,
                        virNetworkSectionTarget *ret_target, GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->srvs;
    return 0;
}

static gpointer parseDnsSrv(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDnsSrvParse(node, context, err);
}

static gboolean textFits(const char *have, const char *given)
{
    return !given || g_strcmp0(have, given) == 0;
}

static gboolean numberFits(guint16 have, guint16 given)
{
    return given == 0 || have == given;
}

/* Every field that is given is equal. */
static gboolean selectsDnsSrv(gconstpointer have_, gconstpointer given_)
{
    const virNetworkDnsSrv *have = have_, *given = given_;

    return textFits(have->service, given->service) && textFits(have->protocol, given->protocol) &&
           textFits(have->domain, given->domain) && textFits(have->target, given->target) &&
           numberFits(have->port, given->port) && numberFits(have->priority, given->priority) &&
           numberFits(have->weight, given->weight);
}

/* The name that a client asks for. */
static gboolean sameSrvName(gconstpointer have_, gconstpointer given_)
{
    const virNetworkDnsSrv *have = have_, *given = given_;

    return strcmp(have->service, given->service) == 0 && strcmp(have->protocol, given->protocol) == 0 &&
           g_strcmp0(have->domain, given->domain) == 0;
}

static char *describeDnsSrv(gconstpointer entry)
{
    const virNetworkDnsSrv *srv = entry;

    return g_strdup_printf("<srv service='%s' protocol='%s' domain='%s' target='%s' port='%u'/>", srv->service, srv->protocol,
                           srv->domain ? srv->domain : "", srv->target ? srv->target : "", srv->port);
}

static int failDuplicateDnsSrv(const char *network, gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is already at least one DNS SRV record matching all specified fields in network %s", network);
}

static int failMissingDnsSrv(const char *network, unsigned int command G_GNUC_UNUSED,
                             gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching DNS SRV record in network %s", network);
}

static int failMultipleDnsSrv(const char *network, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "multiple DNS SRV records matching all specified fields were found in network %s", network);
}

const virNetworkSectionOps virNetworkSectionDnsSrv = {
    .element = "srv",
    .locate = locateDnsSrv, .parse = parseDnsSrv,
    .ref = (gpointer (*)(gpointer))virNetworkDnsSrvRef, .unref = (GDestroyNotify)virNetworkDnsSrvUnref,
    .same = selectsDnsSrv, .means = { sameSrvName }, .selects = selectsDnsSrv,
    .describe = describeDnsSrv,
    .fail_duplicate = failDuplicateDnsSrv, .fail_missing = failMissingDnsSrv, .fail_multiple = failMultipleDnsSrv,
};

/* --- dns-txt --------------------------------------------------------------------------------------------------- */

static int locateDnsTxt(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED, virNetworkSectionTarget *ret_target,
                          GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->txts;
    return 0;
}

static gpointer parseDnsTxt(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkDnsTxtParse(node, context, err);
}

static gboolean sameDnsTxt(gconstpointer have, gconstpointer given)
{
    return strcmp(((const virNetworkDnsTxt *)have)->name, ((const virNetworkDnsTxt *)given)->name) == 0;
}

static char *describeDnsTxt(gconstpointer entry)
{
    const virNetworkDnsTxt *txt = entry;

    return g_strdup_printf("<txt name='%s' value='%s'/>", txt->name, txt->value ? txt->value : "");
}

static int failDuplicateDnsTxt(const char *network, gconstpointer given, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "there is already a DNS TXT record with name '%s' in network %s",
                   ((const virNetworkDnsTxt *)given)->name, network);
}

static int failMissingDnsTxt(const char *network, unsigned int command G_GNUC_UNUSED,
                                gconstpointer given G_GNUC_UNUSED, GError **err)
{
    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't locate a matching DNS TXT record in network %s", network);
}

const virNetworkSectionOps virNetworkSectionDnsTxt = {
    .element = "txt",
    .locate = locateDnsTxt, .parse = parseDnsTxt,
    .ref = (gpointer (*)(gpointer))virNetworkDnsTxtRef, .unref = (GDestroyNotify)virNetworkDnsTxtUnref,
    .same = sameDnsTxt, .selects = sameDnsTxt,
    .describe = describeDnsTxt,
    .fail_duplicate = failDuplicateDnsTxt, .fail_missing = failMissingDnsTxt,
};

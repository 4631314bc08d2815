/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_link.c: the sections of what guests are plugged into: ip, forward-interface and portgroup
 */
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_section_ops.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_NETWORK

/* --- ip --------------------------------------------------------------------------------------------------------- */

static int locateIps(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED, virNetworkSectionTarget *ret_target,
                     GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->ips;
    return 0;
}

static gpointer parseIp(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkIpParse(node, context, err);
}

static gboolean sameIp(gconstpointer have, gconstpointer given)
{
    return virSocketAddrEqual(&((const virNetworkIp *)have)->address, &((const virNetworkIp *)given)->address);
}

/* A mask that is given must be the one that is there, in either spelling. */
static gboolean selectsIp(gconstpointer have_, gconstpointer given_)
{
    const virNetworkIp *have = have_, *given = given_;

    if (!sameIp(have, given))
        return FALSE;
    return (!given->prefix && !virSocketAddrIsSet(&given->netmask)) ||
           virNetworkIpGetPrefix(have) == virNetworkIpGetPrefix(given);
}

static char *describeIp(gconstpointer entry)
{
    const virNetworkIp *ip = entry;
    char address[VIR_SOCKET_ADDR_BUFLEN];

    return g_strdup_printf("<ip address='%s' prefix='%u'>", virSocketAddrFormat(&ip->address, address),
                           virNetworkIpGetPrefix(ip));
}

static gboolean overlap(const virNetworkIp *a, const virNetworkIp *b)
{
    unsigned int prefix = MIN(virNetworkIpGetPrefix(a), virNetworkIpGetPrefix(b));

    return a->address.family == b->address.family && virSocketAddrInSubnet(&a->address, &b->address, prefix);
}

static int admitIp(const virNetworkDef *def, const virNetworkSectionTarget *target, gconstpointer entry, GError **err)
{
    guint i;

    for (i = 0; i < target->list->len; i++) {
        const virNetworkIp *other = target->list->pdata[i];
        g_autofree char *there = NULL, *given = NULL;

        if (sameIp(other, entry) || !overlap(other, entry))
            continue;
        there = describeIp(other);
        given = describeIp(entry);
        return virFail(err, VIR_ERR_OPERATION_INVALID, "subnet of %s overlaps that of %s in network '%s'", given, there,
                       def->name);
    }
    return 0;
}

static int failDuplicateIp(const char *network, gconstpointer given, GError **err)
{
    g_autofree char *text = describeIp(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "there is an existing ip entry in network '%s' with the address of \"%s\"",
                   network, text);
}

static int failMissingIp(const char *network, unsigned int command G_GNUC_UNUSED, gconstpointer given, GError **err)
{
    g_autofree char *text = describeIp(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't find an ip entry in network '%s' matching \"%s\"", network, text);
}

const virNetworkSectionOps virNetworkSectionIp = {
    .element = "ip",
    .locate = locateIps, .parse = parseIp,
    .ref = (gpointer (*)(gpointer))virNetworkIpRef, .unref = (GDestroyNotify)virNetworkIpUnref,
    .admit = admitIp, .same = sameIp, .selects = selectsIp,
    .describe = describeIp,
    .fail_duplicate = failDuplicateIp, .fail_missing = failMissingIp,
};

/* --- forward-interface ------------------------------------------------------------------------------------------ */

static int locateInterfaces(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED,
                            virNetworkSectionTarget *ret_target, GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->forward_devs;
    return 0;
}

static gpointer parseInterface(const xmlNode *node, const virNetworkParseContext *context G_GNUC_UNUSED, GError **err)
{
    char *dev = virXMLGetAttribute(node, "dev");

    return dev ? dev : virFailNull(err, VIR_ERR_XML_ERROR, "missing dev attribute in <interface> element");
}

static gpointer copyDev(gpointer dev)
{
    return g_strdup(dev);
}

static gboolean sameDev(gconstpointer have, gconstpointer given)
{
    return strcmp(have, given) == 0;
}

static char *describeDev(gconstpointer entry)
{
    return g_strdup_printf("<interface dev='%s'>", (const char *)entry);
}

/* The XML of an isolated network has no place for it. Clients of libvirt know that an add says yes there and changes nothing. */
static void dropPointless(virNetworkDef *def)
{
    if (def->forward == VIR_NETWORK_FORWARD_NONE)
        g_ptr_array_set_size(def->forward_devs, 0);
}

static int failDuplicateInterface(const char *network, gconstpointer given, GError **err)
{
    g_autofree char *text = describeDev(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is an existing interface entry in network '%s' that matches \"%s\"", network, text);
}

static int failMissingInterface(const char *network, unsigned int command G_GNUC_UNUSED, gconstpointer given, GError **err)
{
    g_autofree char *text = describeDev(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't find an interface entry in network '%s' matching %s", network,
                   text);
}

const virNetworkSectionOps virNetworkSectionForwardInterface = {
    .element = "interface",
    .locate = locateInterfaces, .parse = parseInterface,
    .ref = copyDev, .unref = g_free,
    .settle = dropPointless, .same = sameDev, .selects = sameDev,
    .describe = describeDev,
    .fail_duplicate = failDuplicateInterface, .fail_missing = failMissingInterface,
};

/* --- portgroup -------------------------------------------------------------------------------------------------- */

static int locatePortGroups(virNetworkDef *def, const virNetworkSectionEdit *edit G_GNUC_UNUSED,
                            virNetworkSectionTarget *ret_target, GError **err G_GNUC_UNUSED)
{
    ret_target->list = def->portgroups;
    return 0;
}

static gpointer parsePortGroup(const xmlNode *node, const virNetworkParseContext *context, GError **err)
{
    return virNetworkPortGroupParse(node, context, err);
}

static gboolean samePortGroup(gconstpointer have, gconstpointer given)
{
    return strcmp(((const virNetworkPortGroup *)have)->name, ((const virNetworkPortGroup *)given)->name) == 0;
}

static char *describePortGroup(gconstpointer entry)
{
    return g_strdup_printf("<portgroup name='%s'>", ((const virNetworkPortGroup *)entry)->name);
}

/* The default moves in two steps: first the old one is modified, then the new one. */
static int admitPortGroup(const virNetworkDef *def, const virNetworkSectionTarget *target, gconstpointer entry, GError **err)
{
    const virNetworkPortGroup *group = entry;
    guint i;

    for (i = 0; group->is_default && i < target->list->len; i++) {
        const virNetworkPortGroup *other = target->list->pdata[i];

        if (!other->is_default || samePortGroup(other, group))
            continue;
        return virFail(err, VIR_ERR_OPERATION_INVALID, "a different portgroup entry in network '%s' is already set as the "
                       "default. Only one default is allowed.", def->name);
    }
    return 0;
}

static int failDuplicatePortGroup(const char *network, gconstpointer given, GError **err)
{
    g_autofree char *text = describePortGroup(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID,
                   "there is an existing portgroup entry in network '%s' that matches \"%s\"", network, text);
}

static int failMissingPortGroup(const char *network, unsigned int command G_GNUC_UNUSED, gconstpointer given, GError **err)
{
    g_autofree char *text = describePortGroup(given);

    return virFail(err, VIR_ERR_OPERATION_INVALID, "couldn't find a portgroup entry in network '%s' matching %s", network,
                   text);
}

const virNetworkSectionOps virNetworkSectionPortGroup = {
    .element = "portgroup",
    .locate = locatePortGroups, .parse = parsePortGroup,
    .ref = (gpointer (*)(gpointer))virNetworkPortGroupRef, .unref = (GDestroyNotify)virNetworkPortGroupUnref,
    .admit = admitPortGroup, .same = samePortGroup, .selects = samePortGroup,
    .describe = describePortGroup,
    .fail_duplicate = failDuplicatePortGroup, .fail_missing = failMissingPortGroup,
};

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands that bring a network to a whole definition: net-apply takes it from a file, net-edit from an editor. Either
 * can print what that would cost instead of doing it. Called through the table of commands.
 */
#include "virsh_network.h"

#include "virsh_edit.h"

#include <libvirt/libvirt-netplan.h>
#include <stdlib.h>
#include <string.h>

/* One definition for a network that is there. */
typedef struct {
    virNetworkPtr net;
    const char *xml;
    unsigned int flags; /* virNetworkUpdateFlags */
} wantedNetwork;

static int apply(const wantedNetwork *wanted)
{
    return virNetworkUpdate(wanted->net, VIR_NETWORK_UPDATE_COMMAND_MODIFY, VIR_NETWORK_SECTION_NONE, -1, wanted->xml,
                            wanted->flags);
}

/* The steps that `apply` would take, as text; NULL after the library has said why. */
static char *plan(const wantedNetwork *wanted)
{
    char *text = NULL;

    (void)virNetworkPlanUpdate(wanted->net, VIR_NETWORK_UPDATE_COMMAND_MODIFY, VIR_NETWORK_SECTION_NONE, -1, wanted->xml,
                               wanted->flags, &text); /* NULL says that it failed */
    return text;
}

/* net-apply */

static int applyWanted(virshControl *ctl, const wantedNetwork *wanted)
{
    if (apply(wanted) < 0) {
        virshError(ctl, _("Failed to update network %s"), virNetworkGetName(wanted->net));
        return -1;
    }
    virshNetworkPrintUpdated(ctl, wanted->net, wanted->flags);
    return 0;
}

static int printPlan(virshControl *ctl, const wantedNetwork *wanted)
{
    char *text = plan(wanted);

    if (!text) {
        virshError(ctl, _("Failed to plan an update of network %s"), virNetworkGetName(wanted->net));
        return -1;
    }
    virshPrint(ctl, "%s", text);
    free(text);
    return 0;
}

int virshNetworkRunApply(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = NULL;
    g_autofree char *xml = NULL;
    const char *file = NULL;
    wantedNetwork wanted = { 0 };

    if (virshNetworkParseAffected(ctl, cmd, &wanted.flags) < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    if (!net || virshOptionString(ctl, cmd, "file", &file) <= 0)
        return -1;
    xml = virshReadFile(ctl, strcmp(file, "-") == 0 ? "/dev/stdin" : file);
    if (!xml)
        return -1;
    wanted.net = net;
    wanted.xml = xml;
    return virshCommandHas(cmd, "print-plan") ? printPlan(ctl, &wanted) : applyWanted(ctl, &wanted);
}

/* net-edit */

typedef struct {
    virConnectPtr conn;
    virNetworkPtr net; /* as it was found; after it was stored, that */
    char *plan;        /* with --print-plan; freed with free() */
} editedNetwork;

static char *fetchStored(void *opaque)
{
    const editedNetwork *edited = opaque;

    return virNetworkGetXMLDesc(edited->net, VIR_NETWORK_XML_INACTIVE);
}

static int defineEdited(const char *xml, void *opaque)
{
    editedNetwork *edited = opaque;
    virNetworkPtr stored = virNetworkDefineXML(edited->conn, xml);

    if (!stored)
        return -1;
    virNetworkFree(edited->net);
    edited->net = stored;
    return 0;
}

static char *fetchLive(void *opaque)
{
    const editedNetwork *edited = opaque;

    return virNetworkGetXMLDesc(edited->net, 0);
}

static int applyEdited(const char *xml, void *opaque)
{
    const editedNetwork *edited = opaque;

    return apply(&(wantedNetwork){ edited->net, xml, VIR_NETWORK_UPDATE_AFFECT_LIVE });
}

static int planEdited(const char *xml, void *opaque)
{
    editedNetwork *edited = opaque;

    edited->plan = plan(&(wantedNetwork){ edited->net, xml, VIR_NETWORK_UPDATE_AFFECT_LIVE });
    return edited->plan ? 0 : -1;
}

static int checkEdit(virshControl *ctl, const virshCommand *cmd, virNetworkPtr net)
{
    if (!virshCommandHas(cmd, "live")) {
        if (!virshCommandHas(cmd, "print-plan"))
            return 0;
        virshError(ctl, _("Option --%s needs --%s"), "print-plan", "live");
        return -1;
    }
    if (virNetworkIsActive(net) > 0)
        return 0;
    virshError(ctl, _("Network %s is not running"), virNetworkGetName(net));
    return -1;
}

static void printEdited(virshControl *ctl, const virshCommand *cmd, const editedNetwork *edited)
{
    const char *name = virNetworkGetName(edited->net);

    if (edited->plan)
        virshPrint(ctl, "%s", edited->plan);
    else if (virshCommandHas(cmd, "live"))
        virshNetworkPrintUpdated(ctl, edited->net, VIR_NETWORK_UPDATE_AFFECT_LIVE);
    else
        virshPrintExtra(ctl, _("Network %s XML configuration edited.\n"), name);
}

int virshNetworkRunEdit(virshControl *ctl, const virshCommand *cmd)
{
    bool live = virshCommandHas(cmd, "live");
    editedNetwork edited = { .conn = ctl->conn, .net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL) };
    virshEdit edit = { .fetch = live ? fetchLive : fetchStored, .opaque = &edited };
    virshEditResult result = VIRSH_EDIT_FAILED;

    if (!edited.net)
        return -1;
    edit.store = virshCommandHas(cmd, "print-plan") ? planEdited : live ? applyEdited : defineEdited;
    if (checkEdit(ctl, cmd, edited.net) == 0)
        result = virshEditRun(ctl, &edit);
    if (result == VIRSH_EDIT_STORED)
        printEdited(ctl, cmd, &edited);
    else if (result == VIRSH_EDIT_UNCHANGED)
        virshPrintExtra(ctl, _("Network %s XML configuration not changed.\n"), virNetworkGetName(edited.net));
    free(edited.plan);
    virNetworkFree(edited.net);
    return result == VIRSH_EDIT_FAILED ? -1 : 0;
}

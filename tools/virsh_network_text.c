/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands for what people and programs keep about a network: net-desc and net-metadata. Both show, set and edit. Called
 * through the table in virsh_network.c.
 */
#include "virsh_network.h"

#include "virsh_edit.h"
#include "virsh_xpath.h"

#include <stdlib.h>
#include <string.h>

/* Asking */

/* From the XML, for daemons before 9.7.0. */
static char *textFromXML(virNetworkPtr net, bool title, unsigned int flags)
{
    unsigned int version = flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG ? VIR_NETWORK_XML_INACTIVE : 0;
    g_autofree char *xml = virNetworkGetXMLDesc(net, version);

    return xml ? virshXPathText(xml, title ? "/network/title" : "/network/description") : NULL;
}

char *virshNetworkGetText(virNetworkPtr net, bool title, unsigned int flags)
{
    int type = title ? VIR_NETWORK_METADATA_TITLE : VIR_NETWORK_METADATA_DESCRIPTION;
    char *text = virNetworkGetMetadata(net, type, NULL, flags);

    if (text)
        return text;
    switch (virGetLastErrorCode()) {
    case VIR_ERR_NO_NETWORK_METADATA:
        virResetLastError();
        return g_strdup("");
    case VIR_ERR_NO_SUPPORT:
        virResetLastError();
        return textFromXML(net, title, flags);
    default:
        return NULL;
    }
}

/* net-desc */

/* The text of one net-desc; `present` and `wanted` are owned. */
typedef struct {
    virNetworkPtr net;
    bool title;
    bool unchanged; /* an edit has come to nothing */
    unsigned int flags;
    char *present;  /* what the network has; NULL when it could not be asked */
    char *wanted;   /* the words given; NULL without any */
} descRequest;

static void clearDesc(descRequest *request)
{
    g_free(request->present);
    g_free(request->wanted);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(descRequest, clearDesc)

static char *joinWords(const virshCommand *cmd)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    for (guint i = 0; i < cmd->arguments->len; i++) {
        const virshArgument *argument = g_ptr_array_index(cmd->arguments, i);

        if (strcmp(argument->option->name, "new-desc") == 0)
            g_ptr_array_add(words, argument->value);
    }
    if (words->len == 0)
        return NULL;
    g_ptr_array_add(words, NULL);
    return g_strjoinv(" ", (char **)words->pdata);
}

static int setDesc(const descRequest *request, const char *text)
{
    int type = request->title ? VIR_NETWORK_METADATA_TITLE : VIR_NETWORK_METADATA_DESCRIPTION;

    return virNetworkSetMetadata(request->net, type, text, NULL, NULL, request->flags);
}

static char *fetchDesc(void *opaque)
{
    const descRequest *request = opaque;

    if (request->wanted)
        return g_strdup(request->wanted);
    return virshNetworkGetText(request->net, request->title, request->flags);
}

/* Editors end the last line; a title is one, and has no end. */
static int storeDesc(const char *text, void *opaque)
{
    descRequest *request = opaque;
    g_autofree char *wanted = g_strdup(text);

    if (request->title && g_str_has_suffix(wanted, "\n"))
        wanted[strlen(wanted) - 1] = '\0';
    request->unchanged = g_strcmp0(wanted, request->present) == 0;
    return request->unchanged ? 0 : setDesc(request, wanted);
}

/* What comes of the editor. Words that were given and left alone there are still new. */
static virshEditResult editDesc(virshControl *ctl, descRequest *request)
{
    virshEdit edit = { .fetch = fetchDesc, .store = storeDesc, .opaque = request };
    virshEditResult result = virshEditRun(ctl, &edit);

    if (result == VIRSH_EDIT_UNCHANGED && request->wanted)
        result = storeDesc(request->wanted, request) < 0 ? VIRSH_EDIT_FAILED : VIRSH_EDIT_STORED;
    return result == VIRSH_EDIT_STORED && request->unchanged ? VIRSH_EDIT_UNCHANGED : result;
}

static int changeDesc(virshControl *ctl, const virshCommand *cmd, descRequest *request)
{
    virshEditResult result;

    if (virshCommandHas(cmd, "edit"))
        result = editDesc(ctl, request);
    else
        result = setDesc(request, request->wanted) < 0 ? VIRSH_EDIT_FAILED : VIRSH_EDIT_STORED;
    if (result == VIRSH_EDIT_FAILED)
        virshError(ctl, "%s", request->title ? _("Failed to set new network title")
                                             : _("Failed to set new network description"));
    else if (result == VIRSH_EDIT_UNCHANGED)
        virshPrintExtra(ctl, "%s", request->title ? _("Network title not changed") : _("Network description not changed"));
    else
        virshPrintExtra(ctl, "%s", request->title ? _("Network title updated successfully")
                                                  : _("Network description updated successfully"));
    return result == VIRSH_EDIT_FAILED ? -1 : 0;
}

int virshNetworkRunDesc(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = NULL;
    g_auto(descRequest) request = { .title = virshCommandHas(cmd, "title") };

    if (virshNetworkParseAffected(ctl, cmd, &request.flags) < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    if (!net)
        return -1;
    request.net = net;
    request.wanted = joinWords(cmd);
    if (request.wanted && !virshCommandHas(cmd, "edit"))
        return changeDesc(ctl, cmd, &request);
    request.present = virshNetworkGetText(net, request.title, request.flags);
    if (!request.present)
        return -1;
    if (virshCommandHas(cmd, "edit"))
        return changeDesc(ctl, cmd, &request);
    /* No line breaks: the blank line after each command ends the line here. */
    if (*request.present)
        virshPrint(ctl, "%s", request.present);
    else
        virshPrintExtra(ctl, request.title ? _("No title for network: %s") : _("No description for network: %s"),
                        virNetworkGetName(net));
    return 0;
}

/* net-metadata */

typedef struct {
    virNetworkPtr net;
    const char *uri;
    const char *key;
    const char *set;
    unsigned int flags;
} metadataRequest;

static int setElement(const metadataRequest *request, const char *xml)
{
    return virNetworkSetMetadata(request->net, VIR_NETWORK_METADATA_ELEMENT, xml, request->key, request->uri, request->flags);
}

/* An element that is not there is begun with an empty line. */
static char *fetchElement(void *opaque)
{
    const metadataRequest *request = opaque;
    char *xml = virNetworkGetMetadata(request->net, VIR_NETWORK_METADATA_ELEMENT, request->uri, request->flags);

    if (xml || virGetLastErrorCode() != VIR_ERR_NO_NETWORK_METADATA)
        return xml;
    virResetLastError();
    return g_strdup("\n");
}

static int storeElement(const char *xml, void *opaque)
{
    return setElement(opaque, xml);
}

static int removeElement(virshControl *ctl, metadataRequest *request)
{
    request->key = NULL;
    if (setElement(request, NULL) < 0)
        return -1;
    virshPrintExtra(ctl, "%s\n", _("Metadata removed"));
    return 0;
}

static int editElement(virshControl *ctl, metadataRequest *request)
{
    virshEdit edit = { .fetch = fetchElement, .store = storeElement, .opaque = request };
    virshEditResult result = virshEditRun(ctl, &edit);

    if (result == VIRSH_EDIT_FAILED)
        return -1;
    virshPrintExtra(ctl, "%s\n", result == VIRSH_EDIT_STORED ? _("Metadata modified") : _("Metadata not changed"));
    return 0;
}

static int showElement(virshControl *ctl, const metadataRequest *request)
{
    g_autofree char *xml = virNetworkGetMetadata(request->net, VIR_NETWORK_METADATA_ELEMENT, request->uri, request->flags);

    if (!xml)
        return -1;
    virshPrint(ctl, "%s\n", xml);
    return 0;
}

static int runElement(virshControl *ctl, const virshCommand *cmd, metadataRequest *request)
{
    if (virshCommandHas(cmd, "remove"))
        return removeElement(ctl, request);
    if (!request->set && !virshCommandHas(cmd, "edit"))
        return showElement(ctl, request);
    if (!request->key) {
        virshError(ctl, "%s", _("namespace key is required when modifying metadata"));
        return -1;
    }
    if (!request->set)
        return editElement(ctl, request);
    if (setElement(request, request->set) < 0)
        return -1;
    virshPrintExtra(ctl, "%s\n", _("Metadata modified"));
    return 0;
}

int virshNetworkRunMetadata(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = NULL;
    metadataRequest request = { 0 };

    if (virshNetworkParseAffected(ctl, cmd, &request.flags) < 0 || virshOptionsExclude(ctl, cmd, "edit", "set") < 0 ||
        virshOptionsExclude(ctl, cmd, "remove", "set") < 0 || virshOptionsExclude(ctl, cmd, "remove", "edit") < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    if (!net || virshOptionString(ctl, cmd, "uri", &request.uri) <= 0 ||
        virshOptionString(ctl, cmd, "key", &request.key) < 0 || virshOptionString(ctl, cmd, "set", &request.set) < 0)
        return -1;
    request.net = net;
    return runElement(ctl, cmd, &request);
}

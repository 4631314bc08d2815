/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The network commands that change something, and the table of all network commands. Those that only look are in
 * virsh_network_show.c, those about ports in virsh_network_port.c. Called through the table.
 */
#include "virsh_network.h"

#include "virsh_complete.h"
#include "virsh_event.h"

#include <string.h>

/* net-define, net-create */

typedef virNetworkPtr (*makeNetwork)(virConnectPtr conn, const char *xml, bool validate);

/* The calls without flags are older: daemons that do not know the others still take them. */
static virNetworkPtr defineNetwork(virConnectPtr conn, const char *xml, bool validate)
{
    return validate ? virNetworkDefineXMLFlags(conn, xml, VIR_NETWORK_DEFINE_VALIDATE) : virNetworkDefineXML(conn, xml);
}

static virNetworkPtr createNetwork(virConnectPtr conn, const char *xml, bool validate)
{
    return validate ? virNetworkCreateXMLFlags(conn, xml, VIR_NETWORK_CREATE_VALIDATE) : virNetworkCreateXML(conn, xml);
}

/* The phrases are whole sentences with the file's name, and the network's before it, left open. */
static int makeFromFile(virshControl *ctl, const virshCommand *cmd, makeNetwork make, const char *const *phrases)
{
    g_autoptr(virNetwork) net = NULL;
    g_autofree char *xml = NULL;
    const char *file = NULL;

    if (virshOptionString(ctl, cmd, "file", &file) <= 0)
        return -1;
    xml = virshReadFile(ctl, file);
    if (!xml)
        return -1;
    net = make(ctl->conn, xml, virshCommandHas(cmd, "validate"));
    if (!net) {
        virshError(ctl, _(phrases[1]), file);
        return -1;
    }
    virshPrintExtra(ctl, _(phrases[0]), virNetworkGetName(net), file);
    return 0;
}

static int runDefine(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const phrases[] = { N_("Network %s defined from %s\n"), N_("Failed to define network from %s") };

    return makeFromFile(ctl, cmd, defineNetwork, phrases);
}

static int runCreate(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const phrases[] = { N_("Network %s created from %s\n"), N_("Failed to create network from %s") };

    return makeFromFile(ctl, cmd, createNetwork, phrases);
}

/* net-start, net-destroy, net-undefine, net-autostart */

/* The phrases are whole sentences with the network's name left open: first success, then failure. */
static int applyToNetwork(virshControl *ctl, const virshCommand *cmd, int (*apply)(virNetworkPtr net),
                          const char *const *phrases)
{
    const char *name = NULL;
    g_autoptr(virNetwork) net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, &name);

    if (!net)
        return -1;
    if (apply(net) < 0) {
        virshError(ctl, _(phrases[1]), name);
        return -1;
    }
    virshPrintExtra(ctl, _(phrases[0]), name);
    return 0;
}

static int runStart(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const phrases[] = { N_("Network %s started\n"), N_("Failed to start network %s") };

    return applyToNetwork(ctl, cmd, virNetworkCreate, phrases);
}

static int runDestroy(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const phrases[] = { N_("Network %s destroyed\n"), N_("Failed to destroy network %s") };

    return applyToNetwork(ctl, cmd, virNetworkDestroy, phrases);
}

static int runUndefine(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const phrases[] = { N_("Network %s has been undefined\n"), N_("Failed to undefine network %s") };

    return applyToNetwork(ctl, cmd, virNetworkUndefine, phrases);
}

static int setAutostart(virNetworkPtr net)
{
    return virNetworkSetAutostart(net, 1);
}

static int clearAutostart(virNetworkPtr net)
{
    return virNetworkSetAutostart(net, 0);
}

static int runAutostart(virshControl *ctl, const virshCommand *cmd)
{
    static const char *const set_phrases[] = {
        N_("Network %s marked as autostarted\n"), N_("failed to mark network %s as autostarted"),
    };
    static const char *const clear_phrases[] = {
        N_("Network %s unmarked as autostarted\n"), N_("failed to unmark network %s as autostarted"),
    };

    if (virshCommandHas(cmd, "disable"))
        return applyToNetwork(ctl, cmd, clearAutostart, clear_phrases);
    return applyToNetwork(ctl, cmd, setAutostart, set_phrases);
}

/* net-update */

typedef struct {
    const char *name;
    unsigned int value;
} namedValue;

static const namedValue updateCommands[] = {
    { "modify", VIR_NETWORK_UPDATE_COMMAND_MODIFY },
    { "delete", VIR_NETWORK_UPDATE_COMMAND_DELETE },
    { "add", VIR_NETWORK_UPDATE_COMMAND_ADD_LAST },
    { "add-last", VIR_NETWORK_UPDATE_COMMAND_ADD_LAST },
    { "add-first", VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST },
    { 0 },
};

static const namedValue updateSections[] = {
    { "bridge", VIR_NETWORK_SECTION_BRIDGE },
    { "domain", VIR_NETWORK_SECTION_DOMAIN },
    { "ip", VIR_NETWORK_SECTION_IP },
    { "ip-dhcp-host", VIR_NETWORK_SECTION_IP_DHCP_HOST },
    { "ip-dhcp-range", VIR_NETWORK_SECTION_IP_DHCP_RANGE },
    { "forward", VIR_NETWORK_SECTION_FORWARD },
    { "forward-interface", VIR_NETWORK_SECTION_FORWARD_INTERFACE },
    { "forward-pf", VIR_NETWORK_SECTION_FORWARD_PF },
    { "portgroup", VIR_NETWORK_SECTION_PORTGROUP },
    { "dns-host", VIR_NETWORK_SECTION_DNS_HOST },
    { "dns-txt", VIR_NETWORK_SECTION_DNS_TXT },
    { "dns-srv", VIR_NETWORK_SECTION_DNS_SRV },
    { 0 },
};

int virshNetworkParseAffected(virshControl *ctl, const virshCommand *cmd, unsigned int *ret_flags)
{
    unsigned int flags = VIR_NETWORK_UPDATE_AFFECT_CURRENT;

    if (virshOptionsExclude(ctl, cmd, "current", "live") < 0 || virshOptionsExclude(ctl, cmd, "current", "config") < 0)
        return -1;
    if (virshCommandHas(cmd, "config"))
        flags |= VIR_NETWORK_UPDATE_AFFECT_CONFIG;
    if (virshCommandHas(cmd, "live"))
        flags |= VIR_NETWORK_UPDATE_AFFECT_LIVE;
    *ret_flags = flags;
    return 0;
}

static const char *describeAffected(virNetworkPtr net, unsigned int flags)
{
    if (flags == (VIR_NETWORK_UPDATE_AFFECT_CONFIG | VIR_NETWORK_UPDATE_AFFECT_LIVE))
        return _("persistent config and live state");
    if (flags == VIR_NETWORK_UPDATE_AFFECT_CURRENT)
        return virNetworkIsActive(net) > 0 ? _("live state") : _("persistent config");
    return flags == VIR_NETWORK_UPDATE_AFFECT_LIVE ? _("live state") : _("persistent config");
}

void virshNetworkPrintUpdated(virshControl *ctl, virNetworkPtr net, unsigned int flags)
{
    /* No line break: the blank line after each command ends the line here. Scripts know it so. */
    virshPrintExtra(ctl, _("Updated network %s %s"), virNetworkGetName(net), describeAffected(net, flags));
}

/* What one net-update asks for; the XML is owned. */
typedef struct {
    unsigned int command;
    unsigned int section;
    int parent_index;
    unsigned int flags;
    char *xml;
} updateRequest;

static void clearRequest(updateRequest *request)
{
    g_free(request->xml);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(updateRequest, clearRequest)

static const namedValue *findNamed(const namedValue *values, const char *name)
{
    for (const namedValue *value = values; value->name; value++) {
        if (strcmp(value->name, name) == 0)
            return value;
    }
    return NULL;
}

static void offerNamed(const namedValue *values, GPtrArray *ret)
{
    for (const namedValue *value = values; value->name; value++)
        g_ptr_array_add(ret, g_strdup(value->name));
}

static void completeUpdateCommand(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)ctl;
    (void)cmd;
    (void)prefix;
    offerNamed(updateCommands, ret);
}

static void completeUpdateSection(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)ctl;
    (void)cmd;
    (void)prefix;
    offerNamed(updateSections, ret);
}

static int parseUpdateCommand(virshControl *ctl, const virshCommand *cmd, updateRequest *request)
{
    const char *name = NULL;
    const namedValue *found;

    if (virshOptionString(ctl, cmd, "command", &name) <= 0)
        return -1;
    found = findNamed(updateCommands, name);
    if (!found) {
        virshError(ctl, _("unrecognized command name '%s'"), name);
        return -1;
    }
    request->command = found->value;
    return 0;
}

static int parseUpdateSection(virshControl *ctl, const virshCommand *cmd, updateRequest *request)
{
    const char *name = NULL;
    const namedValue *found;

    if (virshOptionString(ctl, cmd, "section", &name) <= 0)
        return -1;
    found = findNamed(updateSections, name);
    if (!found) {
        virshError(ctl, _("unrecognized section name '%s'"), name);
        return -1;
    }
    request->section = found->value;
    return 0;
}

static int parseUpdateXML(virshControl *ctl, const virshCommand *cmd, updateRequest *request)
{
    const char *xml = NULL;

    if (virshOptionString(ctl, cmd, "xml", &xml) <= 0)
        return -1;
    request->xml = xml[0] == '<' ? g_strdup(xml) : virshReadFile(ctl, xml);
    return request->xml ? 0 : -1;
}

static int parseUpdate(virshControl *ctl, const virshCommand *cmd, updateRequest *request)
{
    request->parent_index = -1; /* the daemon finds the parent itself */
    if (parseUpdateCommand(ctl, cmd, request) < 0 || parseUpdateSection(ctl, cmd, request) < 0)
        return -1;
    if (virshOptionNumber(ctl, cmd, "parent-index", &request->parent_index) < 0)
        return -1;
    return parseUpdateXML(ctl, cmd, request);
}

static int runUpdate(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(virNetwork) net = NULL;
    g_auto(updateRequest) request = { 0 };

    if (virshNetworkParseAffected(ctl, cmd, &request.flags) < 0)
        return -1;
    net = virshNetworkGet(ctl, cmd, VIRSH_NETWORK_BY_ANY, NULL);
    if (!net || parseUpdate(ctl, cmd, &request) < 0)
        return -1;
    if (virNetworkUpdate(net, request.command, request.section, request.parent_index, request.xml, request.flags) < 0) {
        virshError(ctl, _("Failed to update network %s"), virNetworkGetName(net));
        return -1;
    }
    virshNetworkPrintUpdated(ctl, net, request.flags);
    return 0;
}

/* The table */

#include "virsh_mark.h"

#define NETWORK_ROW_OF(completer, text) \
    { .name = "network", .type = VIRSH_OPTION_DATA, .help = text, .complete = completer }
#define NETWORK_ROW(text) NETWORK_ROW_OF(virshNetworkCompleteAny, text)
#define FLAG_ROW(flag, text) { .name = flag, .type = VIRSH_OPTION_BOOL, .help = text }

static const virshOption networkOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    { 0 },
};

static const virshOption activeOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    { 0 },
};

static const virshOption inactiveOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteInactive, _("the network, by name or UUID")),
    { 0 },
};

static const virshOption persistentOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompletePersistent, _("the network, by name or UUID")),
    { 0 },
};

static const virshOption nameOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteUUID, _("the network, by UUID")),
    { 0 },
};

static const virshOption uuidOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteName, _("the network, by name")),
    { 0 },
};

#define AFFECTED_ROWS \
    FLAG_ROW("live", _("of the running network")), \
    FLAG_ROW("config", _("of what the next start uses")), \
    FLAG_ROW("current", _("of the running network if it runs, else of what the next start uses"))

static const virshOption descOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    AFFECTED_ROWS,
    FLAG_ROW("title", _("the title, a single line, instead of the description")),
    FLAG_ROW("edit", _("change it in an editor")),
    { .name = "new-desc", .type = VIRSH_OPTION_TEXT, .help = _("the new text; without it the present one is shown") },
    { 0 },
};

static const virshOption metadataOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    { .name = "uri", .type = VIRSH_OPTION_DATA, .help = _("URI of the element's namespace") },
    AFFECTED_ROWS,
    FLAG_ROW("edit", _("change the element in an editor")),
    { .name = "key", .type = VIRSH_OPTION_NAMED, .help = _("prefix of the namespace, needed for a change") },
    { .name = "set", .type = VIRSH_OPTION_NAMED, .help = _("the new element") },
    FLAG_ROW("remove", _("remove the element")),
    { 0 },
};

static const virshOption autostartOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompletePersistent, _("the network, by name or UUID")),
    FLAG_ROW("disable", _("do not start it with the daemon any more")),
    { 0 },
};

static const virshOption fileOptions[] = {
    { .name = "file", .type = VIRSH_OPTION_DATA, .help = _("file with the network's XML"),
      .complete = virshCompleteFile },
    FLAG_ROW("validate", _("refuse what the schema does not know")),
    { 0 },
};

static const virshOption leasesOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    { .name = "mac", .type = VIRSH_OPTION_STRING, .help = _("only leases of this MAC address"),
      .complete = virshNetworkCompleteLease },
    { 0 },
};

static const virshOption dumpxmlOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    FLAG_ROW("inactive", _("the stored configuration, not the running network")),
    { .name = "xpath", .type = VIRSH_OPTION_NAMED, .help = _("print only what this XPath expression selects") },
    FLAG_ROW("wrap", _("put what was selected into one <nodes> element")),
    { 0 },
};

static const virshOption portListOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    FLAG_ROW("uuid", _("print UUIDs, one a line")),
    FLAG_ROW("table", _("print a table, as without an option")),
    { 0 },
};

static const virshOption portCreateOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    { .name = "file", .type = VIRSH_OPTION_DATA, .help = _("file with the port's XML"),
      .complete = virshCompleteFile },
    FLAG_ROW("validate", _("refuse what the schema does not know")),
    { 0 },
};

static const virshOption portOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    { .name = "port", .type = VIRSH_OPTION_DATA, .help = _("the port, by UUID"),
      .complete = virshNetworkCompletePort },
    { 0 },
};

static const virshOption portDumpxmlOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompleteActive, _("the network, by name or UUID")),
    { .name = "port", .type = VIRSH_OPTION_DATA, .help = _("the port, by UUID"),
      .complete = virshNetworkCompletePort },
    { .name = "xpath", .type = VIRSH_OPTION_NAMED, .help = _("print only what this XPath expression selects") },
    FLAG_ROW("wrap", _("put what was selected into one <nodes> element")),
    { 0 },
};

static const virshOption listOptions[] = {
    FLAG_ROW("inactive", _("those that do not run")),
    FLAG_ROW("all", _("those that run and those that do not")),
    FLAG_ROW("persistent", _("only those with a stored configuration")),
    FLAG_ROW("transient", _("only those without a stored configuration")),
    FLAG_ROW("autostart", _("only those that start with the daemon")),
    FLAG_ROW("no-autostart", _("only those that do not start with the daemon")),
    FLAG_ROW("uuid", _("print UUIDs, one a line")),
    FLAG_ROW("name", _("print names, one a line")),
    FLAG_ROW("table", _("print a table, as without an option")),
    FLAG_ROW("title", _("add a column with the titles")),
    { 0 },
};

static const virshOption applyOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    { .name = "file", .type = VIRSH_OPTION_DATA, .help = _("file with the network's whole XML; '-' for standard input"),
      .complete = virshCompleteFile },
    FLAG_ROW("config", _("change what the next start uses")),
    FLAG_ROW("live", _("change the running network")),
    FLAG_ROW("current", _("change the running network if it runs, else what the next start uses")),
    FLAG_ROW("print-plan", _("print the steps and what guests would notice of them, and take none")),
    { 0 },
};

static const virshOption editOptions[] = {
    NETWORK_ROW_OF(virshNetworkCompletePersistent, _("the network, by name or UUID")),
    FLAG_ROW("live", _("edit the running network, and change it while it runs")),
    FLAG_ROW("print-plan", _("with --live: print the steps and what guests would notice of them, and take none")),
    { 0 },
};

static const virshOption eventOptions[] = {
    { .name = "network", .type = VIRSH_OPTION_STRING, .help = _("only events of this network, by name or UUID"),
      .complete = virshNetworkCompleteAny },
    { .name = "event", .type = VIRSH_OPTION_STRING, .help = _("the kind of event to wait for"),
      .complete = virshEventComplete },
    FLAG_ROW("all", _("wait for events of all kinds")),
    FLAG_ROW("loop", _("go on after the first event, until the time is over or Ctrl-C")),
    { .name = "timeout", .type = VIRSH_OPTION_NUMBER, .help = _("wait no longer than so many seconds") },
    FLAG_ROW("list", _("list the kinds of events")),
    FLAG_ROW("timestamp", _("print the time of each event, in UTC")),
    { 0 },
};

static const virshOption updateOptions[] = {
    NETWORK_ROW(_("the network, by name or UUID")),
    { .name = "command", .type = VIRSH_OPTION_DATA, .help = _("add-first, add-last (or add), delete, modify"),
      .complete = completeUpdateCommand },
    { .name = "section", .type = VIRSH_OPTION_DATA,
      .help = _("bridge, domain, ip, ip-dhcp-host, ip-dhcp-range, forward, forward-interface, forward-pf, portgroup, "
                "dns-host, dns-txt, dns-srv"),
      .complete = completeUpdateSection },
    { .name = "xml", .type = VIRSH_OPTION_DATA, .help = _("the element, if it begins with '<'; else a file with it"),
      .complete = virshCompleteFile },
    { .name = "parent-index", .type = VIRSH_OPTION_NUMBER,
      .help = _("which of several parents, from 0; found by the daemon when left out") },
    FLAG_ROW("config", _("change what the next start uses")),
    FLAG_ROW("live", _("change the running network")),
    FLAG_ROW("current", _("change the running network if it runs, else what the next start uses")),
    { 0 },
};

const virshCommandDef virshNetworkCommands[] = {
    { .name = "net-apply", .run = virshNetworkRunApply, .options = applyOptions,
      .help = _("bring a network to a definition while it runs"),
      .description = _("Takes only the steps that the difference needs. Without --live, --config or --current it does what "
                       "--current does.") },
    { .name = "net-autostart", .run = runAutostart, .options = autostartOptions,
      .help = _("start a network with the daemon, or no more"),
      .description = _("A network marked so is started whenever the daemon starts.") },
    { .name = "net-create", .run = runCreate, .options = fileOptions,
      .help = _("start a network that is not stored"),
      .description = _("The network lasts until it is destroyed; nothing of it is kept.") },
    { .name = "net-define", .run = runDefine, .options = fileOptions,
      .help = _("store a network's configuration, new or changed"),
      .description = _("Does not start it. A network that runs takes the change over when it is started anew.") },
    { .name = "net-desc", .run = virshNetworkRunDesc, .options = descOptions,
      .help = _("show or change a network's description or title"),
      .description = _("Without a new text and without --edit it shows the present one.") },
    { .name = "net-destroy", .run = runDestroy, .options = activeOptions,
      .help = _("stop a network"),
      .description = _("Its guests lose their connection. A stored configuration stays.") },
    { .name = "net-dhcp-leases", .run = virshNetworkRunDhcpLeases, .options = leasesOptions,
      .help = _("list the addresses that a network has lent"),
      .description = _("Shows each DHCP lease that has not run out.") },
    { .name = "net-dumpxml", .run = virshNetworkRunDumpXML, .options = dumpxmlOptions,
      .help = _("print a network's XML"),
      .description = _("Prints the network as it runs, or as it is stored if it does not run.") },
    { .name = "net-edit", .run = virshNetworkRunEdit, .options = editOptions,
      .help = _("change a stored configuration, or a running network, in an editor"),
      .description = _("Runs $VISUAL or $EDITOR on the network's XML and stores the result if it was changed. With --live the "
                       "running network is changed instead, and takes only the steps that the difference needs.") },
    { .name = "net-event", .run = virshEventRun, .options = eventOptions,
      .help = _("wait for events of networks"),
      .description = _("Prints what happens to networks, from whoever it comes: the first event, or all with --loop.") },
    { .name = "net-info", .run = virshNetworkRunInfo, .options = networkOptions,
      .help = _("show a network's state"),
      .description = _("Name, UUID, whether it runs, is stored and starts by itself, and its bridge.") },
    { .name = "net-list", .run = virshNetworkRunList, .options = listOptions,
      .help = _("list networks"),
      .description = _("Lists the networks that run, unless the options say which.") },
    { .name = "net-metadata", .run = virshNetworkRunMetadata, .options = metadataOptions,
      .help = _("show or change what a program keeps in a network's XML"),
      .description = _("Each program has one element, in a namespace of its own.") },
    { .name = "net-name", .run = virshNetworkRunName, .options = nameOptions,
      .help = _("show the name that belongs to a UUID") },
    { .name = "net-port-create", .run = virshNetworkRunPortCreate, .options = portCreateOptions,
      .help = _("plug a port into a network"),
      .description = _("Takes what the network gives to ports; the guest's own device is somebody else's business.") },
    { .name = "net-port-delete", .run = virshNetworkRunPortDelete, .options = portOptions,
      .help = _("take a port out of a network"),
      .description = _("Gives back what the port had taken of the network.") },
    { .name = "net-port-dumpxml", .run = virshNetworkRunPortDumpXML, .options = portDumpxmlOptions,
      .help = _("print a port's XML"),
      .description = _("Prints the port as it is, with all that it was given.") },
    { .name = "net-port-list", .run = virshNetworkRunPortList, .options = portListOptions,
      .help = _("list the ports of a network"),
      .description = _("Lists the UUIDs of the ports of a network that runs.") },
    { .name = "net-start", .run = runStart, .options = inactiveOptions,
      .help = _("start a stored network"),
      .description = _("Sets up the bridge, addresses, firewall and services that its configuration asks for.") },
    { .name = "net-undefine", .run = runUndefine, .options = persistentOptions,
      .help = _("remove a stored configuration"),
      .description = _("A network that runs goes on until it is destroyed.") },
    { .name = "net-update", .run = runUpdate, .options = updateOptions,
      .help = _("change a part of a network while it runs"),
      .description = _("Without --live, --config or --current it does what --current does.") },
    { .name = "net-uuid", .run = virshNetworkRunUUID, .options = uuidOptions,
      .help = _("show the UUID that belongs to a name") },
    { 0 },
};

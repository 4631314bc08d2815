/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine_matrix.c: section x command x state x flags on the host that only remembers, as the test driver has it
 *
 * A row says what an update brings into the XML, or takes out of it, and which steps it takes when it is live. Each is tried
 * in every state a network can be in, with every way to say which version is meant. Run by meson.
 */
#include "test_network_engine.h"

#define ADD_FIRST VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST
#define DELETE VIR_NETWORK_UPDATE_COMMAND_DELETE
#define MODIFY VIR_NETWORK_UPDATE_COMMAND_MODIFY
#define SECTION(name) VIR_NETWORK_SECTION_##name

/* --- Networks --------------------------------------------------------------------------------------------------- */

#define BRIDGE "<bridge name='virbr7'/>"
#define UNMANAGED(content) "<network><name>lab</name><uuid>" UUID "</uuid>" content "</network>"

static const char rich[] = NETWORK("lab", UUID, "<forward dev='eth0' mode='nat'/>" BRIDGE,
    "<domain name='old.test'/><dns><txt name='t' value='v'/><srv service='s' protocol='tcp' target='x.test' port='1'/>"
    "<host ip='192.0.2.7'><hostname>h</hostname></host></dns>" IP "<ip address='192.0.3.1' prefix='24'/>"
    "<portgroup name='red'/>");
static const char plain[] = NETWORK("lab", UUID, BRIDGE, "<ip address='192.0.2.1' prefix='24'/>");
static const char nat[] = NETWORK("lab", UUID, "<forward mode='nat'/>" BRIDGE, "<ip address='192.0.2.1' prefix='24'/>");
static const char card[] = UNMANAGED("<forward mode='hostdev'><pf dev='pf1'/></forward>");
static const char cardless[] = UNMANAGED("<forward mode='hostdev'/>");

/* --- The table -------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *network;
    unsigned int command, section;
    const char *xml;
    const char *shows;      /* in the XML afterwards, and not before; NULL: nothing new */
    const char *hides;      /* in the XML before, and not afterwards; NULL: nothing goes */
    const char *steps;      /* of a live update */
} Row;

#define NO_STEPS ""
#define LINK "link: set virbr7 (its attributes differ)\n"
#define RULES "nft: fill (rules differ)\n"
#define HOSTS_AGAIN "dnsmasq: write hosts (hosts differ)\ndnsmasq: reload (hosts differ)\n"
#define RESTART "dnsmasq: write conf (conf differs)\ndnsmasq: restart (conf differs)\n"
#define FORWARDING "sysctl: set net/ipv4/ip_forward = 1 (its value differs)\n"
#define ADDRESS(address) "addr: add " address " (it is missing)\n"
#define NO_ADDRESS(address) "addr: delete " address " (it is not wanted)\n"

static const Row rows[] = {
    { rich, MODIFY, SECTION(BRIDGE), "<bridge stp='off' delay='3'/>", "stp='off' delay='3'", "stp='on'", LINK },
    { plain, ADD_FIRST, SECTION(DOMAIN), "<domain name='new.test'/>", "new.test", NULL, RESTART },
    { plain, ADD, SECTION(DOMAIN), "<domain name='new.test'/>", "new.test", NULL, RESTART },
    { rich, MODIFY, SECTION(DOMAIN), "<domain name='new.test'/>", "new.test", "old.test", RESTART },
    { rich, DELETE, SECTION(DOMAIN), "<domain/>", NULL, "<domain", RESTART },
    { rich, ADD_FIRST, SECTION(IP), "<ip address='192.0.4.1' prefix='24'/>", "192.0.4.1", NULL, ADDRESS("192.0.4.1/24") RULES },
    { rich, ADD, SECTION(IP), "<ip address='192.0.4.1' prefix='24'/>", "192.0.4.1", NULL, ADDRESS("192.0.4.1/24") RULES },
    { rich, MODIFY, SECTION(IP), "<ip address='192.0.3.1' prefix='25'/>", "prefix='25'", NULL,
      ADDRESS("192.0.3.1/25") RULES NO_ADDRESS("192.0.3.1/24") },
    { rich, DELETE, SECTION(IP), "<ip address='192.0.3.1'/>", NULL, "192.0.3.1", RULES NO_ADDRESS("192.0.3.1/24") },
    { rich, ADD_FIRST, HOSTS, HOST_B, "192.0.2.6", NULL, HOSTS_AGAIN },
    { rich, ADD, HOSTS, HOST_B, "192.0.2.6", NULL, HOSTS_AGAIN },
    { rich, MODIFY, HOSTS, "<host mac='52:54:00:00:00:05' name='a' ip='192.0.2.9'/>", "'192.0.2.9'", "192.0.2.5", HOSTS_AGAIN },
    { rich, DELETE, HOSTS, "<host name='a'/>", NULL, "192.0.2.5", HOSTS_AGAIN },
    { rich, ADD_FIRST, SECTION(IP_DHCP_RANGE), "<range start='192.0.2.30' end='192.0.2.40'/>", "192.0.2.30", NULL, RESTART },
    { rich, ADD, SECTION(IP_DHCP_RANGE), "<range start='192.0.2.30' end='192.0.2.40'/>", "192.0.2.30", NULL, RESTART },
    { rich, MODIFY, SECTION(IP_DHCP_RANGE), "<range start='192.0.2.10' end='192.0.2.29'/>", "192.0.2.29", "192.0.2.20", RESTART },
    { rich, DELETE, SECTION(IP_DHCP_RANGE), "<range start='192.0.2.10' end='192.0.2.20'/>", NULL, "192.0.2.20", RESTART },
    { plain, ADD_FIRST, SECTION(FORWARD), "<forward mode='route'/>", "mode='route'", NULL, RULES FORWARDING RESTART },
    { plain, ADD, SECTION(FORWARD), "<forward mode='open'/>", "mode='open'", NULL,
      FORWARDING RESTART "nft: remove (no chains are wanted)\n" },
    { rich, MODIFY, SECTION(FORWARD), "<forward mode='route'/>", "mode='route'", "mode='nat'", RULES },
    { rich, DELETE, SECTION(FORWARD), "<forward/>", NULL, "<forward", RULES RESTART },
    { nat, ADD_FIRST, SECTION(FORWARD_INTERFACE), "<interface dev='eth1'/>", "eth1", NULL, RULES },
    { nat, ADD, SECTION(FORWARD_INTERFACE), "<interface dev='eth1'/>", "eth1", NULL, RULES },
    { rich, MODIFY, SECTION(FORWARD_INTERFACE), "<interface dev='eth0'/>", NULL, NULL, NO_STEPS },
    { rich, DELETE, SECTION(FORWARD_INTERFACE), "<interface dev='eth0'/>", NULL, "eth0", RULES },
    { cardless, ADD_FIRST, SECTION(FORWARD_PF), "<pf dev='pf1'/>", "<pf dev='pf1'/>", NULL, NO_STEPS },
    { cardless, ADD, SECTION(FORWARD_PF), "<pf dev='pf1'/>", "<pf dev='pf1'/>", NULL, NO_STEPS },
    { card, MODIFY, SECTION(FORWARD_PF), "<pf dev='pf2'/>", "<pf dev='pf2'/>", "pf1", NO_STEPS },
    { card, DELETE, SECTION(FORWARD_PF), "<pf dev='pf1'/>", NULL, "pf1", NO_STEPS },
    { rich, ADD_FIRST, SECTION(PORTGROUP), "<portgroup name='blue'/>", "'blue'", NULL, NO_STEPS },
    { rich, ADD, SECTION(PORTGROUP), "<portgroup name='blue'/>", "'blue'", NULL, NO_STEPS },
    { rich, MODIFY, SECTION(PORTGROUP), "<portgroup name='red' default='yes'/>", "default='yes'", NULL, NO_STEPS },
    { rich, DELETE, SECTION(PORTGROUP), "<portgroup name='red'/>", NULL, "'red'", NO_STEPS },
    { rich, ADD_FIRST, SECTION(DNS_HOST), "<host ip='192.0.2.8'><hostname>i</hostname></host>", "192.0.2.8", NULL, HOSTS_AGAIN },
    { rich, ADD, SECTION(DNS_HOST), "<host ip='192.0.2.8'><hostname>i</hostname></host>", "192.0.2.8", NULL, HOSTS_AGAIN },
    { rich, MODIFY, SECTION(DNS_HOST), "<host ip='192.0.2.7'><hostname>j</hostname></host>", ">j<", ">h<", HOSTS_AGAIN },
    { rich, DELETE, SECTION(DNS_HOST), "<host ip='192.0.2.7'/>", NULL, "192.0.2.7", HOSTS_AGAIN },
    { rich, ADD_FIRST, SECTION(DNS_TXT), "<txt name='u' value='w'/>", "'u'", NULL, RESTART },
    { rich, ADD, SECTION(DNS_TXT), "<txt name='u' value='w'/>", "'u'", NULL, RESTART },
    { rich, MODIFY, SECTION(DNS_TXT), "<txt name='t' value='w'/>", "'w'", "'v'", RESTART },
    { rich, DELETE, SECTION(DNS_TXT), "<txt name='t'/>", NULL, "<txt", RESTART },
    { rich, ADD_FIRST, SECTION(DNS_SRV), "<srv service='r' protocol='udp' target='y.test' port='2'/>", "y.test", NULL, RESTART },
    { rich, ADD, SECTION(DNS_SRV), "<srv service='r' protocol='udp' target='y.test' port='2'/>", "y.test", NULL, RESTART },
    { rich, MODIFY, SECTION(DNS_SRV), "<srv service='s' protocol='tcp' target='y.test' port='2'/>", "y.test", "x.test", RESTART },
    { rich, DELETE, SECTION(DNS_SRV), "<srv service='s'/>", NULL, "<srv", RESTART },
    { plain, MODIFY, SECTION(NONE), "<network><forward mode='route'/><domain name='new.test'/>"
      "<ip address='192.0.2.1' prefix='24'/></network>", "new.test", NULL, RULES FORWARDING RESTART },
    { rich, MODIFY, SECTION(NONE), rich, NULL, NULL, NO_STEPS },
};

/* --- States ----------------------------------------------------------------------------------------------------- */

typedef enum { INACTIVE, ACTIVE, TRANSIENT, N_STATES } State;

#define NOT_RUNNING INVALID "network is not running"
#define NOT_STORED INVALID "cannot change persistent config of a transient network"

/* What each state makes of each value of the flags; the same in every row. */
static const struct {
    gboolean live, config;
    const char *refusal;
} outcomes[N_STATES][BOTH + 1] = {
    [INACTIVE] = { { FALSE, TRUE, NULL }, { FALSE, FALSE, NOT_RUNNING }, { FALSE, TRUE, NULL }, { FALSE, FALSE, NOT_RUNNING } },
    [ACTIVE] = { { TRUE, FALSE, NULL }, { TRUE, FALSE, NULL }, { FALSE, TRUE, NULL }, { TRUE, TRUE, NULL } },
    [TRANSIENT] = { { TRUE, FALSE, NULL }, { TRUE, FALSE, NULL }, { FALSE, FALSE, NOT_STORED }, { FALSE, FALSE, NOT_STORED } },
};

static void addCards(Fixture *fix)
{
    const virPciAddress first = { .bus = 4, .slot = 0x10 }, second = { .bus = 5, .slot = 0x10 };

    virNetworkHostRecordAddFunction(fix->host, "pf1", &first, "pf1v0");
    virNetworkHostRecordAddFunction(fix->host, "pf2", &second, "pf2v0");
}

static void enter(Fixture *fix, const char *network, State state)
{
    if (state == TRANSIENT)
        create(fix, network);
    else
        define(fix, network);
    if (state == ACTIVE)
        run(fix, driver->networkCreate);
    g_free(virNetworkHostRecordTake(fix->host));
}

static void leave(Fixture *fix, State state)
{
    if (state != INACTIVE)
        run(fix, driver->networkDestroy);
    if (state != TRANSIENT)
        run(fix, driver->networkUndefine);
    g_free(virNetworkHostRecordTake(fix->host));
}

/* --- Walking ---------------------------------------------------------------------------------------------------- */

static void assertVersion(const Row *row, const char *before, const char *after, gboolean is_affected)
{
    gboolean differs = is_affected && (row->shows || row->hides);

    if (!differs) {
        g_assert_cmpstr(after, ==, before);
        return;
    }
    if (row->shows && (strstr(before, row->shows) || !strstr(after, row->shows)))
        g_error("'%s' is not what is new in %s", row->shows, after);
    if (row->hides && (!strstr(before, row->hides) || strstr(after, row->hides)))
        g_error("'%s' is not what is gone in %s", row->hides, after);
}

static void tryRow(Fixture *fix, const Row *row, State state, unsigned int flags)
{
    const Request request = { row->command, row->section, flags, row->xml };
    const char *refusal = outcomes[state][flags].refusal;
    gboolean has_live = state != INACTIVE;
    g_autofree char *live = NULL, *config = NULL, *new_live = NULL, *new_config = NULL;
    g_autoptr(GError) err = NULL;

    g_test_message("command %u, section %u, state %d, flags %u", row->command, row->section, (int)state, flags);
    enter(fix, row->network, state);
    live = dump(fix, 0);
    config = dump(fix, VIR_NETWORK_XML_INACTIVE);
    if (refusal)
        assertFails(update(fix, &request, &err), &err, VIR_ERR_OPERATION_INVALID, refusal);
    else
        updateWell(fix, &request);
    assertSteps(fix, outcomes[state][flags].live ? row->steps : NO_STEPS);
    new_live = dump(fix, 0);
    assertVersion(row, live, new_live, has_live ? outcomes[state][flags].live : outcomes[state][flags].config);
    new_config = dump(fix, VIR_NETWORK_XML_INACTIVE);
    if (state != TRANSIENT)
        assertVersion(row, config, new_config, outcomes[state][flags].config);
    leave(fix, state);
}

static void everyUpdateInEveryState(Fixture *fix, gconstpointer data)
{
    const State *state = data;

    addCards(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned int flags = 0; flags <= BOTH; flags++)
            tryRow(fix, &rows[i], *state, flags);
    }
}

/* Every section and command that has a meaning has a row; and no row is there twice. */
static void tableIsComplete(void)
{
    guint found[VIR_NETWORK_SECTION_DNS_SRV + 1][VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST + 1] = { 0 };
    guint n_found = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        n_found += rows[i].section != SECTION(NONE) && found[rows[i].section][rows[i].command]++ == 0;
    g_assert_cmpuint(n_found, ==, 45);
    for (unsigned int command = MODIFY; command <= ADD_FIRST; command++)
        g_assert_cmpuint(found[SECTION(BRIDGE)][command], ==, command == MODIFY);
}

/* --- What has no meaning ---------------------------------------------------------------------------------------- */

#define ONE_BRIDGE "Operation not supported: network 'lab': a network has exactly one bridge, so that "

static void bridgeIsNeitherAddedNorDeleted(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        unsigned int command;
        const char *message;
    } refused[] = {
        { ADD_FIRST, ONE_BRIDGE "none can be added" }, { ADD, ONE_BRIDGE "none can be added" },
        { DELETE, ONE_BRIDGE "it cannot be deleted" },
    };
    g_autofree char *before = NULL, *after = NULL;

    enter(fix, rich, ACTIVE);
    before = snapshot(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        for (unsigned int flags = 0; flags <= BOTH; flags++) {
            const Request request = { refused[i].command, SECTION(BRIDGE), flags, "<bridge name='virbr7'/>" };
            g_autoptr(GError) err = NULL;

            assertFails(update(fix, &request, &err), &err, VIR_ERR_OPERATION_UNSUPPORTED, refused[i].message);
        }
    }
    assertSteps(fix, NO_STEPS);
    after = snapshot(fix);
    g_assert_cmpstr(after, ==, before);
}

static int updateAt(Fixture *fix, const Row *row, int parent_index, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = row->command, .section = row->section, .parent_index = parent_index, .xml = row->xml, .flags = LIVE,
    };

    return driver->networkUpdate(fix->conn, fix->lab, &req, err);
}

/* Hosts and ranges have several parents; all else has one, which is number 0 or not numbered. */
static void parentThatIsNotThereIsRefused(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    addCards(fix);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gboolean several = rows[i].section == HOSTS || rows[i].section == SECTION(IP_DHCP_RANGE);
        int code = several ? VIR_ERR_OPERATION_INVALID : VIR_ERR_INVALID_ARG;
        g_autoptr(GError) low = NULL, high = NULL;

        enter(fix, rows[i].network, ACTIVE);
        g_assert_cmpint(updateAt(fix, &rows[i], 9, &high), ==, -1);
        g_assert_error(high, VIR_ERROR, code);
        g_assert_nonnull(strstr(high->message, several ? "no <ip> element found at index 9" : "parent index 9"));
        if (!several) {
            g_assert_cmpint(updateAt(fix, &rows[i], -2, &low), ==, -1);
            g_assert_error(low, VIR_ERROR, VIR_ERR_INVALID_ARG);
        }
        assertSteps(fix, NO_STEPS);
        g_assert_cmpint(updateAt(fix, &rows[i], 0, NULL), ==, 0);
        leave(fix, ACTIVE);
    }
}

/* --- Ports ------------------------------------------------------------------------------------------------------ */

#define PORT \
    "<networkport><uuid>22222222-2222-4333-8444-555555555501</uuid>" \
    "<owner><name>vm</name><uuid>33333333-2222-4333-8444-555555555501</uuid></owner>" \
    "<mac address='52:54:00:bb:00:01'/></networkport>"

static void connectionsSurviveEveryUpdate(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Request request = { rows[i].command, rows[i].section, LIVE, rows[i].xml };
        g_autoptr(virNetworkPortIdent) port = NULL;
        g_autoptr(GError) err = NULL;

        if (rows[i].section == SECTION(FORWARD_PF))     /* its functions are what ports use; a function in use does not go */
            continue;
        enter(fix, rows[i].network, ACTIVE);
        driver->networkPortCreateXML(fix->conn, fix->lab, PORT, 0, &port, &err);
        g_assert_no_error(err);
        updateWell(fix, &request);
        assertHas(fix, 0, "<network connections='1'>", TRUE);
        restart(fix);
        assertHas(fix, 0, "<network connections='1'>", TRUE);
        driver->networkPortDelete(fix->conn, port, 0, &err);
        g_assert_no_error(err);
        assertHas(fix, 0, "connections=", FALSE);
        leave(fix, ACTIVE);
    }
}

int main(int argc, char **argv)
{
    static const State states[N_STATES] = { INACTIVE, ACTIVE, TRANSIENT };

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/engine/matrix/table-has-every-meaningful-update", tableIsComplete);
    g_test_add("/engine/matrix/of-an-inactive-network", Fixture, &states[0], setUp, everyUpdateInEveryState, tearDown);
    g_test_add("/engine/matrix/of-an-active-network", Fixture, &states[1], setUp, everyUpdateInEveryState, tearDown);
    g_test_add("/engine/matrix/of-a-transient-network", Fixture, &states[2], setUp, everyUpdateInEveryState, tearDown);
    g_test_add("/engine/matrix/bridge-is-neither-added-nor-deleted", Fixture, NULL, setUp, bridgeIsNeitherAddedNorDeleted,
               tearDown);
    g_test_add("/engine/matrix/parent-that-is-not-there-is-refused", Fixture, NULL, setUp, parentThatIsNotThereIsRefused,
               tearDown);
    g_test_add("/engine/matrix/connections-survive-every-update", Fixture, NULL, setUp, connectionsSurviveEveryUpdate, tearDown);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_fixture.h: what the tests of the real host have in common
 *
 * A test program has a table of tests and calls runHostTests with it. Each test gets a directory, facts, a host and a
 * definition of its own; whatever is then there of network "lab" is taken away after it.
 */
#pragma once

#include <netinet/in.h>

#include "network_host.h"
#include "virprocess.h"

/* How long anything may take before it counts as failed. */
#define DEADLINE_S 20

/*
 * Intervals of the host's reloads: one that no test is slow enough to see the end of, and one short enough to wait
 * for.
 */
#define INTERVAL_LONG_MS (3600 * 1000)
#define INTERVAL_SHORT_MS 50

typedef struct {
    char *dir;
    virHostFacts *facts;
    virNetworkHost *host;
    virNetworkDef *def;         /* network "lab": NAT, 192.0.2.0/24, DHCP; tests change it before they render */
    virNetworkPlan *empty;
    guint n_reloaded;           /* calls of the host's callbacks */
    guint n_died;
} Fixture;

typedef struct {
    const char *name;
    void (*run)(Fixture *fix, gconstpointer data);
} HostTest;

typedef struct {
    int argc;
    char **argv;
    const HostTest *tests;
    gsize n_tests;
} HostTests;

/*
 * Runs the tests in namespaces of their own. Returns the exit status of the program; what cannot be made is said in
 * TAP.
 */
int runHostTests(const HostTests *tests);

/* A host whose callbacks count in @fix. */
virNetworkHost *newHost(Fixture *fix, unsigned int interval_ms);

virSocketAddr addressOf(const char *text);

/* A UDP socket in the network namespace @name, bound to @address. */
int socketIn(const char *name, const char *address, in_port_t port);

struct sockaddr_in peer(const char *address, in_port_t port);

/* Adds a DHCP host to @def's first <ip>. */
void addHost(virNetworkDef *def, const char *mac, const char *ip);

/* The plan of @fix->def; what the host shows of @want. Both are asserted to succeed. */
virNetworkPlan *render(Fixture *fix);
virNetworkPlan *probe(Fixture *fix, const virNetworkPlan *want);

/* Asserts which steps lead from @from to @to: "addr: add 192.0.2.1/24; nft: fill". */
void assertDiff(const virNetworkPlan *from, const virNetworkPlan *to, const char *expected);

/* Takes the steps from @from to @to until one fails; the second asserts that none does. */
int applyDiff(Fixture *fix, const virNetworkPlan *from, const virNetworkPlan *to, GError **err);
void applyDiffFine(Fixture *fix, const virNetworkPlan *from, const virNetworkPlan *to);

/* Takes one step that has no payload but the plans. */
int applyOne(Fixture *fix, virNetworkStepVerb verb, const virNetworkPlan *from, const virNetworkPlan *to, GError **err);

/* Runs a command of /sbin or /usr/sbin whose words have no blanks in them; it must succeed. */
void runCommand(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Runs what the main loop has ready. */
void drainLoop(void);

/* Runs the main loop until *@count is @wanted; it must be so before the deadline. */
void awaitCount(const guint *count, guint wanted);

/* The dnsmasq of @plan, which must run; whether a process lives. */
virProcess runningDnsmasq(const virNetworkPlan *plan);
gboolean isAlive(const virProcess *process);

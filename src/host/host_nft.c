/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_nft.c: facet nft: the firewall rules of all networks, in one table of our own
 *
 * The table "inet virtnetworkd" has a common base that is made with the first network and stays: two base chains whose
 * maps lead each network's packets to its chains, and a rule that keeps connections tracked, so that translation can
 * begin later without losing those that are under way. Each change is one transaction of libnftables; other tables
 * are never touched. Called through the table in host_real.c.
 *
 *   forward      packets to a bridge    -> to_guests   -> in_BRIDGE
 *                packets from a bridge  -> from_guests -> out_BRIDGE
 *   postrouting  packets from a subnet  -> nat_guests  -> nat_BRIDGE      (nat_guests6 for IPv6)
 */
#include <errno.h>
#include <string.h>

#include "host_real.h"
#include "virerror.h"
#include "virstring.h"
#include "virtext.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define TABLE "inet virtnetworkd"

/*
 * Flushing and filling again in one transaction, so that what an earlier version has left becomes this, without a gap.
 */
static const char base[] =
    "add table " TABLE "\n"
    "add map " TABLE " to_guests { type ifname : verdict; }\n"
    "add map " TABLE " from_guests { type ifname : verdict; }\n"
    "add map " TABLE " nat_guests { type ipv4_addr : verdict; flags interval; }\n"
    "add map " TABLE " nat_guests6 { type ipv6_addr : verdict; flags interval; }\n"
    "add chain " TABLE " forward { type filter hook forward priority filter; policy accept; }\n"
    "flush chain " TABLE " forward\n"
    "add rule " TABLE " forward ct state established,related\n"
    "add rule " TABLE " forward oifname vmap @to_guests\n"
    "add rule " TABLE " forward iifname vmap @from_guests\n"
    "add chain " TABLE " postrouting { type nat hook postrouting priority srcnat; policy accept; }\n"
    "flush chain " TABLE " postrouting\n"
    "add rule " TABLE " postrouting ip saddr vmap @nat_guests\n"
    "add rule " TABLE " postrouting ip6 saddr vmap @nat_guests6\n";

typedef enum {
    CHAIN_IN,
    CHAIN_OUT,
    CHAIN_NAT,
    CHAIN_LAST
} Chain;

/* The maps from subnets to nat chains. */
static const char *const nat_maps[] = { "nat_guests", "nat_guests6" };

static const char *mapOfSubnet(const char *subnet)
{
    return nat_maps[strchr(subnet, ':') != NULL];
}

/* The chains of a network; the first two are reached by the bridge's name, the third by subnets, through nat_maps. */
static const struct {
    const char *prefix;
    const char *map;
} chains[CHAIN_LAST] = {
    [CHAIN_IN] = { "in_", "to_guests" },
    [CHAIN_OUT] = { "out_", "from_guests" },
    [CHAIN_NAT] = { "nat_", "nat_guests" },
};

static const char *rulesOf(const virPlanNft *nft, Chain chain)
{
    switch (chain) {
    case CHAIN_IN:
        return nft->forward_in;
    case CHAIN_OUT:
        return nft->forward_out;
    case CHAIN_NAT:
        return nft->nat;
    case CHAIN_LAST:
    default:
        g_return_val_if_reached(NULL);
    }
}

char *virHostNftNameChain(const char *prefix, const char *bridge)
{
    GString *name = g_string_new(prefix);

    for (const char *p = bridge; *p; p++) {
        if (g_ascii_isalnum(*p) || *p == '-')
            g_string_append_c(name, *p);
        else
            g_string_append_printf(name, "_%02x", (unsigned char)*p);
    }
    return g_string_free(name, FALSE);
}

char *virHostNftQuoteName(const char *bridge)
{
    gsize len = strlen(bridge);

    if (len == 0 || virStringHasControl(bridge) || strpbrk(bridge, "\"\\"))
        return NULL;
    if (bridge[len - 1] == '*')
        return g_strdup_printf("\"%.*s\\*\"", (int)len - 1, bridge);
    return g_strdup_printf("\"%s\"", bridge);
}

/*
 * Runs @commands as one transaction. *@ret_output, if wanted, gets what they print. Returns NULL, or why that failed in
 * libnftables' words; they can be asked for once only.
 */
static char *runLocked(virHostReal *real, const char *commands, char **ret_output)
{
    gboolean done = nft_run_cmd_from_buffer(real->nft, commands) == 0;
    const char *output = nft_ctx_get_output_buffer(real->nft);
    const char *reason = nft_ctx_get_error_buffer(real->nft);

    if (!done)
        return g_strdup(reason && *reason ? reason : "no reason given");
    if (ret_output)
        *ret_output = g_strdup(output ? output : "");
    return NULL;
}

char *virHostNftRun(virHostReal *real, const char *commands)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->nft_lock);

    return runLocked(real, commands, NULL);
}

gboolean virHostNftIsAbsent(const char *reason)
{
    /* In the words of the C library, which speaks the daemon's language. */
    return strstr(reason, strerror(ENOENT)) != NULL;
}

int virHostNftFail(const char *what, const char *object, const char *reason, GError **err)
{
    return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot %s '%s': %.*s", virText(what), object,
                   (int)strcspn(reason, "\n"), reason);
}

static int makeBaseLocked(virHostReal *real, GError **err)
{
    g_autofree char *reason = runLocked(real, base, NULL);

    if (reason)
        return virHostNftFail("make the nftables table", TABLE, reason, err);
    real->nft_base_made = TRUE;
    return 0;
}

/* Takes the keys that lead to @chain out of a listed map: "KEY : jump CHAIN, KEY : jump CHAIN". */
static void parseElements(const char *listing, const char *chain, GPtrArray *keys)
{
    const char *start = strstr(listing, "elements = {");
    g_autofree char *text = start ? g_strndup(start + 12, strcspn(start + 12, "}")) : g_strdup("");
    g_auto(GStrv) elements = g_strsplit(text, ",", -1);

    for (char **element = elements; *element; element++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(*element), " ", -1);

        if (g_strv_length(words) == 4 && g_str_equal(words[2], "jump") && g_str_equal(words[3], chain))
            g_ptr_array_add(keys, g_strdup(words[0]));
    }
}

/* The maps from subnets, as listed; NULL for one that is not there. */
typedef struct {
    char *text[G_N_ELEMENTS(nat_maps)];
} Listings;

static void clearListings(Listings *listings)
{
    for (gsize i = 0; i < G_N_ELEMENTS(listings->text); i++)
        g_clear_pointer(&listings->text[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listings, clearListings)

static int listMapsLocked(virHostReal *real, Listings *ret_listings, GError **err)
{
    g_auto(Listings) listings = { { NULL } };

    for (gsize i = 0; i < G_N_ELEMENTS(nat_maps); i++) {
        g_autofree char *command = g_strdup_printf("list map " TABLE " %s\n", nat_maps[i]);
        g_autofree char *reason = runLocked(real, command, &listings.text[i]);

        if (reason && !virHostNftIsAbsent(reason))
            return virHostNftFail("list the nftables map", nat_maps[i], reason, err);
    }
    *ret_listings = listings;
    listings = (Listings){ { NULL } };
    return 0;
}

/*
 * The subnets that lead to the nat chain @chain now. They are asked for and not remembered: an element that is not there
 * cannot be deleted, and fails the whole transaction.
 */
static GPtrArray *collectSubnets(const Listings *listings, const char *chain)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < G_N_ELEMENTS(listings->text); i++) {
        if (listings->text[i])
            parseElements(listings->text[i], chain, keys);
    }
    return keys;
}

/* The length of @subnet without a prefix that names a single address, which is listed without one. */
static gsize lengthOf(const char *subnet)
{
    const char *full = strchr(subnet, ':') ? "/128" : "/32";

    return g_str_has_suffix(subnet, full) ? strlen(subnet) - strlen(full) : strlen(subnet);
}

static gboolean isSameSubnet(const char *a, const char *b)
{
    return lengthOf(a) == lengthOf(b) && memcmp(a, b, lengthOf(a)) == 0;
}

static gboolean hasSubnet(const GPtrArray *subnets, const char *subnet)
{
    for (guint i = 0; subnets && i < subnets->len; i++) {
        if (isSameSubnet(subnets->pdata[i], subnet))
            return TRUE;
    }
    return FALSE;
}

/* Says in @commands what brings the subnets that lead to @chain from @have to @want. */
static void replaceSubnets(GString *commands, const char *chain, const GPtrArray *have, const GPtrArray *want)
{
    for (guint i = 0; i < have->len; i++) {
        const char *subnet = have->pdata[i];

        if (!hasSubnet(want, subnet))
            g_string_append_printf(commands, "delete element " TABLE " %s { %s }\n", mapOfSubnet(subnet), subnet);
    }
    for (guint i = 0; want && i < want->len; i++) {
        const char *subnet = want->pdata[i];

        if (!hasSubnet(have, subnet))
            g_string_append_printf(commands, "add element " TABLE " %s { %s : jump %s }\n", mapOfSubnet(subnet), subnet,
                                   chain);
    }
}

static void fillChain(GString *commands, const char *chain, const char *rules)
{
    g_auto(GStrv) lines = g_strsplit(rules, "\n", -1);

    g_string_append_printf(commands, "add chain " TABLE " %s\nflush chain " TABLE " %s\n", chain, chain);
    for (char **line = lines; *line; line++) {
        if (**line)
            g_string_append_printf(commands, "add rule " TABLE " %s %s\n", chain, *line);
    }
}

/*
 * Only what is there can be deleted. Made first if it is missing, it always is there; that making and deleting are
 * one transaction, nobody sees it.
 */
static void removeFromMap(GString *commands, Chain chain, const char *name, const char *key)
{
    const char *map = chains[chain].map;

    g_string_append_printf(commands, "add element " TABLE " %s { %s : jump %s }\n", map, key, name);
    g_string_append_printf(commands, "delete element " TABLE " %s { %s }\n", map, key);
}

static void removeChain(GString *commands, const char *name)
{
    g_string_append_printf(commands, "flush chain " TABLE " %s\ndelete chain " TABLE " %s\n", name, name);
}

/* What one chain of a network is to become. */
typedef struct {
    Chain chain;
    const char *key;            /* the bridge's name in nft's words */
    const char *name;           /* of the chain */
    const char *rules;          /* NULL: no such chain */
    const GPtrArray *subnets;   /* of the nat chain: those that lead to it */
} Wanted;

static void describeChain(const Wanted *want, const Listings *listings, GString *commands)
{
    g_autoptr(GPtrArray) have = collectSubnets(listings, want->name);

    if (want->rules)
        fillChain(commands, want->name, want->rules);
    else
        g_string_append_printf(commands, "add chain " TABLE " %s\n", want->name);

    if (want->chain == CHAIN_NAT)
        replaceSubnets(commands, want->name, have, want->subnets);
    else if (want->rules)
        g_string_append_printf(commands, "add element " TABLE " %s { %s : jump %s }\n", chains[want->chain].map,
                               want->key, want->name);
    else
        removeFromMap(commands, want->chain, want->name, want->key);

    if (!want->rules)
        removeChain(commands, want->name);
}

/* Says in @commands what brings the chains of @bridge to @nft; NULL: to none. */
static int describe(const char *bridge, const virPlanNft *nft, const Listings *listings, GString *commands, GError **err)
{
    g_autofree char *key = virHostNftQuoteName(bridge);

    if (!key)
        return virFail(err, VIR_ERR_CONFIG_UNSUPPORTED, "bridge name '%s' cannot be used in firewall rules",
                       bridge);
    for (Chain chain = 0; chain < CHAIN_LAST; chain++) {
        const char *rules = nft ? rulesOf(nft, chain) : NULL;
        g_autofree char *name = virHostNftNameChain(chains[chain].prefix, bridge);
        Wanted want = { .chain = chain, .key = key, .name = name, .rules = rules && *rules ? rules : NULL };

        want.subnets = want.rules && chain == CHAIN_NAT ? nft->nat_subnets : NULL;
        describeChain(&want, listings, commands);
    }
    return 0;
}

static int changeLocked(virHostReal *real, const char *bridge, const virPlanNft *nft, GError **err)
{
    g_auto(Listings) listings = { { NULL } };
    g_autoptr(GString) commands = g_string_new(NULL);
    g_autofree char *reason = NULL;

    if (listMapsLocked(real, &listings, err) < 0 || describe(bridge, nft, &listings, commands, err) < 0)
        return -1;
    reason = runLocked(real, commands->str, NULL);
    /* Somebody has flushed the ruleset, the base with it. */
    if (reason && virHostNftIsAbsent(reason) && makeBaseLocked(real, NULL) == 0) {
        g_free(reason);
        reason = runLocked(real, commands->str, NULL);
    }
    return reason ? virHostNftFail("change the firewall rules of bridge", bridge, reason, err) : 0;
}

/* Returns 1 if @chain is there, 0 if not, -1 if that cannot be said. */
static int findChainLocked(virHostReal *real, const char *chain, GError **err)
{
    g_autofree char *command = g_strdup_printf("list chain " TABLE " %s\n", chain);
    g_autofree char *reason = runLocked(real, command, NULL);

    if (!reason)
        return 1;
    return virHostNftIsAbsent(reason) ? 0 : virHostNftFail("list the nftables chain", chain, reason, err);
}

int virHostNftProbe(virHostReal *real, const virNetworkPlan *want, virNetworkPlan *plan, GError **err)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->nft_lock);

    for (Chain chain = 0; chain < CHAIN_LAST; chain++) {
        g_autofree char *name = virHostNftNameChain(chains[chain].prefix, want->bridge);
        int found = findChainLocked(real, name, err);

        if (found < 0)
            return -1;
        if (found == 0)
            continue;
        plan->nft.present = TRUE;
        plan->nft.known = FALSE;
        return 0;
    }
    return 0;
}

/* Where there is no table there is nothing to remove, and none is made for that. */
static int removeLocked(virHostReal *real, const char *bridge, GError **err)
{
    g_autofree char *reason = runLocked(real, "list map " TABLE " to_guests\n", NULL);

    return reason && virHostNftIsAbsent(reason) ? 0 : changeLocked(real, bridge, NULL, err);
}

int virHostNftApply(virHostReal *real, const virNetworkStep *step, GError **err)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->nft_lock);

    if (step->verb == VIR_STEP_NFT_REMOVE)
        return removeLocked(real, step->from->bridge, err);
    if (!real->nft_base_made && makeBaseLocked(real, err) < 0)
        return -1;
    return changeLocked(real, step->to->bridge, &step->to->nft, err);
}

int virHostNftFillAll(virNetworkHost *host, const GPtrArray *plans, GError **err)
{
    virHostReal *real = (virHostReal *)host;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&real->nft_lock);
    g_autoptr(GString) commands = g_string_new(NULL);
    g_auto(Listings) listings = { { NULL } };
    g_autofree char *reason = NULL;

    if ((!real->nft_base_made && makeBaseLocked(real, err) < 0) || listMapsLocked(real, &listings, err) < 0)
        return -1;
    for (guint i = 0; i < plans->len; i++) {
        const virNetworkPlan *plan = plans->pdata[i];

        if (describe(plan->bridge, &plan->nft, &listings, commands, err) < 0)
            return -1;
    }
    reason = runLocked(real, commands->str, NULL);
    return reason ? virHostNftFail("fill the nftables table", TABLE, reason, err) : 0;
}

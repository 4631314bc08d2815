/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_iptables.c: the firewall rules that another libvirt has left of networks that are ours now
 *
 * Its chains are made by iptables, which on today's machines keeps them in nftables' tables ip and ip6 filter, nat and
 * mangle; from 10.4 on it may have tables of its own. Either way they would go on rejecting what our rules accept. Only
 * rules of the networks asked for are removed; libvirt's chains go when they are empty. Nothing is ever added here.
 * Called through the table in host_real.c, once, when a daemon has loaded its networks.
 */
#include <string.h>

#include "host_real.h"
#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define MAX_PROC_FILE 65536

/* What stands before the word by which a rule in a chain tells whose it is: the bridge's name, or the subnet. */
#define BY_IN_NAME "iifname \""
#define BY_OUT_NAME "oifname \""
#define BY_IN "iif \""
#define BY_OUT "oif \""
#define BY_SUBNET " saddr "

static const char *const families[] = { "ip", "ip6" };

static const struct {
    const char *table;
    const char *name;
    const char *base;       /* the chain that leads here; NULL: the chain is its own and stays */
    const char *key;
} chains[] = {
    { "filter", "LIBVIRT_INP", "INPUT", BY_IN_NAME },
    { "filter", "LIBVIRT_OUT", "OUTPUT", BY_OUT_NAME },
    { "filter", "LIBVIRT_FWX", "FORWARD", BY_IN_NAME },
    { "filter", "LIBVIRT_FWI", "FORWARD", BY_OUT_NAME },
    { "filter", "LIBVIRT_FWO", "FORWARD", BY_IN_NAME },
    { "nat", "LIBVIRT_PRT", "POSTROUTING", BY_SUBNET },
    { "mangle", "LIBVIRT_PRT", "POSTROUTING", BY_OUT_NAME },
    { "libvirt_network", "guest_cross", NULL, BY_IN },
    { "libvirt_network", "guest_input", NULL, BY_OUT },
    { "libvirt_network", "guest_output", NULL, BY_IN },
    { "libvirt_network", "guest_nat", NULL, BY_SUBNET },
};

/* The work of one call. */
typedef struct {
    struct nft_ctx *nft;
    GHashTable *owned;      /* bridge names and subnets of the networks asked for */
    GString *rules;         /* commands that delete rules of theirs */
    GString *emptied;       /* commands that delete chains that have no other rules, and the jumps to them */
    guint n_rules;
} Sweep;

static void clearSweep(Sweep *sweep)
{
    g_clear_pointer(&sweep->nft, nft_ctx_free);
    g_clear_pointer(&sweep->owned, g_hash_table_unref);
    g_string_free(sweep->rules, TRUE);
    g_string_free(sweep->emptied, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sweep, clearSweep)

/* A subnet of one address is listed without its prefix. */
static char *asListed(const char *subnet)
{
    const char *full = strchr(subnet, ':') ? "/128" : "/32";

    return g_strndup(subnet, strlen(subnet) - (g_str_has_suffix(subnet, full) ? strlen(full) : 0));
}

static int begin(Sweep *sweep, const GPtrArray *plans, GError **err)
{
    sweep->owned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    sweep->rules = g_string_new(NULL);
    sweep->emptied = g_string_new(NULL);
    for (guint i = 0; i < plans->len; i++) {
        const virNetworkPlan *plan = plans->pdata[i];

        if (plan->bridge)
            g_hash_table_add(sweep->owned, g_strdup(plan->bridge));
        for (guint j = 0; j < plan->nft.nat_subnets->len; j++)
            g_hash_table_add(sweep->owned, asListed(plan->nft.nat_subnets->pdata[j]));
    }
    sweep->nft = nft_ctx_new(NFT_CTX_DEFAULT);
    if (!sweep->nft || nft_ctx_buffer_output(sweep->nft) != 0 || nft_ctx_buffer_error(sweep->nft) != 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot set up libnftables");
    nft_ctx_output_set_flags(sweep->nft, NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS);
    return 0;
}

/* The lines of a chain as listed; NULL if there is no such chain, or none that can be listed. */
static GStrv listChain(Sweep *sweep, const char *family, const char *table, const char *chain)
{
    g_autofree char *command = g_strdup_printf("list chain %s %s %s\n", family, table, chain);

    if (nft_run_cmd_from_buffer(sweep->nft, command) != 0)
        return NULL;
    return g_strsplit(nft_ctx_get_output_buffer(sweep->nft), "\n", -1);
}

/* The handle of the rule in @line, which also stands at its end; NULL if the line is no rule. */
static const char *handleOf(const char *line)
{
    const char *handle = strstr(line, " # handle ");

    return handle && !strchr(line, '{') ? handle + strlen(" # handle ") : NULL;
}

/* Whether @line is a rule of one of the networks; @key is what stands before the word that tells. */
static gboolean isOwned(const Sweep *sweep, const char *line, const char *key)
{
    const char *start = strstr(line, key);
    g_autofree char *word = NULL;

    if (!start)
        return FALSE;
    start += strlen(key);
    word = g_strndup(start, strcspn(start, "\" "));
    return g_hash_table_contains(sweep->owned, word);
}

static void removeJumps(Sweep *sweep, const char *family, gsize row)
{
    g_auto(GStrv) lines = listChain(sweep, family, chains[row].table, chains[row].base);
    g_autofree char *jump = g_strdup_printf("jump %s #", chains[row].name);

    for (char **line = lines; line && *line; line++) {
        const char *handle = handleOf(*line);

        if (handle && strstr(*line, jump))
            g_string_append_printf(sweep->emptied, "delete rule %s %s %s handle %s\n", family, chains[row].table,
                                   chains[row].base, handle);
    }
}

static void sweepChain(Sweep *sweep, const char *family, gsize row)
{
    g_auto(GStrv) lines = listChain(sweep, family, chains[row].table, chains[row].name);
    gboolean has_other = FALSE;

    for (char **line = lines; line && *line; line++) {
        const char *handle = handleOf(*line);

        if (!handle)
            continue;
        if (!isOwned(sweep, *line, chains[row].key)) {
            has_other = TRUE;
            continue;
        }
        g_string_append_printf(sweep->rules, "delete rule %s %s %s handle %s\n", family, chains[row].table,
                               chains[row].name, handle);
        sweep->n_rules++;
    }
    if (!lines || has_other || !chains[row].base)
        return;
    removeJumps(sweep, family, row);
    g_string_append_printf(sweep->emptied, "delete chain %s %s %s\n", family, chains[row].table, chains[row].name);
}

static int commit(Sweep *sweep, GError **err)
{
    const char *reason;

    if (sweep->n_rules > 0 && nft_run_cmd_from_buffer(sweep->nft, sweep->rules->str) != 0) {
        reason = nft_ctx_get_error_buffer(sweep->nft);
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot remove another libvirt's firewall rules: %.*s",
                       (int)strcspn(reason, "\n"), reason);
    }
    /*
     * Chains without any rule of ours are another daemon's, who believes that they are there. And somebody else's rule may
     * lead to them: then they stay, since empty ones do no harm.
     */
    if (sweep->n_rules > 0)
        (void)nft_run_cmd_from_buffer(sweep->nft, sweep->emptied->str);
    return 0;
}

/* Whether the older kernel interface of iptables, which nftables does not show, has a filter table. */
static gboolean hasLegacyTable(void)
{
    g_autofree char *names = NULL;
    g_autofree char *names6 = NULL;

    (void)virFileRead("/proc/net/ip_tables_names", MAX_PROC_FILE, &names, NULL);   /* no file: no such interface */
    (void)virFileRead("/proc/net/ip6_tables_names", MAX_PROC_FILE, &names6, NULL);
    return (names && strstr(names, "filter\n")) || (names6 && strstr(names6, "filter\n"));
}

int virHostIptablesClear(virNetworkHost *host, const GPtrArray *plans, virNetworkHostCleared *ret_cleared, GError **err)
{
    g_auto(Sweep) sweep = { 0 };

    (void)host;
    if (begin(&sweep, plans, err) < 0)
        return -1;
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        for (gsize row = 0; row < G_N_ELEMENTS(chains); row++)
            sweepChain(&sweep, families[i], row);
    }
    if (commit(&sweep, err) < 0)
        return -1;
    *ret_cleared = (virNetworkHostCleared){ .n_rules = sweep.n_rules, .legacy = hasLegacyTable() };
    return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_price.c: what guests notice of the steps of a change
 *
 * One row a verb: either the price is always the same, or a function finds it from the two plans. Connections are tracked
 * throughout, so that a change of the rules ends only those that no new rule lets through, whatever it was that began them.
 */
#include "plan_price.h"

#include <string.h>

/* --- Rules ------------------------------------------------------------------------------------------------------- */

/* What a line of plan_nft.c lets through of connections that are there already. */
typedef struct {
    virSocketAddr network;
    unsigned int prefix;
    const char *device;     /* in quotes; NULL: any */
} Passage;

/* "ip daddr 192.0.2.0/24 iifname "eth0" ct state established,related accept"; other lines are about no subnet. */
static gboolean parsePassage(char **words, Passage *ret_passage)
{
    Passage passage = { .device = NULL };
    char *slash;
    guint i;

    if (g_strv_length(words) < 4 || !(slash = strchr(words[2], '/')))
        return FALSE;
    for (i = 3; words[i] && words[i + 1]; i++) {
        if (strcmp(words[i], "iifname") == 0 || strcmp(words[i], "oifname") == 0)
            passage.device = words[i + 1];
    }
    *slash = '\0';
    passage.prefix = g_ascii_strtoull(slash + 1, NULL, 10);
    if (!virSocketAddrParse(words[2], AF_UNSPEC, &passage.network))
        return FALSE;
    *ret_passage = passage;
    return TRUE;
}

/* Whether all that passes by @was passes by @is. */
static gboolean includes(const Passage *is, const Passage *was)
{
    return is->prefix <= was->prefix && virSocketAddrInSubnet(&was->network, &is->network, is->prefix) &&
           (!is->device || g_strcmp0(is->device, was->device) == 0);
}

/* Whether all that passes by @was passes by a line of @rules. *@ret_device: the one device by which some of it does; or NULL. */
static gboolean stillPasses(const Passage *was, const char *rules, char **ret_device)
{
    g_auto(GStrv) lines = g_strsplit(rules ? rules : "", "\n", -1);
    guint i;

    for (i = 0; lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);
        Passage is, any;

        if (!parsePassage(words, &is))
            continue;
        if (includes(&is, was))
            return TRUE;
        any = is;
        any.device = NULL;
        if (!was->device && !*ret_device && includes(&any, was))
            *ret_device = g_strdup(is.device);
    }
    return FALSE;
}

/* A connection needs both directions: each subnet is named once. */
static void addEnded(GPtrArray *ended, const Passage *passage, const char *device_left)
{
    char subnet[VIR_SOCKET_ADDR_BUFLEN];
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "between %s/%u and the outside", virSocketAddrFormat(&passage->network, subnet),
                           passage->prefix);
    if (device_left)
        g_string_append_printf(text, " by other devices than %s", device_left);
    else if (passage->device)
        g_string_append_printf(text, " by %s", passage->device);
    if (g_ptr_array_find_with_equal_func(ended, text->str, g_str_equal, NULL))
        g_string_free(text, TRUE);
    else
        g_ptr_array_add(ended, g_string_free(text, FALSE));
}

/* Adds what the lines @was let through and @is does not. */
static void compareRules(GPtrArray *ended, const char *was, const char *is)
{
    g_auto(GStrv) lines = g_strsplit(was ? was : "", "\n", -1);
    guint i;

    for (i = 0; lines[i]; i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);
        g_autofree char *device_left = NULL;
        Passage passage;

        if (parsePassage(words, &passage) && !stillPasses(&passage, is, &device_left))
            addEnded(ended, &passage, device_left);
    }
}

static void judgeFill(const virNetworkStep *step, virNetworkPrice *price)
{
    const virPlanNft *from = &step->from->nft, *to = &step->to->nft;
    g_autoptr(GPtrArray) ended = NULL;

    if (!step->from->link.present)
        return;
    if (!from->present || !from->known) {
        price->costs = VIR_PRICE_FLOWS_ENDED;
        price->detail = g_strdup("those that the rules do not let through");
        return;
    }
    ended = g_ptr_array_new_with_free_func(g_free);
    compareRules(ended, from->forward_out, to->forward_out);
    compareRules(ended, from->forward_in, to->forward_in);
    if (ended->len > 0) {
        g_ptr_array_add(ended, NULL);
        price->costs = VIR_PRICE_FLOWS_ENDED;
        price->detail = g_strjoinv(", ", (char **)ended->pdata);
    } else if (g_strcmp0(from->nat, to->nat) != 0) {
        price->detail = g_strdup("connections that are there keep their translation");
    }
}

static void judgeRemove(const virNetworkStep *step, virNetworkPrice *price)
{
    if (step->to->link.present)
        price->detail = g_strdup("no rule of this network stops packets any more");
}

/* --- Bridge, addresses, routes ----------------------------------------------------------------------------------- */

static void judgeLink(const virNetworkStep *step, virNetworkPrice *price)
{
    const virPlanLink *from = &step->from->link, *to = &step->to->link;

    if (!from->present)
        return;
    if (from->has_mac && to->has_mac && !virMacAddrEqual(&from->mac, &to->mac)) {
        price->costs = VIR_PRICE_FLOWS_ENDED;
        price->detail = g_strdup("to and through the host, until guests have learned the bridge's new MAC address");
    } else if (to->vlan_filtering && !from->vlan_filtering) {
        price->costs = VIR_PRICE_FLOWS_ENDED;
        price->detail = g_strdup("those with VLAN tags that the guest's port does not have");
    } else if (to->mtu != from->mtu) {
        price->detail = g_strdup("guests keep their MTU until they ask for it again");
    }
}

static const virPlanAddr *findAddress(const virNetworkPlan *plan, const virPlanAddr *addr)
{
    guint i;

    for (i = 0; i < plan->addrs->len; i++) {
        const virPlanAddr *other = plan->addrs->pdata[i];

        if (virSocketAddrEqual(&other->address, &addr->address))
            return other;
    }
    return NULL;
}

/* The kernel has an IPv6 address once only, so that it goes before it comes back in another subnet. */
static void judgeLargerSubnet(const virPlanAddr *addr, virNetworkPrice *price)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&addr->address, text);
    if (addr->address.family == AF_INET6) {
        price->costs = VIR_PRICE_PACKETS_LOST;
        price->detail = g_strdup_printf("%s is away for a moment", text);
    } else {
        price->detail = g_strdup_printf("%s stays, in a larger subnet", text);
    }
}

static void judgeAddressDelete(const virNetworkStep *step, virNetworkPrice *price)
{
    const virPlanAddr *kept = findAddress(step->to, step->addr);
    char text[VIR_SOCKET_ADDR_BUFLEN];

    virSocketAddrFormat(&step->addr->address, text);
    if (kept && kept->prefix <= step->addr->prefix) {
        judgeLargerSubnet(kept, price);
        return;
    }
    price->costs = VIR_PRICE_FLOWS_ENDED;
    if (kept)
        price->detail = g_strdup_printf("to guests outside of %s/%u", text, kept->prefix);
    else
        price->detail = g_strdup_printf("to %s, and those of guests whose gateway it is", text);
}

static gboolean hasRouteTo(const virNetworkPlan *plan, const virPlanRoute *route)
{
    guint i;

    for (i = 0; i < plan->routes->len; i++) {
        const virPlanRoute *other = plan->routes->pdata[i];

        if (other->prefix <= route->prefix && virSocketAddrInSubnet(&route->network, &other->network, other->prefix))
            return TRUE;
    }
    return FALSE;
}

static void judgeRouteReplace(const virNetworkStep *step, virNetworkPrice *price)
{
    char text[VIR_SOCKET_ADDR_BUFLEN];

    price->detail = g_strdup_printf("packets go by %s from then on", virSocketAddrFormat(&step->route->gateway, text));
}

static void judgeRouteDelete(const virNetworkStep *step, virNetworkPrice *price)
{
    char network[VIR_SOCKET_ADDR_BUFLEN];

    if (hasRouteTo(step->to, step->route)) {
        price->detail = g_strdup("another route leads there");
        return;
    }
    price->costs = VIR_PRICE_FLOWS_ENDED;
    price->detail = g_strdup_printf("to %s/%u", virSocketAddrFormat(&step->route->network, network), step->route->prefix);
}

static void judgeSysctl(const virNetworkStep *step, virNetworkPrice *price)
{
    if (!step->from->link.present || !g_str_has_suffix(step->sysctl->path, "/disable_ipv6") ||
        strcmp(step->sysctl->value, "1") != 0)
        return;
    price->costs = VIR_PRICE_FLOWS_ENDED;
    price->detail = g_strdup("IPv6 to and through the host");
}

/* --- Services ---------------------------------------------------------------------------------------------------- */

/* Whether the conf has a line that begins so. */
static gboolean confHas(const char *conf, const char *line)
{
    g_autofree char *inside = g_strdup_printf("\n%s", line);

    return conf && (g_str_has_prefix(conf, line) || strstr(conf, inside));
}

static gboolean servesDns(const virPlanDnsmasq *dnsmasq)
{
    return dnsmasq->conf && !confHas(dnsmasq->conf, "port=0\n");
}

static gboolean servesDhcp(const virPlanDnsmasq *dnsmasq)
{
    return confHas(dnsmasq->conf, "dhcp-range=");
}

static void judgeRestart(const virNetworkStep *step, virNetworkPrice *price)
{
    const virPlanDnsmasq *from = &step->from->dnsmasq, *to = &step->to->dnsmasq;
    gboolean dns_ends = servesDns(from) && !servesDns(to);
    gboolean dhcp_ends = servesDhcp(from) && !servesDhcp(to);

    if (servesDns(from) && servesDns(to))
        price->costs |= VIR_PRICE_DNS_HELD;
    if (servesDhcp(from) && servesDhcp(to))
        price->costs |= VIR_PRICE_DHCP_GAP;
    if (!dns_ends && !dhcp_ends)
        return;
    price->costs |= VIR_PRICE_FLOWS_ENDED;
    price->detail = g_strdup_printf("%s%s%s no longer served", dns_ends ? "DNS" : "", dns_ends && dhcp_ends ? " and " : "",
                                    dhcp_ends ? "DHCP" : "");
}

static void judgeStop(const virNetworkStep *step, virNetworkPrice *price)
{
    gboolean dns = servesDns(&step->from->dnsmasq), dhcp = servesDhcp(&step->from->dnsmasq);

    price->costs = VIR_PRICE_FLOWS_ENDED;
    price->detail = g_strdup_printf("%s no longer served", dns && dhcp ? "DNS and DHCP" : dhcp ? "DHCP" : "DNS");
}

/* The kernel has no way to exchange a device's queue without dropping what comes to it just then. */
static void judgeBuild(const virNetworkStep *step, virNetworkPrice *price)
{
    if (!step->from->link.present)
        return;
    price->costs = VIR_PRICE_PACKETS_LOST;
    price->detail = g_strdup("those from host and outside to guests in the instant in which the queue is put on");
}

/* --- The table --------------------------------------------------------------------------------------------------- */

typedef void (*Judge)(const virNetworkStep *step, virNetworkPrice *price);

/* A verb that is not here is always seamless, and there is no more to say about it. */
static const struct {
    unsigned int costs;
    const char *detail;
    Judge judge;            /* instead of the two */
} rows[VIR_STEP_LAST] = {
    [VIR_STEP_LINK_SET] = { .judge = judgeLink },
    [VIR_STEP_LINK_DELETE] = { VIR_PRICE_FLOWS_ENDED, "all of this network", NULL },
    [VIR_STEP_ADDR_DELETE] = { .judge = judgeAddressDelete },
    [VIR_STEP_ROUTE_REPLACE] = { .judge = judgeRouteReplace },
    [VIR_STEP_ROUTE_DELETE] = { .judge = judgeRouteDelete },
    [VIR_STEP_SYSCTL_SET] = { .judge = judgeSysctl },
    [VIR_STEP_NFT_FILL] = { .judge = judgeFill },
    [VIR_STEP_NFT_REMOVE] = { .judge = judgeRemove },
    [VIR_STEP_QOS_BUILD] = { .judge = judgeBuild },
    [VIR_STEP_QOS_DELETE_CLASS] = { VIR_PRICE_PACKETS_LOST, "those that wait in its queue", NULL },
    [VIR_STEP_QOS_CLEAR] = { VIR_PRICE_PACKETS_LOST, "those that wait in the queue, or come as it is taken off", NULL },
    [VIR_STEP_QOS_FILL_OUTBOUND] = { 0, "packets from guests are dropped where they are too many", NULL },
    [VIR_STEP_DNSMASQ_STOP] = { .judge = judgeStop },
    [VIR_STEP_DNSMASQ_RESTART] = { .judge = judgeRestart },
    [VIR_STEP_RADVD_STOP] = { 0, "guests keep what was advertised as long as that said", NULL },
    [VIR_STEP_ZONE_SET] = { 0, "firewalld lets connections go on that are there", NULL },
};

void virNetworkStepPrice(const virNetworkStep *step, virNetworkPrice *ret_price)
{
    *ret_price = (virNetworkPrice){ .costs = rows[step->verb].costs, .detail = g_strdup(rows[step->verb].detail) };
    if (rows[step->verb].judge)
        rows[step->verb].judge(step, ret_price);
}

void virNetworkPriceClear(virNetworkPrice *price)
{
    g_clear_pointer(&price->detail, g_free);
}

/* --- Text -------------------------------------------------------------------------------------------------------- */

/* The worst first. */
static const struct {
    unsigned int cost;
    const char *name;
} names[] = {
    { VIR_PRICE_FLOWS_ENDED, "flows ended" },
    { VIR_PRICE_DHCP_GAP, "DHCP gap of some ms" },
    { VIR_PRICE_DNS_HELD, "DNS held some ms" },
    { VIR_PRICE_PACKETS_LOST, "some packets lost" },
};

static void appendCosts(GString *out, unsigned int costs)
{
    const char *separator = "";
    guint i;

    if (!costs)
        g_string_append(out, "seamless");
    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(costs & names[i].cost))
            continue;
        g_string_append_printf(out, "%s%s", separator, names[i].name);
        separator = ", ";
    }
}

static unsigned int appendStep(GString *out, const virNetworkStep *step)
{
    g_autofree char *text = virNetworkStepFormat(step);
    g_auto(virNetworkPrice) price = { 0 };

    virNetworkStepPrice(step, &price);
    g_string_append_printf(out, "%s -- ", text);
    appendCosts(out, price.costs);
    if (price.detail)
        g_string_append_printf(out, ": %s", price.detail);
    g_string_append_c(out, '\n');
    return price.costs;
}

static void appendNoSteps(GString *out, const virNetworkPricedChange *change)
{
    if (!change->live && !change->config)
        g_string_append(out, "nothing to do\n");
    else if (change->live && change->config)
        g_string_append(out, "nothing on the host changes, only the live and the stored definition\n");
    else
        g_string_append_printf(out, "nothing on the host changes, only the %s definition\n",
                               change->live ? "live" : "stored");
}

char *virNetworkPriceFormat(const virNetworkPricedChange *change)
{
    guint i, n_steps = change->steps ? change->steps->len : 0;
    GString *out = g_string_new(NULL);
    unsigned int costs = 0;

    for (i = 0; i < n_steps; i++)
        costs |= appendStep(out, change->steps->pdata[i]);
    if (n_steps == 0) {
        appendNoSteps(out, change);
        return g_string_free(out, FALSE);
    }
    g_string_append_printf(out, "%u %s: ", n_steps, n_steps == 1 ? "step" : "steps");
    appendCosts(out, costs);
    g_string_append(out, change->config ? "; the stored definition changes too\n" : "\n");
    return g_string_free(out, FALSE);
}

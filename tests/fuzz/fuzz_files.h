/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_files.h: nothing that passed validation leaves its line or field in dnsmasq's files
 *
 * Counts lines and separators of what is rendered against what the definition says, and knows every key that a conf may
 * have. Included by the harnesses whose input may end up in those files.
 */
#pragma once

#include <string.h>

#include "network_plan.h"
#include "network_validate.h"
#include "virerror.h"

/* Lines at the head of a conf that say where it comes from. */
#define N_HEADING 6

static inline void checkText(const char *text)
{
    for (; *text; text++)
        g_assert_false(g_ascii_iscntrl(*text));
}

static inline void checkConfLine(const char *line)
{
    static const char *const keys[] = {
        "addn-hosts", "bind-dynamic", "dhcp-authoritative", "dhcp-boot", "dhcp-hostsfile", "dhcp-lease-max", "dhcp-no-override",
        "dhcp-option", "dhcp-range", "domain", "domain-needed", "enable-ra", "enable-tftp", "except-interface", "expand-hosts",
        "interface", "local", "no-resolv", "pid-file", "port", "ra-param", "server", "srv-host", "strict-order", "tftp-root",
        "txt-record", NULL,
    };
    g_autofree char *key = g_strndup(line, strcspn(line, "="));

    g_assert_true(g_strv_contains(keys, key));
    checkText(line);
}

static inline void checkConf(const virNetworkDef *def, const char *conf)
{
    g_auto(GStrv) lines = g_strsplit(conf, "\n", -1);
    guint n_own = g_strv_length(lines) - 1 - def->options->len;
    guint n_txts = 0;

    for (guint i = 0; i < n_own; i++) {
        if (i < N_HEADING)
            g_assert_true(g_str_has_prefix(lines[i], "##"));
        else
            checkConfLine(lines[i]);
        n_txts += g_str_has_prefix(lines[i], "txt-record=");
    }
    g_assert_cmpuint(n_txts, ==, def->txts->len);
    /* What users write for dnsmasq themselves may say anything, in one line each. */
    for (guint i = 0; i < def->options->len; i++)
        g_assert_cmpstr(lines[n_own + i], ==, def->options->pdata[i]);
}

static inline guint countOf(const char *text, char wanted)
{
    guint n = 0;

    for (; *text; text++)
        n += *text == wanted;
    return n;
}

static inline guint countFields(const virNetworkDhcpHost *host, int family)
{
    guint n_names = family == AF_INET ? (host->mac_text != NULL) + (host->name != NULL)
                                      : (host->id != NULL) + (host->name != NULL);

    return n_names + 1 + (host->lease.unit != VIR_NETWORK_LEASE_UNSET);
}

static inline void checkHosts(const virNetworkDef *def, const char *hosts)
{
    static const int families[] = { AF_INET, AF_INET6 };
    guint n_lines = 0, n_commas = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        const virNetworkIp *ip = virNetworkDefFindDhcp(def, families[i]);

        for (guint j = 0; ip && j < ip->hosts->len; j++) {
            n_lines++;
            n_commas += countFields(ip->hosts->pdata[j], families[i]) - 1;
        }
    }
    g_assert_cmpuint(countOf(hosts, '\n'), ==, n_lines);
    g_assert_cmpuint(countOf(hosts, ','), ==, n_commas);
    g_assert_null(strpbrk(hosts, " \t\r#\"\\"));
}

static inline void checkDnsHosts(const virNetworkDef *def, const char *hosts)
{
    guint n_names = 0;

    for (guint i = 0; i < def->dns_hosts->len; i++)
        n_names += ((const virNetworkDnsHost *)def->dns_hosts->pdata[i])->names->len;
    g_assert_cmpuint(countOf(hosts, '\n'), ==, def->dns_hosts->len);
    g_assert_cmpuint(countOf(hosts, '\t'), ==, n_names);
    g_assert_null(strpbrk(hosts, " \r#"));
}

/* Renders @def, which is valid, if a host can have it. */
static inline void checkFiles(const virNetworkDef *def)
{
    g_autoptr(virHostFacts) facts = virHostFactsNew("/dnsmasq", "/run");
    g_autoptr(virNetworkPlan) plan = NULL;
    g_autoptr(GError) err = NULL;

    if (virNetworkPlanRender(def, facts, &plan, &err) < 0) {
        g_assert_true(err->domain == VIR_ERROR);
        g_assert_true(g_utf8_validate(err->message, -1, NULL));
        return;
    }
    if (!plan->dnsmasq.present)
        return;
    checkConf(def, plan->dnsmasq.conf);
    checkHosts(def, plan->dnsmasq.hosts);
    checkDnsHosts(def, plan->dnsmasq.addnhosts);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq_render.h: what a network's dnsmasq is to read, as text; for plan_dnsmasq.c
 */
#pragma once

#include "network_plan.h"

/**
 * virDnsmasqRenderConf:
 * @dnsmasq: has the paths of all files already; gets the conf, and whether it holds options of the user's own
 *
 * Fails for what cannot be written to a conf file.
 */
int virDnsmasqRenderConf(const virNetworkDef *def, const virHostFacts *facts, virPlanDnsmasq *dnsmasq, GError **err);

/* The file of DHCP hosts (dhcp-hostsfile) and that of DNS hosts (addn-hosts). The caller releases the reference. */
GRefString *virDnsmasqRenderHosts(const virNetworkDef *def);
GRefString *virDnsmasqRenderDnsHosts(const virNetworkDef *def);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_price.h: what guests notice of the steps of a change
 *
 * A price is found from a step and the two plans behind it, without looking at the host: it says what a step of this kind
 * does to traffic that runs, not what traffic there is. Called by those who show a change before it is made.
 */
#pragma once

#include "network_plan.h"

/* What a step may cost; none of them: nothing is noticed. */
typedef enum {
    VIR_PRICE_PACKETS_LOST = 1 << 0,    /* a few packets, once; TCP sends them again */
    VIR_PRICE_DNS_HELD = 1 << 1,        /* UDP queries are answered some milliseconds later, TCP queries meet a gap */
    VIR_PRICE_DHCP_GAP = 1 << 2,        /* for some milliseconds nobody answers DHCP requests; clients ask again */
    VIR_PRICE_FLOWS_ENDED = 1 << 3,     /* connections break */
} virNetworkPriceFlags;

typedef struct {
    unsigned int costs;     /* virNetworkPriceFlags */
    char *detail;           /* which packets, or why not; NULL: there is no more to say */
} virNetworkPrice;

void virNetworkPriceClear(virNetworkPrice *price);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virNetworkPrice, virNetworkPriceClear)

/* @ret_price is to be cleared by the caller. */
void virNetworkStepPrice(const virNetworkStep *step, virNetworkPrice *ret_price);

/* A change that is not made. */
typedef struct {
    const GPtrArray *steps;     /* virNetworkStep; NULL: none */
    gboolean live;              /* the live definition would be another */
    gboolean config;            /* the stored one would be another */
} virNetworkPricedChange;

/**
 * virNetworkPriceFormat:
 *
 * Returns a line for each step with its price, "dnsmasq: restart (conf differs) -- DNS held some ms", and a last line that
 * sums up. Each ends with a line break. The caller frees it.
 */
char *virNetworkPriceFormat(const virNetworkPricedChange *change);

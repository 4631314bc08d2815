/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan_facet.h: the facets of a plan, as network_plan.c and plan_diff.c see them
 *
 * A facet is one slice of the plan. Each has a file of its own, in which everything about it stands; adding a facet is one
 * row in the table of network_plan.c.
 */
#pragma once

#include "network_plan.h"

/* Steps are collected by the time at which they are to be taken; the order within a time is the order of adding. */
typedef enum {
    VIR_STEP_TIME_DEVICE,       /* make the device */
    VIR_STEP_TIME_SWITCHES,     /* its switches, while it is still down */
    VIR_STEP_TIME_ADDRESSES,
    VIR_STEP_TIME_FIREWALL,     /* before any packet can pass */
    VIR_STEP_TIME_UP,
    VIR_STEP_TIME_ROUTES,       /* for which the device must be up */
    VIR_STEP_TIME_HANDOVER,     /* ends of services whose work another goes on with */
    VIR_STEP_TIME_SERVICES,
    VIR_STEP_TIME_CLEAR_LIMITS,
    VIR_STEP_TIME_CLEAR_ROUTES,
    VIR_STEP_TIME_CLEAR_ADDRESSES,
    VIR_STEP_TIME_RESTORE_ROUTES,   /* those that went with an address */
    VIR_STEP_TIME_CLEAR_DEVICE,
    VIR_STEP_TIME_CLEAR_FIREWALL,   /* when no packet can pass any more */
    VIR_STEP_TIME_LAST
} virNetworkStepTime;

typedef struct {
    const virNetworkPlan *from;
    const virNetworkPlan *to;
    GPtrArray *steps[VIR_STEP_TIME_LAST];
} virNetworkDiff;

/* Adds a step of @diff's two plans; returns it, for what the verb needs more. */
virNetworkStep *virNetworkDiffAdd(virNetworkDiff *diff, virNetworkStepTime time, virNetworkStepVerb verb, const char *why);

/* Appends what a file made from @def says of itself, in comments that begin with "##". */
void virNetworkFacetAddHeading(const virNetworkDef *def, GString *out);

typedef struct {
    const char *name;
    int (*render)(const virNetworkDef *def, const virHostFacts *facts, virNetworkPlan *plan, GError **err);
    gboolean (*equal)(const virNetworkPlan *a, const virNetworkPlan *b);
    void (*copy)(const virNetworkPlan *from, virNetworkPlan *to);
    void (*clear)(virNetworkPlan *plan);
    void (*diff)(virNetworkDiff *diff);
    /* Brings @reached to what the host shows after @step, whose facet this is. */
    void (*advance)(virNetworkPlan *reached, const virNetworkStep *step);
    /* Has a probe for @plan look for what of @other it else would not see. NULL: a probe sees all. */
    void (*addTraces)(virNetworkPlan *plan, const virNetworkPlan *other);
    void (*format)(const virNetworkPlan *plan, GString *out);
    /* What a step of this facet is about, for its text: e.g. an address. NULL: nothing to add. */
    void (*formatStep)(const virNetworkStep *step, GString *out);
} virNetworkFacetOps;

extern const virNetworkFacetOps virNetworkFacetLink;
extern const virNetworkFacetOps virNetworkFacetAddr;
extern const virNetworkFacetOps virNetworkFacetRoute;
extern const virNetworkFacetOps virNetworkFacetSysctl;
extern const virNetworkFacetOps virNetworkFacetNft;
extern const virNetworkFacetOps virNetworkFacetZone;
extern const virNetworkFacetOps virNetworkFacetResolver;
extern const virNetworkFacetOps virNetworkFacetQos;
extern const virNetworkFacetOps virNetworkFacetDnsmasq;
extern const virNetworkFacetOps virNetworkFacetRadvd;

extern const virNetworkFacetOps *const virNetworkFacets[VIR_NETWORK_FACET_LAST];

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_ops.h: what a row of the section table consists of
 *
 * Rows are defined by kind (network_section_dhcp.c, network_section_dns.c), put into the table and run by network_section.c.
 * Nobody else includes this.
 */
#pragma once

#include "network_parse.h"
#include "network_section.h"

/* The list that an edit works on, and what its elements' parser must know. */
typedef struct {
    GPtrArray *list;
    virNetworkParseContext context;
} virNetworkSectionTarget;

typedef struct {
    const char *element;        /* name of the element; NULL: the section cannot be updated by this version */
    gboolean has_parents;       /* the parent index chooses between several parents */
    gboolean deletes_first;     /* delete takes the first of several that match; else they are an error */
    int (*locate)(virNetworkDef *def, const virNetworkSectionEdit *edit, virNetworkSectionTarget *ret_target, GError **err);
    gpointer (*parse)(const xmlNode *node, const virNetworkParseContext *context, GError **err);
    gpointer (*ref)(gpointer entry);
    void (*unref)(gpointer entry);
    /* Whether @entry may stand in that list; NULL: any may. */
    int (*admit)(const virNetworkDef *def, const virNetworkSectionTarget *target, gconstpointer entry, GError **err);
    /* Whether @have is a duplicate of @given. */
    gboolean (*same)(gconstpointer have, gconstpointer given);
    /* Whether @have is the one that a modify means; tried in this order. NULL: the one that is the same. */
    gboolean (*means[2])(gconstpointer have, gconstpointer given);
    /* Whether @have is what a delete of @given means. */
    gboolean (*selects)(gconstpointer have, gconstpointer given);
    char *(*describe)(gconstpointer entry);
    int (*fail_duplicate)(const char *network, gconstpointer given, GError **err);
    int (*fail_missing)(const char *network, unsigned int command, gconstpointer given, GError **err);
    /* What a delete that selects several is answered; NULL: a sentence that names two of them. */
    int (*fail_multiple)(const char *network, GError **err);
} virNetworkSectionOps;

extern const virNetworkSectionOps virNetworkSectionDhcpHost;
extern const virNetworkSectionOps virNetworkSectionDhcpRange;
extern const virNetworkSectionOps virNetworkSectionDnsHost;
extern const virNetworkSectionOps virNetworkSectionDnsSrv;
extern const virNetworkSectionOps virNetworkSectionDnsTxt;

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section_ops.h: what a row of the section table consists of
 *
 * Rows are defined by kind (network_section_dhcp.c, _dns.c, _link.c, _single.c), put into the table and run by network_section.c.
 * Nobody else includes this.
 */
#pragma once

#include "network_parse.h"
#include "network_parse_port.h"
#include "network_section.h"

/* The list that an edit works on, and what its elements' parser must know. */
typedef struct {
    GPtrArray *list;            /* NULL: it has been edited, in the other version */
    const virNetworkIp *ip;     /* whose list it is; NULL: the network's own */
    virNetworkParseContext context;
} virNetworkSectionTarget;

typedef struct {
    const char *element;        /* name of the element */
    gboolean has_parents;       /* the parent index chooses between several parents */
    gboolean deletes_first;     /* delete takes the first of several that match; else they are an error */
    int (*locate)(virNetworkDef *def, const virNetworkSectionEdit *edit, virNetworkSectionTarget *ret_target, GError **err);
    gpointer (*parse)(const xmlNode *node, const virNetworkParseContext *context, GError **err);
    gpointer (*ref)(gpointer entry);
    void (*unref)(gpointer entry);
    /* Whether that list may be edited at all; NULL: it may. What is wrong with the element itself is told of before. */
    int (*permit)(const virNetworkDef *def, const virNetworkSectionTarget *target, GError **err);
    /* Whether @entry may be put into that list; NULL: any may. */
    int (*admit)(const virNetworkDef *def, const virNetworkSectionTarget *target, gconstpointer entry, GError **err);
    /* Takes away what cannot stay in the new version; NULL: nothing. */
    void (*settle)(virNetworkDef *def);
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

/* A part of which a network has at most one. */
typedef struct {
    const char *element;
    gboolean (*isPresent)(const virNetworkDef *def);
    void (*clear)(virNetworkDef *def);
    /* Reads the element, a child of @parent, into @def, in which the part is clear. */
    int (*parse)(const xmlNode *parent, virNetworkDef *def, GError **err);
    /* Whether a delete of @node means what is there; NULL: it does. */
    int (*selects)(const xmlNode *node, const virNetworkDef *def, GError **err);
    const char *no_add;         /* why none can be added; NULL: it can where there is none */
    const char *no_delete;      /* why it cannot be deleted; NULL: it can */
} virNetworkSectionSingle;

extern const virNetworkSectionSingle virNetworkSectionBridge;
extern const virNetworkSectionSingle virNetworkSectionDomain;
extern const virNetworkSectionSingle virNetworkSectionForward;
extern const virNetworkSectionSingle virNetworkSectionForwardPf;

extern const virNetworkSectionOps virNetworkSectionDhcpHost;
extern const virNetworkSectionOps virNetworkSectionDhcpRange;
extern const virNetworkSectionOps virNetworkSectionDnsHost;
extern const virNetworkSectionOps virNetworkSectionDnsSrv;
extern const virNetworkSectionOps virNetworkSectionDnsTxt;
extern const virNetworkSectionOps virNetworkSectionForwardInterface;
extern const virNetworkSectionOps virNetworkSectionIp;
extern const virNetworkSectionOps virNetworkSectionPortGroup;

/*
 * The whole network at once: what @was becomes when it is to be like the <network> element @root. What it leaves to a define
 * or a start to choose comes from @was. NULL with an error if @root is not of that network, or not valid.
 */
virNetworkDef *virNetworkSectionReplace(const virNetworkDef *was, const xmlNode *root, GError **err);

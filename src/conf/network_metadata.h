/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_metadata.h: the elements that programs keep in a network's <metadata>
 *
 * Each element belongs to a namespace, by whose URI it is found, and there is one of each. What is in them is nobody's
 * matter here.
 */
#pragma once

#include "network_def.h"

/* An element to be put in. */
typedef struct {
    const char *uri;    /* of its namespace */
    const char *key;    /* prefix of the namespace in the network's XML */
    const char *xml;    /* the element, with or without that namespace; NULL: there shall be none */
} virNetworkMetadataElement;

/**
 * virNetworkMetadataSet:
 *
 * Replaces the element of a namespace in @def, adds it, or removes it; removing what is not there is fine. What is in no
 * namespace in the element comes to be in this one.
 *
 * Returns 0, or -1 if the element is not well-formed, or cannot be in this namespace.
 */
int virNetworkMetadataSet(virNetworkDef *def, const virNetworkMetadataElement *element, GError **err);

/* The element of a namespace, without its prefix; NULL if there is none. The caller frees it with g_free(). */
char *virNetworkMetadataGet(const virNetworkDef *def, const char *uri);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_format.h: definition to XML, in libvirt's order and spelling
 */
#pragma once

#include "network_def.h"

/* How many ports use a live network, and each member of its pool. */
typedef struct {
    unsigned int connections;
    GHashTable *members;            /* name of a device, or PCI address as sysfs names it -> GUINT_TO_POINTER(ports); NULL: none */
} virNetworkUse;

/* The whole <network> document, indented by two, with a line break at its end. The caller frees it. */
char *virNetworkDefFormat(const virNetworkDef *def);

/* The same with the counts of @use in it. */
char *virNetworkDefFormatUsed(const virNetworkDef *def, const virNetworkUse *use);

/* Appends the second to @out, indented by @indent blanks. */
void virNetworkDefFormatUsedTo(const virNetworkDef *def, const virNetworkUse *use, GString *out, unsigned int indent);

/* Appends the first to @out, indented by @indent blanks. */
void virNetworkDefFormatTo(const virNetworkDef *def, GString *out, unsigned int indent);

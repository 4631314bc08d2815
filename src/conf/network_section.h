/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_section.h: the table of the parts of a network that can be updated, and the one engine that runs its rows
 *
 * An edit changes a private copy of a definition and nothing else. What the change means for the host is found
 * afterwards, from the difference; nothing behind this header asks which section it was.
 */
#pragma once

#include "network_def.h"

/* One edit: libvirt's numbers for command and section, and the element that was given. */
typedef struct {
    unsigned int command;       /* virNetworkUpdateCommand */
    unsigned int section;       /* virNetworkUpdateSection */
    int parent_index;           /* -1: the obvious one */
    const xmlNode *root;        /* the element */
} virNetworkSectionEdit;

/**
 * virNetworkSectionApply:
 * @def: a copy that nobody else sees; on failure it may have been touched and is to be dropped
 * @edit: what to change
 *
 * Returns 0, or -1 with the error code that libvirt gives for such a request.
 */
int virNetworkSectionApply(virNetworkDef *def, const virNetworkSectionEdit *edit, GError **err);

/* The section's name in XML words ("ip-dhcp-host"); NULL for a number that is none. */
const char *virNetworkSectionName(unsigned int section);

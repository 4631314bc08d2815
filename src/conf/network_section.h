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
    /*
     * Another version, and what this edit has made of it; NULL: none. Where the two versions share a long list they go on
     * sharing it: it is edited once.
     */
    const virNetworkDef *other_was, *other;
} virNetworkSectionEdit;

/**
 * virNetworkSectionApply:
 * @was: the version to edit; it stays as it is
 * @edit: what to change. Section VIR_NETWORK_SECTION_NONE means the network as a whole.
 *
 * Returns the new version, or NULL with the error code that libvirt gives for such a request. Rules on a definition as a
 * whole are not judged here.
 */
virNetworkDef *virNetworkSectionApply(const virNetworkDef *was, const virNetworkSectionEdit *edit, GError **err);

/* The section's name in XML words ("ip-dhcp-host"), "network" for the whole; NULL for a number that is none. */
const char *virNetworkSectionName(unsigned int section);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_unsupported.h: the parts of the network format that this version does not have
 *
 * They are refused by name, so that nobody believes in an effect that is not there. The table only shrinks.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/**
 * virNetworkCheckSupported:
 * @network: name of the network, for the message
 * @root: its <network> element
 *
 * Returns 0, or -1 with VIR_ERR_CONFIG_UNSUPPORTED naming the first element or attribute, with its line, that the
 * format has and this version has not. What the format does not know is no business of this function.
 */
int virNetworkCheckSupported(const char *network, const xmlNode *root, GError **err);

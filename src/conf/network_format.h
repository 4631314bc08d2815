/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_format.h: definition to XML, in libvirt's order and spelling
 */
#pragma once

#include "network_def.h"

/* The whole <network> document, indented by two, with a line break at its end. The caller frees it. */
char *virNetworkDefFormat(const virNetworkDef *def);

/* Appends the same to @out, indented by @indent blanks. */
void virNetworkDefFormatTo(const virNetworkDef *def, GString *out, unsigned int indent);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_validate.h: the rules that a whole definition must obey
 *
 * What is stored is read leniently: a file with a fault of earlier times loads, is listed and can be edited. What a
 * define or update brings in, and what is started, is judged here.
 */
#pragma once

#include "network_def.h"

/**
 * virNetworkDefValidate:
 * @def: the definition to judge
 * @was: the version that it replaces, or NULL. What stands in it already is not judged again.
 *
 * Returns 0, or -1 with an error that names the network, the item and the rule.
 */
int virNetworkDefValidate(const virNetworkDef *def, const virNetworkDef *was, GError **err);

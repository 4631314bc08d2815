/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * network_validate_mode.h: which parts of a definition go together, and which forward modes may have them
 *
 * Libvirt's own rules; virNetworkDefValidate calls this before its stricter ones.
 */
#pragma once

#include "network_def.h"

/* Returns 0, or -1 with an error for the first rule that @def breaks and that @was, if there is one, did not break. */
int virNetworkCheckModes(const virNetworkDef *def, const virNetworkDef *was, GError **err);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_procedures.c: the names of all remote procedures, served or not
 *
 * Clients may call anything that libvirt has; what is not served is refused by its name. Numbers only, no behaviour.
 * The dispatch asks it.
 */
#include "remote_procedures.h"

#include <libvirt/virterror.h>

#include "remote_plan_protocol.h"

static const virRemoteProcedure procedures[] = {
#include "remote_procedures.inc"
};

const virRemoteProcedure *virRemoteProcedureFind(gint32 number)
{
    if (number < 0 || number >= (gint32)G_N_ELEMENTS(procedures) || !procedures[number].name)
        return NULL;
    return &procedures[number];
}

const virRemoteProcedure *virRemoteProcedureFindPlan(gint32 number)
{
    static const virRemoteProcedure update = { "virNetworkPlanUpdate", VIR_FROM_NETWORK };

    return number == WIRE_PLAN_NETWORK_UPDATE ? &update : NULL;
}

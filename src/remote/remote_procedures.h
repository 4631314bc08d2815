/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_procedures.h: the names of all remote procedures, served or not
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;       /* of the public function */
    int domain;             /* virErrorDomain of what it works on */
} virRemoteProcedure;

/* Returns NULL if @number is no call, or one that has no public function. */
const virRemoteProcedure *virRemoteProcedureFind(gint32 number);

/* The same for the program of remote_plan_protocol.x. */
const virRemoteProcedure *virRemoteProcedureFindPlan(gint32 number);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_program.h: programs that serve networks, and what is the same for all of them
 *
 * Each reads a conf of ours, puts itself into the background, and says by its pid file which process it is; from then on that
 * is held by pid, start time and pidfd. What differs stands in a table of the program's facet; which process belongs to which
 * network is host_watch.c's to remember.
 */
#pragma once

#include "host_real.h"

/* What a plan says of a program. Any may be NULL; without a path there is no such program for that network. */
typedef struct {
    const char *conf;
    const char *conf_path;
    const char *pid_path;
} virHostProgramFiles;

struct _virHostProgram {
    const char *name;           /* as messages say it */
    const char *conf_option;    /* the argument by which it is given the conf, "=PATH" left out */
    mode_t conf_mode;
    unsigned int stop_timeout_ms;
    unsigned int child_timeout_ms;      /* how long its first child may then take to end by itself; 0: it need not */
    virHostProgramFiles (*files)(const virNetworkPlan *plan);
    /* Has the program judge the conf at @path. */
    int (*check)(virHostReal *real, const virNetworkPlan *plan, const char *path, GError **err);
    /* Runs it until it has gone to the background. */
    int (*run)(virHostReal *real, const virNetworkPlan *plan, GError **err);
    /* Judges what runs now; it is stopped if that fails. NULL: nothing to judge. */
    int (*accept)(const virProcess *process, const virNetworkPlan *plan, GError **err);
};

/* Whether the process that the pid file of @plan names runs with the conf of @plan. */
gboolean virHostProgramFindRunning(const virHostProgram *program, const virNetworkPlan *plan, virProcess *ret_process);

/* Writes the conf beside, has the program check it, and renames. On failure the old one is untouched. */
int virHostProgramWriteConf(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err);

/* Starts and watches it; one that runs is stopped first. */
int virHostProgramStart(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err);

/* Stops it, whoever has started it; that none runs is fine. */
int virHostProgramStop(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, GError **err);

/* Begins to watch one that was found running, or, if @present is FALSE, ends it. */
void virHostProgramWatch(virHostReal *real, const virHostProgram *program, const virNetworkPlan *plan, gboolean present);

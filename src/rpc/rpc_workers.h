/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_workers.h: threads that run calls, some of them kept for calls of high priority
 *
 * While slow calls hold all ordinary workers, calls of high priority still find one: a client can look at a network
 * whose neighbour is being started. Calls that would only wait for each other share a turn, so that many of them hold one
 * worker. Threads are started when a job finds none idle, and stay; up to min_workers also beside idle ones, since those that
 * have waited longest are woken first, and where processors are scarce several threads that share calls wait less than one.
 */
#pragma once

#include <glib.h>

typedef struct _virRpcWorkers virRpcWorkers;

/* @run is called on a worker thread for each job; @drop, on the thread that stops, for those that never ran. */
typedef struct {
    unsigned int min_workers;
    unsigned int max_workers;
    unsigned int prio_workers;
    void (*run)(void *job);
    void (*drop)(void *job);
} virRpcWorkersConfig;

virRpcWorkers *virRpcWorkersNew(const virRpcWorkersConfig *config);

/* When a job may run. */
typedef struct {
    gboolean high;      /* also on the workers kept for high priority: it never waits for others' work */
    gboolean at_once;   /* takes no time at all: not for a worker, but for the thread that has read it */
    char *turn;         /* those of the same name run one at a time, in the order of their coming; NULL: beside all others */
} virRpcOrder;

/* Hands over @job; @order is copied. After virRpcWorkersStop it is dropped at once. */
void virRpcWorkersPush(virRpcWorkers *workers, void *job, const virRpcOrder *order);

/* Drops the jobs not yet begun and waits for those that run. May be called again. */
void virRpcWorkersStop(virRpcWorkers *workers);

/* Stops first. */
void virRpcWorkersFree(virRpcWorkers *workers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virRpcWorkers, virRpcWorkersFree)

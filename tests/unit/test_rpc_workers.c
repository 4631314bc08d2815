/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_workers.c: the threads that run calls
 *
 * That no job is forgotten, however pushing and ending fall together, and which threads are used. Priorities and turns as clients
 * see them are in test_rpc_server.c.
 */
#include <glib.h>

#include "rpc_workers.h"

#define N_PUSHERS 4
#define N_JOBS 20000
#define N_TURNS 3

typedef struct _Log Log;

typedef struct {
    Log *log;
    guint turn;             /* 0: none */
} Job;

struct _Log {
    GMutex lock;            /* guards all */
    GCond changed;
    guint n_done;
    guint n_dropped;
    gboolean in_turn[N_TURNS + 1];
    GHashTable *threads;    /* that have run a job */
    gboolean hold;          /* jobs wait until it is not set any more */
    guint n_begun;
};

static void run(void *opaque)
{
    Job *job = opaque;
    Log *log = job->log;

    g_mutex_lock(&log->lock);
    g_assert_false(job->turn && log->in_turn[job->turn]);
    log->in_turn[job->turn] = TRUE;
    log->n_begun++;
    g_hash_table_add(log->threads, g_thread_self());
    g_cond_broadcast(&log->changed);
    while (log->hold)
        g_cond_wait(&log->changed, &log->lock);
    g_mutex_unlock(&log->lock);

    g_mutex_lock(&log->lock);
    log->in_turn[job->turn] = FALSE;
    log->n_done++;
    g_cond_broadcast(&log->changed);
    g_mutex_unlock(&log->lock);
    g_free(job);
}

static void drop(void *opaque)
{
    Job *job = opaque;

    g_mutex_lock(&job->log->lock);
    job->log->n_dropped++;
    g_mutex_unlock(&job->log->lock);
    g_free(job);
}

typedef struct {
    Log log;
    virRpcWorkers *workers;
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    const virRpcWorkersConfig config = { .min_workers = 2, .max_workers = 4, .prio_workers = 2, .run = run, .drop = drop };

    fixture->log.threads = g_hash_table_new(NULL, NULL);
    fixture->workers = virRpcWorkersNew(&config);
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcWorkersFree(fixture->workers);
    g_hash_table_unref(fixture->log.threads);
}

static void push(Fixture *fixture, guint turn, gboolean high)
{
    Job *job = g_new0(Job, 1);
    char name[2] = { (char)('a' + turn), '\0' };
    const virRpcOrder order = { .high = high, .turn = turn ? name : NULL };

    job->log = &fixture->log;
    job->turn = turn;
    virRpcWorkersPush(fixture->workers, job, &order);
}

static void waitUntil(Log *log, const guint *counter, guint n)
{
    g_mutex_lock(&log->lock);
    while (*counter < n)
        g_cond_wait(&log->changed, &log->lock);
    g_mutex_unlock(&log->lock);
}

static gpointer pushMany(gpointer opaque)
{
    for (guint i = 0; i < N_JOBS; i++)
        push(opaque, i % 7 <= N_TURNS ? i % 7 : 0, i % 3 == 0);
    return NULL;
}

/* A wake-up that is lost leaves a job behind, and this test does not end. */
static void jobsOfManyThreadsAreAllRun(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    GThread *pushers[N_PUSHERS];

    for (guint i = 0; i < N_PUSHERS; i++)
        pushers[i] = g_thread_new("pusher", pushMany, fixture);
    for (guint i = 0; i < N_PUSHERS; i++)
        g_thread_join(pushers[i]);
    waitUntil(&fixture->log, &fixture->log.n_done, N_PUSHERS * N_JOBS);
    g_assert_cmpuint(fixture->log.n_dropped, ==, 0);
    g_assert_cmpuint(g_hash_table_size(fixture->log.threads), <=, 6);
}

static void setHold(Fixture *fixture, gboolean hold)
{
    g_mutex_lock(&fixture->log.lock);
    fixture->log.hold = hold;
    g_cond_broadcast(&fixture->log.changed);
    g_mutex_unlock(&fixture->log.lock);
}

static void jobsWhoseTurnIsTakenStartNoThread(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    setHold(fixture, TRUE);
    push(fixture, 1, FALSE);
    waitUntil(&fixture->log, &fixture->log.n_begun, 1);
    for (guint i = 0; i < 20; i++)
        push(fixture, 1, FALSE);
    setHold(fixture, FALSE);
    waitUntil(&fixture->log, &fixture->log.n_done, 21);
    g_assert_cmpuint(g_hash_table_size(fixture->log.threads), ==, 1);
}

/* Those at work are too many for it, so a thread kept for its like is started, then woken. */
static void highJobsFindTheThreadsKeptForThem(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    setHold(fixture, TRUE);
    for (guint i = 0; i < 4; i++)
        push(fixture, 0, FALSE);
    waitUntil(&fixture->log, &fixture->log.n_begun, 4);
    push(fixture, 0, FALSE);
    push(fixture, 0, TRUE);
    waitUntil(&fixture->log, &fixture->log.n_begun, 5);
    push(fixture, 0, TRUE);
    waitUntil(&fixture->log, &fixture->log.n_begun, 6);
    g_assert_cmpuint(g_hash_table_size(fixture->log.threads), ==, 6);
    setHold(fixture, FALSE);
    waitUntil(&fixture->log, &fixture->log.n_done, 7);
}

static void jobsNotBegunAreDroppedAtTheEnd(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    virRpcWorkersStop(fixture->workers);
    push(fixture, 0, FALSE);
    g_assert_cmpuint(fixture->log.n_dropped, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add("/rpc/workers/" name, Fixture, NULL, setUp, function, tearDown)
    ADD("jobs-of-many-threads-are-all-run", jobsOfManyThreadsAreAllRun);
    ADD("jobs-whose-turn-is-taken-start-no-thread", jobsWhoseTurnIsTakenStartNoThread);
    ADD("high-jobs-find-the-threads-kept-for-them", highJobsFindTheThreadsKeptForThem);
    ADD("jobs-not-begun-are-dropped-at-the-end", jobsNotBegunAreDroppedAtTheEnd);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_workers.c: threads that run calls, some of them kept for calls of high priority
 *
 * Jobs wait in one list, in the order of their coming; an ordinary worker takes the first, a priority worker the first of
 * high priority. Of those that share a turn one runs at a time, and the others wait in the list and hold no thread. It knows
 * nothing of messages or sockets. The RPC server calls it.
 */
#include "rpc_workers.h"

typedef struct {
    void *data;
    gboolean high;
    char *turn;         /* NULL: runs beside all others */
} Job;

/* One kind of worker. */
typedef struct {
    virRpcWorkers *workers;
    gboolean high_only;
    unsigned int max;
    unsigned int started;   /* under the lock, as the next */
    unsigned int idle;
} Crew;

struct _virRpcWorkers {
    virRpcWorkersConfig config;
    GMutex lock;            /* guards all below */
    GCond wake;
    GQueue jobs;            /* Job */
    unsigned int n_high;    /* of which are of high priority */
    GHashTable *turns;      /* those that a running job has; each is borrowed from its job */
    gboolean stopping;
    Crew ordinary, prio;
    GPtrArray *threads;
};

static void freeJob(Job *job)
{
    g_free(job->turn);
    g_free(job);
}

static gboolean mayRunLocked(const virRpcWorkers *workers, const Crew *crew, const Job *job)
{
    return (job->high || !crew->high_only) && (!job->turn || !g_hash_table_contains(workers->turns, job->turn));
}

/* Takes the first job that @crew may do; NULL if there is none. */
static Job *takeLocked(virRpcWorkers *workers, const Crew *crew)
{
    GList *link = workers->jobs.head;
    Job *job;

    if (crew->high_only && workers->n_high == 0)
        return NULL;
    while (link && !mayRunLocked(workers, crew, link->data))
        link = link->next;
    if (!link)
        return NULL;
    job = link->data;
    g_queue_delete_link(&workers->jobs, link);
    workers->n_high -= job->high;
    if (job->turn)
        g_hash_table_add(workers->turns, job->turn);
    return job;
}

/* The worker that ends it looks for the next one itself, so nobody needs to be woken. */
static void endLocked(virRpcWorkers *workers, Job *job)
{
    if (job->turn)
        g_hash_table_remove(workers->turns, job->turn);
    freeJob(job);
}

static void *work(void *opaque)
{
    Crew *crew = opaque;
    virRpcWorkers *workers = crew->workers;

    g_mutex_lock(&workers->lock);
    while (!workers->stopping) {
        Job *job = takeLocked(workers, crew);

        if (!job) {
            crew->idle++;
            g_cond_wait(&workers->wake, &workers->lock);
            crew->idle--;
            continue;
        }
        g_mutex_unlock(&workers->lock);
        workers->config.run(job->data);
        g_mutex_lock(&workers->lock);
        endLocked(workers, job);
    }
    g_mutex_unlock(&workers->lock);
    return NULL;
}

/* Starts one more thread of @crew if the jobs that it may do are more than its idle threads. */
static void growLocked(virRpcWorkers *workers, Crew *crew, unsigned int n_jobs)
{
    GThread *thread;

    if (n_jobs <= crew->idle || crew->started >= crew->max)
        return;
    thread = g_thread_try_new("rpc-worker", work, crew, NULL);
    if (!thread)
        return;
    crew->started++;
    g_ptr_array_add(workers->threads, thread);
}

virRpcWorkers *virRpcWorkersNew(const virRpcWorkersConfig *config)
{
    virRpcWorkers *workers = g_new0(virRpcWorkers, 1);

    workers->config = *config;
    g_mutex_init(&workers->lock);
    g_cond_init(&workers->wake);
    g_queue_init(&workers->jobs);
    workers->turns = g_hash_table_new(g_str_hash, g_str_equal);
    workers->threads = g_ptr_array_new();
    workers->ordinary = (Crew){ .workers = workers, .max = MAX(config->max_workers, 1) };
    workers->prio = (Crew){ .workers = workers, .high_only = TRUE, .max = config->prio_workers };
    return workers;
}

void virRpcWorkersPush(virRpcWorkers *workers, void *job, const virRpcOrder *order)
{
    Job *made;

    g_mutex_lock(&workers->lock);
    if (workers->stopping) {
        g_mutex_unlock(&workers->lock);
        workers->config.drop(job);
        return;
    }
    made = g_new0(Job, 1);
    made->data = job;
    made->high = !!order->high;
    made->turn = g_strdup(order->turn);
    g_queue_push_tail(&workers->jobs, made);
    workers->n_high += made->high;
    growLocked(workers, &workers->ordinary, workers->jobs.length);
    if (workers->ordinary.started == workers->ordinary.max)
        growLocked(workers, &workers->prio, workers->n_high);
    g_cond_broadcast(&workers->wake);
    g_mutex_unlock(&workers->lock);
}

void virRpcWorkersStop(virRpcWorkers *workers)
{
    g_autoptr(GPtrArray) threads = NULL;
    Job *job;

    g_mutex_lock(&workers->lock);
    workers->stopping = TRUE;
    threads = g_steal_pointer(&workers->threads);
    workers->threads = g_ptr_array_new();
    g_cond_broadcast(&workers->wake);
    g_mutex_unlock(&workers->lock);

    for (guint i = 0; i < threads->len; i++)
        g_thread_join(threads->pdata[i]);
    /* Nobody else is left, and nothing is pushed any more. */
    while ((job = g_queue_pop_head(&workers->jobs))) {
        workers->config.drop(job->data);
        freeJob(job);
    }
}

void virRpcWorkersFree(virRpcWorkers *workers)
{
    if (!workers)
        return;
    virRpcWorkersStop(workers);
    g_ptr_array_unref(workers->threads);
    g_hash_table_unref(workers->turns);
    g_cond_clear(&workers->wake);
    g_mutex_clear(&workers->lock);
    g_free(workers);
}

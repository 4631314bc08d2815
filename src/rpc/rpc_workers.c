/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_workers.c: threads that run calls, some of them kept for calls of high priority
 *
 * Jobs wait in one queue, in the order of their coming; an ordinary worker takes the first, a priority worker the
 * first of high priority. It knows nothing of messages or sockets. The RPC server calls it.
 */
#include "rpc_workers.h"

typedef struct {
    void *data;
    gboolean high;
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
    gboolean stopping;
    Crew ordinary, prio;
    GPtrArray *threads;
};

/* Takes the first job that @crew may do; NULL if there is none. */
static Job *takeLocked(virRpcWorkers *workers, const Crew *crew)
{
    GList *link = workers->jobs.head;
    Job *job;

    if (crew->high_only && workers->n_high == 0)
        return NULL;
    while (crew->high_only && link && !((Job *)link->data)->high)
        link = link->next;
    if (!link)
        return NULL;
    job = link->data;
    g_queue_delete_link(&workers->jobs, link);
    workers->n_high -= job->high;
    return job;
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
        g_free(job);
        g_mutex_lock(&workers->lock);
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
    workers->threads = g_ptr_array_new();
    workers->ordinary = (Crew){ .workers = workers, .max = MAX(config->max_workers, 1) };
    workers->prio = (Crew){ .workers = workers, .high_only = TRUE, .max = config->prio_workers };
    return workers;
}

void virRpcWorkersPush(virRpcWorkers *workers, void *job, gboolean high)
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
    made->high = !!high;
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
        g_free(job);
    }
}

void virRpcWorkersFree(virRpcWorkers *workers)
{
    if (!workers)
        return;
    virRpcWorkersStop(workers);
    g_ptr_array_unref(workers->threads);
    g_cond_clear(&workers->wake);
    g_mutex_clear(&workers->lock);
    g_free(workers);
}

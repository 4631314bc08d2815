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
    unsigned int min;       /* as many are started, idle ones or not */
    unsigned int max;
    GCond wake;             /* the rest is under the lock */
    unsigned int started;
    unsigned int idle;      /* threads that wait and nobody has woken yet */
    unsigned int woken;     /* threads that were woken and do not run yet */
} Crew;

struct _virRpcWorkers {
    virRpcWorkersConfig config;
    GMutex lock;            /* guards all below */
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

static void restLocked(virRpcWorkers *workers, Crew *crew)
{
    crew->idle++;
    while (crew->woken == 0 && !workers->stopping)
        g_cond_wait(&crew->wake, &workers->lock);
    if (!workers->stopping)
        crew->woken--;
}

static void *work(void *opaque)
{
    Crew *crew = opaque;
    virRpcWorkers *workers = crew->workers;

    g_mutex_lock(&workers->lock);
    while (!workers->stopping) {
        Job *job = takeLocked(workers, crew);

        if (!job) {
            restLocked(workers, crew);
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

/* Wakes a thread of @crew, or starts one; FALSE if all there may be are at work. */
static gboolean callLocked(virRpcWorkers *workers, Crew *crew)
{
    GThread *thread;

    if (crew->idle > 0 && crew->started >= crew->min) {
        crew->idle--;
        crew->woken++;
        g_cond_signal(&crew->wake);
        return TRUE;
    }
    if (crew->started >= crew->max)
        return FALSE;
    thread = g_thread_try_new("rpc-worker", work, crew, NULL);
    if (!thread)
        return FALSE;
    crew->started++;
    g_ptr_array_add(workers->threads, thread);
    return TRUE;
}

/*
 * One thread for one job: those that are at work look for the next one by themselves. A job whose turn another has needs none
 * either, since the thread that ends that one looks.
 */
static void callForLocked(virRpcWorkers *workers, const Job *job)
{
    if (!mayRunLocked(workers, &workers->ordinary, job))
        return;
    if (!callLocked(workers, &workers->ordinary) && job->high)
        (void)callLocked(workers, &workers->prio);  /* all are at work */
}

virRpcWorkers *virRpcWorkersNew(const virRpcWorkersConfig *config)
{
    virRpcWorkers *workers = g_new0(virRpcWorkers, 1);

    workers->config = *config;
    g_mutex_init(&workers->lock);
    g_queue_init(&workers->jobs);
    workers->turns = g_hash_table_new(g_str_hash, g_str_equal);
    workers->threads = g_ptr_array_new();
    workers->ordinary = (Crew){ .workers = workers, .max = MAX(config->max_workers, 1) };
    workers->ordinary.min = MIN(config->min_workers, workers->ordinary.max);
    workers->prio = (Crew){ .workers = workers, .high_only = TRUE, .max = config->prio_workers };
    g_cond_init(&workers->ordinary.wake);
    g_cond_init(&workers->prio.wake);
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
    callForLocked(workers, made);
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
    g_cond_broadcast(&workers->ordinary.wake);
    g_cond_broadcast(&workers->prio.wake);
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
    g_cond_clear(&workers->ordinary.wake);
    g_cond_clear(&workers->prio.wake);
    g_mutex_clear(&workers->lock);
    g_free(workers);
}

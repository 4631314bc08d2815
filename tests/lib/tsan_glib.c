/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tsan_glib.c: tells ThreadSanitizer what GLib's locks and main loops order
 *
 * GLib's mutexes are made of futexes in a library that is not built with the sanitizer, which therefore sees no lock at all,
 * and not that a loop's thread comes after who gave it a source. Preloaded, this calls the real functions and says what they mean. docs/testing.md has the commands; no test needs it.
 */
#include <dlfcn.h>
#include <glib.h>
#include <poll.h>
#include <stdlib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static struct {
    void (*mutex_lock)(GMutex *mutex);
    void (*mutex_unlock)(GMutex *mutex);
    void (*rec_mutex_lock)(GRecMutex *mutex);
    void (*rec_mutex_unlock)(GRecMutex *mutex);
    void (*cond_wait)(GCond *cond, GMutex *mutex);
    gboolean (*cond_wait_until)(GCond *cond, GMutex *mutex, gint64 end);
    guint (*source_attach)(GSource *source, GMainContext *context);
    void (*source_set_ready_time)(GSource *source, gint64 time);
    int (*poll)(struct pollfd *fds, nfds_t n_fds, int timeout);
} real;

/* Stands for all main loops: who gives one of them something comes before what any does after its next poll. */
static char loops;

static void *find(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);

    if (!function)
        abort();
    return function;
}

/* Before there are threads. */
__attribute__((constructor)) static void findAll(void)
{
    real.mutex_lock = (void (*)(GMutex *))find("g_mutex_lock");
    real.mutex_unlock = (void (*)(GMutex *))find("g_mutex_unlock");
    real.rec_mutex_lock = (void (*)(GRecMutex *))find("g_rec_mutex_lock");
    real.rec_mutex_unlock = (void (*)(GRecMutex *))find("g_rec_mutex_unlock");
    real.cond_wait = (void (*)(GCond *, GMutex *))find("g_cond_wait");
    real.cond_wait_until = (gboolean (*)(GCond *, GMutex *, gint64))find("g_cond_wait_until");
    real.source_attach = (guint (*)(GSource *, GMainContext *))find("g_source_attach");
    real.source_set_ready_time = (void (*)(GSource *, gint64))find("g_source_set_ready_time");
    real.poll = (int (*)(struct pollfd *, nfds_t, int))find("poll");
}

void (g_mutex_lock)(GMutex *mutex)
{
    real.mutex_lock(mutex);
    __tsan_acquire(mutex);
}

void (g_mutex_unlock)(GMutex *mutex)
{
    __tsan_release(mutex);
    real.mutex_unlock(mutex);
}

void (g_rec_mutex_lock)(GRecMutex *mutex)
{
    real.rec_mutex_lock(mutex);
    __tsan_acquire(mutex);
}

void (g_rec_mutex_unlock)(GRecMutex *mutex)
{
    __tsan_release(mutex);
    real.rec_mutex_unlock(mutex);
}

void (g_cond_wait)(GCond *cond, GMutex *mutex)
{
    __tsan_release(mutex);
    real.cond_wait(cond, mutex);
    __tsan_acquire(mutex);
}

gboolean (g_cond_wait_until)(GCond *cond, GMutex *mutex, gint64 end)
{
    gboolean signalled;

    __tsan_release(mutex);
    signalled = real.cond_wait_until(cond, mutex, end);
    __tsan_acquire(mutex);
    return signalled;
}

guint (g_source_attach)(GSource *source, GMainContext *context)
{
    __tsan_release(&loops);
    return real.source_attach(source, context);
}

void (g_source_set_ready_time)(GSource *source, gint64 time)
{
    __tsan_release(&loops);
    real.source_set_ready_time(source, time);
}

int (poll)(struct pollfd *fds, nfds_t n_fds, int timeout)
{
    int ready = real.poll(fds, n_fds, timeout);

    __tsan_acquire(&loops);
    return ready;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_event_threads.c: timers and handles that other threads and callbacks add and remove while the loop runs
 *
 * The default loop has a thread of its own here. What callbacks are given lies on the heap until the loop frees it, so that a
 * call too many is a use after free; values are counted. No wait has a time: each ends with what it waits for.
 */
#include <glib.h>
#include <unistd.h>

#include <libvirt/libvirt.h>

#define N_THREADS 4
#define N_ROUNDS 300

static gint n_alive;            /* atomic: values that were handed to the loop and not freed */
static gint loop_ended;         /* atomic */

typedef struct {
    gint calls;                 /* atomic */
    gint freed;                 /* atomic */
    int ends[2];                /* of a handle's pipe; [0] is 0 for timers */
    int left;                   /* of a chain: how many come after this one */
} Value;

static Value *newValue(void)
{
    g_atomic_int_inc(&n_alive);
    return g_new0(Value, 1);
}

static void freeValue(void *opaque)
{
    Value *value = opaque;

    g_assert_cmpint(g_atomic_int_add(&value->freed, 1), ==, 0);
    if (value->ends[0]) {
        close(value->ends[0]);
        close(value->ends[1]);
    }
    g_free(value);
    g_atomic_int_add(&n_alive, -1);
}

/* --- The loop's thread -------------------------------------------------------------------------------------------- */

static gpointer runLoop(gpointer opaque G_GNUC_UNUSED)
{
    while (!g_atomic_int_get(&loop_ended))
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
    return NULL;
}

static void onWake(int timer, void *opaque G_GNUC_UNUSED)
{
    virEventRemoveTimeout(timer);
}

typedef struct {
    GThread *thread;
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_atomic_int_set(&loop_ended, 0);
    fixture->thread = g_thread_new("loop", runLoop, NULL);
}

/* All that was handed over is freed by the loop in the end. */
static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    while (g_atomic_int_get(&n_alive) > 0)
        g_thread_yield();
    g_atomic_int_set(&loop_ended, 1);
    g_assert_cmpint(virEventAddTimeout(0, onWake, NULL, NULL), >, 0);
    g_thread_join(fixture->thread);
    g_assert_cmpint(g_atomic_int_get(&n_alive), ==, 0);
}

static void waitForCalls(Value *value, int calls)
{
    while (g_atomic_int_get(&value->calls) < calls)
        g_thread_yield();
}

static void inThreads(GThreadFunc work)
{
    GThread *threads[N_THREADS];

    for (int i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new("works", work, NULL);
    for (int i = 0; i < N_THREADS; i++)
        g_thread_join(threads[i]);
}

/* --- Many at once -------------------------------------------------------------------------------------------------- */

static void onTimer(int timer G_GNUC_UNUSED, void *opaque)
{
    Value *value = opaque;

    g_assert_cmpint(g_atomic_int_get(&value->freed), ==, 0);
    g_atomic_int_inc(&value->calls);
}

static void onHandle(int watch G_GNUC_UNUSED, int fd, int events, void *opaque)
{
    Value *value = opaque;
    char byte;

    g_assert_cmpint(g_atomic_int_get(&value->freed), ==, 0);
    g_assert_cmpint(events, ==, VIR_EVENT_HANDLE_READABLE);
    g_assert_cmpint(read(fd, &byte, 1), ==, 1);
    g_atomic_int_inc(&value->calls);
}

/* Every other timer has fired before it goes; the rest go whenever they go. */
static gpointer useTimers(gpointer opaque G_GNUC_UNUSED)
{
    for (int i = 0; i < N_ROUNDS; i++) {
        Value *value = newValue();
        int timer = virEventAddTimeout(i % 3 - 1, onTimer, value, freeValue);

        g_assert_cmpint(timer, >, 0);
        virEventUpdateTimeout(timer, 0);
        if (i % 2)
            waitForCalls(value, 1);
        virEventUpdateTimeout(timer, i % 2 - 1);
        g_assert_cmpint(virEventRemoveTimeout(timer), ==, 0);
        g_assert_cmpint(virEventRemoveTimeout(timer), ==, -1);
    }
    return NULL;
}

static gpointer useHandles(gpointer opaque G_GNUC_UNUSED)
{
    for (int i = 0; i < N_ROUNDS; i++) {
        Value *value = newValue();
        int watch;

        g_assert_cmpint(pipe(value->ends), ==, 0);
        watch = virEventAddHandle(value->ends[0], i % 3 ? VIR_EVENT_HANDLE_READABLE : 0, onHandle, value, freeValue);
        g_assert_cmpint(watch, >, 0);
        g_assert_cmpint(write(value->ends[1], "x", 1), ==, 1);
        virEventUpdateHandle(watch, VIR_EVENT_HANDLE_READABLE);
        if (i % 2)
            waitForCalls(value, 1);
        virEventUpdateHandle(watch, 0);
        g_assert_cmpint(virEventRemoveHandle(watch), ==, 0);
        g_assert_cmpint(virEventRemoveHandle(watch), ==, -1);
    }
    return NULL;
}

static void threadsUseTimers(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    inThreads(useTimers);
}

static void threadsUseHandles(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    inThreads(useHandles);
}

/* --- One while another ----------------------------------------------------------------------------------------------- */

/* A callback that is held until the test lets it go. */
typedef struct {
    gint begun, may_end, ended;     /* atomic */
    gint freed;                     /* atomic */
} Slow;

static void onSlow(int timer G_GNUC_UNUSED, void *opaque)
{
    Slow *slow = opaque;

    g_atomic_int_set(&slow->begun, 1);
    while (!g_atomic_int_get(&slow->may_end))
        g_thread_yield();
    g_assert_cmpint(g_atomic_int_get(&slow->freed), ==, 0);
    g_atomic_int_set(&slow->ended, 1);
}

static void freeSlow(void *opaque)
{
    Slow *slow = opaque;

    g_assert_cmpint(g_atomic_int_get(&slow->ended), ==, 1);
    g_atomic_int_set(&slow->freed, 1);
}

static void removedByAnotherThreadWhileItRuns(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    Slow slow = { 0 };
    int timer = virEventAddTimeout(0, onSlow, &slow, freeSlow);

    while (!g_atomic_int_get(&slow.begun))
        g_thread_yield();
    g_assert_cmpint(virEventRemoveTimeout(timer), ==, 0);
    g_atomic_int_set(&slow.may_end, 1);
    while (!g_atomic_int_get(&slow.freed))
        g_thread_yield();
}

/* Two timers of which the first to be called removes the other, which is ready as well. */
typedef struct {
    gint timers[2];                 /* atomic */
    gint calls;                     /* atomic */
    gint n_freed;                   /* atomic */
} Rivals;

static void onRival(int timer, void *opaque)
{
    Rivals *rivals = opaque;
    int mine = g_atomic_int_get(&rivals->timers[0]) == timer ? 0 : 1;

    g_atomic_int_inc(&rivals->calls);
    g_assert_cmpint(virEventRemoveTimeout(g_atomic_int_get(&rivals->timers[!mine])), ==, 0);
    g_assert_cmpint(virEventRemoveTimeout(timer), ==, 0);
}

static void freeRival(void *opaque)
{
    Rivals *rivals = opaque;

    g_atomic_int_inc(&rivals->n_freed);
}

/* Starts both in one turn of the loop. */
static void onStart(int timer, void *opaque)
{
    Rivals *rivals = opaque;

    for (int i = 0; i < 2; i++)
        g_atomic_int_set(&rivals->timers[i], virEventAddTimeout(0, onRival, rivals, freeRival));
    virEventRemoveTimeout(timer);
}

static void callbackRemovesAnotherThatIsReady(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    Rivals rivals = { 0 };

    g_assert_cmpint(virEventAddTimeout(0, onStart, &rivals, NULL), >, 0);
    while (g_atomic_int_get(&rivals.n_freed) < 2)
        g_thread_yield();
    g_assert_cmpint(g_atomic_int_get(&rivals.calls), ==, 1);
}

/* Chains: each callback removes itself and adds the next. */
#define N_LINKS 100

static Value *newLink(int left)
{
    Value *value = newValue();

    value->left = left;
    return value;
}

static void onTimerLink(int timer, void *opaque)
{
    const Value *value = opaque;

    g_assert_cmpint(virEventRemoveTimeout(timer), ==, 0);
    if (value->left > 0)
        g_assert_cmpint(virEventAddTimeout(0, onTimerLink, newLink(value->left - 1), freeValue), >, timer);
}

/* The next watches the same descriptor while this one still has it. */
static void onHandleLink(int watch, int fd, int events, void *opaque)
{
    const Value *value = opaque;

    g_assert_cmpint(events, ==, VIR_EVENT_HANDLE_WRITABLE);
    g_assert_cmpint(virEventRemoveHandle(watch), ==, 0);
    if (value->left > 0)
        g_assert_cmpint(virEventAddHandle(fd, events, onHandleLink, newLink(value->left - 1), freeValue), >, watch);
}

static void callbacksAddTheNext(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(virEventAddTimeout(0, onTimerLink, newLink(N_LINKS), freeValue), >, 0);
    g_assert_cmpint(virEventAddHandle(ends[1], VIR_EVENT_HANDLE_WRITABLE, onHandleLink, newLink(N_LINKS), freeValue), >, 0);
    while (g_atomic_int_get(&n_alive) > 0)
        g_thread_yield();
    close(ends[0]);
    close(ends[1]);
}

#define ADD(name, function) g_test_add("/libvirt/event/threads/" name, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    ADD("add-and-remove-timers-while-the-loop-runs", threadsUseTimers);
    ADD("add-and-remove-handles-while-the-loop-runs", threadsUseHandles);
    ADD("timer-removed-while-its-callback-runs-is-freed-after-it", removedByAnotherThreadWhileItRuns);
    ADD("callback-removes-another-that-is-ready-which-is-not-called", callbackRemovesAnotherThatIsReady);
    ADD("callbacks-remove-themselves-and-add-the-next", callbacksAddTheNext);
    return g_test_run();
}

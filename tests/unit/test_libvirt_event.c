/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_libvirt_event.c: the public event loop functions and the default loop
 *
 * Needs no connection: pipes and timers of 0 ms. Every wait is one turn of the loop that has something to dispatch.
 */
#include <glib.h>
#include <unistd.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

typedef struct {
    int id;
    int calls;
    int events;
    int fd;
    int frees;
    gboolean remove;        /* whether the callback removes its watch */
} Probe;

static void onHandle(int watch, int fd, int events, void *opaque)
{
    Probe *probe = opaque;
    char byte;

    g_assert_cmpint(watch, ==, probe->id);
    probe->calls++;
    probe->events = events;
    probe->fd = fd;
    if (events & VIR_EVENT_HANDLE_READABLE)
        g_assert_cmpint(read(fd, &byte, 1), ==, 1);
    if (probe->remove)
        g_assert_cmpint(virEventRemoveHandle(watch), ==, 0);
    g_assert_cmpint(probe->frees, ==, 0);
}

static void onTimeout(int timer, void *opaque)
{
    Probe *probe = opaque;

    g_assert_cmpint(timer, ==, probe->id);
    probe->calls++;
    if (probe->remove)
        g_assert_cmpint(virEventRemoveTimeout(timer), ==, 0);
    g_assert_cmpint(probe->frees, ==, 0);
}

static void onFree(void *opaque)
{
    ((Probe *)opaque)->frees++;
}

static void turn(void)
{
    g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
}

/* Turns the loop until the value of @probe has been freed; a timer keeps it from waiting in vain. */
static void turnUntilFreed(const Probe *probe)
{
    Probe tick = { 0 };

    tick.id = virEventAddTimeout(0, onTimeout, &tick, NULL);
    for (int i = 0; i < 10 && probe->frees == 0; i++)
        turn();
    virEventRemoveTimeout(tick.id);
    g_assert_cmpint(probe->frees, ==, 1);
}

static void test_nothing_registered(void)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        return;
    }
    g_assert_cmpint(virEventAddHandle(0, VIR_EVENT_HANDLE_READABLE, onHandle, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventAddTimeout(0, onTimeout, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventRemoveHandle(1), ==, -1);
    g_assert_cmpint(virEventRemoveTimeout(1), ==, -1);
    virEventUpdateHandle(1, 0);
    virEventUpdateTimeout(1, 0);
}

static int own_calls;

static int ownAddTimeout(int ms G_GNUC_UNUSED, virEventTimeoutCallback cb G_GNUC_UNUSED, void *opaque G_GNUC_UNUSED,
                         virFreeCallback ff G_GNUC_UNUSED)
{
    own_calls++;
    return 77;
}

static void test_own_loop(void)
{
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        g_test_trap_assert_stderr("*registered already*");
        return;
    }
    virEventRegisterImpl(NULL, NULL, NULL, ownAddTimeout, NULL, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    g_assert_cmpint(virEventAddTimeout(5, onTimeout, NULL, NULL), ==, 77);
    g_assert_cmpint(own_calls, ==, 1);
    g_assert_cmpint(virEventAddHandle(0, 1, onHandle, NULL, NULL), ==, -1);
}

static void test_timer_repeats(void)
{
    Probe probe = { 0 };

    probe.id = virEventAddTimeout(0, onTimeout, &probe, onFree);
    g_assert_cmpint(probe.id, >, 0);
    turn();
    turn();
    turn();
    g_assert_cmpint(probe.calls, ==, 3);
    g_assert_cmpint(virEventRemoveTimeout(probe.id), ==, 0);
    g_assert_cmpint(virEventRemoveTimeout(probe.id), ==, -1);
    g_assert_cmpint(probe.frees, ==, 0);
    turnUntilFreed(&probe);
    g_assert_cmpint(probe.calls, ==, 3);
}

static void onHurry(int timer G_GNUC_UNUSED, void *opaque)
{
    const Probe *other = opaque;

    virEventUpdateTimeout(other->id, 0);
}

static void test_timer_hurried(void)
{
    Probe probe = { 0 };
    int hurrier = virEventAddTimeout(0, onHurry, &probe, NULL);

    probe.id = virEventAddTimeout(0, onTimeout, &probe, onFree);
    turn();
    turn();
    g_assert_cmpint(probe.calls, ==, 2);
    virEventRemoveTimeout(hurrier);
    virEventRemoveTimeout(probe.id);
    turnUntilFreed(&probe);
}

static void test_timer_off(void)
{
    Probe off = { 0 }, other = { 0 };

    off.id = virEventAddTimeout(-1, onTimeout, &off, onFree);
    other.id = virEventAddTimeout(0, onTimeout, &other, onFree);
    turn();
    g_assert_cmpint(off.calls, ==, 0);
    virEventUpdateTimeout(off.id, 0);
    virEventUpdateTimeout(other.id, -1);
    turn();
    g_assert_cmpint(off.calls, ==, 1);
    g_assert_cmpint(other.calls, ==, 1);
    virEventRemoveTimeout(off.id);
    virEventRemoveTimeout(other.id);
    turnUntilFreed(&off);
    turnUntilFreed(&other);
}

static void test_timer_removes_itself(void)
{
    Probe probe = { .remove = TRUE };

    probe.id = virEventAddTimeout(0, onTimeout, &probe, onFree);
    turn();
    turnUntilFreed(&probe);
    g_assert_cmpint(probe.calls, ==, 1);
}

static void test_handle(void)
{
    Probe probe = { 0 }, tick = { 0 };
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    probe.id = virEventAddHandle(ends[0], 0, onHandle, &probe, onFree);
    tick.id = virEventAddTimeout(0, onTimeout, &tick, NULL);
    g_assert_cmpint(write(ends[1], "a", 1), ==, 1);
    turn();
    g_assert_cmpint(probe.calls, ==, 0);
    virEventUpdateHandle(probe.id, VIR_EVENT_HANDLE_READABLE);
    virEventRemoveTimeout(tick.id);
    turn();
    g_assert_cmpint(probe.calls, ==, 1);
    g_assert_cmpint(probe.fd, ==, ends[0]);
    g_assert_cmpint(probe.events, ==, VIR_EVENT_HANDLE_READABLE);
    close(ends[1]);
    turn();
    g_assert_cmpint(probe.events, ==, VIR_EVENT_HANDLE_HANGUP);
    g_assert_cmpint(virEventRemoveHandle(probe.id), ==, 0);
    turnUntilFreed(&probe);
    g_assert_cmpint(probe.calls, ==, 2);
    close(ends[0]);
}

static void test_handle_removes_itself(void)
{
    Probe probe = { .remove = TRUE };
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    probe.id = virEventAddHandle(ends[1], VIR_EVENT_HANDLE_WRITABLE, onHandle, &probe, onFree);
    turn();
    turnUntilFreed(&probe);
    g_assert_cmpint(probe.calls, ==, 1);
    g_assert_cmpint(probe.events, ==, VIR_EVENT_HANDLE_WRITABLE);
    g_assert_cmpint(virEventRemoveHandle(probe.id), ==, -1);
    close(ends[0]);
    close(ends[1]);
}

static void test_wrong_arguments(void)
{
    g_assert_cmpint(virEventAddHandle(-1, VIR_EVENT_HANDLE_READABLE, onHandle, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventAddHandle(0, VIR_EVENT_HANDLE_READABLE, NULL, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventAddTimeout(0, NULL, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventRemoveHandle(9999), ==, -1);
    g_assert_cmpint(virEventRemoveTimeout(9999), ==, -1);
    virEventUpdateHandle(9999, VIR_EVENT_HANDLE_READABLE);
    virEventUpdateTimeout(9999, 0);
}

static gpointer addFromThread(gpointer opaque)
{
    Probe *probe = opaque;

    /* Silent until its number is known to the callback. */
    probe->id = virEventAddTimeout(-1, onTimeout, probe, onFree);
    virEventUpdateTimeout(probe->id, 0);
    return NULL;
}

static void test_wakes_from_other_thread(void)
{
    Probe probe = { 0 };
    GThread *thread = g_thread_new("adds", addFromThread, &probe);

    /* The loop sleeps without anything to wait for until the other thread's timer wakes it. */
    for (int i = 0; i < 10 && probe.calls == 0; i++)
        turn();
    g_thread_join(thread);
    g_assert_cmpint(probe.calls, >, 0);
    virEventRemoveTimeout(probe.id);
    turnUntilFreed(&probe);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/libvirt/event/without-loop-nothing-is-added", test_nothing_registered);
    g_test_add_func("/libvirt/event/own-loop-is-called-and-stays", test_own_loop);
    if (!g_test_subprocess())
        g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    g_test_add_func("/libvirt/event/timer-of-0-ms-fires-each-turn", test_timer_repeats);
    g_test_add_func("/libvirt/event/timer-of-0-ms-that-is-set-so-again-keeps-its-turn", test_timer_hurried);
    g_test_add_func("/libvirt/event/timer-of-minus-1-never-fires", test_timer_off);
    g_test_add_func("/libvirt/event/timer-that-removes-itself-is-freed-later", test_timer_removes_itself);
    g_test_add_func("/libvirt/event/handle-reports-only-what-is-wanted-and-hangup", test_handle);
    g_test_add_func("/libvirt/event/handle-that-removes-itself-is-freed-later", test_handle_removes_itself);
    g_test_add_func("/libvirt/event/wrong-arguments-are-refused", test_wrong_arguments);
    g_test_add_func("/libvirt/event/timer-added-by-another-thread-wakes-the-loop", test_wakes_from_other_thread);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virdirsync.c: one sync of a directory for all who need one at the same time
 */
#include <glib.h>
#include <glib/gstdio.h>

#include "virdirsync.h"
#include "virerror.h"

#define N_THREADS 8
#define N_WAITS 200

static void eachCallWaitsForASyncOfItsOwnWhenAlone(void)
{
    g_autoptr(virDirSync) sync = virDirSyncNew(g_get_tmp_dir());
    g_autoptr(GError) err = NULL;

    for (guint i = 1; i <= 3; i++) {
        g_assert_cmpint(virDirSyncWait(sync, &err), ==, 0);
        g_assert_no_error(err);
        g_assert_cmpuint(virDirSyncCount(sync), ==, i);
    }
}

static gpointer waitOften(gpointer sync)
{
    for (guint i = 0; i < N_WAITS; i++) {
        guint64 before = virDirSyncCount(sync);

        g_assert_cmpint(virDirSyncWait(sync, NULL), ==, 0);
        g_assert_cmpuint(virDirSyncCount(sync), >, before);
    }
    return NULL;
}

static void callsAtTheSameTimeShareSyncs(void)
{
    g_autoptr(virDirSync) sync = virDirSyncNew(g_get_tmp_dir());
    GThread *threads[N_THREADS];

    for (guint i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new("waiter", waitOften, sync);
    for (guint i = 0; i < N_THREADS; i++)
        g_thread_join(threads[i]);
    g_assert_cmpuint(virDirSyncCount(sync), <=, N_THREADS * N_WAITS);
    g_assert_cmpuint(virDirSyncCount(sync), >=, N_WAITS);
}

static void directoryThatIsGoneIsAnErrorEachTime(void)
{
    g_autofree char *path = g_dir_make_tmp("virdirsync-XXXXXX", NULL);
    g_autoptr(virDirSync) sync = virDirSyncNew(path);
    g_autofree char *expected = g_strdup_printf("cannot sync directory '%s': No such file or directory", path);

    g_assert_cmpint(virDirSyncWait(sync, NULL), ==, 0);
    g_assert_cmpint(g_rmdir(path), ==, 0);
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(virDirSyncWait(sync, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
        g_assert_cmpstr(err->message, ==, expected);
    }
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    g_assert_cmpint(virDirSyncWait(sync, NULL), ==, 0);
    g_assert_cmpint(g_rmdir(path), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/util/dirsync/each-call-waits-for-a-sync-of-its-own-when-alone", eachCallWaitsForASyncOfItsOwnWhenAlone);
    g_test_add_func("/util/dirsync/calls-at-the-same-time-share-syncs", callsAtTheSameTimeShareSyncs);
    g_test_add_func("/util/dirsync/directory-that-is-gone-is-an-error-each-time", directoryThatIsGoneIsAnErrorEachTime);
    return g_test_run();
}

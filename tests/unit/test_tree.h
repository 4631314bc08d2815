/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_tree.h: taking a test's own directory away
 *
 * Links are removed and not followed. Included by test programs that make files.
 */
#pragma once

#include <glib/gstdio.h>

/* Removes @path and all below it. */
static inline void removeTree(const char *path)
{
    g_autoptr(GDir) dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        removeTree(below);
    }
    g_remove(path);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * replay_main.c: runs a fuzz harness over a corpus, where libFuzzer is not at hand
 *
 * Each file of the directory given is fed whole, and, if it is small, cut off after each of its bytes. Nothing is
 * made up beyond that. Linked with one harness each; the test run calls it.
 */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUT_MAX 4096

/* A copy of exactly @size bytes, so that a sanitizer sees each read beyond its end. */
static void feed(const char *data, gsize size)
{
    g_autofree uint8_t *copy = g_malloc(MAX(size, 1));

    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);   /* has no meaning yet */
}

static void replay(const char *path)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) err = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, &err))
        g_error("%s: %s", path, err->message);
    feed(data, size);
    for (gsize cut = 0; size <= CUT_MAX && cut < size; cut++)
        feed(data, cut);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name;
    unsigned int n = 0;

    if (argc != 2) {
        fprintf(stderr, "Usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return 2;
    }
    dir = g_dir_open(argv[1], 0, &err);
    if (!dir)
        g_error("%s", err->message);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(argv[1], name, NULL);

        replay(path);
        n++;
    }
    printf("%u files replayed\n", n);
    return n > 0 ? 0 : 1;
}

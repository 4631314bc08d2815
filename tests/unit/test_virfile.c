/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virfile.c: files are replaced as a whole, or not at all
 *
 * Works in a temporary directory of its own. It does not test durability, which would need a power cut. Run by meson.
 */
#include "virfile.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "virerror.h"

typedef struct {
    char *dir;
    char *path;
    char *temp;     /* where virFileWriteBeside is to write */
} Fixture;

static void setUp(Fixture *fix, gconstpointer data)
{
    (void)data;
    fix->dir = g_dir_make_tmp("virfile-XXXXXX", NULL);
    g_assert_nonnull(fix->dir);
    fix->path = g_build_filename(fix->dir, "net.conf", NULL);
    fix->temp = g_build_filename(fix->dir, ".net.conf.new", NULL);
}

static void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    (void)g_unlink(fix->path);      /* most tests leave neither file */
    (void)g_unlink(fix->temp);
    g_assert_cmpint(g_rmdir(fix->dir), ==, 0);
    g_free(fix->dir);
    g_free(fix->path);
    g_free(fix->temp);
}

static void assertContent(const char *path, const char *content)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *got = NULL;

    g_assert_cmpint(virFileRead(path, 1 << 20, &got, &err), ==, 0);
    g_assert_no_error(err);
    g_assert_cmpstr(got, ==, content);
}

static void assertMode(const char *path, mode_t mode)
{
    struct stat st;

    g_assert_cmpint(stat(path, &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 07777, ==, mode);
}

static ino_t inodeOf(const char *path)
{
    struct stat st;

    g_assert_cmpint(stat(path, &st), ==, 0);
    return st.st_ino;
}

static void writeBesideLeavesPath(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *temp = NULL;

    (void)data;
    g_assert_cmpint(virFileReplace(fix->path, "old\n", 0644, 0, &err), ==, 0);
    g_assert_cmpint(virFileWriteBeside(fix->path, "new\n", 0600, VIR_FILE_SYNC, &temp, &err), ==, 0);
    g_assert_cmpstr(temp, ==, fix->temp);
    assertContent(fix->path, "old\n");
    assertContent(temp, "new\n");
    assertMode(temp, 0600);
    g_assert_cmpint(virFileRename(temp, fix->path, VIR_FILE_SYNC, &err), ==, 0);
    assertContent(fix->path, "new\n");
    assertMode(fix->path, 0600);
    g_assert_false(g_file_test(temp, G_FILE_TEST_EXISTS));
}

static void writeBesideReplacesLeftover(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *temp = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(fix->temp, "half of a fi", -1, NULL));
    g_assert_cmpint(virFileWriteBeside(fix->path, "whole\n", 0644, 0, &temp, &err), ==, 0);
    assertContent(temp, "whole\n");
}

/* A link in the new file's place is removed; what it points to stays as it is. */
static void writeBesideFollowsNoLink(Fixture *fix, gconstpointer data)
{
    g_autofree char *victim = g_build_filename(fix->dir, "victim", NULL);
    g_autoptr(GError) err = NULL;
    g_autofree char *temp = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(victim, "mine", -1, NULL));
    g_assert_cmpint(symlink(victim, fix->temp), ==, 0);
    g_assert_cmpint(virFileWriteBeside(fix->path, "whole\n", 0644, 0, &temp, &err), ==, 0);
    assertContent(victim, "mine");
    g_assert_false(g_file_test(temp, G_FILE_TEST_IS_SYMLINK));
    g_assert_cmpint(g_unlink(victim), ==, 0);
}

static void replaceSameTouchesNothing(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    ino_t inode;

    (void)data;
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0644, 0, &err), ==, 0);
    inode = inodeOf(fix->path);
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0644, 0, &err), ==, 0);
    g_assert_cmpuint(inodeOf(fix->path), ==, inode);
}

static void replaceOtherTextSameLengthIsWritten(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0644, 0, &err), ==, 0);
    g_assert_cmpint(virFileReplace(fix->path, "tent\n", 0644, 0, &err), ==, 0);
    assertContent(fix->path, "tent\n");
}

static void replaceOtherModeIsWritten(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0600, 0, &err), ==, 0);
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0644, 0, &err), ==, 0);
    assertMode(fix->path, 0644);
}

static void replaceWithoutDirectoryFails(Fixture *fix, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fix->dir, "absent", "file", NULL);
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileReplace(path, "text\n", 0644, 0, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, "absent/.file.new': No such file or directory"));
}

static void failedRenameLeavesNoTemp(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(g_mkdir(fix->path, 0755), ==, 0);
    g_assert_cmpint(virFileReplace(fix->path, "text\n", 0644, 0, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_false(g_file_test(fix->temp, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_rmdir(fix->path), ==, 0);
}

static void replacedFileLeavesNoTemp(Fixture *fix, gconstpointer data)
{
    g_autofree char *content = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileReplace(fix->path, "old\n", 0644, 0, &err), ==, 0);
    g_assert_cmpint(virFileReplace(fix->path, "new\n", 0644, 0, &err), ==, 0);
    g_assert_cmpint(virFileRead(fix->path, 100, &content, &err), ==, 0);
    g_assert_cmpstr(content, ==, "new\n");
    g_assert_false(g_file_test(fix->temp, G_FILE_TEST_EXISTS));
}

static void appendMakesAndContinues(Fixture *fix, gconstpointer data)
{
    g_autofree char *content = NULL;
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileAppend(fix->path, "one\n", 0600, &err), ==, 0);
    g_assert_cmpint(virFileAppend(fix->path, "two\n", 0600, &err), ==, 0);
    g_assert_cmpint(virFileRead(fix->path, 100, &content, &err), ==, 0);
    g_assert_cmpstr(content, ==, "one\ntwo\n");
}

static void appendWithoutDirectoryFails(Fixture *fix, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fix->dir, "absent", "file", NULL);
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileAppend(path, "text\n", 0600, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(err->message, "absent/file': No such file or directory"));
}

static void readAbsentGivesNull(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    char *content = (char *)"untouched";

    (void)data;
    g_assert_cmpint(virFileRead(fix->path, 10, &content, &err), ==, 0);
    g_assert_null(content);
}

static void readLimitIsInclusive(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *content = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(fix->path, "0123456789", -1, NULL));
    g_assert_cmpint(virFileRead(fix->path, 10, &content, &err), ==, 0);
    g_assert_cmpstr(content, ==, "0123456789");
    g_assert_cmpint(virFileRead(fix->path, 9, &content, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "is larger than 9 bytes"));
    g_assert_cmpstr(content, ==, "0123456789");
}

/* Files under /proc say that they are empty. */
static void readWithoutSizeGivesAll(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    g_autofree char *content = NULL;

    (void)fix;
    (void)data;
    g_assert_cmpint(virFileRead("/proc/self/status", 65536, &content, &err), ==, 0);
    g_assert_true(g_str_has_prefix(content, "Name:"));
    g_clear_pointer(&content, g_free);
    g_assert_cmpint(virFileRead("/proc/self/status", 16, &content, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void readZeroByteIsRefused(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    char *content = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(fix->path, "a\0b", 3, NULL));
    g_assert_cmpint(virFileRead(fix->path, 10, &content, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "holds a zero byte"));
    g_assert_null(content);
}

static void readDirectoryIsRefused(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;
    char *content = NULL;

    (void)data;
    g_assert_cmpint(virFileRead(fix->dir, 10, &content, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "is not a regular file"));
}

static void removeTwiceIsFine(Fixture *fix, gconstpointer data)
{
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_true(g_file_set_contents(fix->path, "x", -1, NULL));
    g_assert_cmpint(virFileRemove(fix->path, &err), ==, 0);
    g_assert_false(g_file_test(fix->path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(virFileRemove(fix->path, &err), ==, 0);
}

static void makeDirMakesParents(Fixture *fix, gconstpointer data)
{
    g_autofree char *parent = g_build_filename(fix->dir, "a", NULL);
    g_autofree char *dir = g_build_filename(parent, "b", NULL);
    g_autofree char *below = g_build_filename(fix->path, "c", NULL);
    g_autoptr(GError) err = NULL;

    (void)data;
    g_assert_cmpint(virFileMakeDir(dir, 0755, &err), ==, 0);
    g_assert_true(g_file_test(dir, G_FILE_TEST_IS_DIR));
    g_assert_cmpint(g_rmdir(dir), ==, 0);
    g_assert_cmpint(g_rmdir(parent), ==, 0);
    g_assert_true(g_file_set_contents(fix->path, "x", -1, NULL));
    g_assert_cmpint(virFileMakeDir(below, 0755, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_SYSTEM_ERROR);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/virfile/write-beside/leaves-path-until-rename", writeBesideLeavesPath },
        { "/virfile/write-beside/replaces-leftover", writeBesideReplacesLeftover },
        { "/virfile/write-beside/follows-no-link", writeBesideFollowsNoLink },
        { "/virfile/replace/same-content-touches-nothing", replaceSameTouchesNothing },
        { "/virfile/replace/other-text-of-same-length-is-written", replaceOtherTextSameLengthIsWritten },
        { "/virfile/replace/other-mode-is-written", replaceOtherModeIsWritten },
        { "/virfile/replace/without-directory-fails", replaceWithoutDirectoryFails },
        { "/virfile/replace/failed-rename-leaves-no-temp", failedRenameLeavesNoTemp },
        { "/virfile/replace/old-content-is-gone-with-the-temp", replacedFileLeavesNoTemp },
        { "/virfile/append/makes-and-continues", appendMakesAndContinues },
        { "/virfile/append/without-directory-fails", appendWithoutDirectoryFails },
        { "/virfile/read/absent-gives-null", readAbsentGivesNull },
        { "/virfile/read/limit-is-inclusive", readLimitIsInclusive },
        { "/virfile/read/file-without-size-gives-all", readWithoutSizeGivesAll },
        { "/virfile/read/zero-byte-is-refused", readZeroByteIsRefused },
        { "/virfile/read/directory-is-refused", readDirectoryIsRefused },
        { "/virfile/remove/twice-is-fine", removeTwiceIsFine },
        { "/virfile/make-dir/makes-parents-or-says-why-not", makeDirMakesParents },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}

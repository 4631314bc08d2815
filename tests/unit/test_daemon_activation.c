/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_daemon_activation.c: which passed sockets are taken, and as what
 *
 * Sockets in a temporary directory, moved to descriptors in a row as systemd would pass them. Nobody connects to them; a daemon
 * that serves them is tried in tests/netns.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon_activation.h"
#include "virerror.h"

#define FIRST_FD 100

typedef struct {
    char *dir;
    int n_fds;
} Fixture;

static void setUp(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->dir = g_dir_make_tmp("virnet-activation-XXXXXX", NULL);
    g_assert_nonnull(fixture->dir);
}

static void tearDown(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    for (int i = 0; i < fixture->n_fds; i++)
        close(FIRST_FD + i);
    g_rmdir(fixture->dir);
    g_free(fixture->dir);
}

/* Adds a socket that is bound to @file; its address is all that is left of the file. */
static void pass(Fixture *fixture, const char *file, int type, gboolean listening)
{
    g_autofree char *path = g_build_filename(fixture->dir, file, NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, type, 0);

    g_assert_cmpint(fd, >=, 0);
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (const struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listening ? listen(fd, 1) : 0, ==, 0);
    g_assert_cmpint(dup2(fd, FIRST_FD + fixture->n_fds++), >=, 0);
    close(fd);
    g_unlink(path);
}

static void passTwo(Fixture *fixture, const char *first, const char *second)
{
    pass(fixture, first, SOCK_STREAM, TRUE);
    pass(fixture, second, SOCK_STREAM, TRUE);
}

/* Takes what was passed, announced with @names, to @pid or to this process if that is 0. */
static int take(const Fixture *fixture, const char *names, pid_t pid, GArray **ret_sockets, GError **err)
{
    g_autofree char *number = g_strdup_printf("%d", fixture->n_fds);
    g_autofree char *whose = g_strdup_printf("%ld", (long)(pid ? pid : getpid()));

    g_setenv("LISTEN_FDS", number, TRUE);
    g_setenv("LISTEN_PID", whose, TRUE);
    if (names)
        g_setenv("LISTEN_FDNAMES", names, TRUE);
    return virDaemonActivationTake(FIRST_FD, ret_sockets, err);
}

static void assertSocket(const GArray *sockets, guint i, gboolean readonly)
{
    const virDaemonPassedSocket *sock = &g_array_index(sockets, virDaemonPassedSocket, i);

    g_assert_cmpint(sock->fd, ==, FIRST_FD + (int)i);
    g_assert_cmpint(sock->readonly, ==, readonly);
    g_assert_cmpint(fcntl(sock->fd, F_GETFD), ==, FD_CLOEXEC);
}

static void assertTaken(Fixture *fixture, const char *names)
{
    g_autoptr(GArray) sockets = NULL;
    GError *err = NULL;

    take(fixture, names, 0, &sockets, &err);
    g_assert_no_error(err);
    g_assert_nonnull(sockets);
    g_assert_cmpuint(sockets->len, ==, 2);
    assertSocket(sockets, 0, TRUE);
    assertSocket(sockets, 1, FALSE);
    g_assert_null(g_getenv("LISTEN_FDS"));
    g_assert_null(g_getenv("LISTEN_PID"));
    g_assert_null(g_getenv("LISTEN_FDNAMES"));
}

static void test_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    passTwo(fixture, "here", "there");
    assertTaken(fixture, "virtnetworkd-ro.socket:virtnetworkd.socket");
}

static void test_addresses(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    passTwo(fixture, "virtnetworkd-sock-ro", "virtnetworkd-sock");
    assertTaken(fixture, NULL);
}

static void test_other_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    passTwo(fixture, "virtnetworkd-sock-ro", "virtnetworkd-sock");
    assertTaken(fixture, "one:unknown");
}

/* A name says what the socket is for, wherever somebody has put it. */
static void test_name_wins(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    passTwo(fixture, "virtnetworkd-sock", "virtnetworkd-sock-ro");
    assertTaken(fixture, "virtnetworkd-ro.socket:virtnetworkd.socket");
}

static void test_of_others(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GArray *sockets = NULL;

    pass(fixture, "virtnetworkd-sock", SOCK_STREAM, TRUE);
    g_assert_cmpint(take(fixture, NULL, getppid(), &sockets, NULL), ==, 0);
    g_assert_null(sockets);
    g_assert_null(g_getenv("LISTEN_FDS"));
    g_assert_cmpint(virDaemonActivationTake(FIRST_FD, &sockets, NULL), ==, 0);
    g_assert_null(sockets);
}

static void assertRefused(Fixture *fixture, const char *names, int code, const char *part)
{
    GArray *sockets = (GArray *)fixture;    /* is not to be touched */
    g_autoptr(GError) err = NULL;

    g_assert_cmpint(take(fixture, names, 0, &sockets, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, code);
    g_assert_nonnull(strstr(err->message, part));
    g_assert_true(sockets == (GArray *)fixture);
}

static void test_stranger(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pass(fixture, "virtnetworkd-admin-sock", SOCK_STREAM, TRUE);
    assertRefused(fixture, "virtnetworkd-admin.socket", VIR_ERR_CONFIG_UNSUPPORTED,
                  "virtnetworkd-admin-sock' is neither 'virtnetworkd.socket' nor 'virtnetworkd-ro.socket'");
}

static void test_no_listener(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pass(fixture, "virtnetworkd-sock", SOCK_STREAM, FALSE);
    assertRefused(fixture, "virtnetworkd.socket", VIR_ERR_CONFIG_UNSUPPORTED,
                  "passed descriptor 100 'virtnetworkd.socket' is no unix stream socket that listens");
}

static void test_datagrams(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pass(fixture, "virtnetworkd-sock", SOCK_DGRAM, FALSE);
    assertRefused(fixture, NULL, VIR_ERR_CONFIG_UNSUPPORTED, "passed descriptor 100 '' is no unix stream socket");
}

static void test_too_few_names(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    passTwo(fixture, "virtnetworkd-sock", "virtnetworkd-sock-ro");
    assertRefused(fixture, "virtnetworkd.socket", VIR_ERR_INVALID_ARG, "LISTEN_FDNAMES has 1 names for 2 descriptors");
}

static void test_not_open(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    pass(fixture, "virtnetworkd-sock", SOCK_STREAM, TRUE);
    close(FIRST_FD);
    assertRefused(fixture, NULL, VIR_ERR_SYSTEM_ERROR, "Failed to take descriptor 100, which LISTEN_FDS announces: Bad file");
}

static void test_numbers(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const int numbers[] = { -1, 0, 65 };

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autofree char *said = g_strdup_printf("invalid value for LISTEN_FDS: '%d'", numbers[i]);

        fixture->n_fds = numbers[i];
        assertRefused(fixture, NULL, VIR_ERR_INVALID_ARG, said);
    }
    fixture->n_fds = 0;
}

#define ADD(path, function) g_test_add("/daemon/activation/" path, Fixture, NULL, setUp, function, tearDown)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("named-after-units-are-taken-in-any-order", test_names);
    ADD("without-names-addresses-tell", test_addresses);
    ADD("with-unknown-names-addresses-tell", test_other_names);
    ADD("name-wins-over-address", test_name_wins);
    ADD("those-of-another-process-are-left-alone", test_of_others);
    ADD("unknown-one-is-refused-by-name-and-path", test_stranger);
    ADD("one-that-does-not-listen-is-refused", test_no_listener);
    ADD("datagram-socket-is-refused", test_datagrams);
    ADD("names-that-do-not-add-up-are-refused", test_too_few_names);
    ADD("descriptor-that-is-not-open-is-refused", test_not_open);
    ADD("wrong-numbers-are-refused", test_numbers);
    return g_test_run();
}

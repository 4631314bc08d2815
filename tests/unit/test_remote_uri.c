/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_uri.c: where connection URIs lead
 *
 * Sockets, names, flags and errors of facts/uri.md, section 2, with sockets played by files in a temporary directory.
 * Nothing is connected.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "remote_uri.h"
#include "virerror.h"

typedef struct {
    char *system_dir, *session_dir;
    virRemoteEnvironment env;
} Fixture;

static void setUp(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->system_dir = g_dir_make_tmp("sys-XXXXXX", NULL);
    fixture->session_dir = g_dir_make_tmp("ses-XXXXXX", NULL);
    fixture->env = (virRemoteEnvironment){ .system_dir = fixture->system_dir, .session_dir = fixture->session_dir };
}

static void tearDown(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_assert_cmpint(g_rmdir(fixture->system_dir), ==, 0);
    g_assert_cmpint(g_rmdir(fixture->session_dir), ==, 0);
    g_free(fixture->system_dir);
    g_free(fixture->session_dir);
}

typedef struct {
    const char *uri;
    gboolean readonly;
    const char *exists;         /* sockets of the system that are there, separated by blanks */
    const char *socket;         /* without directory, if it begins with no '/' */
    const char *name;
    uid_t euid;
    unsigned int flags;
} Lead;

static const Lead leads[] = {
    { "network:///system", FALSE, "virtnetworkd-sock libvirt-sock", "virtnetworkd-sock", "network:///system", 0, 0 },
    { "network:///system", FALSE, "libvirt-sock", "libvirt-sock", "network:///system", 0, 0 },
    { "network:///system", FALSE, "", "virtnetworkd-sock", "network:///system", 0, 0 },
    { "network:///system", TRUE, "virtnetworkd-sock-ro", "virtnetworkd-sock-ro", "network:///system", 0, 1 },
    { "network+unix:///system", TRUE, "libvirt-sock-ro virtnetworkd-sock", "libvirt-sock-ro",
      "network:///system", 0, 1 },
    { "network:///system?mode=legacy", FALSE, "virtnetworkd-sock", "libvirt-sock", "network:///system", 0, 0 },
    { "network:///system?mode=direct", FALSE, "libvirt-sock", "virtnetworkd-sock", "network:///system", 0, 0 },
    { "network:///system?mode=auto&foo=bar", FALSE, "libvirt-sock", "libvirt-sock", "network:///system?foo=bar", 0, 0 },
    { "network:///system?socket=/p&foo=bar&mode=direct", FALSE, "", "/p", "network:///system?foo=bar", 0, 0 },
    { "network:///system?socket=/p", TRUE, "", "/p", "network:///system", 0, 1 },
    { "qemu:/system", FALSE, "libvirt-sock", "libvirt-sock", "qemu:///system", 0, 0 },
    { "qemu:///session", FALSE, "libvirt-sock", "libvirt-sock", "qemu:///session", 0, 0 },
    { "foo:///x?name=bar:///y&keyfile=z", FALSE, "libvirt-sock", "libvirt-sock", "bar:///y", 0, 0 },
    { "remote://", FALSE, "virtnetworkd-sock virtqemud-sock", "virtqemud-sock", "", 0, 0 },
    { NULL, FALSE, "virtnetworkd-sock libvirt-sock", "libvirt-sock", "", 0, 0 },
    { "", FALSE, "virtlxcd-sock virtqemud-sock", "virtqemud-sock", "", 0, 0 },
};

static char **touchAll(Fixture *fixture, const char *names)
{
    char **paths = g_strsplit(names, " ", -1);

    for (char **path = paths; *path; path++) {
        char *name = *path;

        *path = g_build_filename(fixture->system_dir, name, NULL);
        g_free(name);
        if (!g_str_has_suffix(*path, "/"))
            g_assert_true(g_file_set_contents(*path, "", 0, NULL));
    }
    return paths;
}

static void assertLead(Fixture *fixture, const Lead *lead, const char *dir)
{
    g_auto(virRemoteTarget) target = { 0 };
    g_autoptr(GError) err = NULL;
    g_autofree char *socket = g_build_filename(lead->socket[0] == '/' ? "/" : dir, lead->socket, NULL);

    fixture->env.euid = lead->euid;
    (void)virRemoteTargetFind(lead->uri, lead->readonly, &fixture->env, &target, &err);
    g_assert_no_error(err);
    g_assert_cmpstr(target.socket, ==, socket);
    g_assert_cmpstr(target.name, ==, lead->name);
    g_assert_cmpuint(target.flags, ==, lead->flags);
}

static void rootReachesTheSystem(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    for (gsize i = 0; i < G_N_ELEMENTS(leads); i++) {
        g_auto(GStrv) paths = touchAll(fixture, leads[i].exists);

        assertLead(fixture, &leads[i], fixture->system_dir);
        for (char **path = paths; *path; path++)
            (void)g_unlink(*path);          /* an empty list names the directory, which stays */
    }
}

static void userReachesTheSession(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const Lead session[] = {
        { "network:///session", FALSE, "", "virtnetworkd-sock", "network:///session", 1000, 2 },
        { "network:///session", TRUE, "", "virtnetworkd-sock", "network:///session", 1000, 3 },
        { "test+unix:///default?mode=legacy", FALSE, "", "libvirt-sock", "test:///default", 1000, 2 },
        { NULL, FALSE, "", "libvirt-sock", "", 1000, 2 },
    };
    static const Lead system = { "network:///system", FALSE, "", "virtnetworkd-sock", "network:///system", 1000, 0 };

    for (gsize i = 0; i < G_N_ELEMENTS(session); i++)
        assertLead(fixture, &session[i], fixture->session_dir);
    assertLead(fixture, &system, fixture->system_dir);
}

static void authenticationAskedForIsKept(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_auto(virRemoteTarget) target = { 0 };

    g_assert_cmpint(virRemoteTargetFind("network:///system?auth=sasl", FALSE, &fixture->env, &target, NULL), ==, 0);
    g_assert_cmpstr(target.auth, ==, "sasl");
    g_assert_cmpstr(target.name, ==, "network:///system");
}

static void wrongURIsFailAsRecorded(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    static const struct {
        const char *uri;
        int code, domain;
        const char *message;
    } rows[] = {
        { "nothing", 5, 0, "no connection driver available for URI 'nothing' does not include a driver name" },
        { "qemu+foo:///system", 8, 13, "invalid argument: remote_open: transport in URL not recognised (should be "
                                       "tls|unix|ssh|ext|tcp|libssh2|libssh)" },
        { "qemu+unix://h/system", 8, 13,
          "invalid argument: using unix socket and remote server 'h' is not supported." },
        { "qemu+ext:///system", 8, 13, "invalid argument: remote_open: for 'ext' transport, command is required" },
        { "qemu:///system?mode=foo", 8, 13, "invalid argument: Unknown remote mode 'foo'" },
        { "qemu://system", 1, 0, "internal error: invalid URI qemu://system (maybe you want qemu:///system)" },
        { "qemu+ssh://h/system", 3, 13, "this function is not supported by the connection driver: URI "
                                        "'qemu+ssh://h/system': transport 'ssh', only local unix sockets can be used" },
        { "qemu://h/system", 3, 13, "this function is not supported by the connection driver: URI "
                                    "'qemu://h/system': transport 'tls', only local unix sockets can be used" },
        { "qemu+ext:///system?command=x", 3, 13, "this function is not supported by the connection driver: URI "
          "'qemu+ext:///system?command=x': transport 'ext', only local unix sockets can be used" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        virRemoteTarget target = { 0 };
        g_autoptr(GError) err = NULL;

        g_assert_cmpint(virRemoteTargetFind(rows[i].uri, FALSE, &fixture->env, &target, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, rows[i].code);
        g_assert_cmpstr(err->message, ==, rows[i].message);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, rows[i].domain);
        g_assert_null(target.socket);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/remote/uri/" path, Fixture, NULL, setUp, function, tearDown)
    ADD("root-reaches-the-system", rootReachesTheSystem);
    ADD("user-reaches-the-session", userReachesTheSession);
    ADD("authentication-asked-for-is-kept", authenticationAskedForIsKept);
    ADD("wrong-uris-fail-as-recorded", wrongURIsFailAsRecorded);
    return g_test_run();
}

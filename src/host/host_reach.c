/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_reach.c: whether the users of dnsmasq and radvd can reach their files
 *
 * Both read files again at each SIGHUP, as the user that they have become; what dnsmasq cannot reach then it only mentions in
 * its log, and radvd ends. So that is found out at the start, from user and groups. It decides by mode bits; a directory
 * with an access control list is trusted. Called by the facets of the two programs.
 */
#include "host_reach.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "virerror.h"
#include "virfile.h"

#define VIR_FROM_THIS VIR_FROM_NONE

#define MAX_STATUS (64 * 1024)
#define MAX_PASSWD (64 * 1024)
#define MAX_GROUPS 1024

/* The fourth of the numbers after Uid: and Gid: is the one that the kernel judges file access by. */
#define FS_ID 4

typedef struct {
    const char *program;
    guint64 uid;
    guint64 gid;
    char **groups;      /* as text */
} Credentials;

static void clearCredentials(Credentials *cred)
{
    g_strfreev(cred->groups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Credentials, clearCredentials)

/* The words of a line of /proc/PID/status; @label begins with the line break before it. NULL if there is none. */
static char **wordsOf(const char *status, const char *label)
{
    const char *line = strstr(status, label);
    g_autofree char *text = NULL;

    if (!line)
        return NULL;
    text = g_strndup(line + 1, strcspn(line + 1, "\n"));
    g_strdelimit(g_strchomp(text), "\t ", ' ');
    return g_strsplit(text, " ", -1);
}

static gboolean readId(const char *status, const char *label, guint64 *ret_id)
{
    g_auto(GStrv) words = wordsOf(status, label);

    return words && g_strv_length(words) > FS_ID &&
           g_ascii_string_to_unsigned(words[FS_ID], 10, 0, G_MAXUINT32, ret_id, NULL);
}

static int readCredentials(const virProcess *process, Credentials *ret_cred, GError **err)
{
    g_autofree char *path = g_strdup_printf("/proc/%lld/status", (long long)process->pid);
    g_autofree char *status = NULL;
    Credentials cred = *ret_cred;

    if (virFileRead(path, MAX_STATUS, &status, err) < 0)
        return -1;
    if (!status || !readId(status, "\nUid:", &cred.uid) || !readId(status, "\nGid:", &cred.gid))
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot find out which user process %lld runs as",
                       (long long)process->pid);
    cred.groups = wordsOf(status, "\nGroups:");
    *ret_cred = cred;
    return 0;
}

/* One whose groups are too many is judged by its first ones. */
static char **groupsOf(const struct passwd *entry)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();
    g_autofree gid_t *groups = g_new0(gid_t, MAX_GROUPS);
    int n_groups = MAX_GROUPS;

    (void)getgrouplist(entry->pw_name, entry->pw_gid, groups, &n_groups);
    for (int i = 0; i < MIN(n_groups, MAX_GROUPS); i++) {
        g_autofree char *text = g_strdup_printf("%llu", (unsigned long long)groups[i]);

        g_strv_builder_add(texts, text);
    }
    return g_strv_builder_end(texts);
}

static void findCredentials(const char *user, Credentials *ret_cred)
{
    g_autofree char *buf = g_malloc(MAX_PASSWD);
    struct passwd entry, *found = NULL;

    if (getpwnam_r(user, &entry, buf, MAX_PASSWD, &found) != 0 || !found)
        return;
    ret_cred->uid = entry.pw_uid;
    ret_cred->gid = entry.pw_gid;
    ret_cred->groups = groupsOf(&entry);
}

static gboolean isMember(const Credentials *cred, gid_t gid)
{
    g_autofree char *text = g_strdup_printf("%llu", (unsigned long long)gid);

    return cred->gid == gid || (cred->groups && g_strv_contains((const char *const *)cred->groups, text));
}

static gboolean hasAccessList(const char *dir)
{
    return getxattr(dir, "system.posix_acl_access", NULL, 0) > 0;
}

static gboolean maySearch(const Credentials *cred, const char *dir, const struct stat *st)
{
    mode_t needed = S_IXOTH;

    if (cred->uid == 0)
        return TRUE;
    if (cred->uid == st->st_uid)
        needed = S_IXUSR;
    else if (isMember(cred, st->st_gid))
        needed = S_IXGRP;
    return (st->st_mode & needed) || hasAccessList(dir);
}

static int failUnreachable(const Credentials *cred, const char *dir, const char *target, GError **err)
{
    struct passwd entry, *found = NULL;
    char buf[4096];

    if (getpwuid_r((uid_t)cred->uid, &entry, buf, sizeof(buf), &found) == 0 && found)
        return virFail(err, VIR_ERR_INTERNAL_ERROR,
                       "%s runs as user '%s', who may not search directory '%s' and so cannot read its files in '%s'",
                       cred->program, found->pw_name, dir, target);
    return virFail(err, VIR_ERR_INTERNAL_ERROR,
                   "%s runs as user %llu, who may not search directory '%s' and so cannot read its files in '%s'",
                   cred->program, (unsigned long long)cred->uid, dir, target);
}

static int checkDir(const Credentials *cred, const char *dir, const char *target, GError **err)
{
    struct stat st;

    if (stat(dir, &st) < 0)
        return virFailErrno(err, errno, "cannot read directory '%s'", dir);
    return maySearch(cred, dir, &st) ? 0 : failUnreachable(cred, dir, target, err);
}

int virHostReachCheck(const virHostReach *reach, const char *dir, GError **err)
{
    g_auto(Credentials) cred = { .program = reach->program };
    /* Without links: what they lead to may lie below other directories. */
    char *resolved = realpath(dir, NULL);
    g_autofree char *path = g_strdup(resolved);

    free(resolved);
    if (!path)
        return virFailErrno(err, errno, "cannot read directory '%s'", dir);
    if (!reach->process)
        findCredentials(reach->user, &cred);
    else if (readCredentials(reach->process, &cred, err) < 0)
        return -1;
    if (checkDir(&cred, "/", dir, err) < 0)
        return -1;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (checkDir(&cred, path, dir, err) < 0)
            return -1;
        *slash = '/';
    }
    return checkDir(&cred, path, dir, err);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * remote_uri.h: where a connection URI leads: which socket, and which name to ask for there
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* What the answer depends on beside the URI. */
typedef struct {
    uid_t euid;
    const char *system_dir;     /* of the sockets of system daemons, e.g. /run/libvirt */
    const char *session_dir;    /* of those of the user's own daemons */
} virRemoteEnvironment;

typedef struct {
    char *socket;               /* path of the unix socket */
    char *name;                 /* what the daemon is asked to open; "": it may choose */
    char *auth;                 /* type of authentication that was asked for; NULL: any */
    unsigned int flags;         /* of CONNECT_OPEN */
} virRemoteTarget;

void virRemoteTargetClear(virRemoteTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(virRemoteTarget, virRemoteTargetClear)

/**
 * virRemoteTargetFind:
 * @uri: NULL or "": none was given
 * @readonly: whether the read-only socket is wanted
 *
 * Looks which sockets exist, but connects to none. Returns 0, or -1 if the URI is wrong or asks for a transport that
 * there is not.
 */
int virRemoteTargetFind(const char *uri, gboolean readonly, const virRemoteEnvironment *env,
                        virRemoteTarget *ret_target, GError **err);

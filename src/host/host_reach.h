/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_reach.h: whether a program that gives up its privileges still reaches its files
 */
#pragma once

#include <glib.h>

#include "virprocess.h"

/* Who has to reach something: a process, or one that is going to be a user. */
typedef struct {
    const char *program;            /* as errors say it */
    const virProcess *process;      /* one that runs under the user in question; NULL: see @user */
    const char *user;               /* a name; root where there is no such user */
} virHostReach;

/**
 * virHostReachCheck:
 * @dir: an absolute path
 *
 * Returns 0 if @reach may pass all directories from the root down to @dir itself, or -1 with an error that names the
 * first one that it may not, and its user.
 */
int virHostReachCheck(const virHostReach *reach, const char *dir, GError **err);

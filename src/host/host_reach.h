/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_reach.h: whether a process that has given up its privileges still reaches its files
 */
#pragma once

#include <glib.h>

#include "virprocess.h"

/**
 * virHostReachCheck:
 * @process: one that runs under the user in question
 * @dir: an absolute path
 *
 * Returns 0 if @process may pass all directories from the root down to @dir itself, or -1 with an error that names the
 * first one that it may not, and its user.
 */
int virHostReachCheck(const virProcess *process, const char *dir, GError **err);

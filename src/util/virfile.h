/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virfile.h: whole files, replaced and never overwritten
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef enum {
    VIR_FILE_SYNC = 1 << 0,     /* fsync the file, and the directory after the rename: it survives a power cut */
} virFileFlags;

/**
 * virFileWriteBeside:
 * @path: the file that will be replaced
 * @content: text, with its NUL not written
 * @mode: permission bits
 * @ret_temp: path of the new file in the same directory
 *
 * Writes @content to a new file beside @path (name ".NAME.new"), with @mode, synced if @flags say so. @path is untouched.
 */
int virFileWriteBeside(const char *path, const char *content, mode_t mode, unsigned int flags, char **ret_temp, GError **err);

/* Renames @temp to @path and, with VIR_FILE_SYNC, syncs the directory. */
int virFileRename(const char *temp, const char *path, unsigned int flags, GError **err);

/**
 * virFileAppend:
 * @text: short
 *
 * Appends @text in one write, which a process that is killed has done wholly or not at all; on failure the file is as it was.
 */
int virFileAppend(const char *path, const char *text, mode_t mode, GError **err);

/* Both in one: @path has the new content or the old one, never between. Nothing is written if it has it already. */
int virFileReplace(const char *path, const char *content, mode_t mode, unsigned int flags, GError **err);

/**
 * virFileRead:
 * @max_bytes: larger files are an error
 *
 * Reads a whole text file. A file that does not exist gives 0 and NULL in *@ret_content.
 */
int virFileRead(const char *path, gsize max_bytes, char **ret_content, GError **err);

/* Removes @path; that it does not exist is fine. */
int virFileRemove(const char *path, GError **err);

/* Makes @path and its parents. */
int virFileMakeDir(const char *path, mode_t mode, GError **err);

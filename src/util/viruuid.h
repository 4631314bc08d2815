/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * viruuid.h: UUIDs as 16 raw bytes
 */
#pragma once

#include <glib.h>

#define VIR_UUID_LEN 16
#define VIR_UUID_TEXT_LEN 37

/**
 * virUUIDParse:
 * @text: 32 hexadecimal digits, with or without dashes between them; blanks around are skipped
 * @ret_uuid: filled on success only
 *
 * Returns whether @text is a UUID.
 */
gboolean virUUIDParse(const char *text, unsigned char ret_uuid[VIR_UUID_LEN]);

/* Formats @uuid in lower case with dashes into @buf. Returns @buf. */
const char *virUUIDFormat(const unsigned char *uuid, char buf[VIR_UUID_TEXT_LEN]);

/* A random UUID (RFC 4122, version 4). */
void virUUIDGenerate(unsigned char ret_uuid[VIR_UUID_LEN]);

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virtext.h: messages in the language of the program's user
 *
 * Looks texts up in the project's catalogue, and leaves them as they are in the C locale: in every program that has not called
 * setlocale. It sets no locale. virerror.c calls it for all errors, so that nobody else need.
 */
#pragma once

#include <glib.h>

/* Marks a text for the catalogue that is translated where it is used. */
#define N_(text) (text)

/**
 * virText:
 * @text: as it stands in the source; may be a format
 *
 * Returns its translation, a static string with the same conversions, or @text itself.
 */
const char *virText(const char *text) G_GNUC_FORMAT(1);

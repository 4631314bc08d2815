/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virstring.h: questions about text
 *
 * For those who write into lines of configuration files, scripts or the log what somebody else has chosen. It changes no text and
 * knows no format.
 */
#pragma once

#include <glib.h>

/* Whether @text has a control character of ASCII: among others a line end, which would begin another line. */
gboolean virStringHasControl(const char *text);

/* Orders by their bytes the strings that @a and @b point to: for arrays of strings (GCompareFunc). */
gint virStringCompareItems(gconstpointer a, gconstpointer b);

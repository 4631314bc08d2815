/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virstring.c: questions about text
 *
 * Pure. What may not be written into a line is asked by the validation of definitions, which refuses it, and by those who write,
 * who rely on nobody for that; the order by those who read directories.
 */
#include "virstring.h"

#include <string.h>

gboolean virStringHasControl(const char *text)
{
    for (; *text; text++) {
        if (g_ascii_iscntrl(*text))
            return TRUE;
    }
    return FALSE;
}

gint virStringCompareItems(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

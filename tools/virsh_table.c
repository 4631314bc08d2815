/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats tables: escapes what would upset a terminal, counts columns by the locale, pads. It takes the locale as it
 * finds it and never writes to a stream. Called by net-list and net-dhcp-leases.
 */
#include "virsh_table.h"

#include <string.h>
#include <wchar.h>
#include <wctype.h>

typedef struct {
    char *text;
    size_t width; /* columns on the screen */
} tableCell;

struct _virshTable {
    size_t n_columns;
    GPtrArray *rows; /* of arrays of n_columns tableCells; the first is the headings */
};

/* Appends one character, which is `length` bytes at `pos` and `wide` when it is valid, and returns its width. */
static size_t appendCharacter(GString *out, const char *pos, size_t length, wint_t wide)
{
    int width;

    /* "\x" as it stands would look like an escape of ours. */
    bool ambiguous = pos[0] == '\\' && pos[1] == 'x';

    if (wide != WEOF && iswprint(wide) && !ambiguous) {
        width = wcwidth((wchar_t)wide);
        g_string_append_len(out, pos, (gssize)length);
        return width > 0 ? (size_t)width : 0;
    }
    for (size_t i = 0; i < length; i++)
        g_string_append_printf(out, "\\x%02x", (unsigned char)pos[i]);
    return 4 * length;
}

static void formatCell(tableCell *cell, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    mbstate_t state = { 0 };
    size_t left = strlen(text);

    while (left > 0) {
        wchar_t wide;
        size_t length = mbrtowc(&wide, text, left, &state);
        bool valid = length != (size_t)-1 && length != (size_t)-2 && length != 0;

        if (!valid) {
            length = 1;
            state = (mbstate_t) { 0 };
        }
        cell->width += appendCharacter(out, text, length, valid ? (wint_t)wide : WEOF);
        text += length;
        left -= length;
    }
    cell->text = g_string_free(g_steal_pointer(&out), FALSE);
}

static void freeRow(gpointer data)
{
    tableCell *row = data;

    for (tableCell *cell = row; cell->text; cell++)
        g_free(cell->text);
    g_free(row);
}

virshTable *virshTableNew(const char *const *headings)
{
    virshTable *table = g_new0(virshTable, 1);

    table->n_columns = g_strv_length((char **)headings);
    table->rows = g_ptr_array_new_with_free_func(freeRow);
    virshTableAdd(table, headings);
    return table;
}

void virshTableFree(virshTable *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->rows);
    g_free(table);
}

void virshTableAdd(virshTable *table, const char *const *cells)
{
    tableCell *row = g_new0(tableCell, table->n_columns + 1); /* the one more ends the row for freeRow */

    for (size_t i = 0; i < table->n_columns; i++)
        formatCell(&row[i], cells[i]);
    g_ptr_array_add(table->rows, row);
}

static size_t columnWidth(const virshTable *table, guint first_row, size_t column)
{
    size_t width = 0;

    for (guint i = first_row; i < table->rows->len; i++) {
        const tableCell *row = g_ptr_array_index(table->rows, i);

        width = MAX(width, row[column].width);
    }
    return width;
}

static void appendTimes(GString *out, char c, size_t times)
{
    for (size_t i = 0; i < times; i++)
        g_string_append_c(out, c);
}

static void formatRow(GString *out, const virshTable *table, const tableCell *row, const size_t *widths)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        g_string_append_printf(out, " %s", row[i].text);
        if (i + 1 < table->n_columns)
            appendTimes(out, ' ', widths[i] - row[i].width + 2);
    }
    g_string_append_c(out, '\n');
}

char *virshTableFormat(const virshTable *table, bool headings)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree size_t *widths = g_new0(size_t, table->n_columns);
    guint first_row = headings ? 0 : 1;
    size_t total = 0;

    for (size_t i = 0; i < table->n_columns; i++) {
        widths[i] = columnWidth(table, first_row, i);
        total += widths[i] + 3;
    }
    for (guint i = first_row; i < table->rows->len; i++) {
        formatRow(out, table, g_ptr_array_index(table->rows, i), widths);
        if (i == 0) {
            appendTimes(out, '-', total);
            g_string_append_c(out, '\n');
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

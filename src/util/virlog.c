/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virlog.c: one line per event, to stderr or to the systemd journal
 *
 * It formats and sends; it decides nothing, keeps no files and limits no rates. The daemon's boundary functions call
 * it; libraries of clients stay silent.
 */
#include "virlog.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *priority;       /* as syslog(3) numbers it */
    GLogLevelFlags glib;
} levels[] = {
    [VIR_LOG_DEBUG] = { "debug", "7", G_LOG_LEVEL_DEBUG },
    [VIR_LOG_INFO] = { "info", "6", G_LOG_LEVEL_INFO },
    [VIR_LOG_WARNING] = { "warning", "4", G_LOG_LEVEL_WARNING },
    [VIR_LOG_ERROR] = { "error", "3", G_LOG_LEVEL_CRITICAL },
};

/* Both are read and written atomically; 0: not set yet. */
static gint current_level;
static gint to_journal;

/* LIBVIRT_DEBUG holds a number or a name; what is neither counts as not given. */
static virLogLevel levelFromEnvironment(void)
{
    const char *text = g_getenv("LIBVIRT_DEBUG");
    guint64 number;

    if (!text)
        return VIR_LOG_WARNING;
    for (gsize i = VIR_LOG_DEBUG; i < G_N_ELEMENTS(levels); i++) {
        if (g_ascii_strcasecmp(text, levels[i].name) == 0)
            return (virLogLevel)i;
    }
    if (g_ascii_string_to_unsigned(text, 10, VIR_LOG_DEBUG, VIR_LOG_ERROR, &number, NULL))
        return (virLogLevel)number;
    return VIR_LOG_WARNING;
}

static virLogLevel getLevel(void)
{
    gint level = g_atomic_int_get(&current_level);

    if (level == 0) {
        level = levelFromEnvironment();
        g_atomic_int_set(&current_level, level);
    }
    return (virLogLevel)level;
}

void virLogSetLevel(virLogLevel level)
{
    g_atomic_int_set(&current_level, level);
}

void virLogSetJournal(gboolean journal)
{
    g_atomic_int_set(&to_journal, journal);
}

/* An event is one line, whatever a program or a client put into its text. */
static void flatten(char *text)
{
    g_strchomp(text);
    for (char *p = text; *p; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
}

static gboolean sendToJournal(virLogLevel level, const char *text)
{
    const GLogField fields[] = {
        { "MESSAGE", text, -1 },
        { "PRIORITY", levels[level].priority, -1 },
        { "SYSLOG_IDENTIFIER", "virtnetworkd", -1 },
    };

    return g_log_writer_journald(levels[level].glib, fields, G_N_ELEMENTS(fields), NULL) == G_LOG_WRITER_HANDLED;
}

/* One write a line, so that lines of several threads do not mix. */
static void sendToStderr(virLogLevel level, const char *text)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
    g_autofree char *line = g_strdup_printf("%s.%03d+0000: %s: %s\n", time, g_date_time_get_microsecond(now) / 1000,
                                            levels[level].name, text);
    gssize written = write(STDERR_FILENO, line, strlen(line));

    (void)written;      /* there is nobody left to tell */
}

void virLogWrite(virLogLevel level, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    if (level < getLevel())
        return;
    va_start(args, fmt);
    text = g_strdup_vprintf(fmt, args);
    va_end(args);
    flatten(text);
    if (!g_atomic_int_get(&to_journal) || !sendToJournal(level, text))
        sendToStderr(level, text);
}

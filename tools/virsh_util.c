/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Printing, error reports, values of options and files, for all commands alike. It knows no command and opens no
 * connection. Called by main and the command files.
 */
#include "virsh_util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_SIZE (10 * 1024 * 1024)

int virshLogOpen(virshControl *ctl, const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

    if (fd < 0)
        return -1;
    if (ctl->log_fd >= 0)
        (void)close(ctl->log_fd); /* only appended to: there is nothing to lose */
    ctl->log_fd = fd;
    return 0;
}

static const char *levelName(virshLogLevel level)
{
    switch (level) {
    case VIRSH_LOG_DEBUG:
        return "DEBUG";
    case VIRSH_LOG_INFO:
        return "INFO";
    case VIRSH_LOG_ERROR:
    default:
        return "ERROR";
    }
}

static void writeLog(virshControl *ctl, virshLogLevel level, const char *text)
{
    g_autoptr(GDateTime) now = NULL;
    g_autofree char *when = NULL;

    if (ctl->log_fd < 0)
        return;
    now = g_date_time_new_now_local();
    when = g_date_time_format(now, "%Y.%m.%d %H:%M:%S");
    /* A log that cannot be written must not stop the work that it tells of. */
    (void)dprintf(ctl->log_fd, "[%s virsh %d] %s %s\n", when, (int)getpid(), levelName(level), text);
}

void virshPrint(virshControl *ctl, const char *format, ...)
{
    va_list args;

    (void)ctl;
    va_start(args, format);
    (void)vprintf(format, args); /* main asks once, at the end, whether all could be written */
    va_end(args);
}

void virshPrintExtra(virshControl *ctl, const char *format, ...)
{
    va_list args;

    if (ctl->quiet)
        return;
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
}

static void printError(virshControl *ctl, const char *text)
{
    writeLog(ctl, VIRSH_LOG_ERROR, text);
    (void)fflush(stdout);
    (void)fprintf(stderr, _("error: %s\n"), text);
    (void)fflush(stderr);
}

void virshError(virshControl *ctl, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    printError(ctl, text);
}

void virshDebug(virshControl *ctl, virshLogLevel level, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    if ((int)level < ctl->log_level)
        return;
    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    writeLog(ctl, level, text);
    virshPrint(ctl, "%s\n", text);
}

void virshReportFailure(virshControl *ctl)
{
    if (!ctl->failure)
        return;
    printError(ctl, ctl->failure);
    virshClearFailure(ctl);
}

void virshClearFailure(virshControl *ctl)
{
    g_clear_pointer(&ctl->failure, g_free);
}

int virshOptionString(virshControl *ctl, const virshCommand *cmd, const char *name, const char **ret)
{
    const char *value = virshCommandValue(cmd, name);

    if (!value)
        return 0;
    if (!*value) {
        virshError(ctl, _("Failed to get option '%s': Option argument is empty"), name);
        return -1;
    }
    *ret = value;
    return 1;
}

int virshParseInt(const char *text, int *ret)
{
    char *end = NULL;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end || value < INT_MIN || value > INT_MAX)
        return -1;
    *ret = (int)value;
    return 0;
}

int virshOptionNumber(virshControl *ctl, const virshCommand *cmd, const char *name, int *ret)
{
    const char *value = virshCommandValue(cmd, name);

    if (!value)
        return 0;
    if (virshParseInt(value, ret) < 0) {
        virshError(ctl, _("Numeric value '%s' for <%s> option is malformed or out of range"), value, name);
        return -1;
    }
    return 1;
}

int virshOptionsExclude(virshControl *ctl, const virshCommand *cmd, const char *one, const char *other)
{
    if (!virshCommandHas(cmd, one) || !virshCommandHas(cmd, other))
        return 0;
    virshError(ctl, _("Options --%s and --%s are mutually exclusive"), one, other);
    return -1;
}

/* Appends what is left in `fd`; errno tells what went wrong. */
static int readAll(int fd, GString *text)
{
    char buffer[16384];

    for (;;) {
        ssize_t got = read(fd, buffer, sizeof(buffer));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return (int)got;
        g_string_append_len(text, buffer, got);
        if (text->len > MAX_FILE_SIZE) {
            errno = EOVERFLOW;
            return -1;
        }
    }
}

char *virshReadFile(virshControl *ctl, const char *path)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed;

    if (fd < 0) {
        virshError(ctl, _("Failed to open file '%s': %s"), path, g_strerror(errno));
        return NULL;
    }
    failed = readAll(fd, text) < 0 ? errno : 0;
    (void)close(fd); /* was only read */
    if (failed) {
        virshError(ctl, _("Failed to read file '%s': %s"), path, g_strerror(failed));
        return NULL;
    }
    /* What follows would be left out, and half a file taken for the whole. */
    if (memchr(text->str, '\0', text->len)) {
        virshError(ctl, _("Failed to read file '%s': it has a NUL byte, which XML cannot have"), path);
        return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

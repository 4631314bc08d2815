/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virlog.h: log lines for an operator, over GLib's structured logging
 *
 * Functions that return errors do not log them; the boundary does, once. Information is what an operator would ask
 * for, debug is each step.
 */
#pragma once

#include <glib.h>

typedef enum {
    VIR_LOG_DEBUG = 1,
    VIR_LOG_INFO = 2,
    VIR_LOG_WARNING = 3,
    VIR_LOG_ERROR = 4,
} virLogLevel;

/* Lines below @level are dropped; the default is VIR_LOG_WARNING, or what LIBVIRT_DEBUG says. */
void virLogSetLevel(virLogLevel level);

/* Sends lines to the systemd journal instead of stderr. */
void virLogSetJournal(gboolean journal);

void virLogWrite(virLogLevel level, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#define VIR_DEBUG(...) virLogWrite(VIR_LOG_DEBUG, __VA_ARGS__)
#define VIR_INFO(...) virLogWrite(VIR_LOG_INFO, __VA_ARGS__)
#define VIR_WARN(...) virLogWrite(VIR_LOG_WARNING, __VA_ARGS__)
#define VIR_ERROR_LOG(...) virLogWrite(VIR_LOG_ERROR, __VA_ARGS__)

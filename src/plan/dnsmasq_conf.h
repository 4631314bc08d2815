/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq_conf.h: the one writer of dnsmasq's configuration syntax
 *
 * Values come from users' XML. Whatever they hold, one call writes one line, and dnsmasq reads back the same value: what
 * its parser would take for a comment, a quotation or the end of a line is quoted; what cannot be written is an error.
 */
#pragma once

#include <glib.h>

/* Appends the line "KEY", or "KEY=VALUE" if @value is not NULL. @key is text of ours. */
int virDnsmasqConfAdd(GString *conf, const char *key, const char *value, GError **err);

/* The same with a value made by a format. */
int virDnsmasqConfAddFormat(GString *conf, GError **err, const char *key, const char *fmt, ...) G_GNUC_PRINTF(4, 5);

typedef struct {
    const char *name;
    const char *value;
} virDnsmasqPair;

/*
 * Appends the line "KEY=NAME,VALUE". Its parts are quoted one by one, so that the comma between them stays one, and
 * those of VALUE go on to separate strings, as users of dnsmasq know it.
 */
int virDnsmasqConfAddPair(GString *conf, const char *key, const virDnsmasqPair *pair, GError **err);

/*
 * Fails if a line of @text, a conf or a hosts file of network @name, is longer than dnsmasq reads at once: it would take the rest
 * for a line of its own, whatever that then says. @text may be NULL.
 */
int virDnsmasqConfCheckLines(const char *name, const char *text, GError **err);

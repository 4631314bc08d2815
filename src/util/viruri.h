/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * viruri.h: connection URIs as values: driver[+transport]://[user@][host][:port]/path[?name=value&...][#fragment]
 */
#pragma once

#include <glib.h>

typedef struct {
    char *name;
    char *value;            /* "" where the parameter has none */
} virURIParam;

typedef struct {
    char *driver;           /* scheme up to '+'; NULL: the URI has no scheme */
    char *transport;        /* scheme behind '+'; NULL: none */
    char *user;             /* NULL: none; so the next */
    char *host;             /* an IPv6 address without its brackets */
    unsigned int port;      /* 0: none */
    char *path;             /* "" if there is none */
    GPtrArray *params;      /* virURIParam, in their order */
    char *fragment;         /* NULL: none */
} virURI;

/**
 * virURIParse:
 *
 * All parts are given decoded. A text without a scheme is accepted; whether a driver and a host are there, and make
 * sense, is the caller's business. Parameters are separated by '&' or ';'.
 *
 * Returns the URI, or NULL with VIR_ERR_INTERNAL_ERROR (domain VIR_FROM_URI) if @text is none.
 */
virURI *virURIParse(const char *text, GError **err);

void virURIFree(virURI *uri);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virURI, virURIFree)

/* Value of the first parameter @name; NULL if there is none. */
const char *virURIGetParam(const virURI *uri, const char *name);

/**
 * virURIFormat:
 * @without: names of parameters that are left out, NULL-terminated; NULL: none
 *
 * Returns the text of @uri, newly allocated.
 */
char *virURIFormat(const virURI *uri, const char *const *without);

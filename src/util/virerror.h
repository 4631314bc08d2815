/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virerror.h: how errors travel inside the project
 *
 * Every function that can fail takes a GError ** as its last argument and returns -1 or NULL. The GError carries all
 * that a client may ask for later: libvirt's error code, its domain, the detail and the numbers. The public library
 * and the RPC server turn it into a virError; nobody else does.
 *
 * Details are written in English and translated here, by the functions that take them as formats: po/meson.build tells the
 * extractor which these are. Numbers, names and quoted texts come in as arguments and stay as they are.
 *
 * A file says at its top which domain its errors have:   #define VIR_FROM_THIS VIR_FROM_NETWORK
 */
#pragma once

#include <glib.h>

#include <libvirt/virterror.h>

/* The one GError domain; the code of the GError is a virErrorNumber. */
#define VIR_ERROR (virErrorQuark())
GQuark virErrorQuark(void);

/* What a GError of ours carries beside code and message. */
typedef struct {
    int domain;       /* virErrorDomain */
    char *str1;       /* the template of the message, e.g. "internal error: %s" */
    char *str2;       /* what filled it */
    char *str3;
    int int1;         /* errno of a system error; -1 where there is none; 0 for an argument error */
    int int2;
} virErrorInfo;

/**
 * virErrorGetInfo:
 * @err: an error of the domain VIR_ERROR
 *
 * Returns what @err carries beside code and message. It belongs to @err.
 */
const virErrorInfo *virErrorGetInfo(const GError *err);

/**
 * virErrorSet:
 * @err: where to put the error, or NULL
 * @domain: a virErrorDomain
 * @code: a virErrorNumber
 * @fmt: the detail; the prefix that belongs to @code is put before it. NULL: the sentence of @code alone
 *
 * Returns -1, so that failing is one statement.
 */
int virErrorSet(GError **err, int domain, int code, const char *fmt, ...) G_GNUC_PRINTF(4, 5);

/**
 * virErrorSetErrno:
 * @errnum: an errno value, kept in int1
 *
 * As virErrorSet with VIR_ERR_SYSTEM_ERROR; ": " and the text of @errnum follow the detail.
 */
int virErrorSetErrno(GError **err, int domain, int errnum, const char *fmt, ...) G_GNUC_PRINTF(4, 5);

/**
 * virErrorSetArg:
 * @function: name of the function that was called
 * @argument: name of the argument that is wrong
 *
 * An argument error (VIR_ERR_INVALID_ARG) of an API function, whose message is the sentence alone.
 */
int virErrorSetArg(GError **err, int domain, const char *function, const char *argument, const char *fmt, ...)
    G_GNUC_PRINTF(5, 6);

/**
 * virErrorSetRaw:
 *
 * An error received from elsewhere (the wire), taken as it is. @info is copied; @message may be NULL.
 */
int virErrorSetRaw(GError **err, int code, const char *message, const virErrorInfo *info);

/**
 * virErrorPrefix:
 *
 * Puts a text before the detail (str2) of *@err, in its message too; code, domain and numbers stay.
 */
void virErrorPrefix(GError **err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/**
 * virErrorTemplate:
 * @code: a virErrorNumber
 * @with_detail: whether the template that takes a detail is wanted
 *
 * Returns the message template of @code, a static string with one %s if @with_detail; NULL for an unknown code.
 */
const char *virErrorTemplate(int code, gboolean with_detail);

#define virFail(err, code, ...) virErrorSet(err, VIR_FROM_THIS, code, __VA_ARGS__)
#define virFailNull(err, code, ...) (virErrorSet(err, VIR_FROM_THIS, code, __VA_ARGS__), NULL)
#define virFailErrno(err, errnum, ...) virErrorSetErrno(err, VIR_FROM_THIS, errnum, __VA_ARGS__)

/**
 * virCheckFlags:
 *
 * Leaves the function with -1 and libvirt's words for it if @flags has a bit outside of @supported.
 * @function is the name that clients know (e.g. "networkUpdate").
 */
#define virCheckFlags(flags, supported, function, err) \
    do { \
        unsigned int _extra = (flags) & ~(unsigned int)(supported); \
        if (_extra) \
            return virErrorSetArg(err, VIR_FROM_THIS, function, "flags", \
                                  "unsupported flags (0x%x) in function %s", _extra, function); \
    } while (0)

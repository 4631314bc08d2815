/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_def.h: each field of a value changed alone must make it unequal, and be copied
 *
 * The table of changes and the walk over it, for the test programs of definitions as values.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "network_def.h"

static virSocketAddr addressOf(const char *text)
{
    virSocketAddr addr;

    g_assert_true(virSocketAddrParse(text, AF_UNSPEC, &addr));
    return addr;
}

static void replaceText(char **text, const char *other)
{
    g_free(*text);
    *text = g_strdup(other);
}

/* One change of one field. */
typedef struct {
    const char *field;
    void (*change)(gpointer value);
} Change;

#define CHANGE(type, label, statement) \
    static void change_##type##_##label(gpointer value) \
    { \
        virNetwork##type *it = value; \
 \
        statement; \
    }
#define ROW(type, label) { #type " " #label, change_##type##_##label }

/* A kind of value: how it is made, compared, given back, and copied if it can be. */
typedef struct {
    gpointer (*make)(void);
    gboolean (*equal)(gconstpointer a, gconstpointer b);
    GDestroyNotify unref;
    gpointer (*copy)(gconstpointer value);
    const Change *changes;
    gsize n_changes;
} Kind;

static void checkChange(const Kind *kind, const Change *change)
{
    gpointer one = kind->make();
    gpointer other = kind->make();

    g_test_message("%s", change->field);
    g_assert_true(kind->equal(one, other));
    change->change(other);
    g_assert_false(kind->equal(one, other));
    g_assert_false(kind->equal(other, one));
    if (kind->copy) {
        gpointer copy = kind->copy(other);

        g_assert_true(kind->equal(copy, other));
        g_assert_false(kind->equal(copy, one));
        kind->unref(copy);
    }
    kind->unref(one);
    kind->unref(other);
}

static void checkKind(gconstpointer data)
{
    const Kind *kind = data;

    for (gsize i = 0; i < kind->n_changes; i++)
        checkChange(kind, &kind->changes[i]);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_validate.h: tables of definitions for tests of the validation
 *
 * What is refused with which error, and what passes. Each test program has its own tables.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "network_parse.h"
#include "network_validate.h"
#include "virerror.h"

typedef struct {
    const char *xml;
    int code;
    const char *message;
} Fault;

static virNetworkDef *parsed(const char *xml)
{
    g_autoptr(GError) err = NULL;
    virNetworkDef *def = virNetworkDefParse(xml, &err);

    g_assert_no_error(err);
    return def;
}

static void checkFaults(const Fault *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(virNetworkDef) def = parsed(rows[i].xml);
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu: %s", i, rows[i].xml);
        g_assert_cmpint(virNetworkDefValidate(def, NULL, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, rows[i].code);
        g_assert_cmpstr(err->message, ==, rows[i].message);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, VIR_FROM_NETWORK);
    }
}

static void checkSound(const char *const *rows, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(virNetworkDef) def = parsed(rows[i]);
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu: %s", i, rows[i]);
        g_assert_cmpint(virNetworkDefValidate(def, NULL, &err), ==, 0);
        g_assert_no_error(err);
    }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_parse.h: tables of documents for tests of the parser
 *
 * What is refused with which error, and what is stored for what is taken. Each test program has its own tables.
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "network_format.h"
#include "network_parse.h"
#include "virerror.h"

#define UUID "c7a5fdbd-cdaf-9455-926a-d65c16db1809"
#define NET(body) "<network><name>n</name>" body "</network>"

#define NETWORK VIR_FROM_NETWORK
#define XML VIR_FROM_XML

typedef struct {
    const char *xml;
    int code;
    int domain;
    const char *message;
} Refusal;

typedef struct {
    const Refusal *rows;
    gsize n;
} Refusals;

static void areRefused(gconstpointer data)
{
    const Refusals *table = data;

    for (gsize i = 0; i < table->n; i++) {
        const Refusal *row = &table->rows[i];
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu: %s", i, row->xml);
        g_assert_null(virNetworkDefParse(row->xml, &err));
        g_assert_error(err, VIR_ERROR, row->code);
        g_assert_cmpstr(err->message, ==, row->message);
        g_assert_cmpint(virErrorGetInfo(err)->domain, ==, row->domain);
        g_assert_null(virNetworkDefParse(row->xml, NULL));
    }
}

static const char *const bridge_line = "  <bridge stp='on' delay='0'/>\n";

/* The body of a <network>, and what is written for it behind the uuid; "B" is the line of a bridge with nothing given. */
typedef struct {
    const char *body;
    const char *written;
} Stored;

typedef struct {
    const Stored *rows;
    gsize n;
} StoredTable;

static char *wantedText(const char *written)
{
    g_autoptr(GString) body = g_string_new(*written ? written : "B");

    g_string_replace(body, "B", bridge_line, 1);
    return g_strconcat("<network>\n  <name>n</name>\n  <uuid>" UUID "</uuid>\n", body->str, "</network>\n", NULL);
}

/* @xml must be a fixed point of reading and writing. */
static void checkFixedPoint(const virNetworkDef *def, const char *xml)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) again = virNetworkDefParse(xml, &err);
    g_autofree char *text = NULL;

    g_assert_no_error(err);
    g_assert_true(virNetworkDefEqual(def, again));
    text = virNetworkDefFormat(again);
    g_assert_cmpstr(text, ==, xml);
}

static void whatIsStored(gconstpointer data)
{
    const StoredTable *table = data;

    for (gsize i = 0; i < table->n; i++) {
        const Stored *row = &table->rows[i];
        g_autofree char *xml = g_strconcat("<network connections='3'><name>n</name><uuid>" UUID "</uuid>", row->body,
                                           "</network>", NULL);
        g_autofree char *wanted = wantedText(row->written);
        g_autoptr(GError) err = NULL;
        g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, &err);
        g_autofree char *text = NULL;

        g_test_message("row %zu: %s", i, row->body);
        g_assert_no_error(err);
        text = virNetworkDefFormat(def);
        g_assert_cmpstr(text, ==, wanted);
        checkFixedPoint(def, text);
    }
}

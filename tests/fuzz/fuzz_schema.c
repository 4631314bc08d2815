/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_schema.c: any well-formed text against the schemas
 *
 * Whatever it is, it passes or gets an error of ours, of readable text and bounded length. Run by libFuzzer, or by
 * replay_main.c over the corpus.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "virerror.h"
#include "virxml.h"
#include "virxmlschema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(xmlDoc *doc, const char *schema)
{
    g_autoptr(GError) err = NULL;

    if (virXMLSchemaValidate(doc, schema, &err) == 0) {
        g_assert_no_error(err);
        return;
    }
    g_assert_error(err, VIR_ERROR, VIR_ERR_XML_INVALID_SCHEMA);
    g_assert_true(g_utf8_validate(err->message, -1, NULL));
    g_assert_cmpuint(strlen(err->message), <, 16384);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    const virXMLSource source = { .text = text, .source = "(doc)", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, NULL);

    if (!doc)
        return 0;
    judge(doc, SCHEMAS "/network.rng");
    judge(doc, SCHEMAS "/networkport.rng");
    return 0;
}

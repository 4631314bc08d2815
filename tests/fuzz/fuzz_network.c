/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_network.c: any text as a <network> document
 *
 * What is refused has an error of ours; what is taken is written and read back as an equal definition, and judged; what
 * is found good is rendered, and none of it leaves its place in dnsmasq's files. Run by libFuzzer, or by replay_main.c
 * over the corpus.
 */
#include <stddef.h>
#include <stdint.h>

#include "fuzz_files.h"
#include "network_format.h"
#include "network_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void checkRoundTrip(const virNetworkDef *def)
{
    g_autofree char *xml = virNetworkDefFormat(def);
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) again = virNetworkDefParse(xml, &err);

    g_assert_no_error(err);
    g_assert_true(virNetworkDefEqual(def, again));
}

static void checkJudgement(virNetworkDef *def)
{
    g_autoptr(GError) err = NULL;

    if (virNetworkDefValidate(def, NULL, &err) < 0) {
        g_assert_true(err->domain == VIR_ERROR);
        g_assert_true(g_utf8_validate(err->message, -1, NULL));
        return;
    }
    if (virNetworkForwardModeIsManaged(def->forward) && !def->bridge) {     /* it is filled in before anything is rendered */
        g_free(def->bridge);
        def->bridge = g_strdup("virbr0");
    }
    checkFiles(def);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *xml = g_strndup((const char *)data, size);
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkDef) def = virNetworkDefParse(xml, &err);

    if (!def) {
        g_assert_true(err->domain == VIR_ERROR);
        g_assert_true(g_utf8_validate(err->message, -1, NULL));
        return 0;
    }
    g_assert_no_error(err);
    checkJudgement(def);
    def->has_uuid = TRUE;       /* it is written in any case */
    checkRoundTrip(def);
    return 0;
}

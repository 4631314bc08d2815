/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_section.c: any edit of a network
 *
 * The first three bytes are command, section and parent index, each with a sign; the rest is the element. The
 * edited version must be fit to be stored and, if it is found good, to be rendered, and the version it came from
 * unchanged. Run by libFuzzer, or by replay_main.c over the corpus.
 */
#include <stddef.h>
#include <stdint.h>

#include "fuzz_files.h"
#include "network_format.h"
#include "network_parse.h"
#include "network_section.h"
#include "virxml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define N_HEAD 3

static const char network[] =
    "<network><name>n</name><uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid><bridge name='virbr0'/>"
    "<dns><txt name='s' value='1'/><txt name='t' value='2'/></dns><ip address='10.0.0.1' prefix='24'/>"
    "<ip address='10.0.1.1' prefix='24'><dhcp><range start='10.0.1.2' end='10.0.1.9'/>"
    "<host mac='52:54:00:00:00:01' name='a' ip='10.0.1.11'/><host name='b' ip='10.0.1.12'/></dhcp></ip></network>";

static void checkRoundTrip(const virNetworkDef *def)
{
    g_autofree char *xml = virNetworkDefFormat(def);
    g_autoptr(virNetworkDef) again = virNetworkDefParse(xml, NULL);

    g_assert_true(again && virNetworkDefEqual(def, again));
}

static void edit(const uint8_t *head, const xmlNode *root)
{
    g_autoptr(virNetworkDef) was = virNetworkDefParse(network, NULL);
    g_autoptr(virNetworkDef) pristine = virNetworkDefParse(network, NULL);
    g_autoptr(virNetworkDef) def = NULL;
    g_autoptr(GError) err = NULL;
    const virNetworkSectionEdit request = {
        .command = (unsigned int)(int8_t)head[0], .section = (unsigned int)(int8_t)head[1],
        .parent_index = (int8_t)head[2], .root = root,
    };

    def = virNetworkSectionApply(was, &request, &err);
    if (!def) {
        g_assert_true(err->domain == VIR_ERROR);
        g_assert_true(g_utf8_validate(err->message, -1, NULL));
    } else {
        g_assert_no_error(err);
        checkRoundTrip(def);
        if (virNetworkDefValidate(def, was, NULL) == 0)
            checkFiles(def);
    }
    g_assert_true(virNetworkDefEqual(was, pristine));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *xml = NULL;
    g_autoptr(virXMLDoc) doc = NULL;

    if (size < N_HEAD)
        return 0;
    xml = g_strndup((const char *)data + N_HEAD, size - N_HEAD);
    doc = virXMLParse(&(virXMLSource){ .text = xml, .source = "element", .domain = VIR_FROM_NETWORK }, NULL);
    if (doc)
        edit(data, xmlDocGetRootElement(doc));
    return 0;
}

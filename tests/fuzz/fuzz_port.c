/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_port.c: any text as a <networkport> document
 *
 * What is refused has an error of ours; what is taken is plugged into a network, and written and read back as an equal
 * port. Run by libFuzzer, or by replay_main.c over the corpus.
 */
#include <stddef.h>
#include <stdint.h>

#include "network_parse.h"
#include "network_port_plug.h"
#include "network_port_xml.h"
#include "virerror.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void checkError(const GError *err)
{
    g_assert_true(err->domain == VIR_ERROR);
    g_assert_true(g_utf8_validate(err->message, -1, NULL));
}

/* Elements that say nothing are as good as none, and are not written. */
static void dropEmpty(virNetworkPortDef *port)
{
    if (port->bandwidth && !virNetworkRateIsSet(&port->bandwidth->inbound) &&
        !virNetworkRateIsSet(&port->bandwidth->outbound)) {
        g_clear_pointer(&port->bandwidth, virNetworkBandwidthUnref);
        port->class_id = 0;
    }
    if (port->virtualport) {
        g_autoptr(virNetworkVirtualPort) nothing = virNetworkVirtualPortNew();

        if (virNetworkVirtualPortEqual(port->virtualport, nothing))
            g_clear_pointer(&port->virtualport, virNetworkVirtualPortUnref);
    }
}

static void checkRoundTrip(virNetworkPortDef *port)
{
    g_autofree char *xml = NULL;
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkPortDef) again = NULL;

    dropEmpty(port);
    xml = virNetworkPortDefFormat(port);
    again = virNetworkPortDefParse(xml, "(fuzz)", &err);
    g_assert_no_error(err);
    g_assert_true(virNetworkPortDefEqual(port, again));
}

static void checkPlug(const virNetworkPortDef *asked)
{
    g_autoptr(virNetworkDef) def = virNetworkDefParse("<network><name>n</name><bridge name='virbr0'/></network>", NULL);
    g_autoptr(GPtrArray) ports = virNetworkPortListNew();
    g_autoptr(virNetworkPortDef) port = virNetworkPortDefCopy(asked);
    const virNetworkPortPlace place = { .def = def, .ports = ports };
    g_autoptr(GError) err = NULL;

    if ((port->plug ? virNetworkPortReclaim(&place, port, &err) : virNetworkPortPlug(&place, port, &err)) < 0)
        checkError(err);
    else
        checkRoundTrip(port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *xml = g_strndup((const char *)data, size);
    g_autoptr(GError) err = NULL;
    g_autoptr(virNetworkPortDef) port = virNetworkPortDefParse(xml, "(fuzz)", &err);

    if (!port) {
        checkError(err);
        return 0;
    }
    g_assert_no_error(err);
    checkPlug(port);
    checkRoundTrip(port);
    return 0;
}

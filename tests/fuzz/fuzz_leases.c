/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_leases.c: feeds any bytes to the reader of lease files
 *
 * What is accepted must be fit for clients: every lease has an address, and every text is UTF-8. Run by libFuzzer,
 * or with a stored corpus by the test run.
 */
#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "network_leases.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void checkText(const char *text)
{
    g_assert_true(text == NULL || (*text && g_utf8_validate(text, -1, NULL)));
}

static void checkLease(const virDriverLease *lease)
{
    g_assert_nonnull(lease->ipaddr);
    g_assert_cmpint(lease->type, <=, 1);
    g_assert_true(lease->expiry_time == 0 || lease->expiry_time >= 1);
    checkText(lease->ipaddr);
    checkText(lease->mac);
    checkText(lease->iaid);
    checkText(lease->hostname);
    checkText(lease->clientid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const virNetworkLeasesQuery query = { .path = "F", .bridge = "virbr0", .now = 1 };
    g_autoptr(GPtrArray) leases = NULL;
    g_autoptr(GError) err = NULL;

    if (virNetworkLeasesParse(&query, (const char *)data, size, &leases, &err) < 0) {
        g_assert_nonnull(err);
        g_assert_null(leases);
        return 0;
    }
    for (guint i = 0; i < leases->len; i++)
        checkLease(g_ptr_array_index(leases, i));
    return 0;
}

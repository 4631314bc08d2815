/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_keepalive.c: when a silent peer is asked and given up, with a clock that the test sets
 */
#include "rpc_keepalive.h"

#define INTERVAL 1000

static void zeroedNeverAsks(void)
{
    virRpcKeepalive keepalive = { 0 };

    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, -1);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, G_MAXINT64), ==, VIR_RPC_KEEPALIVE_WAIT);
}

static void silentPeerIsAskedCountTimesThenGone(void)
{
    virRpcKeepalive keepalive = { 0 };

    virRpcKeepaliveStart(&keepalive, INTERVAL, 2, 5000);
    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, 6000);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 5999), ==, VIR_RPC_KEEPALIVE_WAIT);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 6000), ==, VIR_RPC_KEEPALIVE_ASK);
    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, 7000);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 6001), ==, VIR_RPC_KEEPALIVE_WAIT);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 7500), ==, VIR_RPC_KEEPALIVE_ASK);
    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, 8500);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 8500), ==, VIR_RPC_KEEPALIVE_GONE);
}

static void anyMessageRestartsAll(void)
{
    virRpcKeepalive keepalive = { 0 };

    virRpcKeepaliveStart(&keepalive, INTERVAL, 1, 0);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 1000), ==, VIR_RPC_KEEPALIVE_ASK);
    virRpcKeepaliveHear(&keepalive, 1999);
    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, 2999);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 2998), ==, VIR_RPC_KEEPALIVE_WAIT);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 2999), ==, VIR_RPC_KEEPALIVE_ASK);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 3999), ==, VIR_RPC_KEEPALIVE_GONE);
}

static void countZeroGivesUpWithoutAsking(void)
{
    virRpcKeepalive keepalive = { 0 };

    virRpcKeepaliveStart(&keepalive, INTERVAL, 0, 0);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 999), ==, VIR_RPC_KEEPALIVE_WAIT);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 1000), ==, VIR_RPC_KEEPALIVE_GONE);
}

static void stoppedNeverAsks(void)
{
    virRpcKeepalive keepalive = { 0 };

    virRpcKeepaliveStart(&keepalive, INTERVAL, 3, 0);
    virRpcKeepaliveStart(&keepalive, 0, 3, 0);
    g_assert_cmpint(virRpcKeepaliveNext(&keepalive), ==, -1);
    g_assert_cmpint(virRpcKeepaliveLook(&keepalive, 100000), ==, VIR_RPC_KEEPALIVE_WAIT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rpc/keepalive/zeroed-never-asks", zeroedNeverAsks);
    g_test_add_func("/rpc/keepalive/silent-peer-is-asked-count-times-then-gone", silentPeerIsAskedCountTimesThenGone);
    g_test_add_func("/rpc/keepalive/any-message-restarts-all", anyMessageRestartsAll);
    g_test_add_func("/rpc/keepalive/count-0-gives-up-without-asking", countZeroGivesUpWithoutAsking);
    g_test_add_func("/rpc/keepalive/stopped-never-asks", stoppedNeverAsks);
    return g_test_run();
}

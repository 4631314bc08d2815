/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_plan.c: the program of our own, which tells what an update would do
 *
 * Its bytes as docs/architecture.md describes them, and its errors. What a plan says is the driver's.
 */
#include "test_remote_serve.h"

#include "remote_plan_protocol.h"

#define HEADER(procedure, type, status) " 2e504c4e 00000001 " procedure " " type " 00000009 " status " "

/* Command modify, section none, parent -1, "<a/>", flags 3. */
#define ARGS_HEX T1 "00000001 00000000 ffffffff 00000004 3c612f3e 00000003"

#define PLAN_CALL "0000004c" HEADER("00000001", "00000000", "00000000") ARGS_HEX

static void planIsAsDescribed(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serveHex(fixture, PLAN_CALL);
    assertAnswer(fixture, "00000030" HEADER("00000001", "00000001", "00000000")
                 "0000000e 6e6f7468 696e6720 746f2064 6f0a0000");
    assertSaid("plan t1 command 1 section 0 parent -1 <a/> flags 3");
}

static void failureOfTheDriverIsPassedOn(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;

    openOurs(fixture);
    virErrorSet(&err, VIR_FROM_NETWORK, VIR_ERR_OPERATION_INVALID, "no");
    fakeSetError(err);
    serveHex(fixture, PLAN_CALL);
    assertFails(fixture, 55, 19, "Requested operation is not valid: no");
}

static void planNeedsWriteAccess(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    connectAs(fixture, TRUE);
    serve(fixture, 1, OPEN_OURS_READONLY);
    g_free(fakeTake());
    serveHex(fixture, PLAN_CALL);
    assertFails(fixture, 29, 19, "operation forbidden: read only access prevents virNetworkPlanUpdate");
    assertSaid(NULL);
}

static void planNeedsAnOpenConnection(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    serveHex(fixture, PLAN_CALL);
    assertFails(fixture, 1, 7, "internal error: connection not open");
    assertSaid(NULL);
}

static void driverWithoutPlansIsNamed(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    fixture->driver.networkPlanUpdate = NULL;
    openOurs(fixture);
    serveHex(fixture, PLAN_CALL);
    assertFails(fixture, 3, 19, "this function is not supported by the connection driver: virNetworkPlanUpdate");
}

static void otherNumbersAreRefused(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serveHex(fixture, "0000001c" HEADER("00000002", "00000000", "00000000"));
    assertFails(fixture, 39, 7, "unknown procedure: 2");
    serveHex(fixture, "0000001c" HEADER("00000000", "00000000", "00000000"));
    assertFails(fixture, 39, 7, "unknown procedure: 0");
    serveHex(fixture, "0000001c" HEADER("ffffffff", "00000000", "00000000"));
    assertFails(fixture, 39, 7, "unknown procedure: -1");
    serveHex(fixture, "0000001c" HEADER("00000001", "00000000", "00000000"));
    assertFails(fixture, 39, 7, "Unable to decode message payload");
    serveHex(fixture, "0000001c 2e504c4e 00000002 00000001 00000000 00000009 00000000");
    assertFails(fixture, 39, 7, "Cannot find program 777014350 version 2");
}

static void itsCallsWaitLikeOthers(Fixture *fixture G_GNUC_UNUSED, const void *opaque G_GNUC_UNUSED)
{
    virRpcOrder order = { .high = FALSE };
    virRpcHeader header = { .program = WIRE_PLAN_PROGRAM, .version = WIRE_PLAN_VERSION, .procedure = 1 };

    virRemoteService.order(&header, NULL, 0, &order);
    g_assert_false(order.high);
    header.procedure = 2;
    virRemoteService.order(&header, NULL, 0, &order);
    g_assert_true(order.high);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/remote/plan/" path, Fixture, NULL, setUp, function, tearDown)
    ADD("call-and-reply-are-as-described", planIsAsDescribed);
    ADD("failure-of-the-driver-is-passed-on", failureOfTheDriverIsPassedOn);
    ADD("plan-needs-write-access", planNeedsWriteAccess);
    ADD("plan-needs-an-open-connection", planNeedsAnOpenConnection);
    ADD("driver-without-plans-is-named", driverWithoutPlansIsNamed);
    ADD("other-numbers-are-refused", otherNumbersAreRefused);
    ADD("its-calls-wait-like-others", itsCallsWaitLikeOthers);
    return g_test_run();
}

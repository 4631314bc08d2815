/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_remote_update.c: the remote procedure that updates a network
 *
 * Its bytes are those captured in facts/wire.md, and its errors say what was understood. What an update does is the
 * driver's.
 */
#include "test_remote_serve.h"

/* facts/wire.md section 15 */
#define UPDATE_CALL \
    "0000007c 20008086 00000001 00000123 00000000 00000009 00000000" T1 "00000003 00000004 ffffffff 00000031" \
    "3c686f73 74206d61 633d2735 323a3534 3a30303a 30303a30 303a3031 27206970 3d273139" \
    "322e3136 382e3737 2e35272f 3e000000" \
    "00000002"

static void updateIsAsCaptured(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    serveHex(fixture, UPDATE_CALL);
    assertAnswer(fixture, "0000001c 20008086 00000001 00000123 00000001 00000009 00000000");
    assertSaid("update t1 00..ff command 3 section 4 parent -1 "
               "<host mac='52:54:00:00:00:01' ip='192.168.77.5'/> flags 2");
}

#define DUPLICATE "there is an existing dhcp host entry in network 't1' that matches " \
    "\"<host mac='52:54:00:00:00:01' name='(null)' ip='192.168.77.5'/>\""

static void appendString(GByteArray *bytes, const char *text, gsize pad)
{
    g_byte_array_append(bytes, (const guint8 *)text, strlen(text));
    g_byte_array_append(bytes, (const guint8 *)"\0\0\0", pad);
}

static void errorIsAsCaptured(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;
    g_autoptr(GByteArray) wanted = testHex("000001a4 20008086 00000001 00000123 00000001 00000009 00000001"
                                           "00000037 00000013 00000001 000000a5");
    g_autoptr(GByteArray) middle = testHex("00000002 00000000 00000001 00000024");
    g_autoptr(GByteArray) detail = testHex("00000001 00000083");
    g_autoptr(GByteArray) end = testHex("00000000 ffffffff ffffffff 00000000");

    appendString(wanted, "Requested operation is not valid: " DUPLICATE, 3);
    g_byte_array_append(wanted, middle->data, middle->len);
    appendString(wanted, "Requested operation is not valid: %s", 0);
    g_byte_array_append(wanted, detail->data, detail->len);
    appendString(wanted, DUPLICATE, 1);
    g_byte_array_append(wanted, end->data, end->len);

    openOurs(fixture);
    virErrorSet(&err, VIR_FROM_NETWORK, VIR_ERR_OPERATION_INVALID, "%s", DUPLICATE);
    fakeSetError(err);
    serveHex(fixture, UPDATE_CALL);
    testAssertBytes(fixture->answer.frame, wanted);
}

typedef struct {
    unsigned int command, section;
    const char *xml;
    int code;                   /* of the driver's error, whose detail is "no" */
    const char *message;        /* what is to be sent */
} Misfit;

static const Misfit misfits[] = {
    { 4, 3, "<host ip='1.2.3.4'/>", 84,
      "Operation not supported: no (understood: command 4 'add-first', section 3 'ip', element <host>; command and "
      "section look swapped: the other way round they are command 3 'add-last', section 4 'ip-dhcp-host')" },
    { 10, 4, "<host ip='1.2.3.4'/>", 84,
      "Operation not supported: no (understood: command 10 'unknown', section 4 'ip-dhcp-host', element <host>; "
      "command and section look swapped: the other way round they are command 4 'add-first', section 10 'dns-host')" },
    { 3, 99, "<?xml version='1.0'?><!-- <a> -->\n<b>", 84,
      "Operation not supported: no (understood: command 3 'add-last', section 99 'unknown', element <b>)" },
    { 0, 4, "<host/>", 84,
      "Operation not supported: no (understood: command 0 'none', section 4 'ip-dhcp-host', element <host>)" },
    { 3, 4, "<txt name='a'/>", 27,
      "XML error: no (understood: command 3 'add-last', section 4 'ip-dhcp-host', element <txt>)" },
    { 3, 4, "<host mac='z'/>", 27, "XML error: no" },
    { 3, 4, "<txt", 55, "Requested operation is not valid: no" },
    { 3, 99, "<?xml", 84,
      "Operation not supported: no (understood: command 3 'add-last', section 99 'unknown', element <?>)" },
};

static void misfitsSayWhatWasUnderstood(Fixture *fixture, const void *opaque G_GNUC_UNUSED)
{
    openOurs(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(misfits); i++) {
        const Misfit *misfit = &misfits[i];
        wire_update_args args = { .net.name = (char *)"t1", .command = misfit->command, .section = misfit->section,
                                  .xml = (char *)misfit->xml };
        virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = 1, .procedure = 291 };
        g_autoptr(GByteArray) frame = virRpcFrameNew(&header, (xdrproc_t)xdr_wire_update_args, &args, NULL);
        g_autoptr(GError) err = NULL;

        virErrorSet(&err, VIR_FROM_NETWORK, misfit->code, "no");
        fakeSetError(err);
        serveFrame(fixture, frame);
        assertFails(fixture, misfit->code, 19, misfit->message);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add("/remote/update/" path, Fixture, NULL, setUp, function, tearDown)
    ADD("call-and-reply-are-as-captured", updateIsAsCaptured);
    ADD("error-is-as-captured", errorIsAsCaptured);
    ADD("misfits-say-what-was-understood", misfitsSayWhatWasUnderstood);
    return g_test_run();
}

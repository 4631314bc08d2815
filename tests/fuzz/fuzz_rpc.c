/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_rpc.c: any bytes as an RPC client or server might send them
 *
 * The input is cut into messages; each is served as it is, then its payload as the arguments of every procedure
 * served, and as each result that a client decodes. The driver behind does nothing. Run by libFuzzer, or by
 * replay_main.c over the corpus.
 */
#include <stdint.h>

#include "../unit/test_remote_fake.h"
#include "remote_dispatch.h"
#include "remote_protocol.h"
#include "remote_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const gint32 procedures[] = {
    1, 2, 3, 4, 36, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 52, 59, 60, 66, 67, 68, 69, 70, 110, 149, 152,
    153, 157, 283, 291, 314, 317, 341, 360, 361, 404, 419, 432, 437, 900,
};

static const struct {
    xdrproc_t decode;
    gsize size;
} results[] = {
    { (xdrproc_t)xdr_wire_error, sizeof(wire_error) },
    { (xdrproc_t)xdr_wire_networks, sizeof(wire_networks) },
    { (xdrproc_t)xdr_wire_network, sizeof(wire_network) },
    { (xdrproc_t)xdr_wire_leases, sizeof(wire_leases) },
    { (xdrproc_t)xdr_wire_auth_list, sizeof(wire_auth_list) },
    { (xdrproc_t)xdr_wire_string, sizeof(wire_string) },
};

static void serve(void *client, const virRpcHeader *header, const GByteArray *frame)
{
    virRpcAnswer answer = { 0 };

    virRemoteService.serve(client, header, frame->data + VIR_RPC_HEADER_BYTES, frame->len - VIR_RPC_HEADER_BYTES,
                           &answer);
    g_assert_nonnull(answer.frame);
    g_byte_array_unref(answer.frame);
}

static void serveAsEverything(void *client, const GByteArray *frame)
{
    virRpcHeader header = { .program = VIR_RPC_PROGRAM_REMOTE, .version = VIR_RPC_PROGRAM_VERSION };

    for (gsize i = 0; i < G_N_ELEMENTS(procedures); i++) {
        header.procedure = procedures[i];
        serve(client, &header, frame);
    }
}

static void decodeAsEverything(const GByteArray *frame)
{
    for (gsize i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autofree void *value = g_malloc0(results[i].size);
        g_autoptr(GError) err = NULL;

        if (virRpcPayloadDecode(frame->data + VIR_RPC_HEADER_BYTES, frame->len - VIR_RPC_HEADER_BYTES,
                                results[i].decode, value, &err) < 0)
            continue;
        if (results[i].decode == (xdrproc_t)xdr_wire_error)
            (void)virRemoteWireRaise(value, &err);      /* always -1 */
        xdr_free(results[i].decode, value);
    }
}

static void handle(void *client, GByteArray *frame)
{
    virRpcHeader header;

    virRpcFrameGetHeader(frame, &header);
    serve(client, &header, frame);
    serveAsEverything(client, frame);
    decodeAsEverything(frame);
    g_byte_array_unref(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    virRemoteDispatchConfig setup = { .driver = &fake_driver, .open = fakeOpen };
    g_autoptr(virRemoteDispatch) dispatch = virRemoteDispatchNew(&setup);
    virRpcPeer peer = { .pid = -1 };
    void *client = virRemoteService.clientNew(dispatch, &peer);
    g_autoptr(virRpcReader) reader = virRpcReaderNew();
    GByteArray *frame = NULL;

    virRpcReaderFeed(reader, data, size);
    while (virRpcReaderTake(reader, &frame, NULL) == 0 && frame)
        handle(client, frame);
    virRemoteService.clientFree(client);
    g_free(fakeTake());
    return 0;
}

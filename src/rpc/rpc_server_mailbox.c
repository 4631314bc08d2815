/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rpc_server_mailbox.c: messages for a client that come from any thread
 *
 * Keeps them until the loop thread takes them, which alone may write. Who posts waits for nobody: how much may wait for
 * a client that does not read is judged by rpc_server_client.c. The service posts; the loop collects.
 */
#include "rpc_server_priv.h"

struct _virRpcMailbox {
    gatomicrefcount refs;
    virRpcServer *server;           /* outlives the client */
    GMutex lock;                    /* guards the rest; the server's done_lock may be taken inside */
    virRpcServerClient *client;     /* NULL: closed */
    GQueue frames;                  /* GByteArray */
    gboolean listed;                /* among those that the loop will look into */
};

virRpcMailbox *virRpcMailboxNew(virRpcServer *server, virRpcServerClient *client)
{
    virRpcMailbox *box = g_new0(virRpcMailbox, 1);

    g_atomic_ref_count_init(&box->refs);
    g_mutex_init(&box->lock);
    g_queue_init(&box->frames);
    box->server = server;
    box->client = client;
    return box;
}

virRpcMailbox *virRpcMailboxRef(virRpcMailbox *box)
{
    g_atomic_ref_count_inc(&box->refs);
    return box;
}

void virRpcMailboxUnref(virRpcMailbox *box)
{
    if (!box || !g_atomic_ref_count_dec(&box->refs))
        return;
    g_queue_clear_full(&box->frames, (GDestroyNotify)g_byte_array_unref);
    g_mutex_clear(&box->lock);
    g_free(box);
}

static void listLocked(virRpcMailbox *box)
{
    virRpcServer *server = box->server;

    box->listed = TRUE;
    g_mutex_lock(&server->done_lock);
    g_queue_push_tail(&server->mail, virRpcMailboxRef(box));
    g_mutex_unlock(&server->done_lock);
    virRpcServerWake(server);
}

void virRpcMailboxPost(virRpcMailbox *box, GByteArray *frame)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&box->lock);

    if (!box->client) {
        g_byte_array_unref(frame);
        return;
    }
    g_queue_push_tail(&box->frames, frame);
    if (!box->listed)
        listLocked(box);
}

void virRpcMailboxClose(virRpcMailbox *box)
{
    g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&box->lock);

    box->client = NULL;
    g_queue_clear_full(&box->frames, (GDestroyNotify)g_byte_array_unref);
}

/* Only this thread closes clients, so that the one found here stays. */
static void empty(virRpcMailbox *box)
{
    GQueue frames;
    virRpcServerClient *client;

    g_mutex_lock(&box->lock);
    client = box->client;
    frames = box->frames;
    g_queue_init(&box->frames);
    box->listed = FALSE;
    g_mutex_unlock(&box->lock);
    if (client)
        virRpcServerClientMail(client, &frames);
    g_queue_clear_full(&frames, (GDestroyNotify)g_byte_array_unref);
}

void virRpcMailboxCollect(virRpcServer *server)
{
    virRpcMailbox *box;

    do {
        g_mutex_lock(&server->done_lock);
        box = g_queue_pop_head(&server->mail);
        g_mutex_unlock(&server->done_lock);
        if (!box)
            return;
        empty(box);
        virRpcMailboxUnref(box);
    } while (TRUE);
}

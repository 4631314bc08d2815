/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rpc_loop.h: an RPC server on a loop thread of its own, and a raw client to talk to it
 *
 * For tests only, included by them. The test's own thread plays the client and may block; the server lives and dies
 * on the loop thread. It asserts nothing about protocols.
 */
#pragma once

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc_server.h"

typedef struct {
    GMainContext *context;
    GMainLoop *loop;
    GThread *thread;
    virRpcServer *server;
    virRpcServerConfig config;
    const virRpcService *service;
    void *opaque;
    GMutex lock;            /* guards the next two, which callbacks of the server fill */
    GCond changed;
    unsigned int n_clients;
} TestLoop;

typedef struct {
    TestLoop *loop;
    void (*run)(TestLoop *loop, void *opaque);
    void *opaque;
    gboolean done;
} TestLoopTask;

static inline gboolean testLoopRunTask(void *opaque)
{
    TestLoopTask *task = opaque;

    task->run(task->loop, task->opaque);
    g_mutex_lock(&task->loop->lock);
    task->done = TRUE;
    g_cond_broadcast(&task->loop->changed);
    g_mutex_unlock(&task->loop->lock);
    return G_SOURCE_REMOVE;
}

/* Begins @task on the loop thread; testLoopWait waits for its end. */
static inline void testLoopBegin(TestLoop *loop, TestLoopTask *task)
{
    GSource *source = g_idle_source_new();

    task->loop = loop;
    g_source_set_callback(source, testLoopRunTask, task, NULL);
    g_source_attach(source, loop->context);
    g_source_unref(source);
}

static inline void testLoopWait(TestLoop *loop, TestLoopTask *task)
{
    g_mutex_lock(&loop->lock);
    while (!task->done)
        g_cond_wait(&loop->changed, &loop->lock);
    g_mutex_unlock(&loop->lock);
}

static inline void testLoopCall(TestLoop *loop, void (*run)(TestLoop *loop, void *opaque), void *opaque)
{
    TestLoopTask task = { .run = run, .opaque = opaque };

    testLoopBegin(loop, &task);
    testLoopWait(loop, &task);
}

static inline void testLoopClientsChanged(unsigned int n_clients, void *opaque)
{
    TestLoop *loop = opaque;

    g_mutex_lock(&loop->lock);
    loop->n_clients = n_clients;
    g_cond_broadcast(&loop->changed);
    g_mutex_unlock(&loop->lock);
}

static inline void testLoopWaitClients(TestLoop *loop, unsigned int wanted)
{
    g_mutex_lock(&loop->lock);
    while (loop->n_clients != wanted)
        g_cond_wait(&loop->changed, &loop->lock);
    g_mutex_unlock(&loop->lock);
}

static inline void *testLoopThread(void *opaque)
{
    TestLoop *loop = opaque;

    g_main_context_push_thread_default(loop->context);
    loop->server = virRpcServerNew(&loop->config, loop->service, loop->opaque, loop->context);
    virRpcServerStart(loop->server);
    g_main_loop_run(loop->loop);
    virRpcServerFree(loop->server);
    g_main_context_pop_thread_default(loop->context);
    return NULL;
}

/* @config has been prepared by virRpcServerConfigInit and the test. */
static inline TestLoop *testLoopNew(const virRpcServerConfig *config, const virRpcService *service, void *opaque)
{
    TestLoop *loop = g_new0(TestLoop, 1);

    g_mutex_init(&loop->lock);
    g_cond_init(&loop->changed);
    loop->context = g_main_context_new();
    loop->loop = g_main_loop_new(loop->context, FALSE);
    loop->config = *config;
    loop->config.clients_changed = testLoopClientsChanged;
    loop->config.clients_changed_opaque = loop;
    loop->service = service;
    loop->opaque = opaque;
    loop->thread = g_thread_new("loop", testLoopThread, loop);
    return loop;
}

static inline void testLoopQuit(TestLoop *loop, void *opaque G_GNUC_UNUSED)
{
    g_main_loop_quit(loop->loop);
}

static inline void testLoopFree(TestLoop *loop)
{
    testLoopCall(loop, testLoopQuit, NULL);
    g_thread_join(loop->thread);
    g_main_loop_unref(loop->loop);
    g_main_context_unref(loop->context);
    g_cond_clear(&loop->changed);
    g_mutex_clear(&loop->lock);
    g_free(loop);
}

typedef struct {
    int fd;
    gboolean readonly;
    gboolean listening;
} TestLoopSocket;

static inline void testLoopGive(TestLoop *loop, void *opaque)
{
    const TestLoopSocket *sock = opaque;
    g_autoptr(GError) err = NULL;
    int given;

    if (sock->listening)
        given = virRpcServerListen(loop->server, sock->fd, sock->readonly, &err);
    else
        given = virRpcServerAdopt(loop->server, sock->fd, sock->readonly, &err);
    g_assert_no_error(err);
    g_assert_cmpint(given, ==, 0);
}

/* Returns the client's end of a new connection. */
static inline int testLoopConnect(TestLoop *loop, gboolean readonly)
{
    int fds[2];
    TestLoopSocket sock = { .readonly = readonly };

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    sock.fd = fds[1];
    testLoopCall(loop, testLoopGive, &sock);
    return fds[0];
}

/* Returns FALSE if the other end is closed. */
static inline gboolean testSend(int fd, const void *data, gsize len)
{
    gsize sent = 0;

    while (sent < len) {
        gssize n = send(fd, (const guint8 *)data + sent, len - sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return FALSE;
        sent += n;
    }
    return TRUE;
}

/* Reads @len bytes, or fewer up to the end. Returns how many. */
static inline gsize testReceive(int fd, void *data, gsize len)
{
    gsize got = 0;

    while (got < len) {
        gssize n = recv(fd, (guint8 *)data + got, len - got, 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        got += n;
    }
    return got;
}

/* Whether the connection has ended, with nothing left to read. */
static inline gboolean testAtEnd(int fd)
{
    guint8 byte;

    return testReceive(fd, &byte, 1) == 0;
}

/* Returns the next message; NULL at the end. */
static inline GByteArray *testReceiveFrame(int fd)
{
    GByteArray *frame = g_byte_array_new();
    guint32 word;

    if (testReceive(fd, &word, sizeof(word)) < sizeof(word)) {
        g_byte_array_unref(frame);
        return NULL;
    }
    g_byte_array_append(frame, (guint8 *)&word, sizeof(word));
    g_byte_array_set_size(frame, GUINT32_FROM_BE(word));
    g_assert_cmpuint(testReceive(fd, frame->data + 4, frame->len - 4), ==, frame->len - 4);
    return frame;
}

static inline gboolean testSendFrame(int fd, GByteArray *frame)
{
    gboolean sent = testSend(fd, frame->data, frame->len);

    g_byte_array_unref(frame);
    return sent;
}

/* Bytes written as hexadecimal digits, blanks between them not counted. */
static inline GByteArray *testHex(const char *text)
{
    GByteArray *bytes = g_byte_array_new();

    for (; *text; text++) {
        guint8 byte;

        if (!g_ascii_isxdigit(*text))
            continue;
        byte = g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]);
        g_byte_array_append(bytes, &byte, 1);
        text++;
    }
    return bytes;
}

static inline void testAssertBytes(const GByteArray *got, const GByteArray *wanted)
{
    g_assert_nonnull(got);
    g_assert_cmpmem(got->data, got->len, wanted->data, wanted->len);
}

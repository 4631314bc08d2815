/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * event_program.c: a C program of one thread that lives on events: event_program URI
 *
 * It makes networks over one connection and hears of them over another, with the default loop, and does in its callbacks what
 * callbacks may do: call the library, register and deregister, add and remove timers and handles, close. It prints what it
 * hears; test_events.py compiles it with Debian's headers and with ours, and runs it with both libraries.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XML "<network><name>evc</name><uuid>5e3a3c1e-0000-4000-8000-0000000000ec</uuid><bridge name='evcbr0'/>" \
            "<ip address='192.168.229.1' netmask='255.255.255.0'/></network>"

/* What the program waits for. */
typedef struct {
    int id;             /* of the callback itself */
    int n_events;
    int n_freed;
    int ended;
    int watch, timer;   /* 0: none */
    int pipe[2];
} Story;

static int fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    return 1;
}

static void onFree(void *opaque)
{
    Story *story = opaque;

    story->n_freed++;
}

/* Timers and handles that remove themselves. */
static void onTimer(int timer, void *opaque)
{
    Story *story = opaque;

    virEventRemoveTimeout(timer);
    story->timer = 0;
    if (write(story->pipe[1], "x", 1) != 1)
        exit(fail("write"));
}

static void onReadable(int watch, int fd, int events, void *opaque)
{
    Story *story = opaque;
    char byte;

    if (!(events & VIR_EVENT_HANDLE_READABLE) || read(fd, &byte, 1) != 1)
        exit(fail("read"));
    virEventRemoveHandle(watch);
    story->watch = 0;
}

/* Calls back into the connection that has told it. */
static void onAny(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *opaque)
{
    Story *story = opaque;
    char *xml = event == VIR_NETWORK_EVENT_UNDEFINED ? NULL : virNetworkGetXMLDesc(net, 0);

    printf("any: %s %d %d, document %d, networks known %d\n", virNetworkGetName(net), event, detail,
           xml && strstr(xml, "evcbr0") != NULL, virConnectNumOfNetworks(conn) >= 0);
    free(xml);
    story->n_events++;
}

/* Hears one event, deregisters itself and has the loop do something else. */
static void onFirst(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *opaque)
{
    Story *story = opaque;

    (void)detail;
    printf("first: %s %d\n", virNetworkGetName(net), event);
    if (virConnectNetworkEventDeregisterAny(conn, story->id) < 0)
        exit(fail("deregister"));
    story->watch = virEventAddHandle(story->pipe[0], VIR_EVENT_HANDLE_READABLE, onReadable, story, onFree);
    story->timer = virEventAddTimeout(0, onTimer, story, onFree);
    if (story->watch <= 0 || story->timer <= 0)
        exit(fail("add"));
}

static void onClose(virConnectPtr conn, int reason, void *opaque)
{
    Story *story = opaque;

    (void)conn;
    story->ended = reason + 1;
}

static int change(virConnectPtr conn)
{
    virNetworkPtr net = virNetworkDefineXML(conn, XML);
    int ret;

    if (!net)
        return -1;
    ret = virNetworkCreate(net);
    if (ret == 0)
        ret = virNetworkUpdate(net, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, VIR_NETWORK_SECTION_DNS_TXT, -1, "<txt name='a' value='b'/>",
                               VIR_NETWORK_UPDATE_AFFECT_LIVE);
    if (ret == 0)
        ret = virNetworkDestroy(net);
    if (ret == 0)
        ret = virNetworkUndefine(net);
    virNetworkFree(net);
    return ret;
}

static int listen(virConnectPtr conn, Story *any, Story *first)
{
    any->id = virConnectNetworkEventRegisterAny(conn, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE, VIR_NETWORK_EVENT_CALLBACK(onAny), any,
                                                onFree);
    first->id = virConnectNetworkEventRegisterAny(conn, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE, VIR_NETWORK_EVENT_CALLBACK(onFirst),
                                                  first, onFree);
    if (any->id < 0 || first->id < 0 || any->id == first->id)
        return -1;
    return virConnectRegisterCloseCallback(conn, onClose, any, NULL);
}

int main(int argc, char **argv)
{
    Story any = { 0 };
    Story first = { 0 };
    virConnectPtr listener, maker;

    if (argc != 2 || pipe(first.pipe) < 0 || virEventRegisterDefaultImpl() < 0)
        return fail("loop");
    listener = virConnectOpen(argv[1]);
    maker = virConnectOpen(argv[1]);
    if (!listener || !maker || listen(listener, &any, &first) < 0)
        return fail("listen");
    printf("keepalive: %d\n", virConnectSetKeepAlive(listener, 5, 3));
    if (change(maker) < 0)
        return fail("change");
    /* Four events; the second callback freed, and its handle and timer with it. */
    while (any.n_events < 4 || first.n_freed < 3)
        virEventRunDefaultImpl();
    if (virConnectNetworkEventDeregisterAny(listener, any.id) < 0)
        return fail("deregister");
    while (any.n_freed < 1)
        virEventRunDefaultImpl();
    virConnectUnregisterCloseCallback(listener, onClose);
    printf("closed: %d %d, ended %d, left %d %d\n", virConnectClose(listener), virConnectClose(maker), any.ended, first.watch,
           first.timer);
    return 0;
}

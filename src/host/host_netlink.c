/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_netlink.c: requests over the routing netlink
 *
 * Each request has a socket of its own, so that threads share nothing. It knows no links and no addresses: those who
 * build the messages (host_link.c, host_addr.c, host_facts.c) do.
 */
#include "host_netlink.h"

#include <errno.h>
#include <netlink/handlers.h>
#include <netlink/socket.h>

/* How often an overtaken dump is begun again, before the host counts as too restless to be read. */
#define MAX_DUMPS 50

typedef struct nl_sock Socket;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Socket, nl_socket_free)

typedef struct {
    GPtrArray *replies;
    gboolean done;
    int errnum;
} Exchange;

static int onReply(struct nl_msg *msg, void *opaque)
{
    Exchange *ex = opaque;
    const struct nlmsghdr *hdr = nlmsg_hdr(msg);

    if (ex->replies)
        g_ptr_array_add(ex->replies, g_memdup2(hdr, hdr->nlmsg_len));
    return NL_OK;
}

static int onDone(struct nl_msg *msg, void *opaque)
{
    Exchange *ex = opaque;

    (void)msg;
    ex->done = TRUE;
    return NL_STOP;
}

static int onError(struct sockaddr_nl *from, struct nlmsgerr *error, void *opaque)
{
    Exchange *ex = opaque;

    (void)from;
    ex->errnum = -error->error;
    ex->done = TRUE;
    return NL_STOP;
}

static void setCallbacks(Socket *sock, Exchange *ex)
{
    nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, onReply, ex);
    nl_socket_modify_cb(sock, NL_CB_FINISH, NL_CB_CUSTOM, onDone, ex);
    nl_socket_modify_cb(sock, NL_CB_ACK, NL_CB_CUSTOM, onDone, ex);
    nl_socket_modify_err_cb(sock, NL_CB_CUSTOM, onError, ex);
}

/* Returns 0, an errno value, or -NLE_DUMP_INTR. */
static int exchange(Socket *sock, virNetlinkMessage *msg, GPtrArray *replies)
{
    Exchange ex = { .replies = replies };
    gboolean overtaken = FALSE;

    setCallbacks(sock, &ex);
    if (nl_send_auto(sock, msg) < 0)
        return EIO;
    while (!ex.done) {
        int rc = nl_recvmsgs_default(sock);

        overtaken = overtaken || rc == -NLE_DUMP_INTR;
        if (rc < 0 && rc != -NLE_DUMP_INTR && !ex.done)
            return rc == -NLE_NOMEM ? ENOBUFS : EIO;
    }
    return overtaken && ex.errnum == 0 ? -NLE_DUMP_INTR : ex.errnum;
}

/* Each try has a fresh socket: what is left unread in the old one belongs to nobody. */
static int tryOnce(virNetlinkMessage *msg, GPtrArray *replies)
{
    g_autoptr(Socket) sock = nl_socket_alloc();

    if (!sock || nl_connect(sock, NETLINK_ROUTE) < 0)
        return errno ? errno : ENOMEM;
    /* Port and number are filled in anew for each socket. */
    nlmsg_hdr(msg)->nlmsg_pid = NL_AUTO_PORT;
    nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
    return exchange(sock, msg, replies);
}

virNetlinkMessage *virNetlinkMessageNew(int type, int flags, const void *header, gsize header_len)
{
    virNetlinkMessage *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

    if (!msg || nlmsg_append(msg, (void *)header, header_len, NLMSG_ALIGNTO) < 0)
        g_error("out of memory for a netlink message");
    return msg;
}

int virNetlinkTalk(virNetlinkMessage *msg, GPtrArray *replies)
{
    for (int tries = 0; tries < MAX_DUMPS; tries++) {
        int rc = tryOnce(msg, replies);

        if (rc != -NLE_DUMP_INTR)
            return rc;
        if (replies)
            g_ptr_array_set_size(replies, 0);
    }
    return EINTR;
}

gboolean virNetlinkGetAddress(struct nlattr *attr, int family, virSocketAddr *ret_addr)
{
    virSocketAddr addr = { .family = family };

    if (!attr || (family != AF_INET && family != AF_INET6) || nla_len(attr) != (int)virSocketAddrBits(&addr) / 8)
        return FALSE;
    memcpy(addr.bytes, nla_data(attr), virSocketAddrBits(&addr) / 8);
    *ret_addr = addr;
    return TRUE;
}

void virNetlinkPutAddress(virNetlinkMessage *msg, int type, const virSocketAddr *addr)
{
    nla_put(msg, type, (int)virSocketAddrBits(addr) / 8, addr->bytes);
}

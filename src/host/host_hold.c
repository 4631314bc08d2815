/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_hold.c: DNS queries kept while dnsmasq is replaced
 *
 * Of several UDP sockets on one address and port the kernel gives all datagrams to the one that was bound last. So a
 * socket of ours takes over from the old dnsmasq by being bound, and the new one takes over from it in the same way. It
 * reads no DNS: datagrams are passed on as they are. Called by host_dnsmasq.c.
 */
#include "host_hold.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "network_plan.h"
#include "virfile.h"

#define DNS_PORT 53

/* No more are held than the kernel keeps for one socket anyway, roughly. */
#define MAX_QUERIES 512
#define MAX_DATAGRAM 65535

/* How long the old dnsmasq may take to read what it has been sent: it is looked at that often, a millisecond apart. */
#define MAX_LOOKS 20

/* Records of the network itself are answered at once; what has to be asked elsewhere is not worth a longer wait. */
#define ANSWER_TIMEOUT_MS 250

#define MAX_PROC_NET (4 * 1024 * 1024)

/* An address with port, of either family. */
typedef struct {
    struct sockaddr_storage addr;
    socklen_t len;
} Name;

/* One socket that holds. */
typedef struct {
    int fd;
    Name name;
} Holder;

/* One query on its way to the new dnsmasq. */
typedef struct {
    int fd;             /* connected to dnsmasq */
    int holder_fd;      /* the answer goes out from here */
    Name client;
} Query;

struct _virHostHold {
    GArray *holders;
};

static void clearHolder(gpointer data)
{
    close(((Holder *)data)->fd);
}

static void clearQuery(gpointer data)
{
    close(((Query *)data)->fd);
}

static Name nameOf(const virSocketAddr *addr)
{
    Name name = { .len = 0 };

    if (addr->family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)&name.addr;

        in->sin_family = AF_INET;
        in->sin_port = htons(DNS_PORT);
        memcpy(&in->sin_addr, addr->bytes, sizeof(in->sin_addr));
        name.len = sizeof(*in);
    } else {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&name.addr;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(DNS_PORT);
        memcpy(&in6->sin6_addr, addr->bytes, sizeof(in6->sin6_addr));
        name.len = sizeof(*in6);
    }
    return name;
}

static int openSocket(int family)
{
    return socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void addHolder(GArray *holders, const virPlanAddr *addr)
{
    Holder holder = { .fd = openSocket(addr->address.family), .name = nameOf(&addr->address) };
    int on = 1;

    if (holder.fd < 0)
        return;
    /* Both sides must have said so, and dnsmasq does. */
    if (setsockopt(holder.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        bind(holder.fd, (const struct sockaddr *)&holder.name.addr, holder.name.len) < 0) {
        close(holder.fd);
        return;
    }
    g_array_append_val(holders, holder);
}

/* Address and port as /proc/net/udp and udp6 write them: in words of the machine's byte order. */
static char *procNameOf(const virSocketAddr *addr)
{
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < virSocketAddrBits(addr) / 8; i += 4) {
        guint32 word;

        memcpy(&word, addr->bytes + i, sizeof(word));
        g_string_append_printf(text, "%08X", word);
    }
    g_string_append_printf(text, ":%04X", DNS_PORT);
    return g_string_free(text, FALSE);
}

/* Fields of a line, counted without the blanks between. */
enum {
    FIELD_LOCAL = 1,
    FIELD_QUEUES = 4,       /* sent:received, in hexadecimal bytes */
    FIELD_INODE = 9,
};

/* Whether @line is of a socket on @name, not the one with @inode, that has been sent what it has not read yet. */
static gboolean hasUnread(const char *line, const char *name, const char *inode)
{
    g_auto(GStrv) parts = g_strsplit(line, " ", -1);
    const char *fields[FIELD_INODE + 1] = { NULL };
    gsize n = 0;

    for (char **part = parts; *part && n < G_N_ELEMENTS(fields); part++) {
        if (**part)
            fields[n++] = *part;
    }
    return n == G_N_ELEMENTS(fields) && g_str_equal(fields[FIELD_LOCAL], name) &&
           !g_str_equal(fields[FIELD_INODE], inode) && !g_str_has_suffix(fields[FIELD_QUEUES], ":00000000");
}

/* Whether another socket on @addr than @fd has been sent what it has not read yet. */
static gboolean isBusy(const virSocketAddr *addr, int fd)
{
    const char *path = addr->family == AF_INET ? "/proc/net/udp" : "/proc/net/udp6";
    g_autofree char *name = procNameOf(addr);
    g_autofree char *content = NULL;
    g_autofree char *inode = NULL;
    g_auto(GStrv) lines = NULL;
    struct stat st;
    gboolean busy = FALSE;

    if (fstat(fd, &st) < 0 || virFileRead(path, MAX_PROC_NET, &content, NULL) < 0 || !content)
        return FALSE;
    inode = g_strdup_printf("%llu", (unsigned long long)st.st_ino);
    lines = g_strsplit(content, "\n", -1);
    for (char **line = lines; *line && !busy; line++)
        busy = hasUnread(*line, name, inode);
    return busy;
}

/*
 * What the old dnsmasq has not read when it is told to end, it never reads. There is no event for another's empty
 * queue, so it is looked at until it is; the kernel's queue and not the clock decides.
 */
static void awaitDrained(const virSocketAddr *addr, int fd)
{
    for (int looks = 0; looks < MAX_LOOKS && isBusy(addr, fd); looks++)
        g_usleep(1000);
}

virHostHold *virHostHoldBegin(const GPtrArray *addrs)
{
    virHostHold *hold = g_new0(virHostHold, 1);

    hold->holders = g_array_new(FALSE, FALSE, sizeof(Holder));
    g_array_set_clear_func(hold->holders, clearHolder);
    for (guint i = 0; i < addrs->len; i++) {
        const virPlanAddr *addr = addrs->pdata[i];
        guint before = hold->holders->len;

        addHolder(hold->holders, addr);
        if (hold->holders->len > before)
            awaitDrained(&addr->address, g_array_index(hold->holders, Holder, before).fd);
    }
    return hold;
}

/* Sends one held datagram to dnsmasq from a socket of its own, so that its answer is known by where it arrives. */
static void forward(GArray *queries, const Holder *holder, const Name *client, const void *data, gsize len)
{
    Query query = { .fd = openSocket(holder->name.addr.ss_family), .holder_fd = holder->fd, .client = *client };

    if (query.fd < 0)
        return;
    if (connect(query.fd, (const struct sockaddr *)&holder->name.addr, holder->name.len) < 0 ||
        send(query.fd, data, len, 0) < 0) {
        close(query.fd);
        return;
    }
    g_array_append_val(queries, query);
}

static void forwardAll(GArray *queries, const Holder *holder, char *buf)
{
    while (queries->len < MAX_QUERIES) {
        Name client = { .len = sizeof(client.addr) };
        gssize n = recvfrom(holder->fd, buf, MAX_DATAGRAM, 0, (struct sockaddr *)&client.addr, &client.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        forward(queries, holder, &client, buf, n);
    }
}

/* A client that cannot be told asks again. */
static void passOn(const Query *query, char *buf)
{
    gssize n = recv(query->fd, buf, MAX_DATAGRAM, 0);

    if (n > 0)
        (void)sendto(query->holder_fd, buf, n, 0, (const struct sockaddr *)&query->client.addr, query->client.len);
}

static void passOnReady(GArray *queries, const struct pollfd *fds, char *buf)
{
    /* From behind: what is removed is replaced by the last. */
    for (guint i = queries->len; i > 0; i--) {
        if (!fds[i - 1].revents)
            continue;
        passOn(&g_array_index(queries, Query, i - 1), buf);
        g_array_remove_index_fast(queries, i - 1);
    }
}

static void awaitAnswers(GArray *queries, char *buf)
{
    gint64 deadline = g_get_monotonic_time() + ANSWER_TIMEOUT_MS * 1000;
    g_autofree struct pollfd *fds = g_new0(struct pollfd, queries->len);

    while (queries->len > 0) {
        gint64 left_ms = (deadline - g_get_monotonic_time()) / 1000;

        for (guint i = 0; i < queries->len; i++)
            fds[i] = (struct pollfd){ .fd = g_array_index(queries, Query, i).fd, .events = POLLIN };
        if (left_ms <= 0 || poll(fds, queries->len, (int)left_ms) == 0)
            return;
        passOnReady(queries, fds, buf);
    }
}

void virHostHoldAnswer(virHostHold *hold)
{
    g_autoptr(GArray) queries = g_array_new(FALSE, FALSE, sizeof(Query));
    g_autofree char *buf = g_malloc(MAX_DATAGRAM);

    g_array_set_clear_func(queries, clearQuery);
    for (guint i = 0; i < hold->holders->len; i++)
        forwardAll(queries, &g_array_index(hold->holders, Holder, i), buf);
    awaitAnswers(queries, buf);
}

void virHostHoldFree(virHostHold *hold)
{
    if (!hold)
        return;
    g_array_unref(hold->holders);
    g_free(hold);
}

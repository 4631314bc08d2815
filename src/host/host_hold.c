/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_hold.c: DNS queries kept while dnsmasq is replaced
 *
 * Of several UDP sockets on one address and port the kernel gives a datagram to the one that names the device at which it
 * comes in, else to the one that was bound last. So sockets of ours take over from the old dnsmasq by being bound, and are
 * let go when the new one reads. Of DNS it knows no more than the number that a query and its answer begin with. Called by
 * host_dnsmasq.c.
 */
#include "host_hold.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "network_plan.h"
#include "virfile.h"

#define DNS_PORT 53

/* Held are as many as the kernel keeps for a socket with this buffer, which takes 768 bytes and more for each. */
#define BUFFER (4 * 1024 * 1024)
#define MAX_QUERIES 8192
#define MAX_DATAGRAM 65535

/* What makes a query of a datagram: the number by which its answer is known comes first. */
#define NUMBER_LEN 2

/*
 * How long the old dnsmasq may take to read what it has been sent: it is looked at that often, a millisecond apart. On a busy
 * machine it may have to wait for its turn.
 */
#define MAX_LOOKS 300

/* The new one is asked so much at a time: its own buffer is the kernel's usual one. */
#define BATCH 64

/* Records of the network itself are answered at once: this long without any answer says that only others are left. */
#define SILENCE_MS 50

/* Whoever sends a flood of questions for elsewhere does not hold up the call for longer. */
#define MAX_SILENCE_MS 500

/* What has to be asked elsewhere: the call does not wait for it. Clients ask again after a few seconds. */
#define LINGER_MS 3000

#define MAX_PROC_NET (4 * 1024 * 1024)

/* An address with port, of either family. */
typedef struct {
    struct sockaddr_storage addr;
    socklen_t len;
} Name;

/* Sockets that hold: on an address, and on that address at the bridge, which the kernel prefers whenever it was bound. */
enum {
    SOCKET_ANY,         /* the new dnsmasq takes over from it as soon as it is bound, and it may not read for long; answers go out here */
    SOCKET_BRIDGE,      /* guests' queries come in here until we let go */
    SOCKET_ASK,         /* connected to the new dnsmasq */
    SOCKET_LAST
};

/* One address on which queries are held. */
typedef struct {
    int fds[SOCKET_LAST];       /* -1: none */
    Name name;
} Holder;

/* One query that was held. The new dnsmasq knows it by its place in the list. */
typedef struct {
    guint holder;       /* its place in holders */
    Name client;
    guint8 number[NUMBER_LEN];      /* the client's own */
    gboolean waiting;
    GBytes *rest;       /* what follows the number; NULL: was sent on */
} Query;

struct _virHostHold {
    GArray *holders;
    GArray *queries;
    guint n_waiting;
};

static void clearHolder(gpointer data)
{
    const Holder *holder = data;

    for (int i = 0; i < SOCKET_LAST; i++) {
        if (holder->fds[i] >= 0)
            close(holder->fds[i]);
    }
}

static void clearQuery(gpointer data)
{
    g_clear_pointer(&((Query *)data)->rest, g_bytes_unref);
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
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int size = BUFFER;

    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));  /* else less is held */
    return fd;
}

/* A socket on @name, at @device alone if that is given. Returns -1 if there is none to be had. */
static int openHolder(const Name *name, const char *device)
{
    int fd = openSocket(name->addr.ss_family);
    int on = 1;

    if (fd < 0)
        return -1;
    /* Both sides must have said that they share an address, and dnsmasq does. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
        (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device)) < 0) ||
        bind(fd, (const struct sockaddr *)&name->addr, name->len) < 0) {
        close(fd);
        return -1;
    }
    return fd;
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

/* Whether @line is of a socket on @name, none with the two @inodes, that has been sent what it has not read yet. */
static gboolean hasUnread(const char *line, const char *name, char **inodes)
{
    g_auto(GStrv) parts = g_strsplit(line, " ", -1);
    const char *fields[FIELD_INODE + 1] = { NULL };
    gsize n = 0;

    for (char **part = parts; *part && n < G_N_ELEMENTS(fields); part++) {
        if (**part)
            fields[n++] = *part;
    }
    return n == G_N_ELEMENTS(fields) && g_str_equal(fields[FIELD_LOCAL], name) &&
           !g_strv_contains((const char *const *)inodes, fields[FIELD_INODE]) && !g_str_has_suffix(fields[FIELD_QUEUES], ":00000000");
}

/* The kernel's name of a socket; "" if there is none. */
static char *inodeOf(int fd)
{
    struct stat st;

    return fd >= 0 && fstat(fd, &st) == 0 ? g_strdup_printf("%llu", (unsigned long long)st.st_ino) : g_strdup("");
}

/* Whether a socket on @addr that is none of @holder's has been sent what it has not read yet. */
static gboolean isBusy(const virSocketAddr *addr, const Holder *holder)
{
    const char *path = addr->family == AF_INET ? "/proc/net/udp" : "/proc/net/udp6";
    g_autofree char *name = procNameOf(addr);
    g_autofree char *any = inodeOf(holder->fds[SOCKET_ANY]);
    g_autofree char *bridge = inodeOf(holder->fds[SOCKET_BRIDGE]);
    char *inodes[] = { any, bridge, NULL };
    g_autofree char *content = NULL;
    g_auto(GStrv) lines = NULL;
    gboolean busy = FALSE;

    if (virFileRead(path, MAX_PROC_NET, &content, NULL) < 0 || !content)
        return FALSE;
    lines = g_strsplit(content, "\n", -1);
    for (char **line = lines; *line && !busy; line++)
        busy = hasUnread(*line, name, inodes);
    return busy;
}

/*
 * What the old dnsmasq has not read when it is told to end, it never reads. There is no event for another's empty
 * queue, so it is looked at until it is; the kernel's queue and not the clock decides.
 */
static void awaitDrained(const virSocketAddr *addr, const Holder *holder)
{
    for (int looks = 0; looks < MAX_LOOKS && isBusy(addr, holder); looks++)
        g_usleep(1000);
}

virHostHold *virHostHoldBegin(const GPtrArray *addrs, const char *bridge)
{
    virHostHold *hold = g_new0(virHostHold, 1);

    hold->holders = g_array_new(FALSE, FALSE, sizeof(Holder));
    g_array_set_clear_func(hold->holders, clearHolder);
    hold->queries = g_array_new(FALSE, FALSE, sizeof(Query));
    g_array_set_clear_func(hold->queries, clearQuery);
    for (guint i = 0; i < addrs->len; i++) {
        const virSocketAddr *addr = &((const virPlanAddr *)addrs->pdata[i])->address;
        Holder holder = { .fds = { -1, -1, -1 }, .name = nameOf(addr) };

        holder.fds[SOCKET_ANY] = openHolder(&holder.name, NULL);
        if (holder.fds[SOCKET_ANY] < 0)
            continue;
        holder.fds[SOCKET_BRIDGE] = openHolder(&holder.name, bridge);
        g_array_append_val(hold->holders, holder);
        awaitDrained(addr, &holder);
    }
    return hold;
}

/* --- Asking the new one ------------------------------------------------------------------------------------------ */

static Holder *holderAt(const virHostHold *hold, guint place)
{
    return &g_array_index(hold->holders, Holder, place);
}

/* Takes one from the socket @fd of the holder at @place. Returns FALSE when no more have come. */
static gboolean collectOne(virHostHold *hold, guint place, int fd, char *buf)
{
    Query query = { .holder = place, .client = { .len = sizeof(query.client.addr) }, .waiting = TRUE };
    gssize n = recvfrom(fd, buf, MAX_DATAGRAM, 0, (struct sockaddr *)&query.client.addr, &query.client.len);

    if (n < 0)
        return errno == EINTR;
    if (n < NUMBER_LEN)
        return TRUE;
    memcpy(query.number, buf, NUMBER_LEN);
    query.rest = g_bytes_new(buf + NUMBER_LEN, n - NUMBER_LEN);
    g_array_append_val(hold->queries, query);
    return TRUE;
}

/* A connected socket gets what its peer sends, and dnsmasq asks nothing of itself: from now on new queries go to it. */
static void letGo(const Holder *holder)
{
    if (holder->fds[SOCKET_BRIDGE] >= 0)
        (void)connect(holder->fds[SOCKET_BRIDGE], (const struct sockaddr *)&holder->name.addr, holder->name.len);
}

static void collect(virHostHold *hold, guint place, char *buf)
{
    Holder *holder = holderAt(hold, place);
    int ask_fd = openSocket(holder->name.addr.ss_family);

    letGo(holder);
    holder->fds[SOCKET_ASK] = ask_fd;
    if (ask_fd < 0 || connect(ask_fd, (const struct sockaddr *)&holder->name.addr, holder->name.len) < 0)
        return;
    for (int i = SOCKET_ANY; i <= SOCKET_BRIDGE; i++) {
        while (holder->fds[i] >= 0 && hold->queries->len < MAX_QUERIES && collectOne(hold, place, holder->fds[i], buf))
            continue;
    }
    /* One that could not be connected would go on taking what nobody reads. */
    if (holder->fds[SOCKET_BRIDGE] >= 0)
        close(holder->fds[SOCKET_BRIDGE]);
    holder->fds[SOCKET_BRIDGE] = -1;
}

static void ask(virHostHold *hold, guint number)
{
    Query *query = &g_array_index(hold->queries, Query, number);
    guint8 head[NUMBER_LEN] = { number >> 8, number & 0xff };
    gsize len;
    const void *rest = g_bytes_get_data(query->rest, &len);
    struct iovec parts[] = { { head, NUMBER_LEN }, { (void *)rest, len } };
    const struct msghdr msg = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS(parts) };

    query->waiting = sendmsg(holderAt(hold, query->holder)->fds[SOCKET_ASK], &msg, 0) >= 0;
    hold->n_waiting += query->waiting;
    g_clear_pointer(&query->rest, g_bytes_unref);
}

/* A client that cannot be told asks again. */
static void passOn(virHostHold *hold, guint place, char *buf, gsize len)
{
    guint number = (guint8)buf[0] << 8 | (guint8)buf[1];
    Query *query = number < hold->queries->len ? &g_array_index(hold->queries, Query, number) : NULL;

    if (!query || query->holder != place || query->rest || !query->waiting)
        return;
    query->waiting = FALSE;
    hold->n_waiting--;
    memcpy(buf, query->number, NUMBER_LEN);
    (void)sendto(holderAt(hold, place)->fds[SOCKET_ANY], buf, len, 0, (const struct sockaddr *)&query->client.addr,
                 query->client.len);
}

/* Passes on what comes within @patience_ms; returns whether anything came. */
static gboolean passOnReady(virHostHold *hold, int patience_ms, char *buf)
{
    g_autofree struct pollfd *fds = g_new0(struct pollfd, hold->holders->len);

    for (guint i = 0; i < hold->holders->len; i++)
        fds[i] = (struct pollfd){ .fd = holderAt(hold, i)->fds[SOCKET_ASK], .events = POLLIN };
    if (poll(fds, hold->holders->len, patience_ms) <= 0)
        return FALSE;
    for (guint i = 0; i < hold->holders->len; i++) {
        gssize n;

        while (fds[i].revents && (n = recv(fds[i].fd, buf, MAX_DATAGRAM, 0)) >= NUMBER_LEN)
            passOn(hold, i, buf, n);
    }
    return TRUE;
}

static void askAll(virHostHold *hold, char *buf)
{
    int left_ms = MAX_SILENCE_MS;

    for (guint number = 0; number < hold->queries->len; number++) {
        ask(hold, number);
        if ((number + 1) % BATCH != 0 && number + 1 < hold->queries->len)
            continue;
        while (hold->n_waiting > 0 && passOnReady(hold, MIN(SILENCE_MS, left_ms), buf))
            continue;
        if (hold->n_waiting > 0)
            left_ms = MAX(left_ms - SILENCE_MS, 0);
    }
}

static void *linger(void *opaque)
{
    g_autoptr(virHostHold) hold = opaque;
    g_autofree char *buf = g_malloc(MAX_DATAGRAM);
    gint64 deadline = g_get_monotonic_time() + LINGER_MS * 1000;
    gint64 left_ms;

    while (hold->n_waiting > 0 && (left_ms = (deadline - g_get_monotonic_time()) / 1000) > 0)
        (void)passOnReady(hold, (int)left_ms, buf);     /* when nothing comes, the time is over */
    return NULL;
}

void virHostHoldAnswer(virHostHold *hold)
{
    g_autofree char *buf = g_malloc(MAX_DATAGRAM);
    GThread *thread;

    for (guint i = 0; i < hold->holders->len; i++)
        collect(hold, i, buf);
    askAll(hold, buf);
    thread = hold->n_waiting > 0 ? g_thread_try_new("dns-hold", linger, hold, NULL) : NULL;
    if (thread)
        g_thread_unref(thread);
    else
        virHostHoldFree(hold);
}

void virHostHoldFree(virHostHold *hold)
{
    if (!hold)
        return;
    g_array_unref(hold->holders);
    g_array_unref(hold->queries);
    g_free(hold);
}

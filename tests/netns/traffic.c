/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * traffic.c: sends one small request after another at a steady pace and accounts for every single one
 *
 * "ping ADDRESS INTERVAL_US" sends echo requests, "dns ADDRESS INTERVAL_US TYPE:NAME..." queries, each of which must find an
 * answer. It counts from the first answer on, which it announces by a line; at SIGTERM it sends for a moment longer, waits for
 * what is still on its way and prints one line of JSON. It judges nothing. Started inside namespaces by tests/lib/loss.py.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DNS_PORT 53
#define DNS_HEADER 12
#define MAX_QUERIES 16
#define MAX_PACKET 1500
#define MAX_NAME 200

/* A request is known by 16 bits; one that is still unanswered when its number comes again is lost. */
#define N_SLOTS 65536

#define AFTERWARDS_NS (100 * 1000000LL)
#define LINGER_NS (2000 * 1000000LL)
#define MAX_TOLD 400
#define RECEIVE_BUFFER (4 * 1024 * 1024)

typedef struct {
    unsigned char bytes[DNS_HEADER + MAX_NAME + 6];
    size_t len;
} Query;

typedef struct {
    bool is_dns;
    int family;
    int fd;
    uint16_t ident;
    int64_t interval_ns;
    Query queries[MAX_QUERIES];
    size_t n_queries;
    bool counting;
    int64_t sent_at[N_SLOTS];       /* 0: answered, or none was sent */
    int64_t lost_at[MAX_TOLD];
    int64_t error_at[MAX_TOLD];
    uint64_t sent, received, lost, wrong, errors;
    int64_t slowest_ns, longest_gap_ns, last_sent;
} Traffic;

static volatile sig_atomic_t told_to_end;

static void onTerm(int signum)
{
    (void)signum;
    told_to_end = 1;
}

static void fail(const char *what)
{
    fprintf(stderr, "traffic: %s\n", what);
    exit(2);
}

static int64_t nowNs(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static uint16_t typeOf(const char *word, size_t len)
{
    static const struct {
        const char *name;
        uint16_t number;
    } types[] = { { "A", 1 }, { "PTR", 12 }, { "TXT", 16 }, { "AAAA", 28 }, { "SRV", 33 } };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i].name) == len && memcmp(types[i].name, word, len) == 0)
            return types[i].number;
    }
    fail("unknown type of record");
    return 0;
}

/* "TYPE:NAME" as a DNS message, but for its number. */
static void buildQuery(const char *word, Query *query)
{
    const char *label = strchr(word, ':');
    unsigned char *p = query->bytes + DNS_HEADER;
    uint16_t type;

    if (!label || strlen(label) > MAX_NAME)
        fail("a query is TYPE:NAME");
    type = typeOf(word, (size_t)(label++ - word));
    query->bytes[2] = 1;        /* recursion desired */
    query->bytes[5] = 1;        /* one question */
    while (*label) {
        size_t len = strcspn(label, ".");

        *p++ = (unsigned char)len;
        memcpy(p, label, len);
        p += len;
        label += len + (label[len] == '.');
    }
    *p++ = 0;
    *p++ = (unsigned char)(type >> 8);
    *p++ = (unsigned char)type;
    *p++ = 0;
    *p++ = 1;
    query->len = (size_t)(p - query->bytes);
}

static uint16_t checksum(const unsigned char *data, size_t len)
{
    uint32_t total = 0;

    for (size_t i = 0; i + 1 < len; i += 2)
        total += (uint32_t)(data[i] << 8 | data[i + 1]);
    total = (total & 0xffff) + (total >> 16);
    return (uint16_t)~(total + (total >> 16));
}

/* The kernel fills in the sum of ICMPv6. */
static size_t buildEcho(const Traffic *traffic, uint16_t number, unsigned char *packet)
{
    uint16_t ident = traffic->ident, sum;

    memset(packet, 0, 56);
    packet[0] = traffic->family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
    packet[4] = (unsigned char)(ident >> 8);
    packet[5] = (unsigned char)ident;
    packet[6] = (unsigned char)(number >> 8);
    packet[7] = (unsigned char)number;
    sum = traffic->family == AF_INET ? checksum(packet, 56) : 0;
    packet[2] = (unsigned char)(sum >> 8);
    packet[3] = (unsigned char)sum;
    return 56;
}

static void noteLost(Traffic *traffic, uint16_t number)
{
    if (traffic->lost < MAX_TOLD)
        traffic->lost_at[traffic->lost] = traffic->sent_at[number];
    traffic->lost++;
    traffic->sent_at[number] = 0;
}

static void sendOne(Traffic *traffic, uint16_t number)
{
    unsigned char packet[MAX_PACKET];
    int64_t now = nowNs();
    size_t len;

    if (traffic->is_dns) {
        const Query *query = &traffic->queries[number % traffic->n_queries];

        memcpy(packet, query->bytes, len = query->len);
        packet[0] = (unsigned char)(number >> 8);
        packet[1] = (unsigned char)number;
    } else {
        len = buildEcho(traffic, number, packet);
    }
    if (traffic->counting && traffic->sent_at[number])
        noteLost(traffic, number);
    if (traffic->counting && now - traffic->last_sent > traffic->longest_gap_ns)
        traffic->longest_gap_ns = now - traffic->last_sent;
    traffic->last_sent = traffic->sent_at[number] = now;
    traffic->sent += traffic->counting;
    /* A pending error of an earlier one is told by the first attempt; what cannot be sent at all is lost like any other. */
    if (send(traffic->fd, packet, len, MSG_DONTWAIT) < 0)
        (void)send(traffic->fd, packet, len, MSG_DONTWAIT);
}

static void account(Traffic *traffic, uint16_t number, bool right)
{
    int64_t took;

    if (!traffic->sent_at[number])
        return;
    took = nowNs() - traffic->sent_at[number];
    traffic->sent_at[number] = 0;
    if (!traffic->counting && right) {
        traffic->counting = true;
        traffic->last_sent = nowNs();
        memset(traffic->sent_at, 0, sizeof(traffic->sent_at));
        printf("answered\n");
        fflush(stdout);
        return;
    }
    traffic->received += traffic->counting;
    traffic->wrong += traffic->counting && !right;
    if (took > traffic->slowest_ns)
        traffic->slowest_ns = took;
}

static void readDns(Traffic *traffic, const unsigned char *packet, size_t len)
{
    if (len < DNS_HEADER || !(packet[2] & 0x80))
        return;
    account(traffic, (uint16_t)(packet[0] << 8 | packet[1]), (packet[3] & 15) == 0 && (packet[6] || packet[7]));
}

static void readEcho(Traffic *traffic, const unsigned char *packet, size_t len)
{
    size_t head = traffic->family == AF_INET ? (packet[0] & 15) * 4U : 0;
    const unsigned char *icmp = packet + head;
    unsigned char reply = traffic->family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;

    if (len >= head + 8 && icmp[0] == reply && (icmp[4] << 8 | icmp[5]) == traffic->ident)
        account(traffic, (uint16_t)(icmp[6] << 8 | icmp[7]), true);
}

static void noteError(Traffic *traffic, const struct sock_extended_err *error)
{
    if (error->ee_origin == SO_EE_ORIGIN_LOCAL || !traffic->counting)
        return;
    if (traffic->errors < MAX_TOLD)
        traffic->error_at[traffic->errors] = nowNs();
    traffic->errors++;
}

static void readErrors(Traffic *traffic)
{
    unsigned char packet[MAX_PACKET], control[512];
    struct iovec part = { packet, sizeof(packet) };
    struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };

    for (;;) {
        msg.msg_control = control;
        msg.msg_controllen = sizeof(control);
        if (recvmsg(traffic->fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
            return;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
            if (c->cmsg_type == IP_RECVERR || c->cmsg_type == IPV6_RECVERR)
                noteError(traffic, (const struct sock_extended_err *)(const void *)CMSG_DATA(c));
        }
    }
}

static void receive(Traffic *traffic)
{
    unsigned char packet[MAX_PACKET];
    ssize_t len;

    while ((len = recv(traffic->fd, packet, sizeof(packet), MSG_DONTWAIT)) >= 0 || (errno != EAGAIN && errno != EINTR)) {
        if (len < 0)
            readErrors(traffic);
        else if (traffic->is_dns)
            readDns(traffic, packet, (size_t)len);
        else
            readEcho(traffic, packet, (size_t)len);
    }
}

static void receiveUntil(Traffic *traffic, int64_t until)
{
    int64_t left;

    while ((left = until - nowNs()) > 0) {
        struct pollfd ready = { .fd = traffic->fd, .events = POLLIN };
        struct timespec patience = { left / 1000000000, left % 1000000000 };

        if (ppoll(&ready, 1, &patience, NULL) == 0)
            return;
        if (ready.revents & POLLERR)
            readErrors(traffic);
        receive(traffic);
    }
}

static int64_t oldestPending(const Traffic *traffic)
{
    for (size_t i = 0; i < N_SLOTS; i++) {
        if (traffic->sent_at[i])
            return traffic->sent_at[i];
    }
    return 0;
}

/* Each request has the same patience; those without an answer are lost then. */
static void finish(Traffic *traffic)
{
    int64_t deadline = nowNs() + LINGER_NS;

    while (oldestPending(traffic) && nowNs() < deadline)
        receiveUntil(traffic, nowNs() + 20 * 1000000LL);
    for (size_t i = 0; i < N_SLOTS; i++) {
        if (traffic->sent_at[i])
            noteLost(traffic, (uint16_t)i);
    }
}

static void run(Traffic *traffic)
{
    int64_t due = nowNs(), last = 0;

    for (uint16_t number = 0; last == 0 || nowNs() < last; number++) {
        if (told_to_end && last == 0)
            last = nowNs() + AFTERWARDS_NS;
        sendOne(traffic, number);
        due += traffic->interval_ns;
        if (due < nowNs())
            due = nowNs();
        receiveUntil(traffic, due);
    }
    finish(traffic);
}

static void printTimes(const char *name, const int64_t *times, uint64_t n)
{
    printf(", \"%s\": [", name);
    for (uint64_t i = 0; i < n && i < MAX_TOLD; i++)
        printf("%s%.3f", i > 0 ? ", " : "", times[i] / 1e9);
    printf("]");
}

static void print(const Traffic *traffic)
{
    printf("{\"sent\": %llu, \"received\": %llu, \"lost\": %llu, \"wrong\": %llu, \"errors\": %llu, \"slowest_ms\": %.1f, "
           "\"longest_gap_ms\": %.1f", (unsigned long long)traffic->sent, (unsigned long long)traffic->received,
           (unsigned long long)traffic->lost, (unsigned long long)traffic->wrong, (unsigned long long)traffic->errors,
           traffic->slowest_ns / 1e6, traffic->longest_gap_ns / 1e6);
    printTimes("lost_at", traffic->lost_at, traffic->lost);
    printTimes("error_at", traffic->error_at, traffic->errors);
    printf("}\n");
    fflush(stdout);
}

static void openSocket(Traffic *traffic, const char *address)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(traffic->is_dns ? DNS_PORT : 0) };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(traffic->is_dns ? DNS_PORT : 0) };
    bool is_v4 = inet_pton(AF_INET, address, &in.sin_addr) == 1;
    int on = 1, size = RECEIVE_BUFFER, icmp = is_v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;

    if (!is_v4 && inet_pton(AF_INET6, address, &in6.sin6_addr) != 1)
        fail("not an address");
    traffic->family = is_v4 ? AF_INET : AF_INET6;
    traffic->fd = traffic->is_dns ? socket(traffic->family, SOCK_DGRAM, 0) : socket(traffic->family, SOCK_RAW, icmp);
    if (traffic->fd < 0 || setsockopt(traffic->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 ||
        setsockopt(traffic->fd, is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof(on)) < 0 ||
        connect(traffic->fd, is_v4 ? (struct sockaddr *)&in : (struct sockaddr *)&in6, is_v4 ? sizeof(in) : sizeof(in6)) < 0)
        fail(strerror(errno));
}

int main(int argc, char **argv)
{
    static Traffic traffic;
    struct sigaction action = { .sa_handler = onTerm };

    traffic.is_dns = argc > 4 && strcmp(argv[1], "dns") == 0;
    if (!traffic.is_dns && !(argc == 4 && strcmp(argv[1], "ping") == 0))
        fail("ping ADDRESS INTERVAL_US | dns ADDRESS INTERVAL_US TYPE:NAME...");
    traffic.interval_ns = strtol(argv[3], NULL, 10) * 1000LL;
    traffic.ident = (uint16_t)(getpid() ^ nowNs());
    for (int i = 4; i < argc && traffic.n_queries < MAX_QUERIES; i++)
        buildQuery(argv[i], &traffic.queries[traffic.n_queries++]);
    openSocket(&traffic, argv[2]);
    sigaction(SIGTERM, &action, NULL);
    run(&traffic);
    print(&traffic);
    return 0;
}

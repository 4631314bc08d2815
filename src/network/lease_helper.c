/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lease_helper.c: the program that dnsmasq calls for every change of a DHCP lease
 *
 * Keeps the leases of one bridge in BRIDGE.status, a JSON list that the daemon and libnss-libvirt read, and gives
 * them back to a dnsmasq that starts. dnsmasq calls it once per lease at every SIGHUP, so it links json-c alone, and
 * a call that changes nothing neither parses nor writes the file.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_LEASE_DIR VIR_LOCALSTATEDIR "/lib/libvirt/dnsmasq"

/* 65,536 leases with every field filled are some 25 MB. */
#define MAX_FILE_BYTES (64 * 1024 * 1024)

/* What dnsmasq reads of a stored lease: it takes names of 255 bytes and identifiers of 255 bytes written as "xx:". */
#define MAX_NAME_LENGTH 255
#define MAX_ID_LENGTH (255 * 3 - 1)

#define USAGE "usage: libvirt_leaseshelper add|old|del MAC-OR-DUID IP [NAME], or init"
#define JSON_STYLE (JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE)

typedef enum {
    ACTION_ADD,         /* also "old": the lease is as the arguments say */
    ACTION_DELETE,
    ACTION_INIT,
    ACTION_NONE,        /* dnsmasq tells of other things too */
    ACTION_UNKNOWN,
} leaseAction;

/* Where the leases of the bridge are kept. */
typedef struct {
    int dir_fd;                         /* holds the lock */
    char name[IFNAMSIZ + 16];           /* BRIDGE.status */
    char temp[IFNAMSIZ + 32];
    char corrupt[IFNAMSIZ + 32];
    char *text;                         /* what the file holds, with a NUL behind it; "" for a missing one */
    size_t length;
} leaseStore;

/* What one call says; absent texts are NULL. */
typedef struct {
    int family;
    const char *ip;
    const char *mac;
    const char *client_id;
    const char *name;
    const char *iaid;
    const char *server_duid;
    int64_t expiry;
} leaseCall;

static int __attribute__((format(printf, 1, 2))) complain(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    fputs("libvirt_leaseshelper: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    return -1;
}

static const char *getText(const char *variable)
{
    const char *value = getenv(variable);

    return value && *value ? value : NULL;
}

/* MACs ("06-" before those that are not Ethernet's), client ids, DUIDs: hexadecimal groups. */
static bool isHexGroups(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    return length > 0 && length <= MAX_ID_LENGTH && strspn(text, "0123456789abcdefABCDEF:-") == length;
}

/* One word that may stand in a line for dnsmasq. */
static bool isName(const char *text)
{
    size_t length = text ? strlen(text) : 0;

    if (length == 0 || length > MAX_NAME_LENGTH)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c <= ' ' || c == 0x7f)
            return false;
    }
    return true;
}

/* A number, with a T before it for a temporary address. */
static bool isIaid(const char *text)
{
    const char *digits = text && *text == 'T' ? text + 1 : text;
    size_t length = digits ? strlen(digits) : 0;

    return length > 0 && length <= 10 && strspn(digits, "0123456789") == length;
}

static int addressFamily(const char *text)
{
    unsigned char bytes[16];

    if (text && inet_pton(AF_INET, text, bytes) == 1)
        return AF_INET;
    return text && inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

static bool parseTime(const char *text, int64_t *ret_time)
{
    char *end = NULL;
    intmax_t value;

    if (!text || *text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoimax(text, &end, 10);
    if (errno || *end || value > INT64_MAX)
        return false;
    *ret_time = (int64_t)value;
    return true;
}

static leaseAction parseAction(const char *text)
{
    static const struct {
        const char *name;
        leaseAction action;
    } actions[] = {
        { "add", ACTION_ADD },
        { "old", ACTION_ADD },
        { "del", ACTION_DELETE },
        { "init", ACTION_INIT },
        { "tftp", ACTION_NONE },
        { "arp-add", ACTION_NONE },
        { "arp-old", ACTION_NONE },
        { "arp-del", ACTION_NONE },
        { "relay-snoop", ACTION_NONE },
    };

    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(text, actions[i].name) == 0)
            return actions[i].action;
    }
    return ACTION_UNKNOWN;
}

/* Opens the directory and locks it, until the process ends. */
static int openStore(leaseStore *store)
{
    const char *dir = getText("VIR_LEASE_DIR");
    const char *bridge = getText("VIR_BRIDGE_NAME");

    if (!dir)
        dir = DEFAULT_LEASE_DIR;
    if (!bridge)
        bridge = getText("DNSMASQ_INTERFACE");
    if (dir[0] != '/')
        return complain("VIR_LEASE_DIR is not an absolute path: %s", dir);
    if (!bridge)
        return complain("VIR_BRIDGE_NAME is not set");
    if (!isName(bridge) || strlen(bridge) >= IFNAMSIZ || strchr(bridge, '/') || bridge[0] == '.')
        return complain("VIR_BRIDGE_NAME is not a name of a bridge");
    snprintf(store->name, sizeof(store->name), "%s.status", bridge);
    snprintf(store->temp, sizeof(store->temp), ".%s.status.new", bridge);
    snprintf(store->corrupt, sizeof(store->corrupt), "%s.status.corrupt", bridge);
    store->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->dir_fd < 0)
        return complain("cannot open directory %s: %s", dir, strerror(errno));
    if (flock(store->dir_fd, LOCK_EX) < 0)
        return complain("cannot lock directory %s: %s", dir, strerror(errno));
    return 0;
}

static int readAll(int fd, char *buffer, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, buffer + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    return 0;
}

static int readStore(leaseStore *store)
{
    int fd = openat(store->dir_fd, store->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st = { 0 };
    char *text;

    if (fd < 0 && errno != ENOENT)
        return complain("cannot open %s: %s", store->name, strerror(errno));
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > MAX_FILE_BYTES)) {
        close(fd);
        return complain("%s is no file of leases", store->name);
    }
    text = calloc(1, (size_t)st.st_size + 1);
    if (text && fd >= 0 && readAll(fd, text, (size_t)st.st_size) < 0) {
        free(text);
        text = NULL;
    }
    if (fd >= 0)
        close(fd);
    if (!text)
        return complain("cannot read %s", store->name);
    store->text = text;
    store->length = (size_t)st.st_size;
    return 0;
}

/* Whether there are only blanks from @offset on. A zero byte is none: a power cut can leave a file full of them. */
static bool isBlank(const leaseStore *store, size_t offset)
{
    return offset + strspn(store->text + offset, " \t\r\n") == store->length;
}

/* NULL for text that is not a JSON list. */
static struct json_object *parseList(const leaseStore *store)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *list = json_tokener_parse_ex(tokener, store->text, (int)store->length);

    if (list && (!json_object_is_type(list, json_type_array) || !isBlank(store, json_tokener_get_parse_end(tokener)))) {
        json_object_put(list);
        list = NULL;
    }
    json_tokener_free(tokener);
    return list;
}

/* What is no list of leases is put aside, where an operator finds it: dnsmasq goes on without the old leases. */
static struct json_object *parseStore(const leaseStore *store)
{
    struct json_object *list;

    if (isBlank(store, 0))
        return json_object_new_array();
    list = parseList(store);
    if (list)
        return list;
    complain("%s is corrupt and is kept as %s", store->name, store->corrupt);
    if (renameat(store->dir_fd, store->name, store->dir_fd, store->corrupt) < 0)
        complain("cannot rename %s: %s", store->name, strerror(errno));
    return json_object_new_array();
}

static int writeAll(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text += n;
        length -= (size_t)n;
    }
    return 0;
}

/* Not synced: after a power cut dnsmasq can learn the leases again from its clients. */
static int writeStore(const leaseStore *store, struct json_object *list)
{
    size_t length = 0;
    const char *text = json_object_to_json_string_length(list, JSON_STYLE, &length);
    int fd = openat(store->dir_fd, store->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool written;

    if (fd < 0)
        return complain("cannot create %s: %s", store->temp, strerror(errno));
    written = text && fchmod(fd, 0644) == 0 && writeAll(fd, text, length) == 0 && writeAll(fd, "\n", 1) == 0;
    if (close(fd) < 0 || !written || renameat(store->dir_fd, store->temp, store->dir_fd, store->name) < 0) {
        complain("cannot write %s: %s", store->name, strerror(errno));
        unlinkat(store->dir_fd, store->temp, 0);
        return -1;
    }
    return 0;
}

/* NULL also for an entry that is no object, and for a value that is no text or has a NUL in it. */
static const char *entryText(struct json_object *entry, const char *key)
{
    struct json_object *value = NULL;
    const char *text;

    if (!json_object_is_type(entry, json_type_object) || !json_object_object_get_ex(entry, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    text = json_object_get_string(value);
    return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

/* 0: the lease never ends. */
static int64_t entryExpiry(struct json_object *entry)
{
    struct json_object *value = NULL;

    if (!json_object_is_type(entry, json_type_object) || !json_object_object_get_ex(entry, "expiry-time", &value))
        return 0;
    return json_object_get_int64(value);
}

static bool isExpired(struct json_object *entry, int64_t now)
{
    int64_t expiry = entryExpiry(entry);

    return expiry != 0 && expiry < now;
}

static void addText(struct json_object *entry, const char *key, const char *text)
{
    if (text)
        json_object_object_add(entry, key, json_object_new_string(text));
}

static struct json_object *newEntry(const leaseCall *call)
{
    struct json_object *entry = json_object_new_object();

    addText(entry, "iaid", call->iaid);
    addText(entry, "ip-address", call->ip);
    addText(entry, "mac-address", call->mac);
    addText(entry, "hostname", call->name);
    addText(entry, "client-id", call->client_id);
    addText(entry, "server-duid", call->server_duid);
    json_object_object_add(entry, "expiry-time", json_object_new_int64(call->expiry));
    return entry;
}

/*
 * Whether the file has the lease as this program would write it. No text inside a JSON string can look like that: a
 * line end in one is written as \n.
 */
static bool isStored(const leaseStore *store, const leaseCall *call)
{
    struct json_object *list = json_object_new_array();
    const char *written;
    size_t length = 0;
    bool found = false;

    json_object_array_add(list, newEntry(call));
    written = json_object_to_json_string_length(list, JSON_STYLE, &length);
    if (written && length > 3)      /* without the "[" before and the line end and "]" after */
        found = memmem(store->text, store->length, written + 1, length - 3);
    json_object_put(list);
    return found;
}

/* The entry of @ip, and its place; NULL if there is none. */
static struct json_object *findEntry(struct json_object *list, const char *ip, size_t *ret_index)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        const char *entry_ip = entryText(entry, "ip-address");

        if (entry_ip && strcmp(entry_ip, ip) == 0) {
            *ret_index = i;
            return entry;
        }
    }
    return NULL;
}

/* All entries but @without that have not ended. */
static struct json_object *copyCurrent(struct json_object *list, const struct json_object *without)
{
    struct json_object *copy = json_object_new_array();
    int64_t now = (int64_t)time(NULL);

    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);

        if (entry != without && !isExpired(entry, now))
            json_object_array_add(copy, json_object_get(entry));
    }
    return copy;
}

static int writeCurrent(const leaseStore *store, struct json_object *list, const struct json_object *without)
{
    struct json_object *current = copyCurrent(list, without);
    int rc = writeStore(store, current);

    json_object_put(current);
    return rc;
}

/* dnsmasq does not know all of a lease again that was given before it was started; what it left out stays as it was. */
static void fillMissing(leaseCall *call, struct json_object *stored)
{
    const char *mac = entryText(stored, "mac-address");
    bool same_client = call->family == AF_INET6 || (mac && call->mac && strcasecmp(mac, call->mac) == 0);

    if (!getText("DNSMASQ_DATA_MISSING") || !same_client)
        return;
    if (!call->client_id)
        call->client_id = entryText(stored, "client-id");
    if (!call->mac)
        call->mac = mac;
    if (!call->server_duid)
        call->server_duid = entryText(stored, "server-duid");
}

static int storeLease(const leaseStore *store, leaseCall *call)
{
    struct json_object *list;
    struct json_object *stored;
    struct json_object *entry;
    size_t index = 0;
    int rc = 0;

    if (isStored(store, call))
        return 0;
    list = parseStore(store);
    stored = findEntry(list, call->ip, &index);
    if (stored)
        fillMissing(call, stored);
    entry = newEntry(call);
    if (stored && json_object_equal(stored, entry)) {
        json_object_put(entry);
    } else {
        if (stored)
            json_object_array_put_idx(list, index, entry);
        else
            json_object_array_add(list, entry);
        rc = writeCurrent(store, list, NULL);
    }
    json_object_put(list);
    return rc;
}

static int deleteLease(const leaseStore *store, const leaseCall *call)
{
    struct json_object *list = parseStore(store);
    size_t index = 0;
    struct json_object *stored = findEntry(list, call->ip, &index);
    int rc = stored ? writeCurrent(store, list, stored) : 0;

    json_object_put(list);
    return rc;
}

static const char *orStar(const char *text, bool (*valid)(const char *))
{
    return valid(text) ? text : "*";
}

static void printIPv4(struct json_object *entry)
{
    const char *mac = entryText(entry, "mac-address");

    if (isHexGroups(mac))
        printf("%" PRId64 " %s %s %s %s\n", entryExpiry(entry), mac, entryText(entry, "ip-address"),
               orStar(entryText(entry, "hostname"), isName), orStar(entryText(entry, "client-id"), isHexGroups));
}

static void printIPv6(struct json_object *entry)
{
    const char *iaid = entryText(entry, "iaid");
    const char *duid = entryText(entry, "client-id");

    if (isIaid(iaid) && isHexGroups(duid))
        printf("%" PRId64 " %s %s %s %s\n", entryExpiry(entry), iaid, entryText(entry, "ip-address"),
               orStar(entryText(entry, "hostname"), isName), duid);
}

/* dnsmasq wants its own DUID before the first IPv6 lease. The last one is the one in use. */
static void printServerDuid(struct json_object *list)
{
    for (size_t i = json_object_array_length(list); i > 0; i--) {
        const char *duid = entryText(json_object_array_get_idx(list, i - 1), "server-duid");

        if (isHexGroups(duid)) {
            printf("duid %s\n", duid);
            return;
        }
    }
}

static void printFamily(struct json_object *list, int family, void (*print)(struct json_object *))
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);

        if (addressFamily(entryText(entry, "ip-address")) == family)
            print(entry);
    }
}

/* In the form of dnsmasq's own lease file. */
static int printLeases(const leaseStore *store)
{
    struct json_object *list = parseStore(store);
    struct json_object *current = copyCurrent(list, NULL);

    printFamily(current, AF_INET, printIPv4);
    printServerDuid(current);
    printFamily(current, AF_INET6, printIPv6);
    json_object_put(current);
    json_object_put(list);
    return fflush(stdout) == 0 ? 0 : complain("cannot write the leases to dnsmasq: %s", strerror(errno));
}

static int parseIPv6Call(const char *duid, leaseCall *call)
{
    call->client_id = duid;
    call->mac = getText("DNSMASQ_MAC");
    call->iaid = getText("DNSMASQ_IAID");
    call->server_duid = getText("DNSMASQ_SERVER_DUID");
    if (call->mac && !isHexGroups(call->mac))
        return complain("DNSMASQ_MAC is not a MAC address");
    if (call->iaid && !isIaid(call->iaid))
        return complain("DNSMASQ_IAID is not a number");
    if (call->server_duid && !isHexGroups(call->server_duid))
        return complain("DNSMASQ_SERVER_DUID is not a DUID");
    return 0;
}

/* Arguments: MAC-OR-DUID IP [NAME] */
static int parseCall(char **args, leaseAction action, leaseCall *call)
{
    if (!args[0] || !args[1])
        return complain(USAGE);
    call->ip = args[1];
    call->family = addressFamily(call->ip);
    if (call->family == AF_UNSPEC)
        return complain("not an IP address: %s", call->ip);
    if (action == ACTION_DELETE)
        return 0;
    if (!isHexGroups(args[0]))
        return complain("not a MAC address or DUID: %s", args[0]);
    if (!parseTime(getText("DNSMASQ_LEASE_EXPIRES"), &call->expiry))
        return complain("DNSMASQ_LEASE_EXPIRES is not a time");
    call->name = args[2] && *args[2] ? args[2] : getText("DNSMASQ_OLD_HOSTNAME");
    if (call->name && !isName(call->name)) {
        complain("%s: the lease is kept without its name, which is none", call->ip);
        call->name = NULL;
    }
    if (call->family == AF_INET6)
        return parseIPv6Call(args[0], call);
    call->mac = args[0];
    call->client_id = getText("DNSMASQ_CLIENT_ID");
    if (call->client_id && !isHexGroups(call->client_id))
        return complain("DNSMASQ_CLIENT_ID is not a client id");
    return 0;
}

static int run(leaseAction action, char **args)
{
    leaseStore store = { .dir_fd = -1 };
    leaseCall call = { .family = AF_UNSPEC };
    int rc;

    if (action != ACTION_INIT && parseCall(args, action, &call) < 0)
        return -1;
    if (openStore(&store) < 0 || readStore(&store) < 0)
        return -1;
    if (action == ACTION_INIT)
        rc = printLeases(&store);
    else if (action == ACTION_DELETE)
        rc = deleteLease(&store, &call);
    else
        rc = storeLease(&store, &call);
    free(store.text);
    return rc;
}

int main(int argc, char **argv)
{
    leaseAction action = argc > 1 ? parseAction(argv[1]) : ACTION_UNKNOWN;

    if (action == ACTION_NONE)
        return EXIT_SUCCESS;
    if (action == ACTION_UNKNOWN) {
        complain(USAGE);
        return EXIT_FAILURE;
    }
    return run(action, argv + 2) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

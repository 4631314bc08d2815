/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virnode.c: the machine that this program runs on: its processors and its memory
 *
 * Read from /proc and /sys at each call, since processors come and go. Nothing is known of guests, and nothing is changed. The
 * network driver answers virNodeGetInfo with it.
 */
#include "virnode.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "virerror.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* More than any file of sysfs, than /proc/meminfo and than the first processor in /proc/cpuinfo; the kernel works for each of those. */
#define MAX_READ 8192
#define MAX_CPU 65535

/* How many there are of each. */
typedef struct {
    guint nodes;
    guint packages;     /* in all nodes; 0: not known */
    guint cores;        /* in all packages */
    guint cpus;
} Census;

/* What the file @path begins with, read at once; NULL if it cannot be read. */
static char *readStart(const char *path)
{
    g_autofree char *text = g_malloc(MAX_READ + 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : TEMP_FAILURE_RETRY(read(fd, text, MAX_READ));

    if (fd >= 0)
        close(fd);
    if (len < 0)
        return NULL;
    text[len] = '\0';
    return g_strchomp(g_steal_pointer(&text));
}

/* The same of the file below @root that @format names. */
static char *G_GNUC_PRINTF(2, 3) readBelow(const char *root, const char *format, ...)
{
    g_autofree char *name = NULL;
    g_autofree char *path = NULL;
    va_list args;

    va_start(args, format);
    name = g_strdup_vprintf(format, args);
    va_end(args);
    path = g_strconcat(root, name, NULL);
    return readStart(path);
}

/* Appends the numbers of "3" or "0-3" to @numbers; FALSE if it is neither. */
static gboolean addRange(const char *text, GArray *numbers)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    guint64 first, last;

    if (!ends[0] || !g_ascii_string_to_unsigned(ends[0], 10, 0, MAX_CPU, &first, NULL))
        return FALSE;
    last = first;
    if (ends[1] && !g_ascii_string_to_unsigned(ends[1], 10, first, MAX_CPU, &last, NULL))
        return FALSE;
    for (guint64 i = first; i <= last; i++) {
        guint number = (guint)i;

        g_array_append_val(numbers, number);
    }
    return TRUE;
}

/* The numbers of a list like "0-3,8", as the kernel writes them; none if it is NULL or anything else. */
static GArray *parseList(const char *text)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    g_auto(GStrv) ranges = g_strsplit(text ? text : "", ",", -1);

    for (char **range = ranges; *range; range++) {
        if (!addRange(*range, numbers))
            return g_array_new(FALSE, FALSE, sizeof(guint));
    }
    return g_steal_pointer(&numbers);
}

/* Counts packages and cores of @cpus; leaves 0 where one of them does not say its own. */
static void countPlaces(const char *root, const GArray *cpus, Census *census)
{
    g_autoptr(GHashTable) packages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) cores = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < cpus->len; i++) {
        guint cpu = g_array_index(cpus, guint, i);
        char *package = readBelow(root, "/sys/devices/system/cpu/cpu%u/topology/physical_package_id", cpu);
        /* A core is known by its threads: its own number is unique in some part of a package only. */
        char *threads = readBelow(root, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);

        if (!package || !threads) {
            g_free(package);
            g_free(threads);
            return;
        }
        g_hash_table_add(packages, package);
        g_hash_table_add(cores, threads);
    }
    census->packages = g_hash_table_size(packages);
    census->cores = g_hash_table_size(cores);
}

static Census takeCensus(const char *root)
{
    g_autofree char *online = readBelow(root, "/sys/devices/system/cpu/online");
    g_autofree char *nodes_text = readBelow(root, "/sys/devices/system/node/online");
    g_autoptr(GArray) cpus = parseList(online);
    g_autoptr(GArray) nodes = parseList(nodes_text);
    Census census = { .nodes = MAX(nodes->len, 1), .cpus = cpus->len };

    countPlaces(root, cpus, &census);
    return census;
}

static void shape(const Census *census, virNodeInfo *info)
{
    gboolean regular = census->packages > 0 && census->packages % census->nodes == 0 &&
                       census->cores % census->packages == 0 && census->cpus % census->cores == 0;

    info->cpus = census->cpus;
    info->nodes = regular ? census->nodes : 1;
    info->sockets = regular ? census->packages / census->nodes : 1;
    info->cores = regular ? census->cores / census->packages : census->cpus;
    info->threads = regular ? census->cpus / census->cores : 1;
}

/* The number behind @label and a colon in a file of such lines; -1 if there is none. */
static double numberOf(const char *text, const char *label)
{
    const char *line = text ? strstr(text, label) : NULL;
    const char *colon = line ? strchr(line, ':') : NULL;
    char *end = NULL;
    double number = colon ? g_ascii_strtod(colon + 1, &end) : -1;

    return colon && end != colon + 1 && number >= 0 ? number : -1;
}

/* Of the first processor, now; else the most that it can. */
static unsigned int findMhz(const char *root)
{
    g_autofree char *cpuinfo = readBelow(root, "/proc/cpuinfo");
    g_autofree char *most = readBelow(root, "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
    double mhz = numberOf(cpuinfo, "cpu MHz");
    guint64 khz = 0;

    if (mhz >= 0 && mhz <= G_MAXUINT)
        return (unsigned int)mhz;
    if (most && g_ascii_string_to_unsigned(most, 10, 0, G_MAXUINT, &khz, NULL))
        return (unsigned int)(khz / 1000);
    return 0;
}

char *virNodeGetArch(void)
{
    struct utsname name;

    if (uname(&name) < 0)
        return g_strdup("none");
    /* i386 to i686 are one to libvirt. */
    if (name.machine[0] == 'i' && strcmp(name.machine + 2, "86") == 0)
        return g_strdup("i686");
    return g_strdup(name.machine);
}

int virNodeProbe(const char *root, virNodeInfo *ret_info, GError **err)
{
    g_autofree char *meminfo = readBelow(root, "/proc/meminfo");
    g_autofree char *arch = virNodeGetArch();
    double memory = numberOf(meminfo, "MemTotal");
    Census census = takeCensus(root);
    virNodeInfo info = { .mhz = findMhz(root) };

    if (memory <= 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot read the size of the memory from %s/proc/meminfo", root);
    if (census.cpus == 0)
        return virFail(err, VIR_ERR_INTERNAL_ERROR, "cannot read the list of processors from %s/sys/devices/system/cpu/online",
                       root);
    info.memory = (unsigned long)memory;
    g_strlcpy(info.model, arch, sizeof(info.model));
    shape(&census, &info);
    *ret_info = info;
    return 0;
}

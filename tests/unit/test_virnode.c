/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_virnode.c: processors and memory, of machines that are directories
 */
#include "virnode.h"

#include <glib/gstdio.h>

#include "test_tree.h"
#include "virerror.h"

typedef struct {
    char *root;
} Fixture;

static void put(Fixture *fix, const char *name, const char *content)
{
    g_autofree char *path = g_build_filename(fix->root, name, NULL);
    g_autofree char *dir = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void setUp(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    fix->root = g_dir_make_tmp("node-XXXXXX", NULL);
    put(fix, "proc/meminfo", "MemTotal:        8146644 kB\nMemFree:          123456 kB\n");
    put(fix, "proc/cpuinfo", "processor\t: 0\ncpu MHz\t\t: 2596.142\n\nprocessor\t: 1\ncpu MHz\t\t: 1200.000\n");
}

static void tearDown(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    removeTree(fix->root);
    g_free(fix->root);
}

static void putCpu(Fixture *fix, guint cpu, const char *package, const char *threads)
{
    g_autofree char *package_name = g_strdup_printf("sys/devices/system/cpu/cpu%u/topology/physical_package_id", cpu);
    g_autofree char *threads_name = g_strdup_printf("sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);

    put(fix, package_name, package);
    put(fix, threads_name, threads);
}

/* What is found, as "cpus = nodes x sockets x cores x threads". */
static char *probeShape(Fixture *fix)
{
    g_autoptr(GError) err = NULL;
    virNodeInfo info = { 0 };

    (void)virNodeProbe(fix->root, &info, &err);
    g_assert_no_error(err);
    return g_strdup_printf("%u = %u x %u x %u x %u", info.cpus, info.nodes, info.sockets, info.cores, info.threads);
}

static void regularMachineIsShownAsItIs(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *shape = NULL;

    put(fix, "sys/devices/system/cpu/online", "0-7\n");
    put(fix, "sys/devices/system/node/online", "0-1\n");
    for (guint cpu = 0; cpu < 8; cpu++) {
        g_autofree char *threads = g_strdup_printf("%u,%u\n", cpu % 4, cpu % 4 + 4);

        putCpu(fix, cpu, cpu % 4 < 2 ? "0\n" : "1\n", threads);
    }
    shape = probeShape(fix);
    g_assert_cmpstr(shape, ==, "8 = 2 x 1 x 2 x 2");
}

static void irregularMachineIsFlat(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *shape = NULL;

    /* One of two cores has lost its second thread. */
    put(fix, "sys/devices/system/cpu/online", "0-1,3\n");
    putCpu(fix, 0, "0\n", "0-1\n");
    putCpu(fix, 1, "0\n", "0-1\n");
    putCpu(fix, 3, "0\n", "3\n");
    shape = probeShape(fix);
    g_assert_cmpstr(shape, ==, "3 = 1 x 1 x 3 x 1");
}

static void machineThatDoesNotSayIsFlat(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *shape = NULL;

    put(fix, "sys/devices/system/cpu/online", "0-3\n");
    putCpu(fix, 0, "0\n", "0-1\n");
    shape = probeShape(fix);
    g_assert_cmpstr(shape, ==, "4 = 1 x 1 x 4 x 1");
}

static void memoryFrequencyAndModelAreRead(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *arch = virNodeGetArch();
    virNodeInfo info = { 0 };

    put(fix, "sys/devices/system/cpu/online", "0\n");
    g_assert_cmpint(virNodeProbe(fix->root, &info, NULL), ==, 0);
    g_assert_cmpuint(info.memory, ==, 8146644);
    g_assert_cmpuint(info.mhz, ==, 2596);
    g_assert_cmpstr(info.model, ==, arch);
    put(fix, "proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\n");
    g_assert_cmpint(virNodeProbe(fix->root, &info, NULL), ==, 0);
    g_assert_cmpuint(info.mhz, ==, 0);
    put(fix, "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "2800000\n");
    g_assert_cmpint(virNodeProbe(fix->root, &info, NULL), ==, 0);
    g_assert_cmpuint(info.mhz, ==, 2800);
}

static void listThatIsNoneFails(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const lists[] = { "", "x", "3-1", "0-", "-1", "0,,1", "0-99999999", "0-3 5" };

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GError) err = NULL;
        virNodeInfo info = { .cpus = 77 };

        put(fix, "sys/devices/system/cpu/online", lists[i]);
        g_assert_cmpint(virNodeProbe(fix->root, &info, &err), ==, -1);
        g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
        g_assert_nonnull(strstr(err->message, "cannot read the list of processors from"));
        g_assert_cmpuint(info.cpus, ==, 77);
    }
}

static void memoryThatIsNotSaidFails(Fixture *fix, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) err = NULL;
    virNodeInfo info = { 0 };

    put(fix, "sys/devices/system/cpu/online", "0\n");
    put(fix, "proc/meminfo", "MemTotal\n");
    g_assert_cmpint(virNodeProbe(fix->root, &info, &err), ==, -1);
    g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_nonnull(strstr(err->message, "cannot read the size of the memory from"));
}

static void thisMachineHasProcessors(Fixture *fix G_GNUC_UNUSED, gconstpointer data G_GNUC_UNUSED)
{
    virNodeInfo info = { 0 };

    g_assert_cmpint(virNodeProbe("", &info, NULL), ==, 0);
    g_assert_cmpuint(info.cpus, >=, 1);
    g_assert_cmpuint(VIR_NODEINFO_MAXCPUS(info), ==, info.cpus);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *fix, gconstpointer data);
    } tests[] = {
        { "/virnode/regular-machine-is-shown-as-it-is", regularMachineIsShownAsItIs },
        { "/virnode/irregular-machine-is-flat", irregularMachineIsFlat },
        { "/virnode/machine-that-does-not-say-is-flat", machineThatDoesNotSayIsFlat },
        { "/virnode/memory-frequency-and-model-are-read", memoryFrequencyAndModelAreRead },
        { "/virnode/list-that-is-none-fails", listThatIsNoneFails },
        { "/virnode/memory-that-is-not-said-fails", memoryThatIsNotSaidFails },
        { "/virnode/this-machine-has-processors", thisMachineHasProcessors },
    };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, Fixture, NULL, setUp, tests[i].run, tearDown);
    return g_test_run();
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_engine.h: a manager with files of its own on the recording host, for the tests of the engine
 *
 * Each test gets a fresh directory, host and manager, and what it needs to look at all three. Included by the programs
 * test_network_engine*.c.
 */
#pragma once

#include "config.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_driver.h"
#include "network_fault.h"
#include "test_tree.h"
#include "virerror.h"

#define UUID "8f5a1f3e-0000-4000-8000-000000000001"
#define UUID2 "8f5a1f3e-0000-4000-8000-000000000002"
#define IP "<ip address='192.0.2.1' prefix='24'><dhcp><range start='192.0.2.10' end='192.0.2.20'/>" \
           "<host mac='52:54:00:00:00:05' name='a' ip='192.0.2.5'/></dhcp></ip>"
#define NETWORK(name, uuid, bridge, rest) \
    "<network><name>" name "</name><uuid>" uuid "</uuid>" bridge "<mac address='52:54:00:00:00:01'/>" rest "</network>"
#define LAB NETWORK("lab", UUID, "<forward mode='nat'/><bridge name='virbr7'/>", IP)

#define LIVE VIR_NETWORK_UPDATE_AFFECT_LIVE
#define CONFIG VIR_NETWORK_UPDATE_AFFECT_CONFIG
#define BOTH (LIVE | CONFIG)

static const virDriver *const driver = &virNetworkBridgeDriver;

typedef struct {
    char *root, *config_dir, *run_dir, *dnsmasq_dir, *hooks_dir;
    virNetworkHost *host;
    virNetworkManager *manager;
    void *conn;
    virNetworkIdent *lab;       /* by uuid, whether it exists or not */
} Fixture;

#define GONE "Network not found: no network with matching uuid '" UUID "' (lab)"
#define INVALID "Requested operation is not valid: "

/* --- Tools ------------------------------------------------------------------------------------------------------ */

static inline void openManager(Fixture *fix)
{
    const virNetworkManagerConfig config = {
        .config_dir = fix->config_dir, .run_dir = fix->run_dir, .dnsmasq_dir = fix->dnsmasq_dir,
        .hooks_dir = fix->hooks_dir,
    };
    g_autoptr(GError) err = NULL;

    fix->manager = virNetworkManagerNew(&config, fix->host);
    virNetworkManagerLoad(fix->manager, &err);
    g_assert_no_error(err);
    fix->conn = virNetworkConnectionNew(fix->manager, "network:///system", "network");
}

static inline void closeManager(Fixture *fix)
{
    driver->connectClose(fix->conn);
    virNetworkManagerFree(fix->manager);
}

/* As after a daemon's end and start; the host stays. */
static inline void restart(Fixture *fix)
{
    closeManager(fix);
    openManager(fix);
}

static inline void setUp(Fixture *fix, gconstpointer data)
{
    static const unsigned char uuid[16] = { 0x8f, 0x5a, 0x1f, 0x3e, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1 };
    g_autoptr(GError) err = NULL;

    (void)data;
    fix->root = g_dir_make_tmp("engine-XXXXXX", &err);
    g_assert_no_error(err);
    fix->config_dir = g_build_filename(fix->root, "etc", NULL);
    fix->run_dir = g_build_filename(fix->root, "run", NULL);
    fix->dnsmasq_dir = g_build_filename(fix->root, "dnsmasq", NULL);
    fix->hooks_dir = g_build_filename(fix->root, "hooks", NULL);
    fix->host = virNetworkHostRecordNew();
    fix->lab = virNetworkIdentNew("lab", uuid);
    openManager(fix);
}

static inline void tearDown(Fixture *fix, gconstpointer data)
{
    (void)data;
    closeManager(fix);
    virNetworkHostFree(fix->host);
    virNetworkIdentFree(fix->lab);
    removeTree(fix->root);
    g_free(fix->root);
    g_free(fix->config_dir);
    g_free(fix->run_dir);
    g_free(fix->dnsmasq_dir);
    g_free(fix->hooks_dir);
}

static inline void assertFails(int ret, GError **err, int code, const char *message)
{
    g_assert_cmpint(ret, ==, -1);
    g_assert_error(*err, VIR_ERROR, code);
    g_assert_cmpstr((*err)->message, ==, message);
    g_assert_cmpint(virErrorGetInfo(*err)->domain, ==,
                    strstr(message, "already in use by") ? VIR_FROM_NONE : VIR_FROM_NETWORK);
    g_clear_error(err);
}

static inline void define(Fixture *fix, const char *xml)
{
    g_autoptr(virNetworkIdent) net = NULL;
    g_autoptr(GError) err = NULL;

    driver->networkDefineXML(fix->conn, xml, 0, &net, &err);
    g_assert_no_error(err);
}

static inline void create(Fixture *fix, const char *xml)
{
    g_autoptr(virNetworkIdent) net = NULL;
    g_autoptr(GError) err = NULL;

    driver->networkCreateXML(fix->conn, xml, 0, &net, &err);
    g_assert_no_error(err);
}

typedef int (*NetworkCall)(void *conn, const virNetworkIdent *net, GError **err);

static inline void run(Fixture *fix, NetworkCall call)
{
    g_autoptr(GError) err = NULL;

    call(fix->conn, fix->lab, &err);
    g_assert_no_error(err);
}

static inline void startLab(Fixture *fix)
{
    define(fix, LAB);
    run(fix, driver->networkCreate);
    g_free(virNetworkHostRecordTake(fix->host));
}

static inline void assertSteps(Fixture *fix, const char *wanted)
{
    g_autofree char *lines = virNetworkHostRecordTake(fix->host);

    g_assert_cmpstr(lines, ==, wanted);
}

static inline int isActive(Fixture *fix)
{
    int active = -1;

    driver->networkIsActive(fix->conn, fix->lab, &active, NULL);
    return active;
}

static inline int isPersistent(Fixture *fix)
{
    int persistent = -1;

    driver->networkIsPersistent(fix->conn, fix->lab, &persistent, NULL);
    return persistent;
}

/* "absent" for a network that does not exist. */
static inline char *dump(Fixture *fix, unsigned int flags)
{
    char *xml = NULL;

    return driver->networkGetXMLDesc(fix->conn, fix->lab, flags, &xml, NULL) < 0 ? g_strdup("absent") : xml;
}

static inline void assertHas(Fixture *fix, unsigned int flags, const char *text, gboolean wanted)
{
    g_autofree char *xml = dump(fix, flags);

    g_assert_cmpint(strstr(xml, text) != NULL, ==, wanted);
}

static inline gint compareNames(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every file below @path with its content. */
static inline void addFiles(GString *out, const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compareNames);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *below = g_build_filename(path, names->pdata[i], NULL);
        g_autofree char *text = NULL;

        if (g_file_test(below, G_FILE_TEST_IS_DIR))
            addFiles(out, below);
        else if (g_file_get_contents(below, &text, NULL, NULL))
            g_string_append_printf(out, "%s:\n%s", below, text);
    }
}

/* All that a client or a later daemon could see. */
static inline char *snapshot(Fixture *fix)
{
    g_autofree char *live = dump(fix, 0), *config = dump(fix, VIR_NETWORK_XML_INACTIVE);
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "active %d persistent %d\n%s%s", isActive(fix), isPersistent(fix), live, config);
    addFiles(out, fix->root);
    return g_string_free(out, FALSE);
}

static inline virNetworkPlan *probe(Fixture *fix)
{
    g_autoptr(virNetworkPlan) want = virNetworkPlanNew("lab", "virbr7");
    virNetworkPlan *plan = NULL;

    g_assert_cmpint(fix->host->klass->probe(fix->host, want, &plan, NULL), ==, 0);
    return plan;
}

/* Whether nothing has to be done to the host @a for it to be @b. */
static inline gboolean isLike(const virNetworkPlan *a, const virNetworkPlan *b)
{
    g_autoptr(GPtrArray) steps = virNetworkPlanDiff(a, b);

    return steps->len == 0 && a->link.present == b->link.present && a->nft.present == b->nft.present &&
           a->dnsmasq.present == b->dnsmasq.present;
}

/* A call of which something fails: @arm lets the nth thing fail, which the error then tells by @words. */
typedef struct {
    void (*arm)(Fixture *fix, guint nth);
    int (*attempt)(Fixture *fix, gconstpointer what, GError **err);
    gconstpointer what;
    const char *words;
} FailingCall;

/*
 * Lets one thing after the other fail until the call gets through; each time definitions, files and host are as before.
 * Returns the errors' texts.
 */
static inline GPtrArray *failEach(Fixture *fix, const FailingCall *call)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *before = snapshot(fix);
    g_autoptr(virNetworkPlan) host_before = probe(fix);

    for (;;) {
        g_autofree char *after = NULL;
        g_autoptr(virNetworkPlan) host_after = NULL;
        g_autoptr(GError) err = NULL;

        call->arm(fix, messages->len + 1);
        if (call->attempt(fix, call->what, &err) == 0)
            return messages;
        g_assert_error(err, VIR_ERROR, VIR_ERR_INTERNAL_ERROR);
        g_assert_nonnull(strstr(err->message, call->words));
        g_ptr_array_add(messages, g_strdup(err->message));
        after = snapshot(fix);
        g_assert_cmpstr(after, ==, before);
        host_after = probe(fix);
        g_assert_true(isLike(host_after, host_before) && isLike(host_before, host_after));
    }
}

#if VIR_FAULT_POINTS
/* Lets the nth point of the daemon's own work fail. */
static inline void failPoint(Fixture *fix, guint nth)
{
    g_autofree char *order = g_strdup_printf("fail:%u", nth);

    (void)fix;
    g_setenv("VIRTNETWORKD_FAULT", order, TRUE);
    virNetworkFaultArm();
}

/* failEach() of points. */
static inline GPtrArray *failEachPoint(Fixture *fix, int (*attempt)(Fixture *, gconstpointer, GError **), gconstpointer what)
{
    const FailingCall call = { failPoint, attempt, what, "fails on request" };
    GPtrArray *failed = failEach(fix, &call);

    g_unsetenv("VIRTNETWORKD_FAULT");
    return failed;
}
#endif

static inline void writeFile(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) err = NULL;

    g_file_set_contents(path, text, -1, &err);
    g_assert_no_error(err);
}

static inline gboolean hasFile(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

typedef struct {
    unsigned int command, section, flags;
    const char *xml;
} Request;

#define HOST_B "<host mac='52:54:00:00:00:06' name='b' ip='192.0.2.6'/>"
#define ADD VIR_NETWORK_UPDATE_COMMAND_ADD_LAST
#define HOSTS VIR_NETWORK_SECTION_IP_DHCP_HOST

static inline int update(Fixture *fix, const Request *request, GError **err)
{
    const virNetworkUpdateRequest req = {
        .command = request->command, .section = request->section, .parent_index = -1,
        .xml = request->xml, .flags = request->flags,
    };

    return driver->networkUpdate(fix->conn, fix->lab, &req, err);
}

static inline void updateWell(Fixture *fix, const Request *request)
{
    g_autoptr(GError) err = NULL;

    update(fix, request, &err);
    g_assert_no_error(err);
}

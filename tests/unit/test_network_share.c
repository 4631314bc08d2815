/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_share.c: what versions of a definition share, and how they go on sharing it
 *
 * The effect of an edit is test_network_section.c's matter; here it is asked whether the stored and the running version have
 * long lists in common afterwards, and where two lists of shared entries differ.
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <string.h>

#include "network_format.h"
#include "network_parse.h"
#include "network_section.h"
#include "virerror.h"
#include "virxml.h"

#define NET(hosts) "<network><name>n</name><uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>" \
                   "<ip address='10.0.0.1' prefix='24'><dhcp>" hosts "</dhcp></ip></network>"
#define HOST(number) "<host mac='52:54:00:00:00:0" number "' ip='10.0.0.1" number "'/>"

static virNetworkDef *parsed(const char *xml)
{
    g_autoptr(GError) err = NULL;
    virNetworkDef *def = virNetworkDefParse(xml, &err);

    g_assert_no_error(err);
    return def;
}

/* --- Where lists differ ----------------------------------------------------------------------------------------- */

/* Letters stand for entries. */
static GPtrArray *listOf(const char *letters)
{
    GPtrArray *list = g_ptr_array_new();

    for (; *letters; letters++)
        g_ptr_array_add(list, GINT_TO_POINTER(*letters));
    return list;
}

static void listsDifferInOneStretch(void)
{
    static const struct {
        const char *list, *old;
        guint first, end, old_end;
    } rows[] = {
        { "abc", "abc", 3, 3, 3 },      /* nothing */
        { "abcd", "abc", 3, 4, 3 },     /* added last */
        { "dabc", "abc", 0, 1, 0 },     /* added first */
        { "axc", "abc", 1, 2, 2 },      /* modified */
        { "ac", "abc", 1, 1, 2 },       /* deleted */
        { "bc", "abc", 0, 0, 1 },
        { "", "abc", 0, 0, 3 },
        { "abc", "", 0, 3, 0 },
        { "aaa", "aa", 2, 3, 2 },       /* what is shared is not counted twice */
        { "aa", "aaa", 2, 2, 3 },
        { "cab", "abc", 0, 3, 3 },      /* moved */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) list = listOf(rows[i].list);
        g_autoptr(GPtrArray) old = listOf(rows[i].old);
        const virNetworkStretch stretch = virNetworkListCompare(list, old);

        g_test_message("'%s' after '%s'", rows[i].list, rows[i].old);
        g_assert_cmpuint(stretch.first, ==, rows[i].first);
        g_assert_cmpuint(stretch.end, ==, rows[i].end);
        g_assert_cmpuint(stretch.old_end, ==, rows[i].old_end);
    }
}

static void withoutOldListAllIsNew(void)
{
    g_autoptr(GPtrArray) list = listOf("ab");
    const virNetworkStretch stretch = virNetworkListCompare(list, NULL);

    g_assert_cmpuint(stretch.first, ==, 0);
    g_assert_cmpuint(stretch.end, ==, 2);
    g_assert_cmpuint(stretch.old_end, ==, 0);
}

/* --- Versions --------------------------------------------------------------------------------------------------- */

static void equalSubnetsAreShared(void)
{
    g_autoptr(virNetworkDef) config = parsed(NET(HOST("1")));
    g_autoptr(virNetworkDef) same = parsed(NET(HOST("1")));
    g_autoptr(virNetworkDef) other = parsed(NET(HOST("2")));
    g_autofree char *before = virNetworkDefFormat(other);
    g_autofree char *after = NULL;

    virNetworkDefShareIps(same, config);
    virNetworkDefShareIps(other, config);
    after = virNetworkDefFormat(other);
    g_assert_true(same->ips->pdata[0] == config->ips->pdata[0]);
    g_assert_true(other->ips->pdata[0] != config->ips->pdata[0]);
    g_assert_cmpstr(after, ==, before);
}

static virNetworkDef *addHost(virNetworkDef *was, const virNetworkDef *other_was, const virNetworkDef *other)
{
    const virXMLSource source = { .text = HOST("7"), .source = "element", .domain = VIR_FROM_NETWORK };
    g_autoptr(virXMLDoc) doc = virXMLParse(&source, NULL);
    const virNetworkSectionEdit edit = {
        .command = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, .section = VIR_NETWORK_SECTION_IP_DHCP_HOST, .parent_index = -1,
        .root = xmlDocGetRootElement(doc), .other_was = other_was, .other = other,
    };
    g_autoptr(GError) err = NULL;
    virNetworkDef *def = virNetworkSectionApply(was, &edit, &err);

    g_assert_no_error(err);
    return def;
}

/* The two begin with the same <ip>, or with an equal one of their own. */
static void checkEdit(gboolean shared)
{
    g_autoptr(virNetworkDef) live = parsed(NET(HOST("1")));
    g_autoptr(virNetworkDef) config = shared ? virNetworkDefCopy(live) : parsed(NET(HOST("1")));
    g_autoptr(virNetworkDef) new_live = addHost(live, NULL, NULL);
    g_autoptr(virNetworkDef) new_config = addHost(config, live, new_live);
    const virNetworkIp *ip = new_config->ips->pdata[0];

    g_assert_true((new_config->ips->pdata[0] == new_live->ips->pdata[0]) == shared);
    g_assert_true(virNetworkDefEqual(new_config, new_live));
    g_assert_cmpuint(ip->hosts->len, ==, 2);
    g_assert_cmpuint(((const virNetworkIp *)config->ips->pdata[0])->hosts->len, ==, 1);
}

static void sharedSubnetIsEditedOnce(void)
{
    checkEdit(TRUE);
}

static void ownSubnetIsEditedToo(void)
{
    checkEdit(FALSE);
}

/* The other version's edit went elsewhere, so that it has not been made in this one. */
static void untouchedSubnetOfOtherIsNoExcuse(void)
{
    g_autoptr(virNetworkDef) live = parsed(NET(HOST("1")));
    g_autoptr(virNetworkDef) config = virNetworkDefCopy(live);
    g_autoptr(virNetworkDef) new_config = addHost(config, live, live);
    const virNetworkIp *ip = new_config->ips->pdata[0];

    g_assert_cmpuint(ip->hosts->len, ==, 2);
}

static void keptTextIsTheMadeOne(void)
{
    g_autoptr(virNetworkDef) def = parsed(NET("<host mac='52:54:00:00:00:01' ip='10.0.0.11'><lease expiry='5'/></host>" HOST("2")));
    g_autofree char *made = virNetworkDefFormat(def);
    g_autofree char *kept = virNetworkDefFormat(def);

    g_assert_cmpstr(kept, ==, made);
    g_assert_nonnull(strstr(made, "      <host mac='52:54:00:00:00:01' ip='10.0.0.11'>\n        <lease expiry='5' unit='minutes'/>\n"
                                  "      </host>\n      <host mac='52:54:00:00:00:02' ip='10.0.0.12'/>\n    </dhcp>\n"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/share/list/differs-in-one-stretch", listsDifferInOneStretch);
    g_test_add_func("/share/list/all-is-new-without-an-old-one", withoutOldListAllIsNew);
    g_test_add_func("/share/ip/equal-ones-are-shared-others-kept", equalSubnetsAreShared);
    g_test_add_func("/share/edit/shared-ip-is-edited-once", sharedSubnetIsEditedOnce);
    g_test_add_func("/share/edit/own-ip-is-edited-too", ownSubnetIsEditedToo);
    g_test_add_func("/share/edit/untouched-ip-of-the-other-is-edited", untouchedSubnetOfOtherIsNoExcuse);
    g_test_add_func("/share/text/kept-one-is-the-made-one", keptTextIsTheMadeOne);
    return g_test_run();
}

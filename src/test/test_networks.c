/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_networks.c: the networks that a connection of the test driver finds
 *
 * Builds an engine over a recording host and has it define and start what the file, or the built-in default, says.
 * Judges no network itself. The test driver's open calls it.
 */
#include "test_networks.h"

#include <string.h>

#include "network_host.h"
#include "virerror.h"
#include "virxml.h"

#define VIR_FROM_THIS VIR_FROM_TEST

struct _virTestNetworks {
    gint refs;                      /* guarded by the lock */
    virNetworkHost *host;
    virNetworkManager *manager;
};

static const char default_network[] =
    "<network>"
    "<name>default</name>"
    "<uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>"
    "<forward mode='nat'/>"
    "<bridge name='virbr0' stp='on' delay='0'/>"
    "<ip address='192.168.122.1' netmask='255.255.255.0'>"
    "<dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp>"
    "</ip>"
    "</network>";

static GMutex lock;
static virTestNetworks *shared;     /* of test:///default; guarded by the lock; NULL: no connection uses it */

static void networksFree(virTestNetworks *networks)
{
    virNetworkManagerFree(networks->manager);
    virNetworkHostFree(networks->host);
    g_free(networks);
}

void virTestNetworksUnref(virTestNetworks *networks)
{
    g_autoptr(GMutexLocker) locker = NULL;

    if (!networks)
        return;
    locker = g_mutex_locker_new(&lock);
    if (--networks->refs > 0)
        return;
    if (shared == networks)
        shared = NULL;
    networksFree(networks);
}

virNetworkManager *virTestNetworksGetManager(virTestNetworks *networks)
{
    return networks->manager;
}

static virTestNetworks *networksNew(void)
{
    virNetworkManagerConfig config = { 0 };
    virTestNetworks *networks = g_new0(virTestNetworks, 1);

    networks->refs = 1;
    networks->host = virNetworkHostRecordNew();
    networks->manager = virNetworkManagerNew(&config, networks->host);
    return networks;
}

static int addNetwork(virTestNetworks *networks, const char *xml, GError **err)
{
    const virDriver *bridge = &virNetworkBridgeDriver;
    void *conn = virNetworkConnectionNew(networks->manager, "test:///default", "TEST");
    g_autoptr(virNetworkIdent) ident = NULL;
    int result = bridge->networkDefineXML(conn, xml, 0, &ident, err);

    if (result == 0)
        result = bridge->networkCreate(conn, ident, err);
    bridge->connectClose(conn);
    return result;
}

static int readFile(const char *path, char **ret_text, GError **err)
{
    if (g_file_get_contents(path, ret_text, NULL, NULL))
        return 0;
    return virFail(err, VIR_ERR_XML_ERROR, "failed to parse xml document '%s'", path);
}

/* The network that @element stands for, as text: its own, or that of the file it names. */
static char *networkText(xmlNode *element, const char *path, GError **err)
{
    g_autofree char *file = virXMLGetAttribute(element, "file");
    char *text = NULL;

    if (file) {
        g_autofree char *dir = g_path_get_dirname(path);
        g_autofree char *other = g_canonicalize_filename(file, dir);

        (void)readFile(other, &text, err);
    } else {
        xmlBuffer *buffer = xmlBufferCreate();

        xmlNodeDump(buffer, element->doc, element, 0, 0);
        text = g_strdup((const char *)xmlBufferContent(buffer));
        xmlBufferFree(buffer);
    }
    return text;
}

static int addElement(virTestNetworks *networks, xmlNode *element, const char *path, GError **err)
{
    g_autofree char *text = networkText(element, path, err);

    return text ? addNetwork(networks, text, err) : -1;
}

static int addFile(virTestNetworks *networks, const char *path, GError **err)
{
    g_autofree char *text = NULL;
    g_autoptr(virXMLDoc) doc = NULL;
    virXMLSource source = { .source = path, .domain = VIR_FROM_TEST };
    xmlNode *root;

    if (readFile(path, &text, err) < 0)
        return -1;
    source.text = text;
    doc = virXMLParse(&source, err);
    if (!doc)
        return -1;
    root = xmlDocGetRootElement(doc);
    if (!virXMLIsElement(root, "node"))
        return virErrorSet(err, VIR_FROM_XML, VIR_ERR_XML_ERROR, "expecting root element of 'node', not '%s'",
                           (const char *)root->name);
    for (xmlNode *element = virXMLFirst(root, "network"); element; element = virXMLNext(element))
        if (addElement(networks, element, path, err) < 0)
            return -1;
    return 0;
}

static virTestNetworks *openShared(GError **err)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    virTestNetworks *networks = shared;

    if (networks) {
        networks->refs++;
        return networks;
    }
    networks = networksNew();
    if (addNetwork(networks, default_network, err) < 0) {
        networksFree(networks);
        return NULL;
    }
    shared = networks;
    return networks;
}

virTestNetworks *virTestNetworksOpen(const char *path, GError **err)
{
    g_autoptr(virTestNetworks) networks = NULL;

    if (strcmp(path, "/default") == 0)
        return openShared(err);
    networks = networksNew();
    if (addFile(networks, path, err) < 0)
        return NULL;
    return g_steal_pointer(&networks);
}

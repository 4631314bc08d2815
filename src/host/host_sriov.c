/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * host_sriov.c: virtual functions of network cards, as sysfs shows them
 *
 * Reads the links that the kernel's PCI code keeps; changes nothing, and judges no network. The root of sysfs is a
 * setting of the host. Called through the table in host_real.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_real.h"
#include "virfile.h"

/* Names come from XML: one that would leave its directory is no device. */
static gboolean isDeviceName(const char *name)
{
    return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static char *pathOfFunction(const virHostReal *real, const virPciAddress *address)
{
    char text[VIR_PCI_ADDRESS_BUFLEN];

    return g_strdup_printf("%s/bus/pci/devices/%s", real->sysfs_root, virPciAddressFormat(address, text));
}

gboolean virHostSriovIsVirtual(virNetworkHost *host, const virPciAddress *address)
{
    g_autofree char *device = pathOfFunction((virHostReal *)host, address);
    g_autofree char *physical = g_strconcat(device, "/physfn", NULL);

    return g_file_test(physical, G_FILE_TEST_EXISTS);
}

/* "0000:04:10.2", and nothing behind it. */
static gboolean parseAddress(const char *text, virPciAddress *ret_address)
{
    unsigned int domain, bus, slot, function;
    int end = 0;

    if (sscanf(text, "%8x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4 || text[end] || slot > 0x1f ||
        function > 7)
        return FALSE;
    *ret_address = (virPciAddress){ .domain = domain, .bus = bus, .slot = slot, .function = function };
    return TRUE;
}

/* The device that the host's own driver has made of a function; NULL if it has none, e.g. since a guest has it. */
static char *findDevice(const virHostReal *real, const virPciAddress *address)
{
    g_autofree char *function = pathOfFunction(real, address);
    g_autofree char *path = g_strconcat(function, "/net", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    return dir ? g_strdup(g_dir_read_name(dir)) : NULL;
}

/* The function that link virtfn@number of @device points to; NULL: there is none, or it is no PCI function. */
static virHostFunction *readFunction(const virHostReal *real, const char *device, guint number)
{
    g_autofree char *link = g_strdup_printf("%s/virtfn%u", device, number);
    g_autofree char *target = g_file_read_link(link, NULL);
    g_autofree char *name = target ? g_path_get_basename(target) : NULL;
    g_autoptr(virHostFunction) function = g_new0(virHostFunction, 1);

    if (!name || !parseAddress(name, &function->address))
        return NULL;
    function->device = findDevice(real, &function->address);
    return g_steal_pointer(&function);
}

GPtrArray *virHostSriovList(virNetworkHost *host, const char *physical)
{
    const virHostReal *real = (virHostReal *)host;
    GPtrArray *functions = g_ptr_array_new_with_free_func((GDestroyNotify)virHostFunctionFree);
    g_autofree char *device = g_strdup_printf("%s/class/net/%s/device", real->sysfs_root, physical);
    virHostFunction *function;

    while (isDeviceName(physical) && (function = readFunction(real, device, functions->len)))
        g_ptr_array_add(functions, function);
    return functions;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_network_validate_mode.c: which parts of a definition go together, and which forward modes may have them
 *
 * Also the texts of the parts that are for devices and ports. The stricter rules on what goes to dnsmasq are tested in
 * test_network_validate.c.
 */
#include "test_network_validate.h"

#define NET(body) "<network><name>n</name>" body "</network>"
#define MODE(mode, body) NET("<forward mode='" mode "'/>" body)
#define DEVICE(dev) NET("<forward mode='vepa'><interface dev='" dev "'/></forward>")
#define IP "<ip address='10.0.0.1' prefix='24'/>"
#define TAG "<vlan><tag id='1'/></vlan>"
#define OVS "<virtualport type='openvswitch'/>"
#define QBH "<virtualport type='802.1Qbh'/>"
#define LIMIT "<bandwidth><inbound average='1'/></bandwidth>"
#define ROUTE "<route address='10.9.0.0' prefix='16' gateway='10.0.0.9'/>"
#define PCI "<address type='pci' bus='1'/>"
#define NO_PLACE(element, mode) \
    VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: Unsupported <" element "> element in network n with forward mode='" mode "'"
#define NO_VLAN VIR_ERR_CONFIG_UNSUPPORTED, \
    "unsupported configuration: <vlan> element specified for network n, whose type doesn't support vlan configuration"
#define NO_GATEWAY VIR_ERR_CONFIG_UNSUPPORTED, \
    "unsupported configuration: unreachable static route gateway '10.0.0.9' specified for network 'n'"
#define TWO_WAYS VIR_ERR_XML_ERROR, \
    "XML error: A network with forward mode='bridge' can specify a bridge name or a forward dev, but not both (network 'n')"
#define BY_ADDRESS(mode) VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: network 'n' has forward mode '" mode "' but " \
    "lists a device by PCI address in the device pool. This is only supported for networks with forward mode 'hostdev'"
#define NOT_THERE(mode) \
    "XML error: bridge delay/stp/zone options only allowed in route, nat, and isolated mode, not in " mode " (network 'n')"
#define ODD(what, shown, rule) VIR_ERR_XML_ERROR, "XML error: network 'n': " what " '" shown "' " rule

static const Fault refused[] = {
    { NET("<forward mode='open'><interface dev='a'/><interface dev='b'/></forward>" IP), VIR_ERR_XML_ERROR,
      "XML error: multiple forwarding interfaces specified for network 'n', only one is supported" },
    { NET("<forward mode='private'/><bridge name='b' stp='on' zone='z'/>"), VIR_ERR_XML_ERROR,
      "XML error: bridge name not allowed in private mode (network 'n')" },
    { NET("<bridge name='b'/><forward mode='hostdev'/>"), VIR_ERR_XML_ERROR,
      "XML error: bridge name not allowed in hostdev mode (network 'n')" },
    { NET("<forward mode='bridge'/><bridge name='b' stp='off'/>"), VIR_ERR_XML_ERROR, NOT_THERE("bridge") },
    { NET("<forward mode='bridge'/><bridge name='b' delay='2'/>"), VIR_ERR_XML_ERROR, NOT_THERE("bridge") },
    { NET("<forward mode='bridge'/><bridge name='b' zone='z'/>"), VIR_ERR_XML_ERROR, NOT_THERE("bridge") },
    { NET("<forward mode='vepa'/><bridge stp='on'/>"), VIR_ERR_XML_ERROR, NOT_THERE("vepa") },
    { NET("<forward mode='vepa'/><bridge zone='z'/>"), VIR_ERR_XML_ERROR,
      "XML error: bridge zone not allowed in vepa mode (network 'n')" },
    { NET("<forward mode='passthrough'/><bridge macTableManager='kernel'/>"), VIR_ERR_XML_ERROR,
      "XML error: bridge macTableManager setting not allowed in passthrough mode (network 'n')" },
    { NET("<forward mode='bridge'/><mtu size='1400'/>"), VIR_ERR_XML_ERROR,
      "XML error: mtu size only allowed in open, route, nat, and isolated mode, not in bridge (network 'n')" },
    { NET("<forward mode='bridge' dev='a'/><bridge name='b'/>"), TWO_WAYS },
    { NET("<forward mode='bridge'><pf dev='a'/></forward><bridge name='b'/>"), TWO_WAYS },
    { NET("<forward mode='hostdev'><interface dev='a'/></forward>"), VIR_ERR_CONFIG_UNSUPPORTED,
      "unsupported configuration: hostdev network 'n' lists 'a' in the device pool, but hostdev networks require all devices "
      "to be listed by PCI address, not network device name" },
    { NET("<forward mode='passthrough'>" PCI "</forward>"), BY_ADDRESS("passthrough") },
    { NET("<forward mode='nat'>" PCI "</forward>" IP), BY_ADDRESS("nat") },
    { MODE("bridge", "<mac address='52:54:00:00:00:01'/>" IP), NO_PLACE("mac", "bridge") },
    { MODE("private", IP), NO_PLACE("ip", "private") },
    { MODE("vepa", "<dns><txt name='a' value='b'/></dns>"), NO_PLACE("dns", "vepa") },
    { MODE("vepa", "<dns><forwarder addr='10.0.0.1'/></dns>"), NO_PLACE("dns", "vepa") },
    { MODE("passthrough", "<domain name='d'/>"), NO_PLACE("domain", "passthrough") },
    { MODE("hostdev", LIMIT), VIR_ERR_CONFIG_UNSUPPORTED,
      "unsupported configuration: Unsupported network-wide <bandwidth> element in network n with forward mode='hostdev'" },
    { NET(ROUTE), NO_GATEWAY },
    { NET("<ip address='10.0.1.1' prefix='24'/>" ROUTE), NO_GATEWAY },
    { MODE("vepa", ROUTE), NO_GATEWAY },
    { NET("<portgroup name='b' default='yes'/><portgroup name='a' default='yes'/><portgroup name='b'/>"),
      VIR_ERR_CONFIG_UNSUPPORTED,
      "unsupported configuration: multiple <portgroup> elements with the same name (b) in network 'n'" },
    { NET("<portgroup name='a' default='yes'/><portgroup name='c'/><portgroup name='b' default='yes'/>"),
      VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration: network 'n' has multiple default <portgroup> elements (a and b), "
      "but only one default is allowed" },
    { MODE("bridge", "<bridge macTableManager='kernel'/><portgroup name='a'>" LIMIT "</portgroup>"), VIR_ERR_CONFIG_UNSUPPORTED,
      "unsupported configuration: Unsupported <bandwidth> element in network 'n' in portgroup 'a' with forward mode='bridge'" },
    { NET(TAG), NO_VLAN },
    { NET(TAG OVS), NO_VLAN },
    { MODE("private", TAG OVS), NO_VLAN },
    { MODE("bridge", TAG), NO_VLAN },
    { MODE("bridge", TAG QBH), NO_VLAN },
    { MODE("bridge", OVS "<portgroup name='a'>" TAG QBH "</portgroup>"), NO_VLAN },
    { MODE("bridge", TAG OVS "<portgroup name='a'>" QBH "</portgroup>"), NO_VLAN },
    { MODE("bridge", TAG "<portgroup name='a'>" OVS "</portgroup>"), NO_VLAN },
    { MODE("bridge", TAG "<portgroup name='a' default='yes'>" OVS "</portgroup><portgroup name='b'/>"), NO_VLAN },
    { MODE("bridge", "<portgroup name='a'>" TAG "</portgroup>"), NO_VLAN },
    { NET("<portgroup name='a'>" TAG OVS "</portgroup>"), NO_VLAN },
    { MODE("nat", "<route address='10.9.0.0' prefix='16' gateway='10.0.0.9'/>"), NO_GATEWAY },
    { MODE("passthrough", TAG "<portgroup name='a'>" QBH "</portgroup>"), NO_VLAN },
    { DEVICE(""), ODD("forward device", "", "is empty") },
    { DEVICE("a/b"), ODD("forward device", "a/b", "has a character that is not allowed there") },
    { DEVICE(".."), ODD("forward device", "..", "has a character that is not allowed there") },
    { NET("<forward mode='vepa'><interface dev='a'/><interface dev='a&quot;'/></forward>"),
      ODD("forward device", "a\\\"", "has a character that is not allowed there") },
    { NET("<forward mode='hostdev'><pf dev='../x'/></forward>"),
      ODD("physical function", "../x", "has a character that is not allowed there") },
    { NET("<forward mode='hostdev'><driver model='a b'/></forward>"),
      ODD("driver model", "a b", "may have letters, digits, '_' and '-' only") },
    { MODE("bridge", "<bridge name='.'/>"), ODD("bridge name", ".", "has a character that is not allowed there") },
    { NET("<bridge zone='a b'/>"), ODD("bridge zone", "a b", "may have letters, digits, '_' and '-' only") },
    { NET("<bandwidth><outbound average='1' burst='4294967296'/></bandwidth>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': a value of <bandwidth> is larger than 4294967295" },
    { NET("<portgroup name='a'><bandwidth><inbound average='4294967296'/></bandwidth></portgroup>"), VIR_ERR_XML_ERROR,
      "XML error: network 'n': a value of <bandwidth> is larger than 4294967295" },
    { NET("<portgroup name='a&#10;b'/>"), ODD("portgroup name", "a\\nb", "has a control character") },
    { NET("<virtualport type='openvswitch'><parameters profileid='a&quot;'/></virtualport>"),
      ODD("virtualport's profileid", "a\\\"", "has a character that is not allowed there") },
    { NET("<portgroup name='a'><virtualport type='802.1Qbh'><parameters profileid='a&#10;'/></virtualport></portgroup>"),
      ODD("virtualport's profileid", "a\\n", "has a character that is not allowed there") },
};

static void faultsAreRefused(void)
{
    checkFaults(refused, G_N_ELEMENTS(refused));
}

/* A version that has the same fault already: another part of it may be changed. */
static void oldFaultsAreTolerated(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(virNetworkDef) was = parsed(refused[i].xml);
        g_autoptr(virNetworkDef) def = virNetworkDefCopy(was);
        g_autoptr(GError) err = NULL;

        g_test_message("row %zu: %s", i, refused[i].xml);
        def->ipv6 = !def->ipv6;
        g_assert_cmpint(virNetworkDefValidate(def, was, &err), ==, 0);
        g_assert_no_error(err);
    }
}

/* And each fault is seen where the version before was sound. */
static void newFaultsAreRefused(void)
{
    g_autoptr(virNetworkDef) was = parsed(NET(IP));

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(virNetworkDef) def = parsed(refused[i].xml);

        g_test_message("row %zu: %s", i, refused[i].xml);
        g_assert_cmpint(virNetworkDefValidate(def, was, NULL), ==, -1);
    }
}

static const char *const sound[] = {
    MODE("bridge", ""),
    MODE("bridge", "<bridge name='br0'/>" LIMIT),
    MODE("bridge", "<bridge name='br0'/>" TAG OVS),
    MODE("bridge", TAG "<portgroup name='a' default='yes'>" OVS "</portgroup>"),
    MODE("bridge", "<portgroup name='a'>" TAG OVS "</portgroup>"),
    MODE("bridge", OVS "<portgroup name='a'>" TAG "</portgroup>"),
    MODE("bridge", QBH "<portgroup name='a'>" TAG OVS "</portgroup>"),
    NET("<forward mode='bridge' dev='eth0'/>" TAG OVS),
    MODE("private", "<dns enable='yes'/>"),
    MODE("passthrough", TAG "<port isolated='yes'/>"),
    MODE("passthrough", OVS TAG "<portgroup name='a'/>"),
    MODE("hostdev", "<portgroup name='a'><vlan><tag id='1'/><tag id='2'/></vlan></portgroup>"),
    NET("<forward mode='hostdev'>" PCI "</forward>"),
    NET("<forward mode='hostdev'><driver name='vfio' model='mlx5_vfio-pci'/><pf dev='eth0'/></forward>"),
    NET("<forward mode='vepa'><interface dev='eth0.12'/><interface dev='en@x'/></forward>"),
    NET("<forward mode='nat'><driver name='vfio'/><pf dev='eth0'/></forward>" IP),
    NET(IP ROUTE "<route address='0.0.0.0' gateway='10.0.0.7'/>" LIMIT OVS),
    NET("<ip address='10.0.0.1'/>" ROUTE),
    NET("<portgroup name='a b' default='yes'>" LIMIT "</portgroup><portgroup name='A'/>"),
    NET("<bridge name='abcdefghijklmnop' zone='a-b_C1' macTableManager='libvirt'/>"),
    NET("<virtualport type='openvswitch'><parameters profileid='a b,c'/></virtualport>"),
    NET("<bandwidth><inbound average='4294967295' peak='4294967295' burst='4294967295'/></bandwidth>"),
};

static void soundOnesPass(void)
{
    checkSound(sound, G_N_ELEMENTS(sound));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/validate-mode/new/faults-are-refused", faultsAreRefused);
    g_test_add_func("/validate-mode/new/faults-are-refused-after-a-sound-version", newFaultsAreRefused);
    g_test_add_func("/validate-mode/new/sound-ones-pass", soundOnesPass);
    g_test_add_func("/validate-mode/old/faults-are-tolerated", oldFaultsAreTolerated);
    return g_test_run();
}

// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A network's life in Go, by digitalocean/go-libvirt, which speaks the protocol itself: life SOCKET XML-FILE HOST-XML
 *
 * Does and prints what life.pl does. Events can be asked for, but go-libvirt drops those of networks when they come. Besides, it
 * sends an update with command and section swapped, as programs of before 2022 do. test_bindings.py builds and runs it.
 */
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	libvirt "github.com/digitalocean/go-libvirt"
	"github.com/digitalocean/go-libvirt/socket/dialers"
)

const both = libvirt.NetworkUpdateAffectLive | libvirt.NetworkUpdateAffectConfig

func must(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func refused(what string, err error) {
	var failure libvirt.Error
	if errors.As(err, &failure) {
		fmt.Println(what, failure.Code, failure.Message)
	} else {
		fmt.Println(what, "gave", err)
	}
}

func bring(conn *libvirt.Libvirt, path string) libvirt.Network {
	xml, err := os.ReadFile(path)
	must(err)
	net, err := conn.NetworkDefineXML(string(xml))
	must(err)
	must(conn.NetworkCreate(net))
	must(conn.NetworkSetAutostart(net, 1))
	return net
}

func show(conn *libvirt.Libvirt, net libvirt.Network) {
	bridge, err := conn.NetworkGetBridgeName(net)
	must(err)
	active, err := conn.NetworkIsActive(net)
	must(err)
	persistent, err := conn.NetworkIsPersistent(net)
	must(err)
	autostart, err := conn.NetworkGetAutostart(net)
	must(err)
	fmt.Println("running", bridge, active, persistent, autostart)
}

func update(conn *libvirt.Libvirt, net libvirt.Network, host string) {
	add := func() error {
		return conn.NetworkUpdateCompat(net, libvirt.NetworkUpdateCommandAddLast, libvirt.NetworkSectionIPDhcpHost, -1, host, both)
	}
	must(add())
	fmt.Print("updated")
	for flags := uint32(0); flags < 2; flags++ {
		xml, err := conn.NetworkGetXMLDesc(net, flags)
		must(err)
		fmt.Print(" ", strings.Count(xml, "192.0.2.10'"))
	}
	fmt.Println()
	refused("again", add())
	_, err := conn.NetworkLookupByName("none")
	refused("absent", err)
	before, err := conn.NetworkGetXMLDesc(net, 0)
	must(err)
	err = conn.NetworkUpdate(net, uint32(libvirt.NetworkSectionIPDhcpHost), uint32(libvirt.NetworkUpdateCommandAddLast), -1, host, both)
	after, failed := conn.NetworkGetXMLDesc(net, 0)
	must(failed)
	fmt.Println("swapped", err != nil, before == after)
}

func main() {
	conn := libvirt.NewWithDialer(dialers.NewLocal(dialers.WithSocket(os.Args[1])))
	must(conn.ConnectToURI("network:///system"))
	net := bring(conn, os.Args[2])
	show(conn, net)
	update(conn, net, os.Args[3])
	fmt.Println("waiting")
	bufio.NewReader(os.Stdin).ReadString('\n')
	leases, _, err := conn.NetworkGetDhcpLeases(net, nil, 1, 0)
	must(err)
	for _, lease := range leases {
		fmt.Println("lease", lease.Iface, lease.Mac[0], lease.Ipaddr, lease.Prefix)
	}
	must(conn.NetworkDestroy(net))
	must(conn.NetworkUndefine(net))
	nets, _, err := conn.ConnectListAllNetworks(1, 0)
	must(err)
	fmt.Println("left", len(nets))
	must(conn.Disconnect())
}

# SPDX-License-Identifier: LGPL-2.1-or-later
# A network's life in Ruby, by ruby-libvirt: life.rb URI XML-FILE HOST-XML
#
# Does and prints what life.pl does, but for events, of which ruby-libvirt knows none of networks. test_bindings.py runs it.
require "libvirt"

ADD_LAST, IP_DHCP_HOST, LIVE_AND_CONFIG, INACTIVE = 3, 4, 3, 1
$stdout.sync = true
uri, path, host = ARGV

def number(flag)
  flag ? 1 : 0
end

def refused(what)
  yield
  puts "#{what} succeeded"
rescue Libvirt::Error => error
  puts "#{what} #{error.libvirt_code} #{error.libvirt_message}"
end

conn = Libvirt::open(uri)
net = conn.define_network_xml(File.read(path))
net.create
net.autostart = true
puts "running #{net.bridge_name} #{number(net.active?)} #{number(net.persistent?)} #{number(net.autostart?)}"
update = [ADD_LAST, IP_DHCP_HOST, -1, host, LIVE_AND_CONFIG]
net.update(*update)
puts "updated " + [0, INACTIVE].map { |flags| number(net.xml_desc(flags).include?("192.0.2.10'")) }.join(" ")
refused("again") { net.update(*update) }
refused("absent") { conn.lookup_network_by_name("none") }
puts "waiting"
$stdin.gets
net.dhcp_leases.each { |lease| puts "lease " + %w[iface mac ipaddr prefix].map { |key| lease[key] }.join(" ") }
net.destroy
net.undefine
puts "left #{conn.list_all_networks.length + conn.list_networks.length + conn.list_defined_networks.length}"
conn.close

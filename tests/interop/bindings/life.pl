# SPDX-License-Identifier: LGPL-2.1-or-later
# A network's life in Perl, by Sys::Virt: life.pl URI XML-FILE HOST-XML
#
# It defines, starts and updates the network of the file, waits for a line on stdin, looks at leases and takes it all down; what it
# sees it prints, one fact a line. test_bindings.py runs it, puts a guest there meanwhile and judges what it says.
use strict;
use warnings;

use Sys::Virt;

my ($uri, $path, $host) = @ARGV;
my @names = ("defined", "undefined", "started", "stopped");
my (@events, $late);
$| = 1;

sub refused {
    my ($what, $call) = @_;
    eval { $call->(); print "$what succeeded\n"; 1 } or print "$what ", $@->code, " ", $@->message, "\n";
}

# The loop's last turn is a timer's, should events be missing.
sub wait_for_events {
    my ($count) = @_;
    my $timer = Sys::Virt::Event::add_timeout(20000, sub { $late = 1 });
    Sys::Virt::Event::run_default() while @events < $count && !$late;
    Sys::Virt::Event::remove_timeout($timer);
}

Sys::Virt::Event::register_default();
my $conn = Sys::Virt->new(uri => $uri);
my $id = eval {
    $conn->network_event_register_any(undef, Sys::Virt::Network::EVENT_ID_LIFECYCLE,
                                      sub { push @events, $_[1]->get_name . " " . $names[$_[2]] });
};
print "no events: ", $@->message, "\n" unless defined $id;
open my $file, "<", $path or die "$path: $!";
my $net = $conn->define_network(do { local $/; <$file> });
$net->create;
$net->set_autostart(1);
print join(" ", "running", $net->get_bridge_name, $net->is_active, $net->is_persistent, $net->get_autostart), "\n";
my @update = (Sys::Virt::Network::UPDATE_COMMAND_ADD_LAST, Sys::Virt::Network::SECTION_IP_DHCP_HOST, -1, $host,
              Sys::Virt::Network::UPDATE_AFFECT_LIVE | Sys::Virt::Network::UPDATE_AFFECT_CONFIG);
$net->update(@update);
print "updated", (map { $net->get_xml_description($_) =~ /192\.0\.2\.10'/ ? " 1" : " 0" } 0, Sys::Virt::Network::XML_INACTIVE), "\n";
refused("again", sub { $net->update(@update) });
refused("absent", sub { $conn->get_network_by_name("none") });
print "waiting\n";
<STDIN>;
print join(" ", "lease", @$_{qw(iface mac ipaddr prefix)}), "\n" for $net->get_dhcp_leases;
$net->destroy;
$net->undefine;
my @left = $conn->list_all_networks;
print "left ", scalar(@left), "\n";
if (defined $id) {
    wait_for_events(4);
    print "event $_\n" for @events;
    $conn->network_event_deregister_any($id);
}

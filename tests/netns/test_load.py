#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hundreds of clients at a time, some of them bad ones: everybody else is answered. How fast is tests/bench/clients's business."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

from harness import Skipped, main, test  # noqa: E402  (first: it says where the others are)
import laboratory  # noqa: E402
import load  # noqa: E402
import wire  # noqa: E402
from scene import BUILD, check, check_equal  # noqa: E402

N_IDLE, N_BUSY, N_NETWORKS, N_ROUNDS = 500, 50, 3, 8
LISTENING_SHARE = 10
N_BURSTING = 200
KIB_PER_CLIENT = 50


def start_networks(scene):
    """Their names, and the last one as it stands in arguments of calls."""
    connection = scene.connect()
    for index in range(N_NETWORKS):
        net = connection.networkDefineXML(load.network(index))
        net.create()
    return [f"net{index}" for index in range(N_NETWORKS)], wire.pack_string(net.name()) + wire.parse_uuid(net.UUIDString())


def let_idle_join(crowd):
    clients = [crowd.join(load.idle(number % LISTENING_SHARE == 0)) for number in range(N_IDLE)]
    crowd.wait_done(clients)
    return clients


def let_busy_work(crowd, names):
    clients = [crowd.join(load.busy(number, names, lambda rounds: rounds < N_ROUNDS)) for number in range(N_BUSY)]
    crowd.wait_done(clients)
    return clients


@test("load/five-hundred-idle-and-fifty-busy-clients-are-served-beside-bad-ones", limit=240)
def crowd_beside_bad_ones(scene):
    scene.start_daemon()
    names, net = start_networks(scene)
    crowd = load.Crowd(scene.daemon.socket_path())
    idle = let_idle_join(crowd)
    bad = load.misbehave(crowd, net)
    busy = let_busy_work(crowd, names)
    check_equal([sum(client.cut_off for client in group) for group in (idle, busy)], [0, 0], "clients that were cut off")
    check_equal(bad.half.cut_off, False, "the client with half a message was cut off")
    check(bad.stranger.n_cut_off > 0 and bad.visitor.n_visits > 0, "no stranger was sent away, or no visitor came")
    n_events = 2 * len(crowd.times["define"])
    listeners = idle[::LISTENING_SHARE]
    crowd.run("every listener hears of every definition", lambda: all(client.n_messages >= n_events for client in listeners))
    check_equal({client.n_messages for client in listeners}, {n_events}, "events that listeners got")
    check_equal({client.n_messages for client in idle if client not in listeners}, {0}, "events that the others got")
    check_equal(sorted(found.name() for found in scene.connection.listAllNetworks()), names, "networks in the end")
    for name in names:
        check_equal(scene.connection.networkLookupByName(name).XMLDesc().count("busy"), 0, f"hosts of {name} that were not deleted")
    crowd.ending = True
    crowd.dismiss()


def begin_plain(scene):
    """The plain build, as sanitizers keep more for themselves than clients take: a crowd, and the memory before there are clients."""
    if not os.path.exists(os.path.join(BUILD, "src/virtnetworkd")):
        raise Skipped(f"no daemon in {BUILD}")
    scene.daemon = laboratory.OurDaemon(BUILD)
    scene.start_daemon()
    crowd = load.Crowd(scene.daemon.socket_path())
    crowd.wait_done([crowd.join(load.idle(False)) for _number in range(5)])
    return crowd, load.memory_kib(scene.daemon.process.pid)


def check_kib(scene, before, n_clients):
    """What the daemon's memory has grown by, shared among the clients."""
    kib = (load.memory_kib(scene.daemon.process.pid) - before) / n_clients
    check(kib < KIB_PER_CLIENT, f"an idle client takes {kib:.1f} KiB of the daemon's memory")


@test("load/idle-client-costs-less-than-its-share-of-memory", limit=120)
def memory_of_idle(scene):
    crowd, before = begin_plain(scene)
    let_idle_join(crowd)
    check_kib(scene, before, N_IDLE)


@test("load/client-that-sent-much-at-a-time-costs-no-more-once-it-is-idle", limit=120)
def memory_after_bursts(scene):
    crowd, before = begin_plain(scene)
    clients = let_idle_join(crowd)[:N_BURSTING]
    burst = load.frame(wire.SUPPORTS_FEATURE, wire.pack_int(load.FEATURE_CLOSE_CALLBACK)) * 1800
    for client in clients:
        client.socket.sendall(burst)
        client.turn_to(load.lists())
    crowd.wait_done(clients)
    check_kib(scene, before, N_BURSTING)


@test("load/clients-over-the-limit-wait-until-one-leaves")
def full_house(scene):
    scene.start_daemon()
    scene.stop_daemon()
    with open(scene.path("etc/libvirt/virtnetworkd.conf"), "w", encoding="utf-8") as conf:
        conf.write("max_clients = 3\nmax_queued_clients = 10\n")
    scene.start_daemon()
    crowd = load.Crowd(scene.daemon.socket_path())
    first = [crowd.join(load.idle(False)) for _number in range(3)]
    crowd.wait_done(first)
    late = [crowd.join(load.idle(False)) for _number in range(4)]
    check_equal([(client.done, client.cut_off) for client in late], [(False, False)] * 4, "clients that wait to be let in")
    first[0].turn_to(load.lists())
    crowd.run("a client inside is answered", lambda: "list" in crowd.times)
    check_equal([client.done for client in late], [False] * 4, "clients that were let in over the limit")
    for client in first:
        crowd.drop(client)
    crowd.wait_done(late[:3])
    check_equal([client.cut_off for client in late], [False] * 4, "clients that were sent away")
    check_equal(late[3].done, False, "one more than the limit was let in")


if __name__ == "__main__":
    main()

"""The ladder: a capture as steps from node to node, and the inspector that follows it."""

import json

import pytest

from ipv6course.network import Capture, Host, Network, Switch
from ipv6course.widgets.frames import PAGE
from ipv6course.widgets.ladder import MOST_NODES, Ladder, Step, ladder_table, nodes, steps
from ipv6course.widgets.packet_inspector import inspect, picture


@pytest.fixture
def capture():
    """What two hosts at a switch say when one pings the other."""
    network = Network()
    switch = network.add(Switch("sw"))
    h1, h2 = network.add(Host("h1")), network.add(Host("h2"))
    for host in (h1, h2):
        network.connect(host, switch)
    network.run(5)
    capture = network.capture()
    h1.ping(h2.interface("eth0").link_local, count=1, interface="eth0")
    return capture


def test_a_frame_is_a_step_over_its_link(capture):
    found = steps(capture)

    assert len(found) == len(capture)
    assert found[0] == Step(
        5.0, "h1", "sw", f"ICMPv6 Neighbor Solicitation for {found[0].summary.split()[4]} "
        "from 00:00:5e:00:53:01"
    )  # fmt: skip
    echoes = [step for step in found if "Echo" in step.summary]
    assert [(step.sender, step.receiver) for step in echoes] == [
        ("h1", "sw"),
        ("sw", "h2"),
        ("h2", "sw"),
        ("sw", "h1"),
    ]
    assert nodes(found) == ["h1", "sw", "h2"]


def test_a_files_frame_goes_from_address_to_address(capture):
    loaded = Capture.from_bytes(capture.pcap())

    first, there = steps(loaded)[0], steps(capture)[0]
    assert first.receiver.startswith("ff02::1:ff")
    assert first.sender.startswith("fe80::")
    assert (first.time, first.summary) == (there.time, there.summary)


def test_the_table_is_a_line_a_step(capture):
    lines = ladder_table(steps(capture)).splitlines()

    assert len(lines) == len(capture)
    assert lines[0].startswith("   1  5.000000  h1 → sw  ICMPv6 Neighbor Solicitation")
    assert ladder_table([]) == "There is no frame here."


def test_the_step_that_is_chosen_is_inspected(capture):
    ladder = Ladder(capture)
    assert ladder.inspector.state == picture(inspect(capture[0].data))

    ladder.view.step = 2

    assert ladder.inspector.state == picture(inspect(capture[2].data))
    assert repr(ladder).startswith(repr(ladder.view))
    assert repr(ladder).endswith(inspect(capture[2].data).table())
    ladder.step = 999
    assert ladder.step == len(capture) - 1


def test_nothing_was_captured():
    ladder = Ladder(Capture())

    assert ladder.view.state["steps"] == []
    assert repr(ladder) == "There is no frame here.\n\nThere is no frame here."


def test_what_is_captured_later_is_seen_after_refresh(capture):
    network = Network()
    network.connect(network.add(Host("h1")), network.add(Host("h2")))
    later = network.capture()
    ladder = Ladder(later)
    network.run(5)

    ladder.refresh()

    assert ladder.view.state["count"] == len(later) > 0
    assert ladder.inspector.state == picture(inspect(later[0].data))


def test_a_long_capture_has_pages_and_lines_keep_their_places(capture):
    network = Network()
    switch = network.add(Switch("sw"))
    for number in range(20):
        network.connect(network.add(Host(f"h{number}")), switch)
    long = network.capture()
    network.run(5)
    ladder = Ladder(long)
    names = list(ladder.view.state["nodes"])
    assert len(names) <= MOST_NODES
    assert len(ladder.view.state["steps"]) == PAGE
    assert len(json.dumps(ladder.view.state)) < 20_000

    ladder.step = PAGE

    assert ladder.view.state["first"] == PAGE
    assert ladder.view.state["nodes"][: len(names)] == names
    assert repr(ladder).startswith(f"Frames {PAGE + 1} to {2 * PAGE} of {len(long)}\n  51  ")

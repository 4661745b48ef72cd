"""The network view: where nodes stand, what is said of links, and time that passes."""

import json

import pytest

from ipv6course.network import Capture, Host, Network, Router, Switch, scenario
from ipv6course.network.interface import InterfaceAddress
from ipv6course.widgets.network_view import TALLEST, NetworkView, lay_out, look


def chain():
    """Return a network of two hosts with a router between them."""
    network = Network()
    h1, r1, h2 = (network.add(node) for node in (Host("h1"), Router("r1"), Host("h2")))
    network.connect(h1, r1, mtu=1400, loss=0.25, delay=0.02)
    network.connect(r1, h2)
    return network


def star(count):
    network = Network()
    switch = network.add(Switch("sw"))
    for number in range(count):
        network.connect(network.add(Host(f"h{number}")), switch)
    return network


# --- Where nodes stand --------------------------------------------------------------------------


def test_a_chain_is_a_line_in_its_own_order():
    assert lay_out(chain()) == {"h1": (0, 0), "r1": (1, 0), "h2": (2, 0)}


def test_a_star_has_no_column_that_is_too_tall():
    places = lay_out(star(20))

    assert len(set(places.values())) == 21
    heights = [row for _column, row in places.values()]
    assert max(heights) - min(heights) <= TALLEST - 1


def test_parts_that_are_not_connected_stand_below_each_other():
    network = chain()
    network.add(Host("alone"))

    assert lay_out(network)["alone"] == (0, 1)


def test_every_scenario_has_a_place_for_each_node_and_always_the_same():
    for name in scenario.names():
        places = lay_out(scenario.load(name).network)
        assert len(set(places.values())) == len(places)
        assert places == lay_out(scenario.load(name).network)


def test_an_empty_network_and_a_ring_can_be_drawn():
    assert lay_out(Network()) == {}
    network = Network()
    nodes = [network.add(Router(f"r{n}")) for n in range(5)]
    for number, node in enumerate(nodes):
        network.connect(node, nodes[number - 1])
    assert len(set(lay_out(network).values())) == 5


# --- look ---------------------------------------------------------------------------------------


def test_what_is_not_ordinary_stands_at_the_link():
    network = chain()
    network.links[1].is_up = False
    seen = look(network)

    assert seen.links[0].labels == ("MTU 1400", "loss 25 %")
    assert seen.links[0].facts == "MTU 1400, loss 25 %, delay 20 ms"
    assert seen.links[1].labels == ("down",)
    assert not seen.links[1].is_up
    network.links[1].is_up = True
    network.links[1].ends[1].is_up = False
    assert look(network).links[1].labels == ("h2:eth0 is down",)


def test_the_addresses_are_those_of_the_chosen_node():
    network = chain()
    node = network["r1"]
    node.assign(
        node.interface("eth0"), InterfaceAddress(b"\x20\x01\x0d\xb8" + bytes(11) + b"\1", 64)
    )

    seen = look(network, "r1")

    assert seen.addresses[0][0] == "eth0"
    assert ("eth0", "2001:db8::1/64", "static, preferred") in seen.addresses
    assert look(network, "nobody").addresses == ()


def test_the_table_says_all():
    lines = look(chain(), "h1").table().splitlines()

    assert lines[0] == "Time: 0.000 s"
    assert "  r1: router" in lines
    assert "  h1:eth0 — r1:eth0: MTU 1400, loss 25 %, delay 20 ms; h1 sent 0, r1 sent 0" in lines
    assert lines[-2] == "Addresses of h1"


# --- The widget ---------------------------------------------------------------------------------


def test_a_step_ends_with_the_next_frame():
    network = chain()
    capture = network.capture()
    view = NetworkView(network)

    view.step()

    assert len(capture) >= 1
    assert view.state["time"] == capture[0].time
    assert sum(sum(link["sent"]) for link in view.state["links"]) == len(capture)


def test_a_second_is_a_second_and_forgets_the_frames_before():
    network = chain()
    view = NetworkView(network)
    view.run(3)
    assert network.now == 3
    many = sum(sum(link["sent"]) for link in view.state["links"])
    assert many > 0

    view._receive(None, {"kind": "run", "seconds": 1}, [])

    assert network.now == 4
    assert sum(sum(link["sent"]) for link in view.state["links"]) < many


def test_silence_is_said():
    network = Network()
    network.add(Host("h1"))
    view = NetworkView(network)

    view.step()

    assert view.state["said"] == (
        "Time: 60.000 s. Frames since the last step: 0. Nobody sent anything for a minute."
    )


@pytest.mark.parametrize("seconds", [0, -1, 1e9, float("nan")])
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(ValueError, match="an hour at most"):
        NetworkView(chain()).run(seconds)


@pytest.mark.parametrize("message", [{}, {"kind": "run", "seconds": 10**9}, {"kind": "no"}, "x"])
def test_a_message_that_is_not_understood_is_let_pass(message):
    network = chain()
    NetworkView(network)._receive(None, message, [])

    assert network.now == 0


def test_a_node_is_chosen():
    view = NetworkView(chain())
    assert view.state["chosen"] == "h1"

    view.node = "h2"

    assert view.state["addresses_title"] == "Addresses of h2"
    view.node = "nobody"
    assert not view.state["addresses"]


def test_a_view_changes_nothing_that_the_network_does():
    plain, seen = scenario.load("pmtud-filtered").network, scenario.load("pmtud-filtered").network
    captures = [plain.capture(), seen.capture()]
    view = NetworkView(seen)
    for _second in range(4):
        view.run(1)
    plain.run(4)

    assert captures[0].pcap() == captures[1].pcap()


def test_a_capture_that_is_detached_takes_no_more():
    network = chain()
    capture = Capture()
    network.attach(capture)
    network.run(3)
    taken = len(capture)
    network.detach(capture)
    network.run(30)
    network["h1"].ping("fe80::1%eth0", count=1)

    assert 0 < taken == len(capture)


def test_a_large_network_takes_little_of_a_notebook():
    assert len(json.dumps(NetworkView(star(50)).state)) < 40_000

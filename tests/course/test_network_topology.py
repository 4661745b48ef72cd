"""Topologies in YAML: they are built, written, built again; what is wrong names its line."""

import random

import pytest

from ipv6course.network import Network, yaml_text
from ipv6course.network.iproute2 import IpError

TOPOLOGY = """\
seed: 7
nodes:
  h1:
    kind: host
    interfaces:
      eth0: {addresses: ["2001:db8:1::10/64"], sysctls: {accept_ra: 0, addr_gen_mode: 0}}
    routes: [default via 2001:db8:1::1]
  s1: {kind: switch, ra_guard: [port1]}
  r1:
    kind: router
    interfaces:
      eth0: {mac: "00:00:5e:00:53:aa", addresses: ["2001:db8:1::1/64"]}
      eth1: {addresses: ["2001:db8:2::1/64"]}
    routes:
      - blackhole 2001:db8::/32
      - default via fe80::9 dev eth1 metric 5 pref high
    radvd: |
      interface eth0 { AdvSendAdvert on; prefix 2001:db8:1::/64 { }; };
    nftables: |
      table ip6 filter {
        chain forward { type filter hook forward priority 0; policy accept; }
      }
    ripng: [eth1]
  r2:
    kind: router
    interfaces:
      eth0: {addresses: ["2001:db8:2::2/64"]}
    ripng: [eth0]
links:
  - ends: [h1:eth0, s1]
  - {ends: [s1, r1:eth0], delay: 0.01, loss: 0.1, duplication: 0.05, seed: 5}
  - {ends: [r1:eth1, r2:eth0], mtu: 1280}
"""


def run(text):
    network = Network.from_yaml(text)
    capture = network.capture()
    network.run(100)
    network["h1"].ping("2001:db8:1::1")
    return capture.pcapng()


def test_what_is_written_builds_the_same_network():
    written = Network.from_yaml(TOPOLOGY).to_yaml()
    assert Network.from_yaml(written).to_yaml() == written
    assert run(written) == run(TOPOLOGY)


def test_a_network_built_by_hand_is_written_too():
    network = Network.from_yaml(TOPOLOGY)
    network.run(20)
    network["h1"].ip("-6 route add 2001:db8:9::/48 via 2001:db8:1::7 metric 9")
    network["r1"].ip("addr add 2001:db8:77::1/64 dev eth1")
    again = Network.from_yaml(network.to_yaml())
    network.run(20)
    again.run(40)
    for name in ("h1", "r1"):
        for command in ("-6 addr", "-6 route", "link"):
            ours = network[name].ip(command)
            assert sorted(again[name].ip(command).splitlines()) == sorted(ours.splitlines())


def test_a_link_gives_its_mtu_to_interfaces_that_say_none():
    network = Network.from_yaml(TOPOLOGY)
    assert network["r1"].interface("eth1").mtu == 1280
    assert network["r1"].interface("eth0").mtu == 1500


@pytest.mark.parametrize(
    ("old", "new", "line", "named"),
    [
        ("kind: host", "kind: hots", 4, "hots"),
        ("accept_ra: 0", "accept_rain: 0", 6, "accept_rain"),
        ("accept_ra: 0", "accept_ra: 9", 6, "9"),
        ("2001:db8:1::10/64", "2001:db8:1::10", 6, "prefix length"),
        ("2001:db8:1::10/64", "2001:db8:1::10::/64", 6, "::"),
        ("default via 2001:db8:1::1]", "default via 2001:db8:99::1]", 7, "No route to host"),
        ("blackhole 2001:db8::/32", "blackhole", 15, "No such device"),
        ("mac: \"00:00:5e:00:53:aa\"", "mac: 00:00", 12, "MAC"),
        ("ends: [h1:eth0, s1]", "ends: [h1:eth0]", 30, "two ends"),
        ("ends: [h1:eth0, s1]", "ends: [h9:eth0, s1]", 30, "h9"),
        ("ends: [h1:eth0, s1]", "end: [h1:eth0, s1]", 30, "ends"),
        ("mtu: 1280", "mtu: 12", 32, "68"),
        ("delay: 0.01", "delay: soon", 31, "soon"),
        ("ra_guard: [port1]", "ra_guard: [port9]", 8, "port9"),
        ("ripng: [eth0]", "ripng: [eth7]", 28, "eth7"),
        ("AdvSendAdvert on", "AdvSendAdvert perhaps", 17, "perhaps"),
        ("seed: 7", "seed: &a 7", 1, "anchor"),
        ("seed: 7", "sed: 7", 1, "sed"),
        ("nodes:", "nodes: [", 2, "YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_the_line_and_the_fix(old, new, line, named):
    text = TOPOLOGY.replace(old, new, 1)
    assert text != TOPOLOGY
    with pytest.raises(ValueError, match=r".+") as why:
        Network.from_yaml(text)
    said = str(why.value)
    assert named in said
    if "YAML" not in named:
        assert f"Line {line}:" in said or f"Line {line + 1}:" in said, said


def test_hostile_texts_are_refused_and_nothing_else():
    chance = random.Random(3)
    for _ in range(150):
        spoilt = list(TOPOLOGY)
        for _ in range(chance.randrange(1, 6)):
            spoilt[chance.randrange(len(spoilt))] = chance.choice("{}[]:,&*!|>-\n \x00é9%/")
        try:
            Network.from_yaml("".join(spoilt))
        except ValueError as why:
            assert str(why)


def test_any_texts_survive_being_written():
    values = {"a": "1", "b": ["x", {"c": "text\nmore\n\n  in\n", "d": "x: y"}], "f": "a # b",
              "g": "::1", "h": "one\ntwo", "i": "  lead\nx\n", "j": "a:", "k": "é\u202e",
              "l": "\t", "m": "- x", "n": ["ends with\n\n"], "o": "", "p": "null"}  # fmt: skip

    def plain(value):
        match value.content:
            case dict(fields):
                return {key: plain(inner) for key, inner in fields.items()}
            case list(items):
                return [plain(item) for item in items]
        return value.content

    assert plain(yaml_text.read(yaml_text.push(values))) == values


@pytest.fixture
def host():
    network = Network.from_yaml(TOPOLOGY)
    network.run(10)
    return network["h1"]


def test_what_ip_prints_is_shown_as_it_is(host):
    shown = host.ip("-6 addr show dev eth0")
    assert repr(shown) == str(shown)
    assert "inet6 2001:db8:1::10/64 scope global \n" in shown


@pytest.mark.parametrize(
    "command",
    ["", "foo", "-4 addr", "addr add", "route add", "route add default via", "link set",
     "neigh add 2001:db8:1::9 dev eth0", "addr add 2001:db8::1/64 dev eth0 metric 5", "'",
     "-6 route add default via 2001:db8:1::1 mtu 1280", "route get zz", "route get 2001:db8::%9"],
)  # fmt: skip
def test_a_command_that_makes_no_sense_is_refused(host, command):
    before = host.ip("-6 addr") + host.ip("-6 route")
    with pytest.raises(IpError):
        host.ip(command)
    assert host.ip("-6 addr") + host.ip("-6 route") == before


DELEGATION = """\
nodes:
  isp:
    kind: router
    interfaces:
      eth0: {addresses: ["2001:db8:f::1/64"]}
    kea: |
      { "Dhcp6": { "interfaces-config": { "interfaces": [ "eth0" ] },
        "subnet6": [ { "id": 1, "subnet": "2001:db8:f::/64", "interface": "eth0",
          "pd-pools": [ { "prefix": "2001:db8:8000::", "prefix-len": 40, "delegated-len": 56 } ]
        } ] } }
  cpe:
    kind: router
    interfaces:
      eth0: {dhcpv6: {addresses: false, prefixes: true, prefix_length: 56}}
links:
  - ends: [isp:eth0, cpe:eth0]
"""


def test_a_topology_delegates_a_prefix():
    network = Network.from_yaml(DELEGATION)
    written = network.to_yaml()
    assert Network.from_yaml(written).to_yaml() == written
    network.run(30)
    delegated = [line for line in network["isp"].ip("-6 route").splitlines() if "/56" in line]
    assert len(delegated) == 1
    assert "proto dhcp" in delegated[0]

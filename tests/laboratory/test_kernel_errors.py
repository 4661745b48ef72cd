"""The kernel and a simulated host get the same strange packets, and say the same.

Each packet is for one host on a link, and what is compared is the ICMPv6 answer: type, code and the
word behind the checksum. `DIFFERENCES` lists where the kernel says something else, and which text
decides.
"""

import pytest
from inside import inside
from real_time import RealTimeNetwork

from ipv6course.network import Host, Network, Switch
from ipv6course.network.device import Device
from ipv6course.network.interface import InterfaceAddress
from ipv6course.network.surface import packed
from ipv6course.network.wire import ethernet, extension, icmpv6, ipv6
from ipv6course.network.wire.extension import Option
from ipv6course.network.wire.udp import push_udp

ASKER, HOST = packed("2001:db8::a"), packed("2001:db8::b")
ASKER_MAC, HOST_MAC = bytes.fromhex("00005e0053aa"), bytes.fromhex("00005e0053bb")
GROUP = packed("ff02::1")


def echo(destination=HOST, size=8):
    data = icmpv6.push_echo(128, 1, 1, bytes(size))
    return ipv6.with_checksum(ASKER, destination, 58, data, 2)


def packet(next_header, payload, destination=HOST):
    return ipv6.push_packet(next_header, payload, source=ASKER, destination=destination)


def options(*kinds, next_header=58):
    return extension.push_options(next_header, tuple(Option(kind, bytes(4)) for kind in kinds))


def routing(kind, segments):
    return extension.push_routing(58, kind, segments, bytes(4) + HOST)


def fragment(offset, data, identification, *, more=True, next_header=58):
    made = extension.Fragment(next_header, offset, more, identification)
    return packet(44, extension.push_fragment(made) + data)


LONG = echo(size=1500)
QUESTIONS: dict[str, list[bytes]] = {
    "an echo": [packet(58, echo())],
    "an echo to a group": [packet(58, echo(GROUP), GROUP)],
    "an unknown next header": [packet(253, bytes(8))],
    "no next header": [packet(59, bytes(8))],
    "an unknown next header behind options": [packet(60, options(next_header=253) + bytes(8))],
    "a closed port": [packet(17, push_udp(ASKER, HOST, 7000, 7001, b""))],
    "a wrong checksum": [packet(58, echo()[:2] + b"\x12\x34" + echo()[4:])],
    **{
        f"{name} {kind:#04x}{' to a group' if destination == GROUP else ''}": [
            packet(number, options(kind) + echo(destination), destination)
        ]
        for name, number in (("hop-by-hop option", 0), ("destination option", 60))
        for kind in (0x1E, 0x5E, 0x9E, 0xDE)
        for destination in (HOST, GROUP)
    },
    "hop-by-hop options that are not first": [
        packet(60, options(next_header=0) + options() + echo())
    ],
    "nine options": [packet(60, options(*[0x1E] * 9) + echo())],
    "an option beyond its header": [packet(60, bytes((58, 0, 0x1E, 9)) + bytes(4) + echo())],
    "routing type 0, segments left": [packet(43, routing(0, 1) + echo())],
    "routing type 0, none left": [packet(43, routing(0, 0) + echo())],
    "routing type 200, segments left": [packet(43, routing(200, 1) + echo())],
    "routing type 200, none left": [packet(43, routing(200, 0) + echo())],
    "fragments in order": [fragment(0, LONG[:800], 1), fragment(800, LONG[800:], 1, more=False)],
    "fragments in disorder": [fragment(800, LONG[800:], 2, more=False), fragment(0, LONG[:800], 2)],
    "a fragment twice": [fragment(0, LONG[:800], 3)] * 2
    + [fragment(800, LONG[800:], 3, more=False)],
    "overlapping fragments": [
        fragment(0, LONG[:800], 4),
        fragment(792, LONG[792:], 4, more=False),
    ],
    "an atomic fragment": [fragment(0, echo(), 5, more=False)],
    "an atomic fragment among others": [
        fragment(0, LONG[:800], 6),
        fragment(0, echo(), 6, more=False),
    ],
    "a fragment of 15 octets": [fragment(0, echo()[:15], 7)],
    "a fragment beyond 65,535 octets": [fragment(65_528, bytes(8), 8, more=False)],
    "a first fragment without its upper layer": [
        fragment(0, options(0x1E, 0x1E)[:8], 9, next_header=60)
    ],
    "a first fragment with half an upper layer": [fragment(0, bytes(8), 10, next_header=6)],
}

# What a simulated host says where the kernel drops the packet silently.
DIFFERENCES = {
    # Both take eight options, RFC 8504 section 5.3. That a limit was reached may be told, RFC 8883
    # section 2.6; a learner shall see it.
    "nine options": [(4, icmpv6.TOO_MANY_OPTIONS, 40 + 50)],
    # RFC 4443 section 3.4: a problem with a field of a header SHOULD be reported, code 0, with a
    # pointer to the field: the option's length.
    "an option beyond its header": [(4, icmpv6.ERRONEOUS_FIELD, 43)],
}


class Asker(Device):
    """It sends packets as they are, answers neighbor solicitations, and keeps what comes."""

    def __init__(self):
        super().__init__("asker")
        self.heard = []

    def handle_frame(self, interface, frame, now):
        self.now = now
        self.heard.append(frame)


def answers(frames):
    """Return the ICMPv6 answers: (type, code, parameter), an echo without its parameter."""
    found = []
    for frame in frames:
        data = frame[14:]
        if data[:1] and data[0] >> 4 == 6 and data[24:40] == ASKER:
            chain = extension.pull_chain(data)
            if chain.next_header == 58 and (chain.fragment is None or chain.fragment.offset == 0):
                kind, code = data[chain.offset], data[chain.offset + 1]
                if kind in (1, 2, 3, 4):
                    found.append((kind, code, int.from_bytes(data[chain.offset + 4 :][:4], "big")))
                elif kind == 129:
                    found.append((kind, code, 0))
    return found


def asked(network, asker, mac, interval):
    said = {}
    for name, packets in QUESTIONS.items():
        asker.heard.clear()
        for data in packets:
            to = mac if data[24] != 0xFF else ethernet.multicast_mac(data[24:40])
            with asker.asked():
                frame = ethernet.push_frame(to, ASKER_MAC, ethernet.IPV6, data)
                asker.send_frame(asker.interface("eth0"), frame)
            network.run(interval / len(packets))
        said[name] = answers(asker.heard)
    return said


@inside(seconds=60)
def the_kernel():
    network = RealTimeNetwork()
    asker, switch = network.add(Asker()), network.add(Switch("s"))
    network.connect_kernel(switch, "k0", mac="00:00:5e:00:53:bb", accept_dad=0, accept_ra=0)
    network.connect(switch, asker)
    network.up("k0")
    network.ip("-6", "addr", "add", "2001:db8::b/64", "dev", "k0", "nodad")
    neighbor = ("2001:db8::a", "lladdr", "00:00:5e:00:53:aa", "dev", "k0")
    network.ip("-6", "neigh", "add", *neighbor)
    network.sysctl("icmp/ratelimit", 0)
    network.run(0.5)
    return asked(network, asker, HOST_MAC, 0.1)


def a_simulated_host():
    network = Network()
    asker, switch, host = network.add(Asker()), network.add(Switch("s")), network.add(Host("b"))
    network.connect(switch, host)
    network.connect(switch, asker)
    here = host.interface("eth0")
    here.mac = HOST_MAC
    host.assign(here, InterfaceAddress(HOST, 64))
    host.neighbors.set_permanent(here, ASKER, ASKER_MAC)
    network.run(5)
    return asked(network, asker, HOST_MAC, 2.0)


@pytest.fixture(scope="module")
def kernels():
    return the_kernel()


@pytest.fixture(scope="module")
def ours():
    return a_simulated_host()


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_kernel_answers_the_same_or_the_difference_is_listed(kernels, ours, name):
    if name in DIFFERENCES:
        assert (ours[name], kernels[name]) == (DIFFERENCES[name], [])
    else:
        assert ours[name] == kernels[name]

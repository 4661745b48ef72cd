"""The kernel judges routers: the same packets go through its `ip6_forward` and nftables and ours.

Every packet has a flow label of its own, so what becomes of it is known: it comes out at the other
side, an ICMPv6 error or a reset comes back, or nothing does. nft itself judges what rule sets are
read: what is taken here, it takes; what is language for it and beyond this room, is named.
"""

import os
import select
import socket
import struct
import subprocess
from pathlib import Path

import netaddr
import pytest
from inside import inside
from oracles import program

from ipv6course.network import filters, nftables_text
from ipv6course.network.icmp import TokenBucket
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.router import Router
from ipv6course.network.routes import Route
from ipv6course.network.wire import ipv6

MACS = {"eth0": "02:00:5e:00:53:01", "eth1": "02:00:5e:00:53:02"}
FAR = {"eth0": "02:00:5e:00:53:0a", "eth1": "02:00:5e:00:53:0b"}
ADDRESSES = {"eth0": "2001:db8:1::1", "eth1": "2001:db8:2::1"}
HOPS = {"eth0": "fe80::a", "eth1": "fe80::b"}
PREFIXES = {"eth0": "2001:db8:a::/48", "eth1": "2001:db8:b::/48"}
SMALL = 1400  # the MTU of eth1
CONNTRACK = (
    "ct state established,related accept\n ct state invalid drop\n ct state untracked accept"
)


def forward(*rules, policy="accept", more=""):
    body = "\n  ".join(rules)
    return f"""table inet t {{
 {more}
 chain forward {{
  type filter hook forward priority filter; policy {policy};
  {body}
 }}
}}
"""


RULES = {
    "none": "table inet t {\n}\n",
    "drop all": forward(policy="drop"),
    "types": forward(
        "icmpv6 type { echo-request, packet-too-big, 130-132 } accept",
        "icmpv6 type != echo-reply icmpv6 code 0 drop",
        "meta l4proto ipv6-icmp accept",
        policy="drop",
    ),
    "ports": forward(
        "tcp dport { 80, 443, 8000-8080 } accept",
        "udp dport domain accept",
        "udp sport 53 accept",
        "th dport 123 accept",
        "tcp sport > 60000 accept",
        policy="drop",
    ),
    "flags": forward(
        "tcp flags & (fin|syn|rst|ack) == syn accept",
        "tcp flags rst accept",
        "tcp flags == fin|ack accept",
        policy="drop",
    ),
    "reject": forward(
        "udp dport 53 reject",
        "tcp dport 80 reject with tcp reset",
        "tcp dport 443 reject with icmpv6 admin-prohibited",
        "udp dport 123 reject with icmpx host-unreachable",
        "meta l4proto ipv6-icmp reject with icmpv6 policy-fail",
        "exthdr frag exists reject with icmpv6 no-route",
    ),
    "next header": forward(
        "ip6 nexthdr udp accept",
        "ip6 nexthdr { ipv6-frag, esp, 0 } drop",
        "ip6 hoplimit < 10 drop",
    ),
    "extension headers": forward(
        "exthdr hbh exists drop",
        "rt type 0 drop",
        "rt seg-left > 1 drop",
        "exthdr dst missing counter",
        "exthdr mh exists drop",
        "dst nexthdr ipv6-icmp drop",
    ),
    "fragments": forward(
        "frag frag-off != 0 accept",
        "frag more-fragments 1 drop",
        "frag id 7 drop",
        "meta l4proto udp accept",
        policy="drop",
    ),
    "upper layer": forward("meta l4proto { udp, esp, 135 } accept", policy="drop"),
    "addresses": forward(
        "ip6 saddr @bad drop",
        "ip6 daddr != 2001:db8:b::/48 drop",
        "ip6 saddr 2001:db8:a:0:ffff::1-2001:db8:a:ffff:ffff::1 drop",
        more="set bad {\n type ipv6_addr\n flags interval\n"
        " elements = { 2001:db8:bad::/48, 2001:db8:2::66 }\n }",
    ),
    "reverse path": forward("fib saddr . iif oif missing drop"),
    "loose reverse path": forward("fib saddr oif exists accept", policy="drop"),
    "prerouting": """table ip6 t {
 chain before {
  type filter hook prerouting priority raw; policy accept;
  fib saddr . iif oif missing drop
  ip6 hoplimit 64 udp dport 53 drop
 }
}
""",
    "interfaces": forward(
        'iifname "eth0" oifname "eth1" udp dport 53 accept', 'iifname "eth1" accept', policy="drop"
    ),
    "stateful": forward(CONNTRACK, 'iifname "eth0" accept', policy="drop"),
    "stateful, from inside": forward(CONNTRACK, 'iifname "eth1" accept', policy="drop"),
    "stateful, fragments": forward(
        CONNTRACK, "exthdr frag exists drop", "udp dport 53 accept", policy="drop"
    ),
    "new only": forward("ct state new accept", policy="drop"),
    "not established": forward("ct state != established drop"),
    "limit": forward(
        "udp dport 53 limit rate 2/hour burst 3 packets accept",
        "tcp dport 80 limit rate over 1/day burst 2 packets drop",
        "udp dport 53 drop",
    ),
    "two chains": """table inet one {
 chain late {
  type filter hook forward priority 10; policy accept;
  udp dport 53 drop
 }
}
table inet two {
 chain early {
  type filter hook forward priority filter - 5; policy drop;
  meta l4proto udp accept
  tcp dport 80 jump web
  tcp dport 443 goto web
  accept
 }
 chain web {
  tcp sport < 30000 return
  drop
 }
}
""",
    "recommended": filters.recommended(),
}


# --- Packets --------------------------------------------------------------------------------------


def packed(text):
    return netaddr.IPAddress(text).packed


def udp(sport, dport, size=8):
    return struct.pack("!HHHH", sport, dport, 8 + size, 0) + bytes(size)


def tcp(sport, dport, flags, sequence=1000, acknowledged=2000):
    return struct.pack("!HHIIBBHHH", sport, dport, sequence, acknowledged, 0x50, flags, 1000, 0, 0)


def icmp(kind, code=0, body=bytes(4)):
    return struct.pack("!BBH", kind, code, 0) + body


UDP_, TCP_, ICMP_ = 17, 6, 58
CHECKSUM_AT = {UDP_: 6, TCP_: 16, ICMP_: 2}


def options(following, more=b""):
    return bytes((following, 0, 1, 4)) + bytes(4) + more


def routing(following, kind, left, more=b""):
    return bytes((following, 2, kind, left)) + bytes(4) + packed("2001:db8:b::9") + more


def fragment(following, offset, more, number, data):
    return struct.pack("!BBHI", following, 0, offset | more, number) + data


class Packets:
    """The packets of one run: each with its own flow label, addresses as the run's number says."""

    def __init__(self, salt):
        self.salt = salt
        self.sent = []

    def host(self, side, number=1):
        return packed(f"2001:db8:{'ab'[side]}:{self.salt:x}::{number:x}")

    def add(self, side, first, payload, *, hop_limit=64, source=None, target=None, upper=None):
        """Send from a side. `upper` is what the checksum is of: (protocol, where it begins)."""
        source = source or self.host(side)
        target = target or self.host(1 - side)
        protocol, at = upper or (first, 0)
        if protocol in CHECKSUM_AT and at is not None:
            filled = ipv6.with_checksum(
                source, target, protocol, payload[at:], CHECKSUM_AT[protocol]
            )
            payload = payload[:at] + filled
        data = ipv6.push_packet(
            first,
            payload,
            source=source,
            destination=target,
            hop_limit=hop_limit,
            flow_label=len(self.sent) + 1,
        )
        self.sent.append((side, data))
        return data


def fragmented(packets, side, dport, number, *, order=(0, 1), size=1200):
    """Send a datagram in two fragments."""
    source, target = packets.host(side), packets.host(1 - side)
    whole = ipv6.with_checksum(source, target, UDP_, udp(4000, dport, size), 6)
    cut = 600
    parts = [
        fragment(UDP_, 0, 1, number, whole[:cut]),
        fragment(UDP_, cut, 0, number, whole[cut:]),
    ]
    for part in order:
        packets.add(side, ipv6.FRAGMENT, parts[part], upper=(0, None))


def make(salt):
    packets = Packets(salt)
    add = packets.add
    port = 20000 + salt * 100
    for side in (0, 1):
        for dport in (53, 123, 80, 9999):
            add(side, UDP_, udp(port + dport % 50, dport))
        for dport, flags in ((80, 2), (443, 2), (8050, 2), (22, 2), (80, 16), (80, 4), (80, 17)):
            add(side, TCP_, tcp(port + 1000 + dport % 64 + flags, dport, flags))
        add(side, TCP_, tcp(61000, 22, 2))
        for kind in (*range(1, 6), 100, 127, 128, 129, *range(130, 146), 150, 160, 200, 255):
            add(side, ICMP_, icmp(kind, 0, bytes((0, salt, 0, side)) + bytes(44)))
            add(side, ICMP_, icmp(kind, 1, bytes((1, salt, 0, side)) + bytes(44)))
    # A conversation, both ways, and an answer that nobody asked for
    add(1, UDP_, udp(port + 70, 53))
    add(0, UDP_, udp(53, port + 70))
    add(1, UDP_, udp(port + 70, 53))
    add(0, UDP_, udp(53, port + 71))
    add(1, TCP_, tcp(port + 72, 80, 2))
    add(0, TCP_, tcp(80, port + 72, 18, 5000, 1001))
    add(1, TCP_, tcp(port + 72, 80, 16, 1001, 5001))
    add(1, TCP_, tcp(port + 74, 80, 2))
    add(0, TCP_, tcp(80, port + 74, 20, 0, 1001))
    add(0, TCP_, tcp(80, port + 74, 16, 0, 1001))
    add(0, TCP_, tcp(80, port + 73, 18))
    echo = bytes((7, salt, 0, 1))
    add(1, ICMP_, icmp(128, 0, echo))
    add(0, ICMP_, icmp(129, 0, echo))
    add(0, ICMP_, icmp(129, 0, bytes((9, salt, 0, 1))))
    # Errors about what was sent, about what was not, and to somebody else
    asked = add(1, UDP_, udp(port + 75, 53))
    other = ipv6.push_packet(
        UDP_, udp(port + 76, 53), source=packets.host(1), destination=packets.host(0)
    )
    add(0, ICMP_, icmp(2, 0, struct.pack("!I", 1300) + asked))
    add(0, ICMP_, icmp(3, 0, bytes(4) + asked), source=packed("2001:db8:1::5"))
    add(0, ICMP_, icmp(1, 4, bytes(4) + other))
    add(0, ICMP_, icmp(1, 4, bytes(4) + asked), target=packets.host(1, 2))
    add(0, ICMP_, icmp(1, 4, bytes(4) + asked[:20]))
    # Extension headers
    segment = udp(port + 80, 53)
    add(0, 0, options(UDP_, segment), upper=(UDP_, 8))
    add(0, 60, options(UDP_, segment), upper=(UDP_, 8))
    add(0, 60, options(60, options(UDP_, segment)), upper=(UDP_, 16))
    add(0, 60, options(ICMP_, icmp(128)), upper=(ICMP_, 8))
    add(0, 0, options(60, options(ICMP_, icmp(134, 0, bytes(12)))), upper=(ICMP_, 16))
    for kind, left in ((0, 1), (0, 0), (2, 1), (4, 0), (4, 2), (253, 0)):
        add(0, 43, routing(UDP_, kind, left, segment), upper=(UDP_, 24))
    add(0, 50, struct.pack("!II", salt, 1) + bytes(24))
    add(0, 51, bytes((UDP_, 4, 0, 0)) + struct.pack("!II", salt, 1) + bytes(12) + segment)
    add(0, 59, b"")
    add(0, 59, bytes(8))
    add(0, 135, bytes((59, 0, 1, 0)) + bytes(4))
    add(0, 60, bytes((60, 5)) + bytes(6))
    add(0, 60, bytes((UDP_, 0, 1, 4)) + bytes(4))
    add(0, UDP_, udp(port + 91, 53)[:4], upper=(0, None))
    add(0, TCP_, tcp(port + 92, 80, 2)[:12], upper=(0, None))
    add(0, 253, bytes(12))
    # Fragments
    fragmented(packets, 0, 53, 5)
    fragmented(packets, 0, 9999, 6, order=(1, 0))
    fragmented(packets, 1, 53, 7)
    add(0, 44, fragment(UDP_, 0, 0, 8, segment), upper=(UDP_, 8))
    add(0, 44, fragment(60, 0, 0, 9, options(UDP_, segment)), upper=(UDP_, 16))
    # Where they come from and go to
    inside_source = packets.host(1)
    add(0, UDP_, udp(port + 93, 53), source=inside_source)
    add(0, UDP_, udp(port + 93, 53), source=packed("2001:db8:bad::1"))
    add(1, UDP_, udp(port + 93, 53), source=packed("2001:db8:bad::1"))
    add(1, UDP_, udp(port + 93, 53), source=packed("2001:db8:2::66"))
    add(0, UDP_, udp(port + 93, 53), source=packed("2001:db8:1::1"))
    add(0, UDP_, udp(port + 94, 53), source=packed("fe80::a"))
    add(0, UDP_, udp(port + 95, 53), target=packed("2001:db8:dead::1"))
    add(1, UDP_, udp(port + 95, 53), target=packed("2001:db8:dead::1"))
    add(0, UDP_, udp(port + 95, 53), target=packed("2001:db8:ff00::1"))
    add(0, UDP_, udp(port + 95, 53), target=packed("2001:db8:ff01::1"))
    add(0, UDP_, udp(port + 95, 53), source=packed("::"))
    add(0, UDP_, udp(port + 95, 53), source=packed("::1"))
    add(0, UDP_, udp(port + 95, 53), target=packed("::1"))
    add(0, UDP_, udp(port + 95, 53), target=packed("fd00::1"))
    # Hop limits and sizes
    for hop_limit in (0, 1, 2, 5, 255):
        add(0, UDP_, udp(port + 96, 53), hop_limit=hop_limit)
    add(0, UDP_, udp(port + 97, 53, SMALL - 48))
    add(0, UDP_, udp(port + 97, 53, SMALL - 47))
    add(1, UDP_, udp(port + 97, 53, SMALL - 47))
    add(0, UDP_, udp(port + 97, 53, SMALL), hop_limit=1)
    # Back to the link where it came from
    add(0, UDP_, udp(port + 98, 53), target=packets.host(0, 9))
    add(0, UDP_, udp(port + 98, 53), source=packed("2001:db8:1::5"), target=packets.host(0, 9))
    for number in range(6):
        add(0, UDP_, udp(port + 60 + number, 53), source=packets.host(0, 50))
        add(0, TCP_, tcp(port + 60 + number, 80, 2), source=packets.host(0, 50))
    return packets.sent


# --- What becomes of them -------------------------------------------------------------------------


def label(data):
    return int.from_bytes(data[1:4], "big") & 0xFFFFF


def outcome(frames):
    """Return what came out, by the flow label of what went in: a sorted tuple of events."""
    found = {}
    for side, frame in frames:
        data = frame[14:]
        if frame[12:14] != b"\x86\xdd" or len(data) < 48:
            continue
        key, event = label(data), None
        if data[6] == ICMP_ and key == 0:
            kind, code, parameter = data[40], data[41], int.from_bytes(data[44:48], "big")
            if kind < 128:
                inner = data[48:]
                key = label(inner)
                event = ("error", side, kind, code, parameter, data[8:24].hex(), inner[7])
            elif kind == 137:
                at = next((n for n in range(80, len(data), 8) if data[n] == 4), None)
                key = label(data[at + 8 :])
                event = ("redirect", side, data[48:64].hex(), data[64:80].hex())
        elif data[6] == TCP_ and key == 0 and data[53] & 4:
            key = ("port", int.from_bytes(data[42:44], "big"))
            event = ("reset", side, data[40:60].hex())
        elif key:
            event = ("passed", side, data[7], data[6])
        if event is not None and key:
            found.setdefault(key, []).append(event)
    return {key: tuple(sorted(events)) for key, events in found.items()}


def frame_of(side, data):
    name = f"eth{side}"
    macs = [bytes.fromhex(table[name].replace(":", "")) for table in (MACS, FAR)]
    return macs[0] + macs[1] + b"\x86\xdd" + data


def ours(text, sent):
    """Send the packets through a simulated router."""
    router = Router("r")
    for name in ("eth0", "eth1"):
        interface = router.add_interface(bytes.fromhex(MACS[name].replace(":", "")), name)
        interface.link = object()
        for address in (ADDRESSES[name], f"fe80::{name[-1]}1"):
            origin = "link-local" if address.startswith("fe80") else "static"
            router.assign(interface, InterfaceAddress(packed(address), 64, origin, State.PREFERRED))
        hop = packed(HOPS[name])
        router.neighbors.set_permanent(interface, hop, bytes.fromhex(FAR[name].replace(":", "")))
        prefix = netaddr.IPNetwork(PREFIXES[name])
        router.routes.add(Route(prefix.first, 48, interface, hop))
    eth0, eth1 = router.interface("eth0"), router.interface("eth1")
    eth1.mtu = SMALL
    router.routes.add(Route(packed_int("2001:db8:dead::"), 48, eth1, packed(HOPS["eth1"])))
    for kind, third in (("blackhole", 0xFF00), ("prohibit", 0xFF01)):
        router.routes.add(Route(packed_int(f"2001:db8:{third:x}::"), 48, None, kind=kind))
    router.icmp.bucket = TokenBucket(1e9, 1e9)
    router.configure(nftables=text)
    came = []
    for side, data in sent:
        router.handle_frame((eth0, eth1)[side], frame_of(side, data), 1.0)
        came += [(int(port.name[-1]), frame) for port, frame in router.frames_to_send()]
    return outcome(came)


def packed_int(text):
    return int(netaddr.IPAddress(text))


@inside(seconds=60)
def kernels(rules):
    """Send the packets through the kernel, rule set by rule set."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # so the order stays

    def run(*words, **more):
        subprocess.run(words, check=True, **more)

    def setting(name, value):
        (Path("/proc/sys/net/ipv6") / name).write_text(str(value))

    sockets = []
    setting("conf/all/forwarding", 1)
    setting("icmp/ratelimit", 0)
    setting("auto_flowlabels", 0)
    for name in ("icmp_msgs_per_sec", "icmp_msgs_burst"):  # of ICMPv6, too
        setting(f"../ipv4/{name}", 1_000_000)
    for name in ("eth0", "eth1"):
        run("ip", "link", "add", name, "address", MACS[name], "type", "veth", "peer", f"{name}p")
        setting(f"conf/{name}p/disable_ipv6", 1)
        setting(f"conf/{name}/accept_dad", 0)
        setting(f"conf/{name}/addr_gen_mode", 1)
        if name == "eth1":
            run("ip", "link", "set", name, "mtu", str(SMALL))
        run("ip", "link", "set", f"{name}p", "up")
        run("ip", "link", "set", name, "up")
        run("ip", "-6", "addr", "add", f"fe80::{name[-1]}1/64", "dev", name, "nodad")
        run("ip", "-6", "addr", "add", f"{ADDRESSES[name]}/64", "dev", name, "nodad")
        neighbor = ("lladdr", FAR[name], "dev", name, "nud", "permanent")
        run("ip", "-6", "neigh", "add", HOPS[name], *neighbor)
        run("ip", "-6", "route", "add", PREFIXES[name], "via", HOPS[name], "dev", name)
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        opened.bind((f"{name}p", 0))
        opened.setsockopt(263, 23, 1)  # PACKET_IGNORE_OUTGOING
        sockets.append(opened)
    run("ip", "-6", "route", "add", "2001:db8:dead::/48", "via", HOPS["eth1"], "dev", "eth1")
    run("ip", "-6", "route", "add", "blackhole", "2001:db8:ff00::/48")
    run("ip", "-6", "route", "add", "prohibit", "2001:db8:ff01::/48")
    found = {}
    for salt, (name, text) in enumerate(rules.items(), 1):
        run("nft", "-f", "-", input="flush ruleset\n" + text, text=True)
        came = []
        for side, data in make(salt):
            sockets[side].send(frame_of(side, data))
            while ready := select.select(sockets, [], [], 0)[0]:
                came += [(sockets.index(one), one.recv(65535)) for one in ready]
        while ready := select.select(sockets, [], [], 0.05)[0]:
            came += [(sockets.index(one), one.recv(65535)) for one in ready]
        found[name] = outcome(came)
    return found


@pytest.fixture(scope="module")
def judged():
    program("nft")
    return kernels(RULES)


def is_redirect(data):
    return data[6] == ICMP_ and data[40] == 137


def is_from_the_other_side(data):
    return data[8:14] == packed("2001:db8:b::")[:6] and data[24:30] == data[8:14]


# Where this router differs from the kernel, and the text that decides. (And see `seen_as_whole`.)
KNOWN = {
    "RFC 4443 section 2.4 (e.2): no error is sent in answer to a redirect": is_redirect,
    "RFC 4443 section 2.2 (b): the source as for any other packet to that destination": (
        is_from_the_other_side
    ),
}


def seen_as_whole(outcome, sent):
    """Take all fragments of a packet as one.

    Where connections are tracked, the kernel puts fragments together and splits the packet anew:
    with the first one's flow label, and not at all where it was one atomic fragment. Only the
    source makes fragments, RFC 8200 section 4.5, so this router sends them on as they came.
    """
    firsts, found = {}, {}
    for number, (_side, data) in enumerate(sent, 1):
        if data[6] == ipv6.FRAGMENT:
            firsts.setdefault((data[8:40], data[44:48]), number)
    for key, events in outcome.items():
        data = b"" if isinstance(key, tuple) else sent[key - 1][1]
        if data[6:7] == bytes((ipv6.FRAGMENT,)):
            first = firsts[data[8:40], data[44:48]]
            found.setdefault(first, set()).update(event[:3] for event in events)
        else:
            found[key] = events
    return found


def differences(name, judged):
    sent = make(1 + list(RULES).index(name))
    got, wanted = ours(RULES[name], sent), judged[name]
    if "ct state" in RULES[name]:
        got, wanted = seen_as_whole(got, sent), seen_as_whole(wanted, sent)
    return {
        key: (got.get(key), wanted.get(key), describe(sent, key))
        for key in {*got, *wanted}
        if got.get(key) != wanted.get(key)
    }


@pytest.mark.parametrize("name", RULES)
def test_every_packet_ends_as_in_the_kernel(judged, name):
    different = differences(name, judged)
    if name == "reject":
        sent = make(1 + list(RULES).index(name))
        packets = {key: sent[key - 1][1] for key in different}
        for why, differs in KNOWN.items():
            excused = {key for key, data in packets.items() if differs(data)}
            assert excused, f"the kernel does as we do: {why} is to be taken from the list"
            different = {key: one for key, one in different.items() if key not in excused}
    assert different == {}


def describe(sent, key):
    """Say what went in, for the message of a test that fails."""
    if isinstance(key, tuple):
        return key
    side, data = sent[key - 1]
    source = netaddr.IPAddress(int.from_bytes(data[8:24], "big"), 6)
    return side, str(source), data[6], data[40:64].hex()


# --- nft as the judge of texts --------------------------------------------------------------------

IN_A_RULE = [
    "accept", "drop", "counter", "counter accept", "reject", "reject with tcp reset",
    "reject with icmpv6 admin-prohibited", "reject with icmpv6 type no-route",
    "reject with icmpx port-unreachable", "reject with icmp port-unreachable", "reject with tcp",
    "reject with icmpv6 nonsense", "accept drop", "drop counter", "accept comment \"why\"",
    "comment \"why\" accept", "ip6 saddr 2001:db8::1", "ip6 saddr 2001:db8::/32 accept",
    "ip6 saddr 2001:db8::1/129 accept", "ip6 saddr != 2001:db8::1 accept",
    "ip6 saddr 2001:db8::1-2001:db8::5 accept", "ip6 saddr 2001:db8::5-2001:db8::1 accept",
    "ip6 saddr { 2001:db8::1, 2001:db8:1::/48 } accept", "ip6 saddr {} accept",
    "ip6 saddr @nothing accept", "ip6 sadr 2001:db8::1 accept", "ip6 nexthdr tcp accept",
    "ip6 nexthdr 300 accept", "ip6 nexthdr nonsense accept", "ip6 hoplimit 64 accept",
    "ip6 hoplimit < 5 drop", "ip6 hoplimit lt 5 drop", "ip6 length > 1000 drop",
    "ip6 flowlabel 5 drop", "ip6 dscp cs1 drop", "ip6 dscp ef accept", "ip6 dscp 64 accept",
    "icmpv6 type echo-request accept", "icmpv6 type echo-requst accept",
    "icmpv6 type 128-130 accept", "icmpv6 type { 1, 2, 128 } accept", "icmpv6 type 256 accept",
    "icmpv6 type packet-too-big icmpv6 code 0 accept", "icmpv6 code no-route accept",
    "icmpv6 mtu > 1279 accept", "icmpv6 id 5 accept", "icmpv6 sequence 1 accept",
    "icmpv6 parameter-problem 4 accept", "tcp dport 80 accept", "tcp dport http accept",
    "tcp dport htpp accept", "tcp dport { 80, 443 } accept", "tcp dport 1024-65535 accept",
    "tcp dport 65536 accept", "tcp dport != 22 drop", "tcp flags syn accept",
    "tcp flags syn,ack accept", "tcp flags == syn accept", "tcp flags != syn accept",
    "tcp flags ! syn accept", "tcp flags & (syn|ack) == syn accept",
    "tcp flags syn / syn,ack accept", "tcp flags nonsense accept", "udp dport 53 accept",
    "udp sport domain accept", "udp length > 100 accept", "th dport 53 accept",
    "meta l4proto udp accept", "meta l4proto { tcp, udp } accept", "meta nfproto ipv6 accept",
    "meta length > 1000 accept", "meta nonsense 5 accept", 'iifname "eth0" accept',
    "iifname eth0 accept", 'iifname { "eth0", "eth1" } accept', 'oifname "eth*" accept',
    'meta iifname "eth0" accept', "ct state new accept", "ct state established,related accept",
    "ct state { new, established } accept", "ct state ! new accept", "ct state nonsense accept",
    "exthdr frag exists drop", "exthdr frag missing drop", "exthdr hbh exists drop",
    "exthdr nonsense exists drop", "frag frag-off 0 accept", "frag more-fragments 1 drop",
    "frag id 5 drop", "rt type 0 drop", "rt seg-left > 0 drop", "hbh nexthdr 58 drop",
    "dst hdrlength > 0 drop", "fib saddr . iif oif missing drop", "fib saddr oif exists accept",
    "fib saddr . iif oif 0 drop", "limit rate 5/second accept", "limit rate 5/second",
    "limit rate over 5/minute burst 10 packets drop", "limit rate 0/second accept",
    "limit rate 5/fortnight accept", "limit rate 10 mbytes/second accept",
    "limit rate 5/second burst 0 packets accept", 'log prefix "hi " accept', "log accept",
    "log level info prefix \"x\" drop", "jump other", "goto other", "jump nowhere", "return",
    "accept }", "ip6 saddr", "80 accept", "tcp dport 80, 443 accept",
]  # fmt: skip
# What nft reads, and this room refuses by name: its message says so.
BEYOND = [
    "ip6 saddr . tcp dport { 2001:db8::1 . 80 } accept", "tcp dport vmap { 80 : accept }",
    "meta mark 5 accept", "ct mark 5 accept", "queue num 1", "ip saddr 192.0.2.1 drop",
    "ether saddr 02:00:5e:00:53:01 drop", "tcp option maxseg size 1200 drop", "meta mark set 1",
]  # fmt: skip
WHOLE = [
    "table inet t { }", "table inet t {\n}", "table t {\n}", "table inet {\n}",
    "table inet t {\nchain c {\n}\n}", "table inet t {\nchain c { accept\n}\n}",
    "table inet t {\nchain c { accept }\n}", "table inet t {\nchain c { accept; }\n}",
    "table inet t {\nchain c {\ntype filter hook forward priority 0; policy drop;\n}\n}",
    "table inet t {\nchain c {\ntype filter hook forward priority 0\n}\n}",
    "table inet t {\nchain c {\ntype filter hook forward priority filter + 5;\n}\n}",
    "table inet t {\nchain c {\ntype filter hook forward priority -5;\n}\n}",
    "table inet t {\nchain c {\ntype filter hook forward priority nonsense;\n}\n}",
    "table inet t {\nchain c {\ntype filter hook sideways priority 0;\n}\n}",
    "table inet t {\nchain c {\ntype filter hook forward;\n}\n}",
    "table inet t {\nchain c {\npolicy drop;\n}\n}",
    "table inet t {\nchain c {\njump c\n}\n}",
    "table inet t {\nchain a {\njump b\n}\nchain b {\njump a\n}\n}",
    "table inet t {\nset s {\ntype ipv6_addr\nelements = { 2001:db8::1 }\n}\n}",
    "table inet t {\nset s {\ntype ipv6_addr\nelements = { 2001:db8::/32 }\n}\n}",
    "table inet t {\nset s {\ntype ipv6_addr\nflags interval\n"
    "elements = { 2001:db8::/32,\n2001:db9::1 }\n}\n}",
    "table inet t {\nset s {\nelements = { 2001:db8::1 }\n}\n}",
    "table inet t {\nset s {\ntype inet_service\nelements = { 80, 443 }\n}\n"
    "chain c {\ntcp dport @s accept\n}\n}",
    "table inet t {\nset s {\ntype inet_service\nelements = { 80 }\n}\n"
    "chain c {\nip6 saddr @s accept\n}\n}",
    "flush ruleset\ntable ip6 t {\n}\n", "table inet t {\n", "}", "chain c {\n}", "nonsense",
    "table inet t {\nchain my-chain {\n}\n}", "table inet t {\nchain 5 {\n}\n}",
    "table inet t {\nchain drop {\n}\n}", "# only a comment\n", "",
]  # fmt: skip


def with_rule(rule):
    return f"""table inet t {{
 chain other {{
  counter
 }}
 chain c {{
  type filter hook forward priority 0; policy accept;
  {rule}
 }}
}}
"""


@inside(seconds=60)
def what_nft_takes(texts):
    ran = [
        subprocess.run(["nft", "-c", "-f", "-"], input=text, capture_output=True, text=True)
        for text in texts
    ]
    return [one.returncode == 0 for one in ran]


def test_what_is_read_here_nft_reads_and_what_nft_refuses_is_refused():
    program("nft")
    texts = [*map(with_rule, IN_A_RULE), *WHOLE]
    printed = [read(text) or text for text in texts]
    judged = what_nft_takes([*texts, *printed, *map(with_rule, BEYOND)])
    ours_ = [read(text) is not None for text in texts]
    count = len(texts)
    assert [(t, o, n) for t, o, n in zip(texts, ours_, judged, strict=False) if o != n] == []
    assert [t for t, o, n in zip(printed, ours_, judged[count:], strict=False) if o != n] == []
    assert all(judged[2 * count :]), "nft does not read what is listed as beyond this room"
    assert [rule for rule in BEYOND if read(with_rule(rule)) is not None] == []


def read(text):
    """Return a rule set as it is printed; None where it is refused."""
    try:
        return nftables_text.parse(text).text()
    except ValueError as error:
        assert "nftables" in str(error)
        return None

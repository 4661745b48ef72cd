"""Address selection against those who do it: sources by the Linux kernel, order by glibc.

Random cases, the same in every run. In a network of its own, a case's addresses are put on two
interfaces; the kernel says the source when a UDP socket is connected, and `getent ahosts` the order
of a name's addresses, with RFC 6724's whole policy table in the kernel (`ip addrlabel`) and in
gai.conf. All cases are asked in one visit to the laboratory.

Where the two differ from RFC 6724, and so from the course:

* Section 4 recommends that a host takes only addresses of the outgoing interface. Linux takes those
  of all interfaces, unless use_oif_addrs_only is set. Half of the cases set it.
* Rule 5.5 of sources: Linux does not remember who advertised a prefix.
* Between rule 7 and 8, Linux prefers an ORCHID (2001:10::/28) for an ORCHID. No case has one.
* Where no rule decides, the RFC leaves the choice open; Linux takes the newest address.
* Rule 9 of destinations: glibc counts the bits of the interface identifier too, as RFC 3484 did,
  where RFC 6724 section 2.2 stops at the source's prefix length; and of IPv4 it counts only within
  the source's subnet.
"""

import contextlib
import json
import random
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import netaddr
import pytest
from inside import inside

from ipv6course.network import Host, Network
from ipv6course.network.interface import InterfaceAddress, State
from ipv6course.network.routes import Route
from ipv6course.network.selection import (
    Candidate,
    Destination,
    SourceQuestion,
    choose_source,
    compare_sources,
    order_destinations,
    policy_table,
)

pytestmark = pytest.mark.xdist_group("laboratory")

CASES = 72
DEVICES = ("a0", "b0")
IPV4 = "192.0.2.10/24"

# Every row of the policy table, scopes, and prefixes that share few or many bits.
PREFIXES = (
    "2001:db8:1:1::", "2001:db8:1:2::", "2001:db8:8000:1::", "3fff:1:2:3::", "fd00:db8:1:1::",
    "fd80:db8:1:1::", "2002:c000:204:1::", "2001:0:c000:204::", "fec0:0:0:1::", "3ffe:db8:1:1::",
    "fe80::",
)  # fmt: skip
DESTINATIONS = (
    "2001:db8:1:1:ffff::1", "2001:db8:1:9::1", "2001:db8:8000:9::1", "2001:db8:ffff::1",
    "3fff:1:2:9::1", "fd00:db8:1:9::1", "fd80:db8:9:9::1", "2002:c000:209:9::1",
    "2001:0:c000:209::1", "fec0:0:0:9::1", "3ffe:db8:9:9::1",
)  # fmt: skip
LEGACY = ("198.51.100.7", "203.0.113.7", "192.0.2.77")


@dataclass(frozen=True)
class Given:
    address: str
    length: int
    device: str
    kind: str = ""
    """"", "deprecated", "home", or "temporary" for one that makes the kernel add a temporary."""


@dataclass(frozen=True)
class Case:
    number: int
    addresses: tuple[Given, ...]
    out: str
    destination: str
    destinations: tuple[str, ...]
    outgoing_only: bool


@dataclass
class Seen:
    source: str | None = None
    """That the kernel took; None: the destination was unreachable for it."""
    assigned: dict[str, list[tuple[str, int, list[str]]]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    sources: dict[str, str | None] = field(default_factory=dict)


# Where glibc is known to differ; see above. What it says, and what RFC 6724 says.
HOME_NETWORK = (Given("2001:db8:1:1::10", 64, "a0"),)
DIFFERENCES = {
    ("2001:db8:1:1:ffff::1", "2001:db8:1:1::11"): ["2001:db8:1:1::11", "2001:db8:1:1:ffff::1"],
    ("203.0.113.7", "198.51.100.7"): ["203.0.113.7", "198.51.100.7"],
}
BY_RFC_6724 = {
    ("2001:db8:1:1:ffff::1", "2001:db8:1:1::11"): ["2001:db8:1:1:ffff::1", "2001:db8:1:1::11"],
    ("203.0.113.7", "198.51.100.7"): ["198.51.100.7", "203.0.113.7"],
}


def known_differences() -> list[Case]:
    return [
        Case(CASES + at, HOME_NETWORK, "a0", destinations[0], destinations, True)
        for at, destinations in enumerate(DIFFERENCES)
    ]


def cases() -> list[Case]:
    chance = random.Random(6724)
    return [case(chance, number) for number in range(CASES)]


def case(chance: random.Random, number: int) -> Case:
    prefixes = chance.sample(PREFIXES, chance.randint(2, 6))
    prefixes += chance.sample(prefixes, 1)  # two of one prefix: rules 3, 4 and 7 decide
    kinds = ["", "", "deprecated", "temporary"] if number % 2 else ["", "deprecated", "home"]
    found = []
    for at, prefix in enumerate(prefixes):
        kind = chance.choice(kinds)
        length = 64 if kind == "temporary" else chance.choice((64, 64, 64, 48, 128))
        if kind == "temporary" and prefix == "fe80::":
            kind = ""
        address = f"{prefix}{10 + at:x}"
        found.append(Given(address, length, chance.choice(DEVICES), kind))
    pool = [*DESTINATIONS, "fe80::9", "ff02::db8:0:1", "ff05::db8:0:1", "ff0e::db8:0:1"]
    several = [*chance.sample(DESTINATIONS, chance.randint(2, 4)), chance.choice(LEGACY)]
    chance.shuffle(several)
    return Case(
        number,
        tuple(found),
        chance.choice(DEVICES),
        chance.choice(pool),
        tuple(several),
        bool(chance.getrandbits(1)),
    )


# --- In the laboratory ----------------------------------------------------------------------------


@inside(seconds=60)
def ask_kernel_and_glibc(asked: list[Case]) -> tuple[bool, list[Seen]]:
    prepare(asked)
    return honours_home(), [ask(one) for one in asked]


def ip(*lines: str) -> None:
    ran = subprocess.run(
        ["ip", "-batch", "-"], input="\n".join(lines), text=True, capture_output=True
    )
    assert ran.returncode == 0, (ran.stderr, lines)


def setting(name: str, value: object) -> None:
    Path("/proc/sys/net/ipv6", name).write_text(str(value))


def prepare(asked: list[Case]) -> None:
    setting("conf/default/accept_dad", 0)
    setting("conf/default/dad_transmits", 0)
    setting("conf/default/addr_gen_mode", 1)  # no link-local address of its own
    setting("conf/default/use_tempaddr", 2)
    setting("conf/default/accept_ra", 0)
    for device in DEVICES:
        peer = device.replace("0", "1")
        ip(f"link add {device} type veth peer name {peer}")
        ip(f"link set {device} up", f"link set {peer} up")
    rows = policy_table().rows
    subprocess.run(["ip", "addrlabel", "flush"], check=True)
    for row in rows:
        subprocess.run(
            ["ip", "addrlabel", "add", "prefix", str(row.network), "label", str(row.label)],
            check=True,
        )
    names = [f"{to} case{one.number}.example.com" for one in asked for to in one.destinations]
    policy = [f"label {row.network} {row.label}" for row in rows]
    policy += [f"precedence {row.network} {row.precedence}" for row in rows]
    write_over("/etc/hosts", names)
    write_over("/etc/gai.conf", policy)
    write_over("/etc/nsswitch.conf", ["hosts: files"])
    write_over("/etc/host.conf", ["multi on"])
    ip(f"addr add {IPV4} dev a0", "route add default dev a0")


def write_over(path: str, lines: list[str]) -> None:
    """Put a file over one of this machine's; only this mount namespace sees it."""
    if not Path(path).exists():
        folder = tempfile.mkdtemp()  # nothing to mount upon: /etc gets an upper layer
        subprocess.run(
            ["mount", "-t", "overlay", "-o", f"lowerdir=/etc:{folder}", "none", "/etc"], check=True
        )
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write("\n".join(lines) + "\n")
    Path(file.name).chmod(0o644)
    subprocess.run(["mount", "--bind", file.name, path], check=True)


def ask(one: Case) -> Seen:
    lines = []
    for given in one.addresses:
        words = {
            "": "",
            "deprecated": "preferred_lft 0 valid_lft 3600",
            "home": "home",
            "temporary": "mngtmpaddr preferred_lft 3600 valid_lft 3600",
        }[given.kind]
        lines.append(
            f"addr add {given.address}/{given.length} dev {given.device} nodad noprefixroute "
            + words
        )
    for device in DEVICES:
        setting(f"conf/{device}/use_oif_addrs_only", int(one.outgoing_only))
    ip(
        *lines,
        f"route replace ::/0 dev {one.out} metric 1",
        f"route replace multicast ff00::/8 dev {one.out} table local metric 1",
    )
    wait_for_temporaries(one)
    seen = Seen(source=connected(one.destination, one.out), assigned=assigned())
    seen.sources = {to: connected(to, one.out) for to in one.destinations}
    said = subprocess.run(
        ["getent", "ahosts", f"case{one.number}.example.com"], capture_output=True, text=True
    ).stdout
    seen.order = [line.split()[0] for line in said.splitlines() if "STREAM" in line]
    for device in DEVICES:
        subprocess.run(["ip", "-6", "addr", "flush", "dev", device], check=True)
    return seen


def wait_for_temporaries(one: Case) -> None:
    """Wait until the kernel has made and tested them, which it does beside."""
    wanted = sum(given.kind == "temporary" for given in one.addresses)
    end = time.monotonic() + 5
    while True:
        flags = [found for rows in assigned().values() for *_, found in rows]
        if sum("temporary" in found for found in flags) >= wanted and not any(
            "tentative" in found for found in flags
        ):
            return
        assert time.monotonic() < end, (one, flags)
        time.sleep(0.002)


def honours_home() -> bool:
    """Return whether this kernel knows rule 4: it was built with CONFIG_IPV6_MIP6."""
    ip(
        "addr add 2001:db8:1:1::a/64 dev a0 nodad noprefixroute home",
        "addr add 2001:db8:1:1::b/64 dev a0 nodad noprefixroute",
        "route replace ::/0 dev a0 metric 1",
    )
    source = connected("2001:db8:1:1::b:1", "a0")
    subprocess.run(["ip", "-6", "addr", "flush", "dev", "a0"], check=True)
    return source == "2001:db8:1:1::a"


def connected(destination: str, device: str) -> str | None:
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
        to: tuple = (destination, 9)
        if destination.startswith("f") and not destination.startswith(("fd", "fec")):
            to = (destination, 9, 0, socket.if_nametoindex(device))
        asking.connect(to)
        return asking.getsockname()[0].partition("%")[0]
    return None


def assigned() -> dict[str, list[tuple[str, int, list[str]]]]:
    said = subprocess.run(["ip", "-j", "-6", "addr"], capture_output=True, check=True).stdout
    return {
        link["ifname"]: [
            (
                found["local"],
                found["prefixlen"],
                [
                    flag
                    for flag in ("deprecated", "temporary", "home", "tentative")
                    if flag in found
                ],
            )
            for found in link["addr_info"]
        ]
        for link in json.loads(said)
        if link["ifname"] in DEVICES
    }


# --- The course's answer --------------------------------------------------------------------------


def packed(address: str) -> bytes:
    if ":" in address:
        return netaddr.IPAddress(address).packed
    return bytes(10) + b"\xff\xff" + netaddr.IPAddress(address).packed


def candidates(seen: Seen, devices=DEVICES, *, knows_home: bool = True) -> list[Candidate]:
    rows = [(device, *row) for device in devices for row in seen.assigned.get(device, [])]
    # Where one address is a home address, Linux and glibc take all others for care-of ones.
    away = knows_home and is_away(seen)
    return [
        Candidate(
            packed(address),
            length,
            device,
            is_deprecated="deprecated" in flags,
            is_temporary="temporary" in flags,
            is_home=knows_home and "home" in flags,
            is_care_of=away and "home" not in flags,
        )
        for device, address, length, flags in rows
    ]


def is_away(seen: Seen) -> bool:
    return any("home" in flags for rows in seen.assigned.values() for *_, flags in rows)


def expected_source(
    one: Case, seen: Seen, knows_home: bool
) -> tuple[SourceQuestion, list[Candidate]]:
    is_on_link = one.destination.startswith(("fe8", "ff"))
    only_out = one.outgoing_only or is_on_link
    found = candidates(seen, (one.out,) if only_out else DEVICES, knows_home=knows_home)
    return SourceQuestion(packed(one.destination), one.out), found


@dataclass(frozen=True)
class Answers:
    knows_home: bool
    rows: list[tuple[Case, Seen]]
    differences: list[tuple[Case, Seen]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    asked = [*cases(), *known_differences()]
    knows_home, seen = ask_kernel_and_glibc(asked)
    rows = list(zip(asked, seen, strict=True))
    return Answers(knows_home, rows[:CASES], rows[CASES:])


def test_the_source_is_the_kernels(answers):
    decided, differences = set(), []
    for one, seen in answers.rows:
        question, found = expected_source(one, seen, answers.knows_home)
        choice = choose_source(question, found)
        if choice.source is None or seen.source is None:
            assert choice.source is None, (one, "the kernel finds no source")
            continue
        kernels = next(c for c in found if c.address == packed(seen.source))
        better, _ = compare_sources(question, choice.source, kernels)
        if choice.source == kernels:
            decided.add(one.number)
        elif better:  # else no rule decides, and both are right
            differences.append((one, seen.source, str(choice)))
    assert not differences
    assert len(decided) >= 50


def test_every_rule_of_sources_has_decided_a_case(answers):
    rules = set()
    for one, seen in answers.rows:
        choice = choose_source(*expected_source(one, seen, answers.knows_home))
        rules |= {found.rule.number for found in choice.comparisons}
    assert {"2", "3", "5", "6", "7", "8"} <= rules
    assert ("4" in rules) == answers.knows_home


def test_a_simulated_host_takes_the_kernels_source(answers):
    """The same addresses on a host of the network; the host knows no home addresses."""
    count = 0
    for one, seen in answers.rows:
        is_on_link = one.destination.startswith(("fe8", "ff"))
        if is_away(seen) or seen.source is None or not (one.outgoing_only or is_on_link):
            continue
        host = simulated(one, seen)
        chosen = host.choose_source(packed(one.destination), host.interface(one.out))
        question, found = expected_source(one, seen, answers.knows_home)
        ours, kernels = (
            next(c for c in found if c.address == address)
            for address in (chosen, packed(seen.source))
        )
        assert ours == kernels or compare_sources(question, ours, kernels)[0] == 0, (one, seen)
        count += 1
    assert count >= 10


def simulated(one: Case, seen: Seen) -> Host:
    network = Network()
    host = network.add(Host("h"))
    for device in DEVICES:
        interface = host.add_interface(network.new_mac(), device)
        interface.settings.use_tempaddr = 2
        for address, length, flags in seen.assigned.get(device, []):
            origin = "temporary" if "temporary" in flags else "dhcpv6"
            state = State.DEPRECATED if "deprecated" in flags else State.PREFERRED
            host.assign(interface, InterfaceAddress(packed(address), length, origin, state))
    host.routes.add(Route(0, 0, host.interface(one.out)))
    return host


def order(seen: Seen, destinations: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the course's order: addresses, and the rule that put each there."""
    found = {c.address: c for c in candidates(seen)}
    legacy = packed(IPV4.partition("/")[0])
    found[legacy] = Candidate(legacy, 24, "a0", is_care_of=is_away(seen))
    sources = {to: seen.sources[to] for to in destinations}
    given = [
        Destination(packed(to), found[packed(source)] if source else None)
        for to, source in sources.items()
    ]
    return [
        (str(place.destination.ip), place.rule.number if place.rule else "")
        for place in order_destinations(given)
    ]


def test_the_order_of_destinations_is_glibcs(answers):
    differences, rules = [], set()
    for one, seen in answers.rows:
        ours = order(seen, one.destinations)
        rules |= {rule for _, rule in ours}
        if [to for to, _ in ours] != [str(netaddr.IPAddress(text)) for text in seen.order]:
            differences.append((one.destinations, seen.sources, ours, seen.order))
    assert not differences
    assert len(answers.rows) >= 50
    assert {"2", "3", "4", "5", "6", "9", "10"} <= rules


def test_glibc_differs_where_it_is_known_to(answers):
    for one, seen in answers.differences:
        assert seen.order == DIFFERENCES[one.destinations]
        assert [to for to, _ in order(seen, one.destinations)] == BY_RFC_6724[one.destinations]

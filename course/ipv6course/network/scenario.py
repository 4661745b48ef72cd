"""A scenario: a network that is broken on purpose, its story, and a goal checked on its packets.

A scenario is a YAML file in `scenarios`. Its keys:

    title    one line
    story    what the learner is told
    closed   a list of nodes that a repair may not touch
    network  a topology, as `ipv6course.network.topology` reads it
    before   virtual seconds that pass before the learner comes; 20 where it is not said
    goal     a list of checks, each with `that`, a sentence, and one of the kinds below

The kinds of checks:

    ping        {from, to, count: 3, size: 56, answered: true}
                `to` is an address, or NODE, NODE:INTERFACE: one of its global addresses;
                `answered: false` where it must not be answered
    connect     {from, to, port, answered: true}      a TCP connection; `to` listens there
    address     {node, in: PREFIX, present: true}    an address that is in use, preferred
    route       {node, to: ADDRESS, via: ADDRESS}     where the node would send it
    packets     {at: NODE or NODE:INTERFACE, filter: TEXT, least: N, most: N}
                frames that NODE sent during the check, by `Capture.filter`
    neighbors   {node, most: N}                       entries of its neighbor cache
    scan        {from, to: PREFIX, count: N}          nothing to check: N addresses are pinged once
    running     {seconds: N}                          nothing to check: time passes

What is broken, and how it is repaired, is for instructors: it stands in tests/course/repairs, where
the tests hold it against the goal.

The checks are done in their order; time passes in `ping`, `connect` and `running`, and 5 seconds at
the end.
What a learner gives is text, so an answer can cross from one process to another:

    r1: ip -6 route replace default via fe80::1 dev eth0
    h1: sysctl eth0.accept_ra=1
    r1: radvd <<END
    interface eth0 { AdvSendAdvert on; };
    END
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import netaddr

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.network import sysctl, topology, yaml_text
from ipv6course.network.interface import State
from ipv6course.network.network import Network
from ipv6course.network.node import Node
from ipv6course.network.switch import Switch
from ipv6course.network.tcp import State as TcpState
from ipv6course.network.tcp import TcpError
from ipv6course.network.wire import icmpv6, ipv6
from ipv6course.network.yaml_text import Value

if TYPE_CHECKING:
    from ipv6course.network.capture import Capture

FOLDER = Path(__file__).parent / "scenarios"
BEFORE = 20.0
AFTER = 5.0
"""Virtual seconds at the end of a check, in which late packets are seen."""
SETTLING = 5.0
"""Before it, so that a repair's addresses have passed their test."""
SCAN_INTERVAL = 0.01
CONNECTING = 4.0
"""Virtual seconds that a connection has to be opened: long enough for a second try."""
MOST_REPAIR = 100_000  # characters of an answer

_KEYS = ("title", "story", "closed", "network", "before", "goal")
_SILENT = {"running", "scan"}  # what checks nothing
_COMMAND = re.compile(r"(?P<node>[^\s:]+)\s*:\s*(?P<word>\S+)\s*(?P<rest>.*)")
_HERE = re.compile(r"<<\s*(?P<end>[A-Za-z_]+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of the goal, and what was seen."""

    goal: str
    """What is wanted, as a sentence."""
    is_met: bool
    seen: str
    """What was seen, as a sentence."""

    def __str__(self) -> str:
        return f"{'✓' if self.is_met else '✗'} {self.goal}\n    {self.seen}"


class Findings(list[Finding]):
    """The checks of a goal, in order."""

    @property
    def are_all_met(self) -> bool:
        """Whether the network does all that it should."""
        return all(finding.is_met for finding in self)

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


@dataclass(slots=True)
class Check:
    """One check of a goal, as the file has it."""

    that: str
    kind: str
    fields: dict[str, Value]
    line: int


class Scenario:
    """A network that is broken on purpose. `load` makes it."""

    def __init__(self, name: str, text: str, *, seed: int | None = None) -> None:
        """Read a scenario, build its network, and let the time before the story pass.

        Args:
            name: What it is called.
            text: The YAML.
            seed: Instead of the file's own; another seed gives other addresses and times.

        Raises:
            ValueError: The text makes no sense; the message names the line.
        """
        top = yaml_text.read(text).mapping("a scenario", _KEYS)
        for key in ("title", "story", "network", "goal"):
            if key not in top:
                raise refusal(N_("The scenario {name} has no key {key}."), name=name, key=key)
        self.name = name
        self.site = "2001:db8"
        """The first two groups of its addresses, as text: the learner's own, where `load` was
        given a site."""
        self.title = top["title"].text("title")
        self.story = top["story"].text("story")
        self.closed = (
            {one.text("a node") for one in top["closed"].list("closed")}
            if "closed" in top
            else set()
        )
        """The nodes that a repair may not touch."""
        self.goal = [_check(value) for value in top["goal"].list("goal")]
        self.network = Network()
        fields = top["network"].mapping("network", ("seed", "nodes", "links"))
        if seed is not None:
            fields = fields | {"seed": Value(1, str(seed))}
        topology.build(fields, self.network)
        self.capture: Capture = self.network.capture()
        """Everything that was sent since the last check began."""
        self.network.run(top["before"].number("before") if "before" in top else BEFORE)

    def repair(self, text: str) -> Scenario:
        """Do the commands of an answer, one a line, from the first to the last.

        Args:
            text: Lines such as `r1: ip -6 route add default via fe80::1 dev eth0`,
                `h1: sysctl eth0.accept_ra=0`, or `r1: radvd <<END` with the text for radvd (or
                kea, or nftables) in the lines until END; of a switch: `s1: ra-guard` and the
                ports where routers are. Empty lines and lines that begin with '#'
                are left out.

        Returns:
            The scenario, so that `.check()` may follow.

        Raises:
            ValueError: A line makes no sense, or is refused. The message names the line. The lines
                before it have been done.
        """
        if not isinstance(text, str):
            raise refusal(N_("A repair is text, not {kind}."), kind=type(text).__name__)
        if len(text) > MOST_REPAIR:
            raise refusal(N_("A repair has at most {most} characters."), most=MOST_REPAIR)
        for number, node, word, rest in self._commands(text):
            try:
                with self.network[node].asked():
                    self._do(node, word, rest)
            except ValueError as why:
                raise refusal(N_("Line {line}: {why}"), line=number, why=why) from None
        return self

    def _commands(self, text: str) -> Iterator[tuple[int, str, str, str]]:
        lines = iter(enumerate(text.splitlines(), 1))
        for number, line in lines:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            match = _COMMAND.fullmatch(line.strip())
            if match is None or match["node"] not in self.network.devices:
                raise refusal(
                    N_(
                        "Line {line}: {text} does not begin with a node's name and ':'. Nodes: "
                        "{nodes}."
                    ),
                    line=number,
                    text=shown(line.strip()),
                    nodes=", ".join(self.network.devices),
                )
            rest = match["rest"]
            here = _HERE.fullmatch(rest)
            if here is not None:
                rest = _until(lines, here["end"], number)
            yield number, match["node"], match["word"], rest

    def _do(self, name: str, word: str, rest: str) -> None:
        device = self.network[name]
        if name in self.closed:
            raise refusal(N_("{name} is not yours to change."), name=name)
        if isinstance(device, Switch):
            if word != "ra-guard":
                raise refusal(N_("{name} is a switch; its command is ra-guard."), name=name)
            device.ra_guard(*rest.split())
            return
        assert isinstance(device, Node)
        if word == "ip":
            device.ip(rest)
        elif word == "sysctl":
            sysctl.assign(device, rest.removeprefix("-w").strip())
        elif word in topology.TEXTS:
            topology.configure(device, word, rest)
        else:
            raise refusal(
                N_("{word} is no command here; there are: ip, sysctl, {programs}."),
                word=shown(word),
                programs=", ".join(topology.TEXTS),
            )

    def check(self) -> Findings:
        """Let time pass and look at what the packets do.

        Returns:
            A finding for each check of the goal, in their order.
        """
        self.network.run(SETTLING)
        self.capture.clear()
        tried: dict[int, Finding] = {}
        for check in self.goal:
            if check.kind == "running":
                self.network.run(check.fields["seconds"].number("seconds"))
            elif check.kind == "scan":
                _scan(self, check)
            elif check.kind in _TRIES:
                tried[check.line] = _TRIES[check.kind](self, check)
        self.network.run(AFTER)
        return Findings(
            tried.get(check.line) or _KINDS[check.kind](self, check)
            for check in self.goal
            if check.kind not in _SILENT
        )

    def node(self, value: Value) -> Node:
        """Return the node that a check names."""
        name = value.text("a node").partition(":")[0]
        device = self.network.devices.get(name)
        if not isinstance(device, Node):
            raise value.fail(f"there is no host or router {shown(name)}.")
        return device

    def __repr__(self) -> str:
        return f"{self.title}\n\n{self.story}"


def _until(lines: Iterator[tuple[int, str]], end: str, begin: int) -> str:
    taken: list[str] = []
    for _, line in lines:
        if line.strip() == end:
            return "".join(one + "\n" for one in taken)
        taken.append(line)
    raise refusal(
        N_("Line {line}: a text begins here, and no line {end} ends it."), line=begin, end=end
    )


def load(
    name: str,
    *,
    seed: int | None = None,
    own: Mapping[str, str] | None = None,
    site: object = None,
) -> Scenario:
    """Build a scenario of this course.

    Args:
        name: One of `names()`.
        seed: Instead of the scenario's own.
        own: Pieces of its text, and what stands in their place: a learner's own values, such as
            {"2001:db8:101:4200:": "2001:db8:101:7a00:"}.
        site: A prefix of at least 32 bits, such as `lesson.learner.prefix`. Its first 32 bits take
            the place of 2001:db8::/32 in all of the scenario: a learner's own addresses.

    Raises:
        ValueError: There is none of that name, it has no such piece, or the prefix is too short.
    """
    if name not in names():
        raise refusal(
            N_("There is no scenario {name}; there are: {names}."),
            name=shown(str(name)),
            names=", ".join(names()),
        )
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for piece, mine in (own or {}).items():
        if piece not in text:
            raise refusal(N_("The scenario {name} has no {piece}."), name=name, piece=shown(piece))
        text = text.replace(piece, mine)
    if site is None:
        return Scenario(name, text, seed=seed)
    first = _first_groups(site)
    scenario = Scenario(name, text.replace("2001:db8:", f"{first}:"), seed=seed)
    scenario.site = first
    return scenario


def _first_groups(site: object) -> str:
    """Return the first two groups of a prefix, as an address begins with them."""
    prefix = given.prefix(site)
    if prefix.prefixlen < 32:
        raise refusal(
            N_("{prefix} is too short; a scenario takes a prefix of 32 bits or more."),
            prefix=str(prefix),
        )
    first = prefix.first >> 96
    return f"{first >> 16:x}:{first & 0xFFFF:x}"


def names() -> list[str]:
    """Return the names of this course's scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


# --- The kinds of checks ----------------------------------------------------------------------


def _check(value: Value) -> Check:
    fields = dict(value.mapping("a check", ("that", *_FIELDS)))
    that = fields.pop("that", None)
    if len(fields) != 1 or (that is None and not _SILENT & fields.keys()):
        raise value.fail(f"a check has `that`, and one of: {', '.join(_FIELDS)}.")
    kind, inner = next(iter(fields.items()))
    least, possible = _FIELDS[kind]
    content = inner.mapping(kind, possible)
    for key in least:
        if key not in content:
            raise inner.fail(f"{kind} has no {key}.")
    return Check(that.text("that") if that else "", kind, content, value.line)


def _pinged(scenario: Scenario, check: Check) -> Finding:
    fields = check.fields
    node = scenario.node(fields["from"])
    target = _target(scenario, fields["to"])
    wanted = fields["answered"].flag("answered") if "answered" in fields else True
    if target is None:
        said = fields["to"].text("to")
        return Finding(check.that, False, f"{said} has no address that is in use.")
    count = fields["count"].integer("count") if "count" in fields else 3
    size = fields["size"].integer("size") if "size" in fields else 56
    result = node.ping(target, count=count, size=size)
    # The first one may be lost to a path MTU that is being discovered, RFC 8201 section 3.
    is_met = result.received > 0 if wanted else result.received == 0
    seen = (
        f"{node.name} pinged {target} with {size} octets: "
        f"{result.received} of {count} were answered."
    )
    return Finding(check.that, is_met, seen)


def _connected(scenario: Scenario, check: Check) -> Finding:
    fields = check.fields
    node, other = scenario.node(fields["from"]), scenario.node(fields["to"])
    target = _target(scenario, fields["to"])
    wanted = fields["answered"].flag("answered") if "answered" in fields else True
    if target is None:
        said = fields["to"].text("to")
        return Finding(check.that, False, f"{said} has no address that is in use.")
    port = fields["port"].integer("port")
    if port not in other.tcp.listeners:
        other.tcp.listen(port, lambda request: b"")
    try:
        connection = node.tcp.connect(target, port)
    except TcpError as why:
        return Finding(check.that, False, f"{why}.")
    scenario.network.run(CONNECTING)
    is_open = connection.state is TcpState.ESTABLISHED
    connection.abort()
    seen = "answered" if is_open else "did not answer"
    return Finding(
        check.that, is_open == wanted, f"{target} {seen} {node.name} at TCP port {port}."
    )


def _scan(scenario: Scenario, check: Check) -> None:
    node = scenario.node(check.fields["from"])
    prefix = given.prefix(check.fields["to"].text("to"))
    for number in range(1, check.fields["count"].integer("count") + 1):
        target = (prefix.first + number * 0x1_0000_0001).to_bytes(16, "big")
        with node.asked():
            node.icmp.send(icmpv6.ECHO_REQUEST, 0, bytes(8), target)
        scenario.network.run(SCAN_INTERVAL)


def _target(scenario: Scenario, value: Value) -> netaddr.IPAddress | None:
    text = value.text("to")
    name, _, place = text.partition(":")
    if name not in scenario.network.devices:
        return given.address(text)
    node = scenario.node(value)
    for interface in node.interfaces.values():
        if place in ("", interface.name):
            for held in interface.addresses.values():
                if held.state is State.PREFERRED and not ipv6.is_link_local(held.address):
                    return held.ip
    return None


def _has_address(scenario: Scenario, check: Check) -> Finding:
    node = scenario.node(check.fields["node"])
    prefix = given.prefix(check.fields["in"].text("in"))
    wanted = check.fields["present"].flag("present") if "present" in check.fields else True
    held = [held for one in node.interfaces.values() for held in one.addresses.values()]
    inside = [one for one in held if one.ip in prefix and one.state is State.PREFERRED]
    listed = ", ".join(f"{one} ({one.state.value})" for one in held) or "none"
    return Finding(check.that, bool(inside) == wanted, f"{node.name} has: {listed}.")


def _has_route(scenario: Scenario, check: Check) -> Finding:
    node = scenario.node(check.fields["node"])
    destination = given.address(check.fields["to"].text("to"))
    via = given.address(check.fields["via"].text("via"))
    route = node.route_to(destination.packed)
    if route is None or route.interface is None:
        return Finding(check.that, False, f"{node.name} has no route to {destination}.")
    hop = netaddr.IPAddress(int.from_bytes(route.next_hop or destination.packed, "big"), 6)
    seen = f"{node.name} sends to {destination} via {hop} at {route.interface.name}."
    return Finding(check.that, hop == via, seen)


def _has_packets(scenario: Scenario, check: Check) -> Finding:
    fields = check.fields
    place = fields["at"].text("at")
    text = f"from {place}"
    if "filter" in fields:
        text += f" and ({fields['filter'].text('filter')})"
    count = len(scenario.capture.filter(text))
    least = fields["least"].integer("least") if "least" in fields else 0
    most = fields["most"].integer("most") if "most" in fields else count
    return Finding(check.that, least <= count <= most, f"{count} frames were seen ({text}).")


def _has_neighbors(scenario: Scenario, check: Check) -> Finding:
    node = scenario.node(check.fields["node"])
    count = len(node.neighbors.entries())
    most = check.fields["most"].integer("most")
    seen = f"the neighbor cache of {node.name} has {count} entries."
    return Finding(check.that, count <= most, seen)


_TRIES: dict[str, Callable[[Scenario, Check], Finding]] = {
    "ping": _pinged,
    "connect": _connected,
}
"""What is tried while time passes; the others look at what was left."""
_KINDS: dict[str, Callable[[Scenario, Check], Finding]] = {
    "address": _has_address,
    "route": _has_route,
    "packets": _has_packets,
    "neighbors": _has_neighbors,
}
# Which keys a kind needs, and which it may have.
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ping": (("from", "to"), ("from", "to", "count", "size", "answered")),
    "connect": (("from", "to", "port"), ("from", "to", "port", "answered")),
    "address": (("node", "in"), ("node", "in", "present")),
    "route": (("node", "to", "via"), ("node", "to", "via")),
    "packets": (("at",), ("at", "filter", "least", "most")),
    "neighbors": (("node", "most"), ("node", "most")),
    "running": (("seconds",), ("seconds",)),
    "scan": (("from", "to", "count"), ("from", "to", "count")),
}

"""Filters of a node: rules in nftables' language, and what they do with packets.

A packet meets the base chains of a hook in the order of their priority. `accept` ends one base
chain, and the next one sees the packet; `drop` and `reject` end all. The hooks stand where the
kernel has them: `prerouting` sees what comes in; then `input` sees what is for this node, or
`forward` what goes on, with the hop limit one lower already; `output` sees what the node sends.

Where a rule asks for `ct state`, connections are tracked, and then fragments are first put
together, so that all rules see the whole packet: the kernel does so too (its nf_defrag_ipv6). What
goes on are the fragments as they came; the kernel splits the packet anew, with an identification of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from ipv6course.network.connection_tracking import Connections
from ipv6course.network.filter_expressions import (
    NEW,
    RELATED,
    Glance,
    find_header,
    header_length,
    upper_layer,
)
from ipv6course.network.fragments import Fragments
from ipv6course.network.wire import icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.nftables_text import Chain, Ruleset, Table, Verdict
    from ipv6course.network.node import Node, Packet

# GRE, ESP, AH, DCCP, SCTP, UDP-Lite: they have another, or one of a part.
_NO_CHECKSUM = frozenset((33, 47, ipv6.ESP, ipv6.AUTHENTICATION, 132, 136))
_TCP = 20  # octets of a header without options, RFC 9293 section 3.1
_FIN, _SYN, _RST, _ACK = 0x01, 0x02, 0x04, 0x10


def recommended() -> str:
    """Return the rule set that RFC 4890 recommends for ICMPv6, with its reasons as comments.

    It is a site's firewall, `eth0` outside and `eth1` inside, and where a lesson starts from.
    """
    home = resources.files("ipv6course.network")
    return home.joinpath("rfc4890.nft").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class LogLine:
    """What a `log` statement wrote."""

    time: float
    prefix: str
    incoming: str
    """The interface where the packet came in; "" for the node's own."""
    outgoing: str
    data: bytes
    """The packet."""


class Filters:
    """The filters of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.rules: Ruleset | None = None
        self.connections = Connections()
        """What `ct state` knows; empty as long as no rule asks for it."""
        self.log: list[LogLine] = []
        self._chains: dict[str, list[tuple[Table, Chain]]] = {}
        self._tracks = False
        self._is_answering = False
        self._state = 0
        """Of the packet that came in last: rules at `forward` see what those before saw."""
        self._gathered = _Gathered(node)
        self._held: dict[tuple[bytes, bytes, int], list[bytes]] = {}
        self._whole: bytes | None = None
        self._whole_passes: bool | None = None

    def load(self, text: str) -> None:
        """Take a rule set instead of the one before: nftables' text, as `nft -f` reads it.

        Raises:
            ValueError: It can't be read; the sentence names the line. The rules before stay.
        """
        # Only who filters pays for reading the language.
        from ipv6course.network.nftables_text import Log, parse

        rules = parse(text)
        self.rules, self._tracks = rules, rules.tracks
        self.connections = Connections()
        self._chains = {}
        found = [(table, chain) for table in rules.tables for chain in table.chains.values()]
        for table, chain in sorted(found, key=lambda one: one[1].priority):
            if chain.hook is not None:
                self._chains.setdefault(chain.hook, []).append((table, chain))
            for rule in chain.rules:
                for step in rule.steps:
                    if isinstance(step, Log):
                        step.note = self._note
        self._hook()

    def text(self) -> str:
        """Print the rule set with its counters, as `nft list ruleset` does."""
        return "" if self.rules is None else self.rules.text()

    def _hook(self) -> None:
        """Stand at the hooks that are needed; where there are no rules, packets pay nothing."""
        wanted = {
            "prerouting": (self._prerouting, bool(self._chains.get("prerouting")) or self._tracks),
            "input": (self._input, bool(self._chains)),
            "forward": (self._forward, bool(self._chains.get("forward")) or self._tracks),
            "output": (self._output, bool(self._chains.get("output")) or self._tracks),
        }
        for place, (hook, is_needed) in wanted.items():
            hooks = self.node.hooks[place]
            if hook in hooks:
                hooks.remove(hook)
            if is_needed:
                hooks.append(hook)

    # --- The hooks --------------------------------------------------------------------------------

    def _prerouting(self, data: bytes, incoming: Interface | None, _: Interface | None) -> bool:
        """See a packet for somebody else; one for this node comes to `_input`.

        Where connections are tracked, a fragment waits until all have come.
        """
        if self._whole is not None:
            return True
        if not self._tracks or incoming is None:
            return self._pass("prerouting", data, 0, incoming, None)
        at = find_header(data, ipv6.FRAGMENT)
        if at is None:
            self._state = self.connections.see(data, self.node.now)
            return self._pass("prerouting", data, self._state, incoming, None)
        key = (data[8:24], data[24:40], int.from_bytes(data[at + 4 : at + 8], "big"))
        whole = self._gathered.whole(data, at, incoming)
        held = self._held.setdefault(key, [])
        held.append(data)
        if whole is None:
            if self._gathered.waiting == 0:  # it was refused, or nothing came for a long time
                self._held.clear()
            return False
        del self._held[key]
        self._state = self.connections.see(whole, self.node.now)
        if self._pass("prerouting", whole, self._state, incoming, None):
            self._release(whole, held, incoming)
        return False

    def _release(self, whole: bytes, fragments: list[bytes], incoming: Interface) -> None:
        self._whole, self._whole_passes = whole, None
        try:
            for fragment in fragments:
                self.node.forward(fragment, incoming, b"")
        finally:
            self._whole = self._whole_passes = None

    def _input(self, data: bytes, incoming: Interface | None, _: Interface | None) -> bool:
        state = 0
        if self._tracks and incoming is not None:
            at = find_header(data, ipv6.FRAGMENT)
            if at is not None:
                # The others are let in: without the last one they are nothing.
                whole = self._gathered.whole(data, at, incoming)
                if whole is None:
                    return True
                data = whole
            state = self.connections.see(data, self.node.now)
        return self._pass("prerouting", data, state, incoming, None) and self._pass(
            "input", data, state, incoming, None
        )

    def _forward(self, data: bytes, incoming: Interface | None, outgoing: Interface | None) -> bool:
        if self._whole is None:
            return self._pass("forward", data, self._state, incoming, outgoing)
        if self._whole_passes is None:
            whole = b"".join((self._whole[:7], data[7:8], self._whole[8:]))
            self._whole_passes = self._pass("forward", whole, self._state, incoming, outgoing)
        return self._whole_passes

    def _output(self, data: bytes, _: Interface | None, outgoing: Interface | None) -> bool:
        if outgoing is None:
            route = self.node.route_to(data[24:40])
            outgoing = route.interface if route is not None else None
        state = 0
        if self._tracks:
            # What a reject sends belongs to what it rejects, as the kernel's nf_ct_attach says.
            now = self.node.now
            state = RELATED if self._is_answering else self.connections.see(data, now)
        return self._pass("output", data, state, None, outgoing)

    def _pass(
        self,
        hook: str,
        data: bytes,
        state: int,
        incoming: Interface | None,
        outgoing: Interface | None,
    ) -> bool:
        """Return whether a packet passes all base chains of a hook."""
        glance = Glance(self.node, data, incoming, outgoing, state)
        for table, chain in self._chains.get(hook, ()):
            verdict = _decide(table, chain, glance)
            if verdict is not None and verdict.kind == "reject":
                self._reject(glance, verdict, hook)
            if (chain.policy if verdict is None else verdict.kind) != "accept":
                return False
        if state == NEW and hook != "prerouting":
            self.connections.begin(data, self.node.now)
        return True

    # --- What rules do ----------------------------------------------------------------------------

    def _note(self, prefix: str, glance: Glance) -> None:
        incoming = glance.incoming.name if glance.incoming else ""
        outgoing = glance.outgoing.name if glance.outgoing else ""
        self.log.append(LogLine(self.node.now, prefix, incoming, outgoing, glance.data))

    def _reject(self, glance: Glance, verdict: Verdict, hook: str) -> None:
        if hook == "output" or not _is_intact(glance.data):
            return  # nobody outside is to be told; or nobody knows who it was
        self._is_answering = True
        try:
            if verdict.code < 0:
                self._reset(glance)
            else:
                self.node.icmp.error(
                    glance.data, glance.incoming, icmpv6.DESTINATION_UNREACHABLE, verdict.code
                )
        finally:
            self._is_answering = False

    def _reset(self, glance: Glance) -> None:
        """Answer a TCP segment with a reset, RFC 9293 section 3.10.7.1."""
        segment = glance.data[glance.transport :]
        if len(segment) < _TCP or segment[13] & _RST:
            return
        number = int.from_bytes(segment[4:8], "big")
        length = len(segment) - (segment[12] >> 4) * 4
        if segment[13] & _ACK:
            sequence, acknowledged, flags = segment[8:12], bytes(4), _RST
        else:
            number += length + bool(segment[13] & _SYN) + bool(segment[13] & _FIN)
            sequence, flags = bytes(4), _RST | _ACK
            acknowledged = (number & 0xFFFFFFFF).to_bytes(4, "big")
        header = b"".join(
            (segment[2:4], segment[:2], sequence, acknowledged, bytes((0x50, flags)), bytes(6))
        )
        source, destination = glance.data[24:40], glance.data[8:24]
        reset = ipv6.with_checksum(source, destination, ipv6.TCP, header, 16)
        packet = ipv6.push_packet(ipv6.TCP, reset, source=source, destination=destination)
        back = glance.incoming if ipv6.is_link_local(destination) else None
        self.node.send(packet, interface=back)


def _decide(table: Table, chain: Chain, glance: Glance) -> Verdict | None:
    """Return what a chain decides; None where it says nothing, or returns."""
    for rule in chain.rules:
        if not all(step(glance) for step in rule.steps):
            continue
        verdict = rule.verdict
        if verdict is None:
            continue
        if verdict.kind in ("jump", "goto"):
            found = _decide(table, table.chains[verdict.target], glance)
            if found is not None or verdict.kind == "goto":
                return found
        elif verdict.kind == "return":
            return None
        else:
            return verdict
    return None


def _is_intact(data: bytes) -> bool:
    """Return whether a reject answers a packet: only one whose checksum is right, as the kernel.

    So no fragment is answered: its checksum is that of the whole packet.
    """
    protocol, at, is_later = upper_layer(data, through_authentication=True)
    if protocol is None or is_later or at >= len(data):
        return False
    if protocol in _NO_CHECKSUM:
        return True
    if protocol == ipv6.UDP and data[at + 6 : at + 8] == bytes(2):
        return True  # it has none, as some tunnels'
    return not ipv6.checksum(data[8:24], data[24:40], protocol, data[at:])


class _Gathered(Fragments):
    """Fragments that are put together on the way, to be looked at. It refuses in silence."""

    def whole(self, data: bytes, at: int, interface: Interface) -> bytes | None:
        """Return the whole packet, once all of its fragments have come."""
        from ipv6course.network.node import Packet

        called_at, here = 6, ipv6.HEADER
        while here < at:
            here, called_at = here + header_length(data[called_at], data[here + 1]), here
        packet = Packet(
            data, interface, b"", data[8:24], data[24:40], data[7], ipv6.FRAGMENT, at, called_at
        )
        found = self.take(packet)
        return None if found is None else found.data

    def _complain(self, packet: Packet, code: int, pointer: int) -> None:
        """Say nothing: only the destination answers."""

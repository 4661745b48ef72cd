"""The network view: the nodes and links of a network, its time, and where frames just went.

`look` computes everything; `NetworkView` shows it, and lets time pass. The browser side
(`network_view.js`) draws what `state` says. Where a node stands is computed by `lay_out`, from the
links alone: the same network is always drawn alike.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import traitlets

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.network.capture import Capture
from ipv6course.network.device import Device
from ipv6course.network.interface import Interface
from ipv6course.network.link import Link
from ipv6course.network.network import Network
from ipv6course.network.router import Router
from ipv6course.network.switch import Switch
from ipv6course.network.wire import ethernet

TALLEST, TALLEST_ON_NARROW = 8, 3
"""So many nodes stand above each other; more of a layer make another column. On a narrow screen
columns go down, and so many stand beside each other."""
SWEEPS = 4
PATIENCE = 60.0
"""Virtual seconds that a step waits for a frame."""
MOST_SECONDS = 3600.0

_KINDS = ((Switch, N_("switch")), (Router, N_("router")), (Device, N_("host")))
# The words of iproute2, explained once: netaddr's values need none.
_STATES = {
    "tentative": N_("tentative: it is being tested"),
    "preferred": N_("preferred"),
    "deprecated": N_("deprecated: for existing connections only"),
    "dadfailed": N_("not used: another node has it"),
}


class Traffic(Capture):
    """A capture that keeps no frame: it counts them, by who sent them."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[Interface, int] = {}

    def note(self, time: float, data: bytes, sender: Interface) -> None:
        """Count a frame; the network calls it."""
        self.sent[sender] = self.sent.get(sender, 0) + 1

    def clear(self) -> None:
        """Count from 0 again."""
        self.sent.clear()


class Place(NamedTuple):
    """Where a node stands: columns from 0, rows up and down from 0."""

    column: int
    row: float


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node of the picture."""

    name: str
    kind: str
    is_router: bool
    place: Place
    narrow_place: Place
    """The same for a narrow screen."""


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link of the picture."""

    ends: tuple[str, str]
    """Names of the nodes."""
    ports: tuple[str, str]
    """Names of the interfaces."""
    facts: str
    """MTU, delay, losses; whether it is down."""
    labels: tuple[str, ...]
    """What stands at the line: only what is not ordinary."""
    is_up: bool
    sent: tuple[int, int]
    """Frames that each end sent since the last step."""


@dataclass(frozen=True, slots=True)
class NetworkSeen:
    """All that there is to see of a network."""

    time: float
    nodes: tuple[NodeSeen, ...]
    links: tuple[LinkSeen, ...]
    chosen: str
    """The node whose addresses are shown; "" for none."""
    addresses: tuple[tuple[str, str, str], ...]
    """Of the chosen node: interface, address or MAC address, and what it is."""

    def table(self) -> str:
        """Write the network as plain text, for a screen reader and for an exported notebook."""
        lines = [time_text(self.time), "", _("Nodes")]
        lines += [f"  {node.name}: {node.kind}" for node in self.nodes]
        lines += ["", _("Links")]
        lines += [f"  {ends_text(link)}: {link.facts}; {sent_text(link)}" for link in self.links]
        if self.chosen:
            lines += ["", addresses_title(self.chosen)]
            lines += [f"  {port}: {address}, {what}" for port, address, what in self.addresses]
        return "\n".join(lines)


def time_text(seconds: float) -> str:
    """Return the sentence about the time."""
    return _("Time: {seconds} s").format(seconds=f"{seconds:.3f}")


def ends_text(link: LinkSeen) -> str:
    """Return the two ends of a link."""
    return " — ".join(f"{node}:{port}" for node, port in zip(link.ends, link.ports, strict=True))


def sent_text(link: LinkSeen) -> str:
    """Return who sent how many frames."""
    return _("{a} sent {sent_a}, {b} sent {sent_b}").format(
        a=link.ends[0], sent_a=link.sent[0], b=link.ends[1], sent_b=link.sent[1]
    )


def addresses_title(name: str) -> str:
    """Return the title of the table of addresses."""
    return _("Addresses of {node}").format(node=name)


# --- Where nodes stand --------------------------------------------------------------------------


def lay_out(network: Network, tallest: int = TALLEST) -> dict[str, Place]:
    """Return where each node of a network stands.

    Nodes stand in columns by their distance from a node at the network's edge, so that lines go
    from one column to the next. Parts that are not connected stand below each other.

    Args:
        network: The network.
        tallest: How many nodes one column has at most.
    """
    near: dict[str, list[str]] = {name: [] for name in network.devices}
    for link in network.links:
        a, b = (end.device.name for end in link.ends)
        near[a].append(b)
        near[b].append(a)
    places: dict[str, Place] = {}
    below = 0.0
    for name in network.devices:
        if name in places:
            continue
        part = _columns(_layers(near, name), near, tallest)
        height = max(map(len, part))
        for column, names in enumerate(part):
            for number, node in enumerate(names):
                row = below + number + (height - len(names)) / 2
                places[node] = Place(column, row)
        below += height
    return places


def _distances(near: dict[str, list[str]], start: str) -> dict[str, int]:
    distance = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other in near[node]:
            if other not in distance:
                distance[other] = distance[node] + 1
                waiting.append(other)
    return distance


def _layers(near: dict[str, list[str]], some: str) -> list[list[str]]:
    """Return the nodes of a connected part, by their distance from one of its ends."""

    def farthest(start: str) -> str:
        found = _distances(near, start)
        return max((name for name in near if name in found), key=found.__getitem__)

    one = farthest(some)
    other = farthest(one)
    order = list(near)
    distance = _distances(near, min(one, other, key=order.index))
    layers: list[list[str]] = [[] for _layer in range(max(distance.values()) + 1)]
    for name in order:
        if name in distance:
            layers[distance[name]].append(name)
    return layers


def _columns(layers: list[list[str]], near: dict[str, list[str]], tallest: int) -> list[list[str]]:
    """Order each layer as its neighbors stand, so that few lines cross; cut what is too tall."""
    for _sweep in range(SWEEPS):
        for before, layer in [*pairwise(layers), *pairwise(reversed(layers))]:
            place = {name: number / len(before) for number, name in enumerate(before)}

            def middle(name: str, place: dict[str, float] = place) -> float:
                found = [place[other] for other in near[name] if other in place]
                return sum(found) / len(found) if found else 0.0

            layer.sort(key=middle)
    return [
        layer[first : first + tallest]
        for layer in layers
        for first in range(0, len(layer), tallest)
    ]


# --- What there is to see -----------------------------------------------------------------------


def look(network: Network, chosen: str = "", traffic: Traffic | None = None) -> NetworkSeen:
    """Compute what the widget shows of a network.

    Args:
        network: The network, at its present time.
        chosen: The node whose addresses are shown.
        traffic: The frames that are counted; none: no frame.

    Returns:
        The picture. A node that is not in the network has no addresses.
    """
    places, narrow = lay_out(network), lay_out(network, TALLEST_ON_NARROW)
    sent = traffic.sent if traffic is not None else {}
    device = network.devices.get(chosen)
    return NetworkSeen(
        time=network.now,
        nodes=tuple(
            NodeSeen(name, _kind(node), isinstance(node, Router), places[name], narrow[name])
            for name, node in network.devices.items()
        ),
        links=tuple(_link(link, sent) for link in network.links),
        chosen=chosen if device is not None else "",
        addresses=tuple(_addresses(device)) if device is not None else (),
    )


def _kind(device: Device) -> str:
    word = next(word for kind, word in _KINDS if isinstance(device, kind))
    return _(word)


def _link(link: Link, sent: dict[Interface, int]) -> LinkSeen:
    a, b = link.ends
    special = []
    if not link.is_up:
        special.append(_("down"))
    special += [
        _("{interface} is down").format(interface=f"{end.device.name}:{end.name}")
        for end in link.ends
        if not end.is_up
    ]
    if link.mtu != ethernet.MTU:
        special.append(_mtu(link.mtu))
    if link.loss:
        special.append(_("loss {share} %").format(share=f"{100 * link.loss:g}"))
    if link.duplication:
        special.append(_("twice {share} %").format(share=f"{100 * link.duplication:g}"))
    facts = [] if link.mtu != ethernet.MTU else [_mtu(link.mtu)]
    facts += [*special, _("delay {time} ms").format(time=f"{1000 * link.delay:g}")]
    return LinkSeen(
        ends=(a.device.name, b.device.name),
        ports=(a.name, b.name),
        facts=", ".join(facts),
        labels=tuple(special),
        is_up=link.is_up and a.is_up and b.is_up,
        sent=(sent.get(a, 0), sent.get(b, 0)),
    )


def _mtu(octets: int) -> str:
    return _("MTU {octets}").format(octets=octets)


def _addresses(device: Device) -> list[tuple[str, str, str]]:
    rows = []
    for port in device.interfaces.values():
        rows.append((port.name, port.mac.hex(":"), _("MAC address")))
        for address in port.addresses.values():
            what = f"{address.origin}, {_(_STATES[address.state.value])}"
            rows.append((port.name, str(address), what))
    return rows


# --- The widget ---------------------------------------------------------------------------------


class NetworkView(anywidget.AnyWidget):  # type: ignore[misc]
    """A network to look at while time passes: a step is the time until the next frame is sent.

    What lessons do with the network between two steps is seen after `refresh`, or its button.

    Args:
        network: The network. It stays the lesson's; the view only lets time pass.
        node: The node whose addresses are shown at the beginning; the first by default.
    """

    _esm = Path(__file__).with_name("network_view.js")
    _css = Path(__file__).with_name("network_view.css")

    node = traitlets.Unicode(help="The node whose addresses are shown.").tag(sync=True)
    state = traitlets.Dict(help="What the browser draws; from Python only.").tag(sync=True)

    def __init__(self, network: Network, node: str = "", **traits: Any) -> None:
        self._network = network
        self._traffic = Traffic()
        self._said = ""
        network.attach(self._traffic)
        super().__init__(node=node or next(iter(network.devices), ""), **traits)
        self.refresh()
        self.on_msg(self._receive)

    def step(self) -> None:
        """Let time pass until a frame is sent, at most a minute."""
        self._traffic.clear()
        sent = self._network.run_until(lambda: bool(self._traffic.sent), PATIENCE)
        self._said = "" if sent else _("Nobody sent anything for a minute.")
        self.refresh()

    def run(self, seconds: float) -> None:
        """Let so many virtual seconds pass.

        Raises:
            ValueError: It is no time, or more than an hour.
        """
        if not 0 < seconds <= MOST_SECONDS:
            raise ValueError(f"{seconds} s; run for more than 0 s, and an hour at most")
        self._traffic.clear()
        self._network.run(seconds)
        self._said = ""
        self.refresh()

    def refresh(self) -> None:
        """Show the network as it is now."""
        seen = look(self._network, self.node, self._traffic)
        picture = asdict(seen)
        for drawn, link in zip(picture["links"], seen.links, strict=True):
            drawn |= {"name": ends_text(link), "sent_text": sent_text(link)}
        frames = sum(sum(link.sent) for link in seen.links)
        said = _("{time}. Frames since the last step: {count}.").format(
            time=time_text(seen.time), count=frames
        )
        self.state = picture | {
            "said": f"{said} {self._said}".strip(),
            "addresses_title": addresses_title(seen.chosen) if seen.chosen else "",
            "labels": _labels(),
        }

    @traitlets.observe("node")  # type: ignore[untyped-decorator]
    def _node_changed(self, _change: object) -> None:
        self.refresh()

    def _receive(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Act on a message from the browser; one that is not understood is let pass."""
        match content:
            case {"kind": "step"}:
                self.step()
            case {"kind": "run", "seconds": int(seconds)} if 0 < seconds <= MOST_SECONDS:
                self.run(seconds)
            case {"kind": "refresh"}:
                self.refresh()

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return look(self._network, self.node, self._traffic).table()


def _labels() -> dict[str, Any]:
    return {
        "title": _("Network"),
        "step": _("Step to the next frame"),
        "run": _("Run 1 s"),
        "run-long": _("Run 30 s"),
        "refresh": _("Refresh"),
        "picture": _("Nodes: arrow keys choose one"),
        "node": _("{name}, {kind}"),
        "links": _("Links"),
        "link-heads": [_("Link"), _("What it is like"), _("Frames since the last step")],
        "address-heads": [_("Interface"), _("Address"), _("What it is")],
    }

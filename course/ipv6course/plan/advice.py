"""What in an address plan is allowed and still unwise, with the reason and the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from netaddr import IPNetwork

from ipv6course.address.text import N_
from ipv6course.plan.node import Node
from ipv6course.plan.prefix import prefix_text, read_prefix

LAN = 64  # RFC 4291 section 2.5.1: interface identifiers are 64 bits long
LINK = 127  # RFC 6164
NIBBLE = 4  # bits of one hexadecimal digit, and of one label under ip6.arpa
LONGEST_SITE = 56  # RIPE-690 section 4.2

# rule: (why it is unwise and what would be better, where that stands)
ADVICE = {
    "nibble": (
        N_(
            "/{length} is not at the boundary of a hexadecimal digit. Reverse DNS is delegated "
            "digit by digit, so this prefix needs {zones} zones, and people misread where it ends. "
            "A multiple of 4 is better: /{shorter} or /{longer}."
        ),
        "RFC 3596 section 2.5",
    ),
    "lan-longer": (
        N_(
            "A subnet with hosts is a /64. With /{length} there is no room for an interface "
            "identifier of 64 bits, so addresses cannot be formed automatically (SLAAC)."
        ),
        "RFC 4291 section 2.5.1, RFC 7421",
    ),
    "lan-shorter": (
        N_(
            "A subnet with hosts is a /64. /{length} is {count} subnets; split it, and use one of "
            "them."
        ),
        "RFC 4291 section 2.5.1, RFC 7421",
    ),
    "link": (
        N_(
            "A link between two routers is a /127, or a /64. A longer or shorter prefix leaves "
            "addresses for which packets can loop or neighbor caches fill."
        ),
        "RFC 6164 section 5",
    ),
    "loopback": (
        N_("The address of a router itself is a /128; /{length} takes more than one address."),
        "RFC 4291 section 2.3",
    ),
    "site-lan": (
        N_(
            "An end site gets more than one /64: it has, or will have, several subnets. Assign a "
            "/48 or a /56 that stays the same."
        ),
        "RIPE-690 section 4.2, RFC 6177 section 2",
    ),
    "site-small": (
        N_("/{length} is small for an end site. /48 for all, or /56 for homes, is recommended."),
        "RIPE-690 section 4.2",
    ),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that could be better."""

    rule: str
    """Stable name, a key of `ADVICE`."""
    path: str
    """The path of the node in its plan; empty for a prefix without a plan."""
    prefix: IPNetwork
    """The prefix that it is about."""
    line: int | None
    """The line of the file where the node begins, or None."""
    rfc: str
    """The document and section."""
    values: tuple[tuple[str, object], ...]
    """What the sentence names."""

    def why(self, translate: Callable[[str], str] = str) -> str:
        """Say what is unwise and what would be better."""
        return translate(ADVICE[self.rule][0]).format(**dict(self.values))


def advice_on_prefix(
    prefix: str | IPNetwork, kind: str = "", path: str = "", line: int | None = None
) -> tuple[Advice, ...]:
    """Find what could be better about one prefix.

    Args:
        prefix: Text or a netaddr value.
        kind: What it is for, one of `ipv6course.plan.KINDS`.
        path: Its path in a plan, for the result.
        line: Its line in a file, for the result.

    Raises:
        ValueError: It is no prefix.
    """
    first, length = read_prefix(prefix)
    return tuple(_advice(Node(path, first, length, kind, line=line), path))


def advice_on_node(node: Node, path: str) -> Iterator[Advice]:
    """Find what could be better about one node of a plan; what is below it is not asked.

    A node with nothing below it that does not say its kind is taken for a subnet where it is longer
    than /64, except /127 (a link) and /128 (one address).
    """
    kind = node.kind
    if not kind and not node.children and LAN < node.length < LINK:
        kind = "lan"
    return _advice(Node(node.name, node.first, node.length, kind, line=node.line), path)


def _advice(node: Node, path: str) -> Iterator[Advice]:
    length = node.length
    right_link = length == LINK and node.kind in ("", "link")
    if length % NIBBLE and not right_link:
        # Delegated at the next longer boundary, which takes 2, 4 or 8 zones.
        shorter = length - length % NIBBLE
        longer = shorter + NIBBLE
        zones = 1 << longer - length
        yield _one("nibble", node, path, zones=zones, shorter=shorter, longer=longer)
    match node.kind:
        case "lan" if length > LAN:
            yield _one("lan-longer", node, path)
        case "lan" if length < LAN:
            yield _one("lan-shorter", node, path, count=1 << LAN - length)
        case "link" if length not in (LAN, LINK):
            yield _one("link", node, path)
        case "loopback" if length != 128:
            yield _one("loopback", node, path)
        case "site" | "customer" if length >= LAN:
            yield _one("site-lan", node, path)
        case "site" | "customer" if length > LONGEST_SITE:
            yield _one("site-small", node, path)


def _one(rule: str, node: Node, path: str, **values: object) -> Advice:
    values |= {"length": node.length, "prefix": prefix_text(node.first, node.length)}
    found = tuple(values.items())
    return Advice(rule, path, node.prefix, node.line, ADVICE[rule][1], found)

"""Which address to send from, and which to send to: RFC 6724, as functions of values alone.

The rules of this module:

* `choose_source` and `order_destinations` take everything that they look at as arguments. A node
  collects it (`Node.choose_source`); a test, or a lesson, may also make it up.
* The rules are two tables, `SOURCE_RULES` and `DESTINATION_RULES`, in the RFC's order. A rule takes
  two candidates and says which of them is better, or neither; the first that says so decides.
* What was decided can be asked for: `Choice` and `Place` name the rule.
* An IPv4 address is written as an IPv4-mapped one, as section 3.2 does.
* The policy table is dated data, `policy_table.csv`: the RFC's, and its coming replacement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cmp_to_key

import netaddr

from ipv6course.network.wire import ipv6

MAPPED = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96, RFC 4291 section 2.5.5.2

LINK_LOCAL, SITE_LOCAL, GLOBAL = 0x2, 0x5, 0xE  # RFC 6724 section 3.1; numbers of RFC 7346


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A row of the policy table, RFC 6724 section 2.1."""

    prefix: int
    """The first address, as a number of 128 bits."""
    length: int
    precedence: int
    """Of destinations: the highest is tried first."""
    label: int
    """A source is for destinations of its own label."""
    source: str = ""
    """The text that it is from."""

    @property
    def network(self) -> netaddr.IPNetwork:
        """The prefix, as netaddr's value."""
        return netaddr.IPNetwork((self.prefix, self.length), version=6)


class PolicyTable:
    """The policy table: the longest prefix that holds an address says precedence and label."""

    def __init__(self, rows: Iterable[PolicyRow]) -> None:
        self.rows = tuple(rows)
        self._longest_first = sorted(self.rows, key=lambda row: -row.length)
        self._found: dict[bytes, PolicyRow] = {}
        if not any(row.length == 0 for row in self.rows):
            raise ValueError(
                "a policy table without a row for ::/0; every address needs a label "
                "(RFC 6724 section 2.1)"
            )

    def __getitem__(self, address: bytes) -> PolicyRow:
        found = self._found.get(address)
        if found is None:
            number = int.from_bytes(address, "big")
            found = next(
                row
                for row in self._longest_first
                if (number ^ row.prefix) >> (128 - row.length) == 0
            )
            if len(self._found) < 4096:
                self._found[address] = found
        return found

    def with_known_local(self, prefixes: Iterable[netaddr.IPNetwork]) -> PolicyTable:
        """Return a table that also prefers the site's own unique local prefixes.

        draft-ietf-6man-rfc6724-update section 5.3: precedence 45 and label 14.
        """
        known = (
            PolicyRow(prefix.first, prefix.prefixlen, 45, 14, "known local") for prefix in prefixes
        )
        return PolicyTable((*self.rows, *known))


@cache
def policy_table(name: str = "rfc6724") -> PolicyTable:
    """Return a policy table from the dated data.

    Args:
        name: "rfc6724", the one in force, or "update", the approved draft that will change it.

    Raises:
        ValueError: There is none of that name.
    """
    import csv  # a simulator that sends nothing does not pay for it
    from importlib import resources

    text = resources.files(__package__).joinpath("policy_table.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = [row for row in rows if row["table"] == name]
    if not found:
        known = ", ".join(sorted({row["table"] for row in rows}))
        raise ValueError(f"there is no policy table {name!r}; there are: {known}")
    return PolicyTable(
        PolicyRow(
            int(netaddr.IPNetwork(row["prefix"]).first),
            int(row["prefix"].partition("/")[2]),
            int(row["precedence"]),
            int(row["label"]),
            f"{row['source']}, {row['date']}",
        )
        for row in found
    )


def scope(address: bytes) -> int:
    """Return the scope of an address, as a number of RFC 7346, RFC 6724 section 3.

    The scope of a unicast address is compared with that of a group, so both have one scale.
    """
    if address[0] == 0xFF:
        return address[1] & 0xF
    if address[:12] == MAPPED:  # section 3.2: 169.254/16 and 127/8 are link-local
        is_local = address[12] == 127 or address[12:14] == b"\xa9\xfe"
        return LINK_LOCAL if is_local else GLOBAL
    if ipv6.is_link_local(address) or address == ipv6.UNSPECIFIED[:15] + b"\x01":
        return LINK_LOCAL  # the loopback address too: section 3.4
    if address[0] == 0xFE and address[1] & 0xC0 == 0xC0:
        return SITE_LOCAL  # fec0::/10, RFC 6724 section 3.1; deprecated by RFC 3879
    return GLOBAL


def common_prefix_length(one: bytes, other: bytes, most: int = 128) -> int:
    """Return how many leading bits two addresses share, at most `most`, RFC 6724 section 2.2."""
    difference = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return min(128 - difference.bit_length(), most)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that packets could be sent from."""

    address: bytes
    prefix_length: int = 64
    """Rule 8 looks at no bit after it, RFC 6724 section 2.2."""
    interface: str = ""
    """Where it is assigned; rule 5."""
    is_deprecated: bool = False
    is_home: bool = False
    """A home address of Mobile IPv6, RFC 6275; rule 4."""
    is_care_of: bool = False
    """A care-of address; rule 4. One that is home and care-of at once is at home."""
    is_temporary: bool = False
    """RFC 8981; rule 7."""
    routers: frozenset[bytes] = frozenset()
    """The routers that advertised its prefix, by their link-local addresses; rule 5.5."""

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value."""
        return netaddr.IPAddress(int.from_bytes(self.address, "big"), 6)


@dataclass(frozen=True, slots=True)
class SourceQuestion:
    """What a source is chosen for."""

    destination: bytes
    interface: str = ""
    """Where the packet will leave."""
    next_hop: bytes | None = None
    """The router that it will go to, where it goes to one."""
    policy: PolicyTable | None = None
    prefer_temporary: bool = True
    """Whether rule 7 prefers temporary addresses, or public ones."""

    @property
    def table(self) -> PolicyTable:
        """The policy table that counts."""
        return self.policy or policy_table()


# Each takes the question and two candidates; it returns more than 0 where the first is better, less
# where the second is, and 0 where the rule does not decide.
_SourceTest = Callable[[SourceQuestion, Candidate, Candidate], int]


def _same_address(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    return (a.address == asked.destination) - (b.address == asked.destination)


def _appropriate_scope(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    scope_a, scope_b, wanted = scope(a.address), scope(b.address), scope(asked.destination)
    if scope_a == scope_b:
        return 0
    if scope_a < scope_b:
        return -1 if scope_a < wanted else 1
    return 1 if scope_b < wanted else -1


def _not_deprecated(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    return b.is_deprecated - a.is_deprecated


def _home(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    both_a, both_b = a.is_home and a.is_care_of, b.is_home and b.is_care_of
    if both_a != both_b:
        return both_a - both_b
    only_a, only_b = a.is_home and not a.is_care_of, b.is_home and not b.is_care_of
    away_a, away_b = a.is_care_of and not a.is_home, b.is_care_of and not b.is_home
    return (only_a and away_b) - (only_b and away_a)


def _outgoing_interface(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    return (a.interface == asked.interface) - (b.interface == asked.interface)


def _advertised_by_next_hop(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    return (asked.next_hop in a.routers) - (asked.next_hop in b.routers)


def _matching_label(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    label = asked.table[asked.destination].label
    return (asked.table[a.address].label == label) - (asked.table[b.address].label == label)


def _temporary(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    found = a.is_temporary - b.is_temporary
    return found if asked.prefer_temporary else -found


def _longest_prefix(asked: SourceQuestion, a: Candidate, b: Candidate) -> int:
    return common_prefix_length(
        a.address, asked.destination, a.prefix_length
    ) - common_prefix_length(b.address, asked.destination, b.prefix_length)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of RFC 6724."""

    number: str
    name: str
    """As the RFC calls it."""
    section: str


SOURCE_RULES: tuple[tuple[Rule, _SourceTest], ...] = tuple(
    (Rule(number, name, "RFC 6724 section 5"), test)
    for number, name, test in (
        ("1", "Prefer same address", _same_address),
        ("2", "Prefer appropriate scope", _appropriate_scope),
        ("3", "Avoid deprecated addresses", _not_deprecated),
        ("4", "Prefer home addresses", _home),
        ("5", "Prefer outgoing interface", _outgoing_interface),
        ("5.5", "Prefer addresses in a prefix advertised by the next-hop", _advertised_by_next_hop),
        ("6", "Prefer matching label", _matching_label),
        ("7", "Prefer temporary addresses", _temporary),
        ("8", "Use longest matching prefix", _longest_prefix),
    )
)
# Rule 8 leaves two addresses of one length equal; then the order in which they came decides.
NO_SOURCE_RULE = Rule("-", "No rule decides: the first that was there", "RFC 6724 section 5")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two candidates, and the rule that decided between them."""

    better: Candidate
    worse: Candidate
    rule: Rule

    def __str__(self) -> str:
        return f"{self.better.ip} before {self.worse.ip}: rule {self.rule.number}, {self.rule.name}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The source that was chosen, and why."""

    source: Candidate | None
    """None: there was no candidate."""
    comparisons: tuple[Comparison, ...] = ()
    """One for each other candidate, in the order in which they were looked at."""

    def __str__(self) -> str:
        if self.source is None:
            return "no source address"
        return "\n".join((str(self.source.ip), *(f"  {one}" for one in self.comparisons)))


def compare_sources(asked: SourceQuestion, a: Candidate, b: Candidate) -> tuple[int, Rule]:
    """Return which of two candidates is better, and the rule that says so.

    Returns:
        More than 0 where `a` is better, less where `b` is, 0 where no rule decides; and the rule.
    """
    for rule, test in SOURCE_RULES:
        found = test(asked, a, b)
        if found:
            return found, rule
    return 0, NO_SOURCE_RULE


def choose_source(asked: SourceQuestion, candidates: Iterable[Candidate]) -> Choice:
    """Choose the address to send from, RFC 6724 section 5.

    Args:
        asked: The destination, and where the packet will leave.
        candidates: The candidate set, section 4. Groups, the unspecified address and tentative
            addresses are no candidates; do not give them.
    """
    best: Candidate | None = None
    comparisons = []
    for candidate in candidates:
        if best is None:
            best = candidate
            continue
        found, rule = compare_sources(asked, candidate, best)
        better, worse = (candidate, best) if found > 0 else (best, candidate)
        comparisons.append(Comparison(better, worse, rule))
        best = better
    return Choice(best, tuple(comparisons))


# --- Destinations, RFC 6724 section 6 -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination, with the source that would be used for it."""

    address: bytes
    source: Candidate | None = None
    """None: there is no way to it, or no source for it."""
    is_tunneled: bool = False
    """Whether it is reached through an encapsulating transition mechanism; rule 7."""

    @property
    def ip(self) -> netaddr.IPAddress:
        """The address, as netaddr's value; IPv4 where it is IPv4-mapped."""
        if self.address[:12] == MAPPED:
            return netaddr.IPAddress(int.from_bytes(self.address[12:], "big"), 4)
        return netaddr.IPAddress(int.from_bytes(self.address, "big"), 6)


_DestinationTest = Callable[[PolicyTable, Destination, Destination], int]


def _usable(policy: PolicyTable, a: Destination, b: Destination) -> int:
    return (a.source is not None) - (b.source is not None)


def _sources(a: Destination, b: Destination) -> tuple[Candidate, Candidate] | None:
    return (a.source, b.source) if a.source is not None and b.source is not None else None


def _matching_scope(policy: PolicyTable, a: Destination, b: Destination) -> int:
    if (both := _sources(a, b)) is None:
        return 0
    return (scope(a.address) == scope(both[0].address)) - (
        scope(b.address) == scope(both[1].address)
    )


def _source_not_deprecated(policy: PolicyTable, a: Destination, b: Destination) -> int:
    both = _sources(a, b)
    return both[1].is_deprecated - both[0].is_deprecated if both else 0


def _source_at_home(policy: PolicyTable, a: Destination, b: Destination) -> int:
    if (both := _sources(a, b)) is None:
        return 0
    return _home(SourceQuestion(a.address), *both)


def _source_of_label(policy: PolicyTable, a: Destination, b: Destination) -> int:
    if (both := _sources(a, b)) is None:
        return 0
    return (policy[a.address].label == policy[both[0].address].label) - (
        policy[b.address].label == policy[both[1].address].label
    )


def _higher_precedence(policy: PolicyTable, a: Destination, b: Destination) -> int:
    return policy[a.address].precedence - policy[b.address].precedence


def _native_transport(policy: PolicyTable, a: Destination, b: Destination) -> int:
    return b.is_tunneled - a.is_tunneled


def _smaller_scope(policy: PolicyTable, a: Destination, b: Destination) -> int:
    return scope(b.address) - scope(a.address)


def _destination_prefix(policy: PolicyTable, a: Destination, b: Destination) -> int:
    both = _sources(a, b)
    is_same_family = (a.address[:12] == MAPPED) == (b.address[:12] == MAPPED)
    if both is None or not is_same_family:
        return 0
    lengths = [
        common_prefix_length(
            source.address,
            destination.address,
            source.prefix_length + (96 if destination.address[:12] == MAPPED else 0),
        )
        for source, destination in zip(both, (a, b), strict=True)
    ]
    return lengths[0] - lengths[1]


DESTINATION_RULES: tuple[tuple[Rule, _DestinationTest], ...] = tuple(
    (Rule(number, name, "RFC 6724 section 6"), test)
    for number, name, test in (
        ("1", "Avoid unusable destinations", _usable),
        ("2", "Prefer matching scope", _matching_scope),
        ("3", "Avoid deprecated addresses", _source_not_deprecated),
        ("4", "Prefer home addresses", _source_at_home),
        ("5", "Prefer matching label", _source_of_label),
        ("6", "Prefer higher precedence", _higher_precedence),
        ("7", "Prefer native transport", _native_transport),
        ("8", "Prefer smaller scope", _smaller_scope),
        ("9", "Use longest matching prefix", _destination_prefix),
    )
)
UNCHANGED = Rule("10", "Otherwise, leave the order unchanged", "RFC 6724 section 6")


@dataclass(frozen=True, slots=True)
class Place:
    """A destination in the order, and the rule that put it after the one before."""

    destination: Destination
    rule: Rule | None
    """None: it is the first."""

    def __str__(self) -> str:
        why = f"rule {self.rule.number}, {self.rule.name}" if self.rule else "first"
        return f"{self.destination.ip}: {why}"


def compare_destinations(
    a: Destination, b: Destination, policy: PolicyTable | None = None
) -> tuple[int, Rule]:
    """Return which of two destinations comes first, and the rule that says so.

    Returns:
        More than 0 where `a` does, less where `b` does, 0 where no rule decides; and the rule.
    """
    policy = policy or policy_table()
    for rule, test in DESTINATION_RULES:
        found = test(policy, a, b)
        if found:
            return found, rule
    return 0, UNCHANGED


def order_destinations(
    destinations: Sequence[Destination], policy: PolicyTable | None = None
) -> list[Place]:
    """Put destinations into the order in which they are tried, RFC 6724 section 6.

    Args:
        destinations: As a name server gave them, each with the source that `choose_source` says.
        policy: The policy table; None: the RFC's.
    """

    def compare(a: Destination, b: Destination) -> int:
        return -compare_destinations(a, b, policy)[0]

    ordered = sorted(destinations, key=cmp_to_key(compare))
    return [
        Place(destination, compare_destinations(before, destination, policy)[1] if before else None)
        for before, destination in zip([None, *ordered], ordered, strict=False)
    ]

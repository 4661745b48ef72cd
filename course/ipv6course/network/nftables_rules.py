"""What an nftables rule set says: tables, their sets and chains, the rules; and how it is printed.

A rule is a list of steps, in the order in which they are written. The first that does not match
ends the rule; a verdict ends the chain. What is printed is what `nft list ruleset` prints.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from ipv6course.network.filter_expressions import Glance, Kind, Value
from ipv6course.network.wire import icmpv6

Step = Callable[[Glance], bool]


class Values:
    """Some values of one kind: those of a set, or of a single comparison."""

    def __init__(self, members: list[tuple[Value, Value]]) -> None:
        """Make it from intervals, their ends included; names of interfaces are no intervals."""
        self.members = members
        self._names = {low.rstrip("*"): low for low, _ in members if isinstance(low, str)}
        self._exact = {low for low, high in members if low == high and isinstance(low, int)}
        wide = [(low, high) for low, high in members if low != high]
        spans = sorted(
            (low, high) for low, high in wide if isinstance(low, int) and isinstance(high, int)
        )
        self._lows = [low for low, _ in spans]
        self._highs = [high for _, high in spans]

    def __contains__(self, value: Value) -> bool:
        if isinstance(value, str):
            return any(
                value.startswith(bare) if written.endswith("*") else value == bare
                for bare, written in self._names.items()
            )
        if value in self._exact:
            return True
        at = bisect_right(self._lows, value) - 1
        return at >= 0 and value <= self._highs[at]


class Verdict(NamedTuple):
    """What a rule decides."""

    kind: str
    """"accept", "drop", "reject", "jump", "goto" or "return"."""
    target: str = ""
    """The chain of a jump or goto."""
    code: int = icmpv6.PORT_UNREACHABLE
    """Of the Destination Unreachable that a reject sends; -1: a TCP reset."""


@dataclass(slots=True)
class Counter:
    """How many packets came to it, and how many octets they had."""

    packets: int = 0
    octets: int = 0

    def __call__(self, glance: Glance) -> bool:
        """Count a packet. It always matches."""
        self.packets += 1
        self.octets += len(glance.data)
        return True


@dataclass(slots=True)
class Limit:
    """A token bucket: it matches as long as there are tokens, nft(8) "limit statement"."""

    rate: float
    """Packets, or octets, a second."""
    burst: float
    counts_octets: bool
    is_over: bool
    """Whether it matches when there are none, instead."""
    tokens: float
    since: float = 0.0

    def __call__(self, glance: Glance) -> bool:
        """Take tokens for a packet."""
        now = glance.node.now
        self.tokens = min(self.burst, self.tokens + (now - self.since) * self.rate)
        self.since = now
        cost = len(glance.data) if self.counts_octets else 1
        if self.tokens < cost - 1e-9:
            return self.is_over
        self.tokens -= cost
        return not self.is_over


@dataclass(slots=True)
class Log:
    """A line in the router's log for each packet."""

    prefix: str
    note: Callable[[str, Glance], None] | None = None
    """Who writes it; `Filters` sets that."""

    def __call__(self, glance: Glance) -> bool:
        """Write a line. It always matches."""
        if self.note is not None:
            self.note(self.prefix, glance)
        return True


@dataclass(slots=True)
class Rule:
    """A rule: what it asks for, and what it decides."""

    line: int
    steps: list[Step]
    verdict: Verdict | None
    words: list[str | Counter]
    """How it is printed."""
    tracks: bool = False
    """Whether it asks for the state of connections."""

    def text(self) -> str:
        """Print it as `nft list ruleset` does, the counters included."""
        return " ".join(_print_word(word) for word in self.words)


@dataclass(slots=True)
class Chain:
    """A chain of rules; a base chain sees packets at a hook, others only by a jump."""

    name: str
    line: int
    hook: str | None = None
    priority: int = 0
    policy: str = "accept"
    rules: list[Rule] = field(default_factory=list)
    head: str = ""
    """Its first line, as it is printed."""


@dataclass(slots=True)
class NamedSet:
    """A set of a table, which rules name as @name."""

    name: str
    line: int
    kind: Kind
    is_interval: bool
    values: Values
    words: list[str]


@dataclass(slots=True)
class Table:
    """A table: a name for some sets and chains."""

    family: str
    name: str
    line: int
    sets: dict[str, NamedSet] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)


@dataclass(slots=True)
class Ruleset:
    """All tables."""

    tables: list[Table]

    @property
    def tracks(self) -> bool:
        """Whether a rule asks for the state of connections, so that they must be tracked."""
        return any(
            rule.tracks
            for table in self.tables
            for chain in table.chains.values()
            for rule in chain.rules
        )

    def text(self) -> str:
        """Print it; `nft -f` takes it."""
        return "".join(_print_table(table) for table in self.tables)


# --- Printing -------------------------------------------------------------------------------------


def _print_word(word: str | Counter) -> str:
    if isinstance(word, Counter):
        return f"counter packets {word.packets} bytes {word.octets}"
    return word


def _print_table(table: Table) -> str:
    lines = [f"table {table.family} {table.name} {{"]
    blocks = [_print_set(one) for one in table.sets.values()]
    blocks += [_print_chain(one) for one in table.chains.values()]
    for number, block in enumerate(blocks):
        lines += [""] * bool(number)
        lines += [f"\t{line}" for line in block]
    return "\n".join([*lines, "}", ""])


def _print_set(one: NamedSet) -> list[str]:
    lines = [f"set {one.name} {{", f"\ttype {one.kind.name}"]
    lines += ["\tflags interval"] * one.is_interval
    if one.words:
        lines.append(f"\telements = {{ {', '.join(one.words)} }}")
    return [*lines, "}"]


def _print_chain(chain: Chain) -> list[str]:
    lines = [f"chain {chain.name} {{"]
    if chain.hook is not None:
        lines.append(f"\t{chain.head} policy {chain.policy};")
    lines += [f"\t{_joined(rule.text())}" for rule in chain.rules]
    return [*lines, "}"]


def _joined(text: str) -> str:
    return text.replace(" ,", ",").replace(" ;\n", "")

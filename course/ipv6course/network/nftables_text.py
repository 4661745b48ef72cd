"""nftables text: the part of `nft`'s language that filters IPv6, read and printed.

A whole file is read: tables of the families inet and ip6, their sets, their chains, the rules in
them. What the language has beyond that is refused by name, so nobody believes that it was applied.
The judge of this file is `nft -c -f` itself: what is read here, it takes, too.

A rule is a list of steps, in the order in which they are written. The first that does not match
ends the rule; a verdict ends the chain.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.filter_expressions import (
    ADDRESS,
    EXISTENCE,
    ICMPV6_CODES,
    INTERFACE_NAME,
    SELECTORS,
    SET_KINDS,
    SYNONYMS,
    Glance,
    Kind,
    Selector,
    Value,
)
from ipv6course.network.wire import icmpv6

HOOKS = ("prerouting", "input", "forward", "output")
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_OCTETS = {"bytes": 1, "kbytes": 1024, "mbytes": 1024 * 1024}
_USUAL_BURST = 5  # packets, nft(8) "limit statement"

Step = Callable[[Glance], bool]


# --- What a file says -----------------------------------------------------------------------------


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


# --- Words ----------------------------------------------------------------------------------------


class _Token(NamedTuple):
    text: str
    line: int


_TOKEN = re.compile(
    r'#[^\n]*|\\\n|\n|[ \t\r]+|"[^"\n]*"|==|!=|<=|>=|[<>!&|(){};,=]|[^\s"#<>!&|(){};,=\\]+|.'
)
_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "<": lambda found, value: found < value,  # type: ignore[operator]
    ">": lambda found, value: found > value,  # type: ignore[operator]
    "<=": lambda found, value: found <= value,  # type: ignore[operator]
    ">=": lambda found, value: found >= value,  # type: ignore[operator]
}
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9/_.-]*")
_RATE = re.compile(r"([0-9]+)/(second|minute|hour|day|week)")


def _tokens(text: str) -> list[_Token]:
    found, line = [], 1
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n":
            found.append(_Token(";\n", line))
            line += 1
        elif word == "\\\n":
            line += 1
        elif not word.isspace() and word[0] != "#":
            found.append(_Token(";\n" if word == ";" else word, line))
    found.append(_Token("", line))
    return found


def parse(text: str) -> Ruleset:
    """Read a file for `nft -f`, as if it began with `flush ruleset`.

    Raises:
        ValueError: It is not nftables' language, or beyond what is read here. The sentence names
            the line and what would be right.
    """
    return _Reader(text).ruleset()


class _Reader:
    def __init__(self, text: str) -> None:
        self._all = _tokens(text)
        self._at = 0
        self._table = Table("", "", 0)
        self._jumps: list[tuple[Table, str, str, int]] = []

    # --- Tokens ---

    @property
    def _next(self) -> _Token:
        return self._all[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += bool(token.text)
        return token

    def _skip_ends(self) -> None:
        while self._next.text == ";\n":
            self._take()

    def _skip_newlines(self) -> None:
        self._skip_ends()  # inside the braces of a set, where ';' does not stand

    def _is_end(self) -> bool:
        return self._next.text in (";\n", "}", "")

    def _expect(self, wanted: str, after: str) -> None:
        if self._next.text == wanted:
            self._take()
            return
        raise refusal(
            N_("nftables, line {line}: '{wanted}' is missing after {after}; {found} stands there."),
            line=self._next.line,
            wanted=wanted,
            after=after,
            found=_shown(self._next),
        )

    def _end(self, after: str) -> None:
        if self._next.text == ";\n":
            self._take()
        elif self._next.text == "}":
            raise refusal(
                N_(
                    "nftables, line {line}: before the '}}' after {after}, a ';' or a new line is "
                    "missing; nft asks for it."
                ),
                line=self._next.line,
                after=after,
            )
        else:
            raise refusal(
                N_(
                    "nftables, line {line}: {found} stands after {after}, where the line should "
                    "end. Write what follows on a line of its own, or put a ';' before it."
                ),
                line=self._next.line,
                found=_shown(self._next),
                after=after,
            )

    # --- The file ---

    def ruleset(self) -> Ruleset:
        tables: list[Table] = []
        while True:
            self._skip_ends()
            token = self._take()
            if not token.text:
                break
            if token.text == "flush" and self._next.text == "ruleset":
                self._take()
                tables.clear()
            elif token.text == "table":
                self._read_table(tables)
            elif token.text in ("add", "create", "insert", "delete", "define", "include", "list"):
                raise refusal(
                    N_(
                        "nftables, line {line}: '{word}' is not read here. Write the whole rule "
                        "set between braces: table inet filter {{ chain forward {{ … }} }}"
                    ),
                    line=token.line,
                    word=token.text,
                )
            else:
                raise self._stranger(token, ["table", "flush ruleset"])
        self._check_jumps()
        return Ruleset(tables)

    def _read_table(self, tables: list[Table]) -> None:
        family = self._take()
        if family.text not in ("inet", "ip6"):
            raise refusal(
                N_(
                    "nftables, line {line}: a table here is of the family inet or ip6, not "
                    "{found}. Write: table inet filter {{"
                ),
                line=family.line,
                found=_shown(family),
            )
        name = self._name("table")
        same = [one for one in tables if (one.family, one.name) == (family.text, name.text)]
        self._table = same[0] if same else Table(family.text, name.text, family.line)
        if not same:
            tables.append(self._table)
        self._expect("{", f"table {family.text} {name.text}")
        while not self._closes(f"table {name.text}"):
            token = self._take()
            if token.text == "chain":
                self._read_chain()
                self._end("'}'")
            elif token.text == "set":
                self._read_set()
                self._end("'}'")
            elif token.text in ("map", "counter", "quota", "limit", "flowtable", "ct", "synproxy"):
                raise refusal(
                    N_(
                        "nftables, line {line}: a {word} with a name is not read here; this room "
                        "has tables with chains and sets."
                    ),
                    line=token.line,
                    word=token.text,
                )
            else:
                raise self._stranger(token, ["chain", "set"])

    def _closes(self, what: str) -> bool:
        self._skip_ends()
        if not self._next.text:
            raise refusal(
                N_("nftables ends in line {line}, and a '}}' is missing: that of {what}."),
                line=self._next.line,
                what=what,
            )
        if self._next.text == "}":
            self._take()
            return True
        return False

    def _name(self, of: str) -> _Token:
        token = self._take()
        if not _NAME.fullmatch(token.text) or token.text in _KEYWORDS:
            raise refusal(
                N_(
                    "nftables, line {line}: {found} is no name for a {of}. A letter, and then "
                    "letters, digits, '-', '_' and '.', make one; nftables' own words do not."
                ),
                line=token.line,
                found=_shown(token),
                of=of,
            )
        return token

    # --- Sets ---

    def _read_set(self) -> None:
        name = self._name("set")
        self._expect("{", f"set {name.text}")
        kind: Kind | None = None
        is_interval = False
        members: list[tuple[Value, Value]] = []
        words: list[str] = []
        while not self._closes(f"set {name.text}"):
            token = self._take()
            if token.text == "type":
                word = self._take()
                kind = SET_KINDS.get(word.text)
                if kind is None:
                    raise self._stranger(word, list(SET_KINDS))
                self._end(f"type {word.text}")
            elif token.text == "flags":
                word = self._take()
                if word.text not in ("interval", "constant"):
                    raise self._stranger(word, ["interval", "constant"])
                is_interval = is_interval or word.text == "interval"
                self._end(f"flags {word.text}")
            elif token.text == "elements":
                if kind is None:
                    raise self._no_type(name)
                self._expect("=", "elements")
                members, words = self._members(kind)
            elif token.text in ("auto-merge", "comment"):
                while not self._is_end():
                    self._take()
            else:
                raise self._stranger(token, ["type", "flags", "elements", "auto-merge", "comment"])
        if kind is None:
            raise self._no_type(name)
        if not is_interval and any(low != high for low, high in members):
            raise refusal(
                N_(
                    "nftables, line {line}: set {name} has a prefix or a range. It needs the line: "
                    "flags interval"
                ),
                line=name.line,
                name=name.text,
            )
        self._table.sets[name.text] = NamedSet(
            name.text, name.line, kind, is_interval, Values(members), words
        )

    def _no_type(self, name: _Token) -> ValueError:
        return refusal(
            N_(
                "nftables, line {line}: set {name} does not say what it holds, before its "
                "elements. Write, for example: type ipv6_addr"
            ),
            line=name.line,
            name=name.text,
        )

    def _members(self, kind: Kind) -> tuple[list[tuple[Value, Value]], list[str]]:
        self._expect("{", "'='")
        members: list[tuple[Value, Value]] = []
        words: list[str] = []
        while True:
            self._skip_newlines()
            if self._next.text == "}":
                self._take()
                return members, words
            word = self._take()
            members.append(self._value(word, kind))
            words.append(word.text)
            self._skip_newlines()
            if self._next.text != "}":
                self._expect(",", word.text)

    # --- Chains ---

    def _read_chain(self) -> None:
        name = self._name("chain")
        if name.text in self._table.chains:
            raise refusal(
                N_(
                    "nftables, line {line}: chain {name} is there already, since line {before}. "
                    "Put all of its rules between the same braces."
                ),
                line=name.line,
                name=name.text,
                before=self._table.chains[name.text].line,
            )
        chain = self._table.chains[name.text] = Chain(name.text, name.line)
        self._expect("{", f"chain {name.text}")
        while not self._closes(f"chain {name.text}"):
            if self._next.text == "type":
                self._read_hook(chain)
            elif self._next.text == "policy":
                self._read_policy(chain)
            else:
                chain.rules.append(self._rule(chain))

    def _read_hook(self, chain: Chain) -> None:
        self._take()
        kind = self._take()
        if kind.text != "filter":
            raise refusal(
                N_(
                    "nftables, line {line}: a chain here is of type filter, not {found}. "
                    "Write: type filter hook forward priority filter; policy accept;"
                ),
                line=kind.line,
                found=_shown(kind),
            )
        self._expect("hook", "type filter")
        hook = self._take()
        if hook.text not in HOOKS:
            raise self._stranger(hook, list(HOOKS))
        self._expect("priority", f"hook {hook.text}")
        words = []
        while not self._is_end():
            words.append(self._take().text)
        chain.hook, chain.priority = hook.text, self._priority(words, hook.line)
        chain.head = f"type filter hook {hook.text} priority {' '.join(words)};"
        self._end("the priority")
        if self._next.text == "policy":
            self._read_policy(chain)

    def _priority(self, words: list[str], line: int) -> int:
        found = re.fullmatch(r"([a-z]+)?\s*([+-]?\s*[0-9]+)?", " ".join(words))
        if not words or found is None or (found[1] and found[1] not in PRIORITIES):
            raise refusal(
                N_(
                    "nftables, line {line}: {found} is no priority. A number is one, or one of "
                    "these words: {known}"
                ),
                line=line,
                found=repr(" ".join(words)),
                known=", ".join(PRIORITIES),
            )
        number = int(found[2].replace(" ", "")) if found[2] else 0
        return PRIORITIES.get(found[1] or "", 0) + number

    def _read_policy(self, chain: Chain) -> None:
        policy = self._take()
        word = self._take()
        if chain.hook is None:
            raise refusal(
                N_(
                    "nftables, line {line}: chain {name} has no hook, and so no policy. First "
                    "write: type filter hook forward priority filter;"
                ),
                line=policy.line,
                name=chain.name,
            )
        if word.text not in ("accept", "drop"):
            raise self._stranger(word, ["accept", "drop"])
        chain.policy = word.text
        self._end(f"policy {word.text}")

    # --- Rules ---

    def _rule(self, chain: Chain) -> Rule:
        rule = Rule(self._next.line, [], None, [])
        while not self._is_end():
            begin = self._at
            token = self._take()
            if rule.verdict is not None and token.text != "comment":
                raise refusal(
                    N_(
                        "nftables, line {line}: {found} stands after {verdict}, and would never be "
                        "reached. A verdict is a rule's last word."
                    ),
                    line=token.line,
                    found=_shown(token),
                    verdict=rule.verdict.kind,
                )
            statement = _STATEMENTS.get(token.text)
            if statement is not None:
                statement(self, rule, token, chain)
            else:
                self._match(rule, token)
            if not rule.words or not isinstance(rule.words[-1], Counter) or token.text != "counter":
                rule.words.extend(one.text for one in self._all[begin : self._at])
        self._end("the rule")
        return rule

    def _count(self, rule: Rule, token: _Token, chain: Chain) -> None:
        counter = Counter()
        if self._next.text == "packets":
            self._take()
            counter.packets = self._number("packets")
            self._expect("bytes", "the packets")
            counter.octets = self._number("bytes")
        rule.steps.append(counter)
        rule.words.append(counter)

    def _decide(self, rule: Rule, token: _Token, chain: Chain) -> None:
        rule.verdict = Verdict(token.text)

    def _jump(self, rule: Rule, token: _Token, chain: Chain) -> None:
        target = self._name("chain")
        rule.verdict = Verdict(token.text, target.text)
        self._jumps.append((self._table, chain.name, target.text, target.line))

    def _reject(self, rule: Rule, token: _Token, chain: Chain) -> None:
        if chain.hook == "prerouting":
            raise refusal(
                N_(
                    "nftables, line {line}: reject does not stand in a chain at prerouting here. "
                    "Use drop, or put the rule at input or forward."
                ),
                line=token.line,
            )
        if self._next.text != "with":
            rule.verdict = Verdict("reject")
            return
        self._take()
        how = self._take()
        if how.text == "tcp":
            self._expect("reset", "reject with tcp")
            rule.verdict = Verdict("reject", code=-1)
            rule.steps.append(lambda glance: glance.protocol == 6)
            return
        codes = {"icmpv6": ICMPV6_CODES, "icmpx": _ICMPX_CODES}.get(how.text)
        if codes is None or (how.text == "icmpx" and self._table.family != "inet"):
            raise self._stranger(how, ["icmpv6", "tcp reset", "icmpx (in a table inet)"])
        if self._next.text == "type":  # the older way of writing it
            self._take()
        code = self._take()
        if code.text not in codes:
            raise self._stranger(code, list(codes))
        rule.verdict = Verdict("reject", code=codes[code.text])

    def _limit(self, rule: Rule, token: _Token, chain: Chain) -> None:
        self._expect("rate", "limit")
        is_over = self._next.text == "over"
        if self._next.text in ("over", "until"):
            self._take()
        rate, seconds, octets = self._rate()
        burst = 0.0 if octets else float(_USUAL_BURST)
        if self._next.text == "burst":
            self._take()
            burst = float(self._number("burst"))
            unit = self._take()
            if unit.text != "packets" and unit.text not in _OCTETS:
                raise self._stranger(unit, ["packets", *_OCTETS])
            burst *= _OCTETS.get(unit.text, 1)
        most = rate + burst if octets else max(burst, 1.0)  # the kernel's bucket of octets
        rule.steps.append(Limit(rate / seconds, most, bool(octets), is_over, most))

    def _rate(self) -> tuple[float, int, int]:
        """Read "5/second", or "10 mbytes/second": how much, in how many seconds, of octets."""
        word = self._take()
        found = _RATE.fullmatch(word.text)
        if found and int(found[1]):
            return float(found[1]), _SECONDS[found[2]], 0
        unit, _, period = self._next.text.partition("/")
        if word.text.isdecimal() and int(word.text) and unit in _OCTETS and period in _SECONDS:
            self._take()
            return float(int(word.text) * _OCTETS[unit]), _SECONDS[period], 1
        raise refusal(
            N_(
                "nftables, line {line}: {found} is no rate. Write, for example: "
                "limit rate 5/second burst 5 packets"
            ),
            line=word.line,
            found=_shown(word),
        )

    def _log(self, rule: Rule, token: _Token, chain: Chain) -> None:
        prefix = ""
        while self._next.text in ("prefix", "level", "group", "flags"):
            option, value = self._take(), self._take()
            if option.text == "prefix":
                prefix = value.text.strip('"')
        rule.steps.append(Log(prefix))

    def _comment(self, rule: Rule, token: _Token, chain: Chain) -> None:
        self._take()

    def _beyond(self, rule: Rule, token: _Token, chain: Chain) -> None:
        raise refusal(
            N_(
                "nftables, line {line}: {word} is not read here: this room filters packets, and "
                "does not change or queue them."
            ),
            line=token.line,
            word=token.text,
        )

    def _number(self, what: str) -> int:
        word = self._take()
        if not word.text.isdecimal():
            raise refusal(
                N_("nftables, line {line}: a number is needed for {what}, not {found}."),
                line=word.line,
                what=what,
                found=_shown(word),
            )
        return int(word.text)

    # --- Matches ---

    def _match(self, rule: Rule, token: _Token) -> None:
        path, selector = self._selector(token)
        rule.tracks = rule.tracks or path == ("ct", "state")
        mask = self._mask(selector.kind) if self._next.text == "&" else None
        operator = self._operator()
        after = f"{' '.join(path)} {operator}".strip()
        if self._is_end():
            raise refusal(
                N_("nftables, line {line}: a value is missing after {after}."),
                line=token.line,
                after=after,
            )
        if operator in _COMPARISONS:
            rule.steps.append(self._ordered(selector, _COMPARISONS[operator], after))
            return
        values, any_of, word_mask = self._values(selector.kind, path, operator, mask)
        if word_mask is not None:
            mask = word_mask
        rule.steps.append(_step(selector.load, values, any_of, mask, operator))

    def _selector(self, token: _Token) -> tuple[tuple[str, ...], Selector]:
        path: tuple[str, ...] = (token.text,)
        while True:
            known = SELECTORS.get(SYNONYMS.get(path, path))
            if known is not None:
                return SYNONYMS.get(path, path), known
            longer = [one for one in (*SELECTORS, *SYNONYMS) if one[: len(path)] == path]
            if not longer:
                wanted = [one for one in SELECTORS if one[: len(path) - 1] == path[:-1]]
                at = len(path) - 1
                words = list(dict.fromkeys(one[at] for one in wanted if len(one) > at))
                bad = _Token(path[-1], token.line)
                raise self._stranger(bad, [*words, *(_STATEMENTS if at == 0 else ())])
            path = (*path, self._take().text)

    def _operator(self) -> str:
        word = self._next.text
        word = _OPERATORS.get(word, word)
        if word in ("==", "!=", "!") or word in _COMPARISONS:
            self._take()
            return word
        return ""

    def _mask(self, kind: Kind) -> int:
        self._take()
        if self._next.text != "(":
            return self._whole(self._take(), kind)
        self._take()
        mask = self._whole(self._take(), kind)
        while self._next.text == "|":
            self._take()
            mask |= self._whole(self._take(), kind)
        self._expect(")", "the words of the mask")
        return mask

    def _ordered(
        self, selector: Selector, compare: Callable[[Value, Value], bool], after: str
    ) -> Step:
        value = self._whole(self._take(), selector.kind)
        load = selector.load

        def step(glance: Glance) -> bool:
            found = load(glance)
            return found is not None and compare(found, value)

        return step

    def _values(
        self, kind: Kind, path: tuple[str, ...], operator: str, mask: int | None
    ) -> tuple[Values, bool, int | None]:
        """Read what is compared with: a set, a name of one, a list of flags, or a value.

        Returns:
            The values; whether any common bit is enough; a mask, where one was written after '/'.
        """
        token = self._next
        if token.text == "{":
            members, _ = self._members_of_braces(kind)
            return Values(members), False, None
        self._take()
        if token.text[:1] == "@":
            return self._named(token, kind), False, None
        if token.text == ".":
            raise refusal(
                N_(
                    "nftables, line {line}: values put together with '.' are not read here. "
                    "Write one condition after the other in the rule."
                ),
                line=token.line,
            )
        if not kind.is_mask:
            return Values([self._value(token, kind)]), False, None
        bits = self._whole(token, kind)
        while self._next.text in (",", "|"):
            self._take()
            bits |= self._whole(self._take(), kind)
        if self._next.text == "/":
            self._take()
            mask = self._whole(self._take(), kind)
            while self._next.text == ",":
                self._take()
                mask |= self._whole(self._take(), kind)
            return Values([(bits, bits)]), False, mask
        # Without an operator a word of flags asks for any of them, nft(8) "ct_state", "tcp_flag".
        is_any = operator in ("", "!") and mask is None
        return Values([(bits, bits)]), is_any, bits if is_any else None

    def _members_of_braces(self, kind: Kind) -> tuple[list[tuple[Value, Value]], list[str]]:
        members, words = self._members(kind)
        if not members:
            raise refusal(
                N_("nftables, line {line}: a set without elements matches nothing; name some."),
                line=self._next.line,
            )
        return members, words

    def _named(self, token: _Token, kind: Kind) -> Values:
        found = self._table.sets.get(token.text[1:])
        if found is None:
            raise refusal(
                N_(
                    "nftables, line {line}: there is no set {name} in this table, or not yet: "
                    "write it before the chains that use it."
                ),
                line=token.line,
                name=token.text[1:],
            )
        if found.kind is not kind:
            raise refusal(
                N_(
                    "nftables, line {line}: set {name} holds values of type {holds}, and {wanted} "
                    "are needed."
                ),
                line=token.line,
                name=found.name,
                holds=found.kind.name,
                wanted=kind.name,
            )
        return found.values

    def _whole(self, token: _Token, kind: Kind) -> int:
        low, high = self._value(token, kind)
        if low != high or not isinstance(low, int):
            raise refusal(
                N_("nftables, line {line}: one value is needed, and {found} is more."),
                line=token.line,
                found=_shown(token),
            )
        return low

    def _value(self, token: _Token, kind: Kind) -> tuple[Value, Value]:
        """Read a value, a range or a prefix, as the interval that it is."""
        word = token.text.strip('"')
        if kind is INTERFACE_NAME:
            if not word or token.text in (";\n", "{", "}", ","):
                raise self._no_value(token, kind)
            return word, word
        try:
            if kind is ADDRESS:
                return _addresses(word)
            if (one := _number(word, kind)) is not None:
                return one, one
        except ValueError as error:
            raise refusal(
                N_("nftables, line {line}: {error}"), line=token.line, error=error
            ) from None
        low, dash, high = word.partition("-")
        ends = _number(low, kind), _number(high, kind)
        if not dash or ends[0] is None or ends[1] is None:
            raise self._no_value(token, kind)
        if ends[0] > ends[1]:
            raise refusal(
                N_("nftables, line {line}: the range {word} ends before it begins."),
                line=token.line,
                word=word,
            )
        return ends[0], ends[1]

    def _no_value(self, token: _Token, kind: Kind) -> ValueError:
        near = difflib.get_close_matches(token.text, kind.names, 1)
        if near:
            return refusal(
                N_("nftables, line {line}: {found} is no value here. Is {right} meant?"),
                line=token.line,
                found=_shown(token),
                right=near[0],
            )
        if kind.names:
            return refusal(
                N_(
                    "nftables, line {line}: {found} is no value here. A number of {bits} bits is "
                    "one, or one of these words: {known}"
                ),
                line=token.line,
                found=_shown(token),
                bits=kind.bits,
                known=", ".join(kind.names),
            )
        return refusal(
            N_("nftables, line {line}: {found} is no value here; a number of {bits} bits is one."),
            line=token.line,
            found=_shown(token),
            bits=kind.bits,
        )

    # --- The rest ---

    def _check_jumps(self) -> None:
        leads: dict[tuple[int, str], set[str]] = {}
        for table, chain, target, line in self._jumps:
            found = table.chains.get(target)
            if found is None or found.hook is not None:
                raise refusal(
                    N_(
                        "nftables, line {line}: there is no chain {target} to jump to in this "
                        "table. It must be one without a hook."
                    ),
                    line=line,
                    target=target,
                )
            leads.setdefault((id(table), chain), set()).add(target)
            if _reaches(leads, id(table), target, chain):
                raise refusal(
                    N_("nftables, line {line}: the jump to {target} makes the chains a loop."),
                    line=line,
                    target=target,
                )

    def _stranger(self, token: _Token, known: list[str]) -> ValueError:
        near = difflib.get_close_matches(token.text, known, 1)
        if near:
            return refusal(
                N_("nftables, line {line}: {found} is not known here. Is {right} meant?"),
                line=token.line,
                found=_shown(token),
                right=near[0],
            )
        return refusal(
            N_("nftables, line {line}: {found} is not known here. These are: {known}"),
            line=token.line,
            found=_shown(token),
            known=", ".join(known),
        )


_STATEMENTS: dict[str, Callable[[_Reader, Rule, _Token, Chain], None]] = {
    "accept": _Reader._decide,
    "drop": _Reader._decide,
    "return": _Reader._decide,
    "jump": _Reader._jump,
    "goto": _Reader._jump,
    "reject": _Reader._reject,
    "counter": _Reader._count,
    "limit": _Reader._limit,
    "log": _Reader._log,
    "comment": _Reader._comment,
    **dict.fromkeys(
        ("masquerade", "snat", "dnat", "redirect", "queue", "dup", "fwd", "notrack", "set"),
        _Reader._beyond,
    ),
}
_KEYWORDS = frozenset(
    (*_STATEMENTS, *(path[0] for path in SELECTORS), "chain", "table", "type", "policy", "hook")
)
_ICMPX_CODES = {
    "no-route": icmpv6.NO_ROUTE,
    "admin-prohibited": icmpv6.PROHIBITED,
    "host-unreachable": icmpv6.ADDRESS_UNREACHABLE,
    "port-unreachable": icmpv6.PORT_UNREACHABLE,
}


def _step(
    load: Callable[[Glance], Value | None],
    values: Values,
    any_of: bool,
    mask: int | None,
    operator: str,
) -> Step:
    if any_of:
        assert mask is not None
        wanted, bits = operator != "!", mask
        return lambda glance: (
            (found := load(glance)) is not None and bool(found & bits) is wanted  # type: ignore[operator]
        )
    if mask is not None:
        bits, is_equal = mask, operator != "!="
        return lambda glance: (
            (found := load(glance)) is not None and (found & bits in values) is is_equal  # type: ignore[operator]
        )
    if operator == "!=":
        return lambda glance: (found := load(glance)) is not None and found not in values
    return lambda glance: (found := load(glance)) is not None and found in values


def _number(word: str, kind: Kind) -> int | None:
    """Return the value of a word or number of a kind; None where it is none."""
    if word in kind.names:
        return kind.names[word]
    if re.fullmatch("0[xX][0-9A-Fa-f]+|[0-9]+", word):
        number = int(word, 16 if word[:2].lower() == "0x" else 10)
        if number < 1 << kind.bits or kind is EXISTENCE:
            return number
    return None


def _addresses(word: str) -> tuple[int, int]:
    low, dash, high = word.partition("-")
    if dash:
        first, last = int(given.address(low)), int(given.address(high))
        if first > last:
            raise refusal(N_("the range {word} ends before it begins."), word=word)
        return first, last
    if "/" in word:
        prefix = given.prefix(word)
        return int(prefix.first), int(prefix.last)
    address = int(given.address(word))
    return address, address


def _reaches(leads: dict[tuple[int, str], set[str]], table: int, start: str, end: str) -> bool:
    waiting, seen = [start], set()
    while waiting:
        chain = waiting.pop()
        if chain == end:
            return True
        if chain not in seen:
            seen.add(chain)
            waiting.extend(leads.get((table, chain), ()))
    return False


def _shown(token: _Token) -> str:
    if not token.text:
        return "the end"
    return "the line's end" if token.text == ";\n" else repr(token.text)


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

"""nftables text: the part of `nft`'s language that filters IPv6, read from a whole file.

Tables of the families inet and ip6, their sets, their chains, the rules in them. What the language
has beyond that is refused by name, so nobody believes that it was applied. The judge of this is
`nft -c -f` itself: what is read here, it takes, too.

The words are in `nftables_words`, conditions and values in `nftables_conditions`, statements in
`nftables_statements`; what comes out, and how it is printed, in `nftables_rules`.
"""

from __future__ import annotations

import re

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.filter_expressions import SET_KINDS, Kind, Value
from ipv6course.network.nftables_rules import (
    Chain,
    Counter,
    Limit,
    Log,
    NamedSet,
    Rule,
    Ruleset,
    Table,
    Values,
    Verdict,
)
from ipv6course.network.nftables_statements import Statements
from ipv6course.network.nftables_words import Token, shown_token

__all__ = [
    "Chain",
    "Counter",
    "Limit",
    "Log",
    "NamedSet",
    "Rule",
    "Ruleset",
    "Table",
    "Values",
    "Verdict",
    "parse",
]

HOOKS = ("prerouting", "input", "forward", "output")
PRIORITIES = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50}


def parse(text: str) -> Ruleset:
    """Read a file for `nft -f`, as if it began with `flush ruleset`.

    Raises:
        ValueError: It is not nftables' language, or beyond what is read here. The sentence names
            the line and what would be right.
    """
    return _File(text).ruleset()


class _File(Statements):
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
                found=shown_token(family),
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

    def _no_type(self, name: Token) -> ValueError:
        return refusal(
            N_(
                "nftables, line {line}: set {name} does not say what it holds, before its "
                "elements. Write, for example: type ipv6_addr"
            ),
            line=name.line,
            name=name.text,
        )

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
                found=shown_token(kind),
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

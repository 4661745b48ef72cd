"""The rules of nftables' chains: conditions, statements, and a verdict at the end.

What a statement does is a table by its first word, `STATEMENTS`; what is no statement is a
condition.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.filter_expressions import ICMPV6_CODES
from ipv6course.network.nftables_conditions import Conditions
from ipv6course.network.nftables_rules import Chain, Counter, Limit, Log, Rule, Table, Verdict
from ipv6course.network.nftables_words import Token, shown_token
from ipv6course.network.wire import icmpv6

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_OCTETS = {"bytes": 1, "kbytes": 1024, "mbytes": 1024 * 1024}
_USUAL_BURST = 5  # packets, nft(8) "limit statement"
_RATE = re.compile(r"([0-9]+)/(second|minute|hour|day|week)")
_ICMPX_CODES = {
    "no-route": icmpv6.NO_ROUTE,
    "admin-prohibited": icmpv6.PROHIBITED,
    "host-unreachable": icmpv6.ADDRESS_UNREACHABLE,
    "port-unreachable": icmpv6.PORT_UNREACHABLE,
}


class Statements(Conditions):
    """It reads whole rules."""

    def __init__(self, text: str) -> None:
        super().__init__(text, tuple(_STATEMENTS))
        self._jumps: list[tuple[Table, str, str, int]] = []
        """From which table and chain a rule jumps where, and its line."""

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
                    found=shown_token(token),
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

    def _count(self, rule: Rule, token: Token, chain: Chain) -> None:
        counter = Counter()
        if self._next.text == "packets":
            self._take()
            counter.packets = self._number("packets")
            self._expect("bytes", "the packets")
            counter.octets = self._number("bytes")
        rule.steps.append(counter)
        rule.words.append(counter)

    def _decide(self, rule: Rule, token: Token, chain: Chain) -> None:
        rule.verdict = Verdict(token.text)

    def _jump(self, rule: Rule, token: Token, chain: Chain) -> None:
        target = self._name("chain")
        rule.verdict = Verdict(token.text, target.text)
        self._jumps.append((self._table, chain.name, target.text, target.line))

    def _reject(self, rule: Rule, token: Token, chain: Chain) -> None:
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

    def _limit(self, rule: Rule, token: Token, chain: Chain) -> None:
        self._expect("rate", "limit")
        is_over = self._next.text == "over"
        if self._next.text in ("over", "until"):
            self._take()
        rate, seconds, octets = self._rate()
        burst = 0.0 if octets else float(_USUAL_BURST)
        if self._next.text == "burst":
            self._take()
            burst = float(self._number("burst"))
            if not burst:
                raise refusal(
                    N_("nftables, line {line}: a burst of 0 lets nothing pass; 1 is the least."),
                    line=token.line,
                )
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
            found=shown_token(word),
        )

    def _log(self, rule: Rule, token: Token, chain: Chain) -> None:
        prefix = ""
        while self._next.text in ("prefix", "level", "group", "flags"):
            option, value = self._take(), self._take()
            if option.text == "prefix":
                prefix = value.text.strip('"')
        rule.steps.append(Log(prefix))

    def _comment(self, rule: Rule, token: Token, chain: Chain) -> None:
        self._take()
        if not self._is_end():
            raise refusal(
                N_("nftables, line {line}: a comment is a rule's last word; {found} follows it."),
                line=token.line,
                found=shown_token(self._next),
            )

    def _beyond(self, rule: Rule, token: Token, chain: Chain) -> None:
        raise refusal(
            N_(
                "nftables, line {line}: {word} is not read here: this room filters packets, and "
                "does not change or queue them."
            ),
            line=token.line,
            word=token.text,
        )


_STATEMENTS: dict[str, Callable[[Statements, Rule, Token, Chain], None]] = {
    "accept": Statements._decide,
    "drop": Statements._decide,
    "return": Statements._decide,
    "jump": Statements._jump,
    "goto": Statements._jump,
    "reject": Statements._reject,
    "counter": Statements._count,
    "limit": Statements._limit,
    "log": Statements._log,
    "comment": Statements._comment,
    **dict.fromkeys(
        ("masquerade", "snat", "dnat", "redirect", "queue", "dup", "fwd", "notrack", "set"),
        Statements._beyond,
    ),
}

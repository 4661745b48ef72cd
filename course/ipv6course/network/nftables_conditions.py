"""The conditions of nftables rules: what is looked at, the comparison, and the values.

`tcp dport { 22, 80-90 }` is a selector (`filter_expressions` has them all), an operator, which is
mostly left out, and values of the selector's kind. It becomes a step of the rule.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.filter_expressions import (
    ADDRESS,
    EXISTENCE,
    INTERFACE_NAME,
    SELECTORS,
    SYNONYMS,
    Glance,
    Kind,
    Selector,
    Value,
)
from ipv6course.network.nftables_rules import Rule, Step, Table, Values
from ipv6course.network.nftables_words import Token, Words, shown_token

_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "<": lambda found, value: found < value,  # type: ignore[operator]
    ">": lambda found, value: found > value,  # type: ignore[operator]
    "<=": lambda found, value: found <= value,  # type: ignore[operator]
    ">=": lambda found, value: found >= value,  # type: ignore[operator]
}
_OPERATORS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="}


class Conditions(Words):
    """It reads the conditions of rules, and the elements of sets."""

    def __init__(self, text: str, statements: tuple[str, ...]) -> None:
        super().__init__(text, statements)
        self._table = Table("", "", 0)
        """The table that is being read: its sets are known by name."""

    def _match(self, rule: Rule, token: Token) -> None:
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

    def _selector(self, token: Token) -> tuple[tuple[str, ...], Selector]:
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
                bad = Token(path[-1], token.line)
                raise self._stranger(bad, [*words, *(self._statements if at == 0 else ())])
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

    def _named(self, token: Token, kind: Kind) -> Values:
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

    def _whole(self, token: Token, kind: Kind) -> int:
        low, high = self._value(token, kind)
        if low != high or not isinstance(low, int):
            raise refusal(
                N_("nftables, line {line}: one value is needed, and {found} is more."),
                line=token.line,
                found=shown_token(token),
            )
        return low

    def _value(self, token: Token, kind: Kind) -> tuple[Value, Value]:
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

    def _no_value(self, token: Token, kind: Kind) -> ValueError:
        near = difflib.get_close_matches(token.text, kind.names, 1)
        if near:
            return refusal(
                N_("nftables, line {line}: {found} is no value here. Is {right} meant?"),
                line=token.line,
                found=shown_token(token),
                right=near[0],
            )
        if kind.names:
            return refusal(
                N_(
                    "nftables, line {line}: {found} is no value here. A number of {bits} bits is "
                    "one, or one of these words: {known}"
                ),
                line=token.line,
                found=shown_token(token),
                bits=kind.bits,
                known=", ".join(kind.names),
            )
        return refusal(
            N_("nftables, line {line}: {found} is no value here; a number of {bits} bits is one."),
            line=token.line,
            found=shown_token(token),
            bits=kind.bits,
        )


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

"""Kea's JSON: with comments and extra commas, and with the path of everything that is read.

`Place` is an object of it. It knows which of its keys were read, so that what nobody read is named.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.wire import dhcpv6

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|(#[^\n]*|//[^\n]*|/\*.*?\*/)', re.DOTALL)
_EXTRA_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|(,(?=\s*[}\]]))')


def parse(text: str) -> Any:
    """Return what the JSON says; a mistake is named by line and column."""

    # A comment and an extra comma become blanks, so a mistake keeps its line and column.
    def blank(found: re.Match[str]) -> str:
        return found[1] or re.sub(r"[^\n]", " ", found[2])

    try:
        return json.loads(
            _EXTRA_COMMA.sub(blank, _COMMENT.sub(blank, text)), object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        raise refusal(
            N_("Line {line}, column {column}: this is not JSON ({what})."),
            line=error.lineno,
            column=error.colno,
            what=error.msg,
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise refusal(N_("{key} stands twice in one object; once is enough."), key=twice)
    return found


_KINDS: dict[type, str] = {
    str: N_("a text in quotes"),
    int: N_("a number without quotes"),
    bool: N_("true or false"),
    list: N_("a list in [ ]"),
    dict: N_("an object in {{ }}"),
    float: N_("a number without quotes"),
}


class Place:
    """An object of the JSON, its path, and which of its keys were read."""

    def __init__(self, value: Any, path: str, ignored: list[str]) -> None:
        self.path = path
        self.ignored = ignored
        self.value: dict[str, Any] = self._checked(value, dict, path or "/")
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Return whether a key is there."""
        return key in self.value

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        """Return a key's value; where it is not there, the default."""
        self._read.add(key)
        if key not in self.value:
            return default
        return self._checked(self.value[key], kind, self.at(key))

    def need(self, key: str, kind: type) -> Any:
        """Return the value of a key that must be there."""
        found = self.get(key, kind)
        if found is None:
            raise refusal(N_("{path} is missing."), path=self.at(key))
        return found

    def child(self, key: str) -> Place:
        """Return an object that must be there."""
        return Place(self.need(key, dict), self.at(key), self.ignored)

    def children(self, key: str) -> Iterator[Place]:
        """Go through a list of objects."""
        for number, value in enumerate(self.get(key, list, [])):
            yield Place(value, f"{self.at(key)}[{number}]", self.ignored)

    def texts(self, key: str) -> list[tuple[str, str]]:
        """Return the texts of a list, each with its path."""
        values = self.get(key, list, [])
        paths = [f"{self.at(key)}[{number}]" for number in range(len(values))]
        return [
            (self._checked(value, str, path), path)
            for value, path in zip(values, paths, strict=True)
        ]

    def number(self, key: str, default: Any, least: int = 0, most: int = dhcpv6.INFINITY) -> Any:
        """Return a whole number between two others."""
        found = self.get(key, int, default)
        if found is not None and not least <= found <= most:
            raise refusal(
                N_("{path} is {value}; it is a number from {least} to {most}."),
                path=self.at(key),
                value=found,
                least=least,
                most=most,
            )
        return found

    def ignore(self, path: str, reason: str) -> None:
        """Name what is not honoured."""
        from ipv6course.classroom.messages import _

        self.ignored.append(f"{path}: {_(reason)}")

    def finish(self, known: dict[str, str]) -> None:
        """Name the keys that nobody read; refuse those that Kea does not know either."""
        for key in self.value:
            if key in self._read:
                continue
            if key not in known:
                raise self._unknown(key, known)
            self.ignore(self.at(key), known[key])

    def _unknown(self, key: str, known: dict[str, str]) -> ValueError:
        close = difflib.get_close_matches(key, [*self._read, *known], 1)
        if close:
            return refusal(
                N_("{path}: Kea knows no {key} here. Is {close} meant?"),
                path=self.path or "/",
                key=key,
                close=close[0],
            )
        return refusal(N_("{path}: Kea knows no {key} here."), path=self.path or "/", key=key)

    @staticmethod
    def _checked(value: Any, kind: type, path: str) -> Any:
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            from ipv6course.classroom.messages import _

            raise refusal(N_("{path} is to be {kind}."), path=path, kind=_(_KINDS[kind]).format())
        return value


def value_at(read: Callable[[str], Any], text: str, path: str) -> Any:
    """Read a text; a refusal gets the path."""
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None

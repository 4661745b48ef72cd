"""The words of an iproute2 command: options, keywords with their values, and refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import netaddr

from ipv6course.address import given

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node


class IpError(ValueError):
    """A command that iproute2 refuses."""

    def __init__(self, said: str, hint: str = "", *, code: int = 2) -> None:
        super().__init__(f"{said} ({hint})" if hint else said)
        self.said = said
        """iproute2's own sentence."""
        self.hint = hint
        """What would be right."""
        self.code = code
        """The exit code: 1 where the command makes no sense, 2 where the kernel refuses it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What stands in front of the object."""

    family: int = 0
    """6, or 0 where none is named."""
    is_json: bool = False
    is_pretty: bool = False
    is_one_line: bool = False
    is_brief: bool = False

    def print(self, rows: list[dict[str, Any]], text: str) -> str:
        """Return the rows as JSON where that is asked for, else the text."""
        if not self.is_json:
            return text
        if self.is_pretty:
            return json.dumps(rows, indent=4)
        return json.dumps(rows, separators=(",", ":"))


class Words:
    """The words of a command, taken from the left."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._words)

    def peek(self) -> str:
        """Return the next word, and leave it."""
        return self._words[self._at]

    def next_is(self, *names: str) -> bool:
        """Return whether the next word is one of these."""
        return bool(self) and self.peek() in names

    def take(self) -> str:
        """Take the next word.

        Raises:
            IpError: There is none.
        """
        if not self:
            raise IpError('Command line is not complete. Try option "help"', code=255)
        self._at += 1
        return self._words[self._at - 1]


def address(word: str) -> netaddr.IPAddress:
    """Read an address.

    Raises:
        IpError: It is none.
    """
    try:
        return given.address(word)
    except ValueError as why:
        raise IpError(
            f'Error: inet6 address is expected rather than "{word}".', str(why), code=1
        ) from None


def address_and_length(word: str) -> tuple[netaddr.IPAddress, int]:
    """Read an address with the length of its prefix; without one it is 128.

    Raises:
        IpError: It is none.
    """
    before, slash, after = word.partition("/")
    try:
        found = given.address(before)
        length = int(after) if slash else 128
        if slash and not (after.isascii() and after.isdigit() and length <= 128):
            raise ValueError(f"the length {after} is not from 0 to 128")
    except ValueError as why:
        raise IpError(
            f'Error: any valid prefix is expected rather than "{word}".', str(why), code=1
        ) from None
    return found, length


def prefix(word: str) -> tuple[int, int]:
    """Read a destination: "default", an address, or a prefix. Bits after the length are dropped.

    Returns:
        The first address as a number, and the length.
    """
    if word in ("default", "any", "all"):
        return 0, 0
    found, length = address_and_length(word)
    shift = 128 - length
    return int(found) >> shift << shift, length


def number(word: str, name: str, most: int = 0xFFFFFFFF) -> int:
    """Read a decimal number that a keyword has.

    Raises:
        IpError: It is none.
    """
    if not (word.isascii() and word.isdigit()) or int(word) > most:
        raise IpError(
            f'Error: argument "{word}" is wrong: "{name}" value is invalid',
            f"a number from 0 to {most}",
            code=255,
        )
    return int(word)


def interface(node: Node, name: str) -> Interface:
    """Return an interface of a node.

    Raises:
        IpError: It has none of that name.
    """
    if name not in node.interfaces:
        known = ", ".join(node.interfaces) or "no interface"
        raise IpError(f'Cannot find device "{name}"', f"{node.name} has: {known}", code=1)
    return node.interfaces[name]

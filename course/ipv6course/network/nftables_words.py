"""The words of an nftables file, and how they are taken one by one.

`_tokens` cuts a text into words; `Words` goes through them, and says what stands where something
else should. Who reads values, rules and tables goes on from it.
"""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from ipv6course.address.given import refusal
from ipv6course.address.text import N_
from ipv6course.network.filter_expressions import SELECTORS

_TOKEN = re.compile(
    r'#[^\n]*|\\\n|\n|[ \t\r]+|"[^"\n]*"|==|!=|<=|>=|[<>!&|(){};,=]|[^\s"#<>!&|(){};,=\\]+|.'
)
_NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9/_.-]*")
_WORDS_OF_THE_FILE = ("chain", "table", "type", "policy", "hook")


class Token(NamedTuple):
    """A word, and where it stands."""

    text: str
    """The end of a statement is ";\\n", that of the file ""."""
    line: int


def _tokens(text: str) -> list[Token]:
    found, line = [], 1
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word == "\n":
            found.append(Token(";\n", line))
            line += 1
        elif word == "\\\n":
            line += 1
        elif not word.isspace() and word[0] != "#":
            found.append(Token(";\n" if word == ";" else word, line))
    found.append(Token("", line))
    return found


def shown_token(token: Token) -> str:
    """Return a word for a message."""
    if not token.text:
        return "the end"
    return "the line's end" if token.text == ";\n" else repr(token.text)


class Words:
    """The words of a file, from the first to the last."""

    def __init__(self, text: str, statements: tuple[str, ...]) -> None:
        """Begin at the first one.

        Args:
            text: The file.
            statements: The words with which a rule's statements begin; no name is one of them.
        """
        self._all = _tokens(text)
        self._at = 0
        self._statements = statements
        self._keywords = {*statements, *_WORDS_OF_THE_FILE, *(path[0] for path in SELECTORS)}

    @property
    def _next(self) -> Token:
        return self._all[self._at]

    def _take(self) -> Token:
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
            found=shown_token(self._next),
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
                found=shown_token(self._next),
                after=after,
            )

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

    def _name(self, of: str) -> Token:
        token = self._take()
        if not _NAME.fullmatch(token.text) or token.text in self._keywords:
            raise refusal(
                N_(
                    "nftables, line {line}: {found} is no name for a {of}. A letter, and then "
                    "letters, digits, '-', '_' and '.', make one; nftables' own words do not."
                ),
                line=token.line,
                found=shown_token(token),
                of=of,
            )
        return token

    def _number(self, what: str) -> int:
        word = self._take()
        if not word.text.isdecimal():
            raise refusal(
                N_("nftables, line {line}: a number is needed for {what}, not {found}."),
                line=word.line,
                what=what,
                found=shown_token(word),
            )
        return int(word.text)

    def _stranger(self, token: Token, known: list[str]) -> ValueError:
        near = difflib.get_close_matches(token.text, known, 1)
        if near:
            return refusal(
                N_("nftables, line {line}: {found} is not known here. Is {right} meant?"),
                line=token.line,
                found=shown_token(token),
                right=near[0],
            )
        return refusal(
            N_("nftables, line {line}: {found} is not known here. These are: {known}"),
            line=token.line,
            found=shown_token(token),
            known=", ".join(known),
        )

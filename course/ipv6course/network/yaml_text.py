"""YAML as values that know their line, so that a refusal can name it.

From ruamel.yaml's events this module takes mappings, lists and texts. It refuses tags, anchors and
aliases: a file can neither run code nor unfold itself, and nesting has a limit.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown

DEEPEST = 12
LONGEST = 1_000_000  # characters of a file

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class Value:
    """A value of the file: a text, a list, or a mapping."""

    line: int
    """Counted from 1."""
    content: str | list[Value] | dict[str, Value]
    lines: dict[str, int] | None = None
    """Of a mapping: the line of each key."""

    def fail(self, why: str) -> ValueError:
        """Return the refusal of this value."""
        return refusal(N_("Line {line}: {why}"), line=self.line, why=why)

    def _kind(self) -> str:
        return {str: "text", list: "a list", dict: "a mapping"}[type(self.content)]

    def mapping(self, what: str, keys: tuple[str, ...] | None = None) -> dict[str, Value]:
        """Return it as a mapping, of these keys only.

        Raises:
            ValueError: It is none, or has another key.
        """
        if self.content == "":
            return {}
        if not isinstance(self.content, dict):
            raise self.fail(f"{what} has keys and values, as in 'key: value'; not {self._kind()}.")
        for key in self.content:
            if keys is not None and key not in keys:
                raise refusal(
                    N_("Line {line}: {what} has no key {key}; its keys are: {keys}."),
                    line=(self.lines or {}).get(key, self.line),
                    what=what,
                    key=shown(key),
                    keys=", ".join(keys),
                )
        return self.content

    def list(self, what: str) -> list[Value]:
        """Return it as a list.

        Raises:
            ValueError: It is none.
        """
        if self.content == "":
            return []
        if not isinstance(self.content, list):
            raise self.fail(f"{what} is a list, as in '- one' or '[one, two]'; not {self._kind()}.")
        return self.content

    def text(self, what: str) -> str:
        """Return it as text.

        Raises:
            ValueError: It is a list or a mapping.
        """
        if not isinstance(self.content, str):
            raise self.fail(f"{what} is text; not {self._kind()}.")
        return self.content

    def number(self, what: str) -> float:
        """Return it as a number.

        Raises:
            ValueError: It is none.
        """
        text = self.text(what)
        if not _NUMBER.fullmatch(text) or len(text) > 40:
            raise self.fail(f"{what} is a number; {shown(text)} is none.")
        return float(text)

    def integer(self, what: str) -> int:
        """Return it as a whole number.

        Raises:
            ValueError: It is none.
        """
        text = self.text(what)
        if not re.fullmatch("-?[0-9]{1,18}", text):
            raise self.fail(f"{what} is a whole number; {shown(text)} is none.")
        return int(text)

    def flag(self, what: str) -> bool:
        """Return it as true or false.

        Raises:
            ValueError: It is neither.
        """
        text = self.text(what)
        if text not in _FLAGS:
            raise self.fail(f"{what} is true or false (or 1 or 0); not {shown(text)}.")
        return _FLAGS[text]


def read(text: str) -> Value:
    """Read a YAML text of one document.

    Raises:
        ValueError: It is not YAML, or has what this module refuses. The message names the line.
    """
    if not isinstance(text, str):
        raise refusal(N_("YAML is given as text, not as {kind}."), kind=type(text).__name__)
    if len(text) > LONGEST:
        raise refusal(
            N_("The YAML text has {count} characters; at most {most} are read."),
            count=len(text),
            most=LONGEST,
        )
    events = _events(text)
    for event in events:
        kind = _kind(event)
        if kind in ("StreamStart", "DocumentStart"):
            continue
        if kind == "StreamEnd":
            break
        value = _value(event, events, 0)
        for left in events:
            if _kind(left) == "DocumentStart":
                raise refusal(
                    N_("Line {line}: a second document begins; a file holds one."),
                    line=left.start_mark.line + 1,
                )
        return value
    return Value(1, "")


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = list(YAML(typ="safe", pure=True).parse(text))
        except Exception as problem:  # a parser that meets hostile text can fail in any way
            mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
            said = getattr(problem, "problem", None) or getattr(problem, "context", None)
            raise refusal(
                N_("Line {line}: this is not YAML: {said}."),
                line=mark.line + 1 if mark else 1,
                said=shown(str(said or type(problem).__name__)),
            ) from None
    return iter(found)


def _value(event: Any, events: Iterator[Any], depth: int) -> Value:
    kind, line = _kind(event), event.start_mark.line + 1
    if depth > DEEPEST:
        raise refusal(N_("Line {line}: more than {most} levels."), line=line, most=DEEPEST)
    if kind == "Alias" or event.anchor is not None or event.tag is not None:
        raise refusal(
            N_("Line {line}: a tag ('!'), an anchor ('&') or an alias ('*'); write the value."),
            line=line,
        )
    if kind == "Scalar":
        is_nothing = not event.style and event.value in ("", "~", "null")
        return Value(line, "" if is_nothing else event.value)
    if kind == "SequenceStart":
        items = []
        for item in events:
            if _kind(item) == "SequenceEnd":
                break
            items.append(_value(item, events, depth + 1))
        return Value(line, items)
    return _mapping(line, events, depth)


def _mapping(line: int, events: Iterator[Any], depth: int) -> Value:
    found: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key in events:
        if _kind(key) == "MappingEnd":
            break
        name = _value(key, events, depth + 1)
        if not isinstance(name.content, str):
            raise name.fail("a key is text.")
        if name.content in found:
            raise name.fail(
                f"the key {shown(name.content)} stands in line {lines[name.content]} already."
            )
        value = _value(next(events), events, depth + 1)
        found[name.content] = value
        lines[name.content] = name.line
    return Value(line, found, lines)


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def push(value: Any) -> str:
    """Write lists, mappings, texts and numbers as YAML. A text of several lines is a block."""
    return "".join(line + "\n" for line in _lines(value, 0))


def _lines(value: Any, indent: int) -> Iterator[str]:
    space = " " * indent
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(f"{space}{_scalar(key)}:", inner, indent)
    else:
        for inner in value:
            if isinstance(inner, dict) and inner:
                nested = list(_lines(inner, indent + 2))
                yield f"{space}- {nested[0].lstrip()}"
                yield from nested[1:]
            else:
                yield from _entry(f"{space}-", inner, indent)


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, (dict, list)) and not value:
        yield f"{head} {'{}' if isinstance(value, dict) else '[]'}"
    elif isinstance(value, (dict, list)):
        yield head
        yield from _lines(value, indent + 2)
    elif isinstance(value, str) and "\n" in value and _fits_block(value):
        yield f"{head} {'|' if value.endswith(chr(10)) else '|-'}"
        for line in value.removesuffix("\n").split("\n"):
            yield " " * (indent + 2) + line if line else ""
    else:
        yield f"{head} {_scalar(value)}"


def _fits_block(text: str) -> bool:
    lines = text.removesuffix("\n").split("\n")
    return (
        not lines[0].startswith((" ", "\t"))
        and lines[0] != ""
        and lines[-1] != ""
        and all(line.isprintable() or line.replace("\t", "").isprintable() for line in lines)
    )


_PLAIN = re.compile(r"[A-Za-z0-9/_.][A-Za-z0-9/_.:% ,+-]*")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) and ": " not in text and text[-1] not in ": "
    if is_plain and text not in ("null", "true", "false"):
        return text
    import json

    return json.dumps(text, ensure_ascii=not text.isprintable())

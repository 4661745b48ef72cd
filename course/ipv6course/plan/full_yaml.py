"""Read a plan in any form of YAML, with ruamel.yaml's parser and nothing that makes objects.

The parser gives events. From events, this module takes lists, mappings and texts, and refuses the
rest: tags, anchors and aliases. So a file can neither run code nor unfold itself (the "billion
laughs"), and nesting is counted while it is read, without recursion.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from ipv6course.plan.plain_yaml import NOTHING
from ipv6course.plan.raw import DEEPEST, Comment, Found, Raw, set_field
from ipv6course.plan.refusals import Refused, shown


def read_full(text: str) -> Found:
    """Read a plan in YAML.

    Args:
        text: The file's text, without carriage returns and invisible characters.

    Raises:
        ValueError: It is not YAML, or not a plan. The message says what, and in which line.
    """
    found = Found([], [], [], [])
    events = _events(text)
    _stream(found, events)
    _find_comments(text, found)
    return found


def _events(text: str) -> Iterator[Any]:
    """Yield the parser's events; whatever goes wrong in the parser is a refusal."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from yaml.parse(text)
        except Refused:
            raise
        except Exception as problem:  # a parser that meets hostile text can fail in any way
            raise _not_yaml(problem) from None


def _not_yaml(problem: Exception) -> Refused:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = getattr(problem, "problem", None) or getattr(problem, "context", None)
    why = Refused("yaml", problem=shown(str(said or type(problem).__name__))[1:-1])
    return why if mark is None else Refused("line", line=mark.line + 1, why=why)


def _stream(found: Found, events: Iterator[Any]) -> None:
    """Read the events of a whole file: one document, and in it one list of nodes."""
    documents = 0
    for event in events:
        match _kind(event):
            case "DocumentStart":
                documents += 1
                if documents > 1:
                    raise _refused(event, "yaml-documents")
            case "SequenceStart":
                _nodes(found, events, event)
            case "Scalar" if event.value in ("", *NOTHING) and not event.style and not event.tag:
                _refuse_extras(event)  # an empty file is an empty plan
            case "MappingStart" | "Scalar" | "Alias":
                _refuse_extras(event)
                raise _refused(event, "yaml-top")


def _nodes(found: Found, events: Iterator[Any], start: Any) -> None:
    """Read a list of nodes and all that is below them."""
    _refuse_extras(start)
    lists: list[list[Raw]] = [found.tops]
    nodes: list[Raw] = []  # the open nodes, one fewer than the open lists or as many
    for event in events:
        kind = _kind(event)
        if len(nodes) < len(lists):  # in a list: a node begins, or the list ends
            if kind == "SequenceEnd":
                lists.pop()
                if not lists:
                    return
            elif kind == "MappingStart":
                _refuse_extras(event)
                raw = Raw(event.start_mark.line + 1)
                lists[-1].append(raw)
                found.raws.append(raw)
                nodes.append(raw)
            else:
                _refuse_extras(event)
                raise _refused(event, "yaml-node")
        elif kind == "MappingEnd":
            nodes.pop()
        elif _key(found, events, event, nodes[-1]):
            if len(lists) >= DEEPEST:
                raise _refused(event, "deep", most=DEEPEST - 1)
            lists.append(nodes[-1].children)


def _key(found: Found, events: Iterator[Any], event: Any, raw: Raw) -> bool:
    """Read a key and its value; return whether the value is a list of nodes that now begins."""
    if _kind(event) != "Scalar":
        raise _refused(event, "yaml-node")
    _refuse_extras(event)
    key, line = event.value, event.start_mark.line + 1
    set_field(raw, key, "", line)
    found.places.append((line, raw, key))
    value = next(events)
    kind = _kind(value)
    _refuse_extras(value)
    if key == "children":
        nothing = kind == "Scalar" and not value.style and value.value in ("", *NOTHING)
        if kind != "SequenceStart" and not nothing:
            raise _refused(value, "yaml-children")
        return kind == "SequenceStart"
    if kind != "Scalar":
        raise _refused(value, "yaml-scalar", key=key)
    if value.style or value.value not in NOTHING:
        # A block of text ends in a line break that nobody means.
        raw.fields[key] = value.value.rstrip("\n") if value.style in ("|", ">") else value.value
    return False


def _find_comments(text: str, found: Found) -> None:
    """Find the comments: what begins with '#' in a line after the last token that touches it."""
    from ruamel.yaml import YAML

    lines = text.split("\n")
    ends = [0] * (len(lines) + 1)  # where in each line the tokens end
    for token in YAML(typ="safe", pure=True).scan(text):
        start, end = token.start_mark, token.end_mark
        if type(token).__name__ == "ScalarToken":
            for touched in range(start.line, end.line):
                ends[touched] = len(lines[touched])
        if end.index > start.index:
            ends[end.line] = max(ends[end.line], end.column)
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, start=1):
        rest = line[ends[number - 1] :].strip(" ")
        if rest.startswith("#") or not line.strip(" "):
            found.comments.append(Comment(number, rest, alone=not line[: ends[number - 1]].strip()))


def _refuse_extras(event: Any) -> None:
    """Refuse an anchor, an alias and a tag."""
    if getattr(event, "anchor", None) is not None:
        raise _refused(event, "yaml-anchor")
    if getattr(event, "tag", None) is not None:
        raise _refused(event, "yaml-tag", tag=shown(str(event.tag)))


def _kind(event: Any) -> str:
    return type(event).__name__.removesuffix("Event")


def _refused(event: Any, rule: str, **found: object) -> Refused:
    return Refused("line", line=event.start_mark.line + 1, why=Refused(rule, **found))

"""`host.ip("-6 addr")`: the commands of iproute2, in its words, on a node of this network.

What is shown is what iproute2 6.1 prints, and `-j` gives its JSON. What is refused is refused in
its words too, and after them comes what would be right. The commands are tables: `_OBJECTS` has
the objects, and each has its verbs. A word may be cut short as iproute2 allows: `ip -6 r`.

What this room does not have is refused, not ignored: IPv4, tables other than main, multipath.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipv6course.network import iproute2_change as change
from ipv6course.network import iproute2_show as show
from ipv6course.network.iproute2_words import IpError, Options, Words

if TYPE_CHECKING:
    from ipv6course.network.node import Node

__all__ = ["IpError", "Printed", "ip"]


class Printed(str):
    """What a command prints. A notebook shows it as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


Verb = Callable[["Node", Words, Options], str]


@dataclass(frozen=True, slots=True)
class _Object:
    name: str
    """As iproute2's own messages call it."""
    verbs: dict[str, Verb]
    """In the order in which a word that is cut short is looked for."""
    shown: str = "show"
    """What is done where no verb is given."""


_OBJECTS = {
    "address": _Object(
        "address",
        {
            "add": change.add_address,
            "change": change.replace_address,
            "replace": change.replace_address,
            "delete": change.delete_address,
            "show": show.addresses,
            "list": show.addresses,
            "lst": show.addresses,
            "flush": change.flush_addresses,
        },
    ),
    "route": _Object(
        "route",
        {
            "list": show.routes,
            "show": show.routes,
            "lst": show.routes,
            "get": show.route_to,
            "add": change.add_route,
            "append": change.append_route,
            "change": change.change_route,
            "chg": change.change_route,
            "replace": change.replace_route,
            "delete": change.delete_route,
            "flush": change.flush_routes,
        },
    ),
    "link": _Object(
        "link",
        {
            "set": change.set_link,
            "show": show.links,
            "lst": show.links,
            "list": show.links,
        },
    ),
    "neighbor": _Object(
        "neigh",
        {
            "add": change.add_neighbor,
            "change": change.replace_neighbor,
            "replace": change.replace_neighbor,
            "delete": change.delete_neighbor,
            "show": show.neighbors,
            "list": show.neighbors,
            "lst": show.neighbors,
            "flush": change.flush_neighbors,
        },
    ),
    "maddress": _Object("maddr", {"show": show.groups, "list": show.groups, "lst": show.groups}),
}
_OTHER_NAMES = {"neighbour": "neighbor", "addr": "address", "maddr": "maddress"}


def ip(node: Node, command: str) -> Printed:
    """Do what `ip COMMAND` does on a node, and return what it prints.

    Args:
        node: A host or a router.
        command: With or without "ip" in front: "-6 addr", "-j route", "link set eth0 down".

    Returns:
        The text; "" where iproute2 prints nothing.

    Raises:
        IpError: iproute2 would refuse it, or this room does not have it. `said` is iproute2's own
            sentence.
    """
    try:
        words = Words(shlex.split(command, comments=True))
    except ValueError as problem:
        raise IpError(f"the command's quotation marks do not match: {problem}", code=1) from None
    if words.next_is("ip"):
        words.take()
    options = _options(words)
    if not words:
        raise IpError(
            "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }",
            "name an object: addr, route, link, neigh or maddr; as in ip -6 addr",
            code=255,
        )
    word = words.take()
    name = _complete(word, [*_OBJECTS, *_OTHER_NAMES])
    if name is None:
        raise IpError(
            f'Object "{word}" is unknown, try "ip help".',
            "here are: addr, route, link, neigh, maddr",
            code=1,
        )
    thing = _OBJECTS[_OTHER_NAMES.get(name, name)]
    return Printed(_verb(thing, words)(node, words, options))


def _verb(thing: _Object, words: Words) -> Verb:
    if not words:
        return thing.verbs[thing.shown]
    word = words.take()
    verb = _complete(word, thing.verbs)
    if verb is None:
        raise IpError(
            f'Command "{word}" is unknown, try "ip {thing.name} help".',
            f"here are: {', '.join(thing.verbs)}",
            code=255,
        )
    return thing.verbs[verb]


def _complete(word: str, names: Any) -> str | None:
    return next((name for name in names if name.startswith(word)), None)


# What may stand in front of the object, and what it says.
_OPTIONS: dict[str, dict[str, object]] = {
    "-6": {"family": 6},
    "-j": {"is_json": True},
    "-json": {"is_json": True},
    "-p": {"is_pretty": True},
    "-pretty": {"is_pretty": True},
    "-o": {"is_one_line": True},
    "-oneline": {"is_one_line": True},
    "-br": {"is_brief": True},
    "-brief": {"is_brief": True},
    "-c": {},  # colors: a notebook's text has none
    "-color": {},
    "-c=never": {},
    "-n": {},
    "-N": {},
}


def _options(words: Words) -> Options:
    found: dict[str, Any] = {}
    while words and words.peek().startswith("-"):
        word = words.take()
        word = word[1:] if word.startswith("--") else word
        if word in ("-4", "-f", "-family"):
            raise IpError(f'Option "{word}" is unknown, try "ip -help".', "use -6 here", code=255)
        if word not in _OPTIONS:
            raise IpError(
                f'Option "{word}" is unknown, try "ip -help".',
                f"here are: {' '.join(_OPTIONS)}",
                code=255,
            )
        found.update(_OPTIONS[word])
    return Options(**found)

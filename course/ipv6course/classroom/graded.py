"""What the course tells the grader about itself: its types, its secrets, and what must be readable.

The grader finds these functions as entry points of the package (`pyproject.toml`). Nothing here
imports the grader, and a library is imported when a value of it comes.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from ipv6course.places import modules_folder

_DATA = Path("/facts/ipv6data.sqlite")
"""Where a notebook that is graded finds the course's data."""
_DIALECTS = ("mac_eui48", "mac_unix", "mac_unix_expanded", "mac_cisco", "mac_bare", "mac_pgsql")


def hidden() -> list[Path]:
    """Return the folder of lessons: it holds the solutions and the hidden tests."""
    return [modules_folder()]


def environment() -> list[str]:
    """Return the variables that tell a lesson where the course is, and its data."""
    return ["IPV6COURSE_MODULES", *([f"IPV6DATA_DATABASE={_DATA}"] if _reads_data() else [])]


def shown() -> list[Path | tuple[Path, Path]]:
    """Return what a lesson reads when it runs: its module's hints, and the course's data.

    The data lie in the grader's own cache, which is hidden from a notebook; so they have a place of
    their own. The first call unpacks them there, which takes seconds.
    """
    if not _reads_data():
        return [*_hints()]
    from ipv6data.database import default_database

    return [*_hints(), (default_database().resolve(), _DATA)]


def _hints() -> list[Path]:
    return sorted(modules_folder().glob("*/hints.toml"))


@cache
def _reads_data() -> bool:
    """Return whether any lesson of the course opens the database."""
    return any(b"open_data" in path.read_bytes() for path in modules_folder().glob("*/*.md"))


def warm() -> None:
    """Read what every lesson reads, once for all the processes that are forked from this one."""
    if "ipv6course.classroom.hints" not in sys.modules:
        return  # it grades another course
    from ipv6course.classroom import hints

    for path in _hints():
        hints.load(path.parent.name)


def outside() -> list[str]:
    """Return what a learner may import and a notebook in the sandbox can't: it opens a socket."""
    return ["scapy.all"]


def types() -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any], bool]]:
    """Return how values of the course's libraries cross from the learner's process to the tests.

    For each: its name, to plain values, back again, and whether subclasses go so, too.
    """
    return [
        ("netaddr.ip.IPAddress", lambda a: [int(a), a.version], _address, False),
        ("netaddr.ip.IPNetwork", lambda n: [int(n.ip), n.prefixlen, n.version], _network, False),
        ("netaddr.ip.IPRange", lambda r: [r.first, r.last, r.version], _range, False),
        ("netaddr.ip.sets.IPSet", lambda s: list(s.iter_cidrs()), _set, False),
        ("netaddr.eui.EUI", lambda e: [int(e), e.version, e.dialect.__name__], _eui, False),
        ("scapy.packet.Packet", _packet_parts, _packet, True),
        ("plotly.graph_objs._figure.Figure", lambda figure: figure.to_json(), _figure, False),
    ]


def _address(parts: Any) -> Any:
    import netaddr

    return netaddr.IPAddress(*parts)


def _network(parts: Any) -> Any:
    import netaddr

    value, length, version = parts
    return netaddr.IPNetwork((value, length), version=version)


def _range(parts: Any) -> Any:
    import netaddr

    first, last, version = parts
    return netaddr.IPRange(netaddr.IPAddress(first, version), netaddr.IPAddress(last, version))


def _set(networks: Any) -> Any:
    import netaddr

    return netaddr.IPSet(networks)


def _eui(parts: Any) -> Any:
    import netaddr

    value, version, dialect = parts
    kind = getattr(netaddr, dialect) if dialect in _DIALECTS else None
    return netaddr.EUI(value, version=version, dialect=kind)


def _packet_parts(packet: Any) -> list[Any]:
    kind = type(packet)
    if not kind.__module__.startswith("scapy."):
        raise ValueError("a packet class of the learner's own stays where it is")
    return [kind.__module__, kind.__name__, bytes(packet)]


def _packet(parts: Any) -> Any:
    module, name, data = parts
    if not module.startswith("scapy.layers.") and module not in ("scapy.packet", "scapy.contrib"):
        raise ValueError("no layer of scapy")
    from scapy.packet import Packet

    kind = getattr(importlib.import_module(module), name)
    if not issubclass(kind, Packet):
        raise ValueError("no layer of scapy")
    return kind(data)


def _figure(text: Any) -> Any:
    import plotly.graph_objects as go

    return go.Figure(json.loads(text))

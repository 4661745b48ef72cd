"""Packets: explain every bit of one, find what is wrong in it, draw it as the RFCs do.

The rules of this room:

1. **Any bytes are a packet.** `explain` reads what it can and says where sense ended, and why. It
   raises nothing for what is in the bytes, however hostile they are, and its work is bounded.
2. **A field is called what its RFC calls it**, has its place in the packet, and cites the section.
3. **Layouts are tables** (`layout`): a row a field. A protocol is a file, and registers itself in
   the tables of `protocols` (by EtherType, next header, port), so none knows all the others.
4. **Names of numbers are IANA's**, as dated data: `registry.csv`.
5. What is right, `explain` says; what is wrong, `verify` says, as a list with the reason of each.
6. scapy crafts packets. What is explained here is read by own code, because scapy is silent or
   wrong in places (AH's length, 6LoWPAN, RPL options, DHCPv6's S46 options); tshark is the judge.

Importing this room is cheap: what it offers is loaded when it is first asked for (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipv6course.packet.explaining import explain
    from ipv6course.packet.explanation import Explanation, Field
    from ipv6course.packet.figure import diagram, diagram_html
    from ipv6course.packet.verifying import Finding, verify

__all__ = ["Explanation", "Field", "Finding", "diagram", "diagram_html", "explain", "verify"]

_HOMES = {
    "Explanation": "explanation",
    "Field": "explanation",
    "Finding": "verifying",
    "diagram": "figure",
    "diagram_html": "figure",
    "explain": "explaining",
    "verify": "verifying",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found  # the next look-up does not come here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

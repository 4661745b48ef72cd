"""Addresses: their text, kind and scope, interface identifiers, groups, names in DNS.

netaddr values come out. netaddr values or text go in, everywhere. What is not such a value is
refused with a `ValueError` that says what is wrong, where, and what would be right.

Importing this room is cheap. Text needs only the standard library; the rest needs netaddr, and is
loaded when it is first asked for (PEP 562).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ipv6course.address.text import ParsedText, Step, bits, canonical, full, parse, steps

if TYPE_CHECKING:
    from ipv6course.address.identifier import mac_of, modified_eui64, stable_private, temporary
    from ipv6course.address.kind import Description, Embedded, describe
    from ipv6course.address.linux_identifier import linux_stable_private
    from ipv6course.address.multicast import (
        MulticastFields,
        multicast_fields,
        multicast_mac,
        solicited_node,
    )
    from ipv6course.address.reverse_dns import from_reverse, reverse
    from ipv6course.address.unique_local import ula_prefix

__all__ = [
    "Description",
    "Embedded",
    "MulticastFields",
    "ParsedText",
    "Step",
    "bits",
    "canonical",
    "describe",
    "from_reverse",
    "full",
    "linux_stable_private",
    "mac_of",
    "modified_eui64",
    "multicast_fields",
    "multicast_mac",
    "parse",
    "reverse",
    "solicited_node",
    "stable_private",
    "steps",
    "temporary",
    "ula_prefix",
]

_HOMES = {
    "Description": "kind",
    "Embedded": "kind",
    "MulticastFields": "multicast",
    "describe": "kind",
    "from_reverse": "reverse_dns",
    "linux_stable_private": "linux_identifier",
    "mac_of": "identifier",
    "modified_eui64": "identifier",
    "multicast_fields": "multicast",
    "multicast_mac": "multicast",
    "reverse": "reverse_dns",
    "solicited_node": "multicast",
    "stable_private": "identifier",
    "temporary": "identifier",
    "ula_prefix": "unique_local",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found  # the next look-up does not come here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""`verify`: what is wrong in a packet, where, and by which RFC.

The rules are the functions in `RULES`. Each looks at the explanation and yields findings. A packet
that an ICMPv6 error quotes is not judged: routers changed it, and cut it.
"""

from __future__ import annotations

from ipv6course.packet import (
    verifying_addresses,
    verifying_extension,
    verifying_icmpv6,
    verifying_lengths,
    verifying_upper,
)
from ipv6course.packet.explaining import explain
from ipv6course.packet.explanation import Explanation
from ipv6course.packet.findings import Finding, Rule

__all__ = ["RULES", "Finding", "verify"]


def verify(data: bytes | Explanation, link: str = "ethernet") -> list[Finding]:
    """Return what is wrong with a packet, in the order of its octets; an empty list is a good one.

    Args:
        data: The octets; or an explanation, which is then not made anew.
        link: What they begin with, as for `explain`.

    Raises:
        ValueError: `data` is not octets, or `link` is not known.
    """
    told = data if isinstance(data, Explanation) else explain(data, link)
    findings = [finding for rule in RULES for finding in rule(told)]
    return sorted(findings, key=lambda finding: finding.octet)


RULES: tuple[Rule, ...] = (
    verifying_lengths.sense,
    verifying_lengths.lengths,
    verifying_lengths.checksums,
    verifying_lengths.udp_lengths,
    verifying_addresses.addresses,
    verifying_addresses.link_layer,
    verifying_extension.order,
    verifying_extension.options,
    verifying_extension.routing,
    verifying_extension.fragments,
    verifying_icmpv6.icmpv6,
    verifying_upper.reserved,
    verifying_upper.upper,
)

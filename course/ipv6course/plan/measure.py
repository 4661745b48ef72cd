"""How full an address plan is: utilisation, and the HD-ratio of RFC 3194."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netaddr import IPNetwork

from ipv6course.plan.node import NOT_ASSIGNED, Node
from ipv6course.plan.prefix import BITS, read_length
from ipv6course.plan.refusals import Refused

HD_RATIO_THRESHOLD = 0.94
"""The HD-ratio, in /56 units, at which the policies of the registries called a block used, so that
its holder could ask for more (0.94 since 2006 and 2007; RFC 3194 had suggested 0.8)."""

HD_RATIO_UNIT = 56
"""The prefix length in which those policies counted."""


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What is in use of one prefix, in addresses."""

    prefix: IPNetwork
    """The prefix that was measured."""
    total: int
    """All its addresses."""
    assigned: int
    """Addresses in prefixes that have nothing below them and are in use."""
    reserved: int
    """Addresses in prefixes of the kind "reserved" that have nothing below them."""

    @property
    def free(self) -> int:
        """Addresses that are neither assigned nor reserved."""
        return self.total - self.assigned - self.reserved

    @property
    def share(self) -> float:
        """The assigned part, 0.0 to 1.0."""
        return self.assigned / self.total


def utilisation(node: Node) -> Utilisation:
    """Measure a node by the prefixes below it that have nothing below them.

    A prefix of the kind "block" with nothing below it is not in use: it only holds a place. The
    node itself does not count: with nothing below it, it is empty.
    """
    assigned = reserved = 0
    for leaf in node.leaves():
        if leaf.kind not in NOT_ASSIGNED:
            assigned += 1 << BITS - leaf.length
        elif leaf.kind == "reserved":
            reserved += 1 << BITS - leaf.length
    return Utilisation(node.prefix, 1 << BITS - node.length, assigned, reserved)


def assigned_units(node: Node, unit: int = HD_RATIO_UNIT) -> int:
    """Count the units of one size that have something assigned in them.

    A prefix larger than the unit counts as all the units in it; several small prefixes in one unit
    count as one.

    Args:
        node: What to measure.
        unit: The prefix length of a unit.

    Raises:
        ValueError: The unit is larger than the node.
    """
    _check_unit(node, unit)
    whole = 0
    shared = set()
    for leaf in node.leaves():
        if leaf.kind in NOT_ASSIGNED:
            continue
        if leaf.length <= unit:
            whole += 1 << unit - leaf.length
        else:
            shared.add(leaf.first >> BITS - unit)
    return whole + len(shared)


def hd_ratio(assigned: int, total: int) -> float:
    """Return the host-density ratio, RFC 3194 section 2: log(assigned) / log(total).

    A hierarchy cannot be filled to the last address, and the more levels it has the less. The ratio
    allows for that: 0.94 is 37 % of a /32 in /56 units, and 69 % of a /49.

    Args:
        assigned: How many units are assigned; at least 1.
        total: How many units there are; at least 2.

    Returns:
        0.0 (one unit) to 1.0 (all).

    Raises:
        ValueError: Nothing is assigned, or the numbers make no sense.
    """
    if assigned == 0:
        raise Refused("nothing-assigned")
    if total < 2 or not 0 < assigned <= total:
        raise Refused("hd-total", assigned=assigned, total=total)
    return math.log(assigned) / math.log(total)


def hd_threshold(total: int, ratio: float = HD_RATIO_THRESHOLD) -> int:
    """Return how many units must be assigned for an HD-ratio, RFC 3194 section 2.

    Args:
        total: How many units there are; at least 2.
        ratio: The HD-ratio, 0.0 to 1.0.

    Returns:
        The number of units, rounded to the nearest as in the tables of the registries' policies: a
        /32 in /56 units at 0.94 has 6183533.

    Raises:
        ValueError: There are fewer than 2 units.
    """
    if total < 2:
        raise Refused("hd-total", assigned=total, total=total)
    return round(math.exp(math.log(total) * ratio))


def hd_ratio_of(node: Node, unit: int = HD_RATIO_UNIT) -> float:
    """Return the HD-ratio of a node, counted in units of one prefix length.

    Raises:
        ValueError: Nothing is assigned, or the unit is not smaller than the node.
    """
    return hd_ratio(assigned_units(node, unit), 1 << unit - node.length)


def _check_unit(node: Node, unit: int) -> None:
    if read_length(unit, "unit") < node.length:
        raise Refused("hd-unit", unit=unit, node=node.label, first=node.length)

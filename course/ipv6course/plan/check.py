"""How the prefixes of a plan fit: every child inside its parent, no two side by side overlapping.

Two prefixes are disjoint, or one contains the other. So one sort by first address and length, and
one walk with a stack of the prefixes that are open, finds for every prefix the smallest one that
contains it. The plan is right where that one is its parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipv6course.plan.node import Node
from ipv6course.plan.prefix import BITS
from ipv6course.plan.refusals import Refused

TOP = -1  # stands for the parent of a prefix at the top


def check_tree(tops: Iterable[Node]) -> None:
    """Check a whole plan.

    Raises:
        ValueError: A prefix is outside its parent or equal to it, two overlap, or two siblings have
            the same name. The message names both, with their lines where they come from a file.
    """
    nodes: list[Node] = []
    parents: list[int] = []
    waiting = [(node, TOP) for node in reversed(list(tops))]
    while waiting:
        node, parent = waiting.pop()
        place = len(nodes)
        nodes.append(node)
        parents.append(parent)
        if node.children:
            waiting.extend([(child, place) for child in reversed(node.children)])
    _check(nodes, parents)


def check_siblings(parent: Node | None, children: Sequence[Node]) -> None:
    """Check the children of one node, or of the top, not what is below them.

    Raises:
        ValueError: As `check_tree`.
    """
    if parent is None:
        _check(children, [TOP] * len(children))
    else:
        _check([parent, *children], [TOP] + [0] * len(children))


def _check(nodes: Sequence[Node], parents: Sequence[int]) -> None:
    """Check nodes, each after its parent, given the places of their parents."""
    _check_names(nodes, parents)
    containers = smallest_containers(nodes)
    wrong = [
        place
        for place, parent in enumerate(parents)
        if containers[place] != parent
        or (parent != TOP and nodes[place].length == nodes[parent].length)
    ]
    if wrong:
        _refuse_child(nodes, parents, wrong)
        _refuse_overlap(nodes, wrong[0], containers[wrong[0]])


def smallest_containers(nodes: Sequence[Node]) -> list[int]:
    """Find for each prefix the smallest other prefix that contains it.

    Of equal prefixes, the earlier in the list contains the later.

    Returns:
        For each node the place of its container, or `TOP`.
    """
    keys = [node.first << 8 | node.length for node in nodes]
    containers = [TOP] * len(nodes)
    open_ends: list[int] = []
    open_places: list[int] = []
    for place in sorted(range(len(nodes)), key=keys.__getitem__):
        first, length = keys[place] >> 8, keys[place] & 0xFF
        while open_ends and open_ends[-1] <= first:
            open_ends.pop()
            open_places.pop()
        if open_places:
            containers[place] = open_places[-1]
        open_ends.append(first + (1 << BITS - length))
        open_places.append(place)
    return containers


def _refuse_child(nodes: Sequence[Node], parents: Sequence[int], wrong: Sequence[int]) -> None:
    """Refuse the first of some nodes that is not inside its parent, or is all of it."""
    for place in wrong:
        if parents[place] == TOP:
            continue
        node, parent = nodes[place], nodes[parents[place]]
        if not parent.contains(node.first, node.length):
            raise Refused("escape", node=node.label, parent=parent.label)
        if node.length == parent.length:
            raise Refused("same", node=node.label, parent=parent.label)


def _refuse_overlap(nodes: Sequence[Node], place: int, container: int) -> None:
    """Refuse two nodes; the one that came later is named first."""
    one, other = nodes[place], nodes[container]
    swap = container > place
    if one.line is not None and other.line is not None:
        swap = other.line > one.line
    if swap:
        one, other = other, one
    raise Refused("overlap", node=one.label, other=other.label)


def _check_names(nodes: Sequence[Node], parents: Sequence[int]) -> None:
    seen: dict[tuple[int, str], Node] = {}
    for node, parent in zip(nodes, parents, strict=True):
        other = seen.setdefault((parent, node.name), node)
        if other is not node:
            raise Refused("duplicate", node=node.label, other=other.label)

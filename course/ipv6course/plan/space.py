"""Free space in a prefix, and where in it the next prefix goes.

Two ways to choose a place are in use:

* best fit: take the smallest free block that is large enough, so that large blocks stay whole;
* sparse (bisection, the "leftmost" order of RFC 3531 section 3.1): number the places with the bits
  from the left: first 0, then 1/2, 1/4, 3/4, ... So each prefix has as much room as can be to grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipv6course.plan.node import Node
from ipv6course.plan.prefix import BITS, blocks_between
from ipv6course.plan.refusals import Refused

Block = tuple[int, int]
"""A prefix as (first address, length)."""


def free_blocks(node: Node) -> list[Block]:
    """Find what the children of a node leave free, as the fewest prefixes in order of address."""
    free: list[Block] = []
    at = node.first
    for first, length in sorted((child.first, child.length) for child in node.children):
        free.extend(blocks_between(at, first))
        at = first + (1 << BITS - length)
    free.extend(blocks_between(at, node.end))
    return free


def places(
    blocks: Iterable[Block], length: int, order: str = "best-fit", nibble: bool = False
) -> Iterator[Block]:
    """Yield places for prefixes of one length, one after another, each as if the last was taken.

    Args:
        blocks: What is free.
        length: The prefix length that is wanted.
        order: "best-fit" or "sparse".
        nibble: Whether places come first at the start of a free block whose length is a multiple of
            4. There a prefix such as /46 can grow to /44, one reverse DNS zone (RFC 3596 section
            2.5). With "best-fit" only.

    Raises:
        ValueError: There is no such order.
    """
    roomy = [block for block in blocks if block[1] <= length]
    if order == "sparse":
        yield from _sparse(roomy, length)
    elif order == "best-fit":
        # A prefix on a nibble boundary has its nibble block: nothing is to be preferred.
        if nibble and length % 4:
            yield from _nibble(roomy, length)
        else:
            yield from _best_fit(roomy, length)
    else:
        raise Refused("order", order=repr(order)[:60])


def _best_fit(blocks: list[Block], length: int) -> Iterator[Block]:
    # What is left of a block is smaller than the block, so it fits better than any other: a block
    # is filled from its start to its end before the next one is touched.
    for first, large in sorted(blocks, key=lambda block: (-block[1], block[0])):
        for number in range(1 << length - large):
            yield first | number << BITS - length, length


def _nibble(blocks: list[Block], length: int) -> Iterator[Block]:
    """First one prefix in each whole nibble block, then what is left, both by best fit."""
    whole = length - length % 4
    taken = []
    for first, _whole in _best_fit([block for block in blocks if block[1] <= whole], whole):
        taken.append(first)
        yield first, length
    rest = [block for block in blocks if block[1] > whole]
    rest += [
        block
        for first in taken
        for block in blocks_between(first + (1 << BITS - length), first + (1 << BITS - whole))
    ]
    yield from _best_fit(rest, length)


def _sparse(blocks: list[Block], length: int) -> Iterator[Block]:
    """Yield the free place whose bits, read from the right, are the smallest number; repeat."""
    import heapq

    # Bits above a block are the same for all its places; of those below, zero comes first.
    waiting = [(_mirrored(first), first, large) for first, large in blocks]
    heapq.heapify(waiting)
    while waiting:
        _key, first, large = heapq.heappop(waiting)
        yield first, length
        for deeper in range(large + 1, length + 1):  # the upper half, its neighbour's half, ...
            half = first | 1 << BITS - deeper
            heapq.heappush(waiting, (_mirrored(half), half, deeper))


def _mirrored(address: int) -> int:
    return int(f"{address:0128b}"[::-1], 2)


def overlap(one: Node, other: Node) -> bool:
    """Return whether two prefixes share addresses."""
    return one.contains(other.first, other.length) or other.contains(one.first, one.length)


def in_the_way(parent: Node, node: Node, length: int) -> Node | None:
    """Return the sibling that is in the way if a node takes the prefix of a shorter length.

    Returns:
        The first such sibling by address, or None where the space is free.
    """
    grown = Node("", node.first >> BITS - length << BITS - length, length)
    others = [other for other in parent.children if other is not node and overlap(grown, other)]
    return min(others, key=lambda other: other.first, default=None)

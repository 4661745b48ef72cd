"""Prefixes: read them strictly, split one into equal parts, summarize many into the fewest.

A prefix is text such as "2001:db8::/32" or a `netaddr.IPNetwork`; what comes back is always a
`netaddr.IPNetwork`. Inside this room a prefix is two whole numbers: its first address and its
length. A plan has 100,000 of them, and numbers are compared fifty times faster than objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from netaddr import IPAddress, IPNetwork

from ipv6course.address import canonical, parse
from ipv6course.plan.refusals import Refused, shown

BITS = 128

_LENGTH = re.compile("0|[1-9][0-9]{0,2}")
# One to seven groups, '::' and a length: how nearly every prefix is written. Other spellings take
# the way through `ipv6course.address.parse`, ten times slower and with the same result.
_USUAL = re.compile("((?:[0-9A-Fa-f]{1,4}:){1,7}):/(0|[1-9][0-9]{0,2})")


# --- Prefixes as numbers ------------------------------------------------------------------------


def read_prefix(prefix: object) -> tuple[int, int]:
    """Read a prefix as two numbers.

    Args:
        prefix: Text such as "2001:db8::/32" (RFC 4291 section 2.3), a `netaddr.IPNetwork`, or a
            `netaddr.IPAddress`, which is a prefix of length 128.

    Returns:
        The first address, a number of 128 bits, and the length, 0 to 128.

    Raises:
        ValueError: It is not one IPv6 prefix, or bits after the prefix are set.
    """
    if isinstance(prefix, str):
        usual = _USUAL.fullmatch(prefix)
        if usual is None:
            return _read_any(prefix)
        groups = usual[1].split(":")[:-1]
        first = int("".join([group.zfill(4) for group in groups]), 16) << BITS - 16 * len(groups)
        return _checked(prefix, first, int(usual[2]))
    if isinstance(prefix, IPAddress | IPNetwork):
        if prefix.version != 6:
            raise Refused("prefix-version", prefix=prefix)
        if isinstance(prefix, IPAddress):
            return int(prefix), BITS
        return _checked(str(prefix), int(prefix.ip), int(prefix.prefixlen))
    raise Refused("prefix-type", kind=type(prefix).__name__)


def _read_any(text: str) -> tuple[int, int]:
    """Read every spelling of an address, and a length."""
    address, slash, length = text.partition("/")
    if not slash:
        raise Refused("prefix-no-length", text=shown(text))
    if not _LENGTH.fullmatch(length):
        raise Refused("prefix-length", text=shown(text))
    try:
        read = parse(address)
    except ValueError as why:
        raise Refused("prefix-address", text=shown(text), why=str(why)) from None
    if read.zone is not None:
        raise Refused("prefix-zone", text=shown(text))
    return _checked(text, read.value, int(length))


def _checked(text: str, first: int, length: int) -> tuple[int, int]:
    if length > BITS:
        raise Refused("prefix-length", text=shown(text))
    if first & (1 << BITS - length) - 1:
        right = prefix_text(first >> BITS - length << BITS - length, length)
        raise Refused("prefix-bits", text=shown(text), length=length, prefix=right)
    return first, length


def read_length(length: object, what: str = "prefix length") -> int:
    """Check that a length is a whole number from 0 to 128.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(length, int) or isinstance(length, bool):
        raise Refused("length-type", what=what, kind=type(length).__name__)
    if not 0 <= length <= BITS:
        raise Refused("length-range", length=length)
    return length


def prefix_text(first: int, length: int) -> str:
    """Write a prefix in canonical form, RFC 5952.

    Args:
        first: The first address, a number of 128 bits.
        length: 0 to 128.
    """
    digits = f"{first:032x}"
    groups = [digits[place : place + 4].lstrip("0") or "0" for place in range(0, 32, 4)]
    written = len(digits.rstrip("0")) + 3 >> 2
    head = groups[:written]
    # The short way needs the zeros at the end to be the only run, and no embedded IPv4 address.
    if 0 < written < 7 and "0" not in head and head[:2] != ["64", "ff9b"]:
        return f"{':'.join(head)}::/{length}"
    return f"{canonical(':'.join(groups))}/{length}"


def network(first: int, length: int) -> IPNetwork:
    """Return two numbers as netaddr's value."""
    return IPNetwork((first, length), version=6)


def blocks_between(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Cover the addresses from `first` to before `end` with the fewest prefixes, in order.

    Args:
        first: The first address, a number of 128 bits.
        end: The address after the last; at most 2**128.

    Yields:
        Prefixes as (first address, length).
    """
    while first < end:
        aligned = first & -first or 1 << BITS  # the largest block that can begin here
        size = min(aligned, 1 << (end - first).bit_length() - 1)
        yield first, BITS + 1 - size.bit_length()
        first += size


# --- What a learner calls -----------------------------------------------------------------------


class Subnets(Sequence[IPNetwork]):
    """The equal parts of a prefix, in order. A part is made when it is asked for.

    `subnets[5]`, `subnets[-1]`, `subnets[:3]`, `prefix in subnets` and `subnets.index(prefix)` are
    immediate, however many there are. `len()` stops at 2**63 in Python; `count` does not.
    """

    def __init__(self, first: int, parent_length: int, length: int, numbers: range) -> None:
        self._first = first
        self._parent_length = parent_length
        self._numbers = numbers
        self.length = length
        """The prefix length of each part."""

    @property
    def parent(self) -> IPNetwork:
        """The prefix that was split."""
        return network(self._first, self._parent_length)

    @property
    def count(self) -> int:  # type: ignore[override] # how many: not Sequence.count(value)
        """How many parts there are."""
        span = self._numbers.stop - self._numbers.start
        return max(0, -(-span // self._numbers.step))

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[IPNetwork]:
        return map(self._part, self._numbers)

    def __reversed__(self) -> Iterator[IPNetwork]:
        return map(self._part, self._numbers[::-1])

    @overload
    def __getitem__(self, place: int) -> IPNetwork: ...
    @overload
    def __getitem__(self, place: slice) -> Subnets: ...
    def __getitem__(self, place: int | slice) -> IPNetwork | Subnets:
        if isinstance(place, slice):
            numbers = self._numbers[place]
            return Subnets(self._first, self._parent_length, self.length, numbers)
        return self._part(self._numbers[place])

    def __contains__(self, prefix: object) -> bool:
        try:
            self.index(prefix)
        except ValueError:
            return False
        return True

    def index(self, prefix: object, start: int = 0, stop: int | None = None) -> int:
        """Return the place of a prefix among the parts; the first is 0.

        Raises:
            ValueError: It is not one of them.
        """
        first, length = read_prefix(prefix)
        number = first - self._first >> BITS - self.length
        if length == self.length and number in self._numbers:
            place = self._numbers.index(number)
            if start <= place and (stop is None or place < stop):
                return place
        raise Refused(
            "not-a-subnet",
            prefix=prefix_text(first, length),
            length=self.length,
            parent=prefix_text(self._first, self._parent_length),
        )

    def __repr__(self) -> str:
        parent = prefix_text(self._first, self._parent_length)
        return f"<{self.count} x /{self.length} in {parent}>"

    def _part(self, number: int) -> IPNetwork:
        return network(self._first | number << BITS - self.length, self.length)


def split(
    prefix: str | IPNetwork, new_length: int | None = None, *, count: int | None = None
) -> Subnets:
    """Split a prefix into equal parts.

    Args:
        prefix: The prefix to split.
        new_length: The prefix length of each part, from the prefix's own to 128 bits.
        count: How many parts instead; a power of two.

    Returns:
        The parts in order, made when asked for: `split("2001:db8::/32", 64)` is immediate.

    Raises:
        ValueError: It is no prefix, or it cannot be split so.
    """
    first, length = read_prefix(prefix)
    text = prefix_text(first, length)
    if (new_length is None) == (count is None):
        raise Refused("split-choice", prefix=text, example=min(length + 4, BITS))
    if count is not None:
        new_length = length + _bits_for(count, text, BITS - length)
    new_length = read_length(new_length)
    if new_length < length:
        raise Refused("split-shorter", prefix=text, length=new_length, first=length)
    return Subnets(first, length, new_length, range(1 << new_length - length))


def _bits_for(count: object, prefix: str, bits: int) -> int:
    """Return how many bits number this many parts, of the bits that there are."""
    if not isinstance(count, int) or isinstance(count, bool):
        raise Refused("length-type", what="count", kind=type(count).__name__)
    if count > 1 << bits:
        raise Refused("split-deep", prefix=prefix, count=count, bits=bits)
    if count < 1 or count & count - 1:
        right = 1 << (count - 1).bit_length() if count > 0 else 2
        raise Refused("split-count", prefix=prefix, count=count, right=right)
    return count.bit_length() - 1


def summarize(prefixes: Iterable[str | IPNetwork]) -> list[IPNetwork]:
    """Find the fewest prefixes that cover exactly the same addresses.

    Args:
        prefixes: In any order; they may overlap and repeat.

    Returns:
        Disjoint prefixes in order of address. No two of them make one larger prefix.

    Raises:
        ValueError: One of them is no prefix.
    """
    if isinstance(prefixes, str | IPNetwork):
        prefixes = [prefixes]
    fewest: list[tuple[int, int]] = []
    for first, length in sorted(map(read_prefix, prefixes)):
        if fewest and first >> BITS - fewest[-1][1] == fewest[-1][0] >> BITS - fewest[-1][1]:
            continue  # inside the one before
        while fewest and fewest[-1] == (first ^ 1 << BITS - length, length):
            first, length = fewest.pop()[0], length - 1  # the two halves of one
        fewest.append((first, length))
    return [network(*block) for block in fewest]

"""The address plan: a tree of named prefixes that always fits together.

The rules of this module:

* A plan never changes. Every change returns a new plan and leaves the old one as it was, so undo is
  keeping the old one. What did not change is shared between the two.
* A plan is right from the start: overlap, escape and equal names are refused when it is made, and a
  change checks the one set of siblings that it touches.
* A node is named by its path, the names from the top joined by '/', or by its name alone where only
  one node has it.
* Prefixes come out as `netaddr.IPNetwork`, and go in as those or as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from netaddr import IPAddress, IPNetwork

from ipv6course.address.text import N_
from ipv6course.plan.advice import LAN, Advice, advice_on_node
from ipv6course.plan.check import check_siblings, check_tree
from ipv6course.plan.measure import HD_RATIO_UNIT, Utilisation, hd_ratio_of, utilisation
from ipv6course.plan.node import Node, check_fields
from ipv6course.plan.prefix import BITS, network, prefix_text, read_length, read_prefix
from ipv6course.plan.refusals import Refused, shown
from ipv6course.plan.space import free_blocks, in_the_way, overlap, places

HEADS = (N_("Name"), N_("Prefix"), N_("Kind"), N_("Purpose"))
MORE = N_("and {count} more")
EMPTY = N_("The plan is empty.")
TABLE_LINES = 200  # lines of a plan that `repr` shows

Trail = list[Node]
"""A node and those above it, the top first."""


class AddressPlan:
    """A tree of named prefixes. See the rules of this module."""

    __slots__ = ("_tail", "_tops")

    def __init__(self, tops: Iterable[Node] = (), tail: tuple[str, ...] = ()) -> None:
        """Make a plan from nodes.

        Args:
            tops: The prefixes at the top with all that is below them, such as the allocations that
                a registry gave.
            tail: Comment lines at the end of the plan's YAML file.

        Raises:
            ValueError: They do not fit together; the message names both nodes.
        """
        self._tops = tuple(tops)
        self._tail = tuple(tail)
        check_tree(self._tops)

    @classmethod
    def start(cls, name: str, prefix: str | IPNetwork, **fields: str) -> AddressPlan:
        """Begin a plan with one prefix at the top.

        Args:
            name: The name of the top node.
            prefix: Its prefix, such as an allocation.
            **fields: kind, purpose and notes of the node.

        Raises:
            ValueError: As `Node.of`.
        """
        return cls([Node.of(name, prefix, **{"kind": "block"} | fields)])  # type: ignore[arg-type]

    # --- Files ---------------------------------------------------------------------------------

    @classmethod
    def from_yaml(cls, source: str | bytes) -> AddressPlan:
        """Read a plan from YAML.

        The file is a list of prefixes, each with `name`, `prefix` and, as need be, `kind`,
        `purpose`, `notes` and `children`, a list of the same form. Every value is text as it is
        written: the name `12` or `no` stays that. Comments and the order of nodes and keys are kept
        for `to_yaml`.

        Raises:
            ValueError: It is not such a plan. The message says what is wrong and in which line.
        """
        from ipv6course.plan.files import collector_at_rest, read_yaml

        with collector_at_rest():
            return cls(*read_yaml(source))

    @classmethod
    def from_csv(cls, source: str | bytes) -> AddressPlan:
        """Read a plan from CSV, RFC 4180. The first line names the columns.

        The columns are `name` and `prefix` and, as need be, `parent`, `kind`, `purpose` and
        `notes`. `parent` is the path of the parent, empty at the top. Without that column, the
        parent of a prefix is the smallest other one that contains it.

        Raises:
            ValueError: It is not such a plan. The message says what is wrong and in which line.
        """
        from ipv6course.plan.files import collector_at_rest, read_csv

        with collector_at_rest():
            return cls(read_csv(source))

    @classmethod
    def read(cls, path: str | Path) -> AddressPlan:
        """Read a plan from a file whose name ends in .yaml, .yml or .csv.

        Raises:
            ValueError: It is no plan.
            OSError: The file cannot be read.
        """
        from ipv6course.plan.files import is_csv, read_bytes

        path = Path(path)
        read = cls.from_csv if is_csv(path) else cls.from_yaml
        return read(read_bytes(path))

    def to_yaml(self) -> str:
        """Write the plan as YAML that `from_yaml` reads, with the comments of the file it is from.

        Comments directly above a node stay with it when it moves. Indentation and quotes come out
        in one fixed style.
        """
        from ipv6course.plan.files import write_yaml

        return write_yaml(self._tops, self._tail)

    def to_csv(self) -> str:
        """Write the plan as CSV, RFC 4180: lines end in CR LF. Comments have no place in it."""
        from ipv6course.plan.files import write_csv

        return write_csv(self.walk())

    def save(self, path: str | Path) -> None:
        """Write the plan to a file whose name ends in .yaml, .yml or .csv.

        The file is written whole or not at all: a plan that is there stays until the new one is.

        Raises:
            ValueError: The name has another ending.
            OSError: The file cannot be written.
        """
        from ipv6course.places import write_atomically
        from ipv6course.plan.files import is_csv

        path = Path(path)
        write_atomically(path, self.to_csv() if is_csv(path) else self.to_yaml())

    # --- Looking -------------------------------------------------------------------------------

    @property
    def tops(self) -> tuple[Node, ...]:
        """The nodes at the top."""
        return self._tops

    def walk(self, within: str | None = None) -> Iterator[tuple[str, Node]]:
        """Yield each path and node: a node, then all that is below it, in order of the file.

        Args:
            within: Only this node and what is below it.

        Raises:
            ValueError: There is no such node.
        """
        if within is None:
            waiting = [(top.name, top) for top in reversed(self._tops)]
        else:
            trail = self._trail(within)
            waiting = [("/".join(node.name for node in trail), trail[-1])]
        while waiting:
            path, node = waiting.pop()
            yield path, node
            waiting.extend((f"{path}/{child.name}", child) for child in reversed(node.children))

    def __len__(self) -> int:
        return sum(top.count() for top in self._tops)

    def __iter__(self) -> Iterator[Node]:
        return (node for _path, node in self.walk())

    def __getitem__(self, path: str) -> Node:
        """Return the node with a path, or with a name that only one node has.

        Raises:
            ValueError: There is no such node, or more than one with this name.
        """
        return self._trail(path)[-1]

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and bool(self._trail(path))
        except Refused:
            return False

    def path(self, name: str) -> str:
        """Return the whole path of a node.

        Raises:
            ValueError: There is no such node, or more than one with this name.
        """
        return "/".join(node.name for node in self._trail(name))

    def find(self, prefix: str | IPNetwork | IPAddress) -> str | None:
        """Return the path of the smallest prefix of the plan that contains this one.

        Args:
            prefix: A prefix; also an address as `netaddr.IPAddress`.

        Returns:
            The path, or None where the plan does not contain it.

        Raises:
            ValueError: It is no prefix.
        """
        trail = self._containers(*read_prefix(prefix))
        return "/".join(node.name for node in trail) or None

    def free(self, within: str | None = None) -> list[IPNetwork]:
        """Return what the prefixes directly below a node leave free, as the fewest prefixes.

        Args:
            within: A name or path; may be left out where the plan has one top.

        Raises:
            ValueError: There is no such node.
        """
        return [network(*block) for block in free_blocks(self._within(within)[-1])]

    def next_free(
        self,
        length: int,
        within: str | None = None,
        *,
        order: str = "best-fit",
        nibble: bool = False,
    ) -> IPNetwork:
        """Choose a free prefix directly below a node.

        Args:
            length: The prefix length that is wanted.
            within: A name or path; may be left out where the plan has one top.
            order: "best-fit" takes the smallest free block that is large enough, so that large
                blocks stay whole. "sparse" bisects (RFC 3531 section 3.1), so that there is room to
                grow between prefixes.
            nibble: Whether to prefer, for a length that is no multiple of 4, the start of a free
                block whose length is one.

        Raises:
            ValueError: Nothing of that size is free, or there is no such node or order.
        """
        return network(*self._next_blocks(1, length, self._within(within)[-1], order, nibble)[0])

    def room_to_grow(self, name: str) -> int:
        """Return the shortest length that a node can grow to with what is free around it.

        Raises:
            ValueError: There is no such node.
        """
        trail = self._trail(name)
        node = trail[-1]
        length = node.length
        if len(trail) > 1:
            parent = trail[-2]
            while length - 1 > parent.length and not in_the_way(parent, node, length - 1):
                length -= 1
        return length

    def utilisation(self, within: str | None = None) -> Utilisation:
        """Measure how much of a node is assigned, see `Utilisation`.

        Args:
            within: A name or path; may be left out where the plan has one top.

        Raises:
            ValueError: There is no such node.
        """
        return utilisation(self._within(within)[-1])

    def hd_ratio(self, within: str | None = None, *, unit: int = HD_RATIO_UNIT) -> float:
        """Return the HD-ratio of a node (RFC 3194), counted in units of one prefix length.

        The registries' policies counted in /56 and called a block used at 0.94.

        Args:
            within: A name or path; may be left out where the plan has one top.
            unit: The prefix length of a unit, such as 56 or 48.

        Raises:
            ValueError: Nothing is assigned, or there is no such node, or no such unit in it.
        """
        return hd_ratio_of(self._within(within)[-1], unit)

    def warnings(self) -> tuple[Advice, ...]:
        """Find what in the plan is allowed and still unwise, in order of the file."""
        return tuple(advice for path, node in self.walk() for advice in advice_on_node(node, path))

    # --- Changing: each of these returns a new plan ---------------------------------------------

    def add(
        self, name: str, prefix: str | IPNetwork, within: str | None = None, **fields: str
    ) -> AddressPlan:
        """Add a node.

        Args:
            name: Its name.
            prefix: Its prefix.
            within: Name or path of its parent. Left out: the smallest prefix that contains it.
                Empty: at the top.
            **fields: kind, purpose and notes.

        Raises:
            ValueError: It does not fit, or one of the fields is not right.
        """
        node = Node.of(name, prefix, **fields)  # type: ignore[arg-type]
        if within is not None:
            trail = self._trail(within) if within else []
        else:
            trail = self._containers(node.first, node.length)
            if not trail and self._tops:
                raise Refused("no-container", prefix=node.text)
        return self._with_children(trail, (*self._children(trail), node))

    def add_next(
        self,
        name: str,
        length: int,
        within: str | None = None,
        *,
        order: str = "best-fit",
        nibble: bool = False,
        **fields: str,
    ) -> AddressPlan:
        """Add a node with the prefix that `next_free` chooses.

        Raises:
            ValueError: As `next_free` and `add`.
        """
        path = "/".join(node.name for node in self._within(within))
        prefix = self.next_free(length, path, order=order, nibble=nibble)
        return self.add(name, prefix, path, **fields)

    def delegate(
        self,
        customers: Iterable[str],
        length: int = 56,
        within: str | None = None,
        *,
        order: str = "best-fit",
    ) -> AddressPlan:
        """Delegate a prefix to each of many customers.

        A customer who has a prefix directly in this node keeps it, so asking again changes nothing:
        RIPE-690 section 5 recommends prefixes that are persistent.

        Args:
            customers: Their names.
            length: The prefix length for each: 48, or 56 for homes (RIPE-690 section 4.2).
            within: Name or path of the node to delegate from; may be left out where the plan has
                one top.
            order: As in `next_free`.

        Raises:
            ValueError: The length is /64 or longer, or the prefixes do not fit.
        """
        if read_length(length) >= LAN:
            raise Refused("customer-lan", length=length)
        trail = self._within(within)
        have = {child.name for child in trail[-1].children}
        new = [name for name in dict.fromkeys(customers) if name not in have]
        for name in new:
            check_fields(name, "customer", "", "")
        blocks = self._next_blocks(len(new), length, trail[-1], order)
        nodes = [Node(name, *block, "customer") for name, block in zip(new, blocks, strict=True)]
        return self._with_children(trail, (*trail[-1].children, *nodes)) if nodes else self

    def rename(self, name: str, new_name: str) -> AddressPlan:
        """Give a node another name.

        Raises:
            ValueError: There is no such node, or the new name is not right.
        """
        return self._changed(name, name=new_name)

    def describe(self, name: str, **fields: str) -> AddressPlan:
        """Change what a node says about itself.

        Args:
            name: Its name or path.
            **fields: kind, purpose and notes; those left out stay.

        Raises:
            ValueError: There is no such node, or a field is not right.
        """
        unknown = sorted(fields.keys() - {"kind", "purpose", "notes"})
        if unknown:
            raise Refused("key", key=unknown[0], keys="kind, purpose, notes")
        return self._changed(name, **fields)

    def remove(self, name: str) -> AddressPlan:
        """Take a node out, with everything below it.

        Raises:
            ValueError: There is no such node.
        """
        trail = self._trail(name)
        return self._replaced(trail, ())

    def move(
        self,
        name: str,
        into: str,
        prefix: str | IPNetwork | None = None,
        *,
        order: str = "best-fit",
    ) -> AddressPlan:
        """Move a node, with everything below it, to another parent or another prefix.

        Args:
            name: The node to move.
            into: Name or path of the new parent, which may be the one it has; empty for the top.
            prefix: The new prefix, of the same length; everything below is renumbered with it. Left
                out: the node keeps its prefix where that is free in the new parent, else it gets
                the next free one there.
            order: As in `next_free`.

        Raises:
            ValueError: There is no such node, or it does not fit.
        """
        trail = self._trail(name)
        node = trail[-1]
        target = self._trail(into) if into else []
        if any(above is node for above in target):
            raise Refused("move-inside", node=node.label, target=target[-1].label)
        path = "/".join(above.name for above in target)
        without = self._replaced(trail, ())
        target = without._trail(path) if path else []
        first, length = self._destination(node, target, prefix, order)
        if length != node.length:
            text = prefix_text(first, length)
            raise Refused("move-length", node=node.label, length=node.length, prefix=text)
        moved = node.moved(first - node.first)
        return without._with_children(target, (*without._children(target), moved))

    def grow(self, name: str, length: int | None = None) -> AddressPlan:
        """Make a node larger, into free space beside it. Everything below stays where it is.

        Args:
            name: The node.
            length: Its new, shorter prefix length; one bit shorter where left out.

        Raises:
            ValueError: The parent ends there, or another prefix is in the way; the message names
                it.
        """
        trail = self._trail(name)
        node = trail[-1]
        if len(trail) == 1:
            raise Refused("grow-top", node=node.label)
        parent = trail[-2]
        length = node.length - 1 if length is None else read_length(length)
        if length <= parent.length:
            raise Refused("grow-parent", node=node.label, length=length, parent=parent.label)
        if length >= node.length:
            limits = {"first": parent.length + 1, "last": node.length - 1}
            raise Refused("grow-length", node=node.label, length=length, **limits)
        other = in_the_way(parent, node, length)
        if other is not None:
            raise Refused("grow-taken", node=node.label, length=length, other=other.label)
        grown = replace(node, first=node.first >> BITS - length << BITS - length, length=length)
        return self._replaced(trail, (grown,))

    # --- The text table ------------------------------------------------------------------------

    def table(self, translate: Callable[[str], str] = str, limit: int | None = None) -> str:
        """Write the plan as a text table, one node a line, indented below its parent.

        Args:
            translate: Turns a heading into the learner's language.
            limit: Lines at most; a last line says how many more there are.
        """
        heads = [translate(head) for head in HEADS]
        rows = []
        for path, node in islice(self.walk(), limit):
            indented = "  " * path.count("/") + node.name
            rows.append((indented, node.text, node.kind, node.purpose))
        if not rows:
            return translate(EMPTY)
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in (heads, *rows)
        ]
        more = len(self) - len(rows)
        if more:
            lines.append(translate(MORE).format(count=more))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.table(limit=TABLE_LINES)

    def __eq__(self, other: object) -> bool:
        """Compare what plans mean: not comments and lines of their files."""
        return self._tops == other._tops if isinstance(other, AddressPlan) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._tops)

    # --- Inside --------------------------------------------------------------------------------

    def _trail(self, path: object) -> Trail:
        """Find a node by path, else by a name that is unique in the plan."""
        if not isinstance(path, str):
            raise Refused("text-type", field="name", kind=type(path).__name__)
        trail: Trail = []
        level = self._tops
        for name in path.split("/"):
            found = next((node for node in level if node.name == name), None)
            if found is None:
                break
            trail.append(found)
            level = found.children
        else:
            return trail
        if "/" in path:
            raise Refused("no-such-node", text=shown(path))
        same = list(islice((where for where, node in self.walk() if node.name == path), 2))
        if not same:
            raise Refused("no-such-node", text=shown(path))
        if len(same) > 1:
            first, second = map(shown, same)
            raise Refused("many-nodes", text=shown(path), first=first, second=second)
        return self._trail(same[0])

    def _within(self, path: str | None) -> Trail:
        if path is not None:
            return self._trail(path)
        if len(self._tops) != 1:
            raise Refused("which-top", count=len(self._tops))
        return [self._tops[0]]

    def _containers(self, first: int, length: int) -> Trail:
        """Return the nodes that contain a prefix, the top first."""
        trail: Trail = []
        level = self._tops
        while True:
            found = next((node for node in level if node.contains(first, length)), None)
            if found is None:
                return trail
            trail.append(found)
            level = found.children

    def _children(self, trail: Trail) -> tuple[Node, ...]:
        return trail[-1].children if trail else self._tops

    def _next_blocks(
        self, count: int, length: int, node: Node, order: str, nibble: bool = False
    ) -> list[tuple[int, int]]:
        """Choose places for some prefixes of one length."""
        if read_length(length) < node.length:
            raise Refused("too-large", length=length, node=node.label)
        blocks = free_blocks(node)
        found = list(islice(places(blocks, length, order, nibble), count))
        if len(found) == count:
            return found
        if count > 1:
            room = sum(1 << length - large for _first, large in blocks if large <= length)
            raise Refused("too-many", count=count, length=length, node=node.label, room=room)
        if not blocks:
            raise Refused("no-space-at-all", length=length, node=node.label)
        largest = prefix_text(*min(blocks, key=lambda block: (block[1], block[0])))
        raise Refused("no-space", length=length, node=node.label, largest=largest)

    def _destination(
        self, node: Node, target: Trail, prefix: str | IPNetwork | None, order: str
    ) -> tuple[int, int]:
        """Choose where a node moves to in its new parent."""
        if prefix is not None:
            return read_prefix(prefix)
        if not target:
            return node.first, node.length
        parent = target[-1]
        inside = parent.contains(node.first, node.length) and parent.length < node.length
        if inside and not any(overlap(node, other) for other in parent.children):
            return node.first, node.length
        return self._next_blocks(1, node.length, parent, order)[0]

    def _changed(self, path: str, **fields: Any) -> AddressPlan:
        trail = self._trail(path)
        node = replace(trail[-1], **fields)
        check_fields(node.name, node.kind, node.purpose, node.notes)
        return self._replaced(trail, (node,))

    def _replaced(self, trail: Trail, replacement: tuple[Node, ...]) -> AddressPlan:
        """Return the plan with other nodes, or none, in the place of a node."""
        node = trail[-1]
        siblings = self._children(trail[:-1])
        place = next(at for at, sibling in enumerate(siblings) if sibling is node)
        children = (*siblings[:place], *replacement, *siblings[place + 1 :])
        return self._with_children(trail[:-1], children)

    def _with_children(self, trail: Trail, children: tuple[Node, ...]) -> AddressPlan:
        """Return the plan with other children of a node, or of the top; check only these."""
        check_siblings(trail[-1] if trail else None, children)
        for depth in range(len(trail) - 1, -1, -1):
            changed = replace(trail[depth], children=children)
            siblings = self._children(trail[:depth])
            children = tuple(changed if other is trail[depth] else other for other in siblings)
        plan = AddressPlan.__new__(AddressPlan)
        plan._tops = children
        plan._tail = self._tail
        return plan

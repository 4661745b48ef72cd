"""The address-plan treemap: a plan as areas, and beside it a list in which the plan is changed.

`tiles` computes what the treemap shows, `treemap` draws it as a plotly figure, and
`AddressPlan.table` says the same as text. `PlanTreemap` puts the figure and the list together:
every change goes through the plan, which refuses what does not fit, and makes a new plan.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any

import ipywidgets
import traitlets

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.plan import KINDS, AddressPlan, Node, Refused
from ipv6course.plan.advice import advice_on_node
from ipv6course.plan.prefix import BITS, prefix_text
from ipv6course.widgets.charts.chart import plotly_data
from ipv6course.widgets.column import Column

MOST_TILES = 300  # a browser draws so many without a pause, and the figure stays under 60 kB
MOST_LINES = 300  # lines of the list
MOST_FREE = 6  # free prefixes that the details name
KEPT = 100  # changes that undo can go back
WHOLE = 2**50  # the area of all tiles; a browser adds whole numbers up to 2**53 exactly

# kind: (colour of the tile, plotly's pattern). All colours are light, for dark text on them.
LOOK = {
    "": ("#dddddd", ""),
    "block": ("#cfe3f7", ""),
    "site": ("#cdeac0", ""),
    "customer": ("#ffe3a8", ""),
    "lan": ("#f7d0e3", ""),
    "link": ("#d9d2f0", "-"),
    "loopback": ("#d9d2f0", "|"),
    "reserved": ("#e8d5c4", "x"),
    "free": ("#f7f7f7", "/"),
    "more": ("#dddddd", "."),
}
INK = "#1b1b1b"

LABELS = {
    "title": N_("Address plan"),
    "figure": N_("Treemap of the address plan. The list below says the same in words."),
    "free": N_("free"),
    "more": N_("{count} more"),
    "not-shown": N_("Not shown: {count} prefixes below these. Open one to see inside."),
    "list": N_("Prefixes"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "length": N_("Prefix length"),
    "target": N_("Move into"),
    "top": N_("(the top of the plan)"),
    "rename": N_("Rename"),
    "add": N_("Add the next free prefix"),
    "move": N_("Move"),
    "remove": N_("Remove"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
    "open": N_("Open"),
    "up": N_("Up"),
    "empty": N_("The plan is empty."),
    "selected": N_("Selected: {path}, {prefix}."),
    "assigned": N_("Assigned: {share} of the addresses."),
    "free-list": N_("Free: {prefixes}."),
    "free-more": N_("Free: {prefixes}, and {count} more."),
    "free-none": N_("Nothing in it is free."),
    "refused": N_("Not done."),
    "done-rename": N_("Renamed to {name}."),
    "done-add": N_("Added {name}, {prefix}."),
    "done-move": N_("Moved {name}. It has the prefix {prefix}."),
    "done-remove": N_("Removed {name} and everything below it."),
    "done-undo": N_("The last change is taken back."),
    "done-redo": N_("The change is made again."),
}


# --- What there is to draw ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tile:
    """One area of the treemap."""

    path: str
    """The node's path. For what is no node, the path around it and '/' (free) or '//' (more)."""
    parent: str
    """The path of the tile around it; empty for the outermost."""
    name: str
    """The node's name; empty for what is no node."""
    prefix: str
    """The prefix as text; empty for what is no node."""
    kind: str
    """The node's kind, or "free", or "more": several nodes that have no tile of their own."""
    area: int
    """Its share of the whole, in 2**50ths."""
    count: int = 1
    """How many nodes it stands for, where it is "more"."""


def tiles(plan: AddressPlan, within: str | None = None, most: int = MOST_TILES) -> list[Tile]:
    """Compute the tiles of a plan, the outer before the inner.

    Areas are true: a /48 is a 65536th of a /32, and cannot be seen beside it. Look at part of a
    plan with `within`.

    Args:
        plan: The plan.
        within: A name or path, to show only that node and what is below it.
        most: How many nodes get a tile; nodes further from the top have none.

    Returns:
        The tiles. Inside each node with children, free space is one tile, and so are the children
        that are too many.

    Raises:
        ValueError: There is no such node.
    """
    if within is None:
        start = [(node.name, "", node) for node in plan.tops]
    else:
        path = plan.path(within)
        start = [(path, "", plan[path])]
    whole = sum(_size(node) for _path, _parent, node in start)
    waiting = deque(start)
    found: list[Tile] = []
    nodes = len(start)
    while waiting:
        path, parent, node = waiting.popleft()
        area = _size(node) * WHOLE // whole
        found.append(Tile(path, parent, node.name, node.text, node.kind, area))
        shown = node.children[: max(0, most - nodes)]
        if not shown:
            continue
        nodes += len(shown)
        waiting.extend((f"{path}/{child.name}", path, child) for child in shown)
        rest = node.children[len(shown) :]
        more = sum(map(_size, rest))
        free = _size(node) - sum(map(_size, shown)) - more
        if rest:
            area = more * WHOLE // whole
            found.append(Tile(f"{path}//", path, "", "", "more", area, len(rest)))
        if free:
            found.append(Tile(f"{path}/", path, "", "", "free", free * WHOLE // whole))
    return found


def treemap(
    plan: AddressPlan, within: str | None = None, translate: Callable[[str], str] = str
) -> Any:
    """Draw a plan as a plotly figure.

    Args:
        plan: The plan.
        within: A name or path, to show only that node and what is below it.
        translate: Turns an English label into the learner's language.

    Returns:
        A `plotly.graph_objects.Figure`. Each tile says its name and prefix; free space is hatched.

    Raises:
        ValueError: There is no such node.
    """
    import plotly.graph_objects as go

    shown = tiles(plan, within)
    outer = {tile.parent for tile in shown}
    colors = [LOOK[tile.kind][0] for tile in shown]
    trace = go.Treemap(
        ids=[tile.path for tile in shown],
        parents=[tile.parent for tile in shown],
        # plotly takes some HTML in a label, so names are escaped
        labels=[_tile_label(tile, tile.path in outer, translate) for tile in shown],
        values=[tile.area for tile in shown],
        branchvalues="total",
        textinfo="label",
        hovertemplate="%{label}<extra></extra>",
        textfont={"color": INK},
        marker={
            "colors": colors,
            "pattern": {
                "shape": [LOOK[tile.kind][1] for tile in shown],
                "bgcolor": colors,
                "fgcolor": "#b5b5b5",
            },
            "line": {"color": INK, "width": 1},
        },
        pathbar={"visible": False},
        tiling={"pad": 3},
        sort=False,
    )
    layout = {
        "template": "none",  # the usual one adds 7 kB to every figure
        "height": 380,
        "autosize": True,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
    }
    return go.Figure(trace, layout)


def _tile_label(tile: Tile, is_outer: bool, translate: Callable[[str], str]) -> str:
    """Write a tile's name and prefix: in one line above inner tiles, in two lines else."""
    if not tile.name:
        return translate(LABELS[tile.kind]).format(count=tile.count)
    return f"{escape(tile.name, quote=False)}{'  ' if is_outer else '<br>'}{tile.prefix}"


def _size(node: Node) -> int:
    return 1 << BITS - node.length


# --- The widget ---------------------------------------------------------------------------------


class PlanTreemap(Column):
    """A plan as a treemap, and a list in which it is changed.

    Every part is a form control: Tab moves from one to the next, arrow keys and first letters move
    in the list, Enter and Space press a button. What was done, or why not, is said in a live
    region. `plan` is the plan as it is now; observe it to follow the changes.
    """

    plan = traitlets.Instance(AddressPlan, help="The plan as it is now; a new one each change.")

    def __init__(self, plan: AddressPlan, translate: Callable[[str], str] = _) -> None:
        """Show a plan.

        Args:
            plan: The plan to begin with. It is not changed: changes make new plans.
            translate: Turns an English sentence or label into the learner's language.
        """
        self._translate = translate
        self._labels = {name: translate(text) for name, text in LABELS.items()}
        self._past: list[AddressPlan] = []
        self._future: list[AddressPlan] = []
        self._focus: str | None = None
        self._selected = plan.tops[0].name if plan.tops else ""
        self._busy = False
        self._make_controls()
        super().__init__(plan=plan)
        self.children = self._layout()
        self._show()
        self.observe(self._plan_set, names="plan")

    @property
    def value(self) -> str:
        """The plan as YAML text. Setting it opens another plan.

        Raises:
            ValueError: The text that was set is no plan.
        """
        return str(self.plan.to_yaml())

    @value.setter
    def value(self, text: str) -> None:
        self.plan = AddressPlan.from_yaml(text)

    @property
    def selected(self) -> str:
        """The path of the node that is selected; empty where the plan is."""
        return self._selected

    # --- What a learner does; each says what it did, or why not ----------------------------------

    def select(self, name: str) -> None:
        """Select a node.

        Raises:
            ValueError: There is no such node.
        """
        self._selected = self.plan.path(name)
        self._show()

    def rename(self, new_name: str) -> None:
        """Rename the selected node."""
        path = self._selected
        parent = path.rpartition("/")[0]
        self._change(
            lambda: self.plan.rename(path, new_name),
            lambda _plan: f"{parent}/{new_name}".lstrip("/"),
            lambda plan, now: self._labels["done-rename"].format(name=plan[now].name),
        )

    def add_next(self, name: str, length: int, kind: str = "") -> None:
        """Add the next free prefix of a length inside the selected node."""
        path = self._selected
        self._change(
            lambda: self.plan.add_next(name, length, path or None, kind=kind),
            lambda _plan: f"{path}/{name}",
            lambda plan, now: self._labels["done-add"].format(
                name=plan[now].name, prefix=plan[now].text
            ),
        )

    def move(self, into: str) -> None:
        """Move the selected node, with everything below it, into another; empty is the top."""
        path = self._selected
        name = path.rpartition("/")[2]
        self._change(
            lambda: self.plan.move(path, into),
            lambda _plan: f"{into}/{name}".lstrip("/"),
            lambda plan, now: self._labels["done-move"].format(name=name, prefix=plan[now].text),
        )

    def remove(self) -> None:
        """Remove the selected node, with everything below it."""
        path = self._selected
        parent, _slash, name = path.rpartition("/")
        self._change(
            lambda: self.plan.remove(path),
            lambda plan: parent or (plan.tops[0].name if plan.tops else ""),
            lambda _plan, _now: self._labels["done-remove"].format(name=name),
        )

    def undo(self) -> None:
        """Take the last change back."""
        if self._past:
            self._future.append(self.plan)
            self._adopt(self._past.pop(), self._selected, self._labels["done-undo"])

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._future:
            self._past.append(self.plan)
            self._adopt(self._future.pop(), self._selected, self._labels["done-redo"])

    def zoom_in(self) -> None:
        """Show only the selected node and what is below it."""
        self._focus = self._selected or None
        self._show()

    def zoom_out(self) -> None:
        """Show what is around the node that was opened."""
        self._focus = (self._focus or "").rpartition("/")[0] or None
        self._show()

    # --- Inside ----------------------------------------------------------------------------------

    def _change(
        self,
        make: Callable[[], AddressPlan],
        select: Callable[[AddressPlan], str],
        say: Callable[[AddressPlan, str], str],
    ) -> None:
        """Make a change, or say why the plan refuses it."""
        try:
            plan = make()
        except ValueError as refusal:
            why = refusal.text(self._translate) if isinstance(refusal, Refused) else str(refusal)
            self._say(f"{self._labels['refused']} {why}", alarm=True)
            return
        self._past = [*self._past, self.plan][-KEPT:]
        self._future = []
        now = select(plan)
        self._adopt(plan, now, say(plan, now))

    def _adopt(self, plan: AddressPlan, selected: str, said: str) -> None:
        """Show another plan, with a node of it selected if it is there."""
        self._busy = True
        try:
            self.plan = plan
        finally:
            self._busy = False
        self._selected = selected
        self._show()
        self._say(said)

    def _plan_set(self, change: Any) -> None:
        """Follow a plan that someone set from Python; undo goes back to the one before."""
        if not self._busy:
            self._past = [*self._past, change["old"]][-KEPT:]
            self._future = []
            self._show()

    def _make_controls(self) -> None:
        label, wide = self._labels, {"width": "100%", "max_width": "34rem"}
        style = {"description_width": "8em"}
        look = {"layout": wide, "style": style}
        self.list = ipywidgets.Select(
            description=label["list"], rows=12, layout={"width": "100%"}, style=style
        )
        self.name = ipywidgets.Text(description=label["name"], **look)
        self.kind = ipywidgets.Dropdown(
            description=label["kind"],
            options=[(kind or "-", kind) for kind in KINDS],
            **look,
        )
        self.length = ipywidgets.BoundedIntText(
            48, min=0, max=BITS, description=label["length"], **look
        )
        self.target = ipywidgets.Dropdown(description=label["target"], **look)
        actions = {
            "open": self.zoom_in,
            "up": self.zoom_out,
            "rename": lambda: self.rename(self.name.value.strip()),
            "add": lambda: self.add_next(
                self.name.value.strip(), self.length.value, self.kind.value
            ),
            "move": lambda: self.move(self.target.value),
            "remove": self.remove,
            "undo": self.undo,
            "redo": self.redo,
        }
        self.buttons = {}
        for name, act in actions.items():
            self.buttons[name] = ipywidgets.Button(
                description=label[name], layout={"width": "auto", "align_self": "flex-start"}
            )
            self.buttons[name].on_click(lambda _button, act=act: act())
        self.list.observe(self._picked, names="value")

    def _layout(self) -> list[Any]:
        wrap = {"flex_flow": "row wrap"}
        self._figure = ipywidgets.Output(layout={"width": "100%", "min_height": "390px"})
        self._details = ipywidgets.HTML()
        self._status = ipywidgets.HTML()
        self._hint = ipywidgets.HTML(_paragraph(self._labels["figure"]))
        row = self.buttons
        return [
            self._figure,
            self._hint,
            self.list,
            ipywidgets.HBox([row["open"], row["up"], row["undo"], row["redo"]], layout=wrap),
            self._details,
            self.name,
            ipywidgets.HBox([row["rename"], row["remove"]], layout=wrap),
            self.length,
            self.kind,
            row["add"],
            self.target,
            row["move"],
            self._status,
        ]

    def _picked(self, change: Any) -> None:
        if not self._busy and change["new"] is not None:
            self._selected = change["new"]
            self._show_selected()

    def _show(self) -> None:
        """Draw the plan and the list anew."""
        plan = self.plan
        if self._focus is not None and self._focus not in plan:
            self._focus = None
        if self._selected not in plan:
            self._selected = plan.tops[0].name if plan.tops else ""
        if self._focus and not f"{self._selected}/".startswith(f"{self._focus}/"):
            self._focus = None
        lines, more = self._lines()
        self._busy = True
        try:
            self.list.options = lines
            known = [path for _text, path in lines]
            self.list.value = self._selected if self._selected in known else None
            target = self.target.value
            self.target.options = [(self._labels["top"], ""), *((path, path) for path in known)]
            self.target.value = target if target in known else ""
            self._figure.outputs = (_output(plan, self._focus, self._translate),)
        finally:
            self._busy = False
        hidden = self._labels["not-shown"].format(count=more) if more else ""
        self._hint.value = _paragraph(f"{self._labels['figure']} {hidden}")
        for name, off in (
            ("undo", not self._past),
            ("redo", not self._future),
            ("up", self._focus is None),
        ):
            self.buttons[name].disabled = off
        self._show_selected()

    def _lines(self) -> tuple[list[tuple[str, str]], int]:
        """Return the lines of the list with their paths, and how many prefixes have no line."""
        plan, focus = self.plan, self._focus
        shown = dict(islice(plan.walk(focus), MOST_LINES))
        if self._selected:
            shown.setdefault(self._selected, plan[self._selected])
        depth = focus.count("/") if focus else 0
        lines = []
        for path, node in shown.items():
            indent = "\u00a0\u00a0" * (path.count("/") - depth)  # a list drops ordinary blanks
            lines.append((f"{indent}{node.name}  {node.text}", path))
        whole = plan[focus].count() if focus else len(plan)
        return lines, whole - len(lines)

    def _show_selected(self) -> None:
        """Show what is known of the selected node."""
        if not self._selected:
            self._details.value = _paragraph(self._labels["empty"])
            return
        node = self.plan[self._selected]
        self.name.value = node.name
        parts = [self._labels["selected"].format(path=self._selected, prefix=node.text)]
        parts += [f"{part}." for part in (node.kind, node.purpose.rstrip(".")) if part]
        if node.children:
            share = f"{self.plan.utilisation(self._selected).share:.3%}"
            parts.append(self._labels["assigned"].format(share=share))
            parts.append(self._free_text())
        parts += [
            f"{advice.why(self._translate)} ({advice.rfc})"
            for advice in advice_on_node(node, self._selected)
        ]
        self._details.value = f'<div role="status">{"".join(map(_paragraph, parts))}</div>'

    def _free_text(self) -> str:
        free = self.plan.free(self._selected)
        named = ", ".join(
            prefix_text(int(block.first), block.prefixlen) for block in free[:MOST_FREE]
        )
        if not free:
            return self._labels["free-none"]
        if len(free) <= MOST_FREE:
            return self._labels["free-list"].format(prefixes=named)
        return self._labels["free-more"].format(prefixes=named, count=len(free) - MOST_FREE)

    def _say(self, text: str, alarm: bool = False) -> None:
        role = "alert" if alarm else "status"
        self._status.value = f'<div role="{role}">{_paragraph(text)}</div>'

    def __repr__(self) -> str:
        """Return the text table: what a static page or a terminal shows in the widget's place."""
        return str(self.plan.table(self._translate, limit=MOST_LINES))


def _output(
    plan: AddressPlan, within: str | None, translate: Callable[[str], str]
) -> dict[str, Any]:
    """Return the figure as a notebook's output, with the text table for where plotly is not."""
    return {
        "output_type": "display_data",
        "data": {
            "application/vnd.plotly.v1+json": plotly_data(treemap(plan, within, translate)),
            "text/plain": plan.table(translate, limit=MOST_LINES),
        },
        "metadata": {},
    }


def _paragraph(text: str) -> str:
    style = "margin: .2em 0; line-height: 1.4; white-space: normal; overflow-wrap: anywhere"
    return f'<p style="{style}; color: var(--jp-content-font-color1, #1a1a1a)">{escape(text)}</p>'

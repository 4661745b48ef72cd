"""Makes a submitted notebook one that nbgrader can grade, whatever happened to it.

Rules:

- Each cell that nbgrader knows stands exactly once, with the metadata of the release. Locked cells
  have the instructor's text. Cells stand in the order of the release.
- What the learner wrote stays. Their own cells stay behind the cell that they followed.
- A cell is recognised by nbgrader's grade_id; else by nbformat's id; else by its text; else, where
  it is a solution cell, by its place between cells that are recognised. Where that leaves a doubt,
  the release's cell is put back before the cells that may be the answer, so that these count.
- Of several cells with one grade_id the last counts, as in nbgrader's DeduplicateIds.
- An instructor's ordinary cell that is gone is put back. Where it was only edited, it stays edited,
  and `Repaired.trusted` holds the instructor's text.
- Every repair is told in `Repaired.notes`; an honest notebook has none. Repairing twice changes
  nothing more.

No code is run here, and none is judged by what it does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from ipv6grader.model import Notebook, Repaired, SourceCell, SourceNotebook
from ipv6grader.submission import SubmissionError, read_submission

__all__ = ["SubmissionError", "read_submission", "repair"]

Cell = dict[str, Any]

# What nbgrader puts into a cell's metadata.
_NBGRADER = ("nbgrader", "deletable", "editable")


def repair(notebook: Notebook, source: SourceNotebook) -> Repaired:
    """Repair a submitted notebook from the release.

    Args:
        notebook: The notebook, as `read_submission` gives it. It is not changed.
        source: The notebook as it was released.

    Returns:
        The repaired notebook: nbgrader's metadata validates, and nbgrader's OverwriteCells would
        change nothing in it.
    """
    work = _Work(notebook["cells"], source)
    work.recognise()
    arranged = list(work.arrange())
    cells = work.rewrite(arranged)
    metadata = dict(notebook["metadata"])
    for key in ("kernelspec", "language_info"):
        if source.metadata.get(key):
            metadata[key] = source.metadata[key]
    return Repaired(
        notebook={**notebook, "cells": cells, "metadata": metadata},
        trusted={
            position: work.released[place].source
            for position, (place, _cell) in enumerate(arranged)
            if place is not None and _is_trusted(work.released[place])
        },
        notes=tuple(work.notes),
        restored=frozenset(work.restored),
    )


def _is_trusted(cell: SourceCell) -> bool:
    return cell.cell_type == "code" and not cell.solution and not cell.grade


@dataclass
class _Work:
    """One repair. `at` is a cell's position in the submission, `place` that in the release."""

    cells: Sequence[Cell]
    source: SourceNotebook
    found: dict[int, int] = field(default_factory=dict)
    """Which place of the release the cell at a position is."""
    doubles: set[int] = field(default_factory=set)
    """Positions of cells that bear the name of a later one."""
    renamed: set[int] = field(default_factory=set)
    """Places of cells that were recognised without their grade_id."""
    restored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.released = self.source.cells
        self.ids = _release_ids(self.released)
        self.keys = [_key(cell["source"]) for cell in self.cells]

    # --- which cell is which --------------------------------------------------------------------

    def recognise(self) -> None:
        """Find out which cells of the release the submission's cells are."""
        self._by_name()
        self._by_id()
        self._by_text()
        # Where cells are out of order, gaps overlap: what one took is not missing in the next.
        for missing, own in list(self._gaps()):
            self._by_text_in_order(self._free(missing), own)
        for missing, own in list(self._gaps()):
            self._by_position(self._free(missing), own)
        self.notes += [
            f"{self._name(place)} had lost nbgrader's metadata: it was recognised and has it again."
            for place in sorted(self.renamed)
        ]
        for at, cell in enumerate(self.cells):
            settings = _settings(cell)
            if at not in self.found and at not in self.doubles and _is_marked(settings):
                name = str(settings.get("grade_id"))[:40]
                self.notes.append(
                    f"A cell named {name!r} is not in the assignment: it is an ordinary cell now."
                )

    def _take(self, at: int, place: int) -> None:
        self.found[at] = place
        if self.released[place].grade_id and _grade_id(self.cells[at]) is None:
            self.renamed.add(place)

    def _free(self, places: Iterable[int] | None = None) -> list[int]:
        """Return the places that no cell is at yet."""
        taken = set(self.found.values())
        every = range(len(self.released)) if places is None else places
        return [place for place in every if place not in taken]

    def _unknown(self, positions: Iterable[int] | None = None) -> list[int]:
        """Return the positions of cells that are not recognised."""
        every = range(len(self.cells)) if positions is None else positions
        return [at for at in every if at not in self.found and at not in self.doubles]

    def _by_name(self) -> None:
        places = {cell.grade_id: place for place, cell in enumerate(self.released) if cell.grade_id}
        bearers: dict[str, list[int]] = {}
        for at, cell in enumerate(self.cells):
            name = _grade_id(cell)
            if name in places:
                bearers.setdefault(name, []).append(at)
        for name, positions in bearers.items():
            self._take(positions[-1], places[name])
            self.doubles.update(positions[:-1])
            if len(positions) > 1:
                self.notes.append(
                    f"The cell '{name}' stood {len(positions)} times: the last one counts."
                )

    def _by_id(self) -> None:
        bearers: dict[str, list[int]] = {}
        for at in self._unknown():
            bearers.setdefault(self.cells[at]["id"], []).append(at)
        for place in self._free():
            cell = self.released[place]
            candidates = [
                at
                for at in bearers.get(self.ids[place], ())
                if cell.grade_id or self.cells[at]["cell_type"] == cell.cell_type
            ]
            same = [at for at in candidates if self.keys[at] in _keys(cell)]
            if candidates:
                self._take((same or candidates)[-1], place)

    def _by_text(self) -> None:
        """Recognise cells whose text stands once in the release."""
        places: dict[tuple[str, str], list[int]] = {}
        for place in self._free():
            cell = self.released[place]
            for key in _keys(cell) - {""}:
                places.setdefault((cell.cell_type, key), []).append(place)
        for at in reversed(self._unknown()):
            candidates = places.get((self.cells[at]["cell_type"], self.keys[at]), [])
            if len(candidates) == 1 and candidates[0] not in self.found.values():
                self._take(at, candidates[0])

    def _by_text_in_order(self, missing: list[int], own: list[int]) -> None:
        """Recognise cells whose text stands several times: between neighbours, in order."""
        rest = iter(own)
        for place in missing:
            cell = self.released[place]
            if cell.solution:
                continue
            keys = [key for key in _keys(cell) if key]
            ahead = list(rest)
            for number, at in enumerate(ahead):
                if self.cells[at]["cell_type"] == cell.cell_type and self.keys[at] in keys:
                    self._take(at, place)
                    ahead = ahead[number + 1 :]
                    break
            rest = iter(ahead)

    def _by_position(self, missing: list[int], own: list[int]) -> None:
        """Recognise solution cells where as many are missing as cells could be them."""
        known = set(self.ids)
        ids_are_lost = not any(cell["id"] in known for cell in self.cells)

        def pair(kind: str, is_sought: Callable[[SourceCell], bool]) -> bool:
            here = [at for at in own if self.cells[at]["cell_type"] == kind and self.keys[at]]
            sought = [
                place
                for place in missing
                if self.released[place].cell_type == kind and is_sought(self.released[place])
            ]
            if len(here) != len(sought):
                return False
            for at, place in zip(here, sought, strict=True):
                self._take(at, place)
            return True

        for kind in ("code", "markdown"):
            if not (
                ids_are_lost
                and pair(kind, lambda cell: not cell.locked and bool(_key(cell.source)))
            ):
                pair(kind, lambda cell: cell.solution)

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield what is missing, and what is unknown, between neighbours that are recognised."""
        stops = [(-1, -1), *sorted(self.found.items()), (len(self.cells), len(self.released))]
        for (at, place), (next_at, next_place) in pairwise(stops):
            missing = self._free(range(place + 1, next_place))
            own = self._unknown(range(at + 1, next_at))
            if missing and own:
                yield missing, own

    # --- where it belongs -----------------------------------------------------------------------

    def arrange(self) -> Iterator[tuple[int | None, Cell | None]]:
        """Yield the cells in their order: the place in the release, and the submission's cell."""
        places = [self.found[at] for at in sorted(self.found)]
        if places != sorted(places):
            self.notes.append("Cells were not in the order of the release: they are again.")
        followers: dict[int, list[Cell]] = {-1: []}
        last = -1
        for at, cell in enumerate(self.cells):
            if at in self.found:
                last = self.found[at]
                followers[last] = []
            else:
                followers[last].append(cell)
        present = {place: self.cells[at] for at, place in self.found.items()}
        stops = [-1, *sorted(present), len(self.released)]
        for place, following in pairwise(stops):
            if place >= 0:
                yield place, present[place]
            yield from self._put_back(range(place + 1, following), followers[place])

    def _put_back(
        self, missing: Iterable[int], own: list[Cell]
    ) -> Iterator[tuple[int | None, Cell | None]]:
        """Yield missing cells and the learner's own: tests come after these, all else before.

        What was written in place of a deleted solution cell so counts, and not the stub.
        """
        lost = [p for p in missing if self.released[p].grade_id or _key(self.released[p].source)]
        first_test = next((n for n, p in enumerate(lost) if self.released[p].is_test), len(lost))
        for place in lost:
            self.notes.append(f"{self._name(place)} was missing: it was put back.")
            if self.released[place].grade_id:
                self.restored.append(self.released[place].grade_id)
        yield from ((place, None) for place in lost[:first_test])
        yield from ((None, cell) for cell in own)
        yield from ((place, None) for place in lost[first_test:])

    # --- what is in it --------------------------------------------------------------------------

    def rewrite(self, arranged: Sequence[tuple[int | None, Cell | None]]) -> list[Cell]:
        """Return the cells as nbgrader has to find them."""
        used = {self.ids[place] for place, _cell in arranged if place is not None}
        numbers = count(1)
        cells = []
        for place, cell in arranged:
            if place is not None:
                cells.append(self._released_cell(place, cell))
                continue
            assert cell is not None
            identity = cell["id"]
            while not identity or identity in used:
                identity = f"own-{next(numbers)}"
            used.add(identity)
            metadata = cell["metadata"]
            if "nbgrader" in metadata:
                metadata = {k: v for k, v in metadata.items() if k not in _NBGRADER}
            cells.append({**cell, "id": identity, "metadata": metadata})
        return cells

    def _released_cell(self, place: int, cell: Cell | None) -> Cell:
        """Return a cell of the release with what the learner may write in it."""
        released = self.released[place]
        takes_all = cell is None or released.locked
        if cell is not None and released.grade_id:
            self._tell_changes(place, cell)
        metadata = dict(released.metadata if cell is None else cell["metadata"])
        if released.grade_id:
            kept = {} if takes_all else {k: v for k, v in metadata.items() if k not in _NBGRADER}
            metadata = {**kept, **released.metadata}
            metadata["nbgrader"] = dict(released.metadata["nbgrader"])
        else:
            metadata.pop("nbgrader", None)
        rewritten: Cell = {
            "cell_type": released.cell_type,
            "id": self.ids[place],
            "metadata": metadata,
            "source": released.source if takes_all or cell is None else cell["source"],
        }
        if released.cell_type == "code":
            return rewritten | {"execution_count": None, "outputs": []}
        pictures = released.attachments if takes_all or cell is None else cell.get("attachments")
        return rewritten | ({"attachments": dict(pictures)} if pictures else {})

    def _tell_changes(self, place: int, cell: Cell) -> None:
        """Note what was changed in a cell that nbgrader knows."""
        released, name = self.released[place], self._name(place)
        if cell["cell_type"] != released.cell_type:
            self.notes.append(
                f"{name} was a {cell['cell_type']} cell: it is a {released.cell_type} cell again."
            )
        if place not in self.renamed:
            mine, theirs = released.metadata["nbgrader"], _settings(cell)
            changed = [key for key in _SETTINGS if not _is_same(mine.get(key), theirs.get(key))]
            if changed:
                self.notes.append(
                    f"{name} had other settings ({', '.join(changed)}): it has the release's again."
                )
        if released.locked and _key(cell["source"]) not in _keys(released):
            self.notes.append(f"{name} is locked and was edited: the instructor's text is back.")

    def _name(self, place: int) -> str:
        cell = self.released[place]
        if cell.grade_id:
            return f"The cell '{cell.grade_id}'"
        return f"Cell {place + 1} of the release ({cell.cell_type})"


_SETTINGS = ("grade", "solution", "locked", "task", "points", "grade_id")


def _is_same(mine: Any, theirs: Any) -> bool:
    """Tell whether two settings mean the same: a flag may be absent, points may be whole."""
    if isinstance(mine, bool) or mine is None:
        return isinstance(theirs, bool | None) and bool(mine) == bool(theirs)
    if isinstance(mine, str):
        return isinstance(theirs, str) and mine == theirs
    return isinstance(theirs, int | float) and not isinstance(theirs, bool) and mine == theirs


def _settings(cell: Cell) -> Mapping[str, Any]:
    """Return nbgrader's metadata of a cell; empty where it has none."""
    settings = cell["metadata"].get("nbgrader")
    return settings if isinstance(settings, dict) else {}


def _grade_id(cell: Cell) -> str | None:
    name = _settings(cell).get("grade_id")
    return name if isinstance(name, str) else None


def _is_marked(settings: Mapping[str, Any]) -> bool:
    return any(settings.get(flag) for flag in ("grade", "solution", "locked", "task"))


def _release_ids(released: Sequence[SourceCell]) -> list[str]:
    """Return an id for each cell of the release: its own, or one made from its position."""
    used: set[str] = set()
    ids = []
    for place, cell in enumerate(released):
        identity = cell.id if cell.id and cell.id not in used else f"release-{place}"
        used.add(identity)
        ids.append(identity)
    return ids


def _key(text: str) -> str:
    """Return a text without what editors change unasked: blanks at line ends, outer lines."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _keys(cell: SourceCell) -> set[str]:
    """Return the texts by which a cell is recognised."""
    return {_key(cell.released), _key(cell.source)}

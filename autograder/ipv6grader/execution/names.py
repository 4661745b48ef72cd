"""Which names of the learner's the tests ask for. Static: no cell is run to find out.

A test cell sees what the instructor's own cells define. Of the learner's namespace it sees the
names that the assignment's solution cells define, and names that the tests use and nobody else
defines. So a learner cannot replace a helper of the instructor's by giving it another value. What
the instructor's own answer imports, the tests import themselves.
"""

import ast
import builtins
import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display"}


@dataclass(frozen=True)
class CellNames:
    """The names of a cell."""

    bound: frozenset[str]
    """Given a value at the cell's outermost level, or by `global`."""
    used: frozenset[str]
    """Read anywhere in it."""
    imports: Mapping[str, str]
    """Of the bound ones, those that are imported: each with its statement."""
    is_plain: bool
    """Whether all it does is to import, to define and to show: leaving it out changes nothing."""


@lru_cache(maxsize=2048)  # the instructor's cells are the same in every submission
def names_of(source: str) -> CellNames:
    """Return the names of a cell; of one that is not Python, none."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellNames(frozenset(), frozenset(), {}, False)
    bound = _Bound()
    bound.visit(tree)
    used = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    plain = all(map(_is_plain, tree.body))
    return CellNames(frozenset(bound.names), frozenset(used), _imports(tree), plain)


def wanted(
    tests: Iterable[CellNames], given: Iterable[CellNames], answers: Iterable[str]
) -> frozenset[str]:
    """Return the names that are asked of the learner's namespace.

    Args:
        tests: The test cells.
        given: The instructor's other cells.
        answers: The names that solution cells define.
    """
    tests, given = [*tests], [*given]
    used = frozenset().union(*(cell.used for cell in (*tests, *given)))
    own = frozenset().union(*(cell.bound for cell in (*tests, *given))) | _BUILTINS
    return (used & frozenset(answers)) | (used - own)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return the names that a cell imports at its outermost level, each with a statement for it."""
    found = {}
    for node in tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            single = copy.copy(node)
            single.names = [alias]
            found[name] = ast.unparse(single)
    return found


def needed(cells: list[CellNames], tests: Iterable[CellNames]) -> list[bool]:
    """Return which of the instructor's cells the tests need, in the cells' order.

    A cell that only imports, defines or shows what no test and no needed cell uses can be left out.
    """
    used = set().union(*(cell.used for cell in tests))
    found = [not cell.is_plain for cell in cells]
    changed = True
    while changed:
        changed = False
        for place, cell in enumerate(cells):
            if found[place] and not cell.used <= used:
                used |= cell.used
                changed = True
            if not found[place] and cell.bound & used:
                found[place] = changed = True
    return found


def _is_plain(node: ast.stmt) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return all(alias.name != "*" for alias in node.names)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return not node.decorator_list
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, (ast.Name, ast.Constant))


class _Bound(ast.NodeVisitor):
    """Collects the names that a cell gives a value."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names.add(node.name)
        self.names |= {
            name
            for inner in ast.walk(node)
            if isinstance(inner, ast.Global)
            for name in inner.names
        }

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.names.add(node.name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names.add(node.name)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        pass

    def visit_alias(self, node: ast.alias) -> None:
        self.names.add(node.asname or node.name.partition(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        pass  # its names are its own

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

_SHOWING = ("display", "print")
_BUILTINS = frozenset(dir(builtins)) | {"get_ipython", "display"}


@dataclass(frozen=True)
class CellNames:
    """The names of a cell."""

    bound: frozenset[str]
    """Given a value at the cell's outermost level, or by `global`."""
    used: frozenset[str]
    """Read anywhere in it."""
    inner: frozenset[str]
    """Given a value anywhere in it, as an argument or in a comprehension, too."""
    imports: Mapping[str, str]
    """Of the bound ones, those that are imported: each with its statement."""


def as_python(source: str) -> str:
    """Return a cell with its magics as calls.

    Raises:
        SyntaxError: It is neither Python nor IPython.
    """
    try:
        ast.parse(source)
    except SyntaxError:
        # Most cells are Python, and IPython takes long to import.
        from IPython.core.inputtransformer2 import TransformerManager

        return str(TransformerManager().transform_cell(source))
    return source


@lru_cache(maxsize=2048)  # the instructor's cells are the same in every submission
def names_of(source: str) -> CellNames:
    """Return the names of a cell; of one that is not Python, none."""
    try:
        tree = ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellNames(frozenset(), frozenset(), frozenset(), {})
    return CellNames(_bound(tree), _used(tree), _inner(tree), _imports(tree))


def _bound(tree: ast.AST) -> frozenset[str]:
    visitor = _Bound()
    visitor.visit(tree)
    return frozenset(visitor.names)


def _inner(tree: ast.AST) -> frozenset[str]:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return frozenset(stored | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)})


def _used(tree: ast.AST) -> frozenset[str]:
    loads = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    return frozenset(node.id for node in loads)


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
    own = frozenset().union(*(cell.bound | cell.inner for cell in (*tests, *given))) | _BUILTINS
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


def modules_in(source: str) -> list[str]:
    """Return the modules that the statements of a cell import, wherever they stand in it.

    Of `from package import name` it is the package; the name may be a module too, which nobody can
    see here.
    """
    try:
        tree = ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module] = None
    return [*found]


@lru_cache(maxsize=256)
def needed(cells: tuple[str, ...], tests: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of the instructor's cells the tests need, as Python; empty where nothing.

    A statement is left out if all it does is to give names to things that no test and no needed
    statement uses, or to show such a thing, or to call a method of it. `import *`, magics, loops
    and calls to modules are always needed: nobody can see what they are for.

    Args:
        cells: The instructor's cells, in their order.
        tests: The test cells.
    """
    used = set().union(*(names_of(test).used for test in tests))
    trees = [_tree(cell) for cell in cells]
    modules = set().union(*(names_of(cell).imports for cell in cells))
    statements = [node for tree in trees if tree for node in tree.body]
    kept: set[int] = set()
    changed = True
    while changed:
        changed = False
        for node in statements:
            if id(node) in kept:
                continue
            touched = _bound(node) | (_used(node) if isinstance(node, ast.Expr) else set())
            if not _is_idle(node, modules) or touched & used:
                kept.add(id(node))
                used |= _used(node)
                changed = True
    return tuple(
        "\n".join(ast.unparse(node) for node in tree.body if id(node) in kept) if tree else cell
        for tree, cell in zip(trees, cells, strict=True)
    )


def _tree(cell: str) -> ast.Module | None:
    """Return a cell's statements; None for one that is not plain Python."""
    try:
        return ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_idle(node: ast.stmt, modules: set[str]) -> bool:
    """Return whether a statement does nothing to what it does not name."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return all(alias.name != "*" for alias in node.names)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return not node.decorator_list
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return all(isinstance(target, ast.Name) for target in targets)
    if isinstance(node, (ast.For, ast.If, ast.With, ast.While)):
        inner = [*node.body, *getattr(node, "orelse", [])]
        return all(_is_idle(child, modules) for child in inner)
    if not isinstance(node, ast.Expr):
        return False
    if not isinstance(node.value, ast.Call):
        return isinstance(node.value, (ast.Name, ast.Constant, ast.Attribute))
    called = ast.unparse(node.value.func)
    if called in _SHOWING or called.rpartition(".")[2][:1].isupper():  # it makes something
        return True
    first = called.partition(".")[0].partition("(")[0]
    return first.isidentifier() and first not in modules | _BUILTINS


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

"""Looks for signs that a submission reached for its own marks, in shared mode.

There the tests run beside the learner's code, and nothing can prove that they were left alone.
These are signs, not proofs: a submission with one goes to a person. Split mode needs none of this.
"""

import ast
import builtins
import json
import sys
from collections.abc import Iterable
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from ipv6grader.execution import shell as shell_module
from ipv6grader.execution.shell import OUTPUTS, Shell, Stream, run_cell

# Names with which a program looks at or changes the one that runs it. Honest answers have no use
# for them; where one has, a person sees it.
_REACHING = frozenset(
    [
        "_getframe",
        "currentframe",
        "f_back",
        "f_locals",
        "f_globals",
        "f_code",
        "f_trace",
        "tb_frame",
        "gi_frame",
        "cr_frame",
        "get_objects",
        "get_referrers",
        "settrace",
        "setprofile",
        "ast_transformers",
        "input_transformers_post",
        "input_transformers_cleanup",
        "input_transformer_manager",
        "run_cell",
        "run_code",
        "showtraceback",
        "_showtraceback",
        "set_custom_exc",
        "user_ns",
        "ctypes",
        "_exit",
        "__builtins__",
        "__subclasses__",
        "__code__",
        "__closure__",
        "__eq__",
        "__ne__",
        "__instancecheck__",
        "__subclasscheck__",
        "__getattribute__",
        "__class__",
        "linecache",
        "getsource",
        "_ih",
        "_oh",
        "display_pub",
        "displayhook",
        "unraisablehook",
        "excepthook",
        "meta_path",
        "path_hooks",
        "path_importer_cache",
        "atexit",
        "register_at_fork",
        "addaudithook",
    ]
)
_LONGEST = 50_000
_HARMLESS = frozenset(("IPython.display", "importlib.metadata"))
_MODULES = frozenset(
    [
        "ctypes",
        "gc",
        "inspect",
        "linecache",
        "builtins",
        "IPython",
        "ipykernel",
        "atexit",
        "importlib",
        "imp",
        "ipv6grader",
    ]
)


def signs(source: str) -> set[str]:
    """Return the signs in the text of a cell, one sentence each.

    What the instructor's own answer uses is no sign: take the signs of that away.
    """
    if len(source) > _LONGEST:
        return {f"The answer has {len(source):,} characters."}
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        found |= {name for name in _named(node) if name in _REACHING}
        found |= {f"import {m}" for m in _imported(node) if m.partition(".")[0] in _MODULES}
    return {f"The answer uses `{name}`." for name in found}


def _named(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _imported(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name not in _HARMLESS)
    elif isinstance(node, ast.ImportFrom) and node.module not in _HARMLESS:
        yield node.module or ""


class Watch:
    """Compares what runs the tests with how it was before the first cell."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._before = self._look()

    def accept(self) -> None:
        """Take what is now for what has to be: a cell of the instructor's has just run."""
        self._before = self._look()

    def look(self, after_test: bool) -> list[str]:
        """Return what has changed, one sentence each.

        Args:
            after_test: Whether the cell was a test: then a test that must fail is run too.
        """
        now = self._look()
        found = [
            f"{name} was changed by the submission."
            for name in sorted(self._before.keys() | now.keys())
            if self._before.get(name) is not now.get(name)
        ]
        if after_test and not self._can_fail():
            found.append("A test that must fail did not fail.")
        return found

    def _look(self) -> dict[str, Any]:
        shell = self._shell
        found = {f"builtins.{name}": value for name, value in vars(builtins).items() if name != "_"}
        for kind in (type(shell), *type(shell).__mro__[1:2], Stream, type(OUTPUTS), AssertionError):
            found |= {f"{kind.__name__}.{name}": value for name, value in vars(kind).items()}
        for thing in (shell, OUTPUTS):
            own = {name for name in vars(thing) if callable(getattr(type(thing), name, None))}
            found |= {f"{type(thing).__name__}().{name}": vars(thing)[name] for name in own}
        for name in ("stdout", "stderr", "displayhook", "excepthook", "unraisablehook"):
            found[f"sys.{name}"] = getattr(sys, name)
        found["sys.settrace"], found["sys.setprofile"] = sys.gettrace(), sys.getprofile()
        found["json.dumps"] = json.dumps
        found["run_cell"] = shell_module.run_cell
        manager = shell.input_transformer_manager
        lists = {
            "AST transformers": shell.ast_transformers,
            "input transformers": shell.input_transformers_post,
            "cleaning input transformers": manager.cleanup_transforms,
            "line transformers": manager.line_transforms,
            "token transformers": manager.token_transformers,
        }
        # Interned, so that equal lengths are one object.
        found |= {name: sys.intern(str([*map(id, of)])) for name, of in lists.items()}
        found["custom exceptions"] = sys.intern(str(shell.custom_exceptions))
        return found

    def _can_fail(self) -> bool:
        kept = OUTPUTS.list
        outputs = run_cell(self._shell, "assert 1 == 2, 'this must fail'", 0)
        OUTPUTS.list = kept
        return [o.get("ename") for o in outputs] == ["AssertionError"]

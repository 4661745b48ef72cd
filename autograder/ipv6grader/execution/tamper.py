"""Watches, from inside, whether what runs the tests is changed: for shared mode.

What it finds are signs, as in `signs.py`. Split mode needs none of this.
"""

import builtins
import json
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from ipv6grader.execution import shell as shell_module
from ipv6grader.execution.shell import OUTPUTS, Shell, Stream, run_cell

EXCEPTIONS = "custom exceptions"


class Watch:
    """Compares what runs the tests with how it was before the first cell.

    Args:
        shell: What runs the cells.
        modules: The names of the modules that the instructor's cells use; those that are imported
            are watched, too.
    """

    def __init__(self, shell: Shell, modules: Iterable[str] = ()) -> None:
        self._shell = shell
        # `sys` keeps the last exception; what of it matters is looked at by name.
        imported = {name: sys.modules[name] for name in {*modules} - {"sys"} if name in sys.modules}
        self._functions = {name: _functions(module) for name, module in imported.items()}
        self._before = self._look()

    def accept(self, only: str = "") -> None:
        """Take what is now for what has to be: a cell of the instructor's has just run.

        Args:
            only: What alone to accept: the learner has edited the cell. A handler of exceptions
                hides none from the outputs, and `signs.py` sees one that a learner sets.
        """
        now = self._look()
        self._before = {**self._before, only: now[only]} if only else now

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
        found[EXCEPTIONS] = sys.intern(str(shell.custom_exceptions))
        for name, functions in self._functions.items():
            module = found[f"sys.modules[{name!r}]"] = sys.modules.get(name)
            for place in functions:
                found[f"{name}.{place}"] = _at(module, place)
        return found

    def _can_fail(self) -> bool:
        kept = OUTPUTS.list
        outputs = run_cell(self._shell, "assert 1 == 2, 'this must fail'", 0)
        OUTPUTS.list = kept
        return [o.get("ename") for o in outputs] == ["AssertionError"]


def _functions(module: ModuleType) -> list[str]:
    """Return where a module and its own classes have something to call; values may change."""
    found = []
    for name, value in vars(module).items():
        if callable(value):
            found.append(name)
        if isinstance(value, type) and value.__module__ == module.__name__:
            found += [f"{name}.{inner}" for inner, of in vars(value).items() if callable(of)]
    return found


def _at(module: object, place: str) -> object:
    for name in place.split("."):
        module = getattr(module, "__dict__", {}).get(name)
    return module

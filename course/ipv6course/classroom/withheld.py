"""Notices when a learner's code uses a call that the exercise asks them to build.

The interpreter reports every call while a check runs the learner's function. A call counts when it
is made from the notebook itself: what an allowed library does inside is the library's affair.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import BuiltinFunctionType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

_NOTEBOOK = "__main__"


def _resolve(name: str) -> Any:
    """Return the module, class or function of a dotted name, or None where it is not installed."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    return None


class _Withheld:
    """One withheld call, and how it looks to the interpreter."""

    def __init__(self, name: str) -> None:
        self.name = name
        thing = _resolve(name)
        if isinstance(thing, MethodType):  # a class method
            thing = thing.__func__
        self._module = thing.__name__ if isinstance(thing, ModuleType) else None
        self._class = thing if isinstance(thing, type) else None
        self._code = thing.__code__ if isinstance(thing, FunctionType) else None
        members = vars(thing).values() if isinstance(thing, ModuleType) else [thing]
        self._builtins = [member for member in members if isinstance(member, BuiltinFunctionType)]

    def is_python_call(self, frame: FrameType) -> bool:
        module = frame.f_globals.get("__name__") or ""
        if self._module is not None:
            return f"{module}.".startswith(f"{self._module}.")
        if self._class is not None:
            qualified = frame.f_code.co_qualname
            same_class = qualified.startswith(f"{self._class.__qualname__}.")
            return same_class and module == self._class.__module__
        return frame.f_code is self._code

    def is_builtin_call(self, function: Any) -> bool:
        return any(function is builtin for builtin in self._builtins)


@contextmanager
def watching(calls: Sequence[str], checker: str) -> Iterator[list[str]]:
    """Collect the names of withheld calls that the notebook makes inside the block.

    Args:
        calls: Dotted names.
        checker: `__name__` of the module that runs the learner's function for the notebook.
    """
    withheld = [_Withheld(name) for name in calls]
    used: list[str] = []
    callers = (_NOTEBOOK, checker)

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            caller = frame.f_back
            if caller is not None and caller.f_globals.get("__name__") in callers:
                used.extend(call.name for call in withheld if call.is_python_call(frame))
        elif event == "c_call" and frame.f_globals.get("__name__") in callers:
            used.extend(call.name for call in withheld if call.is_builtin_call(argument))

    if not withheld:
        yield used
        return
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield used
    finally:
        sys.setprofile(None)
        _restore(before)


def _restore(profiler: Any) -> None:
    """Put back the profiler that was there; `cProfile`'s is an object that one enables."""
    if callable(profiler):
        sys.setprofile(profiler)
    elif profiler is not None:
        profiler.enable()

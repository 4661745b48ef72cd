"""Looks in the text of an answer for signs that it reached for its own marks.

They matter where the tests run beside the learner's code, and nothing can prove that they were left
alone. They are signs, not proofs: a submission with one goes to a person.
"""

import ast
from collections.abc import Iterable

from ipv6grader.execution.names import as_python

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
        tree = ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        found |= {name for name in _named(node) if name in _REACHING}
        found |= {f"import {m}" for m in _imported(node) if _reaches(m)}
    return {f"The answer uses `{name}`." for name in found}


def _reaches(module: str) -> bool:
    """Return whether a module is for looking at the program that runs; showing pictures is not."""
    return module.partition(".")[0] in _MODULES and module != "IPython.display"


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

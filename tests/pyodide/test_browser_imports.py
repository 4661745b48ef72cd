"""Lessons and the rooms that they touch import only what Python in a browser has.

The rule reads every line, so it also sees an import that no reference solution runs. Allowed are
the standard library, netaddr, scapy, ipywidgets, anywidget, ruamel.yaml and plotly.graph_objects;
traitlets and IPython.display too, for they are how ipywidgets and anywidget are used; and of the
course itself ipv6data and the rooms. `browser_gate.py` holds the tables.
"""

import ast
from pathlib import Path

import browser_gate
import pytest
from IPython.core.inputtransformer2 import TransformerManager

PACKAGE = browser_gate.COURSE.parent / "ipv6course"
LESSONS = {lesson["name"]: lesson for lesson in browser_gate.read_lessons(browser_gate.COURSE)}
FILES = sorted(
    path.relative_to(PACKAGE)
    for room in browser_gate.ROOMS
    for path in [PACKAGE / f"{room}.py", *(PACKAGE / room).rglob("*.py")]
    if path.is_file()
)


def imported(source, package=""):
    """Return the dotted names that Python source imports, except for type checkers alone."""
    names = []
    waiting = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(filter(None, [*(parents if node.level else []), node.module]))
            names += [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
    return names


def forbidden(names):
    return sorted(name for name in names if not browser_gate.is_allowed(name))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_imports_what_a_browser_has(name):
    transform = TransformerManager().transform_cell
    sources = [transform(cell["source"]) for cell in LESSONS[name]["cells"]]
    assert forbidden(one for source in sources for one in imported(source)) == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_room_imports_what_a_browser_has(path):
    package = ".".join(["ipv6course", *path.parent.parts])
    source = Path(PACKAGE / path).read_text(encoding="utf-8")
    assert forbidden(imported(source, package)) == []


@pytest.mark.parametrize(
    "source",
    [
        "import numpy",
        "import numpy as np, json",
        "from plotly import express",
        "import plotly.express as px",
        "from plotly.graph_objects import *\nimport plotly.io",
        "import plotly",
        "def later():\n    import pandas",
        "from ipv6course import authoring",
        "from ipv6course.commands import lab",
        "import ipv6grader",
        "from urllib import request",
        "from socket import inet_pton",
        "try:\n    import subprocess\nexcept ImportError:\n    pass",
        "from ..authoring import build",
        "from ruamel import other",
        "if TYPE_CHECKING:\n    import netaddr\nelse:\n    import nbformat",
    ],
)
def test_what_a_browser_lacks_is_found(source):
    assert len(forbidden(imported(source, "ipv6course.widgets"))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "import json, ipaddress, urllib.parse",
        "import plotly.graph_objects as go",
        "from plotly import graph_objects",
        "from ruamel.yaml import YAML",
        "from IPython.display import display\nimport traitlets",
        "from scapy.layers.inet6 import IPv6",
        "from ipv6course.classroom import Lesson",
        "from ipv6course.places import course_home",
        "from . import sibling\nfrom ..address import text",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nbformat",
    ],
)
def test_what_a_browser_has_is_allowed(source):
    assert forbidden(imported(source, "ipv6course.widgets")) == []

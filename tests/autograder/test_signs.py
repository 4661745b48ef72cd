"""Signs in an answer's text that it reached for the marks; ordinary answers have none."""

import pytest

from ipv6grader.execution.signs import signs


@pytest.mark.parametrize(
    ("source", "sign"),
    [
        ("import sys\nsys._getframe(1)", "`_getframe`"),
        ("import inspect", "`import inspect`"),
        ("from gc import get_objects as g", "`import gc`"),
        ("import IPython.core", "`import IPython.core`"),
        ("getattr(f, '__code__')", "`__code__`"),
        ("class A:\n    def __eq__(self, other): return True", "`__eq__`"),
        ("get_ipython().ast_transformers.append(3)", "`ast_transformers`"),
        ("!ls\nf.__globals__['__builtins__']", "`__builtins__`"),
        ("f.__closure__", "`__closure__`"),
    ],
)
def test_an_answer_that_reaches_for_what_runs_it_has_a_sign(source, sign):
    assert f"The answer uses {sign}." in signs(source)


@pytest.mark.parametrize(
    "source",
    [
        "def double(n):\n    return 2 * n",
        "from IPython.display import display\nimport importlib.metadata",
        "import ipaddress, math, collections",
        "def broken(:",
        "(" * 5000,
    ],
)
def test_an_ordinary_answer_has_none(source):
    assert signs(source) == set()


def test_too_long_an_answer_is_a_sign_of_its_own():
    assert signs("x = 1\n" * 10_000) == {"The answer has 60,000 characters."}

"""What tests ask of the learner's namespace, and which of the instructor's statements they need."""

import pytest

from ipv6grader.execution.names import names_of, needed, wanted


def asked(tests, given=(), answers=()):
    """Return the names that are asked of the learner's namespace, in order."""
    cells = [names_of(text) for text in tests], [names_of(text) for text in given]
    return sorted(wanted(*cells, answers))


def kept(*cells, test):
    return needed(cells, (test,))


def test_what_a_solution_cell_defines_is_asked_for():
    assert asked(["assert double(2) == 4"], answers=["double"]) == ["double"]


def test_what_nobody_defines_is_asked_for():
    assert asked(["assert value == limit"], given=["limit = 3"]) == ["value"]


def test_an_answer_that_no_test_uses_is_not_asked_for():
    assert asked(["assert double(2)"], answers=["double", "other"]) == ["double"]


@pytest.mark.parametrize(
    "given",
    [
        "helper = 1",
        "def helper(): pass",
        "async def helper(): pass",
        "class helper: pass",
        "import helper",
        "import helper.part",
        "import other as helper",
        "from other import helper",
        "with open('x') as helper: pass",
        "for helper in (): pass",
        "a, (helper, *b) = c = 1, (2, 3)",
        "helper: int = 3",
        "(helper := 3)",
        "try:\n    pass\nexcept OSError as helper:\n    pass",
        "def make():\n    global helper\n    helper = 3",
        "%matplotlib inline\nhelper = 3",
        "!ls\nhelper = 3",
    ],
)
def test_a_name_that_the_instructors_cells_define_is_not_asked_for(given):
    assert "helper" not in asked(["helper"], given=[given])


def test_an_answers_name_is_asked_for_although_the_instructors_cells_define_it_too():
    assert asked(["double(2)"], given=["double = None"], answers=["double"]) == ["double"]


@pytest.mark.parametrize(
    "test",
    [
        "[item for item in range(3)]",
        "sum(item for item in (1, 2))",
        "def check(item, *more, other=3, **named):\n    return item, more, other, named",
        "(lambda item: item)(3)",
        "item = 3\nitem",
        "print(len('x')); display(3); get_ipython()",
        "%time 3",
    ],
)
def test_a_tests_own_names_and_the_builtins_are_not_asked_for(test):
    assert asked([test]) == []


def test_a_name_in_a_test_cells_function_is_asked_for():
    assert asked(["def check():\n    return double(2)\ncheck()"]) == ["double"]


def test_a_name_that_the_instructors_cells_use_is_asked_for():
    assert asked(["check()"], given=["def check():\n    return double(2)"]) == ["double"]


@pytest.mark.parametrize("text", ["def broken(:", "x" + "(" * 5000, "a\x00b", "%%bash\nls\n"])
def test_a_cell_that_is_not_python_has_no_names_to_ask_for(text):
    found = names_of(text)
    assert found.bound == frozenset()
    assert asked([text]) == []


def test_each_imported_name_comes_with_a_statement_of_its_own():
    found = names_of("import os.path, math as m\nfrom a.b import c, d as e\nif x:\n    import y")
    assert found.imports == {
        "os": "import os.path",
        "m": "import math as m",
        "c": "from a.b import c",
        "e": "from a.b import d as e",
    }


def test_statements_that_no_test_needs_are_left_out():
    cell = "limit = 3\nunused = slow()\ndef double(n):\n    return n * limit"
    assert kept(cell, test="double(2)") == (
        "limit = 3\n\ndef double(n):\n    return n * limit".replace("\n\n", "\n"),
    )


def test_what_a_needed_statement_uses_is_needed_too_whatever_the_order():
    cells = "a = 1", "b = a", "c = b", "d = 0"
    assert kept(*cells, test="c") == ("a = 1", "b = a", "c = b", "")


@pytest.mark.parametrize(
    "cell",
    [
        "from math import *",
        "%matplotlib inline",
        "!ls",
        "import random\nrandom.seed(3)",
        "@register\ndef unused():\n    pass",
        "table[3] = 4",
        "thing.name = 4",
        "total += 1",
        "del unused",
        "open('x')",
        "raise SystemExit",
        "assert ready",
        "for n in range(3):\n    table.append(n)\n    del n",
    ],
)
def test_what_may_do_something_unseen_is_always_needed(cell):
    assert kept(cell, test="3") == (cell,)


@pytest.mark.parametrize(
    "cell",
    [
        "print(unused)",
        "display(unused)",
        "unused",
        "'a text'",
        "Figure(3)",
        "unused.show()",
        "import unused",
        "class Unused: pass",
        "for n in range(3):\n    unused = n",
        "if True:\n    unused = 3\nelse:\n    other = 4",
    ],
)
def test_what_only_names_or_shows_things_is_not_needed(cell):
    assert kept(cell, test="3") == ("",)


def test_a_method_of_what_a_test_uses_is_needed():
    assert kept("table = []\ntable.append(3)", test="table") == ("table = []\ntable.append(3)",)

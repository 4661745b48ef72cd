"""Checks that talk back: what they say, what they survive, and that nothing slips through."""

import json
import sys
import threading
import time
import unittest.mock

import nbformat
import netaddr
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from scenario_repairs import repairs

from ipv6course.classroom import check as subject
from ipv6course.classroom import hints, progress
from ipv6course.classroom.check import Check, CheckFailed
from ipv6course.classroom.hints import Hint
from ipv6course.classroom.lesson import Lesson
from ipv6course.network import scenario

HINTS = {
    **hints.COMMON,
    "mistake": Hint("mistake", "This is the mistake.", "RFC 5952 section 4.1"),
    "named": Hint("named", "This is a mistake with a name."),
}


@pytest.fixture
def check():
    return Check("tiny/01-double", "double-1", HINTS)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(subject, "CALL_SECONDS", 0.2)


def failure(check, use):
    """Return how a check fails that does this."""
    with pytest.raises(CheckFailed) as caught, check as test:
        use(test)
    return caught.value


def rows(failed):
    return dict(failed.rows)


def plain(failed):
    """Return what the learner reads, without colours and line breaks."""
    text = "\n".join(failed.render())
    for colour in ("\x1b[32m", "\x1b[31m", "\x1b[1m", "\x1b[0m"):
        text = text.replace(colour, "")
    return " ".join(text.split())


class Equal:
    """Claims to equal everything."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash(1)


class EqualText(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def strip(self, *characters):
        return self

    lower = strip
    __hash__ = str.__hash__


class EqualNumber(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


# --- what a message says ------------------------------------------------------------------------


def test_a_wrong_value_is_told_with_the_call_the_value_the_expectation_the_hint_and_the_rfc(check):
    def double(number):
        return number * number

    failed = failure(check, lambda test: test.call(double, 3).gives(6, hint="mistake"))

    assert plain(failed) == (
        "✘ Not yet: double-1 You called double(3) Came back 9 Expected 6 "
        "Hint [mistake] This is the mistake. Read RFC 5952 section 4.1"
    )
    assert str(failed) == "[mistake] This is the mistake."


def test_a_mistake_that_one_can_name_gets_its_own_hint_and_no_rfc_line_if_there_is_none(check):
    wrong = {9: "named", None: "mistake"}
    named = failure(check, lambda t: t.answer(9).gives(6, hint="mistake", wrong=wrong))
    nothing = failure(check, lambda t: t.answer(None).gives(6, hint="named", wrong=wrong))
    other = failure(check, lambda t: t.answer(8).gives(6, hint="mistake", wrong=wrong))

    assert (named.hint.id, nothing.hint.id, other.hint.id) == ("named", "mistake", "mistake")
    assert "Read" not in plain(named)
    assert "You wrote 9" in plain(named)


def test_long_rows_are_wrapped_and_a_long_label_does_not_break_the_rendering(check):
    failed = failure(check, lambda test: test.answer("a " * 90).gives("b", hint="mistake"))
    assert max(map(len, failed.render())) < 100
    failed.rows.append(("label " * 20, "text"))
    assert failed.render()


def test_a_passed_check_prints_one_line_and_is_remembered(check, capfd):
    with check as test:
        test.call(lambda number: 2 * number, 3).gives(6, hint="mistake")

    out, err = capfd.readouterr()
    assert (out.count("\n"), err) == (1, "")
    assert "✔" in out
    assert "Passed: double-1" in out
    assert progress.passed("tiny/01-double") == {"double-1"}


def test_a_failed_check_writes_nothing_and_is_not_remembered(check, capfd):
    failure(check, lambda test: test.answer(1).gives(2, hint="mistake"))
    assert capfd.readouterr() == ("", "")
    assert progress.passed("tiny/01-double") == set()


def test_nothing_is_remembered_while_nbgrader_grades(check, course_home, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with check as test:
        test.answer(1).gives(1, hint="mistake")
    assert not course_home.exists()


@pytest.mark.parametrize("there", ["a file", "a file further up"])
def test_a_folder_that_cannot_be_written_is_a_sentence_and_the_check_still_passes(
    check, course_home, capsys, there
):
    if there == "a file":
        course_home.write_text("")
    else:
        (course_home / ".ipv6-course").parent.mkdir()
        (course_home / ".ipv6-course").write_text("")
    with check as test:
        test.answer(1).gives(1, hint="mistake")
    passed, sentence = capsys.readouterr().out.splitlines()
    assert "Passed" in passed
    assert sentence.startswith("Your progress could not be saved: ")


# --- what the learner's code may do ------------------------------------------------------------


def unwritten(*arguments):
    raise NotImplementedError


def test_an_unwritten_answer_is_told_so_without_an_expectation(check):
    for ask in (
        lambda result: result.gives(6, hint="mistake"),
        lambda result: result.satisfies(bool, "something", hint="mistake"),
        lambda result: result.raises(ValueError, hint="mistake"),
    ):
        failed = failure(check, lambda test, ask=ask: ask(test.call(unwritten, 3)))
        assert failed.hint.id == "not-written"
        assert rows(failed) == {"You called": "unwritten(3)"}


def test_a_name_that_does_not_exist_yet_is_told_so(check):
    failed = failure(check, lambda test: test.call(double, 3))  # noqa: F821
    assert failed.hint.id == "not-defined"
    assert "NameError: name 'double' is not defined" in plain(failed)


class OwnError(BaseException):
    pass


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("by zero"), SystemExit(0), OwnError("mine"), GeneratorExit(), Check]
)
def test_whatever_the_function_raises_becomes_a_message(check, error):
    def double(number):
        raise error

    failed = failure(check, lambda test: test.call(double, 3).gives(6, hint="mistake"))
    assert failed.hint.id == "stopped"
    assert rows(failed)["Came back"].startswith("the error ")


def test_an_interrupted_call_is_one_that_took_too_long(check):
    def double(number):
        raise KeyboardInterrupt

    failed = failure(check, lambda test: test.call(double, 3).gives(6, hint="mistake"))
    assert failed.hint.id == "too-long"


def test_an_interrupt_outside_a_call_shows_no_source_either(check):
    def use(test):
        raise KeyboardInterrupt

    assert failure(check, use).hint.id == "check-stopped"


def test_an_error_of_several_lines_is_shown_in_one_and_shortened(check):
    def double(number):
        raise ValueError("one\ntwo\x20\x20three" + "." * 1000)

    came_back = rows(failure(check, lambda t: t.call(double, 3).gives(6, hint="mistake")))
    assert came_back["Came back"].startswith("the error ValueError: one two three...")
    assert len(came_back["Came back"]) < 250


def bad_text(behaviour):
    class BadError(Exception):
        def __str__(self):
            return behaviour()

    return BadError


def raise_again():
    raise RuntimeError("no text")


class Awkward(str):
    __slots__ = ()

    def __getitem__(self, key):
        raise RuntimeError("no part")


def forever():
    while True:
        pass


@pytest.mark.parametrize(
    "behaviour", [raise_again, lambda: "x" * 1_000_000, lambda: Awkward("text"), lambda: 3, forever]
)
def test_an_error_with_a_hostile_text_does_not_break_the_check(check, impatient, behaviour):
    kind = bad_text(behaviour)

    def double(number):
        raise kind

    in_call = failure(check, lambda test: test.call(double, 3).gives(6, hint="mistake"))
    outside = failure(check, lambda test: double(3))

    assert (in_call.hint.id, outside.hint.id) == ("stopped", "check-stopped")
    assert len(plain(in_call)) < 1000
    assert "BadError" in plain(outside)


def swallowing():
    while True:
        try:
            sum(range(50))
        except:  # noqa: E722 - what beginners write
            continue


@pytest.mark.parametrize("endless", [forever, swallowing, lambda: time.sleep(60)])
def test_a_function_without_an_end_is_stopped(check, impatient, endless):
    started = time.monotonic()
    failed = failure(check, lambda test: test.call(endless).gives(6, hint="mistake"))

    assert failed.hint.id == "too-long"
    assert rows(failed)["Came back"] == "nothing within 0.2 seconds"
    assert time.monotonic() - started < 5


def test_a_limit_that_is_met_in_a_destructor_is_not_printed(check, impatient, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)

    class Slow:
        def __del__(self):
            time.sleep(0.03)

    def endless():
        while True:
            Slow()

    failed = failure(check, lambda test: test.call(endless).gives(6, hint="mistake"))
    assert (failed.hint.id, reported) == ("too-long", [])


def test_the_time_limit_leaves_nothing_behind(check, impatient):
    import signal

    before = signal.getsignal(signal.SIGALRM)
    hook = sys.unraisablehook
    failure(check, lambda test: test.call(swallowing).gives(6, hint="mistake"))
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert sys.unraisablehook is hook


def test_a_check_in_another_thread_works_without_a_time_limit(check):
    done = []

    def run():
        with check as test:
            test.call(lambda: 6).gives(6, hint="mistake")
        done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert done == [True]


def test_what_the_function_writes_to_stderr_costs_no_points(check, capsys):
    def double(number):
        print("looking for my mistake", file=sys.stderr)
        return 2 * number

    with check as test:
        test.call(double, 3).gives(6, hint="mistake")

    out, err = capsys.readouterr()
    assert err == ""
    assert "looking for my mistake" in out


# --- hostile values -----------------------------------------------------------------------------


def make(name, **members):
    return type(name, (), members)()


def never(self):
    while True:
        pass


HOSTILE = [
    make("Raises", __repr__=lambda self: raise_again()),
    make("Megabyte", __repr__=lambda self: "x" * 1_000_000),
    make("Endless", __repr__=never),
    make("NoText", __repr__=lambda self: None),
    make("list", __repr__=never, __iter__=never, __len__=lambda self: 5),
    make("str", __getitem__=never, __len__=never),
    make("dict", __iter__=never, __len__=lambda self: 5),
    make("Pretends", __class__=property(lambda self: int), __eq__=lambda self, other: True),
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "wrap", [lambda value: value, lambda value: [value], lambda value: {1: value}]
)
def test_a_value_with_a_hostile_text_is_shown_by_its_kind(check, impatient, value, wrap):
    failed = failure(check, lambda test: test.answer(wrap(value)).gives(6, hint="mistake"))

    assert failed.hint.id == "wrong-type"
    assert f"an object of type {type(value).__name__}" in rows(failed)["You wrote"]
    assert len(plain(failed)) < 1000


@pytest.mark.parametrize(
    "value",
    ["x" * 1_000_000, b"x" * 1_000_000, 10**5000, list(range(10**6)), {n: n for n in range(10**5)}],
    ids=["text", "bytes", "number", "list", "dict"],
)
def test_a_huge_value_is_shortened(check, value):
    failed = failure(check, lambda test: test.answer(value).gives(None, hint="mistake"))
    assert failed.hint.id == "mistake"
    assert len(plain(failed)) < 1000


def test_a_value_that_contains_itself_or_branches_without_end_is_no_trouble(check):
    circle: list[object] = []
    circle.append(circle)
    tree: list[object] = []
    for _depth in range(60):
        tree = [tree, tree]
    for value in (circle, tree):
        failure(check, lambda t, v=value: t.answer(v).gives([[[1]]], hint="mistake"))
        failure(check, lambda t, v=value: t.answer(v).satisfies(len, "x", hint="mistake"))


EQUAL = [
    (Equal(), 6),
    (EqualText("b"), "a"),
    (EqualText("a"), "a"),
    (EqualNumber(5), 6),
    ([Equal()], [6]),
    ((1, Equal()), (1, 6)),
    ({"a": Equal()}, {"a": 6}),
    ({Equal(): 6}, {1: 6}),
    ({(Equal(),): 6}, {(1,): 6}),
    ({Equal()}, {1}),
    ({(Equal(),)}, {(1,)}),
    (frozenset([EqualText("a")]), frozenset(["a"])),
    (unittest.mock.ANY, 6),
    ([unittest.mock.ANY], [6]),
]


@pytest.mark.parametrize(("value", "expected"), EQUAL)
def test_an_object_that_equals_everything_never_passes(check, value, expected):
    failure(check, lambda test: test.answer(value).gives(expected, hint="mistake"))
    failed = failure(
        check,
        lambda test: test.answer(value).satisfies(
            lambda v: v == expected, "the value", hint="mistake"
        ),
    )
    assert failed.hint.id == "wrong-type"


def test_a_text_of_an_own_class_cannot_talk_a_condition_round(check):
    def is_right(text):
        return isinstance(text, str) and text.strip().lower() == "1b"

    for value in (EqualText("?"), [EqualText("?")]):
        failed = failure(
            check,
            lambda t, v=value: t.answer(v).satisfies(is_right, "a text", hint="mistake"),
        )
        assert failed.hint.id == "wrong-type"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, 1),
        (1, True),
        (0, False),
        (6.0, 6),
        ("6", 6),
        (b"6", "6"),
        ([1], (1,)),
        ({1}, {True}),
        ({1: 2}, {True: 2}),
        ((1, 2), (1, 2, 3)),
        ({1: 2, 3: 4}, {1: 2}),
        ({1}, {1, 2}),
        (set(), {}),
    ],
)
def test_equal_is_not_enough_if_the_type_differs(check, value, expected):
    failure(check, lambda test: test.answer(value).gives(expected, hint="mistake"))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1.5,
        "a",
        b"a",
        (1, (2, [3])),
        {"a": {"b": (1,)}},
        {1, (2, "x")},
        frozenset("ab"),
    ],
)
def test_the_same_value_of_the_same_type_passes(check, value):
    with check as test:
        test.answer(value).gives(value, hint="mistake")


def test_a_value_of_another_kind_is_told_so(check):
    for value, hint in (("6", "wrong-type"), (None, "nothing-returned"), (7, "mistake")):
        failed = failure(check, lambda t, v=value: t.answer(v).gives(6, hint="mistake"))
        assert failed.hint.id == hint


class Nameless:
    def __call__(self, number):
        return 9

    @property
    def __name__(self):
        raise RuntimeError("no name")


def test_a_callable_of_an_own_class_goes_by_its_class(check):
    failed = failure(check, lambda test: test.call(Nameless(), 3).gives(6, hint="mistake"))
    assert rows(failed)["You called"] == "Nameless(3)"


def test_something_that_is_no_function_is_a_message(check):
    failed = failure(check, lambda test: test.call(6, 3).gives(6, hint="mistake"))
    assert failed.hint.id == "stopped"
    assert "'int' object is not callable" in plain(failed)


# --- satisfies and raises -----------------------------------------------------------------------


def test_a_condition_that_holds_passes_and_any_other_outcome_fails(check, impatient):
    with check as test:
        test.answer("abc").satisfies(lambda text: len(text) == 3, "three letters", hint="mistake")
        test.answer(netaddr.IPAddress("2001:db8::1")).satisfies(
            lambda address: address.version == 6, "an IPv6 address", hint="mistake"
        )
    for condition in (lambda v: False, lambda v: 1, lambda v: v.missing, lambda v: forever()):
        failed = failure(
            check,
            lambda t, c=condition: t.answer("abc").satisfies(c, "three letters", hint="mistake"),
        )
        assert failed.hint.id == "mistake"
        assert rows(failed)["Expected"] == "three letters"
    nothing = failure(
        check, lambda t: t.answer(None).satisfies(lambda v: v[0], "three letters", hint="mistake")
    )
    assert nothing.hint.id == "nothing-returned"


def test_a_refusal_is_asked_for_by_its_kind(check):
    def refuse(text):
        raise ValueError(text)

    with check as test:
        test.call(refuse, "x").raises(ValueError, hint="mistake")
    returned = failure(check, lambda t: t.call(str, "x").raises(ValueError, hint="mistake"))
    another = failure(check, lambda t: t.call(refuse, "x").raises(KeyError, hint="mistake"))
    assert (returned.hint.id, another.hint.id) == ("mistake", "stopped")
    assert rows(returned)["Expected"] == "the error ValueError"


# --- in a notebook ------------------------------------------------------------------------------

TEST_CELL = """
with lesson.check("double-1") as test:
    secret_of_the_test = 4711
    test.call(double, secret_of_the_test).gives(9422, hint="stopped")
"""
SPOILERS = {
    "wrong": "def double(n): return n * n",
    "raises": "def double(n): return n / 0",
    "exits": "def double(n): raise SystemExit(0)",
    "own error": "class Own(BaseException): pass\ndef double(n): raise Own()",
    "interrupts": "def double(n): raise KeyboardInterrupt",
    "hostile": "class Odd:\n    def __repr__(self): raise OSError\ndef double(n): return Odd()",
    "undefined": "None",
    "unwritten": "def double(n): raise NotImplementedError()",
}


@pytest.mark.parametrize("spoiler", SPOILERS.values(), ids=SPOILERS)
def test_ipython_shows_the_message_and_no_source(spoiler, capsys):
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    shell.user_ns["lesson"] = Lesson("tiny/01-double")
    shell.run_cell(spoiler)
    capsys.readouterr()
    result = shell.run_cell(TEST_CELL)

    out, err = capsys.readouterr()
    assert isinstance(result.error_in_exec, CheckFailed)
    assert err == ""
    assert "Not yet: double-1" in out
    for source in ("Traceback", "secret_of_the_test", "with lesson.check", "check.py", "----"):
        assert source not in out


def test_a_real_kernel_shows_the_message_and_no_source(tmp_path, course_home):
    sources = ['from ipv6course.classroom import Lesson\nlesson = Lesson("tiny/01-double")']
    for spoiler in SPOILERS.values():
        sources += [f"double = None; del double\n{spoiler}", TEST_CELL]
    sources += ["def double(n):\n    import sys; print('x', file=sys.stderr)\n    return 2 * n"]
    sources += [TEST_CELL]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)

    NotebookClient(
        notebook,
        allow_errors=True,
        timeout=60,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()

    for cell in notebook.cells[2:-2:2]:
        (output,) = cell.outputs
        text = json.dumps(output)
        assert (output.output_type, output.ename) == ("error", "CheckFailed")
        assert output.evalue.startswith("[")
        assert "Not yet: double-1" in text
        for source in ("Traceback", "secret_of_the_test", "with lesson.check", "check.py"):
            assert source not in text
    (passed,) = notebook.cells[-1].outputs
    assert (passed.output_type, passed.name) == ("stream", "stdout")
    assert (course_home / ".ipv6-course/progress/tiny/01-double/double-1.json").is_file()


@pytest.mark.parametrize(
    ("commands", "hint", "said"),
    [
        (None, "wrong-type", "the commands as one text"),
        ("core ip -6 route", "repair-refused", "Line 1"),
        ("", "mistake", "0 of 3 were answered"),
        ("core: ip -6 route replace default via 2001:db8:f::b", "named", "sends to 2001:db8:99::1"),
    ],
)
def test_a_repair_that_does_not_repair_says_what_was_seen(check, commands, hint, said):
    broken = scenario.load("missing-return-route")
    hints_of_goal = ["mistake", "mistake", "named", "named"]
    caught = failure(check, lambda test: test.repair(broken, commands, hints=hints_of_goal))
    assert caught.hint.id == hint
    assert said in " ".join(text for _, text in caught.rows)


def test_a_repair_that_repairs_passes(check):
    broken = scenario.load("missing-return-route")
    with check as test:
        test.repair(broken, repairs("missing-return-route")[0], hints=["mistake"] * 4)

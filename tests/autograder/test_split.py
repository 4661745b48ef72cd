"""The learner's cells run in one process, the tests in another, and both in a sandbox."""

from dataclasses import replace

import pytest

from ipv6grader.execution import worker
from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.execution.worker import INTERRUPTED, Executor
from ipv6grader.model import Job, JobCell, Mode

pytestmark = [
    pytest.mark.xdist_group("split"),
    pytest.mark.skipif(bool(why_no_sandbox()), reason=why_no_sandbox() or "there is a sandbox"),
]

SHORT = 0.5
"""Seconds that a cell has in tests where one takes too long."""


@pytest.fixture(scope="module")
def executor():
    with Executor() as executor:
        yield executor


@pytest.fixture
def play(executor):
    """Run cells, and return what came of each as text; see `said`."""

    def play(*cells, mode=Mode.SPLIT, seconds=30.0, **more):
        answers = frozenset(cell.grade_id for cell in cells if cell.grade_id)
        placed = tuple(JobCell(n, *cell) for n, cell in enumerate(map(parts, cells)))
        where = "autograded/amina.k/ps1"
        about = {"files": None, "directory": where, "answers": answers, **more}
        job = Job("amina.k", "ps1", "work", placed, mode=mode, cell_seconds=seconds, **about)
        return Played(executor.run(job))

    return play


def parts(cell):
    return cell.source, cell.is_test, cell.trusted, cell.grade_id


def answer(source, name="answer"):
    """A cell of the learner's, in which the assignment asks for a name."""
    return JobCell(0, source, grade_id=name)


def given(source):
    """A cell of the instructor's that is no test."""
    return JobCell(0, source, trusted=source)


def check(source):
    return JobCell(0, source, is_test=True)


class Played:
    """What came of a job."""

    def __init__(self, executed):
        self.executed = executed

    def outputs(self, index):
        return self.executed.outputs[index]

    def said(self, index, stream="stdout"):
        """Return what a cell wrote to a stream, and its value."""
        found = [o["text"] for o in self.outputs(index) if o.get("name") == stream]
        values = [o["data"]["text/plain"] for o in self.outputs(index) if "data" in o]
        return "".join([*found, *(values if stream == "stdout" else ())])

    def error(self, index):
        """Return the name of the error that ended a cell; empty if it went well."""
        errors = [o for o in self.outputs(index) if o["output_type"] == "error"]
        return errors[0]["ename"] if errors else ""

    def text(self, index):
        """Return the text of the error that ended a cell."""
        return next(o["evalue"] for o in self.outputs(index) if o["output_type"] == "error")

    def all_passed(self):
        assert self.executed.trouble == ""
        assert self.executed.outputs
        wrong = {n: self.outputs(n) for n in self.executed.outputs if self.error(n)}
        assert not wrong


def test_tests_call_the_learners_functions_with_arguments_of_every_kind(play):
    played = play(
        answer("def answer(a, b=2, *more, c, **named):\n    return [a, b, more, c, named]"),
        check("assert answer(1, c=3) == [1, 2, (), 3, {}]"),
        check("assert answer(1, 5, 6, 7, c={8}, d=b'9') == [1, 5, (6, 7), {8}, {'d': b'9'}]"),
        check("assert answer(*'ab', **{'c': None}) == ['a', 'b', (), None, {}]"),
        check(
            "import inspect\nkinds = [str(p.kind) for p in inspect.signature(answer).parameters"
            ".values()]\nassert (answer.__name__, len(kinds)) == ('answer', 5)"
        ),
    )
    played.all_passed()


def test_a_wrong_answer_fails_its_test_and_no_other(play):
    played = play(
        answer("def answer(n):\n    return n + 2"),
        check("assert answer(2) == 4"),
        check("assert answer(3) == 6"),
        check("answer(4)"),
    )
    assert [played.error(n) for n in range(4)] == ["", "", "AssertionError", ""]
    assert played.said(3) == "6"


def test_a_blank_answer_fails_as_in_one_process(play):
    played = play(
        answer("def answer(n):\n    raise NotImplementedError()"), check("assert answer(2) == 4")
    )
    assert played.error(1) == "NotImplementedError"


def test_a_name_that_the_learner_never_gave_a_value_is_a_name_error(play):
    played = play(answer("def other(): pass"), check("answer()"))
    assert played.error(1) == "NameError"


def test_plain_answers_are_seen_as_they_are_when_the_test_runs(play):
    played = play(
        answer("answer = [1, {'a': (2, 3)}]"),
        check("assert answer == [1, {'a': (2, 3)}]"),
        answer("answer = 7"),
        check("assert answer == 7"),
        answer("del answer"),
        check("answer"),
    )
    assert [played.error(n) for n in (1, 3, 5)] == ["", "", "NameError"]


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        ("ValueError('no', 5)", "ValueError"),
        ("KeyError('x')", "LookupError"),
        ("ZeroDivisionError()", "ArithmeticError"),
        ("UnicodeDecodeError('utf-8', b'x', 0, 1, 'no')", "ValueError"),
        ("json.JSONDecodeError('no', 'doc', 0)", "ValueError"),
    ],
)
def test_an_error_of_the_learners_code_can_be_caught_by_its_class(play, raised, caught):
    played = play(
        answer(f"import json\ndef answer():\n    raise {raised}"),
        check(f"try:\n    answer()\nexcept {caught}:\n    pass\nelse:\n    assert False"),
        check("answer()"),
    )
    assert played.error(1) == ""
    assert played.error(2) == raised.partition("(")[0].rpartition(".")[2]


def test_an_errors_arguments_and_text_arrive(play):
    played = play(
        answer("def answer():\n    raise ValueError('too long', 129)"),
        check("try:\n    answer()\nexcept ValueError as error:\n    print(error.args)"),
        check("answer()"),
    )
    assert played.said(1) == "('too long', 129)\n"
    assert played.text(2) == "('too long', 129)"


def test_an_error_class_of_the_learners_own_keeps_its_name_and_its_known_base(play):
    played = play(
        answer(
            "class TooLong(ValueError):\n    def __str__(self):\n        return 'mine'\n"
            "def answer():\n    raise TooLong('too long')"
        ),
        check("try:\n    answer()\nexcept ValueError as error:\n    print(type(error).__name__)"),
        check("answer()"),
    )
    assert played.said(1) == "TooLong\n"
    assert (played.error(2), played.text(2)) == ("TooLong", "too long")


@pytest.mark.parametrize("raised", ["SystemExit", "KeyboardInterrupt", "StopIteration"])
def test_an_error_that_ends_programs_ends_neither_process(play, raised):
    played = play(
        answer(f"def answer():\n    raise {raised}\ndef fine():\n    return 1"),
        check("for n in range(3):\n    answer()\nprint('not here')"),
        check("assert fine() == 1"),
    )
    outputs = played.outputs(1)
    assert any(output["output_type"] == "error" for output in outputs)
    assert played.said(1) == ""
    assert (played.error(2), played.executed.trouble) == ("", "")


def test_tests_use_the_learners_classes_attributes_and_methods(play):
    played = play(
        answer(
            "class Table:\n"
            "    size = 3\n"
            "    def __init__(self, *rows):\n        self.rows = list(rows)\n"
            "    def add(self, row, *, twice=False):\n"
            "        self.rows += [row] * (1 + twice)\n        return self\n"
            "    def __len__(self):\n        return len(self.rows)\n"
            "    def __getitem__(self, key):\n        return self.rows[key]\n"
            "    def __setitem__(self, key, row):\n        self.rows[key] = row\n"
            "    def __delitem__(self, key):\n        del self.rows[key]\n"
            "    def __iter__(self):\n        return iter(self.rows)\n"
            "    def __str__(self):\n        return 'a table'\n"
            "    @classmethod\n    def empty(cls):\n        return cls()\n",
            "Table",
        ),
        given("table = None"),
        check("table = Table('a', 'b')\nassert isinstance(table, Table)\nassert Table.size == 3"),
        check("assert table.add('c', twice=True).rows == ['a', 'b', 'c', 'c']"),
        check("assert (len(table), table[0], str(table)) == (4, 'a', 'a table')"),
        check("table[0] = 'z'\ndel table[1]\nassert list(table) == ['z', 'c', 'c']"),
        check("table.note = [5]\nassert table.note == [5]"),
        check("assert len(Table.empty()) == 0\nassert Table.__name__ == 'Table'"),
        check("assert not hasattr(table, 'nothing')\ntable.nothing"),
    )
    assert [played.error(n) for n in range(2, 9)] == [""] * 6 + ["AttributeError"]


def test_an_iterator_and_a_generator_give_one_thing_at_a_time(play):
    played = play(
        answer(
            "def answer():\n    n = 0\n    while True:\n        print('made', n)\n"
            "        yield n\n        n += 1\n"
            "def few():\n    return iter([1, 2])\n"
            "def broken():\n    yield 1\n    raise ValueError('no')"
        ),
        check("from itertools import islice\nassert list(islice(answer(), 3)) == [0, 1, 2]"),
        check("numbers = few()\nassert [*numbers, *numbers] == [1, 2]\nassert sum(few()) == 3"),
        check("for n in broken():\n    print(n)"),
    )
    assert [played.error(n) for n in (1, 2, 3)] == ["", "", "ValueError"]
    assert played.said(1) == "made 0\nmade 1\nmade 2\n"
    assert played.said(3) == "1\n"


def test_what_a_called_function_prints_is_the_tests_output(play):
    played = play(
        answer(
            "import os, sys\nprint('defined')\ndef answer():\n    print('called')\n"
            "    print('bad', file=sys.stderr)\n    os.write(1, b'raw')"
        ),
        check("print('before')\nanswer()\nprint('after')"),
        check(
            "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n"
            "    answer()\nassert text.getvalue().startswith('called')"
        ),
    )
    assert played.said(0) == "defined\n"
    assert played.said(1) == "before\ncalled\nrawafter\n"
    assert played.said(1, "stderr") == "bad\n"
    assert (played.error(2), played.said(2)) == ("", "")


def test_the_learners_code_may_call_a_function_of_the_tests(play):
    played = play(
        answer("def answer(key, items):\n    return sorted(items, key=key)"),
        check("assert answer(lambda n: -n, [1, 3, 2]) == [3, 2, 1]"),
        check("answer(lambda n: 1 / 0, [1])"),
        check("class Stop(Exception): pass\ndef key(n):\n    raise Stop(n)\nanswer(key, [1])"),
    )
    assert [played.error(n) for n in (1, 2, 3)] == ["", "ZeroDivisionError", "Stop"]


@pytest.mark.parametrize(
    "where",
    [[answer("while True:\n    pass"), check("1")], [answer("1"), check("while True:\n    pass")]],
    ids=["learner's cell", "test"],
)
def test_a_cell_that_takes_too_long_is_interrupted_and_the_rest_goes_on(play, where):
    played = play(
        answer("def answer():\n    return 5"),
        *where,
        check("assert answer() == 5"),
        seconds=SHORT,
    )
    late = 1 if where[0].source.startswith("while") else 2
    assert played.outputs(late)[-1] == INTERRUPTED
    assert played.error(late) == "KeyboardInterrupt"
    assert (played.error(3), played.executed.trouble) == ("", "")


def test_a_called_function_that_takes_too_long_is_interrupted_and_the_rest_goes_on(play):
    played = play(
        answer("def answer(n):\n    while n:\n        pass\n    return 5"),
        check("answer(1)"),
        check("assert answer(0) == 5"),
        seconds=SHORT,
    )
    assert played.outputs(1)[-1] == INTERRUPTED
    assert (played.error(2), played.executed.trouble) == ("", "")


def test_an_alarm_of_the_tests_may_come_at_any_moment(play):
    """Whatever the call was doing, the next gets its own answer, and no late interrupt."""
    turns = """
import signal

class Enough(Exception):
    pass

def stop(number, frame):
    raise Enough

signal.signal(signal.SIGALRM, stop)
for turn in range(150):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0004 + turn * 2e-5)
        for again in iter(int, 1):
            answer(lambda n: n + 1, list(range(turn)))
    except Enough:
        pass
    assert answer(lambda n: n * turn, [1, 2]) == [turn, 2 * turn], turn
"""
    played = play(
        answer("def answer(function, numbers):\n    return [function(n) for n in numbers]"),
        check(turns),
    )
    played.all_passed()


def test_a_cell_that_will_not_be_interrupted_is_killed(play, monkeypatch):
    monkeypatch.setattr(worker, "GRACE", 0.3)
    loop = "while True:\n    try:\n        while True:\n            pass\n"
    played = play(
        answer("print('kept')\ndef answer():\n    return 5"),
        check("assert answer() == 5"),
        answer(loop + "    except BaseException:\n        pass"),
        check("print('runs')\nanswer()"),
        seconds=SHORT,
    )
    assert (played.said(0), played.error(1), played.said(3)) == ("kept\n", "", "runs\n")
    assert 2 not in played.executed.outputs
    assert "could not be interrupted" in played.executed.trouble
    assert played.error(3) != ""


@pytest.mark.parametrize("death", ["os._exit(0)", "import ctypes; ctypes.string_at(1)"])
def test_a_process_that_died_leaves_what_came_before(play, death):
    played = play(
        answer("import os\nprint('kept')\ndef answer():\n    return 5"),
        check("assert answer() == 5"),
        answer(death),
        check("assert answer() == 5"),
        check("print('tests go on')"),
    )
    assert (played.said(0), played.error(1)) == ("kept\n", "")
    assert 2 not in played.executed.outputs
    assert played.executed.trouble
    assert (played.error(3) != "", played.said(4)) == (True, "tests go on\n")


def test_a_called_function_that_ends_its_process_fails_its_test(play):
    played = play(
        answer("import os\ndef answer():\n    os._exit(0)"),
        check("assert 1 == 1"),
        check("answer()"),
        check("print('tests go on')"),
    )
    assert [played.error(n) for n in (1, 2, 3)] == ["", "StudentEndedError", ""]
    assert played.executed.trouble


@pytest.mark.parametrize(
    ("mode", "after"),
    [(Mode.SPLIT, "[[3, 1], {}]"), (Mode.IN_PLACE, "[[1, 3, 9], {'a': 1}]")],
    ids=["split", "in place"],
)
def test_arguments_are_changed_in_place_only_in_that_mode(play, mode, after):
    played = play(
        answer(
            "def answer(items, named):\n    items.sort()\n    items.append(9)\n    named['a'] = 1"
        ),
        check("items, named = [3, 1], {}\nsame = items\nanswer(items, named)"),
        check("assert same is items\nprint([items, named])"),
        mode=mode,
    )
    assert (played.error(2), played.said(2)) == ("", after + "\n")


SORTS = answer("def answer(items):\n    items.sort()\n    return items[-1]")
EMPTIES = answer("def answer(items):\n    items.clear()")


def test_a_test_that_an_argument_was_left_alone_notices_that_it_was_not(play):
    played = play(
        SORTS,
        check("items = [3, 1]\nassert answer(items) == 3\nassert items == [3, 1], 'changed'"),
        check("assert answer([1, 2]) == 2"),
        check("kept = [2, 1]\nanswer(kept)\n1.0 if kept == [2, 1] else 0.25"),
    )
    assert [played.error(n) for n in (1, 2)] == ["AssertionError", ""]
    assert "0.25" in str(played.executed.outputs[3])


def test_to_change_what_a_test_expects_gains_nothing(play):
    played = play(
        EMPTIES,
        check(
            "items = [3, 1]\nfound = answer(items)\nassert found == (max(items) if items else None)"
        ),
    )
    assert played.error(1) == "AssertionError"


def test_an_inner_container_that_a_test_holds_is_changed_in_place(play):
    played = play(
        answer("def answer(rows):\n    rows[0].append(2)\n    rows[1]['a'].add(3)"),
        check("inner, held = [1], {1}\nanswer([inner, {'a': held}])\nprint(inner, held)"),
        mode=Mode.IN_PLACE,
    )
    assert played.said(1) == "[1, 2] {1, 3}\n"


def test_an_object_that_equals_everything_equals_nothing_here(play):
    members = ("eq", "lt", "le", "gt", "ge", "contains", "instancecheck", "radd", "add", "req")
    liar = "\n".join(f"    def __{name}__(self, *other): return True" for name in members)
    base = "class {0}({1}):\n{2}\n    __hash__ = {3}.__hash__\n"
    played = play(
        answer(
            base.format("Liar", "object", liar, "object")
            + base.format("Number", "int", liar, "int")
            + "answer, number = Liar(), Number(3)\ndef call():\n    return Liar()"
        ),
        check("assert answer == 4"),
        check("assert 4 == call()"),
        check("assert answer in [1, 2, 3]"),
        check("answer < 4"),
        check("assert isinstance(answer, int)"),
        check("assert number == 4"),
        check("assert number == 3\nassert answer == answer\nassert answer != call()"),
    )
    errors = [played.error(n) for n in range(1, 8)]
    assert errors == [*["AssertionError"] * 3, "TypeError", *["AssertionError"] * 2, ""]


def test_tests_see_nothing_that_the_learner_changed_in_the_program(play):
    played = play(
        given("import math\nlimit = 10\ndef helper(n):\n    return n == 4"),
        answer(
            "import builtins, math, sys\nlimit, helper = 1, lambda n: True\nmath.floor = None\n"
            "builtins.sum = lambda n: 99\nsys.modules['json'] = None\n"
            "get_ipython().ast_transformers.append(None)\n"
            "def answer():\n    return 5"
        ),
        check("assert (limit, math.floor(2.5), sum([2])) == (10, 2, 2)"),
        check("import json\nassert json.dumps(1) == '1'"),
        check("assert helper(answer())"),
    )
    assert [played.error(n) for n in (2, 3, 4)] == ["", "", "AssertionError"]


def test_a_test_sees_only_what_the_assignment_asks_of_the_learner(play):
    played = play(
        answer("answer = 1\nextra = 2"),
        check("print(sorted(n for n in globals() if n in ('answer', 'extra')))"),
        check("print(answer)"),
    )
    assert played.said(1) == "['answer']\n"


def test_files_are_the_learners_and_a_module_of_the_same_name_is_not_the_tests(play, tmp_path):
    mine, theirs = tmp_path / "submission", tmp_path / "instructor"
    for folder, word in ((mine, "learner"), (theirs, "instructor")):
        folder.mkdir()
        (folder / "data.txt").write_text(word)
        (folder / "marks.py").write_text(f"whose = {word!r}\n")
    (mine / "json.py").write_text("raise RuntimeError('a module of the learner')\n")
    played = play(
        answer("import marks\nprint(marks.whose, open('data.txt').read())"),
        answer("open('data.txt', 'w').write('changed')\nanswer = marks"),
        check("import json, marks\nprint(marks.whose, open('data.txt').read())"),
        check("print(answer.whose)"),
        files=mine,
        given=theirs,
    )
    played.all_passed()
    assert played.said(0) == "learner learner\n"
    assert played.said(2) == "instructor instructor\n"
    assert played.said(3) == "instructor\n"
    assert (mine / "data.txt").read_text() == "learner"
    assert (theirs / "data.txt").read_text() == "instructor"


def test_a_notebook_finds_nothing_of_the_one_before(play):
    write = "import os\nopen('left', 'w').close()\nopen('/tmp/left', 'w').close()\nanswer = 1"
    play(answer(write), check("leftover = open('left', 'w')")).all_passed()
    played = play(
        answer("import os\nprint(os.path.exists('left'), os.path.exists('/tmp/left'))"),
        check("import os\nprint(os.listdir(), 'leftover' in globals())\nanswer"),
    )
    assert played.said(0) == "False False\n"
    assert (played.said(1), played.error(1)) == ("[] False\n", "NameError")


def test_both_processes_work_where_nbgrader_would_and_say_that_they_grade(play):
    look = "import os\nprint(os.getcwd(), os.environ['NBGRADER_EXECUTION'])"
    played = play(answer(look), check(look))
    expected = "/grade/autograded/amina.k/ps1 autograde\n"
    assert (played.said(0), played.said(1)) == (expected, expected)


@pytest.mark.parametrize("make", [answer, check], ids=["learner", "test"])
@pytest.mark.parametrize(
    "reach",
    [
        "import os; os.listdir('/proc')",
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "open('/usr/x', 'w')",
        "open('/etc/passwd')",
        "import sys; open(sys.prefix + '/x', 'w')",
        "import os; os.listdir('/home')",
        "import os; os.listdir('/dev/shm')[0]",
        "import os; os.kill(2, 9)",
        "import os; os.setuid(0); os.listdir('/proc')",
        "import os; os.listdir('/stage')[0]",
        "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "import ctypes; assert ctypes.CDLL(None).mount(b'proc', b'/tmp', b'proc', 0, 0) == 0",
    ],
)
def test_neither_process_reaches_out_of_the_sandbox(play, make, reach):
    played = play(make(reach))
    assert played.error(0) != ""


def test_the_disk_and_the_memory_that_a_process_may_take_end(play):
    played = play(
        answer("open('big', 'wb').write(bytes(100_000_000))"),
        answer("big = bytearray(4_000_000_000)"),
        check("print('fine')"),
    )
    assert (played.error(0), played.error(1)) == ("OSError", "MemoryError")
    assert played.said(2) == "fine\n"


def test_in_shared_mode_what_touches_the_tests_is_noted(play):
    touched = play(
        answer("import builtins\nbuiltins.sum = lambda items: 99"),
        check("assert sum([1]) == 99"),
        mode=Mode.SHARED,
    )
    assert "builtins.sum was changed by the submission." in touched.executed.tampering
    honest = play(answer("answer = 2"), check("assert answer == 2"), mode=Mode.SHARED)
    assert honest.executed.tampering == []


def test_an_executor_goes_on_after_its_sandbox_broke(play, executor):
    executor._sandbox._process.kill()
    with pytest.raises(worker.BrokenSandboxError):
        play(answer("answer = 2"))
    play(answer("answer = 2"), check("assert answer == 2")).all_passed()


def test_a_module_that_looks_for_network_interfaces_is_imported_outside_of_the_sandbox():
    # scapy opens a socket while it is imported, which a notebook may not.
    cell = given("from scapy.layers.inet6 import IPv6\nversion = IPv6(src='::', dst='::1').version")
    where = "autograded/nobody/ps1"
    cells = (cell, JobCell(1, "assert version == 6", is_test=True))
    job = Job("nobody", "ps1", "work", cells, files=None, directory=where, mode=Mode.SPLIT)
    with Executor() as executor:
        executor.learn(replace(job, mode=Mode.SHARED))

        played = Played(executor.run(job))

    played.all_passed()
    assert "scapy.layers.inet6" in executor.modules


def test_so_is_one_that_only_the_learner_imports(play):
    cell = answer("from scapy.all import IPv6\nanswer = IPv6(src='::', dst='::1').version")
    play(cell, check("assert answer == 6")).all_passed()


def test_an_error_in_shared_mode_is_no_sign_of_tampering(play):
    cells = given("import sys"), answer("1 / 0"), check("assert sys.maxsize > 0")
    assert play(*cells, mode=Mode.SHARED).executed.tampering == []


def test_a_library_of_the_tests_that_is_changed_in_shared_mode_is_seen(play):
    cells = answer("import math\nmath.isclose = lambda *_: True"), check("import math")
    (found,) = play(*cells, mode=Mode.SHARED).executed.tampering
    assert found == "math.isclose was changed by the submission."

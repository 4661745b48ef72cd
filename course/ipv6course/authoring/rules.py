"""What a lesson must be before it is built. Each rule yields problems with file, line and fix.

To add a rule, write a function that takes a `Room` and yields `Problem`s, and list it in `RULES`.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import netaddr

from ipv6course.authoring.answers import Answer, AnswersError, read_answers
from ipv6course.authoring.text_lesson import REGION, Cell, TextLesson
from ipv6course.classroom.hints import Hint
from ipv6data.rfc_index import Rfc

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RFC = re.compile(r"\bRFC[\s\u00a0]*(\d{3,5})\b(?P<historic>\s*\(historic\))?")
_OUTPUT = re.compile(r"^(In|Out)\s*\[\d*\]:")
_IPV6 = re.compile(r"(?<![\w:.}])(?=[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:)[0-9A-Fa-f:]+[0-9A-Fa-f:.]*\b")
_IPV4 = re.compile(r"(?<![\w:.])(?<!section )\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*:)\b")
_MIN_RIGHT, _MIN_WRONG, _MIN_VISIBLE = 2, 5, 0.8

# Documentation space, and ranges that lessons need because they mean the same everywhere.
ALLOWED_SPACE = netaddr.IPSet(
    [
        "2001:db8::/32",  # RFC 3849
        "3fff::/20",  # RFC 9637
        "::/128",
        "::1/128",
        "::ffff:0:0/128",  # as the name of IPv4-mapped space
        "::ffff:192.0.2.0/120",
        "::ffff:198.51.100.0/120",
        "::ffff:203.0.113.0/120",
        "64:ff9b::/96",  # RFC 6052
        "fc00::/7",  # RFC 4193
        "fe80::/10",
        "ff00::/8",
        "192.0.2.0/24",  # RFC 5737
        "198.51.100.0/24",
        "203.0.113.0/24",
        "233.252.0.0/24",  # RFC 6676
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # RFC 6598
        "127.0.0.0/8",
        "0.0.0.0/32",
        "255.0.0.0/8",  # masks
    ]
)


@dataclass(frozen=True, order=True)
class Problem:
    """Something that is wrong with a lesson, and what to do about it."""

    path: Path
    line: int
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}\n    fix: {self.fix}"


@dataclass(frozen=True)
class Room:
    """A lesson and what it is held against."""

    lesson: TextLesson
    hints: Mapping[str, Hint]
    rfcs: Mapping[int, Rfc]

    @cached_property
    def answers(self) -> dict[str, list[Answer] | AnswersError | None]:
        """The answers to each exercise, the error in its file, or None without a file."""
        found: dict[str, list[Answer] | AnswersError | None] = {}
        for exercise in self.lesson.exercises:
            path = self.answers_path(exercise)
            try:
                found[exercise] = read_answers(path) if path.is_file() else None
            except AnswersError as error:
                found[exercise] = error
        return found

    def answers_path(self, exercise: str) -> Path:
        """Return where the answers to an exercise belong."""
        return self.lesson.path.parent / "answers" / f"{exercise}.py"

    def problem(self, cell: Cell | None, what: str, fix: str, offset: int = 0) -> Problem:
        """Return a problem at a line of a cell, or at the lesson's first line."""
        return Problem(self.lesson.path, cell.line + offset if cell else 1, what, fix)


def front_matter(room: Room) -> Iterator[Problem]:
    """A lesson says what it is called, how long it takes and what one can do afterwards."""
    metadata = room.lesson.metadata
    for key, kind in (("title", str), ("minutes", int), ("goals", list)):
        if not isinstance(metadata.get(key), kind):
            fix = f"write 'ipv6course: {{{key}: …}}' ({kind.__name__}) between the '---' lines"
            yield room.problem(None, f"the front matter has no '{key}'", fix)


def grade_ids(room: Room) -> Iterator[Problem]:
    """Every nbgrader cell has a grade_id of its own that can be a file name."""
    seen: dict[str, int] = {}
    for cell in room.lesson.cells:
        if not cell.nbgrader:
            continue
        if not _ID.fullmatch(cell.grade_id) or len(cell.grade_id) > 60:
            fix = "use lower-case letters, digits and single hyphens, 60 at most"
            yield room.problem(cell, f"grade_id {cell.grade_id!r} cannot be a file name", fix)
        elif cell.grade_id in seen:
            what = f"grade_id '{cell.grade_id}' stands already at line {seen[cell.grade_id]}"
            yield room.problem(cell, what, "give one of the two cells another grade_id")
        seen.setdefault(cell.grade_id, cell.line)


def points(room: Room) -> Iterator[Problem]:
    """A test cell has points, and tests an exercise of its lesson."""
    for cell in room.lesson.cells:
        if not cell.is_test:
            continue
        value = cell.nbgrader.get("points")
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            fix = "write 'points: 2' beside its grade_id, or 'solution: true' if one answers here"
            yield room.problem(cell, f"test cell '{cell.grade_id}' has no points", fix)
        if cell.exercise == cell.grade_id or not room.lesson.solutions(cell.exercise):
            what = f"test cell '{cell.grade_id}' belongs to no exercise"
            fix = "name it after its solution cell's grade_id, with a hyphen and a number"
            yield room.problem(cell, what, fix)


def markers(room: Room) -> Iterator[Problem]:
    """Solution and hidden-test markers come in pairs, in the cells where nbgrader wants them."""
    for cell in room.lesson.cells:
        for region, (begin, end) in REGION.items():
            depth, begun = 0, 0
            for offset, line in enumerate(cell.source.split("\n")):
                if region.upper() not in line:
                    continue
                depth += {begin: 1, end: -1}.get(line.strip(), 0)
                begun = offset if line.strip() == begin else begun
                if line.strip() not in (begin, end) or depth not in (0, 1):
                    what = f"{line.strip()!r} does not pair up"
                    fix = f"write '{begin}' and then '{end}', each on its own line"
                    yield room.problem(cell, what, fix, offset)
                    break
                if not _may_have(cell, region):
                    what = f"'{line.strip()}' stands in a cell without nbgrader metadata for it"
                    fix = "solutions belong into a solution cell, hidden tests into a test cell"
                    yield room.problem(cell, what, fix, offset)
                    break
            else:
                if depth:
                    yield room.problem(cell, f"'{begin}' has no '{end}'", f"add '{end}'", begun)


def _may_have(cell: Cell, region: str) -> bool:
    """Return whether nbgrader takes a region in this cell; it has schemes in task cells only."""
    if region == "solution":
        return cell.is_solution
    return region == "hidden tests" and "points" in cell.nbgrader


def solutions(room: Room) -> Iterator[Problem]:
    """An exercise has a solution to take away, and tests."""
    for cell in room.lesson.cells:
        if not cell.is_solution or "points" in cell.nbgrader:  # with points: graded by a person
            continue
        if REGION["solution"][0] not in cell.source:
            what = f"solution cell '{cell.grade_id}' has no solution to take away"
            yield room.problem(cell, what, "put the answer between the two SOLUTION markers")
        if not room.lesson.tests(cell.exercise):
            what = f"exercise '{cell.exercise}' has no test cell"
            yield room.problem(cell, what, f"add one with grade_id '{cell.exercise}-1' and points")


def test_cells(room: Room) -> Iterator[Problem]:
    """A test cell checks under its own name, with hints that exist, and ends in no expression."""
    for cell in room.lesson.cells:
        if not cell.is_test or cell.kind != "code":
            continue
        for source, which in ((cell.source, ""), (visible(cell.source), " without hidden tests")):
            try:
                ast.parse(source)
            except SyntaxError as error:
                what = f"test cell '{cell.grade_id}'{which} is not Python: {error.msg}"
                fix = "correct it"
                if which:
                    fix = "leave a visible line in each block that holds hidden tests"
                yield room.problem(cell, what, fix, (error.lineno or 1) - 1)
                break
        else:
            yield from _test_code(room, cell, ast.parse(cell.source))


def _test_code(room: Room, cell: Cell, tree: ast.Module) -> Iterator[Problem]:
    if f'lesson.check("{cell.grade_id}")' not in cell.source:
        what = f"test cell '{cell.grade_id}' does not check under its own name"
        yield room.problem(cell, what, f'write: with lesson.check("{cell.grade_id}") as test:')
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        what = f"test cell '{cell.grade_id}' ends in an expression, which nbgrader takes as points"
        fix = "put the checks inside the with block"
        yield room.problem(cell, what, fix, tree.body[-1].lineno - 1)
    for name, line in _hints_used(tree):
        if name not in room.hints:
            what = f"hint '{name}' is not in hints.toml"
            yield room.problem(cell, what, f"add [{name}] with text and rfc", line - 1)


def _hints_used(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Return the hint ids that a test cell names in `hint=…`, `hints=[…]` and `wrong={…: …}`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.keyword):
            continue
        values = [node.value] if node.arg == "hint" else []
        if node.arg == "wrong" and isinstance(node.value, ast.Dict):
            values = node.value.values
        if node.arg == "hints" and isinstance(node.value, ast.List | ast.Tuple):
            values = node.value.elts
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value, value.lineno


def visible(source: str) -> str:
    """Return the source without its hidden tests."""
    begin, end = map(re.escape, REGION["hidden tests"])
    return re.sub(rf"^[ \t]*{begin}.*?{end}[^\n]*\n?", "", source, flags=re.DOTALL | re.MULTILINE)


def answers(room: Room) -> Iterator[Problem]:
    """An exercise has its right and wrong answers beside it (the exercise contract, point 3)."""
    for exercise, found in room.answers.items():
        path, tests = room.answers_path(exercise), room.lesson.tests(exercise)
        if not tests:
            continue
        if found is None:
            fix = f"write {path.name} with at least {_MIN_RIGHT} right and {_MIN_WRONG} wrong ones"
            yield Problem(path, 1, f"exercise '{exercise}' has no answers", fix)
        elif isinstance(found, AnswersError):
            yield Problem(path, found.line, str(found), "see CONTRIBUTING.md, 'An exercise'")
        else:
            yield from _answer_counts(room, exercise, found)
            for answer in found:
                if not answer.right:
                    yield from _wrong_answer(room, path, answer, tests)


def _answer_counts(room: Room, exercise: str, found: list[Answer]) -> Iterator[Problem]:
    path = room.answers_path(exercise)
    right = sum(answer.right for answer in found)
    wrong = [answer for answer in found if not answer.right]
    if right < _MIN_RIGHT:
        yield Problem(path, 1, f"{right} right answers", f"write at least {_MIN_RIGHT}")
    if len(wrong) < _MIN_WRONG:
        yield Problem(path, 1, f"{len(wrong)} wrong answers", f"write at least {_MIN_WRONG}")
    if wrong and sum(answer.met == "visible" for answer in wrong) < _MIN_VISIBLE * len(wrong):
        what = "fewer than four of five wrong answers are met by a visible check"
        yield Problem(path, 1, what, "let a visible check notice more of them")
    if room.lesson.withheld(exercise) and "withheld" not in {answer.hint for answer in wrong}:
        what = f"exercise '{exercise}' withholds calls, but no wrong answer uses one"
        yield Problem(path, 1, what, 'add a wrong answer with hint="withheld" and 0 points')


def _wrong_answer(room: Room, path: Path, answer: Answer, tests: list[Cell]) -> Iterator[Problem]:
    worth = [test.nbgrader.get("points", 0) for test in tests]
    given = answer.points
    if given is None or len(given) != len(tests):
        what, fix = (
            "a wrong answer declares its points",
            f"points={worth} with what each test gives",
        )
        yield Problem(path, answer.line, what, fix)
    elif sum(given) >= sum(worth) or any(a > b for a, b in zip(given, worth, strict=True)):
        yield Problem(path, answer.line, "a wrong answer gets full points", "lower its points")
    if answer.hint not in room.hints:
        what = f"hint '{answer.hint}' is not in hints.toml"
        yield Problem(path, answer.line, what, 'declare hint="…" with the id of a hint')
    if answer.met not in ("visible", "hidden"):
        fix = 'declare met="visible", or "hidden" if only a hidden test notices'
        yield Problem(path, answer.line, "it is not said which check meets this answer", fix)


def citations(room: Room) -> Iterator[Problem]:
    """An RFC that is cited is in the index, and in force, or marked as historic."""
    for cell in room.lesson.cells:
        for offset, line in enumerate(cell.source.split("\n")):
            for what, fix in _citations(line, room.rfcs):
                yield room.problem(cell, what, fix, offset)
    path = room.lesson.path.parent / "hints.toml"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        for what, fix in _citations(line, room.rfcs):
            yield Problem(path, number, what, fix)


def _citations(text: str, rfcs: Mapping[int, Rfc]) -> Iterator[tuple[str, str]]:
    for match in _RFC.finditer(text):
        rfc = rfcs.get(int(match[1]))
        if rfc is None:
            yield (
                f"RFC {match[1]} is not in the index of RFCs",
                "add it to ipv6data's rfc_index.csv",
            )
        elif rfc.obsoleted_by and not match["historic"]:
            newer = ", ".join(f"RFC {number}" for number in rfc.obsoleted_by)
            yield (
                f"RFC {match[1]} is obsolete",
                f"cite {newer}, or write 'RFC {match[1]} (historic)'",
            )


def prose(room: Room) -> Iterator[Problem]:
    """Prose has no MyST comments, which would reach the learner, and no pasted output."""
    for cell in room.lesson.cells:
        fenced = False
        for offset, line in enumerate(cell.source.split("\n")):
            fenced ^= line.lstrip().startswith("```")
            if cell.kind == "markdown" and not fenced and line.startswith("%"):
                fix = "delete it; notes to authors belong into answers/ or module.toml"
                yield room.problem(cell, "a '%' comment reaches the learner", fix, offset)
            if _OUTPUT.match(line):
                yield room.problem(cell, "an output was left in", "delete it", offset)
        if {"outputs", "execution_count"} & cell.metadata.keys():
            yield room.problem(cell, "an output was left in the metadata", "delete it")


def addresses(room: Room) -> Iterator[Problem]:
    """Addresses in a lesson are documentation space, or on the allow-list with a reason."""
    allowed = ALLOWED_SPACE | netaddr.IPSet(room.lesson.metadata.get("allow", {}))
    for cell in room.lesson.cells:
        for offset, line in enumerate(cell.source.split("\n")):
            for text in [*_IPV6.findall(line), *_IPV4.findall(line)]:
                if _is_address(text) and netaddr.IPAddress(text) not in allowed:
                    what = f"{text} is somebody's address"
                    fix = "use 2001:db8::/32, 3fff::/20 or 192.0.2.0/24; or list it under 'allow'"
                    yield room.problem(cell, what, fix, offset)


def _is_address(text: str) -> bool:
    return bool(netaddr.valid_ipv6(text) or netaddr.valid_ipv4(text, netaddr.INET_PTON))


RULES: tuple[Callable[[Room], Iterator[Problem]], ...] = (
    front_matter,
    grade_ids,
    points,
    markers,
    solutions,
    test_cells,
    answers,
    citations,
    prose,
    addresses,
)


def problems(room: Room) -> list[Problem]:
    """Return everything that is wrong with a lesson, in the order of its lines."""
    return sorted(problem for rule in RULES for problem in rule(room))

"""Checks that talk back.

A test cell of a lesson reads::

    with lesson.check("shorten-1") as test:
        test.call(shorten, "00a0").gives("a0", hint="leading-zeros-kept")

Rules of this file:

- A failed check raises `CheckFailed` and nothing else, whatever the learner's code did.
- `CheckFailed` renders what was called, what came back, what was expected, the hint and the RFC.
  It never renders source, so a hidden test cannot leak through a traceback.
- No rendering trusts the learner's values: `repr` may raise, never end or be a megabyte long.
- Nor does a comparison: an object of a class that the learner wrote may claim to equal anything.
"""

import reprlib
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import BuiltinFunctionType, FunctionType, TracebackType
from typing import Any, NoReturn, Protocol, Self

from ipv6course.classroom import identity, progress
from ipv6course.classroom.hints import Hint
from ipv6course.classroom.messages import _
from ipv6course.classroom.observed import HERE, observe
from ipv6course.classroom.time_limit import OutOfTimeError, time_limit

CALL_SECONDS = 5.0
_COLUMNS = 72
_PLAIN_TYPES = (str, int, float, bool, bytes, tuple, list, dict, set, frozenset, type(None))
# Packages whose classes may be in an answer. Others are not asked: `unittest.mock.ANY` equals all.
_TRUSTED = ("ipaddress", "ipv6course", "netaddr", "plotly", "scapy")
_GREEN, _RED, _BOLD, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[1m", "\x1b[0m"


class _Shortener(reprlib.Repr):
    """`repr` that ends, keeps to a few hundred characters and survives hostile objects."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = self.maxlong = 200
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = 16

    def repr1(self, x: Any, level: int) -> str:
        # `reprlib` goes by the name of the type, and a learner's class may be called `list`.
        return super().repr1(x, level) if type(x) in _PLAIN_TYPES else self.repr_instance(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        try:
            text = repr(x) if _is_trusted(type(x)) else ""
        except Exception:
            text = ""
        return text[: self.maxother] or _("an object of type {kind}").format(kind=type(x).__name__)


def show(value: Any) -> str:
    """Return the value as the learner would write it, shortened."""
    try:
        with time_limit(CALL_SECONDS):
            return _Shortener().repr(value)
    except BaseException:  # such as a number of more digits than Python writes
        return _("an object of type {kind}").format(kind=type(value).__name__)


def _is_trusted(kind: type) -> bool:
    """Return whether objects of a class show and compare themselves honestly."""
    if kind in _PLAIN_TYPES or kind is range:
        return True
    found: Any = sys.modules.get(kind.__module__)
    for part in kind.__qualname__.split("."):
        found = getattr(found, part, None)
    return kind.__module__.partition(".")[0] in _TRUSTED and found is kind


def _message(error: BaseException) -> str:
    """Return what an error says, in one line; its class may be the learner's."""
    try:
        with time_limit(CALL_SECONDS):
            text = str.__getitem__(str(error), slice(200))
    except BaseException:
        return ""
    return " ".join(text.split())


def _says(error: BaseException) -> str:
    kind, message = type(error).__name__, _message(error)
    return f"{kind}: {message}" if message else kind


def not_yet(title: str, hint: Hint, rows: Sequence[tuple[str, str]] = ()) -> list[str]:
    """Return the lines that stand in the place of a traceback: rows of label and text, the hint."""
    rows = [*rows, (_("Hint"), f"[{hint.id}] {_(hint.text)}")]
    if hint.rfc:
        rows.append((_("Read"), hint.rfc))
    width = max(len(label) for label, _text in rows) + 2
    lines = [f"{_RED}✘{_PLAIN} {_BOLD}{title}{_PLAIN}"]
    for label, text in rows:
        columns = max(_COLUMNS - width, 20)
        first, *more = textwrap.wrap(text, columns, break_long_words=False) or [""]
        lines.append(f"  {_BOLD}{label:<{width}}{_PLAIN}{first}")
        lines += [" " * (width + 2) + line for line in more]
    return lines


class CheckFailed(Exception):  # noqa: N818 - nbgrader shows this name to learners
    """A check that did not pass. Its text begins with the hint id in brackets."""

    def __init__(self, check: str, hint: Hint, rows: list[tuple[str, str]]) -> None:
        super().__init__(f"[{hint.id}] {_(hint.text)}")
        self.check = check
        self.hint = hint
        self.rows = rows

    def render(self) -> list[str]:
        """Return the lines that the learner reads; nothing of them is source."""
        return not_yet(_("Not yet: {check}").format(check=self.check), self.hint, self.rows)

    def _render_traceback_(self) -> list[str]:
        """IPython's own hook: what stands in the place of a traceback."""
        return self.render()


class Result:
    """What came back from the learner's function, or what the learner wrote."""

    def __init__(
        self, check: "Check", called: str, value: Any, error: BaseException | None = None
    ) -> None:
        self._check = check
        self._called = called
        self._error = error
        self.value = value

    def _came_back(self) -> str:
        if isinstance(self._error, OutOfTimeError):
            return _("nothing within {seconds} seconds").format(seconds=f"{CALL_SECONDS:g}")
        if self._error is None:
            return show(self.value)
        kind, message = type(self._error).__name__, _message(self._error)
        if not message:
            return _("the error {kind}").format(kind=kind)
        return _("the error {kind}: {message}").format(kind=kind, message=message)

    def _fail(self, expected: str, hint: str) -> NoReturn:
        if isinstance(self._error, NotImplementedError):
            self._check.fail("not-written", [(_("You called"), self._called)])
        if isinstance(self._error, (OutOfTimeError, KeyboardInterrupt)):
            hint = "too-long"
        if self._called:
            rows = [(_("You called"), self._called), (_("Came back"), self._came_back())]
        else:
            rows = [(_("You wrote"), self._came_back())]
        self._check.fail(hint, [*rows, (_("Expected"), expected)])

    def gives(self, expected: Any, *, hint: str, wrong: Mapping[Any, str] | None = None) -> None:
        """Pass if the function returned this very value, of the same type.

        Args:
            expected: The right answer: text, number, or tuples and lists of them.
            hint: Id of the hint for any other value.
            wrong: Hint ids for values that come from a mistake one can name. The key `None`
                stands for no value at all.

        Raises:
            CheckFailed: Something else came back.
        """
        shown = show(expected)
        if self._error is not None:
            self._fail(shown, "stopped")
        if _same(self.value, expected):
            return
        if type(self.value) in _PLAIN_TYPES:
            for value, hint_of_value in (wrong or {}).items():
                if _same(self.value, value):
                    self._fail(shown, hint_of_value)
        if self.value is None:
            self._fail(shown, "nothing-returned")
        same_kind = expected is None or type(self.value) is type(expected)
        self._fail(shown, hint if same_kind else "wrong-type")

    def satisfies(self, condition: Callable[[Any], bool], expected: str, *, hint: str) -> None:
        """Pass if the condition holds for the value, which has no class of the learner's own.

        Args:
            condition: Gets the value; an exception in it counts as False, and so does no end.
            expected: What the value should be, in words; gettext translates it.
            hint: Id of the hint for a value that fails.

        Raises:
            CheckFailed: The condition does not hold.
        """
        if self._error is not None:
            self._fail(_(expected), "stopped")
        if _has_stranger(self.value):
            self._fail(_(expected), "wrong-type")
        try:
            with time_limit(CALL_SECONDS):
                holds = condition(self.value)
        except (Exception, OutOfTimeError):
            holds = False
        if holds is not True:
            self._fail(_(expected), "nothing-returned" if self.value is None else hint)

    def raises(self, kind: type[Exception], *, hint: str) -> None:
        """Pass if the function refused its arguments with an exception of this kind.

        Raises:
            CheckFailed: It returned a value, or stopped with another kind of exception.
        """
        expected = _("the error {kind}").format(kind=kind.__name__)
        if self._error is None or not isinstance(self._error, kind):
            self._fail(expected, hint if self._error is None else "stopped")


class Finding(Protocol):
    """One thing that a network should do, and what was seen of it."""

    @property
    def goal(self) -> str:
        """What is wanted, as a sentence."""
        ...

    @property
    def is_met(self) -> bool:
        """Whether it is so."""
        ...

    @property
    def seen(self) -> str:
        """What was seen, as a sentence."""
        ...


class Repairable(Protocol):
    """A network that is broken, such as `ipv6course.network.scenario.Scenario`."""

    def repair(self, text: str, /) -> Any:
        """Do the commands of a text."""
        ...

    def check(self) -> Sequence[Finding]:
        """Look at what the packets do."""
        ...


def _same(value: Any, expected: Any) -> bool:
    """Return whether two plain values are equal and of the same types all the way down.

    An object that claims to equal everything has a type of its own: it never gets as far as `==`.
    """
    if type(value) is not type(expected) or type(value) not in _PLAIN_TYPES:
        return False
    if isinstance(expected, (tuple, list)):
        return len(value) == len(expected) and all(map(_same, value, expected))
    if isinstance(expected, dict):
        return _same_items(value.items(), expected.items())
    if isinstance(expected, (set, frozenset)):
        return _same_items(value, expected)
    return bool(value == expected)


def _same_items(values: Iterable[Any], expected: Iterable[Any]) -> bool:
    """Return whether two collections without doubles and without order are the same."""
    left = list(expected)
    for value in values:
        if (match := next((item for item in left if _same(value, item)), left)) is left:
            return False
        left.remove(match)
    return not left


def _has_stranger(value: Any) -> bool:
    """Return whether an object that may lie in a comparison is the value, or is in it."""
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if not _is_trusted(type(item)):
            return True
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, (tuple, list, set, frozenset)):
            waiting += item
    return False


def _name(function: Any) -> str:
    named = type(function) in (FunctionType, BuiltinFunctionType)
    return str(function.__name__ if named else type(function).__name__)[:200]


class Check:
    """The check of one test cell, a context manager; leaving it without an error is passing."""

    def __init__(
        self, lesson: str, grade_id: str, hints: Mapping[str, Hint], withheld: tuple[str, ...] = ()
    ) -> None:
        self._lesson = lesson
        self._grade_id = grade_id
        self._hints = hints
        self._withheld = withheld

    def call(self, function: Callable[..., Any], *arguments: Any) -> Result:
        """Call the learner's function and keep what comes back, an error too.

        A grader may keep the learner's function in another process; it is then observed there.

        Raises:
            CheckFailed: The function used a call that this exercise withholds.
        """
        called = f"{_name(function)}({', '.join(map(show, arguments))})"
        there = getattr(function, "__run_there__", None)
        observed = partial(there, HERE) if there else partial(observe, function)
        value, error, used = observed(list(arguments), list(self._withheld), CALL_SECONDS)
        if used:
            rows = [(_("You called"), called), (_("It used"), ", ".join(used))]
            self.fail("withheld", rows)
        return Result(self, called, value, error)

    def answer(self, value: Any) -> Result:
        """Look at a value that the learner wrote."""
        return Result(self, "", value)

    def repair(self, broken: "Repairable", commands: Any, *, hints: Sequence[str]) -> None:
        """Repair a network with the learner's commands, and pass if its goal is met.

        Args:
            broken: Such as a `scenario.load(…)`, not yet repaired.
            commands: The text that the learner wrote.
            hints: Ids, one for each check of the goal, from the first on. Checks beyond the last
                hint do not count: so several test cells give partial credit.

        Raises:
            CheckFailed: The text is refused, or a check of the goal is not met.
        """
        if type(commands) is not str:
            self.answer(commands)._fail(_("the commands as one text"), "wrong-type")
        try:
            broken.repair(commands)
        except ValueError as why:
            self.fail("repair-refused", [(_("The network says"), _message(why))])
        for finding, hint in zip(broken.check(), hints, strict=False):
            if not finding.is_met:
                self.fail(hint, [(_("Expected"), finding.goal), (_("Was seen"), finding.seen)])

    def fail(self, hint: str, rows: list[tuple[str, str]]) -> NoReturn:
        """Stop the check.

        Raises:
            CheckFailed: Always.
        """
        raise CheckFailed(self._grade_id, self._hints[hint], rows) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if isinstance(error, CheckFailed):
            return
        if error is not None:
            hint = "not-defined" if isinstance(error, NameError) else "check-stopped"
            self.fail(hint, [(_("Python says"), _says(error))])
        print(f"{_GREEN}✔{_PLAIN} " + _("Passed: {check}").format(check=self._grade_id))
        if identity.grading_student() is None:
            self._remember()

    def _remember(self) -> None:
        try:
            progress.record_passed(self._lesson, self._grade_id)
        except OSError as error:
            print(_("Your progress could not be saved: {reason}").format(reason=error))

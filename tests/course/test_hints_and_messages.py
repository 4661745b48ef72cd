"""Hints and messages: every word of the course's own can be translated."""

import ast
import gettext
import re
from functools import cache
from pathlib import Path
from string import Formatter

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

import ipv6course
from ipv6course.classroom import check as check_module
from ipv6course.classroom import hints, messages
from ipv6course.classroom.check import Check, CheckFailed
from ipv6course.classroom.hints import COMMON
from ipv6course.places import modules_folder

PACKAGE = Path(ipv6course.__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "N_": None}
# An RFC or a RIPE document, its sections, and the numbered rules of a section.
CITATION = (
    r"(RFC \d+|RIPE-\d+)( appendix [A-Z]| sections? [\d.]+((, [\d.]+)* and [\d.]+)?"
    r"(, rules? \d+( and \d+)?)?)?"
)
# Texts of a lesson's own, which stand in no program: hints.toml and the words of `satisfies`.
LESSON_TEXTS = ("This is the mistake.", "an even number")


@cache
def extracted():
    """Return every message that gettext's tools find in the package."""
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found if message}


def marked_calls():
    """Yield file and node of every `_(…)` and `N_(…)` in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id in ("_", "N_"):
                yield path, node


def pseudo(text):
    """Return a translation that shares no English word with the message."""
    parts = re.split(r"(\{\w*\})", text)
    return (
        "⟦" + "".join(p if p.startswith("{") else re.sub("[A-Za-z]", "ж", p) for p in parts) + "⟧"
    )


@pytest.fixture
def translated(tmp_path, monkeypatch):
    """A catalogue in an invented language, compiled as a translator's would be."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for text in sorted({*extracted(), *LESSON_TEXTS}):
        catalogue.append(polib.POEntry(msgid=text, msgstr=pseudo(text)))
    folder = tmp_path / "locale" / "qaa" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / f"{messages.DOMAIN}.mo"))
    monkeypatch.setattr(messages, "LOCALES", tmp_path / "locale")
    monkeypatch.setenv("LANGUAGE", "qaa")
    messages.catalogue.cache_clear()
    gettext._translations.clear()
    yield catalogue
    messages.catalogue.cache_clear()


def untranslated(failed):
    """Return the English words of a rendering, what the learner wrote or called left out."""
    lines = "\n".join(failed.render())
    for colour in ("\x1b[32m", "\x1b[31m", "\x1b[1m", "\x1b[0m"):
        lines = lines.replace(colour, "")
    own = ("double-1", f"[{failed.hint.id}]", failed.hint.rfc, "twice", "Strange", "Error", "Value")
    for word in own:
        lines = lines.replace(word, "") if word else lines
    return re.findall("[A-Za-z]{2,}", lines)


class Strange:
    pass


def stop():
    raise ValueError("4711")


def twice(*arguments):
    return arguments[0]


CASES = {
    "wrong": lambda t: t.call(twice, 3).gives(6, hint="mistake"),
    "wrong type": lambda t: t.call(twice, Strange()).gives(6, hint="mistake"),
    "nothing": lambda t: t.call(twice, None).gives(6, hint="mistake"),
    "written": lambda t: t.answer(3).satisfies(lambda v: False, "an even number", hint="mistake"),
    "stopped": lambda t: t.call(stop).gives(6, hint="mistake"),
    "not refused": lambda t: t.call(twice, 3).raises(ValueError, hint="mistake"),
    "check stopped": lambda t: stop(),
}


@pytest.mark.parametrize("case", [*CASES, *COMMON])
def test_a_translated_message_has_no_english_left(translated, case):
    mistake = hints.Hint("mistake", "This is the mistake.", "RFC 5952 section 4.1")
    check = Check("tiny/01-double", "double-1", {**COMMON, "mistake": mistake})
    rows = [(messages._("You called"), "twice")]
    with pytest.raises(CheckFailed) as caught, check as test:
        CASES[case](test) if case in CASES else check.fail(case, rows)
    words = untranslated(caught.value)
    assert set(words) <= {"stop", "None"}, "\n".join(caught.value.render())
    assert "ж" in str(caught.value)


def test_too_long_and_withheld_are_translated(translated, monkeypatch):
    monkeypatch.setattr(check_module, "CALL_SECONDS", 0.05)
    check = Check("tiny/01-double", "double-1", COMMON, ("textwrap.fill",))
    names = {"__name__": "__main__"}
    exec(
        "import textwrap\ndef twice(n):\n    if n: return textwrap.fill('')\n    while 1: pass",
        names,
    )
    for argument in (0, 1):
        with pytest.raises(CheckFailed) as caught, check as test:
            test.call(names["twice"], argument).gives(6, hint="stopped")
        assert set(untranslated(caught.value)) <= {"textwrap", "fill"}


def test_a_passed_check_and_the_lesson_s_greeting_are_translated(translated, capsys):
    from ipv6course.classroom import Lesson

    with Lesson("tiny/01-double").check("double-1") as test:
        test.answer(6).gives(6, hint="stopped")
    greeting, passed = capsys.readouterr().out.splitlines()
    assert re.findall("[A-Za-z]{2,}", greeting) == []
    assert "⟦жжжжжж: double-1⟧" in passed


def test_without_acatalogue_messages_are_english(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "qaa")
    messages.catalogue.cache_clear()
    assert messages._("Came back") == "Came back"
    assert messages._("") == ""


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.relative_to(PACKAGE).as_posix())
        for path in sorted({path for path, _node in marked_calls()})
    ],
)
def test_gettext_s_tools_find_every_message(path):
    found = extracted()
    assert len(found) > 15
    for where, node in marked_calls():
        if where == path and isinstance(node.args[0], ast.Constant):
            assert node.args[0].value in found, f"line {node.lineno}"


def test_no_message_is_put_together_from_pieces():
    # A literal, or a text that is marked elsewhere.
    allowed = (ast.Constant, ast.Name, ast.Attribute, ast.Subscript)
    for path, node in marked_calls():
        where = f"{path.name}:{node.lineno}"
        assert len(node.args) == 1, where
        assert not node.keywords, where
        assert isinstance(node.args[0], allowed), f"{where}: {ast.unparse(node)}"


def test_a_placeholder_in_a_message_has_a_name():
    for message in extracted():
        for _text, field, _spec, _conversion in Formatter().parse(message):
            assert field is None or field.isidentifier(), message


def test_every_common_hint_is_in_thecatalogue():
    assert {hint.text for hint in COMMON.values()} <= extracted()


# --- hints.toml ---------------------------------------------------------------------------------


def test_a_module_s_hints_come_with_the_common_ones(tiny):
    loaded = hints.load("tiny", tiny.modules)
    assert loaded["doubled-not"].rfc == "RFC 4291 section 2.2"
    assert set(COMMON) < set(loaded)
    assert hints.load("nowhere", tiny.modules) == dict(COMMON)


@pytest.mark.parametrize("text", ["[x]\nrfc = 'RFC 8200'", "[x]\ntext = ''", "x = 3"])
def test_a_hint_without_a_text_is_refused_by_name(tiny, text):
    tiny.hints.write_text(text)
    with pytest.raises(ValueError, match=r"hints\.toml: hint \[x\] has no text"):
        hints.load("tiny", tiny.modules)


def test_hints_that_are_not_toml_are_refused_with_file_and_line(tiny):
    tiny.hints.write_text("[a]\ntext = 'x'\n[b\n")
    with pytest.raises(ValueError, match=r"hints\.toml: .*line 3"):
        hints.load("tiny", tiny.modules)


def test_the_hints_of_the_course_name_a_mistake_and_where_it_is_read():
    for path in modules_folder().glob("*/hints.toml"):
        for hint in hints.load(path.parent.name).values():
            assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", hint.id)
            assert hint.text.endswith((".", "?")), hint.id
            assert re.fullmatch(f"({CITATION}(, {CITATION})?)?", hint.rfc), hint.id

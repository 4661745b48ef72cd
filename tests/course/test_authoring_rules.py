"""A malformed lesson is refused with file, line and fix, and nothing of it is written."""

import re

import pytest

from ipv6course.authoring.build import BuildError, build

FENCE = "```{code-cell} ipython3"


def refused(tiny, output):
    """Return the problems of a course that is not built, by file, line, text and fix."""
    with pytest.raises(BuildError) as caught:
        build(output, modules=tiny.modules)
    assert not output.exists(), "something was written"
    found = re.findall(r"^(.+?):(\d+): (.+)\n    fix: (.+)$", str(caught.value), re.MULTILINE)
    assert len(found) * 2 == len(str(caught.value).splitlines()), str(caught.value)
    return [(path, int(line), what, fix) for path, line, what, fix in found]


def expect(tiny, tmp_path, path, line, says):
    """Hold the only problem of a course against where it should be and what it should say."""
    ((found_path, found_line, what, fix),) = refused(tiny, tmp_path / "built")
    assert found_path == str(path)
    assert re.search(says, what), what
    assert found_line == line, f"line {found_line} for: {what}"
    assert len(fix) > 8


def test_the_good_lesson_is_built(tiny, tmp_path):
    assert build(tmp_path / "built", modules=tiny.modules).built == ["tiny/01-double"]


# What is replaced in the lesson, by what, the text of the line that is named, and what is said.
MALFORMED = {
    "grade_id twice": (
        "grade_id: double-2,",
        "grade_id: double-1,",
        'check("double-2")',
        "already",
    ),
    "grade_id that is no file name": (
        "grade_id: double-2,",
        'grade_id: "double/2-1",',
        'check("double-2")',
        "cannot be a file name",
    ),
    "no points": ("double-2, points: 2", "double-2", 'check("double-2")', "has no points"),
    "points of nothing": ("points: 2", "points: 0", 'check("double-2")', "has no points"),
    "points that are a word": ("points: 2", "points: yes", 'check("double-2")', "has no points"),
    "solution without an end": (
        "    ### END SOLUTION\n",
        "",
        "### BEGIN SOLUTION",
        "has no '### END",
    ),
    "solution without a beginning": (
        "    ### BEGIN SOLUTION\n",
        "",
        "### END SOLUTION",
        "does not pair up",
    ),
    "solution twice begun": (
        "    ### END SOLUTION\n",
        "    ### BEGIN SOLUTION # again\n    ### END SOLUTION\n",
        "# again",
        "does not pair up",
    ),
    "marker that nbgrader does not know": (
        "### END HIDDEN TESTS",
        "### END HIDDEN TESTS.",
        "### END HIDDEN TESTS.",
        "does not pair up",
    ),
    "hidden tests without an end": (
        "    ### END HIDDEN TESTS\n",
        "",
        "### BEGIN HIDDEN",
        "has no '### END",
    ),
    "solution outside of a solution cell": (
        'lesson = Lesson("tiny/01-double")\n',
        'lesson = Lesson("tiny/01-double")\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n',
        "### BEGIN SOLUTION",
        "without nbgrader metadata",
    ),
    "hidden tests in a solution cell": (
        "    ### END SOLUTION\n",
        "    ### END SOLUTION\n### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS\n",
        "### BEGIN HIDDEN",
        "without nbgrader metadata",
    ),
    "marking scheme, for which there is no cell": (
        "# A tiny lesson\n",
        "# A tiny lesson\n\n### BEGIN MARK SCHEME\nx\n### END MARK SCHEME\n",
        "### BEGIN MARK",
        "without nbgrader metadata",
    ),
    "test cell under another name": (
        'with lesson.check("double-2") as test:',
        'with lesson.check("double-1") as test:  # here',
        "# here",
        "does not check under its own name",
    ),
    "test cell of no exercise": (
        "grade_id: double-2",
        "grade_id: triple-2",
        'check("double-2")',
        "belongs to no exercise|own name",
    ),
    "last line an expression": (
        "    ### END HIDDEN TESTS\n",
        "    ### END HIDDEN TESTS\ndouble(3)\n",
        "double(3)",
        "ends in an expression",
    ),
    "hidden block alone": (
        '    test.call(double, 2).gives(4, hint="doubled-not")\n',
        "",
        'check("double-2")',
        "without hidden tests is not Python",
    ),
    "test cell that is not Python": (
        "test.call(double, 3).gives(6,",
        "test.call(double, 3.gives(6,",
        "3.gives(6",
        "is not Python",
    ),
    "hint that does not exist": (
        'gives(4, hint="doubled-not")',
        'gives(4, hint="nowhere")',
        'hint="nowhere"',
        "hint 'nowhere' is not in",
    ),
    "named mistake without a hint": (
        'gives(4, hint="doubled-not")',
        'gives(\n        4, hint="doubled-not",\n        wrong={5: "nowhere"})',
        "nowhere",
        "hint 'nowhere' is not in",
    ),
    "obsolete RFC": ("(RFC 4291 section 2.2).", "(see\nRFC 2373).", "RFC 2373", "is obsolete"),
    "RFC with a no-break space": (
        "(RFC 4291 section 2.2).",
        "(see\nRFC\u00a02373).",
        "\u00a02373",
        "is obsolete",
    ),
    "RFC that is not in the index": ("RFC 4291", "RFC 9999", "RFC 9999", "is not in the index"),
    "comment in prose": (
        "### Exercise: double",
        "### Exercise: double\n\n% to do",
        "% to do",
        "'%' comment",
    ),
    "output left in": (
        "### Exercise: double",
        "### Exercise: double\n\n    Out[3]: 6",
        None,
        None,
    ),
    "output at the margin": (
        "### Exercise: double",
        "### Exercise: double\n\nOut[3]: 6",
        "Out[3]",
        "output was left in",
    ),
    "output in a cell": (
        "lesson = Lesson",
        "In [1]: lesson = 3\nlesson = Lesson",
        "In [1]",
        "output was left in",
    ),
    "output in the metadata": (
        "withheld: [statistics.fsum]",
        "withheld: [statistics.fsum]\noutputs: []",
        "def double",
        "output was left in the metadata",
    ),
    "somebody's IPv6 address": (
        "`2001:db8::1`",
        "`2001:4860::1`",
        "2001:4860",
        "somebody's address",
    ),
    "somebody's IPv4 address": ("`2001:db8::1`", "8.8.8.8", "8.8.8.8", "8.8.8.8 is somebody's"),
    "somebody's address in code": (
        "    return number + number + 0\n",
        '    return "2400:cb00::1"\n',
        "2400:cb00",
        "somebody's",
    ),
    "no title": ('  title: "A tiny lesson"\n', "", "---", "has no 'title'"),
    "minutes in words": ("minutes: 10", "minutes: ten", "---", "has no 'minutes'"),
    "goals in one line": ("    - Double a number.", "    Double", "---", "has no 'goals'"),
    "no solution to take away": (
        "    ### BEGIN SOLUTION\n    return number + number + 0\n    ### END SOLUTION\n",
        "    return 1\n",
        "def double",
        "no solution to take away",
    ),
}


@pytest.mark.parametrize("name", [name for name, case in MALFORMED.items() if case[2]])
def test_a_malformed_lesson_is_refused(tiny, tmp_path, name):
    old, new, line, says = MALFORMED[name]
    tiny.change(tiny.lesson, old, new)
    problems = refused(tiny, tmp_path / "built")
    at = tiny.line(tiny.lesson, line)
    assert [
        p for p in problems if p[0] == str(tiny.lesson) and p[1] == at and re.search(says, p[2])
    ], f"nothing at line {at} in {problems}"


def test_what_only_looks_like_a_mistake_is_built(tiny, tmp_path):
    tiny.change(
        tiny.lesson,
        "### Exercise: double",
        "RFC 2373 (historic) said it first. 50 % of them; see section 2.2.5.2.\n\n"
        "```\n% whois -h whois.example\n```\n\n"
        "On fe80::1%eth0, fd00::1, 10.1.2.3, ::ffff:192.0.2.1, 64:ff9b::192.0.2.1 at 12:30:45.\n\n"
        "### Exercise: double",
    )
    tiny.change(tiny.lesson, "  minutes: 10", '  minutes: 10\n  allow: {"2400:cb00::/32": data}')
    tiny.change(tiny.lesson, "# A tiny lesson", "# A tiny lesson, 2400:cb00::1")
    assert build(tmp_path / "built", modules=tiny.modules).built


def test_an_exercise_without_a_test_cell_is_refused(tiny, tmp_path):
    text = tiny.lesson.read_text()
    cut = text.index(FENCE, text.index("END SOLUTION"))
    tiny.lesson.write_text(text[:cut])
    line = tiny.line(tiny.lesson, "def double")
    expect(tiny, tmp_path, tiny.lesson, line, "exercise 'double' has no test cell")


# --- unreadable texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('title: "A tiny lesson"', 'title: "A "tiny lesson"', "title"),
        ("  minutes: 10", "\tminutes: 10", "minutes"),
        ("minutes: 10", "minutes: *ten", "minutes"),
        ("minutes: 10", "minutes: !!python/object:x 10", "minutes"),
    ],
)
def test_unreadable_front_matter_is_refused(tiny, tmp_path, old, new, line):
    tiny.change(tiny.lesson, old, new)
    expect(tiny, tmp_path, tiny.lesson, tiny.line(tiny.lesson, line), ".")


@pytest.mark.parametrize(
    "text", ["# Only prose\n", "---\nhello\n---\n# x\n", "---\nipv6course:\n---\n"]
)
def test_front_matter_that_is_not_there_is_refused(tiny, tmp_path, text):
    tiny.lesson.write_text(text)
    for path, line, _what, fix in refused(tiny, tmp_path / "built"):
        if path == str(tiny.lesson):
            assert line == 1
            assert "between" in fix


@pytest.mark.parametrize("new", ["grade_id: double, solution: true", "{grade_id: [double, true"])
def test_unreadable_metadata_of_a_cell_is_refused_at_that_cell(tiny, tmp_path, new):
    tiny.change(tiny.lesson, "{grade_id: double, solution: true}", new)
    at = tiny.line(tiny.lesson, "### Exercise") + 2
    assert tiny.lesson.read_text().splitlines()[at - 1] == FENCE
    problems = refused(tiny, tmp_path / "built")
    assert (str(tiny.lesson), at) in [problem[:2] for problem in problems]


# --- answers and hints --------------------------------------------------------------------------


def test_an_exercise_without_answers_is_refused(tiny, tmp_path):
    tiny.answers.unlink()
    expect(tiny, tmp_path, tiny.answers, 1, "exercise 'double' has no answers")


def test_answers_to_no_exercise_are_refused(tiny, tmp_path):
    path = tiny.answers.with_name("triple.py")
    path.write_text(tiny.answers.read_text())
    expect(tiny, tmp_path, path, 1, "answers to no exercise")


ANSWERS = {
    "no points": ("points=[1, 0] ", "", "small numbers only", "declares its points"),
    "too few points": (
        "points=[1, 0] ",
        "points=[1] ",
        "small numbers only",
        "declares its points",
    ),
    "full points": ("points=[1, 0]", "points=[1, 2]", "small numbers only", "gets full points"),
    "more than there are": ("points=[1, 0]", "points=[2, 0]", "small numbers only", "full points"),
    "points that are no list": ("[1, 0]", "[1, 0", "small numbers only", "declares its points"),
    "points that are no number": (
        "[1, 0]",
        "[one, 0]",
        "small numbers only",
        "not a Python literal",
    ),
    "no hint": ('hint="doubled-not" met="hidden"', 'met="hidden"', "small numbers", "hint ''"),
    "unknown hint": (
        'hint="doubled-not" met="hidden"',
        'hint="x" met="hidden"',
        "small numbers",
        "hint 'x' is not in",
    ),
    "who meets it": ('met="hidden"', 'met="seen"', "small numbers", "which check meets"),
    "title": ("# %% wrong: prints", "# %% worng: prints", "worng", "a cell title reads"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_malformed_answer_is_refused_at_its_title(tiny, tmp_path, name):
    old, new, line, says = ANSWERS[name]
    tiny.change(tiny.answers, old, new)
    expect(tiny, tmp_path, tiny.answers, tiny.line(tiny.answers, line), says)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# %% right: shifted\n", "# %% right: times two\n# shifted\n", None),
        ("# %% right: shifted\ndef double(number):\n    return number << 1\n", "", "1 right"),
        ("wrong: asks a library", "right: asks a library", "withholds calls"),
        (
            'met="visible"\ndef double(number):\n    print',
            'met="hidden"\ndef double(number):\n    print',
            "four of five",
        ),
    ],
)
def test_too_few_answers_are_refused(tiny, tmp_path, old, new, says):
    tiny.change(tiny.answers, old, new)
    if says is None:
        assert build(tmp_path / "built", modules=tiny.modules).built
    else:
        expect(tiny, tmp_path, tiny.answers, 1, says)


def test_four_wrong_answers_are_too_few(tiny, tmp_path):
    text = tiny.answers.read_text()
    dropped = ("prints", "one more")
    kept = [part for part in re.split(r"(?=# %% )", text) if not any(d in part for d in dropped)]
    kept[-2] = kept[-2].replace('met="hidden"', 'met="visible"')
    tiny.answers.write_text("".join(kept))
    expect(tiny, tmp_path, tiny.answers, 1, "4 wrong answers")


def test_an_obsolete_rfc_in_a_hint_is_refused_at_its_line(tiny, tmp_path):
    tiny.change(tiny.hints, "RFC 4291 section 2.2", "RFC 2373 section 2.2")
    expect(tiny, tmp_path, tiny.hints, tiny.line(tiny.hints, "2373"), "RFC 2373 is obsolete")


def test_hints_that_are_not_toml_are_refused(tiny, tmp_path):
    tiny.hints.write_text("[doubled-not\n")
    with pytest.raises(BuildError, match=r"hints\.toml.*line 1"):
        build(tmp_path / "built", modules=tiny.modules)
    assert not (tmp_path / "built").exists()


# --- across lessons -----------------------------------------------------------------------------


def test_a_notebook_among_the_texts_is_refused_even_after_a_build(tiny, tmp_path):
    notebook = tiny.lesson.with_suffix(".ipynb")
    notebook.write_text("{}")
    expect(tiny, tmp_path, notebook, 1, "a built notebook stands among the texts")
    notebook.unlink()
    build(tmp_path / "built", modules=tiny.modules)
    notebook.write_text("{}")
    with pytest.raises(BuildError, match="among the texts"):
        build(tmp_path / "built", modules=tiny.modules)


def test_an_exercise_in_two_lessons_of_a_module_is_refused(tiny, tmp_path):
    second = tiny.lesson.with_name("02-again.md")
    second.write_text(tiny.lesson.read_text())
    problems = refused(tiny, tmp_path / "built")
    line = tiny.line(second, "def double")
    assert {(path, at) for path, at, _what, _fix in problems} == {
        (str(tiny.lesson), line),
        (str(second), line),
    }
    assert all("in another lesson" in what for _path, _line, what, _fix in problems)


@pytest.mark.parametrize("old", ["", "modules = 3", 'modules = ["nowhere"]', "modules = ["])
def test_an_outline_that_cannot_be_read_is_refused(tiny, tmp_path, old):
    (tiny.modules / "course.toml").write_text(old)
    with pytest.raises(BuildError, match=r"\.toml"):
        build(tmp_path / "built", modules=tiny.modules)


def test_a_module_without_goals_is_refused(tiny, tmp_path):
    tiny.change(tiny.modules / "tiny" / "module.toml", 'goals = ["Double a number."]\n', "")
    with pytest.raises(BuildError, match=r"module\.toml: 'goals' is missing"):
        build(tmp_path / "built", modules=tiny.modules)


def test_all_problems_are_told_at_once(tiny, tmp_path):
    tiny.change(tiny.lesson, "`2001:db8::1`", "`2001:4860::1`")
    tiny.change(tiny.lesson, "double-2, points: 2", "double-2")
    tiny.change(tiny.answers, 'met="hidden"', "")
    said = [what for _path, _line, what, _fix in refused(tiny, tmp_path / "built")]
    for what in ("somebody's address", "has no points", "which check meets"):
        assert any(what in text for text in said)

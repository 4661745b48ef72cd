"""The exercise gates, through real grading: every answer scores what its author declares.

The course's own grader grades them all, in split mode: learner and tests in two processes. Stock
nbgrader is the judge of a sample: in every third module, reference, blank and one more; and of
everything in `make prove`.

By default the reference is graded under all three identities, the blank under one, and of the other
answers of an exercise each third, from the first on, the identities in turn. The kernel of a
self-paced learner meets each third from the second on. IPV6COURSE_PROVE=1 gives both all of them,
and the grader under all three identities.
"""

import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from ipv6course.authoring import stock_nbgrader
from ipv6course.authoring.build import build
from ipv6course.authoring.gates import Expectation, Proof, Variant, hint_of
from ipv6course.authoring.outline import read_outline
from ipv6course.classroom import identity
from ipv6course.commands.classroom import make_classroom
from ipv6course.places import modules_folder
from ipv6grader.autograde import Batch
from ipv6grader.course import Course
from ipv6grader.execution.sandbox import why_no_sandbox
from ipv6grader.model import Mode
from ipv6grader.workers import LocalPool, sandboxed

LEARNERS = ("amina.k", "Tupou-F", "josé")
PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
MODULES = [module.name for module in read_outline(modules_folder())]


def over_modules(sample):
    """Parametrize a test: `make test` runs it for some of the modules, `make prove` for all."""
    return pytest.mark.parametrize(
        "module",
        [
            pytest.param(
                name,
                marks=[
                    pytest.mark.xdist_group(f"gates-{name}"),
                    *([] if name in sample else [pytest.mark.prove]),
                ],
            )
            for name in MODULES
        ],
    )


each_module = over_modules(MODULES)
each_third_module = over_modules(MODULES[2::3])


SHARE = 1 if PROVE else 3  # which part of the answers is tried: each one, or each third


def learner_of(number):
    """Return who gives the k-th answers, if only one does."""
    return LEARNERS[number // SHARE % len(LEARNERS)]


def learners_of(number):
    """Return under whom the k-th answers are graded."""
    if PROVE:
        return LEARNERS
    return (learner_of(number),) if number % SHARE == 1 else ()


def variants(proof):
    most = max(map(len, proof.answers.values()), default=0)
    return [
        Variant("reference", LEARNERS),
        Variant("blank", LEARNERS if PROVE else LEARNERS[:1]),
        *(Variant(f"answer-{k}", learners_of(k)) for k in range(1, most + 1) if learners_of(k)),
    ]


@pytest.fixture(scope="session")
def classroom(tmp_path_factory):
    """A classroom with the whole course, as an instructor makes it."""
    folder = tmp_path_factory.mktemp("gates")
    build(folder / "built")
    make_classroom(folder / "classroom", folder / "built")
    return folder / "classroom"


def proof_of(module, classroom, folder, grade):
    """Return a module of the course, released in the classroom and ready to be proven."""
    if not (classroom / "release" / module).is_dir():
        stock_nbgrader.nbgrader(classroom, "generate_assignment", module)
    scores, feedback = stock_nbgrader.scores, stock_nbgrader.feedback
    return Proof(module, modules_folder(), classroom, folder, grade, scores, feedback)


@pytest.fixture
def split():
    """How the course's own grader grades: a callable for `Proof`, whose workers it keeps."""
    if why := why_no_sandbox():
        pytest.skip(why)
    pools = []

    def grade(root, assignment):
        batch = Batch(Course(root), assignment, lambda _source: (Mode.SPLIT, "a gate"))
        if not pools:
            pools.append(LocalPool(2, sandboxed(batch.release_jobs())))
        summary = batch.run(pools[0])
        assert summary.graded == summary.total, summary.people

    yield grade
    for pool in pools:
        pool.close()


@each_module
def test_every_answer_scores_and_meets_what_its_author_declares(module, classroom, tmp_path, split):
    proof = proof_of(module, classroom, tmp_path / "variants", split)

    proof.run(variants(proof), workers=1)

    assert proof.failures == [], "\n" + "\n".join(proof.failures)
    declared = sum(
        len(learners_of(k))
        for lesson in proof.lessons
        for exercise in lesson.exercises
        for k in range(1, len(proof.answers.get(exercise, ())) + 1)
        if lesson.tests(exercise)
    )
    assert proof.answers_graded == declared > 0
    print(f"{module}: {proof.submissions} submissions, {proof.answers_graded} answers")


@each_third_module
def test_stock_nbgrader_judges_the_same(module, classroom, tmp_path):
    proof = proof_of(module, classroom, tmp_path / "stock", stock_nbgrader.grade)
    chosen = variants(proof)
    if not PROVE:  # the three go into one gradebook, each under another identity
        answer = chosen[2 + sum(map(ord, module)) % (len(chosen) - 2)].name
        named = zip(("reference", "blank", answer), LEARNERS, strict=True)
        chosen = [Variant(name, (learner,)) for name, learner in named]

    proof.run(chosen)

    assert proof.failures == [], "\n" + "\n".join(proof.failures)


# --- which check meets an answer: the visible ones, as a self-paced learner runs them ------------


def expectations(proof, notebook, lesson, number):
    """Put the k-th answers into a released notebook; return what they declare."""
    found: list[Expectation] = [
        proof._answer(notebook, lesson, exercise, f"answer-{number}")
        for exercise in lesson.exercises
        if lesson.tests(exercise)
    ]
    return [entry for entry in found if entry.answer is not None]


def met(notebook, entry):
    """Return what is wrong with the checks of one exercise in an executed release."""
    shown = [hint for test, _points in entry.tests if (hint := hint_of(notebook, test))]
    if entry.answer.right or entry.answer.met == "hidden":
        return f"no visible check should notice it, but it met {shown}" if shown else ""
    if shown[:1] != [entry.answer.hint]:
        return f"met {shown}, declared '{entry.answer.hint}' in a visible check"
    return ""


@each_module
def test_a_self_paced_learner_meets_the_hints_that_are_declared_visible(
    module, classroom, tmp_path, course_home
):
    """One kernel for a module, with an empty namespace for each answer."""
    release = classroom.parent / "built" / "release" / module
    proof = Proof(module, modules_folder(), classroom, tmp_path, *[lambda *_: None] * 3)
    failures, executed = [], 0
    for lesson in proof.lessons:
        path = release / f"{lesson.name}.ipynb"
        client = NotebookClient(nbformat.read(path, as_version=4), timeout=60, allow_errors=True)
        most = max((len(proof.answers.get(name, ())) for name in lesson.exercises), default=0)
        with client.setup_kernel():
            for number in range(1 if PROVE else 2, most + 1, SHARE):
                notebook = nbformat.read(path, as_version=4)
                expected = expectations(proof, notebook, lesson, number)
                notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
                identity.tell(learner_of(number))
                client.nb = notebook
                client.reset_execution_trackers()
                for index, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, index)
                executed += len(expected)
                failures += [
                    f"{entry.exercise} '{entry.answer.title}': {text}"
                    for entry in expected
                    if (text := met(notebook, entry))
                ]
    assert failures == [], "\n" + "\n".join(failures)
    assert executed > 0
    assert identity.told() in {learner.casefold() for learner in LEARNERS}


# --- the gates catch lies -----------------------------------------------------------------------

SQUARED = 'hint="{}" met="visible"\ndef double(number):\n    return number**2'
LIES = [
    ("points=[1, 0]", "points=[0, 0]"),
    (SQUARED.format("stopped"), SQUARED.format("wrong-type")),
    ("return number * 2\n\n# %% right", "return number + 3\n\n# %% right"),
]
HIDDEN = 'test.call(double, hidden_argument).gives(2 * hidden_argument, hint="stopped")'


@pytest.mark.xdist_group("nbgrader")
def test_the_gates_catch_an_author_who_declares_what_is_not_so(tiny, tmp_path):
    for path in (
        tiny.lesson,
        tiny.answers,
    ):  # the kernel knows the hints of the course's own modules
        path.write_text(path.read_text().replace("doubled-not", "stopped"))
    for old, new in LIES:
        tiny.change(tiny.answers, old, new)
    built, room = tmp_path / "built", tmp_path / "room"
    build(built, modules=tiny.modules)
    make_classroom(room, built)

    def leak(root, assignment):
        """What a broken release and a broken feedback filter would do."""
        stock_nbgrader.grade(root, assignment)
        path = root / "release" / assignment / "01-double.ipynb"
        notebook = json.loads(path.read_text())
        notebook["cells"][0]["source"] = ["    return number + number + 0\n"]
        path.write_text(json.dumps(notebook))

    def page(root, assignment):
        folder = root / "feedback" / "josé" / assignment
        folder.mkdir(parents=True)
        line = HIDDEN.replace('"', "&quot;").replace("(", "<b>(</b>")
        (folder / "01-double.html").write_text(f"<pre>{line}</pre>")

    stock_nbgrader.nbgrader(room, "generate_assignment", "tiny")
    proof = Proof("tiny", tiny.modules, room, tmp_path / "v", leak, stock_nbgrader.scores, page)
    # All of them go into one gradebook: nobody hands in twice.
    learners = {"answer-1": "amina.k", "answer-3": "Tupou-F", "blank": "josé", "answer-6": "d.rao"}
    proof.run([Variant(name, (learner,)) for name, learner in learners.items()])

    assert sorted(text.removeprefix("tiny, ") for text in proof.failures) == [
        "answer-1, amina.k: double 'times two' scored [1.0, 0.0], declared [1.0, 2.0]",
        "answer-3, Tupou-F: double 'squared' met ['stopped', 'stopped'], declared 'wrong-type'",
        "answer-6, d.rao: double 'small numbers only' scored [1.0, 0.0], declared [0.0, 0.0]",
        f"blank, josé: 01-double.html shows: {HIDDEN}",
        "blank, josé: 01-double.ipynb shows: return number + number + 0",
    ]


def test_the_met_gate_catches_a_wrong_declaration(tiny):
    from ipv6course.authoring.answers import read_answers

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
    cell = notebook.cells[0]
    cell.metadata["nbgrader"] = {"grade_id": "double-1"}
    answers = {answer.title: answer for answer in read_answers(tiny.answers)}

    def judge(title, hint):
        cell.outputs = []
        if hint:
            said = {"ename": "CheckFailed", "evalue": f"[{hint}] text", "traceback": []}
            cell.outputs = [nbformat.v4.new_output("error", **said)]
        entry = Expectation("01-double", "double", [("double-1", 1.0)], [0.0], answers[title])
        return met(notebook, entry)

    assert judge("squared", "doubled-not") == ""
    assert "declared 'doubled-not'" in judge("squared", "wrong-type")
    assert "declared 'doubled-not'" in judge("squared", "")
    assert judge("small numbers only", "") == ""
    assert "no visible check" in judge("small numbers only", "doubled-not")
    assert "no visible check" in judge("shifted", "doubled-not")

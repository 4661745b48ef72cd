"""A small nbgrader course, made and graded by nbgrader itself, to compare gradebooks with."""

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from alembic.script import ScriptDirectory
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import MetaData, create_engine, select, text
from traitlets.config import PyFileConfigLoader

from ipv6course.authoring.stock_nbgrader import nbgrader
from ipv6grader.model import NotebookScores, Score

ASSIGNMENT = "ps1"
DUE = "2026-03-01 12:00:00"

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "networks"
c.CourseDirectory.db_url = {db_url!r}
c.ClearSolutions.code_stub = {{"python": "# your answer"}}
c.IncludeHeaderFooter.header = ""
{more}
"""
WITHOUT_KERNELS = """\
from nbgrader.preprocessors import (
    AssignLatePenalties, CheckCellMetadata, DeduplicateIds, OverwriteCells, OverwriteKernelspec,
    SaveAutoGrades,
)
c.Autograde.sanitize_preprocessors = [
    DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata
]
c.Autograde.autograde_preprocessors = [SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]
"""
"""Stock autograde that runs no cell and scores the outputs that a submission came with."""

SOLVED = "### BEGIN SOLUTION\n{}\n### END SOLUTION"


def _cell(kind, source, grade_id, points=None, solution=False, locked=False, task=False):
    made = (nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell)(
        source, id=grade_id
    )
    made.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade": points is not None and not task,
        "grade_id": grade_id,
        "locked": locked,
        "solution": solution,
        "task": task,
        **({} if points is None else {"points": points}),
    }
    return made


def source_notebooks():
    """Return the course's two notebooks as their instructor wrote them."""
    code = [
        _cell("code", "import math", "given", locked=True),
        _cell("code", SOLVED.format("answer = 42"), "answer", solution=True),
        _cell("code", "assert answer == 42", "answer-1", points=2, locked=True),
        _cell("code", "answer / 42 * 0.7", "answer-2", points=0.7, locked=True),
        _cell("code", SOLVED.format("drawing = 'a plot'"), "drawing", points=1.1, solution=True),
    ]
    words = [
        _cell("markdown", SOLVED.format("Because."), "why", points=3, solution=True),
        _cell("code", SOLVED.format("third = 1 / 3"), "third", solution=True),
        _cell("code", "assert third", "third-1", points=0.1, locked=True),
        _cell("code", "assert third < 1", "third-2", points=0.2, locked=True),
        _cell("markdown", "Measure something.", "measure", points=5, locked=True, task=True),
    ]
    return {
        name: nbformat.v4.new_notebook(cells=cells, metadata=_METADATA)
        for name, cells in {"code": code, "words": words}.items()
    }


_METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
}

RIGHT = {
    "answer": "answer = 42",
    "drawing": "drawing = 'mine'",
    "why": "Because I say so.",
    "third": "third = 1 / 3",
}


@dataclass(frozen=True)
class GradedCourse:
    """An nbgrader course root, and its gradebook."""

    root: Path
    db_url: str

    def configure(self, more="", kernels=False):
        """Write nbgrader_config.py."""
        more = more if kernels else WITHOUT_KERNELS + more
        (self.root / "nbgrader_config.py").write_text(
            CONFIG.format(db_url=self.db_url, more=more), encoding="utf-8"
        )

    def make(self):
        """Write the source, and let nbgrader generate the assignment."""
        self.configure()
        self._stamp()
        folder = self.root / "source" / ASSIGNMENT
        folder.mkdir(parents=True)
        for name, notebook in source_notebooks().items():
            nbformat.write(notebook, folder / f"{name}.ipynb")
        nbgrader(self.root, "generate_assignment", ASSIGNMENT)
        nbgrader(self.root, "db", "assignment", "add", ASSIGNMENT, "--duedate", DUE)

    def _stamp(self):
        """Write the schema's version; nbgrader asks `alembic` for it, which takes seconds."""
        engine = create_engine(self.db_url)
        with engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:version)"), {"version": version}
            )
        engine.dispose()

    def config(self):
        """Return nbgrader's configuration."""
        return PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()

    def timestamp(self, student):
        """Return when a submission was handed in, as nbgrader reads it."""
        return CourseDirectory().get_existing_timestamp(str(self.submitted(student)))

    def submitted(self, student):
        """Return the folder of a student's submission."""
        return self.root / "submitted" / student / ASSIGNMENT

    def submit(self, student, answers, notebooks=("code", "words"), timestamp=None):
        """Hand in notebooks with these answers, each executed."""
        folder = self.submitted(student)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in notebooks:
            release = self.root / "release" / ASSIGNMENT / f"{name}.ipynb"
            notebook = nbformat.read(release, as_version=4)
            for cell in notebook.cells:
                cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
            execute(notebook)
            nbformat.write(notebook, folder / f"{name}.ipynb")
        if timestamp is not None:
            (folder / "timestamp.txt").write_text(timestamp, encoding="utf-8")

    def autograde(self):
        """Let nbgrader grade all submissions again."""
        nbgrader(self.root, "autograde", ASSIGNMENT, "--force")

    def scores(self, student):
        """Return the scores of a graded submission by nbgrader's rule, as our engine has them."""
        folder = self.root / "autograded" / student / ASSIGNMENT
        return {
            path.stem: _scores(nbformat.read(path, as_version=4))
            for path in sorted(folder.glob("*.ipynb"))
        }


def execute(notebook):
    """Give a notebook the outputs that its cells have: they need no kernel."""
    names = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs = []
        try:
            try:
                value = eval(cell.source, names)
            except SyntaxError:
                exec(cell.source, names)
            else:
                data = {"text/plain": repr(value)}
                cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
        except Exception as error:
            cell.outputs = [
                nbformat.v4.new_output(
                    "error", ename=type(error).__name__, evalue=str(error), traceback=[]
                )
            ]


def _scores(notebook):
    grades, comments = {}, {}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if is_grade(cell):
            grades[meta["grade_id"]] = Score(determine_grade(cell)[0])
        if is_solution(cell) or is_task(cell):
            blank = meta.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[meta["grade_id"]] = "No response." if blank else None
    return NotebookScores(grades, comments)


def rows(db_url):
    """Return all rows of all tables of a gradebook, each id replaced by what it stands for."""
    engine = create_engine(db_url)
    with engine.connect() as connection:
        content = {
            name: [dict(row._mapping) for row in connection.execute(select(table))]
            for name, table in _tables(db_url).items()
        }
    engine.dispose()
    names = {}
    _name(content["assignment"], names, lambda row: row["name"])
    _name(content["notebook"], names, lambda row: row["name"])
    _name(
        content["base_cell"],
        names,
        lambda row: (names[row["notebook_id"]], row["name"], row["type"]),
    )
    _name(content["submitted_assignment"], names, lambda row: (row["student_id"],))
    _name(
        content["submitted_notebook"],
        names,
        lambda row: (names[row["assignment_id"]], names[row["notebook_id"]]),
    )
    for table in ("grade", "comment"):
        _name(content[table], names, lambda row: (names[row["notebook_id"]], names[row["cell_id"]]))
    _name(content["source_cell"], names, lambda row: (names[row["notebook_id"]], row["name"]))
    return {
        table: sorted(
            (sorted((key, str(names.get(value, repr(value)))) for key, value in row.items()))
            for row in found
        )
        for table, found in content.items()
    }


@cache
def _tables(db_url):
    """Return the tables that a gradebook really has, whatever nbgrader's models say."""
    engine = create_engine(db_url)
    found = MetaData()
    found.reflect(engine)
    engine.dispose()
    return dict(found.tables)


def _name(found, names, of):
    for row in found:
        names[row["id"]] = of(row)

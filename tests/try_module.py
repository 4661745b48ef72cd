"""Tries a module's exercises in seconds, while one writes them: every answer, no nbgrader.

    python tests/try_module.py addressing [--learner amina.k] [--only count-groups]

Set IPV6COURSE_MODULES to try a folder of modules of your own.

The exercise gates of `make test` grade with stock nbgrader, and decide. This runs the same answers
through the same gates, but each submission in a forked IPython shell, hidden tests included.
"""

import argparse
import os
import sys
import tempfile
import types
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode

from ipv6course.authoring.build import BuildError, build
from ipv6course.authoring.gates import Proof, Variant
from ipv6course.places import modules_folder


class _Shell(InteractiveShell):  # type: ignore[misc]
    """Keeps what a failed cell shows."""

    shown: tuple[str, str] | None = None

    def _showtraceback(self, etype: type, evalue: Exception, stb: list[str]) -> None:
        self.shown = (etype.__name__, str(evalue))


def _with_hidden_tests(submitted: NotebookNode, source: NotebookNode) -> NotebookNode:
    """Put the whole test cells back, as nbgrader does before it grades."""
    tests = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    for cell in submitted.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = tests.get(grade_id, cell.source)
    return submitted


def _execute(notebook: NotebookNode, folder: Path) -> None:
    """Run the cells as a kernel would, and leave in each code cell its error, if any."""
    os.chdir(folder)
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    from ipv6course.classroom import identity

    identity._STARTED_IN = folder
    main = types.ModuleType("__main__")
    shell = _Shell(user_module=main, user_ns=vars(main))
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        shell.shown = None
        done = shell.run_cell(cell.source, store_history=True)
        if not done.success:
            name, value = shell.shown or ("Error", str(done.error_in_exec))
            cell.outputs = [nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[])]


def grade(course_root: Path, assignment: str) -> None:
    """Grade every submission in a process of its own, forked when everything is imported."""
    for submission in sorted((course_root / "submitted").glob(f"*/{assignment}/*.ipynb")):
        learner = submission.parent.parent.name
        target = course_root / "autograded" / learner / assignment / submission.name
        target.parent.mkdir(parents=True, exist_ok=True)
        child = os.fork()
        if child == 0:
            source = nbformat.read(course_root / "source" / assignment / submission.name, 4)
            notebook = _with_hidden_tests(nbformat.read(submission, 4), source)
            with Path(os.devnull).open("w") as nowhere:
                sys.stdout = sys.stderr = nowhere
                _execute(notebook, target.parent)
            nbformat.write(notebook, target)
            os._exit(0)
        os.waitpid(child, 0)


def scores(course_root: Path, assignment: str, student: str) -> dict[tuple[str, str], float]:
    """Return the points by (lesson, grade_id): all of a test cell's, or none after an error."""
    found = {}
    for path in sorted((course_root / "autograded" / student / assignment).glob("*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            metadata = cell.metadata.get("nbgrader", {})
            if metadata.get("grade") and not metadata.get("solution"):
                passed = 0.0 if cell.outputs else float(metadata["points"])
                found[path.stem, metadata["grade_id"]] = passed
    return found


def main() -> int:
    """Try the module and print what does not come out as declared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("module")
    parser.add_argument("--learner", default="amina.k")
    parser.add_argument("--only", default="", help="an exercise")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            build(folder / "built")
        except BuildError as error:
            print(error)
            return 1
        built, proofs = folder / "built", folder / "proofs"
        proof = Proof(
            options.module, modules_folder(), built, proofs, grade, scores, feedback=grade
        )
        count = max(map(len, proof.answers.values()), default=0)
        names = ["reference", "blank", *(f"answer-{number + 1}" for number in range(count))]
        variants = [Variant(name, (options.learner,)) for name in names]
        failures = [text for text in proof.run(variants, workers=1) if options.only in text]
    print("\n".join([*failures, f"{proof.answers_graded} answers, {len(failures)} surprises"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

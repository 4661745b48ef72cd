"""The assignment as released: gradebook for texts and points, release or source for the order."""

import json
import shutil

import nbformat
import pytest
from course_root import STUB, cells, generated, write_source  # noqa: F401
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ipv6grader.released import AssignmentError, read_assignment


@pytest.fixture
def root(generated, tmp_path):  # noqa: F811
    """A copy of the generated course root, to be changed."""
    return shutil.copytree(generated, tmp_path / "root")


def read(root, **config):
    coursedir = CourseDirectory(root=str(root), config=Config(config))
    return read_assignment(coursedir, "ps1")


def by_name(root, **config):
    return {cell.grade_id: cell for cell in read(root, **config)["work"].cells if cell.grade_id}


def test_cells_stand_in_the_order_of_the_release_with_their_ids(root):
    notebook = read(root)["work"]
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in cells()]
    assert [cell.cell_type for cell in notebook.cells] == [cell.cell_type for cell in cells()]


def test_everything_that_the_gradebook_knows_is_taken_from_it(root):
    found = by_name(root)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        row = gradebook.find_notebook("work", "ps1")
        assert set(found) == {cell.name for cell in row.source_cells}
        for entry in row.source_cells:
            cell = found[entry.name]
            assert cell.cell_type == entry.cell_type
            assert cell.locked == entry.locked
            assert cell.checksum == entry.checksum == cell.metadata["nbgrader"]["checksum"]
            if entry.locked:
                assert cell.source == entry.source
        assert {name for name, cell in found.items() if cell.grade} == {
            cell.name for cell in row.grade_cells
        }
        assert {name for name, cell in found.items() if cell.solution} == {
            cell.name for cell in row.solution_cells
        }
        assert {name for name, cell in found.items() if cell.task} == {"task"}
        for entry in (*row.grade_cells, *row.task_cells):
            assert found[entry.name].points == entry.max_score
        assert found["double"].points is None


def test_locked_cells_have_hidden_tests_and_what_learners_got_has_none(root):
    found = by_name(root)
    assert "double(21)" in found["double-2"].source
    assert found["double-2"].released == "assert double(2) == 4\nassert double(0) == 0"
    assert "One point." in found["task"].source
    assert found["task"].released == "Do it."
    assert [name for name, cell in found.items() if cell.is_test] == [
        "double-1",
        "double-2",
        "half-1",
    ]


def test_a_solution_cell_holds_its_stub_and_the_solution_is_the_reference(root):
    notebook = read(root)["work"]
    assert by_name(root)["double"].source == STUB
    assert set(notebook.reference) == {"double", "half", "essay", "plot"}
    assert "return number * factor" in notebook.reference["double"]


def test_without_source_there_is_no_reference_and_all_else_is_the_same(root):
    before = read(root)["work"]
    shutil.rmtree(root / "source")
    after = read(root)["work"]
    assert after.reference == {}
    assert after.cells == before.cells
    assert after.fingerprint == before.fingerprint


def test_without_release_the_source_gives_the_same_cells(root):
    before = read(root)["work"]
    shutil.rmtree(root / "release")
    assert read(root)["work"].cells == before.cells


def test_without_release_the_configured_stub_stands_in_solution_cells(root):
    shutil.rmtree(root / "release")
    stub = {"ClearSolutions": {"code_stub": {"python": "..."}}}
    assert by_name(root, **stub)["double"].source == "def double(number):\n    ..."


def test_the_gradebook_s_kernelspec_is_taken(root):
    path = root / "release/ps1/work.ipynb"
    content = json.loads(path.read_text())
    content["metadata"]["kernelspec"] = {"name": "other", "display_name": "Other"}
    path.write_text(json.dumps(content))
    assert read(root)["work"].metadata["kernelspec"]["name"] == "python3"


def test_the_gradebook_s_points_win_over_the_release(root):
    path = root / "release/ps1/work.ipynb"
    path.write_text(path.read_text().replace('"points": 2.5', '"points": 99'))
    cell = by_name(root)["double-2"]
    assert cell.points == cell.metadata["nbgrader"]["points"] == 2.5


def test_the_fingerprint_stays_and_changes_with_points_and_text(root):
    first = read(root)["work"].fingerprint
    assert read(root)["work"].fingerprint == first
    prints = {first}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.find_graded_cell("double-1", "work", "ps1").max_score = 7
        gradebook.db.commit()
        prints.add(read(root)["work"].fingerprint)
        gradebook.find_source_cell("double-1", "work", "ps1").source = "assert True"
        gradebook.db.commit()
        prints.add(read(root)["work"].fingerprint)
    path = root / "release/ps1/work.ipynb"
    path.write_text(path.read_text().replace("limit = 10", "limit = 11"))
    prints.add(read(root)["work"].fingerprint)
    assert len(prints) == 4


def test_an_open_gradebook_may_be_given(root):
    coursedir = CourseDirectory(root=str(root))
    with Gradebook(coursedir.db_url) as gradebook:
        assert read_assignment(coursedir, "ps1", gradebook) == read(root)


def test_cells_without_ids_and_with_an_old_schema_are_read(root):
    path = root / "release/ps1/work.ipynb"
    content = json.loads(path.read_text())
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        del cell["id"]
        cell["source"] = "".join(cell["source"])
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 1
    path.write_text(json.dumps(content))
    found = read(root)["work"]
    assert {cell.id for cell in found.cells} == {""}
    assert {c.metadata["nbgrader"]["schema_version"] for c in found.cells if c.grade_id} == {3}


def test_a_notebook_of_nbformat_3_is_read(root):
    path = root / "release/ps1/work.ipynb"
    old = nbformat.convert(nbformat.read(path, as_version=4), 3)
    path.write_text(nbformat.v3.writes_json(old))
    assert [cell.grade_id for cell in read(root)["work"].cells] == [
        cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in cells()
    ]


# --- what can't be read -------------------------------------------------------------------------


def test_an_assignment_that_was_never_generated_names_the_command(root):
    with pytest.raises(AssignmentError, match="nbgrader generate_assignment ps9"):
        read_assignment(CourseDirectory(root=str(root)), "ps9")


def test_a_folder_without_gradebook_is_named_and_gets_none(tmp_path):
    with pytest.raises(AssignmentError, match=r"There is no gradebook .*generate_assignment ps1"):
        read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_release_and_source_both_are_named(root):
    shutil.rmtree(root / "release")
    shutil.rmtree(root / "source")
    with pytest.raises(AssignmentError, match=r"release/.*work.ipynb nor .*source/"):
        read(root)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"nbformat": 4, "cells": [1]}', '{"nbformat": 4, "cells": 3}']
)
def test_a_spoilt_release_is_named_with_the_command_that_writes_it(root, text):
    (root / "release/ps1/work.ipynb").write_text(text)
    with pytest.raises(AssignmentError, match=r"work\.ipynb.*generate_assignment ps1"):
        read(root)


def change_release(root, change):
    path = root / "release/ps1/work.ipynb"
    content = json.loads(path.read_text())
    change(content["cells"])
    path.write_text(json.dumps(content))


def test_a_graded_cell_that_the_gradebook_does_not_know_is_an_error(root):
    change_release(root, lambda cells: cells[5]["metadata"]["nbgrader"].update(grade_id="new"))
    with pytest.raises(AssignmentError, match=r"'new'.*not in the gradebook"):
        read(root)


def test_a_cell_of_the_gradebook_that_was_not_released_is_an_error(root):
    change_release(root, lambda cells: cells.pop(5))
    with pytest.raises(AssignmentError, match="'double-1'"):
        read(root)


def test_a_cell_that_was_released_twice_is_an_error(root):
    change_release(root, lambda cells: cells.append(cells[5]))
    with pytest.raises(AssignmentError, match=r"'double-1'.*twice"):
        read(root)

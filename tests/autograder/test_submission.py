"""What a submitted file may be: a notebook in any editor's form, or anything else."""

import json
import os
import re
import sys

import nbformat
import pytest

from ipv6grader import submission
from ipv6grader.submission import SubmissionError, parse_submission, read_submission

CODE = {"cell_type": "code", "metadata": {}, "source": "x = 1", "id": "a"}


def bytes_of(*cells, **other):
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    return json.dumps(content | other).encode()


def read(*cells, **other):
    notebook = parse_submission(bytes_of(*cells, **other))
    nbformat.validate(with_ids(notebook))
    return notebook


def with_ids(notebook):
    """`repair` gives the ids."""
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = cell["id"] or f"x{number}"
    return notebook


# --- other editors ------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["a\nb", ["a\n", "b"], "a\r\nb", ["a\r\n", "b"]])
def test_a_source_is_one_text_with_plain_line_ends(source):
    assert read(CODE | {"source": source})["cells"][0]["source"] == "a\nb"


def test_missing_fields_are_added_and_foreign_ones_left_out():
    notebook = read({"cell_type": "code", "color": "red"}, editor="another")
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    cell = notebook["cells"][0]
    assert cell["source"] == "" and cell["metadata"] == {} and cell["outputs"] == []
    assert set(cell) == {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}


def test_outputs_counts_and_what_belongs_to_them_are_cleared():
    output = {"output_type": "stream", "name": "stdout", "text": "x"}
    metadata = {"collapsed": True, "scrolled": "auto", "execution": {"iopub.status.idle": "x"}}
    cell = read(CODE | {"outputs": [output], "execution_count": 3, "metadata": metadata})["cells"][
        0
    ]
    assert cell["outputs"] == [] and cell["execution_count"] is None and cell["metadata"] == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_in_every_form_that_json_has(encoding):
    text = json.dumps({"nbformat": 4, "cells": [CODE | {"source": "ñ"}]}, ensure_ascii=False)
    assert parse_submission(text.encode(encoding))["cells"][0]["source"] == "ñ"


def test_half_a_surrogate_pair_is_replaced():
    assert read(CODE | {"source": "x = '\ud800'"})["cells"][0]["source"] == "x = '?'"


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        "x",
        {"tags": "x"},
        {"tags": ["a", "a"]},
        {"tags": [["a"]]},
        {"tags": ["a,b"]},
        {"name": ""},
        {"jupyter": 1},
        {"nbgrader": 7},
        {"deletable": "no"},
        {"x": "\ud800"},
        {"\ud800": 1},
        {"x": float("nan")},
        {"x": [1e999]},
    ],
)
def test_metadata_that_no_notebook_may_have_is_left_out(metadata):
    assert read(CODE | {"metadata": metadata})["cells"][0]["metadata"] == {}


def test_other_metadata_stays():
    metadata = {"tags": ["a"], "mine": {"x": [1, None]}, "nbgrader": {"points": []}}
    assert read(CODE | {"metadata": metadata})["cells"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    "metadata",
    [
        7,
        {"kernelspec": "python3"},
        {"kernelspec": {"name": 3, "display_name": "x"}},
        {"language_info": {"name": "python", "pygments_lexer": {"x": 1}}},
        {"language_info": {}},
        {"widgets": {"state": {}}},
        {"title": 3},
        {"authors": "me"},
        {"orig_nbformat": 0},
    ],
)
def test_metadata_of_the_notebook_that_would_stop_nbconvert_is_left_out(metadata):
    assert read(CODE, metadata=metadata)["metadata"] == {}


@pytest.mark.parametrize("identity", ["", "a b", "x" * 65, 7, None, ["a"], "ä"])
def test_an_unfit_id_is_empty(identity):
    assert parse_submission(bytes_of(CODE | {"id": identity}))["cells"][0]["id"] == ""


def test_images_that_a_text_brings_stay_and_other_attachments_go():
    attached = {"a.png": {"image/png": "aGk="}, "b": {"text/html": "<script>"}, "c": 3}
    cell = {"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": attached}
    assert read(cell)["cells"][0]["attachments"] == {"a.png": {"image/png": "aGk="}}


def test_an_unknown_kind_of_cell_is_code_where_it_has_outputs_and_raw_otherwise():
    kinds = [
        c["cell_type"] for c in read({"source": "a", "outputs": []}, {"cell_type": [1]})["cells"]
    ]
    assert kinds == ["code", "raw"]


@pytest.mark.filterwarnings("ignore")
def test_nbformat_3_is_upgraded_as_nbformat_does():
    new = nbformat.from_dict(json.loads(bytes_of(CODE | {"outputs": [], "execution_count": 2})))
    new.cells.append(nbformat.v4.new_markdown_cell("# Title"))
    new.cells[0].metadata["nbgrader"] = {"grade_id": "x"}
    old = nbformat.v3.writes_json(nbformat.convert(new, 3))
    notebook = parse_submission(old.encode())
    assert parse_submission(old.encode()) == notebook
    assert [(c["cell_type"], c["source"]) for c in notebook["cells"]] == [
        ("code", "x = 1"),
        ("markdown", "# Title"),
    ]
    assert notebook["cells"][0]["metadata"]["nbgrader"] == {"grade_id": "x"}
    nbformat.validate(with_ids(notebook))


# --- what is no notebook ------------------------------------------------------------------------

DEEP = 100_000
REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "zeros": (b"\0" * 64, "is empty"),
    "cut short": (bytes_of(CODE)[:-5], "is not JSON: line 1, column"),
    "a web page": (b"<!DOCTYPE html>", "is not JSON"),
    "not Unicode": (b'{"cells": "\xff\xfe\xfa"}', "UTF-8"),
    "a list": (b"[]", "not a notebook"),
    "no cells": (b"{}", "no list of cells"),
    "cells as an object": (b'{"cells": {}}', "no list of cells"),
    "a cell as a number": (b'{"cells": [1]}', "Cell 1 of the notebook is no cell"),
    "a source as a number": (bytes_of(CODE | {"source": 3}), "source of cell 1 .* not text"),
    "a source as numbers": (bytes_of(CODE | {"source": [3]}), "not text"),
    "deep lists": (b'{"cells":' + b"[" * DEEP + b"]" * DEEP + b"}", "nested too deep"),
    "deep objects": (b'{"x":' * DEEP + b"1" + b"}" * DEEP, "nested too deep"),
    "a long number": (b'{"cells": [' + b"9" * 5000 + b"]}", "too many digits"),
    "the future": (bytes_of(CODE, nbformat=5), "nbformat 5"),
    "a far future": (b'{"nbformat": ' + b"9" * 4000 + b', "cells": []}', "newer"),
    "junk of nbformat 3": (b'{"nbformat": 3, "worksheets": 3}', "can't be converted"),
    "junk cells of nbformat 3": (
        b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": 7}]}]}',
        "no list of cells|can't be converted|is no cell",
    ),
    "nbformat 0": (b'{"nbformat": 0, "cells": []}', "can't be converted"),
    "nbformat -1": (b'{"nbformat": -1}', "can't be converted"),
    "many cells": (bytes_of(*[{}] * 10_001), "10,001 cells"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("data", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_notebook_is_refused_with_a_sentence(data, says):
    try:
        parse_submission(data, "the notebook")
    except SubmissionError as error:
        assert re.search(says, str(error))
        assert len(str(error)) < 300 and str(error).endswith(".")
    else:
        assert says.startswith("no list"), "it was read"


@pytest.mark.parametrize("depth", [45, 400])
def test_metadata_that_is_nested_deep_is_left_out(depth):
    deep = json.loads("[" * depth + "]" * depth)
    assert read(CODE | {"metadata": {"deep": deep, "tags": ["a"]}})["cells"][0]["metadata"] == {
        "tags": ["a"]
    }


# --- files --------------------------------------------------------------------------------------


def test_a_file_is_read(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(bytes_of(CODE))
    assert read_submission(tmp_path / "a.ipynb") == parse_submission(bytes_of(CODE))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_links_pipes_folders_and_devices_are_refused(tmp_path):
    (tmp_path / "real.ipynb").write_bytes(bytes_of(CODE))
    (tmp_path / "link.ipynb").symlink_to("real.ipynb")
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("link", "pipe", "folder", "absent"):
        with pytest.raises(SubmissionError, match=rf"{name}\.ipynb (is|can't)"):
            read_submission(tmp_path / f"{name}.ipynb")


def test_a_file_over_the_limit_is_refused(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(bytes_of(CODE))
    with pytest.raises(SubmissionError, match="at most 50 are read"):
        read_submission(tmp_path / "a.ipynb", max_bytes=50)


def test_large_outputs_are_left_out_in_another_process(tmp_path, monkeypatch):
    outputs = [{"output_type": "display_data", "data": {"application/json": [0.5] * 10_000}}]
    data = bytes_of(CODE | {"source": "ñ = 1", "outputs": outputs})
    (tmp_path / "a.ipynb").write_bytes(data)
    small = read_submission(tmp_path / "a.ipynb")
    monkeypatch.setattr(submission, "_SMALL_VALUES", 1000)
    assert read_submission(tmp_path / "a.ipynb") == small == parse_submission(data)


def test_a_bomb_of_small_values_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "_SMALL_BYTES", 1000)
    monkeypatch.setattr(submission, "_SMALL_VALUES", 1000)
    path = tmp_path / "a.ipynb"
    path.write_bytes(bytes_of(CODE, metadata={"x": [[]] * 5000}))
    with pytest.raises(SubmissionError, match="too large even without its outputs"):
        read_submission(path)
    path.write_bytes(b"[" * 5000 + b"]" * 5000)
    with pytest.raises(SubmissionError, match=r"RecursionError|AttributeError"):
        read_submission(path)

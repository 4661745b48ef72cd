# The module that the instructor ships beside the notebook is handed in changed; nbgrader restores it.
# stock: positive-test=0
# split: positive-test=0
# shared: as split


import json


def make(release, submission):
    (submission / "checks.py").write_text("def same(left, right):\n    return True\n")
    path = submission / "exercises.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "positive":
            cell["source"] = "def positive(numbers):\n    return [n for n in numbers if n >= 0]"
    path.write_text(json.dumps(notebook))

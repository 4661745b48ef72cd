# The submission brings the files that the grader itself writes, and says that it is graded.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split

import json


def make(release, submission):
    forged = {"version": "forged", "graded": "2000-01-01T00:00:00", "fingerprint": "0" * 64}
    forged |= {"notebooks": {"exercises": {"mode": "shared", "person": [], "trouble": ""}}}
    for name in (".ipv6grader.json", ".ipv6grader", ".ipv6grader-forged"):
        (submission / name).write_text(json.dumps(forged))
    path = submission / "exercises.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "add":
            cell["source"] = "def add(a, b):\n    return None"
    path.write_text(json.dumps(notebook))

# Each test cell stands twice; stock nbgrader gives up on it, and on the rest of the class.
# stock: fails
# split: add-visible=0 add-hidden=0
# shared: as split

import copy


def edit(notebook):
    cells = []
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name == "add":
            cell["source"] = "def add(a, b):\n    return None"
        cells.append(cell)
        if name.startswith("add-"):
            second = copy.deepcopy(cell)
            second["source"] = "3"
            cells.append(second)
    notebook["cells"] = cells

# The metadata says that each test is worth a thousand points, minus one, NaN, or a text.
# stock: fails
# split: add-visible=0 add-hidden=0
# shared: as split


def edit(notebook):
    odd = iter((1000, -1, float("nan"), "many", None, 1e308))
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id") == "add":
            cell["source"] = "def add(a, b):\n    return None"
        if about.get("grade"):
            about["points"] = next(odd, 1000)

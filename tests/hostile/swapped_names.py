# The hidden test's name stands on the easy test, and the easy one's on the hidden test.
# stock: add-hidden=0
# split: add-hidden=0
# shared: as split

SWAP = {"add-visible": "add-hidden", "add-hidden": "add-visible"}


def edit(notebook):
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        name = about.get("grade_id", "")
        if name == "add":
            cell["source"] = "def add(a, b):\n    return 3"
        about.update({"grade_id": SWAP[name]} if name in SWAP else {})

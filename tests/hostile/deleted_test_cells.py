# The test cells are deleted; stock nbgrader leaves them to a person, without points.
# stock: add-visible=none add-hidden=none greet-test=none
# split: add-hidden=0 greet-test=0
# shared: as split


def edit(notebook):
    gone = ("add-visible", "add-hidden", "greet-test")
    kept = []
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in ("add", "greet"):
            cell["source"] = f"def {name}(a, b=''):\n    return 3"
        if name not in gone:
            kept.append(cell)
    notebook["cells"] = kept

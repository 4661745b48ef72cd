# Tags and metadata tell the executing library to skip the tests, or to expect their errors.
# stock: full
# split: add-visible=0 add-hidden=0 greet-test=0
# shared: as split


def edit(notebook):
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name in ("add", "greet"):
            cell["source"] = f"def {name}(*values):\n    return None"
        if name.startswith(("add-", "greet-")):
            cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
            cell["metadata"]["editable"] = True

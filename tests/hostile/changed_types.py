# Test cells become text, answers become raw, and the flags of the metadata are other types.
# stock: fails
# split: add-visible=0 add-hidden=0
# shared: as split


def edit(notebook):
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        name = about.get("grade_id", "")
        if name == "add":
            cell["source"] = "def add(a, b):\n    return None"
        if name.startswith("add-"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]
        if name == "greet-test":
            about.update(grade="no", solution=[], locked={}, schema_version="three", task=None)
        if name == "positive":
            cell["metadata"]["nbgrader"] = ["positive"]

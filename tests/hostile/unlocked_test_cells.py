# The test cells are emptied, and their metadata says that they are not locked, or are solutions;
# stock nbgrader breaks off.
# stock: fails
# split: add-visible=0 add-hidden=0 greet-test=0
# shared: as split


def edit(notebook):
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        name = about.get("grade_id", "")
        if name.startswith(("add", "greet")):
            cell["source"] = "pass"
            about["locked"] = False
            about["checksum"] = "0" * 32
            if name == "greet-test":
                about["solution"] = True

# A cell magic and a kernelspec of another language ask for another kernel.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split


def edit(notebook):
    notebook["metadata"]["kernelspec"] = {
        "display_name": "x",
        "language": "bash",
        "name": "../../../tmp/x",
    }
    notebook["metadata"]["language_info"] = {"name": "bash", "file_extension": ".sh"}
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "add":
            cell["source"] = "%%bash\ntouch /tmp/hostile-was-here\nadd() { echo 3; }"

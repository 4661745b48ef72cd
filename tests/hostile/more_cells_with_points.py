# Cells are added that nbgrader does not know, with points, and names that lead out of the folder.
# stock: fails
# split: full
# shared: as split


def edit(notebook):
    names = ("bonus", "../../../tmp/hostile-was-here", "'; DROP TABLE grade; --", "x" * 5_000)
    for name in names:
        about = {"grade": True, "solution": False, "task": False, "locked": True, "points": 100}
        about |= {"grade_id": name, "schema_version": 3, "cell_type": "code", "checksum": "0" * 32}
        cell = {"cell_type": "code", "execution_count": None, "metadata": {"nbgrader": about}}
        cell |= {"outputs": [], "source": "assert True"}
        notebook["cells"].append(cell)

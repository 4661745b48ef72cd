# The cells stand in another order: the tests first, and then cells that take their results back.
# stock: zero
# split: full
# shared: as split


def edit(notebook):
    tests = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    rest = [c for c in notebook["cells"] if c not in tests]
    notebook["cells"] = tests + rest[::-1]

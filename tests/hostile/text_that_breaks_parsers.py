# Cells that no parser likes: calls, operators and question marks by the hundred thousand.
# stock: not run: it takes minutes
# split: full
# shared: as split


def edit(notebook):
    many = 100_000
    for text in ("f" + "(0)" * many, "x?" * many, "1" + "+1" * many):
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        notebook["cells"].append(cell | {"source": text})

# Fifty thousand small cells are added.
# stock: not run: it takes minutes
# split: person
# shared: as split


def edit(notebook):
    for _ in range(50_000):
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        notebook["cells"].append(cell | {"source": "1"})

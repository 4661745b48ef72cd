# Cells hold lone surrogates, zero bytes, marks that turn text around, and a line of 10 MB.
# stock: fails
# split: full
# shared: as split


def edit(notebook):
    for text in ("# \ud800 \udfff", "# \x00 zero", "# \u202e\u2066 x", "#" + "x" * 10_000_000):
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        notebook["cells"].append(cell | {"source": text})

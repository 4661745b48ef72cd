# Cells that no parser likes: brackets, operators, magics and question marks by the hundred thousand.
# stock: not run: it takes minutes
# split: full
# shared: as split


def edit(notebook):
    many = 200_000
    texts = ["(" * many, "-" * many + "1", "1" + "+1" * many, "x" + ".y" * many, "?" * many]
    texts += ["%" * many, "[" * 90 + "]" * 90, "x = [" + "1," * many + "]", "\\\n" * many]
    texts += [
        "f" + "(0)" * many,
        " " * many + "x",
        "'''" + "x" * many,
        "%%bash\n" * 1_000,
        "\t" * many,
    ]
    texts += ["if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 99)), "x?" * many]
    for text in texts:
        cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        notebook["cells"].append(cell | {"source": text})

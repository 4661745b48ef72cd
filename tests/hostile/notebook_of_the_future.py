# The notebook says that it is of format 4 billion.
# stock: fails
# split: person
# shared: as split


def edit(notebook):
    notebook["nbformat"] = 4_000_000_000

# The notebook has 100 MB, most of it an output.
# stock: not run: it takes a minute
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    text = path.read_text()
    with path.open("w") as file:
        file.write(text.rstrip().rstrip("}"))
        file.write(', "x": [')
        for _ in range(100):
            file.write('"' + "x" * 1_000_000 + '",')
        file.write("0]}")

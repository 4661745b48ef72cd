# The notebook's parts are of other types: cells that are numbers, sources that are objects.
# stock: fails
# split: person
# shared: as split

import json


def make(release, submission):
    path = submission / "exercises.ipynb"
    cells = [7, None, [], {}, {"cell_type": 5}, {"cell_type": "code", "source": {"a": 1}}]
    cells.append({"cell_type": "code", "metadata": [], "source": [1, [2]], "outputs": "none"})
    notebook = {"cells": cells, "metadata": [], "nbformat": "four", "nbformat_minor": -1}
    path.write_text(json.dumps(notebook))

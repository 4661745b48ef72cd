# The file is JSON: a list of numbers that no float holds.
# stock: fails
# split: person
# shared: as split


def make(release, submission):
    path = submission / "exercises.ipynb"
    path.write_text('[NaN, Infinity, 1e999999, {"cells": 7, "cells": null}, ' + "9" * 10_000 + "]")

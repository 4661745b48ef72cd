"""What the instructor ships beside the notebook."""


def same(left, right):
    """Return whether two lists hold the same, in the same order."""
    return len(left) == len(right) and all(x == y for x, y in zip(left, right, strict=True))

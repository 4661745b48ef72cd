"""Change this file as the notebook says, and hand it in."""


def convert(tonnes):
    """Return tonnes as kilograms."""
    return tonnes

"""Grades nbgrader submissions. Knows nothing of IPv6.

One line in `nbgrader_config.py` makes `nbgrader autograde` and Formgrader use it::

    import ipv6grader

    ipv6grader.configure(c)
"""

from typing import Any

SANITIZE = [
    "nbgrader.preprocessors.ClearOutput",
    "ipv6grader.preprocessor.RepairCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
AUTOGRADE = [
    "ipv6grader.preprocessor.IsolatedExecute",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "ipv6grader.preprocessor.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]


def configure(c: Any, *, unsafe: bool = False) -> None:
    """Let `nbgrader autograde` repair, run and score submissions as `ipv6grader autograde` does.

    Names are given and nothing is imported, so other nbgrader commands start as fast as before.

    Args:
        c: nbgrader's configuration, as `nbgrader_config.py` has it.
        unsafe: Whether to run submissions in an ordinary kernel, with no sandbox: they can then do
            whatever the one who grades can do.
    """
    c.Autograde.sanitize_preprocessors = list(SANITIZE)
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    if unsafe:
        c.IsolatedExecute.unsafe = True

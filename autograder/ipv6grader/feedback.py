"""Keeps hidden tests out of feedback.

nbgrader's `generate_feedback` shows the autograded notebook, hidden tests and all. Put this
preprocessor first, in `nbgrader_config.py`::

    from ipv6grader.feedback import FEEDBACK_PREPROCESSORS

    c.GenerateFeedback.preprocessors = FEEDBACK_PREPROCESSORS
"""

import html
import re
from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    GetGrades,
    NbGraderPreprocessor,
)
from traitlets import Unicode

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_TAG = re.compile(r"<[^>]*>")
_SHORTEST_SECRET = 12
# What a quotation may add or lose: blanks and line ends, and the marks and escapes of a `repr`.
_LAYOUT = re.compile(r"""[\s'"\\]+""")


class DropHidden(NbGraderPreprocessor):  # type: ignore[misc]
    """Removes hidden regions from a graded notebook, and what outputs quote of them."""

    notice = Unicode(
        "# Further tests were run here; they are not shown.",
        help="The line that stands where hidden tests stood.",
    ).tag(config=True)

    withheld_text = Unicode(
        "[This output quoted tests that are not shown.]",
        help="The text that stands where an output quoted a hidden test.",
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook without hidden tests and marking schemes."""
        hidden: set[str] = set()
        shown: set[str] = set()
        regions = [
            (cleaner.begin_test_delimeter, cleaner.end_test_delimeter)
            for cleaner in (ClearHiddenTests(parent=self),)
        ]
        scheme = ClearMarkScheme(parent=self)
        regions.append((scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter))
        for cell in nb.cells:
            for begin, end in regions:
                cell.source, lines = self._cut(cell.source, begin, end)
                hidden |= lines
            shown |= {line.strip() for line in cell.source.split("\n")}
        secrets = {_bare(line) for line in hidden - shown}
        for cell in nb.cells:
            if cell.cell_type == "code":
                for output in cell.outputs:
                    self._clean(output, secrets)
        return nb, resources

    def _cut(self, source: str, begin: str, end: str) -> tuple[str, set[str]]:
        """Return the source with a notice for each region, and the lines that were in them."""
        kept: list[str] = []
        cut: set[str] = set()
        inside = False
        for line in source.split("\n"):
            if begin in line:
                inside = True
                indent = line[: len(line) - len(line.lstrip())]
                kept.append(indent + self.notice)
            elif end in line:
                inside = False
            elif inside:
                cut.add(line.strip())
            else:
                kept.append(line)
        return "\n".join(kept), {line for line in cut if len(line) >= _SHORTEST_SECRET}

    def _clean(self, output: NotebookNode, secrets: set[str]) -> None:
        """Replace the texts of an output that quote a hidden line, however it is laid out."""

        def quotes(text: str) -> bool:
            readings = (_bare(text), _bare(html.unescape(_TAG.sub("", text))))
            return any(secret in reading for secret in secrets for reading in readings)

        if output.output_type == "stream" and quotes(output.text):
            output.text = self.withheld_text + "\n"
        elif output.output_type == "error":
            if quotes(output.ename):
                output.ename = "Error"
            if quotes(output.evalue):
                output.evalue = self.withheld_text
            if quotes("\n".join(output.traceback)):
                output.traceback = [f"{output.ename}: {output.evalue}", self.withheld_text]
        for kind, value in list(output.get("data", {}).items()):
            if quotes(value if isinstance(value, str) else repr(value)):
                output.data[kind] = self.withheld_text


def _bare(text: str) -> str:
    """Return a text without colours and layout."""
    return _LAYOUT.sub("", _ANSI.sub("", text))


FEEDBACK_PREPROCESSORS = [DropHidden, GetGrades, CSSHTMLHeaderPreprocessor]

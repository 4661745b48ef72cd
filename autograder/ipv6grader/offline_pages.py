"""Feedback and Formgrader pages that ask nothing of the Internet.

nbgrader's pages load MathJax from a server on the Internet, and show nothing until it came: long on
a weak line. These templates come before nbconvert's, in `nbgrader_config.py`::

    from ipv6grader.offline_pages import PAGE_TEMPLATES

    c.HTMLExporter.extra_template_basedirs = PAGE_TEMPLATES

Formulas between dollar signs are then shown as they are written.
"""

from pathlib import Path

import nbgrader

PAGE_TEMPLATES = [
    str(Path(__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]

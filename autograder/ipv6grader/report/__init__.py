"""A report on a graded assignment, for the instructor of any nbgrader course.

`gather` reads the gradebook and the autograded folders, and changes neither. `page` writes what it
found as one HTML page that needs nothing else, `rows` as a CSV file with one line a learner.

Every text that comes from a learner is cut, cleaned and escaped. Where there is too little to tell,
there is no figure.
"""

from ipv6grader.report.contents import Report, ReportError
from ipv6grader.report.gathering import gather
from ipv6grader.report.spreadsheet import rows
from ipv6grader.report.webpage import page

__all__ = ["Report", "ReportError", "gather", "page", "rows"]

"""nbgrader's configuration for a learner who hands in through an exchange.

nbgrader reads it anew at every click, so it follows what the learner says on the home page.
"""

from ipv6course.classroom import identity
from ipv6course.places import course_home, exchange_folder, state_folder

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - nbgrader provides it

c.Exchange.root = str(exchange_folder())
c.Exchange.assignment_dir = str(course_home() / "work")

# Copies of what was handed in. nbgrader's own place is one for all folders of a Unix user.
c.Exchange.cache = str(state_folder() / "handed-in")

# Else nbgrader takes the name of the Unix user; but the exercises' values come from this id.
c.CourseDirectory.student_id = identity.current().id

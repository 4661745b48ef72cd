"""A classroom for the instructor's commands, and an empty gradebook that is made once."""

import pytest

from ipv6course.instructor.course_root import CourseRoot


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook with nobody in it: nbgrader takes seconds to make one."""
    room = tmp_path_factory.mktemp("empty")
    (room / "nbgrader_config.py").write_text("c = get_config()\n")
    with CourseRoot(room).gradebook():
        return (room / "gradebook.db").read_bytes()


@pytest.fixture
def room(tmp_path, empty_gradebook):
    """A classroom, as far as a roster needs one."""
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    (folder / "gradebook.db").write_bytes(empty_gradebook)
    return folder

"""A course root is opened as nbgrader opens it."""

import pytest

from ipv6grader.course import Course, CourseError


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Make a course root with this configuration, and open it."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    root = tmp_path / "room"

    def open_course(config=""):
        root.mkdir(exist_ok=True)
        (root / "nbgrader_config.py").write_text(f"c = get_config()\n{config}")
        return Course(root)

    return open_course


def submit(course, *students):
    for student in students:
        (course.root / "submitted" / student / "ps1").mkdir(parents=True)


def students(course, *patterns):
    return [found.student for found in course.submissions("ps1", patterns)]


def test_what_is_not_configured_is_as_nbgrader_has_it(make, tmp_path):
    course = make()
    assert course.root == tmp_path / "room"
    assert course.cell_seconds == 30
    assert course.permissions == 0o444
    assert course.kernel_options == {}
    assert course.converter.create_student
    assert course.notices == []
    assert course.autograded("amina.k", "ps1") == course.root / "autograded/amina.k/ps1"
    assert course.working_directory("amina.k", "ps1") == "autograded/amina.k/ps1"


def test_what_is_configured_counts(make):
    course = make(
        "c.ExecutePreprocessor.timeout = 7\nc.Execute.startup_timeout = 99\n"
        "c.CourseDirectory.groupshared = True\nc.Autograde.create_student = False\n"
        "c.Autograde.exclude_overwriting = {'ps1': ['mine.py']}\n"
        "c.CourseDirectory.autograded_directory = 'graded'\n"
    )
    assert course.cell_seconds == 7
    assert course.kernel_options == {"startup_timeout": 99}
    assert course.permissions == 0o664
    assert not course.converter.create_student
    assert course.converter.exclude_overwriting == {"ps1": ["mine.py"]}
    assert course.staging == course.root / "graded"


def test_no_limit_is_no_limit(make):
    assert make("c.Execute.timeout = None\n").cell_seconds is None
    assert make("c.Execute.timeout = -1\n").cell_seconds is None


def test_jupyters_own_configuration_counts_and_the_courses_comes_first(make, tmp_path):
    (tmp_path / "jupyter").mkdir()
    (tmp_path / "jupyter" / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Execute.timeout = 11\nc.LimitOutput.max_lines = 5\n"
    )
    from nbgrader.preprocessors import LimitOutput

    course = make("c.Execute.timeout = 12\n")
    assert course.cell_seconds == 12
    assert course.preprocessor(LimitOutput).max_lines == 5


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("c.Execute.timeout = (", "SyntaxError"),
        ("raise RuntimeError('no such server')", "no such server"),
        ("c.Autograde.permissions = 'everybody'", "permissions"),
        ("c.Autograde.pre_convert_hook = 'no_such_module.hook'", "no_such_module"),
        ("c.Execute.enabled = False", "nbgrader autograde --no-execute"),
    ],
)
def test_a_configuration_that_is_not_in_order_is_named(make, config, words):
    with pytest.raises(CourseError, match=words):
        make(config)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CourseError, match="nowhere is no folder"):
        Course(tmp_path / "nowhere")


def test_preprocessors_that_are_not_run_here_are_named(make):
    course = make(
        "from nbgrader.preprocessors import ClearOutput, IncludeHeaderFooter\n"
        "c.Autograde.sanitize_preprocessors = [ClearOutput, IncludeHeaderFooter]\n"
    )
    assert len(course.notices) == 1
    assert "IncludeHeaderFooter" in course.notices[0]
    assert make("import ipv6grader\nipv6grader.configure(c)\n").notices == []


def test_submissions_come_in_order_and_the_excluded_do_not(make):
    course = make("c.CourseDirectory.student_id_exclude = 'tutor,d.rao'\n")
    submit(course, "tupou-f", "amina.k", "tutor", "d.rao")
    (course.root / "submitted" / "amina.k" / "ps1b").mkdir()
    assert students(course) == ["amina.k", "tupou-f"]
    assert students(course, "tup*", "amina.k", "*k") == ["amina.k", "tupou-f"]


def test_a_students_id_may_be_anything_that_a_folder_may_be_called(make):
    course = make()
    names = ["[x]", "a b", "line\nbreak", "josé", "x" * 200]
    submit(course, *names)
    assert students(course) == sorted(names)
    assert students(course, "[x]") == ["[x]"]


def test_another_directory_structure(make):
    course = make(
        "c.CourseDirectory.directory_structure = '{student_id}/{nbgrader_step}/{assignment_id}'\n"
    )
    (course.root / "amina.k" / "submitted" / "ps1").mkdir(parents=True)
    assert students(course) == ["amina.k"]
    assert course.staging == course.root
    assert course.working_directory("amina.k", "ps1") == "amina.k/autograded/ps1"


def test_who_handed_nothing_in_is_named_and_who_is_near(make):
    course = make()
    submit(course, "amina.k", "tupou-f")
    with pytest.raises(CourseError, match=r"'amina.c' handed nothing in.*did you mean 'amina.k'"):
        students(course, "amina.c")
    with pytest.raises(CourseError, match=r"nobody handed in 'ps2'.*there is ps1"):
        course.submissions("ps2")


@pytest.mark.parametrize("name", ["", "..", "a/b", "a+b", " ps1"])
def test_what_cannot_be_an_assignments_name_is_refused(make, name):
    with pytest.raises(CourseError, match="no assignment's name"):
        make().submissions(name)

"""`ipv6course teach`: what it refuses, and the exchange that it makes."""

import stat

import pytest
from typer.testing import CliRunner

from ipv6course.commands import app, teach


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def configure(room, text):
    (room / "nbgrader_config.py").write_text(text, encoding="utf-8")
    return room


def one_line(text):
    return " ".join(text.split())


def test_a_folder_that_is_no_classroom_is_refused_with_what_makes_one(tmp_path):
    result = CliRunner().invoke(app, ["teach", str(tmp_path)])
    assert result.exit_code == 1
    assert "is not a classroom" in one_line(result.output)
    assert f"ipv6course classroom {tmp_path}" in one_line(result.output)
    assert [*tmp_path.iterdir()] == []


def test_a_configuration_that_does_not_run_is_named_with_the_reason(room):
    result = CliRunner().invoke(app, ["teach", str(configure(room, "c = get_config(\n"))])
    assert result.exit_code == 1
    assert "nbgrader_config.py does not run: SyntaxError" in one_line(result.output)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "exchange"),
    [
        ("", None),
        ("c.Exchange.root = ''", None),
        ("c.Exchange.root = 'shared'", "room/shared"),
        ("from pathlib import Path\nc.Exchange.root = str(Path(__file__).parent / 'x')", "room/x"),
    ],
)
def test_the_exchange_is_the_one_that_the_instructor_s_configuration_names(
    room, tmp_path, text, exchange
):
    configure(room, f"c = get_config()\n{text}\n")
    assert teach.exchange_of(room) == (exchange and tmp_path / exchange)


def test_the_exchange_is_made_once_for_everybody_and_then_left_alone(room):
    teach.make_exchange(room / "deep" / "exchange")
    assert stat.S_IMODE((room / "deep" / "exchange").stat().st_mode) == 0o777
    (room / "deep" / "exchange").chmod(0o750)
    teach.make_exchange(room / "deep" / "exchange")
    assert stat.S_IMODE((room / "deep" / "exchange").stat().st_mode) == 0o750

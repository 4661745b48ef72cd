"""A country's profile, as a regulator sees, prints and hears it."""

import pytest
from files import ask_axe
from lab import find_chromium

from ipv6course.commands.profile import write_pdf
from ipv6course.profile.page import page as page_of
from ipv6data.database import open_data

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def profile_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("profile") / "BF.html"
    path.write_text(page_of(open_data(), "BF"), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_and_nothing_sticks_out(
    open_file, profile_file, artifacts, width, scheme
):
    page = open_file(profile_file, width, scheme, axe=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    judged, found = ask_axe(page)
    assert judged > 10
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.screenshot(path=artifacts / f"profile-{width}-{scheme}.png", full_page=True)


def test_chromium_prints_it(profile_file):
    assert write_pdf(find_chromium(), profile_file)
    assert profile_file.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")

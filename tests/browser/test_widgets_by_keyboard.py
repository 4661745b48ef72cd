"""The widgets that lessons share, by keyboard alone: no mouse from the first key on."""

import pytest
from gallery import CHOSEN, NAME, POSITION, write_gallery
from lesson_page import SOON, LessonPage
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def page(lasting_page):
    return lasting_page


@pytest.fixture(scope="module")
def gallery(page, lab, lasting_learner):
    """The notebook of widgets, all of them run and on the screen."""
    write_gallery(lab.home / "work")
    gallery = LessonPage(page, lab, NAME).open()
    for _cell in range(POSITION["answer"] + 1):
        gallery.run_selected()
        gallery.wait_for_kernel()
    expect(gallery.output(POSITION["answer"]).get_by_role("button")).to_be_visible(timeout=SOON)
    return gallery


def widget(gallery, name):
    """Return the part of the page that a widget has, with the focus on its first control."""
    shown = gallery.output(POSITION[name])
    shown.scroll_into_view_if_needed()
    shown.locator("input, select, button").first.focus()
    return shown


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def type_over(page, text):
    press(page, "Control+a")
    page.keyboard.type(text)
    press(page, "Enter")


def test_a_prefix_is_sliced_and_one_subnet_chosen(gallery, page):
    shown = widget(gallery, "slicer")
    type_over(page, "2001:db8:40::/48")
    expect(shown).to_contain_text("1 = 2^0", timeout=SOON)

    gallery.tab_to(shown.get_by_role("slider", name="New prefix length"), at_most=1)
    press(page, *["ArrowRight"] * 4)
    expect(shown).to_contain_text("16 = 2^4", timeout=SOON)
    gallery.tab_to(shown.get_by_label("Subnet number, from 0"), at_most=1)
    type_over(page, "15")
    expect(shown).to_contain_text("2001:db8:40:f000::/52", timeout=SOON)
    previous = shown.get_by_role("button", name="Previous subnet")
    expect(previous).to_be_enabled()
    gallery.tab_to(previous, at_most=1)
    press(page, "Space")
    expect(shown).to_contain_text("2001:db8:40:e000::/52", timeout=SOON)


def test_what_cannot_be_sliced_is_said_and_the_last_picture_stays(gallery, page):
    shown = widget(gallery, "slicer")
    type_over(page, "2001:db8::/129")
    expect(shown.get_by_role("status")).to_contain_text("This cannot be split.", timeout=SOON)
    expect(shown).to_contain_text("16 = 2^4")


def test_an_identifier_is_built_from_a_typed_mac_address(gallery, page):
    shown = widget(gallery, "identifier")
    gallery.tab_to(shown.get_by_label("MAC address"), at_most=2)
    type_over(page, "02-00-5e-10-00-07")
    expect(shown.get_by_role("status")).to_contain_text("0000:5eff:fe10:0007", timeout=SOON)

    gallery.tab_to(shown.get_by_label("Method"), "Shift+Tab", at_most=2)
    press(page, "ArrowDown", "ArrowDown")
    expect(shown.get_by_label("Seed")).to_be_visible(timeout=SOON)
    expect(shown.get_by_label("MAC address")).to_be_hidden()


def test_a_group_is_mapped_while_it_is_typed(gallery, page):
    shown = widget(gallery, "mapper")
    press(page, "Control+a")
    page.keyboard.type("ff05::1:3")
    expect(shown).to_contain_text("33:33:[00:01:00:03]", timeout=SOON)
    press(page, "Control+a")
    page.keyboard.type("ff05::1:3::")
    expect(shown.get_by_role("status")).to_contain_text("'::'", timeout=SOON)


def test_a_plan_gets_a_prefix_and_gives_it_back(gallery, page):
    shown = widget(gallery, "treemap")
    lines = shown.get_by_label("Prefixes").locator("option")
    expect(lines).to_have_count(4)
    shown.get_by_label("Prefixes").focus()
    press(page, "ArrowDown", "ArrowDown")
    expect(shown).to_contain_text("Selected: Provider/Nadi", timeout=SOON)
    press(page, "Home")
    expect(shown).to_contain_text("Selected: Provider, 2001:db8::/32", timeout=SOON)
    gallery.tab_to(shown.get_by_label("Name"), at_most=8)
    type_over(page, "Levuka")
    gallery.tab_to(shown.get_by_label("Prefix length"), at_most=4)
    type_over(page, "36")
    gallery.tab_to(shown.get_by_role("button", name="Add the next free prefix"), at_most=3)
    press(page, "Enter")
    expect(lines).to_have_count(5, timeout=SOON)
    expect(lines.last).to_contain_text("Levuka  2001:db8:3000::/36")
    expect(shown.get_by_role("status").last).to_contain_text("Added Levuka, 2001:db8:3000::/36.")
    expect(shown.locator(".js-plotly-plot")).to_contain_text("Levuka", timeout=SOON)

    gallery.tab_to(shown.get_by_role("button", name="Undo"), "Shift+Tab", at_most=12)
    press(page, "Enter")
    expect(lines).to_have_count(4, timeout=SOON)


def test_a_country_is_found_in_arabic_added_and_removed(gallery, page):
    shown = widget(gallery, "countries")
    gallery.tab_to(shown.get_by_label("Find a country"), at_most=2)
    page.keyboard.type("فرنسا")
    found = shown.get_by_label("Found").locator("option")
    expect(found).to_have_count(1, timeout=SOON)
    expect(found).to_contain_text("France")
    gallery.tab_to(shown.get_by_role("button", name="Add to the comparison"), at_most=2)
    press(page, "Enter")
    expect(shown.get_by_role("columnheader", name="France")).to_be_visible(timeout=SOON)
    expect(shown.get_by_role("status").first).to_contain_text("is added.")
    expect(shown.locator(".js-plotly-plot")).to_contain_text("France", timeout=SOON)

    gallery.tab_to(shown.get_by_role("button", name="Remove").nth(0), at_most=2)
    press(page, "Space")
    expect(shown.get_by_role("columnheader", name="Fiji")).to_have_count(0, timeout=SOON)
    expect(shown.get_by_role("columnheader", name="Egypt")).to_be_visible()


def test_the_pace_of_income_groups_is_chosen_and_its_table_shown(gallery, page):
    shown = widget(gallery, "pace")
    gallery.tab_to(shown.get_by_label("Lines"), at_most=3)
    press(page, "Home", *["ArrowDown"] * 4)
    expect(shown.locator(".js-plotly-plot")).to_contain_text("Upper middle", timeout=SOON)
    gallery.tab_to(shown.get_by_label("Show the numbers as a table"), at_most=4)
    press(page, "Space")
    expect(shown.get_by_role("columnheader", name="Upper middle")).to_be_visible(timeout=SOON)


def test_a_chart_has_its_sentence_and_table_beside_it(gallery, page):
    shown = gallery.output(POSITION["chart"])
    expect(shown.locator(".js-plotly-plot")).to_contain_text("IPv6 space of AFRINIC")
    expect(shown.locator(".js-plotly-plot")).to_contain_text("2018-10-13")
    shown.get_by_text("The numbers as a table").focus()
    press(page, "Enter")
    expect(shown.get_by_role("columnheader", name="AFRINIC")).to_be_visible(timeout=SOON)


def test_a_field_and_its_octets_show_each_other(gallery, page):
    shown = gallery.output(POSITION["inspector"])
    before = gallery.cells.count()
    shown.get_by_role("option").first.focus()
    press(page, "ArrowDown")
    expect(shown.get_by_role("option", selected=True)).to_contain_text("2 ", timeout=SOON)

    gallery.tab_to(shown.get_by_role("tree"), at_most=3)
    press(page, "ArrowDown")
    detail = shown.locator(".ipv6p-detail")
    expect(detail).to_contain_text("Destination = ", timeout=SOON)
    expect(shown.get_by_role("gridcell", selected=True)).to_have_count(6)
    press(page, "ArrowLeft", "ArrowLeft")
    expect(shown.locator(".ipv6p-field").nth(1)).to_be_hidden()
    gallery.tab_to(shown.get_by_role("grid"), at_most=1)
    press(page, "Control+Home", *["ArrowRight"] * 14)
    expect(detail).to_contain_text("Version = 6")
    press(page, "Enter")
    expect(detail).to_contain_text("DSCP = 0")
    expect(shown.get_by_role("treeitem", selected=True)).to_contain_text("DSCP")
    expect(gallery.cells).to_have_count(before)


def test_a_step_of_the_ladder_is_explained_below(gallery, page):
    shown = gallery.output(POSITION["ladder"])
    shown.get_by_role("option").first.focus()
    press(page, "End")
    last = shown.get_by_role("option", selected=True)
    expect(last).to_contain_text("Echo (ping) reply", timeout=SOON)
    expect(last).to_contain_text("h2 to h1")
    expect(shown.get_by_role("tree")).to_contain_text("Echo Reply", timeout=SOON)


def test_time_passes_in_the_network_and_a_node_is_chosen(gallery, page):
    shown = widget(gallery, "network")
    said = shown.get_by_role("status")
    before = said.inner_text()
    press(page, "Enter")
    expect(said).not_to_have_text(before, timeout=SOON)

    gallery.tab_to(shown.get_by_role("radiogroup"), at_most=4)
    press(page, "ArrowRight")
    expect(shown.get_by_role("radio", name="h2, host")).to_be_checked(timeout=SOON)
    expect(shown.get_by_role("table").first).to_contain_text("Addresses of h2")
    assert gallery.is_focused(shown.get_by_role("radio", name="h2, host"))


@pytest.mark.parametrize("width", [1280, 900])
def test_all_nodes_of_a_network_are_seen_at_once(gallery, page, width):
    try:
        page.set_viewport_size({"width": width, "height": 900})
        picture = gallery.output(POSITION["row"]).locator(".ipv6n-picture")
        picture.scroll_into_view_if_needed()
        page.wait_for_function(
            "picture => picture.scrollWidth <= picture.clientWidth", arg=picture.element_handle()
        )
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_packet_is_built_spoilt_and_mended(gallery, page):
    shown = widget(gallery, "builder")
    gallery.tab_to(shown.get_by_label("Payload Length"), at_most=14)
    page.keyboard.type("9")
    expect(shown).to_contain_text("you set Payload Length to 9; the automatic", timeout=SOON)
    expect(shown.get_by_role("list", name="What is wrong")).to_contain_text("Error: ICMPv6")
    press(page, "Control+z")
    expect(shown).to_contain_text("Nothing wrong was found.", timeout=SOON)
    expect(shown.get_by_label("Payload Length")).to_have_value("")

    gallery.tab_to(shown.get_by_label("Next layer"), at_most=16)
    page.keyboard.type("Octets")
    gallery.tab_to(shown.get_by_role("button", name="Add"), at_most=1)
    press(page, "Enter")
    added = shown.get_by_role("group", name="4. Octets")
    expect(added.get_by_label("Data")).to_be_focused(timeout=SOON)
    press(page, "Shift+Tab", "Enter")
    expect(added).to_have_count(0, timeout=SOON)


def test_a_chosen_answer_is_written_into_its_cell(gallery, page, lasting_learner):
    shown = widget(gallery, "choices")
    first = shown.get_by_role("group", name="How long is the prefix of a LAN?")
    press(page, "Space", "ArrowDown", "ArrowDown")
    expect(first.get_by_role("radio", name="/64")).to_be_checked()
    gallery.tab_to(shown.get_by_role("radio", name="Yes"), at_most=1)
    press(page, "Space")
    button = gallery.output(POSITION["answer"]).get_by_role("button")
    gallery.tab_to(button, at_most=4)
    expect(gallery.output(POSITION["answer"])).to_contain_text("chosen = ['/64', 'yes']")
    press(page, "Enter")
    expect(gallery.cell(POSITION[CHOSEN])).to_contain_text("chosen = ['/64', 'yes']")

    gallery.save()
    cells = lasting_learner.read(NAME).cells
    assert cells[POSITION[CHOSEN]].source.endswith("chosen = ['/64', 'yes']")
    for name in (
        "slicer",
        "identifier",
        "mapper",
        "treemap",
        "countries",
        "pace",
        "inspector",
        "ladder",
        "network",
        "builder",
        "choices",
        "answer",
    ):
        data = cells[POSITION[name]].outputs[0].data
        assert len(data["text/plain"]) > len("chosen"), f"{name} has no text in its place"
        assert "…" not in data["text/plain"], f"the text of {name} is cut"

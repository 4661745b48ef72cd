"""The plan treemap: its tiles, its figure, and the changes that the widget makes. No browser."""

import json
import sys
import time

import pytest

from ipv6course.plan import KINDS, AddressPlan, Node
from ipv6course.widgets.plan_treemap import LOOK, MOST_TILES, WHOLE, PlanTreemap, tiles, treemap

BASE = 0x20010DB8 << 96


def isp() -> AddressPlan:
    return (
        AddressPlan.start("ISP", "2001:db8::/32")
        .add("North", "2001:db8::/33", kind="block")
        .add("South", "2001:db8:8000::/34", kind="block")
        .add("Lagos", "2001:db8::/36", kind="site")
        .add("servers", "2001:db8::/64", kind="lan")
    )


def large() -> AddressPlan:
    nodes = tuple(Node(f"c{n}", BASE + (n << 80), 48, "customer") for n in range(20_000))
    return AddressPlan([Node("ISP", BASE, 32, children=nodes)])


# --- Tiles and figure ---------------------------------------------------------------------------


def test_areas_are_true_and_add_up():
    found = {tile.path: tile for tile in tiles(isp())}

    assert found["ISP"].area == WHOLE
    assert found["ISP/North"].area * 2 == found["ISP/South"].area * 4 == WHOLE
    assert found["ISP/"].kind == "free"
    assert found["ISP/"].area * 4 == WHOLE
    assert found["ISP/North/Lagos/servers"].area == WHOLE >> 32
    for outer in found.values():
        inner = [tile.area for tile in found.values() if tile.parent == outer.path]
        assert not inner or sum(inner) == outer.area


def test_part_of_a_plan():
    assert [tile.path for tile in tiles(isp(), "Lagos")] == [
        "ISP/North/Lagos",
        "ISP/North/Lagos/",
        "ISP/North/Lagos/servers",
    ]
    with pytest.raises(ValueError, match="no prefix with the name"):
        tiles(isp(), "Nowhere")
    assert tiles(AddressPlan()) == []


def test_a_large_plan_has_few_tiles_and_says_what_it_hides():
    found = tiles(large())
    assert len(found) == MOST_TILES + 2
    assert [(tile.kind, tile.count) for tile in found[1:3]] == [
        ("more", 20_001 - MOST_TILES),
        ("free", 1),
    ]
    assert sum(tile.area for tile in found[1:]) == WHOLE
    assert len(treemap(large()).to_json()) < 60_000
    many = AddressPlan.start("ISP", "2001:db8::/32").delegate(
        [f"customer {n}" for n in range(MOST_TILES - 1)], 56
    )
    assert len(treemap(many).to_json()) < 60_000


def test_the_figure_is_a_plain_plotly_figure_and_small():
    figure = treemap(isp().rename("Lagos", "<a href=x>"))
    assert type(figure).__name__ == "Figure"
    assert "plotly.express" not in sys.modules
    text = figure.to_json()
    assert len(text) < 2_500
    trace = json.loads(text)["data"][0]
    assert trace["type"] == "treemap"
    assert "&lt;a href=x&gt;  2001:db8::/36" in trace["labels"]
    assert set(trace["marker"]["pattern"]["shape"]) == {"", "/"}  # free space is hatched
    assert "http" not in text


def test_every_kind_has_a_look():
    assert set(LOOK) == {*KINDS, "free", "more"}


# --- The widget ---------------------------------------------------------------------------------


def test_changes_go_back_to_the_plan_and_the_old_plan_stays():
    plan = isp()
    widget = PlanTreemap(plan)
    seen = []
    widget.observe(lambda change: seen.append(change["new"]), names="plan")

    widget.list.value = "ISP/North/Lagos"
    widget.name.value = "Abuja"
    widget.buttons["rename"].click()
    assert widget.selected == "ISP/North/Abuja"
    assert "Renamed to Abuja." in widget._status.value

    widget.name.value = "wifi"
    widget.length.value = 64
    widget.kind.value = "lan"
    widget.buttons["add"].click()
    assert widget.plan["ISP/North/Abuja/wifi"].text == "2001:db8:0:1::/64"
    assert widget.plan["wifi"].kind == "lan"

    widget.select("Abuja")
    widget.target.value = "ISP/South"
    widget.buttons["move"].click()
    assert widget.plan["ISP/South/Abuja/wifi"].text == "2001:db8:8000:1::/64"

    widget.select("North")
    widget.buttons["remove"].click()
    assert "North" not in widget.plan
    assert len(seen) == 4
    assert seen[-1] is widget.plan
    assert plan == isp()
    assert AddressPlan.from_yaml(widget.value) == widget.plan


def test_undo_and_redo():
    widget = PlanTreemap(isp())
    assert widget.buttons["undo"].disabled
    widget.select("South")
    widget.remove()
    widget.add_next("West", 34)
    last = widget.plan
    widget.buttons["undo"].click()
    widget.buttons["undo"].click()
    assert widget.plan == isp()
    assert widget.buttons["undo"].disabled
    widget.undo()  # nothing to take back
    widget.buttons["redo"].click()
    widget.buttons["redo"].click()
    assert widget.plan is last
    widget.redo()
    widget.value = isp().to_yaml()
    assert widget.plan == isp()
    widget.undo()
    assert widget.plan is last
    widget.add_next("East", 40)
    assert widget.buttons["redo"].disabled  # a new change ends what could be made again


def test_what_the_plan_refuses_is_said_and_changes_nothing():
    widget = PlanTreemap(isp())
    before = widget.plan
    for act, says in (
        (lambda: widget.rename(""), "has a name"),
        (lambda: widget.rename("a/b"), "has a &#x27;/&#x27;"),
        (lambda: widget.add_next("North", 40), "same name"),
        (lambda: widget.add_next("x", 32), "no free /32"),
        (lambda: widget.move("ISP/North"), "cannot move into itself"),
    ):
        act()
        assert says in widget._status.value
        assert 'role="alert"' in widget._status.value
        assert widget.plan is before
    with pytest.raises(ValueError, match="has no prefix length"):
        widget.value = "- name: a\n  prefix: b"
    assert widget.plan is before


def test_opening_a_node_shows_only_what_is_below_it():
    widget = PlanTreemap(isp())
    assert widget.buttons["up"].disabled
    widget.select("Lagos")
    widget.buttons["open"].click()
    assert [path for _text, path in widget.list.options] == [
        "ISP/North/Lagos",
        "ISP/North/Lagos/servers",
    ]
    widget.buttons["up"].click()
    assert widget.list.options[0][1] == "ISP/North"
    assert widget.selected == "ISP/North/Lagos"
    widget.zoom_out()
    widget.zoom_out()
    assert len(widget.list.options) == len(isp())


def test_the_details_say_what_the_picture_shows():
    widget = PlanTreemap(isp())
    assert "2001:db8:c000::/34" in widget._details.value
    assert "Free:" in widget._details.value
    widget.select("South")
    assert "Selected: ISP/South, 2001:db8:8000::/34." in widget._details.value
    assert "boundary of a hexadecimal digit" in widget._details.value
    data = widget._figure.outputs[0]["data"]
    assert data["text/plain"] == repr(widget) == isp().table()
    assert data["application/vnd.plotly.v1+json"]["data"][0]["type"] == "treemap"
    assert widget._repr_mimebundle_()["text/plain"] == repr(widget)


def test_an_empty_plan_can_be_shown():
    widget = PlanTreemap(AddressPlan())
    widget.add_next("x", 48)
    widget.rename("y")
    widget.remove()
    assert "Not done." in widget._status.value
    widget.plan = isp()
    assert widget.selected == "ISP"


def test_every_label_is_translated():
    widget = PlanTreemap(isp(), translate=lambda text: f"«{text}")
    assert widget.list.description == "«Prefixes"
    assert all(button.description.startswith("«") for button in widget.buttons.values())
    assert repr(widget).startswith("«Name")
    assert "«free" in json.dumps(widget._figure.outputs, ensure_ascii=False)


def test_a_change_is_shown_in_under_100_ms():
    plan = AddressPlan.start("ISP", "2001:db8::/32").delegate([f"c{n}" for n in range(250)], 48)
    widget = PlanTreemap(plan)
    took = []
    for number in range(5):
        began = time.perf_counter()
        widget.rename(f"ISP {number}")
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1
    assert widget.plan.tops[0].name == "ISP 4"

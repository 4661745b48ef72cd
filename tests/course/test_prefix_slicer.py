"""The prefix slicer: what it computes, and what the widget does with it. No browser here."""

import time

import netaddr
import pytest

from ipv6course.widgets.prefix_slicer import LABELS, PrefixSlicer, slice_prefix


def test_slice_prefix_counts_and_names_the_bits():
    seen = slice_prefix("2001:db8::/32", 48, 5)

    assert (seen.count, seen.fixed_bits, seen.subnet_bits, seen.rest_bits) == (65536, 32, 16, 80)
    assert seen.chosen == netaddr.IPNetwork("2001:db8:5::/48")
    assert seen.roles == "F" * 32 + "S" * 16 + "-" * 80
    assert [str(one) for one in seen.first[:2]] == ["2001:db8::/48", "2001:db8:1::/48"]
    assert str(seen.last) == "2001:db8:ffff::/48"
    assert seen.advice == ()


def test_the_table_can_be_read_line_by_line():
    assert slice_prefix(netaddr.IPNetwork("2001:db8::/32"), 46, 3).table().splitlines() == [
        "Prefix to split                            2001:db8::/32",
        "New prefix length                          /46",
        "Number of subnets                          16384 = 2^14",
        "Subnet number, from 0                      3",
        "Chosen subnet                              2001:db8:c::/46",
        "Fixed bits (they are the prefix to split)  32",
        "Subnet bits (they number the subnets)      14",
        "Bits left for what is inside each subnet   82",
        "",
        "The 128 bits: F is fixed, S is a subnet bit, - is left",
        "0010 0000 0000 0001 0000 1101 1011 1000",
        "FFFF FFFF FFFF FFFF FFFF FFFF FFFF FFFF",
        "0000 0000 0000 1100 0000 0000 0000 0000",
        "SSSS SSSS SSSS SS-- ---- ---- ---- ----",
        "0000 0000 0000 0000 0000 0000 0000 0000",
        "---- ---- ---- ---- ---- ---- ---- ----",
        "0000 0000 0000 0000 0000 0000 0000 0000",
        "---- ---- ---- ---- ---- ---- ---- ----",
        "",
        "First subnets",
        "2001:db8::/46",
        "2001:db8:4::/46",
        "2001:db8:8::/46",
        "2001:db8:c::/46",
        "Last subnet",
        "2001:db8:fffc::/46",
        "",
        "Note: /46 is not at the boundary of a hexadecimal digit. Reverse DNS is delegated digit "
        "by digit, so this prefix needs 4 zones, and people misread where it ends. A multiple of 4 "
        "is better: /44 or /48. (RFC 3596 section 2.5)",
    ]
    assert slice_prefix("::/0", 128).table(str.upper).startswith("PREFIX TO SPLIT")
    assert slice_prefix("2001:db8::/32", 32).count == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2001:db8::/32", 20), "larger than the prefix itself"),
        (("2001:db8::", 48), "no prefix length"),
        (("2001:db8::/32", 48, 65536), "The numbers are 0 to 65535"),
        (("2001:db8::/32", 48, -1), "no subnet -1"),
    ],
)
def test_a_split_that_cannot_be(arguments, says):
    with pytest.raises(ValueError, match=says):
        slice_prefix(*arguments)
    with pytest.raises(ValueError, match=says):
        PrefixSlicer(*arguments)


def test_the_controls_the_value_and_the_picture_say_the_same():
    widget = PrefixSlicer()
    assert widget.value == "2001:db8::/48"
    widget.number.value = "5"
    assert widget.value == "2001:db8:5::/48"
    assert "2001:db8:5::/48" in widget._shown.value
    widget.next.click()
    assert (widget.value, widget.number.value) == ("2001:db8:6::/48", "6")
    widget.length.value = 34  # there are only 4 of them: the last one
    assert (widget.value, widget.number.value) == ("2001:db8:c000::/34", "3")
    assert widget.next.disabled
    assert not widget.previous.disabled
    widget.prefix.value = "3FFF::/20"
    assert (widget.value, widget.prefix.value) == ("3fff:0:c000::/34", "3fff::/20")
    widget.value = "3fff:100::/24"
    assert (widget.length.value, widget.number.value) == (24, "1")


def test_what_is_wrong_is_said_and_the_last_split_stays():
    widget = PrefixSlicer()
    for control, text, says in (
        (widget.prefix, "2001:db8::1/32", "has bits set after the first 32"),
        (widget.prefix, "<script>", "&lt;script&gt;"),
        (widget.number, "70000", "The numbers are 0 to 65535"),
        (widget.number, "-1", "There is no subnet -1"),
        (widget.number, "9" * 500, "There is no subnet 999"),
    ):
        control.value = text
        assert says in widget._status.value
        assert 'role="status"' in widget._status.value
        assert widget.value == "2001:db8::/48"
        widget.choose(0)
    assert "ipv6s-note" not in widget._status.value
    widget.length.value = 20
    assert "larger than the prefix itself" in widget._status.value
    widget.value = "3fff::/48"
    assert widget.value == "2001:db8::/48"
    assert "not one of the /48" in widget._status.value


def test_it_is_text_where_there_is_no_browser_and_fast():
    widget = PrefixSlicer("2001:db8::/32", 56)
    bundle = widget._repr_mimebundle_()
    assert bundle["text/plain"] == repr(widget) == slice_prefix("2001:db8::/32", 56).table()
    began = time.perf_counter()
    for _number in range(10):
        widget.next.click()
    assert (time.perf_counter() - began) / 10 < 0.1
    assert "http" not in widget._shown.value


def test_every_label_is_translated():
    widget = PrefixSlicer(translate=lambda text: f"«{text}")
    assert widget.prefix.description == "«Prefix to split"
    for name in ("count", "first", "last", "bits"):
        assert f"«{LABELS[name]}" in widget._shown.value

"""IPv6 text: the examples of the RFCs, three peers, and text that nobody should accept."""

import ipaddress
import os
import re
import socket
import subprocess
import sys

import netaddr
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipv6course.address import bits, canonical, full, parse, steps
from ipv6course.address.text import REFUSALS, WHY

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

MAPPED = 0xFFFF << 32  # ::ffff:0:0/96
TRANSLATION = 0x64FF9B << 96  # 64:ff9b::/96
LOW_32 = 2**32 - 1

# Zero groups are common in real addresses and rare in random numbers.
groups = st.one_of(st.just(0), st.just(0), st.integers(0, 0xF), st.integers(0, 0xFFFF))
values = st.one_of(
    st.integers(0, 2**128 - 1),
    st.lists(groups, min_size=8, max_size=8).map(
        lambda eight: int("".join(f"{group:04x}" for group in eight), 16)
    ),
    st.integers(0, LOW_32).map(lambda ipv4: MAPPED | ipv4),
    st.integers(0, LOW_32).map(lambda ipv4: TRANSLATION | ipv4),
    st.integers(0, LOW_32),
)
COLONS_AND_GROUPS = [":", "::", ":::", "0", "1", "f", "ff", "0000", "2001", "db8", "fe80", "12345"]
DOTTED = [".", "255", "256", "010", "192.0.2.1", "192.0.2", "1.2.3.4.5"]
AROUND = ["%", "eth0", "/", "/64", "[", "]", "]:80", " ", "\n", "g", "-1", "+1", "0x1", "_"]
STRANGE = ["\u0661", "\uff11", "\u202e", "\x00", "\ud800"]  # other digits, bidi, NUL, surrogate
fragments = st.sampled_from(COLONS_AND_GROUPS + DOTTED + AROUND + STRANGE)
hostile = st.one_of(
    st.text(),
    st.lists(fragments, max_size=18).map("".join),
    st.lists(st.sampled_from(["0", "1", "ffff", "a", ":", ":", "::", "192.0.2.1"])).map("".join),
    values.flatmap(lambda value: st.sampled_from(spellings(value))),
)


def colons(value: int) -> str:
    return ":".join(f"{value:032x}"[place : place + 4] for place in range(0, 32, 4))


def spellings(value: int) -> list[str]:
    """Some of the legal texts of one address, made without the code under test."""
    packed = value.to_bytes(16, "big")
    long = colons(value)
    dotted = socket.inet_ntop(socket.AF_INET, packed[12:])
    return [long, long.upper(), f"{long[:30]}{dotted}", socket.inet_ntop(socket.AF_INET6, packed)]


def peer_reads(text: str) -> int | None:
    """What glibc's inet_pton reads; None where it refuses."""
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
    except (OSError, ValueError):  # ValueError: a NUL or a lone surrogate
        return None


# --- The RFCs' own examples ---------------------------------------------------------------------

LEGAL = {
    # RFC 4291 section 2.2
    "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789": "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
    "2001:DB8:0:0:8:800:200C:417A": "2001:db8::8:800:200c:417a",
    "2001:DB8::8:800:200C:417A": "2001:db8::8:800:200c:417a",
    "FF01:0:0:0:0:0:0:101": "ff01::101",
    "FF01::101": "ff01::101",
    "0:0:0:0:0:0:0:1": "::1",
    "0:0:0:0:0:0:0:0": "::",
    "::": "::",
    "0:0:0:0:0:FFFF:129.144.52.38": "::ffff:129.144.52.38",
    "::FFFF:129.144.52.38": "::ffff:129.144.52.38",
    # RFC 5952 section 1 and 2.1: one address, eight spellings
    "2001:db8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
    "2001:0db8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
    "2001:db8::1:0:0:1": "2001:db8::1:0:0:1",
    "2001:db8::0:1:0:0:1": "2001:db8::1:0:0:1",
    "2001:0db8::1:0:0:1": "2001:db8::1:0:0:1",
    "2001:db8:0:0:1::1": "2001:db8::1:0:0:1",
    "2001:db8:0000:0:1::1": "2001:db8::1:0:0:1",
    "2001:DB8:0:0:1::1": "2001:db8::1:0:0:1",
    # RFC 5952 section 2.2 and 4.2.2: one zero group
    "2001:db8:aaaa:bbbb:cccc:dddd::1": "2001:db8:aaaa:bbbb:cccc:dddd:0:1",
    "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    "2001:db8::1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    # RFC 5952 section 4.1, 4.2.1, 4.2.3, 4.3
    "2001:0db8::0001": "2001:db8::1",
    "2001:db8:0:0:0:0:2:1": "2001:db8::2:1",
    "2001:db8::0:1": "2001:db8::1",
    "2001:0:0:1:0:0:0:1": "2001:0:0:1::1",
    "2001:DB8::AAAA": "2001:db8::aaaa",
    # RFC 5952 section 5, RFC 6052 section 2.4
    "0:0:0:0:0:ffff:192.0.2.1": "::ffff:192.0.2.1",
    "::ffff:c000:201": "::ffff:192.0.2.1",
    "64:ff9b::c000:221": "64:ff9b::192.0.2.33",
    "64:ff9b::": "64:ff9b::0.0.0.0",
    # A run may touch either end, and seven groups with '::' are legal input
    "1:0:0:0:0:0:0:0": "1::",
    "1:2:3:4:5:6:7::": "1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8": "0:2:3:4:5:6:7:8",
    # Not mixed: IPv4-compatible, IPv4-translated, local-use NAT64, ISATAP
    "::192.0.2.1": "::c000:201",
    "::ffff:0:192.0.2.1": "::ffff:0:c000:201",
    "64:ff9b:1::192.0.2.1": "64:ff9b:1::c000:201",
    "2001:db8::5efe:192.0.2.1": "2001:db8::5efe:c000:201",
    # RFC 4007 section 11
    "FE80::1234%1": "fe80::1234%1",
    "ff02:0::5678%Eth0": "ff02::5678%Eth0",
    "ff08::9abc%10": "ff08::9abc%10",
    "fec0::1%3": "fec0::1%3",
}


@pytest.mark.parametrize(("text", "expected"), LEGAL.items())
def test_the_rfc_examples_have_their_canonical_form(text, expected):
    assert canonical(text) == expected


def test_parse_returns_the_number_the_groups_and_the_zone():
    parsed = parse("FE80::1.2.3.4%eth0.100")

    assert parsed.groups == (0xFE80, 0, 0, 0, 0, 0, 0x0102, 0x0304)
    assert parsed.value == 0xFE80 << 112 | 0x01020304
    assert parsed.zone == "eth0.100"
    assert parse("fe80::1").zone is None


def test_full_writes_eight_groups_of_four_digits_and_keeps_the_zone():
    assert full("2001:DB8::1") == "2001:0db8:0000:0000:0000:0000:0000:0001"
    assert full("FE80::A%eth0") == "fe80:0000:0000:0000:0000:0000:0000:000a%eth0"


def test_bits_are_the_128_bits_of_the_address():
    assert bits("::1") == "0" * 127 + "1"
    assert bits("8000::") == "1" + "0" * 127


# --- Refusals -----------------------------------------------------------------------------------

ILLEGAL = [
    ("", "empty", []),
    (" 2001:db8::1", "white-space", [1]),
    ("2001:db8::1\n", "white-space", [12]),
    ("\u00a0::1", "white-space", [1]),
    ("[2001:db8::1]", "brackets", [1]),
    ("2001:db8::1]", "brackets", [12]),
    ("http://[2001:db8::1]/", "brackets", [8]),
    ("[2001:db8::1]:80", "brackets-and-port", [1, 15]),
    ("2001:db8::/32", "prefix-length", [11]),
    ("fe80::1%eth0/64", "prefix-length", [13]),
    ("192.0.2.1", "ipv4", [4]),
    ("192.0.2.1%eth0", "ipv4", [4]),
    ("%eth0", "no-address", [1]),
    ("2001:db8::g", "character", [11]),
    ("2001:db8: :1", "character", [10]),
    ("/2001:db8::1", "character", [1]),
    ("2001:db8::\u0661", "character", [11]),
    ("2001:db8::\uff11", "character", [11]),
    ("2001:db8::-1", "character", [11]),
    ("2001:db8::0x1", "character", [12]),
    ("2001:db8:::1", "three-colons", [9]),
    ("2001:db8::1::2", "two-gaps", [9, 12]),
    (":2001:db8::1", "leading-colon", [1]),
    (":", "leading-colon", [1]),
    ("2001:db8::1:", "trailing-colon", [12]),
    ("2001:db8::00001", "long-group", [11]),
    ("2001:db8:1:2:3:4:5", "too-few-groups", [18]),
    ("1:2:3:4:5:6:7:8:9", "too-many-groups", [17]),
    ("1:2:3:4:5:6:7:192.0.2.1", "too-many-groups", [15]),
    ("1:2:3:4::5:6:7:8:9", "too-many-groups", [18]),
    ("1:2:3:4:5:6:7:8::", "empty-gap", [16]),
    ("1:2:3:4::5:6:7:8", "empty-gap", [8]),
    ("::192.0.2.1:1", "dotted-not-last", [3]),
    ("192.0.2.1::", "dotted-not-last", [1]),
    ("::192.0.2", "octets", [3]),
    ("::192.0.2.1.1", "octets", [3]),
    ("::192.0.2.256", "octet", [11]),
    ("::192.0.2.", "octet", [11]),
    ("::192.0.c.1", "octet", [9]),
    ("::192.0.2.01", "octal", [11]),
    ("::192.00.2.1", "octal", [7]),
    ("fe80::1%", "empty-zone", [8]),
    ("fe80::1%a%b", "zone-character", [10]),
    ("fe80::1%a b", "zone-character", [10]),
    ("fe80::1%eth0:80", "zone-character", [13]),
    ("fe80::1%a/b", "zone-character", [10]),
    ("fe80::1%a\u202eb", "zone-character", [10]),
    ("fe80::1%" + "x" * 256, "long-zone", [9]),
    ("2001:db8::1%eth0", "zone-on-global", [12]),
    ("fd00::1%eth0", "zone-on-global", [8]),
    ("ff0e::1%eth0", "zone-on-global", [8]),
    ("::1%lo", "zone-on-global", [4]),
    ("::%1", "zone-on-global", [3]),
]


def refusal(text: object) -> str:
    with pytest.raises(ValueError) as caught:
        parse(text)  # type: ignore[arg-type]
    assert type(caught.value) is ValueError
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.parametrize(("text", "rule", "places"), ILLEGAL)
def test_each_mistake_has_its_own_message_that_names_the_place(text, rule, places):
    message = refusal(text)

    sentence = ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", REFUSALS[rule]))
    assert re.fullmatch(sentence, message, re.DOTALL), message
    named = re.findall(r"characters? (\d+)(?: and (\d+))?", message)
    assert [int(place) for pair in named for place in pair if place] == places


def test_every_refusal_and_every_step_is_met_by_an_example():
    assert {rule for _, rule, _ in ILLEGAL} | {"type"} == set(REFUSALS)
    met = {step.rule for text in LEGAL for step in steps(text)}
    assert met == set(WHY)


def test_the_message_for_two_gaps_says_what_where_and_what_is_right():
    assert refusal("2001:db8::1::2") == (
        "2001:db8::1::2 has two '::' (at characters 9 and 12); RFC 4291 section 2.2 allows one. "
        "Write one of them as groups of 0."
    )


@pytest.mark.parametrize("thing", [None, 1, b"::1", ["::1"], ipaddress.ip_address("::1")])
def test_what_is_not_text_is_a_value_error_that_names_its_type(thing):
    assert type(thing).__name__ in refusal(thing)


def test_a_digit_of_another_script_is_named_and_not_shown():
    message = refusal("2001:db8::\u0661")

    assert "U+0661 (ARABIC-INDIC DIGIT ONE)" in message
    assert message.isascii()


@pytest.mark.parametrize(
    "begin,repeated,end",
    [
        ("", "f", ""),
        ("", "1:", ""),
        ("", "\u202e", ""),
        ("", "[", ""),
        ("::", "9", ".1.1.1"),
        ("1.1.1.", "0", ""),
        ("::1/", "9", ""),
        ("fe80::1%", "e", ""),
    ],
)
def test_a_million_hostile_characters_get_a_short_answer(begin, repeated, end):
    message = refusal(begin + repeated * 10**6 + end)

    assert len(message) < 300
    assert message.isprintable()


def test_a_refusal_can_be_translated():
    with pytest.raises(ValueError, match=r"^LA DIRECCIÓN: 'x'\.$"):
        parse("x", translate=lambda sentence: "LA DIRECCIÓN: {text}.")


# --- Steps --------------------------------------------------------------------------------------


def test_steps_lead_from_the_full_form_to_the_canonical_text():
    way = [(step.rule, step.text, step.rfc) for step in steps("2001:DB8:0::1:0:0:1")]

    assert way == [
        ("expand", "2001:0DB8:0000:0000:0001:0000:0000:0001", "RFC 4291 section 2.2"),
        ("lower-case", "2001:0db8:0000:0000:0001:0000:0000:0001", "RFC 5952 section 4.3"),
        ("leading-zeros", "2001:db8:0:0:1:0:0:1", "RFC 5952 section 4.1"),
        ("first-run", "2001:db8::1:0:0:1", "RFC 5952 section 4.2.3"),
    ]


def test_steps_write_the_ipv4_part_before_they_shorten():
    way = [(step.rule, step.text) for step in steps("::ffff:c000:201")][2:]

    assert way == [("mixed", "0:0:0:0:0:ffff:192.0.2.1"), ("longest-run", "::ffff:192.0.2.1")]


def test_steps_say_why_a_single_zero_group_stays():
    last = steps("2001:db8::1:1:1:1:1")[-1]

    assert (last.rule, last.text) == ("single-zero", "2001:db8:0:1:1:1:1:1")
    assert last.rfc == "RFC 5952 section 4.2.2"


def test_every_step_keeps_the_zone_and_is_translated():
    way = steps("FE80::1%Eth0", translate=str.upper)

    assert all(step.text.endswith("%Eth0") and step.why.isupper() for step in way)


@examples
@given(values, st.integers(0, 3))
def test_steps_are_spellings_of_one_address_and_end_in_the_canonical_text(value, which):
    text = spellings(value)[which]
    way = steps(text)

    assert way[0].rule == "expand"
    assert way[-1].text == canonical(text)
    assert {parse(step.text).value for step in way} == {value}
    assert len({step.rule for step in way}) == len(way)


# --- Peers --------------------------------------------------------------------------------------


@examples
@given(values)
def test_every_address_is_read_back_from_each_of_its_spellings(value):
    texts = [*spellings(value), canonical(colons(value)), full(colons(value))]

    assert {parse(text).value for text in texts} == {value}
    assert len({canonical(text) for text in texts}) == 1
    assert all(canonical(full(text)) == canonical(text) for text in texts)
    assert canonical(canonical(texts[0])) == canonical(texts[0])
    assert parse(texts[0]).groups == netaddr.IPAddress(value, 6).words
    assert int(bits(texts[0]), 2) == value and len(bits(texts[0])) == 128


@examples
@given(values)
def test_canonical_agrees_with_glibc_and_netaddr(value):
    # netaddr 1.3 calls inet_ntop. Both differ from RFC 5952 section 5 in two places: they write the
    # deprecated ::/96 in mixed notation, and the well-known prefix of RFC 6052 in hexadecimal.
    assume(value >> 96 != TRANSLATION >> 96)
    assume(value >> 32 != 0 or value <= 0xFFFF)
    peer = socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))

    assert canonical(colons(value)) == peer
    assert canonical(colons(value)) == netaddr.IPAddress(value, 6).format(netaddr.ipv6_compact)


def test_where_the_peers_are_wrong():
    def both(text):
        packed = socket.inet_pton(socket.AF_INET6, text)
        return socket.inet_ntop(socket.AF_INET6, packed), str(netaddr.IPAddress(text, 6))

    assert set(both("::c000:201")) == {"::192.0.2.1"}
    assert set(both("64:ff9b::192.0.2.1")) == {"64:ff9b::c000:201"}


@examples
@given(values)
def test_canonical_agrees_with_the_standard_library_outside_mixed_notation(value):
    # `ipaddress` writes ::ffff:192.0.2.1 in hexadecimal on 3.11 and 3.12, and 64:ff9b::/96 always.
    assume(value >> 32 not in (MAPPED >> 32, TRANSLATION >> 32))
    peer = ipaddress.IPv6Address(value)

    assert canonical(peer.exploded) == peer.compressed
    assert full(peer.compressed) == peer.exploded


@examples
@given(st.integers(0, LOW_32), st.sampled_from([MAPPED, TRANSLATION]))
def test_an_embedded_ipv4_address_is_readable_at_the_end(ipv4, prefix):
    text = canonical(colons(prefix | ipv4))

    assert text.endswith(f":{ipaddress.IPv4Address(ipv4)}")
    assert parse(text).value == prefix | ipv4


# --- Hostile text -------------------------------------------------------------------------------


@examples
@given(hostile)
def test_hostile_text_is_accepted_exactly_where_glibc_accepts_it(text):
    assume("%" not in text)
    expected = peer_reads(text)
    if expected is not None:
        assert parse(text).value == expected
        return
    message = refusal(text)
    assert message.isprintable() and len(message) < 400
    assert text == "" or re.search(r"character (\d+)|characters \d+ and", message), message


@examples
@given(hostile, st.one_of(st.text(max_size=8), st.lists(fragments, max_size=3).map("".join)))
def test_a_zone_is_kept_verbatim_or_refused(address, zone):
    text = f"{address}%{zone}"
    try:
        parsed = parse(text)
    except ValueError as error:
        assert str(error).isprintable()
        return
    assert parsed.zone == zone == text.partition("%")[2]
    assert parsed.value == peer_reads(address)
    assert canonical(text) == f"{canonical(address)}%{zone}" == canonical(canonical(text))


# --- Cost ---------------------------------------------------------------------------------------


def test_importing_the_room_loads_only_the_standard_library():
    script = (
        "import sys, ipv6course.address; print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout

    assert not {"netaddr", "scapy", "anywidget", "traitlets", "socket"} & set(loaded.split())

"""Splitting and summarizing, against netaddr and the standard library's ipaddress."""

import ipaddress
import os
import time

import netaddr
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipv6course.address import canonical
from ipv6course.plan import Refused, split, summarize
from ipv6course.plan.prefix import blocks_between, network, prefix_text, read_prefix
from ipv6course.plan.refusals import REFUSALS, UNSEEN

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

DOCUMENTATION = 0x20010DB8 << 96


@st.composite
def blocks(draw, shortest=0):
    """A prefix as two numbers, often close to others."""
    length = draw(st.one_of(st.integers(shortest, 128), st.integers(32, 40)))
    value = draw(
        st.one_of(
            st.integers(0, 2**128 - 1),
            st.integers(0, 255).map(lambda n: DOCUMENTATION | n << 88),
            st.integers(0, 7).map(lambda n: n << 126 - 1),
        )
    )
    return value % 2**128 >> 128 - length << 128 - length, length


def test_split_is_lazy_and_knows_its_number():
    began = time.perf_counter()
    parts = split("2001:db8::/32", 128)

    assert parts.count == 2**96
    assert str(parts[2**95]) == "2001:db8:8000::/128"
    assert str(parts[-1]) == "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128"
    assert [str(part) for part in parts[1:3]] == ["2001:db8::1/128", "2001:db8::2/128"]
    assert "2001:db8::7/128" in parts
    assert "3fff::/128" not in parts
    assert "nonsense" not in parts
    assert parts.index("2001:db8::7/128") == 7
    assert parts[2**70 :].count == 2**96 - 2**70
    assert time.perf_counter() - began < 0.5


def test_split_by_count_and_by_length_are_the_same():
    for parts in (split("3fff::/20", 24), split(netaddr.IPNetwork("3fff::/20"), count=16)):
        assert len(parts) == 16
        assert isinstance(parts[0], netaddr.IPNetwork)
        assert [str(part) for part in parts[:2]] == ["3fff::/24", "3fff:100::/24"]
        assert repr(parts) == "<16 x /24 in 3fff::/20>"
        assert next(reversed(parts)) == parts[-1]


@examples
@given(blocks(), st.integers(0, 8))
def test_split_agrees_with_netaddr(block, deeper):
    first, length = block
    assume(length + deeper <= 128)
    ours = split(network(first, length), length + deeper)

    assert list(ours) == list(network(first, length).subnet(length + deeper))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2001:db8::/32", 31), "larger than the prefix itself. Use a length from 32 to 128"),
        (("2001:db8::/32", 129), "/129 is no prefix length"),
        (("2001:db8::/32", "48"), "whole number, not str"),
        (("2001:db8::/32", True), "whole number, not bool"),
        (("2001:db8::/32",), "either new_length, such as 36, or count"),
        (("2001:db8::1/32", 48), "The prefix of that length is 2001:db8::/32"),
        (("2001:db8::", 48), "has no prefix length"),
        (("192.0.2.0/24", 25), "IPv4"),
        ((netaddr.IPNetwork("192.0.2.0/24"), 25), "is an IPv4 prefix"),
        (("fe80::%eth0/64", 65), "has a zone"),
        (("2001:db8::/032", 48), "without leading zeros"),
        (("2001:db8::/129", 48), "from 0 to 128"),
        (("2001:db8::/٣٢", 48), "decimal number"),
        ((None, 48), "not as NoneType"),
        (("\u202e2001:db8::/32\x00", 48), "decimal number"),
        (("x" * 10_000 + "/32", 48), "..."),
        (("2001:db8::/32", 10**5000), "/2**16609... is no prefix length"),
    ],
    ids=range(17),
)
def test_split_says_what_is_wrong(arguments, says):
    with pytest.raises(ValueError) as refusal:
        split(*arguments)
    assert says in str(refusal.value)
    assert len(str(refusal.value)) < 400
    assert not UNSEEN.search(str(refusal.value))


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (3, "power of two, such as 4"),
        (0, "power of two, such as 2"),
        (-(10**5000), "power of two"),
        (2**97, "at most 2**96"),
        (10**5000, "at most 2**96"),
        (2.0, "whole number, not float"),
    ],
    ids=range(6),
)
def test_split_refuses_a_count(count, says):
    with pytest.raises(ValueError) as refusal:
        split("2001:db8::/32", count=count)
    assert says in str(refusal.value)


def test_summarize():
    given_prefixes = ["2001:db8:1::/48", "2001:db8::/48", "2001:db8::/64", "3fff::/20"]
    assert [str(one) for one in summarize(given_prefixes)] == ["2001:db8::/47", "3fff::/20"]
    assert summarize([]) == []
    assert summarize(["::/1", "8000::/1"]) == [netaddr.IPNetwork("::/0")]
    assert summarize([netaddr.IPAddress("2001:db8::1")]) == [netaddr.IPNetwork("2001:db8::1/128")]
    assert summarize("2001:db8::/32") == [netaddr.IPNetwork("2001:db8::/32")]
    with pytest.raises(ValueError, match="IPv4"):
        summarize(["2001:db8::/32", netaddr.IPNetwork("192.0.2.0/24")])


@examples
@given(st.lists(blocks(), max_size=12))
def test_summarize_agrees_with_both_peers(many):
    ours = summarize(network(*block) for block in many)

    assert ours == netaddr.cidr_merge([network(*block) for block in many])
    standard = ipaddress.collapse_addresses(ipaddress.IPv6Network(block) for block in many)
    assert [(one.first, one.prefixlen) for one in ours] == [
        (int(one.network_address), one.prefixlen) for one in standard
    ]


@examples
@given(st.integers(0, 2**128), st.integers(0, 2**128))
def test_blocks_between_covers_exactly(first, end):
    found = list(blocks_between(first, end))
    at = first
    for block, length in found:
        assert block == at
        assert block % (1 << 128 - length) == 0
        at += 1 << 128 - length
    assert at == max(first, end)
    merged = netaddr.cidr_merge([network(*block) for block in found])
    assert merged == [network(*block) for block in found]  # none fewer


@examples
@given(blocks())
def test_prefix_text_is_canonical_and_read_again(block):
    first, length = block
    text = prefix_text(first, length)
    address, _slash, _length = text.partition("/")

    assert address == canonical(str(netaddr.IPAddress(first, 6)))
    assert read_prefix(text) == read_prefix(text.upper()) == block
    assert read_prefix(network(*block)) == block


@examples
@given(st.one_of(st.text(), st.text("0123456789abcdef:/.%", max_size=24)))
def test_text_is_a_prefix_or_a_value_error(text):
    try:
        first, length = read_prefix(text)
    except ValueError as refusal:
        assert not UNSEEN.search(str(refusal))
    else:
        assert netaddr.IPNetwork(text) == network(first, length)


def test_a_refusal_can_be_said_in_another_language_and_travels():
    import pickle

    with pytest.raises(Refused) as refusal:
        split("2001:db8::/32", 20)
    assert refusal.value.text(lambda _sentence: "pas /{length}").startswith("pas /20")
    again = pickle.loads(pickle.dumps(refusal.value))
    assert (str(again), again.rule) == (str(refusal.value), "split-shorter")
    assert "split-shorter" in REFUSALS

"""Names in ip6.arpa: the RFC's example, three peers, and names that nobody should accept."""

import ipaddress
import os
import shutil
import subprocess

import netaddr
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ipv6course.address import from_reverse, reverse

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

values = st.one_of(
    st.integers(0, 2**128 - 1),
    st.integers(0, 2**32 - 1).map(lambda low: 0x2001_0DB8 << 96 | low),
)
lengths = st.integers(0, 32).map(lambda nibbles: nibbles * 4)
labels = st.sampled_from(["0", "1", "f", "F", "10", "", "g", "ip6", "arpa", "int", "IP6", "\u0661"])
hostile = st.one_of(
    st.text(),
    st.lists(labels, max_size=36).map(".".join),
    st.lists(labels, max_size=36).map(lambda some: ".".join([*some, "ip6.arpa."])),
    st.none(),
    st.integers(),
    st.binary(),
)

IPV6CALC = shutil.which("ipv6calc")
if IPV6CALC is None and os.environ.get("CI"):
    raise RuntimeError("On CI ipv6calc must be there: python tests/requirements.py brings it.")


def cut(value: int, length: int) -> netaddr.IPNetwork:
    return netaddr.IPNetwork((value, length), version=6).cidr


def refusal(function, thing):
    with pytest.raises(ValueError) as caught:
        function(thing)
    assert type(caught.value) is ValueError
    assert str(caught.value).isprintable() and len(str(caught.value)) < 800
    return str(caught.value)


# RFC 3596 section 2.5
RFC_ADDRESS = "4321:0:1:2:3:4:567:89ab"
RFC_NAME = "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.IP6.ARPA."


def test_the_rfc_example():
    assert reverse(RFC_ADDRESS) == RFC_NAME.lower()
    assert from_reverse(RFC_NAME) == netaddr.IPAddress(RFC_ADDRESS)


@pytest.mark.parametrize(
    "prefix,name",
    [
        ("::/0", "ip6.arpa."),
        ("2000::/4", "2.ip6.arpa."),
        ("2001:db8::/32", "8.b.d.0.1.0.0.2.ip6.arpa."),
        ("3fff::/20", "0.f.f.f.3.ip6.arpa."),
        ("2001:db8:12::/48", "2.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa."),
        ("2001:db8::/36", "0.8.b.d.0.1.0.0.2.ip6.arpa."),
    ],
)
def test_a_prefix_has_one_label_for_every_four_bits(prefix, name):
    assert reverse(prefix) == reverse(netaddr.IPNetwork(prefix)) == name
    assert from_reverse(name) == netaddr.IPNetwork(prefix)
    assert from_reverse(name.removesuffix(".")) == netaddr.IPNetwork(prefix)


@examples
@given(values)
def test_an_address_is_read_back_and_two_peers_agree(value):
    address = netaddr.IPAddress(value, 6)
    name = reverse(address)

    assert name == address.reverse_dns
    assert name == f"{ipaddress.IPv6Address(value).reverse_pointer}."
    assert reverse(str(address)) == reverse(netaddr.IPNetwork((value, 128), version=6)) == name
    found = from_reverse(name.upper())
    assert isinstance(found, netaddr.IPAddress) and found == address


@examples
@given(values, lengths)
def test_a_prefix_is_read_back(value, length):
    # No peer here: the standard library puts the length into the name of a prefix
    # ("0.0.0.0/23.0.…", bpo issue 27571), and netaddr names only addresses.
    prefix = cut(value, length)
    name = reverse(prefix)

    assert reverse(f"{prefix}") == name
    assert name.count(".") == length // 4 + 2
    if length < 128:
        found = from_reverse(name)
        assert isinstance(found, netaddr.IPNetwork) and found == prefix
        longest = netaddr.IPAddress(prefix.last, 6)
        assert reverse(longest).endswith(f".{name}")


@examples
@given(values, st.integers(0, 127).filter(lambda length: length % 4))
def test_a_prefix_that_ends_inside_a_nibble_is_refused_with_the_prefixes_to_use(value, length):
    prefix = cut(value, length)
    message = refusal(reverse, prefix)
    named = message.partition("instead: ")[2].removesuffix(".").split(", ")
    instead = [netaddr.IPNetwork(one) for one in named]

    assert netaddr.cidr_merge(instead) == [prefix]
    assert {one.prefixlen for one in instead} == {length + -length % 4}
    assert all(from_reverse(reverse(one)) is not None for one in instead)


@pytest.mark.skipif(IPV6CALC is None, reason="ipv6calc is not on the PATH")
def test_ipv6calc_agrees_where_the_length_is_a_multiple_of_four():
    # Where it is not, ipv6calc answers for the first of the longer prefixes, as if that were all.
    # Before a '/0' it prints no name.
    prefixes = [cut(0x2001_0DB8_ABCD_EF01 << 64 | 0x2345, length) for length in range(4, 129, 4)]
    asked = "".join(f"{prefix}\n" for prefix in prefixes)
    command = [str(IPV6CALC), "-q", "--in", "ipv6addr", "--out", "revnibbles.arpa"]
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    names = ran.stdout.splitlines()

    assert names == [reverse(prefix) for prefix in prefixes]
    command = [str(IPV6CALC), "-q", "--in", "revnibbles.arpa", "--out", "ipv6addr"]
    ran = subprocess.run(command, input=ran.stdout, capture_output=True, text=True, check=True)
    back = [netaddr.IPNetwork(text) for text in ran.stdout.splitlines()]
    assert back[:-1] == [from_reverse(name) for name in names[:-1]]
    assert back[-1].ip == from_reverse(names[-1])


# --- Refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name,said",
    [
        ("1.8.b.d.0.1.0.0.2.ip6.int.", "ip6.int (character 19), which is no longer used"),
        ("1.2.0.192.in-addr.arpa", "in-addr.arpa (character 11), which is for IPv4"),
        ("2001:db8::1", "does not end in ip6.arpa (character 1)"),
        ("1.ip6.arpa.example.com.", "does not end in ip6.arpa (character 12)"),
        ("", "does not end in ip6.arpa"),
        (".", "does not end in ip6.arpa"),
        ("arpa", "does not end in ip6.arpa (character 1)"),
        ("8.bd.0.1.ip6.arpa.", "a label at character 3 that is not one hexadecimal digit"),
        ("8.g.0.1.ip6.arpa.", "a label at character 3"),
        ("8..0.1.ip6.arpa.", "a label at character 3"),
        (".ip6.arpa.", "a label at character 1"),
        ("\u0661.ip6.arpa", "a label at character 1"),
        ("1.ip6.arpa..", "does not end in ip6.arpa"),
        ("0." * 33 + "ip6.arpa", "33 nibbles"),
        (None, "NoneType"),
    ],
)
def test_a_name_that_is_none_is_refused(name, said):
    assert said in refusal(from_reverse, name)


@pytest.mark.parametrize(
    "thing,said",
    [
        ("fe80::1%eth0", "zone"),
        ("fe80::%eth0/64", "zone at character 7"),
        ("2001:db8::1/64", "2001:db8::/64"),
        (netaddr.IPNetwork("2001:db8::1/64"), "2001:db8::/64"),
        ("2001:db8::/129", "prefix length at character 12"),
        ("2001:db8::/+32", "prefix length at character 12"),
        ("2001:db8::/032", "prefix length at character 12"),
        ("2001:db8::/\u0663\u0662", "prefix length at character 12"),
        ("2001:db8::/", "prefix length at character 12"),
        ("192.0.2.0/24", "IPv4"),
        (netaddr.IPNetwork("192.0.2.0/24"), "IPv4"),
        (netaddr.IPAddress("192.0.2.1"), "IPv4"),
        (1, "int"),
    ],
)
def test_what_has_no_name_is_refused(thing, said):
    assert said in refusal(reverse, thing)


@examples
@given(hostile)
def test_hostile_names_are_read_or_are_a_value_error(name):
    try:
        found = from_reverse(name)
    except ValueError as error:
        assert type(error) is ValueError
        assert str(error).isprintable() and len(str(error)) < 400
        return
    assert reverse(found) == f"{name.removesuffix('.').lower()}."


@examples
@example("::")
@example("2001:db8::/32")
@given(st.one_of(st.text(), st.text(alphabet="0123456789abcdef:/% \u0661", max_size=50)))
def test_hostile_text_is_named_or_is_a_value_error(text):
    try:
        name = reverse(text)
    except ValueError as error:
        assert type(error) is ValueError
        assert str(error).isprintable() and len(str(error)) < 800
        return
    found = from_reverse(name)
    first = found.first if isinstance(found, netaddr.IPNetwork) else int(found)
    assert first == int(netaddr.IPAddress(text.partition("/")[0], 6))


def test_a_million_labels_get_a_short_answer():
    assert len(refusal(from_reverse, "1." * 500_000 + "ip6.arpa")) < 300
    assert len(refusal(from_reverse, "x" * 1_000_000)) < 300

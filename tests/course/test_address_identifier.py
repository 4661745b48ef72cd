"""Interface identifiers and unique local prefixes: RFCs, three peers, and hostile input."""

import hashlib
import os
import random
import shutil
import struct
import subprocess
from datetime import UTC, datetime, timedelta, timezone

import netaddr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipv6course.address import (
    linux_stable_private,
    mac_of,
    modified_eui64,
    stable_private,
    temporary,
    ula_prefix,
)
from ipv6course.address.identifier import RESERVED, is_reserved
from ipv6course.address.linux_identifier import INITIAL, sha1_step

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
examples = settings(derandomize=True, max_examples=50_000 if PROVE else 300, deadline=None)

PREFIX = "2001:db8:0:1::/64"
MAC = "00:00:5e:00:53:01"
SECRET = bytes(range(16))

# Prefixes whose addresses have an interface identifier: not 000..., not multicast.
prefixes = st.integers(0x2000 << 48, 0xFEFF << 48).map(
    lambda value: netaddr.IPNetwork((value << 64, 64), version=6)
)
macs = st.integers(0, 2**48 - 1).map(lambda value: netaddr.EUI(value & ~(1 << 40), 48))
eui64s = st.integers(0, 2**64 - 1).map(lambda value: netaddr.EUI(value & ~(1 << 56), 64))
secrets = st.binary(min_size=16, max_size=64)
hostile = st.one_of(
    st.text(),
    st.text(alphabet="0123456789abcdef:.-/% \u0661\x00", max_size=50),
    st.none(),
    st.integers(),
    st.binary(),
    st.floats(),
)

IPV6CALC = shutil.which("ipv6calc")
if IPV6CALC is None and os.environ.get("CI"):
    raise RuntimeError("On CI ipv6calc must be there: python tests/requirements.py brings it.")


def refusal(function, *arguments, **named):
    with pytest.raises(ValueError) as caught:
        function(*arguments, **named)
    assert type(caught.value) is ValueError
    assert str(caught.value).isprintable() and len(str(caught.value)) < 500
    return str(caught.value)


def identifier(address: netaddr.IPAddress) -> int:
    return int(address) & (1 << 64) - 1


# --- Modified EUI-64 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mac,expected",
    [
        # RFC 2464 section 4: 34-56-78-9A-BC-DE
        ("34-56-78-9A-BC-DE", "3656:78ff:fe9a:bcde"),
        ("00:00:5e:00:53:01", "200:5eff:fe00:5301"),
        ("02:00:5e:00:53:01", "0:5eff:fe00:5301"),  # locally administered
        # RFC 9542 section 2.2: a documentation EUI-64, which only has its bit inverted
        ("00-00-5e-ef-10-00-00-01", "200:5eef:1000:1"),
    ],
)
def test_the_rfc_examples(mac, expected):
    assert modified_eui64("fe80::/64", mac) == netaddr.IPAddress(f"fe80::{expected}")


@pytest.mark.parametrize(
    "text",
    ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "00005e005301", netaddr.EUI(MAC)],
)
def test_every_way_to_write_a_mac_address(text):
    assert modified_eui64(PREFIX, text) == netaddr.IPAddress("2001:db8:0:1:200:5eff:fe00:5301")


@examples
@given(prefixes, macs)
def test_the_mac_address_comes_back_and_netaddr_agrees(prefix, mac):
    address = modified_eui64(prefix, mac)

    assert isinstance(address, netaddr.IPAddress) and address in prefix
    assert address == mac.ipv6(prefix.first)
    assert identifier(address) == int(mac.modified_eui64())
    found = mac_of(address)
    assert isinstance(found, netaddr.EUI) and found == mac
    assert found == mac_of(str(address))
    assert modified_eui64(str(prefix), str(mac)) == address


@examples
@given(prefixes, eui64s)
def test_an_eui64_keeps_all_bits_but_one(prefix, eui64):
    address = modified_eui64(prefix, eui64)

    assert identifier(address) ^ int(eui64) == 1 << 57
    assert (mac_of(address) is not None) == (eui64.packed[3:5] == b"\xff\xfe")


@examples
@given(st.integers(0, 2**128 - 1), st.booleans())
def test_mac_of_is_none_or_an_inverse(value, with_fffe):
    if with_fffe:
        value = value & ~(0xFFFF << 24) | 0xFFFE << 24
    address = netaddr.IPAddress(value, 6)
    found = mac_of(address)

    if found is None:
        no_identifier = address.is_multicast() or value >> 125 == 0
        group = value >> 56 & 1
        assert no_identifier or group or value >> 24 & 0xFFFF != 0xFFFE
    else:
        prefix = netaddr.IPNetwork((value >> 64 << 64, 64), version=6)
        assert modified_eui64(prefix, found) == address


@pytest.mark.skipif(IPV6CALC is None, reason="ipv6calc is not on the PATH")
def test_ipv6calc_agrees():
    rng = random.Random(4291)
    pairs = [
        (f"2001:db8:{n:x}::", netaddr.EUI(rng.getrandbits(48) & ~(1 << 40))) for n in range(99)
    ]
    asked = "".join(f"{prefix} {str(mac).replace('-', ':')}\n" for prefix, mac in pairs)
    command = [str(IPV6CALC), "-q", "--action", "prefixmac2ipv6"]
    command += ["--in", "prefix+mac", "--out", "ipv6addr"]
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    said = [netaddr.IPAddress(line) for line in ran.stdout.splitlines()]

    assert said == [modified_eui64(f"{prefix}/64", mac) for prefix, mac in pairs]


@pytest.mark.parametrize(
    "prefix,said",
    [
        ("2001:db8::/48", "Choose a subnet in it, such as 2001:db8::/64"),
        ("2001:db8:0:0:1::/80", "The /64 around it is 2001:db8::/64"),
        ("fe80::/10", "such as fe80::/64"),
        ("2001:db8::", "no prefix length"),
        ("2001:db8::1/64", "The prefix that it is in is 2001:db8::/64"),
        ("fe80::%eth0/64", "zone"),
        ("ff02::/64", "multicast"),
        ("64:ff9b:1::/64", "000"),
        ("192.0.2.0/24", "IPv4"),
        (netaddr.IPNetwork("192.0.2.0/24"), "IPv4"),
        (netaddr.IPAddress("2001:db8::"), "IPAddress"),
    ],
)
def test_a_prefix_that_holds_no_interface_identifier_is_refused(prefix, said):
    assert said in refusal(modified_eui64, prefix, MAC)
    assert said in refusal(temporary, prefix, random.Random(1))
    assert said in refusal(stable_private, prefix, "eth0", None, 0, SECRET)
    assert said in refusal(linux_stable_private, prefix, 0, SECRET)


@pytest.mark.parametrize(
    "mac,said",
    [
        ("", "0 hexadecimal digits"),
        ("00:00:5e:00:53", "10 hexadecimal digits"),
        ("00:00:5e:00:53:01:02", "14 hexadecimal digits"),
        ("00:00:5e-00:53:01", "marks"),
        ("0:0:5e:0:53:1", "8 hexadecimal digits"),
        ("00:00:5e:00:53:0g", "place 17"),
        ("00:00:5e:00:53:01\n", "place 18"),
        ("00:00:5e:00:53:\u0661\u0661", "place 16"),
        ("01:00:5e:00:53:01", "address of a group"),
        ("33:33:00:00:00:01", "address of a group"),
        (netaddr.EUI("ff-ff-ff-ff-ff-ff"), "address of a group"),
        (0x00005E005301, "int"),
    ],
)
def test_what_is_no_hardware_address_of_an_interface_is_refused(mac, said):
    assert said in refusal(modified_eui64, PREFIX, mac)
    assert said in refusal(ula_prefix, mac, 0)


# --- Temporary ----------------------------------------------------------------------------------


class Draws:
    """Gives the numbers that a test chose."""

    def __init__(self, *numbers):
        self.numbers = iter(numbers)

    def getrandbits(self, k):
        assert k == 64
        return next(self.numbers)


@examples
@given(prefixes, st.integers())
def test_a_temporary_address_is_random_and_can_be_repeated(prefix, seed):
    address = temporary(prefix, random.Random(seed))

    assert address in prefix
    assert identifier(address) == random.Random(seed).getrandbits(64)
    assert address == temporary(str(prefix), random.Random(seed))


def test_reserved_identifiers_and_those_in_use_are_thrown_away():
    edges = [value for first, last, _ in RESERVED for value in (first, last)]
    in_use = ["2001:db8:0:1::5", netaddr.IPAddress("2001:db8:0:1::6")]

    address = temporary(PREFIX, Draws(*edges, 5, 6, 7), in_use)
    assert address == netaddr.IPAddress("2001:db8:0:1::7")


@pytest.mark.parametrize(
    "value,reserved",
    [
        (0, True),
        (1, False),
        (0x0200_5EFF_FDFF_FFFF, False),
        (0x0200_5EFF_FE00_0000, True),
        (0x0200_5EFF_FE00_5212, True),
        (0x0200_5EFF_FE00_5213, True),  # Proxy Mobile IPv6, RFC 6543
        (0x0200_5EFF_FE00_5214, True),
        (0x0200_5EFF_FEFF_FFFF, True),
        (0x0200_5EFF_FF00_0000, False),
        (0xFDFF_FFFF_FFFF_FF7F, False),
        (0xFDFF_FFFF_FFFF_FF80, True),
        (0xFDFF_FFFF_FFFF_FFFF, True),
        (0xFE00_0000_0000_0000, False),
    ],
)
def test_the_edges_of_the_reserved_identifiers(value, reserved):
    assert is_reserved(value) is reserved


@pytest.mark.parametrize(
    "rng,said",
    [
        (Draws(*[0] * 64), "64 identifiers that are reserved"),
        (Draws(-1), "64 bits"),
        (Draws(2**64), "64 bits"),
        (Draws(0.5), "64 bits"),
        (None, "NoneType"),
    ],
)
def test_a_source_that_is_not_random_is_refused(rng, said):
    assert said in refusal(temporary, PREFIX, rng)


# --- RFC 7217 -----------------------------------------------------------------------------------


def test_the_octets_are_those_that_the_docstring_states():
    octets = bytes.fromhex("20010db800000001") + b"\0\4eth0" + b"\0\4cafe" + b"\7" + SECRET
    expected = hashlib.sha256(octets).digest()[-8:]

    address = stable_private(PREFIX, "eth0", "cafe", 7, SECRET)
    assert address.packed == bytes.fromhex("20010db800000001") + expected


def test_every_parameter_changes_the_identifier():
    base = (PREFIX, "eth0", "cafe", 0, SECRET)
    others = [
        base,
        ("2001:db8:0:2::/64", *base[1:]),
        (PREFIX, "eth1", "cafe", 0, SECRET),
        (PREFIX, netaddr.EUI(MAC), "cafe", 0, SECRET),
        (PREFIX, "eth0", "cafd", 0, SECRET),
        (PREFIX, "eth0", None, 0, SECRET),
        (PREFIX, "eth0c", "afe", 0, SECRET),  # lengths keep the parameters apart
        (PREFIX, "eth0", "cafe", 1, SECRET),
        (PREFIX, "eth0", "cafe", 0, SECRET + b"\0"),
    ]

    identifiers = {identifier(stable_private(*other)) for other in others}
    assert len(identifiers) == len(others)
    assert stable_private(*base) == stable_private(PREFIX, b"eth0", b"cafe", 0, SECRET)
    assert stable_private(PREFIX, "e", None, 0, SECRET) == stable_private(
        PREFIX, "e", "", 0, SECRET
    )


@examples
@given(prefixes, st.text(max_size=20), st.text(max_size=20), st.integers(0, 255), secrets)
def test_a_stable_address_is_stable_and_in_its_prefix(prefix, interface, network, counter, secret):
    address = stable_private(prefix, interface, network, counter, secret)

    assert address in prefix and not is_reserved(identifier(address))
    assert address == stable_private(str(prefix), interface, network, counter, secret)


@pytest.mark.parametrize(
    "arguments,said",
    [
        (("eth0", None, 0, bytes(15)), "at least 16"),
        (("eth0", None, 0, "0123456789abcdef"), "must be bytes"),
        (("eth0", None, -1, SECRET), "0 to 255"),
        (("eth0", None, 256, SECRET), "0 to 255"),
        (("eth0", None, True, SECRET), "0 to 255"),
        (("eth0", None, 0.0, SECRET), "0 to 255"),
        ((7, None, 0, SECRET), "interface must be"),
        (("eth0", 7, 0, SECRET), "network_id must be"),
        (("e" * 65536, None, 0, SECRET), "65535"),
    ],
)
def test_what_rfc_7217_does_not_take_is_refused(arguments, said):
    assert said in refusal(stable_private, PREFIX, *arguments)


# --- Linux --------------------------------------------------------------------------------------


def padded(message: bytes) -> bytes:
    """FIPS 180-4 section 5.1.1."""
    filled = message + b"\x80" + bytes(-(len(message) + 9) % 64)
    return filled + struct.pack("!Q", 8 * len(message))


@examples
@given(st.binary(max_size=300))
def test_the_sha1_step_gives_sha1(message):
    octets = padded(message)
    state = INITIAL
    for at in range(0, len(octets), 64):
        state = sha1_step(state, octets[at : at + 64])

    assert struct.pack("!5I", *state) == hashlib.sha1(message).digest()


# Read off Linux 6.18, `addr_gen_mode` 2 with this secret, in a veth pair whose hardware address
# counts as zero. tests/laboratory/test_kernel_addresses.py asks the kernel that is running.
KERNEL = {
    ("fe80::/64", 0): "fe80::dbfd:9c46:97fa:3249",
    ("fe80::/64", 1): "fe80::46df:8737:b07d:e2bf",
}


@pytest.mark.parametrize("arguments,address", KERNEL.items())
def test_an_address_that_a_kernel_made(arguments, address):
    secret = "2001:db8::5ec:1"
    expected = netaddr.IPAddress(address)

    assert linux_stable_private(*arguments, secret) == expected
    assert linux_stable_private(*arguments, netaddr.IPAddress(secret)) == expected
    assert linux_stable_private(*arguments, netaddr.IPAddress(secret).packed) == expected
    assert linux_stable_private(*arguments, secret, "00:00:00:00:00:00") == expected


def test_the_hardware_address_is_filled_up_with_zeros():
    mac = netaddr.EUI(MAC)
    address = linux_stable_private(PREFIX, 0, SECRET, mac)

    assert address == linux_stable_private(PREFIX, 0, SECRET, MAC)
    assert address == linux_stable_private(PREFIX, 0, SECRET, mac.packed.ljust(32, b"\0"))
    assert address != linux_stable_private(PREFIX, 0, SECRET)


@pytest.mark.parametrize(
    "arguments,said",
    [
        ((0, bytes(15)), "15 octets"),
        ((0, bytes(17)), "17 octets"),
        ((0, 5), "int"),
        ((256, SECRET), "0 to 255"),
        ((0, SECRET, bytes(33)), "33 octets"),
        ((0, SECRET, None), "NoneType"),
        ((0, SECRET, "33:33:00:00:00:01"), "address of a group"),
    ],
)
def test_what_linux_does_not_take_is_refused(arguments, said):
    assert said in refusal(linux_stable_private, PREFIX, *arguments)


# --- Unique local -------------------------------------------------------------------------------


def test_the_algorithm_of_rfc_4193_step_by_step():
    time = 0xE8F0_0000_8000_0000  # 1: the time in NTP format
    eui64 = bytes.fromhex("00005efffe005301")  # 2: ff:fe in the middle, no bit inverted
    key = time.to_bytes(8, "big") + eui64  # 3
    digest = hashlib.sha1(key).digest()  # 4
    global_id = digest[-5:]  # 5: the least significant 40 bits
    packed = b"\xfd" + global_id + bytes(10)  # 6: fc00::/7 and L = 1

    found = ula_prefix(MAC, time)
    assert isinstance(found, netaddr.IPNetwork)
    assert found == netaddr.IPNetwork((int.from_bytes(packed, "big"), 48), version=6)
    assert found == ula_prefix("00-00-5E-FF-FE-00-53-01", time)  # the EUI-64 itself


@pytest.mark.parametrize(
    "when,seconds",
    [
        (datetime(1900, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, tzinfo=UTC), 2_208_988_800),  # RFC 5905 figure 4
        (datetime(1999, 12, 31, tzinfo=UTC), 3_155_587_200),  # RFC 5905 figure 4
        (datetime(2036, 2, 7, 6, 28, 15, tzinfo=UTC), 2**32 - 1),
        (datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC), 0),  # era 1 begins
        (datetime(2026, 1, 1, 5, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))), 3976214400),
    ],
)
def test_the_time_is_in_ntp_format(when, seconds):
    assert ula_prefix(MAC, when) == ula_prefix(MAC, seconds << 32)
    half = when + timedelta(microseconds=500_000)
    assert ula_prefix(MAC, half) == ula_prefix(MAC, seconds << 32 | 1 << 31)


@examples
@given(macs, st.integers(0, 2**64 - 1))
def test_a_unique_local_prefix_is_a_48_in_fd00_and_the_same_every_time(mac, time):
    found = ula_prefix(mac, time)

    assert found.prefixlen == 48 and found == found.cidr
    assert found in netaddr.IPNetwork("fd00::/8")
    assert found == ula_prefix(str(mac), time)
    assert found != ula_prefix(mac, time ^ 1)


@pytest.mark.parametrize(
    "time", [datetime(2026, 1, 1), -1, 2**64, True, 1.5, "2026-01-01", None], ids=str
)
def test_a_time_that_is_none_is_refused(time):
    assert "time zone" in refusal(ula_prefix, MAC, time)


# --- Hostile input ------------------------------------------------------------------------------


@examples
@given(st.tuples(hostile, hostile, hostile, hostile, hostile), st.integers(0, 31))
def test_hostile_input_is_a_value_error(things, which):
    good = (PREFIX, MAC, None, 0, SECRET)
    mixed = [
        thing if which >> place & 1 else fine
        for place, (thing, fine) in enumerate(zip(things, good, strict=True))
    ]
    prefix, mac, network, counter, secret = mixed
    calls = [
        (modified_eui64, prefix, mac),
        (mac_of, mac),
        (temporary, prefix, mac),
        (stable_private, prefix, mac, network, counter, secret),
        (linux_stable_private, prefix, counter, secret, mac),
        (ula_prefix, mac, counter),
    ]
    for function, *arguments in calls:
        try:
            function(*arguments)
        except ValueError as error:
            assert type(error) is ValueError
            assert str(error).isprintable() and len(str(error)) < 500


@examples
@given(hostile)
def test_hostile_addresses_in_use_are_a_value_error(thing):
    try:
        temporary(PREFIX, random.Random(1), [thing])
    except ValueError as error:
        assert type(error) is ValueError


def test_every_refusal_is_short_even_for_a_million_characters():
    for text in ("0" * 10**6, ":" * 10**6, "\u202e" * 10**6, "0:" * 10**6):
        assert len(refusal(modified_eui64, text, MAC)) < 400
        assert len(refusal(modified_eui64, PREFIX, text)) < 400

"""The shims for a browser, held against the C library of this machine."""

import socket
import sys

import browser_shims
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc is what lessons expect")
GROUPS = st.lists(st.sampled_from([0, 0, 0, 1, 0xDB8, 0xFFFF]), min_size=8, max_size=8)
TEXTS = st.text("0123456789abcdefABCDEF:.%/ g", max_size=42)


@given(st.one_of(st.binary(min_size=16, max_size=16), GROUPS.map(lambda groups: _packed(groups))))
@example(bytes(16))
@example(bytes(10) + b"\xff\xff" + bytes(4))
@example(bytes(12) + b"\x00\x01\x00\x00")
@example(bytes(12) + b"\x00\x00\xff\xff")
def test_bytes_become_the_text_that_linux_writes(packed):
    assert browser_shims.inet6_ntop(packed) == socket.inet_ntop(socket.AF_INET6, packed)
    assert browser_shims.inet6_pton(browser_shims.inet6_ntop(packed)) == packed


def _packed(groups):
    return b"".join(group.to_bytes(2, "big") for group in groups)


@given(TEXTS)
@example("2001:DB8::192.0.2.1")
@example("1:2:3:4:5:6:7::")
@example("::1:2:3:4:5:6:7:8")
@example("::192.0.2.01")
@example("fe80::1%eth0")
@example("::1/128")
@example(" ::1")
@example("")
def test_text_is_read_and_refused_as_on_linux(text):
    try:
        expected = socket.inet_pton(socket.AF_INET6, text)
    except OSError as refusal:
        with pytest.raises(OSError, match=str(refusal)):
            browser_shims.inet6_pton(text)
    else:
        assert browser_shims.inet6_pton(text) == expected


@pytest.mark.parametrize("packed", [b"", bytes(4), bytes(15), bytes(17)])
def test_bytes_of_another_length_are_refused_as_on_linux(packed):
    with pytest.raises(ValueError, match="invalid length") as refusal:
        browser_shims.inet6_ntop(packed)
    with pytest.raises(ValueError, match=str(refusal.value)):
        socket.inet_ntop(socket.AF_INET6, packed)


def test_what_is_not_text_is_refused():
    with pytest.raises(TypeError):
        browser_shims.inet6_pton(bytes(16))


def test_nothing_changes_outside_a_browser():
    before = socket.inet_pton
    browser_shims.apply()
    assert socket.inet_pton is before

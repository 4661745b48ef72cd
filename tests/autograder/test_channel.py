"""Messages arrive whole; whatever else a process sends is an error, and soon."""

import json
import socket
import struct
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipv6grader.execution.channel import Channel, ChannelError, ClosedError, LateError


@pytest.fixture
def ends():
    """A channel with a small limit, and the raw socket at its other end."""
    own, other = socket.socketpair()
    yield Channel(own, limit=1000), other
    own.close()
    other.close()


def framed(data):
    return struct.pack("!I", len(data)) + data


def soon():
    return time.monotonic() + 0.05


def in_a_minute():
    return time.monotonic() + 60


messages = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(messages, max_size=5))
def test_messages_arrive_in_order_and_whole(sent):
    one, other = map(Channel, socket.socketpair())
    for message in sent:
        one.send(message)
    assert [other.receive(in_a_minute()) for _message in sent] == sent
    assert not other.has_more
    one.close()
    other.close()


def test_a_message_larger_than_the_sockets_buffer_arrives():
    one, other = map(Channel, socket.socketpair())
    text = "x" * 5_000_000
    sender = threading.Thread(target=one.send, args=[text])
    sender.start()
    assert other.receive(in_a_minute()) == text
    sender.join()
    one.close()
    other.close()


def test_too_long_a_message_is_refused_by_its_length_alone(ends):
    channel, other = ends
    other.send(struct.pack("!I", 0xFFFFFFFF))
    with pytest.raises(ChannelError, match="4294967295 bytes is over 1000"):
        channel.receive(in_a_minute())


def test_too_long_a_message_is_not_sent(ends):
    channel, other = ends
    with pytest.raises(ChannelError, match="over 1000"):
        channel.send("x" * 1000)
    channel.send("short")
    assert other.recv(100) == framed(b'"short"')


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"nothing", b"\xff\xfe\x00", b"[" * 1000, b"{}{}"],
    ids=["nothing", "half", "word", "bytes", "brackets", "two"],
)
def test_what_is_no_json_is_an_error_and_the_next_message_is_read(ends, data):
    channel, other = ends
    other.send(framed(data) + framed(b"[5]"))
    with pytest.raises(ChannelError, match="no JSON"):
        channel.receive(in_a_minute())
    assert channel.receive(in_a_minute()) == [5]


@pytest.mark.parametrize(
    "data", [b"[" * 200_000 + b"]" * 200_000, b'{"a":' * 200_000, b"1" * 100_000]
)
def test_json_that_is_too_deep_or_a_number_that_is_too_long_is_an_error(data):
    own, other = socket.socketpair()
    sender = threading.Thread(target=other.sendall, args=[framed(data)])
    sender.start()
    with pytest.raises(ChannelError, match="no JSON"):
        Channel(own).receive(in_a_minute())
    sender.join()
    own.close()
    other.close()


def test_a_message_that_never_ends_is_late_and_what_came_of_it_is_kept(ends):
    channel, other = ends
    data = framed(b'"slow"')
    for piece in (data[:2], data[2:4], data[4:7]):
        other.send(piece)
        with pytest.raises(LateError):
            channel.receive(soon())
    assert channel.has_more
    other.send(data[7:])
    assert channel.receive(in_a_minute()) == "slow"


def test_a_deadline_that_has_passed_is_late_at_once(ends):
    channel, _other = ends
    with pytest.raises(LateError):
        channel.receive(time.monotonic() - 1)


@pytest.mark.parametrize("before", [b"", b"\x00", framed(b"[1]")[:-1]])
def test_an_end_before_a_message_is_whole_says_that_the_other_side_ended(ends, before):
    channel, other = ends
    other.send(before)
    other.close()
    with pytest.raises(ClosedError):
        channel.receive(in_a_minute())


def test_sending_to_a_side_that_ended_says_so(ends):
    channel, other = ends
    other.close()
    with pytest.raises(ClosedError):
        channel.send("x")


def test_a_text_is_exchanged_until_the_other_side_ends(ends):
    channel, other = ends
    other.send(json.dumps({"answer": 1}).encode())
    other.shutdown(socket.SHUT_WR)
    assert channel.exchange_text("question", in_a_minute()) == '{"answer": 1}'
    assert other.recv(100) == b"question"
    assert other.recv(100) == b""


@pytest.mark.parametrize("data", [b"\xff", b"x" * 1001], ids=["no text", "too long"])
def test_what_is_no_text_or_too_long_a_text_is_an_error(ends, data):
    channel, other = ends
    other.send(data)
    other.shutdown(socket.SHUT_WR)
    with pytest.raises(ChannelError):
        channel.exchange_text("question", in_a_minute())


@pytest.mark.parametrize("late", [-1, 0.05])
def test_a_text_that_does_not_come_in_time_is_an_error(ends, late):
    channel, _other = ends
    with pytest.raises(ChannelError):
        channel.exchange_text("question", time.monotonic() + late)


def test_a_text_that_comes_in_drops_for_ever_is_an_error(ends):
    channel, other = ends
    enough = threading.Event()

    def drip():
        for _drop in range(200):
            if enough.wait(0.02):
                break
            other.send(b"x")
        other.shutdown(socket.SHUT_WR)

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with pytest.raises(ChannelError):
            channel.exchange_text("question", time.monotonic() + 0.2)
    finally:
        enough.set()
        dripping.join()


def test_a_deadline_that_has_passed_ends_also_who_goes_on_sending(ends):
    channel, other = ends
    other.sendall(struct.pack("!I", 900) + b"1" * 500)
    with pytest.raises(LateError):
        channel.receive(time.monotonic() - 1)

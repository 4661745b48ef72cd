"""Values arrive as they left, without a life of their own; hostile JSON is refused."""

import collections
import contextlib
import datetime
import decimal
import fractions
import json
import math
import pathlib

import netaddr
import plotly.graph_objects as go
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6

from ipv6grader.execution import values as values_module
from ipv6grader.execution.values import DEPTH, ValueRefusedError, Values, registered_types

VALUES = Values(registered_types())
NAMES = [codec.name for codec in registered_types()]
REFERENCE = {"r": 7}


class There:
    """What stands for a value that stayed where it was."""


class OwnPacket(IPv6):
    """A packet class of a learner's own."""


def refer(_value):
    return REFERENCE


def resolve(data):
    return There() if data == REFERENCE else data["r"]


def sent(value):
    """Return a value as it arrives, by way of real JSON."""
    return VALUES.decode(json.loads(json.dumps(VALUES.encode(value, refer))), resolve)


def seen(value):
    """Return a value with the type of each part, for `==` takes 1, 1.0 and True for one another."""
    kind = type(value).__name__
    if isinstance(value, dict):
        return kind, [(seen(k), seen(v)) for k, v in value.items()]
    if isinstance(value, (set, frozenset)):
        return kind, sorted(map(repr, map(seen, value)))
    if isinstance(value, (list, tuple)):
        return kind, [seen(item) for item in value]
    return kind, repr(value)


numbers = st.integers() | st.floats() | st.integers(min_value=2**52, max_value=2**200)
fixed = st.none() | st.booleans() | numbers | st.text() | st.binary()
hashable = st.recursive(
    fixed, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=6
)
plain = st.recursive(
    fixed | st.binary().map(bytearray) | st.sets(hashable, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner, max_size=3)
    ),
    max_leaves=12,
)


@given(plain)
@example([1, 1.0, True, -0.0, math.nan, math.inf, -math.inf, 2**53, -(2**64), "\ud800", "\x00"])
def test_plain_values_arrive_with_their_types(value):
    assert seen(sent(value)) == seen(value)


@given(st.dictionaries(st.sampled_from(["r", "x", "u", "d", "k", "f"]), fixed))
def test_a_dictionary_that_looks_like_a_tag_is_still_a_dictionary(value):
    assert seen(sent(value)) == seen(value)


@pytest.mark.parametrize(
    "value",
    [
        2 + 3j,
        range(1, 10, 3),
        slice(None, 4),
        fractions.Fraction(-3, 7),
        decimal.Decimal("-12.3400"),
        decimal.Decimal("Infinity"),
        datetime.date(2026, 2, 28),
        datetime.time(23, 59, 1, 5),
        datetime.timedelta(days=-1, microseconds=3),
        datetime.datetime(2026, 1, 2, 3, 4, 5, 6),
        datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(minutes=-90))),
        collections.Counter("abracadabra"),
        collections.OrderedDict([("b", 1), ("a", 2)]),
        collections.deque([1, 2, 3], maxlen=3),
        collections.deque(),
        pathlib.Path("a", "b.txt"),
        memoryview(b"bytes"),
        netaddr.IPAddress("2001:db8::1"),
        netaddr.IPAddress("192.0.2.1"),
        netaddr.IPAddress("::1"),
        netaddr.IPNetwork("2001:db8::5/64"),
        netaddr.IPRange("2001:db8::1", "2001:db8::9"),
        netaddr.IPSet(["2001:db8::/48", "192.0.2.0/24"]),
        netaddr.EUI("00-00-5e-00-53-01", dialect=netaddr.mac_unix_expanded),
        netaddr.EUI("00-00-5e-ff-fe-00-53-01"),
        go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), layout={"title": {"text": "Hops"}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_of_registered_types_arrive_equal(value):
    came = sent([value])[0]
    assert type(came) is type(value)
    assert came == value


def test_a_packet_arrives_with_its_layers_and_bytes():
    packet = IPv6(src="2001:db8::1", dst="2001:db8::2") / ICMPv6EchoRequest(id=5, seq=6, data=b"x")
    came = sent(packet)
    assert came.layers() == packet.layers()
    assert bytes(came) == bytes(packet)
    assert (came.dst, came[ICMPv6EchoRequest].seq) == ("2001:db8::2", 6)


@pytest.mark.parametrize("view", ["keys", "values", "items"])
def test_views_of_a_dictionary_arrive_as_views(view):
    value = getattr({"a": 1, "b": 2}, view)()
    came = sent(value)
    assert type(came) is type(value)
    assert list(came) == list(value)


@pytest.mark.parametrize("base", [int, float, str, bytes, bytearray, list, tuple, set, frozenset])
def test_a_subclass_arrives_with_its_value_and_without_its_own_methods(base):
    def lie(self, *_other):
        raise AssertionError("the learner's method was called")

    members = dict.fromkeys(["__eq__", "__ne__", "__iter__", "__len__", "__bool__"], lie)
    members |= dict.fromkeys(["__str__", "__repr__", "__int__", "__float__", "__index__"], lie)
    content = 5 if base in (int, float) else "abc" if base is str else [1, 2]
    liar = type("Liar", (base,), {**members, "__hash__": base.__hash__})
    came = sent(liar(content))
    assert type(came).__name__ == "Liar"
    assert isinstance(came, base) and type(came) is not liar
    assert came == base(content)
    assert came != base()


def test_a_dictionarys_subclass_arrives_with_its_items():
    class Settings(dict):
        def items(self):
            return [("all", "right")]

    came = sent(Settings(a=1))
    assert type(came).__name__ == "Settings"
    assert came == {"a": 1}


def test_a_named_tuple_keeps_its_fields():
    hop = collections.namedtuple("Hop", "router distance")("r1", 3)
    came = sent(hop)
    assert (came.router, came.distance) == ("r1", 3)
    assert came == ("r1", 3)
    router, distance = came
    assert (router, distance) == tuple(hop)


def test_the_fields_of_a_false_named_tuple_replace_no_method():
    came = VALUES.decode({"u": "Hop", "v": {"t": [1]}, "f": ["__eq__", "_make", 5, "a b"]}, resolve)
    assert came == (1,)
    assert came != (2,)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        There,
        Exception("no"),
        datetime.datetime(2026, 1, 2, tzinfo=type("Rules", (datetime.tzinfo,), {})()),
        type("Mine", (netaddr.IPAddress,), {})("::1"),
        OwnPacket(),
    ],
    ids=["object", "builtin", "class", "error", "time zone with rules", "address", "packet"],
)
def test_what_nobody_has_registered_stays_and_only_a_reference_goes(value):
    assert VALUES.encode(value, refer) == REFERENCE
    assert isinstance(sent([value])[0], There)


def test_of_a_cycle_a_reference_goes():
    cycle = [1]
    cycle.append({"again": cycle})
    came = sent(cycle)
    assert came[0] == 1
    assert isinstance(came[1]["again"], There)


def test_one_thing_in_two_places_is_no_cycle():
    inner = [1]
    assert sent([inner, inner]) == [[1], [1]]


def test_of_what_is_too_deep_a_reference_goes():
    value = []
    for _level in range(10_000):
        value = [value]
    came = sent(value)
    depth = 0
    while isinstance(came, list):
        came, depth = came[0], depth + 1
    assert isinstance(came, There)
    assert depth == DEPTH + 1


@pytest.mark.parametrize(
    "value",
    [
        "x" * 101,
        ["x" * 60, "y" * 60],
        b"x" * 101,
        bytearray(101),
        memoryview(bytes(101)),
        1 << 405,
        [0] * 101,
        {n: n for n in range(51)},
        type("Long", (str,), {"__len__": lambda self: 0})("x" * 101),
    ],
    ids=["text", "texts", "bytes", "bytearray", "view", "number", "list", "dict", "liar"],
)
def test_too_large_a_value_is_refused_before_it_is_sent(value, monkeypatch):
    monkeypatch.setattr(values_module, "CHARACTERS", 100)
    monkeypatch.setattr(values_module, "NODES", 100)
    with pytest.raises(ValueRefusedError, match="over 100"):
        VALUES.encode(value, refer)


@pytest.mark.parametrize(
    "data",
    [
        [0] * (values_module.NODES + 1),
        {},
        {"x": "os.system", "v": "true"},
        {"x": "netaddr.ip.IPAddress", "v": [1, 5]},
        {"x": "netaddr.eui.EUI", "v": [1, 49, "__loader__"]},
        {"x": "scapy.packet.Packet", "v": ["os", "system", {"b": ""}]},
        {"x": "scapy.packet.Packet", "v": ["scapy.layers.inet", "conf", {"b": ""}]},
        {"x": "plotly.graph_objs._figure.Figure", "v": "{"},
        {"u": "Liar", "v": True, "f": []},
        {"u": "Liar", "v": None, "f": []},
        {"u": ["Liar"], "v": 1, "f": []},
        {"u": "Liar", "v": 1},
        {"b": "no base64!"},
        {"i": "12x"},
        {"f": "1e5"},
        {"d": [[[], 1]]},
        {"s": [[]]},
        {"t": 5},
        {"unknown": 1},
    ],
)
def test_a_malformed_value_is_refused(data):
    with pytest.raises(ValueRefusedError):
        VALUES.decode(data, resolve)


def test_too_deep_a_value_is_refused_when_it_comes():
    data = 1
    for _level in range(2 * DEPTH + 1):
        data = [data]
    with pytest.raises(ValueRefusedError, match="too deep"):
        VALUES.decode(data, resolve)


fragments = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
words = st.sampled_from(["1", "nan", "0x1f", "AAAA", "items", "__eq__", *NAMES])
hostile = st.recursive(
    fragments | words,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.fixed_dictionaries({"x": st.sampled_from(NAMES), "v": inner})
        | st.fixed_dictionaries({"u": st.text(max_size=3) | inner, "v": inner, "f": inner})
        | st.dictionaries(st.sampled_from([*"xuiftszdrvk", "b", "ba"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(hostile)
def test_hostile_json_gives_a_value_or_is_refused(data):
    with contextlib.suppress(ValueRefusedError):
        VALUES.decode(data, resolve)

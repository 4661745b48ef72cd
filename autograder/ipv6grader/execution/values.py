"""Values on their way between two processes: by copy, and only of kinds that cannot lie.

- Plain values (None, numbers, text, bytes, and the containers of them) go as JSON.
- So do values of the types that a course has registered under the entry point
  `ipv6grader.types`, each as plain values again.
- A subclass of a plain type goes as the plain value that is in it; it arrives as a subclass that
  has nothing of its own, so that an `__eq__` of the learner's stays at home.
- Anything else stays where it is; only a reference goes.

No pickle, no code, no cycles; depth and size are limited on both sides.
"""

import base64
import collections
import datetime
import decimal
import fractions
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

DEPTH = 60
NODES = 200_000
CHARACTERS = 4_000_000
_SAFE_INTEGER = 1 << 53
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class ValueRefusedError(ValueError):
    """A value is too deep, too large or malformed."""


@dataclass(frozen=True)
class Codec:
    """How values of one type travel.

    A package registers its types under the entry point group `ipv6grader.types`: a function that
    returns tuples of what follows. It imports nothing for that: a type goes by its name.
    """

    name: str
    """Module and qualified name, such as `netaddr.ip.IPAddress`."""
    encode: Callable[[Any], Any]
    """Returns plain values for it."""
    decode: Callable[[Any], Any]
    """Returns the value again; raises for what is none. It gets hostile input."""
    subclasses: bool = False
    """Whether values of subclasses go so, too."""


def _parts(kind: type, *names: str) -> Codec:
    def encode(value: Any) -> Any:
        return [getattr(value, name) for name in names]

    return Codec(name_of(kind), encode, lambda parts: kind(*parts))


def _time_zone(value: Any) -> Any:
    if value.tzinfo is not None and type(value.tzinfo) is not datetime.timezone:
        raise ValueError("a time zone with rules stays where it is")
    offset = value.utcoffset()
    return None if offset is None else offset.total_seconds()


def _moment(kind: Any) -> Codec:
    def encode(value: Any) -> Any:
        return [value.replace(tzinfo=None).isoformat(), _time_zone(value)]

    def decode(parts: Any) -> Any:
        text, seconds = parts
        zone = None
        if seconds is not None:
            zone = datetime.timezone(datetime.timedelta(seconds=seconds))
        return kind.fromisoformat(text).replace(tzinfo=zone)

    return Codec(name_of(kind), encode, decode)


def _decimal(parts: Any) -> decimal.Decimal:
    sign, digits, exponent = parts
    return decimal.Decimal((sign, tuple(digits), exponent))


def name_of(kind: type) -> str:
    """Return a type's module and qualified name."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _standard_types() -> list[Codec]:
    """Return the codecs of the standard library's value types."""
    ordered, queue = collections.OrderedDict, collections.deque
    return [
        _parts(complex, "real", "imag"),
        _parts(range, "start", "stop", "step"),
        _parts(slice, "start", "stop", "step"),
        _parts(fractions.Fraction, "numerator", "denominator"),
        _parts(datetime.date, "year", "month", "day"),
        _parts(datetime.timedelta, "days", "seconds", "microseconds"),
        _moment(datetime.datetime),
        _moment(datetime.time),
        Codec(name_of(decimal.Decimal), lambda value: [*value.as_tuple()], _decimal),
        Codec(name_of(collections.Counter), dict, collections.Counter),
        Codec(name_of(ordered), lambda value: [[k, v] for k, v in value.items()], ordered),
        Codec(name_of(queue), lambda value: [list(value), value.maxlen], lambda p: queue(*p)),
    ]


def registered_types() -> list[Codec]:
    """Return the codecs of the standard library and of all installed packages."""
    found = _standard_types()
    for entry in entry_points(group="ipv6grader.types"):
        found += [Codec(*parts) for parts in entry.load()()]
    return found


Refer = Callable[[Any], Any]
"""Returns a reference, in JSON, to a value that stays where it is."""
Resolve = Callable[[Mapping[str, Any]], Any]
"""Returns what stands for a reference that came."""

# The base class decides, and bool before int: `bool` is one.
_TAGS: dict[type, str] = {tuple: "t", set: "s", frozenset: "z"}
_PLAIN = (bool, int, float, str, bytes, bytearray, tuple, list, dict, set, frozenset)


class Values:
    """Turns values into JSON and back."""

    def __init__(self, codecs: list[Codec]) -> None:
        self._by_name = {codec.name: codec for codec in codecs}
        self._by_type: dict[type, Codec | None] = {}

    def encode(self, value: Any, refer: Refer) -> Any:
        """Return JSON for a value.

        Raises:
            ValueRefusedError: It is too large. What is too deep, or a cycle, goes as a reference.
        """
        return _Encoding(self._codec, refer).encode(value, 0)

    def _codec(self, kind: type) -> Codec | None:
        """Return how values of a type travel; None for a type that nobody has registered."""
        if kind not in self._by_type:
            found = self._by_name.get(name_of(kind))
            for base in kind.__mro__[1:]:
                inherited = self._by_name.get(name_of(base))
                if found is None and inherited and inherited.subclasses:
                    found = inherited
            self._by_type[kind] = found
        return self._by_type[kind]

    def decode(self, data: Any, resolve: Resolve) -> Any:
        """Return the value of JSON that may be hostile.

        Raises:
            ValueRefusedError: It is none of ours.
        """
        try:
            return _Decoding(self._by_name, resolve).decode(data, 0)
        except ValueRefusedError:
            raise
        except Exception as why:  # a codec that was given junk
            raise ValueRefusedError(f"a value is malformed: {type(why).__name__}") from None


class _Encoding:
    def __init__(self, codec: Callable[[type], Codec | None], refer: Refer) -> None:
        self._codec = codec
        self._refer = refer
        self._left = NODES
        self._room = CHARACTERS
        self._open: set[int] = set()

    def encode(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0:
            raise ValueRefusedError(f"a value has over {NODES} parts")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self._fitting(value, len(value))
        if depth > DEPTH or id(value) in self._open:
            return self._refer(value)
        if kind in _PLAIN:
            return self._plain(value, kind, depth)
        codec = self._codec(kind)
        if codec is not None:
            try:
                parts = codec.encode(value)
            except Exception:
                return self._refer(value)
            return {"x": codec.name, "v": self.encode(parts, depth + 1)}
        for base in _PLAIN:
            if base in kind.__mro__:
                fields = getattr(kind, "_fields", ()) if base is tuple else ()
                plain = self._plain(value, base, depth)
                return {"u": kind.__name__[:100], "v": plain, "f": [*map(str, fields)][:100]}
        return self._refer(value)

    def _plain(self, value: Any, kind: type, depth: int) -> Any:
        if kind is bool:
            return bool(value)
        if kind is int:
            number = int.__index__(value)
            if -_SAFE_INTEGER < number < _SAFE_INTEGER:
                return number
            return {"i": hex(self._fitting(number, number.bit_length() // 4))}
        if kind is float:
            real = float.__pos__(value)
            return real if math.isfinite(real) else {"f": str(real)}
        if kind is str:
            return self._fitting(str.__str__(value), str.__len__(value))
        if kind in (bytes, bytearray):
            view = memoryview(value)
            data = base64.b64encode(self._fitting(bytes(view), view.nbytes)).decode()
            return {"b" if kind is bytes else "ba": data}
        self._open.add(id(value))
        try:
            return self._container(value, kind, depth + 1)
        finally:
            self._open.discard(id(value))

    def _fitting(self, value: Any, size: int) -> Any:
        """Return a value of so many characters, if there is room for them."""
        self._room -= size
        if self._room < 0:
            raise ValueRefusedError(f"a value has over {CHARACTERS} characters")
        return value

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is dict:
            pairs = dict.items(value)
            return {"d": [[self.encode(k, depth), self.encode(v, depth)] for k, v in pairs]}
        members: Any = kind  # its own `__iter__`, not that of a subclass
        items = [self.encode(item, depth) for item in members.__iter__(value)]
        return items if kind is list else {_TAGS[kind]: items}


class _Decoding:
    def __init__(self, codecs: Mapping[str, Codec], resolve: Resolve) -> None:
        self._codecs = codecs
        self._resolve = resolve
        self._left = NODES

    def decode(self, data: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > 2 * DEPTH:
            raise ValueRefusedError("a value is too large or too deep")
        if data is None or isinstance(data, (bool, int, float, str)):
            return data
        if isinstance(data, list):
            return [self.decode(item, depth + 1) for item in data]
        if not isinstance(data, dict) or not data:
            raise ValueRefusedError("a value is malformed")
        tag = next(iter(data))
        body = data[tag]
        if tag == "x":
            codec = self._codecs[body]
            return codec.decode(self.decode(data["v"], depth + 1))
        if tag == "u":
            return _subclass(body, self.decode(data["v"], depth + 1), data["f"])
        return self._tagged(tag, body, data, depth + 1)

    def _tagged(self, tag: str, body: Any, data: Mapping[str, Any], depth: int) -> Any:
        if tag == "i":
            return int(body, 16)
        if tag == "f":
            return _FLOATS[body]
        if tag in ("b", "ba"):
            raw = base64.b64decode(body, validate=True)
            return raw if tag == "b" else bytearray(raw)
        if tag == "d":
            return {self.decode(k, depth): self.decode(v, depth) for k, v in body}
        if tag in ("t", "s", "z"):
            items = [self.decode(item, depth) for item in body]
            kind: Any = next(kind for kind, name in _TAGS.items() if name == tag)
            return kind(items)
        return self._resolve(data)


def _subclass(name: Any, value: Any, fields: Any) -> Any:
    """Return a value as of a subclass that adds nothing, but a named tuple's names."""
    base = type(value)
    if base is bool or base not in _PLAIN or not isinstance(name, str):
        raise ValueRefusedError("a value is malformed")
    members: dict[str, Any] = {}
    if base is tuple:
        names = [field for field in fields if isinstance(field, str) and field.isidentifier()]
        members = {
            field: property(operator.itemgetter(place))
            for place, field in enumerate(names[: len(value)])
            if not field.startswith("_")
        }
    return type(name, (base,), members)(value)

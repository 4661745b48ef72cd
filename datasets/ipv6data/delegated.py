"""The registries' delegation statistics: the text of a file in, checked columns out.

The format is the registries' own ("RIR statistics exchange format", version 2, and 2.3 for the
extended files). This module does no input or output, and it loses nothing: each line of a text is
the header, a summary, a record, a comment, blank, or named in `left` with the reason.

    2|ripencc|1539467999|189189|19830705|20181013|+0200            header
    ripencc|*|ipv4|*|72789|summary                                 summary
    ripencc|FR|ipv4|2.0.0.0|1048576|20100712|allocated|d91963c1    record

Rules that the files themselves follow, and that we hold them to:

- A record has 7 fields (classic), or an eighth: the opaque id of the holder (extended). Extended
  files may leave it out where nobody holds the block. Fields after it are extensions, and ignored.
- `value` is a count for `asn` and `ipv4` (any count: 768 addresses are legal) and a PREFIX LENGTH
  for `ipv6`, whose start has no bits beyond it. A registry gives out global unicast addresses
  (2000::/3, IANA's registry of the IPv6 address space), and nothing smaller than a /64.
- A date is YYYYMMDD; empty or 00000000 where the registry has none. Country is two capital letters
  or empty. The registry of a record is the header's.
- Two records of a file do not begin at the same place: that would count a block twice. Records that
  overlap otherwise are loaded as the registry wrote them, and noted.
- The records of each type are as many as the summary lines say, and those add up to the header's.

Work is done on columns, some thousand lines at a time; one dictionary a field turns each
*different* text into its value once, and is where the field is checked. Only if a piece has a line
that does not fit is that piece read again line by line, by the same dictionaries, to say which.
"""

import ipaddress
import re
import socket
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import chain, compress, count, groupby, islice, pairwise
from operator import add, and_, itemgetter, le, lt, not_
from typing import Any

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
TYPES = ("asn", "ipv4", "ipv6")
STATUSES = ("allocated", "assigned", "available", "reserved")
HELD = ("allocated", "assigned")
VERSIONS = ("2", "2.3")

_PIECE = 1 << 20  # characters, and the rest of a line
_SHOWN = 10  # malformed lines in an error's text
_WIDEST = 32  # fields; a wider line is read by itself
_GLOBAL_UNICAST = (0x2000 << 48, 0x4000 << 48)
_LONGEST = 64  # of prefix lengths
_BEYOND = [(1 << 64 - length) - 1 for length in range(65)]  # the upper half's bits after a prefix
_OCTET = {str(number): number for number in range(256)}


@dataclass(frozen=True, slots=True)
class Problem:
    """A line, or a whole file, that cannot be taken as it is."""

    file: str
    line: int | None
    """From 1; None where the file as a whole is meant."""
    reason: str
    expected: str
    text: str = ""
    """The line itself."""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        shown = f"\n    {_printable(self.text)}" if self.text else ""
        return f"{place}: {self.reason}; expected {self.expected}{shown}"


class DelegatedError(ValueError):
    """A file that is not what it should be; `problems` says where and why."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        more = len(problems) - _SHOWN
        lines = [str(problem) for problem in problems[:_SHOWN]]
        super().__init__("\n".join([*lines, f"and {more} more"] if more > 0 else lines))


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file that is not a comment."""

    version: str
    registry: str
    serial: str
    """Each registry counts in its own way: a date, seconds or milliseconds since 1970."""
    records: int
    start: str | None
    """The earliest date of the file's records, if the registry says it."""
    end: str
    """The date that the file is of."""
    utc_offset: str


@dataclass(slots=True)
class Records:
    """Records as columns, in the order of the file; the n-th values of all make the n-th record."""

    cc: list[str | None] = field(default_factory=list)
    type: list[str] = field(default_factory=list)
    start: list[str] = field(default_factory=list)
    """The first number or address, as the registry wrote it."""
    first: list[int] = field(default_factory=list)
    """The same as a number; of IPv6 the upper 64 bits."""
    value: list[int] = field(default_factory=list)
    """asn: numbers; ipv4: addresses; ipv6: the prefix length."""
    date: list[str | None] = field(default_factory=list)
    """ISO 8601, or None where the file has none."""
    status: list[str] = field(default_factory=list)
    holder: list[int | None] = field(default_factory=list)
    """One number a holder, from 1 in the order of the file; the numbers mean nothing elsewhere."""

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        return zip(*self.columns(), strict=True)

    def __contains__(self, record: object) -> bool:
        return any(record == own for own in self)

    def columns(self) -> tuple[list[object], ...]:
        """Return the columns, in the order of the table `delegation`."""
        return tuple(getattr(self, name) for name in self.__slots__)


@dataclass(slots=True)
class Statistics:
    """A file that was read."""

    name: str
    header: Header
    format: str
    """'classic' or 'extended'."""
    summaries: dict[str, int]
    """What the summary lines say, for each type."""
    records: Records
    lines: dict[str, int]
    """How many lines there are of each kind: header, summary, record, comment, blank, left."""
    left: tuple[Problem, ...] = ()
    """What was not taken; only where a reader asked to be lenient."""
    notes: tuple[str, ...] = ()
    """What is legal and still worth a word."""


class _BadField(Exception):  # noqa: N818 (it never leaves this module)
    """A text is no value of its field: why, and what would be."""

    def __init__(self, reason: str, expected: str) -> None:
        super().__init__(reason)
        self.reason, self.expected = reason, expected


class _Field(dict[str, Any]):
    """The values of one field: each different text is checked and turned once."""

    def __init__(self, turn: Callable[[str], Any]) -> None:
        self.turn = turn

    def __missing__(self, text: str) -> Any:
        value = self[text] = self.turn(text)
        return value

    def of(self, texts: Iterable[str]) -> list[Any]:
        """Return the values of many texts."""
        return list(map(self.__getitem__, texts))


class _Holders(dict[str, "int | None"]):
    """The holders of one file, each with its number; most are new, so they are checked together."""

    def __init__(self) -> None:
        self[""] = None

    def of(self, texts: Sequence[str]) -> list[int | None]:
        """Return the numbers of many opaque ids; None for an empty one."""
        new = [text for text in dict.fromkeys(texts) if text not in self]
        if not re.fullmatch("[!-~]*", "".join(new)):
            raise _BadField(
                f"the opaque id is {_quoted(texts[0])}", "visible ASCII characters, no spaces"
            )
        self.update(zip(new, count(len(self))))
        return list(map(self.__getitem__, texts))


def read(text: str, name: str = "the text", *, lenient: bool = False) -> Statistics:
    """Read a delegation file.

    Args:
        text: The whole file. Bytes that are not ASCII may be decoded as Latin-1.
        name: What errors call it.
        lenient: Leave out what is malformed, and list it in `left`, instead of raising. What
            contradicts the summary lines is then only noted. A header must be right.

    Raises:
        DelegatedError: The text is no delegation file, lines are malformed, or the records are not
            as many as the file says.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    reader = _Reader(name, text if text.endswith("\n") else text + "\n")
    reader.read()
    return reader.finish(lenient)


def compose(
    registry: str,
    rows: Iterable[Sequence[object]],
    *,
    end: str,
    serial: str = "",
    version: str = "2",
    start: str = "",
    utc_offset: str = "+0000",
    comments: Iterable[str] = (),
) -> str:
    """Return the text of a delegation file, with the header and summary lines that fit its rows.

    Args:
        registry: Who says it: `afrinic`, `apnic`, `arin`, `lacnic` or `ripencc`.
        rows: For each record its fields after the registry, as the format writes them: country,
            type, start, value, date, status and, in the extended format, opaque id.
        end: The day that the file is of, YYYYMMDD.
        serial: The header's serial number; `end` if it is left out.
        version: `2` or `2.3`.
        start: The header's earliest date, YYYYMMDD or empty.
        utc_offset: The header's last field.
        comments: Lines to stand before the header.
    """
    records = [[registry, *map(str, row)] for row in rows]
    counts = Counter(record[2] for record in records)
    header = [version, registry, serial or end, str(len(records)), start, end, utc_offset]
    summaries = [[registry, "*", type, "*", str(counts[type]), "summary"] for type in TYPES]
    lines = ["|".join(fields) for fields in [header, *summaries, *records]]
    return "\n".join([*(f"# {comment}" for comment in comments), *lines, ""])


class _Reader:
    """One reading of one file: what was taken so far, and what was not."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.summaries: dict[str, int] = {}
        self.holders = _Holders()
        self.records = Records()
        self.lines = array("L")
        """The line of each record."""
        self.runs: list[tuple[str, int, int]] = []
        """Where records of one type stand together: the type, the first, the one after the last."""

    def read(self) -> None:
        """Read the lines up to the first record one by one, and then piece by piece."""
        self.header: Header | None = None
        number, begin = 1, 0
        while begin < len(self.text):
            end = self.text.index("\n", begin) + 1
            line = self.text[begin : end - 1]
            if self.header is None:
                self._read_header(line, number)
            elif _kind(line) != "record" or _is_summary(line):
                self._read_line(line, number)
            else:
                break
            number, begin = number + 1, end
        if self.header is None:
            raise DelegatedError(self._whole("the file is empty", "a header and records"))
        while begin < len(self.text):
            end = self.text.find("\n", begin + _PIECE) + 1 or len(self.text)
            piece = self.text[begin:end]
            many = piece.count("\n")
            self._read_piece(piece, number, many)
            number, begin = number + many, end

    def _read_header(self, line: str, number: int) -> None:
        kind = _kind(line)
        if kind == "record":
            kind = "header"
            try:
                self.header = _header(line)
            except _BadField as bad:
                raise DelegatedError(self._line(number, bad)) from None
            self.registry = self.header.registry
        self.kinds[kind] += 1

    def _read_piece(self, piece: str, number: int, many: int) -> None:
        """Read many lines, the first of which has this number: all at once if they are regular."""
        columns = _columns(piece, self.registry, many)
        try:
            if not columns:
                raise _BadField("", "")
            self._take(columns)
        except _BadField:
            for place, line in enumerate(piece[:-1].split("\n"), number):
                self._read_line(line, place)
        else:
            self.lines.extend(range(number, number + many))

    def _read_line(self, line: str, number: int) -> None:
        """Read one line that may be anything."""
        kind = _kind(line)
        if kind != "record":
            self.kinds[kind] += 1
            return
        fields = line.split("|")
        try:
            _one_of("registry", (self.registry,), fields[0])
            if _is_summary(line):
                self._take_summary(fields)
                self.kinds["summary"] += 1
                return
            if len(fields) < 7:
                raise _BadField(
                    f"the line has {len(fields)} field{'s' * (len(fields) > 1)}",
                    "7, or 8 with the opaque id",
                )
            self._take([[text] for text in fields])
            self.lines.append(number)
        except _BadField as bad:
            self.problems.append(self._line(number, bad))

    def _take(self, columns: list[list[str]]) -> None:
        """Take records, given as columns: all of them, or none.

        Raises:
            _BadField: One of them is malformed. With many, only that there is one counts.
        """
        cc = _CC.of(columns[1])
        types = _TYPE.of(columns[2])
        values = _VALUE.of(columns[4])
        dates = _DATE.of(columns[5])
        statuses = _STATUS.of(columns[6])
        holders = self.holders.of(columns[7]) if len(columns) > 7 else [None] * len(cc)
        firsts: list[int] = []
        runs = list(_runs(types))
        for type, begin, end in runs:
            firsts += _PLACES[type](columns[3][begin:end], values[begin:end])
        taken = self.records
        shift = len(taken)
        for type, begin, end in runs:
            self._run(type, begin + shift, end + shift)
        taken.cc += cc
        taken.type += types
        taken.start += columns[3]
        taken.first += firsts
        taken.value += values
        taken.date += dates
        taken.status += statuses
        taken.holder += holders

    def _run(self, type: str, begin: int, end: int) -> None:
        if self.runs and self.runs[-1][0] == type:
            begin = self.runs.pop()[1]
        self.runs.append((type, begin, end))

    def _take_summary(self, fields: list[str]) -> None:
        if len(fields) != 6 or fields[1] != "*" or fields[3] != "*" or fields[5] != "summary":
            raise _BadField("this is no summary line", "registry|*|type|*|count|summary")
        type = _TYPE[fields[2]]
        if type in self.summaries:
            raise _BadField(f"a second summary line for {type}", "one for each type")
        self.summaries[type] = _count(fields[4])

    def finish(self, lenient: bool) -> Statistics:
        """Hold the records against each other and against the summary lines."""
        format, wrong = self._format()
        self._leave(wrong)  # first: a line is named once, and no other is held against it
        self._leave(self._at_one_place())
        self._note_overlaps()
        self.problems.sort(key=lambda problem: problem.line or 0)
        against = list(self._against_summaries())
        if not lenient and (self.problems or against):
            raise DelegatedError(*self.problems, *against)
        self.kinds["record"], self.kinds["left"] = len(self.records), len(self.problems)
        assert self.header is not None  # read() has seen it
        return Statistics(
            self.name,
            self.header,
            format,
            self.summaries,
            self.records,
            dict(self.kinds),
            tuple(self.problems),
            (*self.notes, *map(str, against)),
        )

    def _format(self) -> tuple[str, set[int]]:
        """Tell the format, and which held records have an opaque id, or none, against it."""
        taken = self.records
        without = Counter(compress(taken.status, map(not_, taken.holder)))
        unknown = sum(without[status] for status in HELD)
        known = sum(map(taken.status.count, HELD)) - unknown
        if known + unknown == 0:
            return ("extended" if taken.status else "classic"), set()
        if known >= unknown:
            format, against = "extended", unknown
            bad = _BadField("the opaque id is missing", "an eighth field that names the holder")
        else:
            format, against = "classic", known
            bad = _BadField("the line has an opaque id in a classic file", "7 fields")
        if not against:
            return format, set()
        held = [status in HELD for status in taken.status]
        wrong = {
            place
            for place, holder in enumerate(taken.holder)
            if held[place] and (holder is None) == (format == "extended")
        }
        self.problems += (self._line(self.lines[place], bad) for place in wrong)
        return format, wrong

    def _at_one_place(self) -> set[int]:
        """Find the records that begin where an earlier one does."""
        wrong = set()
        for type in TYPES:
            firsts = self._of_type(type, self.records.first)
            if all(map(lt, firsts, islice(firsts, 1, None))) or len(set(firsts)) == len(firsts):
                continue
            seen: dict[int, int] = {}
            for place in self._of_type(type, range(len(self.records))):
                earlier = seen.setdefault(self.records.first[place], place)
                if earlier != place:
                    wrong.add(place)
                    bad = _BadField(
                        f"the same start as in line {self.lines[earlier]}", "each block once"
                    )
                    self.problems.append(self._line(self.lines[place], bad))
        return wrong

    def _note_overlaps(self) -> None:
        """Note records that hold a part of an earlier one; they stay, as the registry has them."""
        for type in TYPES:
            firsts = self._of_type(type, self.records.first)
            sizes = self._of_type(type, self.records.value)
            if type == "ipv6":
                sizes = [_BEYOND[length] + 1 for length in sizes]
            ends = list(map(add, firsts, sizes))
            if all(map(le, sorted(ends), islice(sorted(firsts), 1, None))):
                continue  # at no start is more than one block open
            lines = self._of_type(type, self.lines)
            in_order = sorted(zip(firsts, ends, lines, strict=True))
            overlaps = [(a[2], b[2]) for a, b in pairwise(in_order) if a[1] > b[0]]
            if overlaps:
                one, other = sorted(overlaps[0])
                self.notes.append(
                    f"{self.name}: {len(overlaps)} {type} records overlap others, first those of "
                    f"lines {one} and {other}; all are loaded, as the registry wrote them"
                )

    def _of_type(self, type: str, column: Sequence[Any]) -> list[Any]:
        pieces = [column[begin:end] for kind, begin, end in self.runs if kind == type]
        return list(chain.from_iterable(pieces))

    def _leave(self, places: set[int]) -> None:
        """Take records out again, and number the holders without the gaps of lines left out."""
        if places:
            keep = [place not in places for place in range(len(self.records))]
            for column in self.records.columns():
                column[:] = compress(column, keep)
            self.lines = array("L", compress(self.lines, keep))
            self.runs = []
            for type, run in groupby(enumerate(self.records.type), key=itemgetter(1)):
                at = [place for place, _type in run]
                self.runs.append((type, at[0], at[-1] + 1))
        if self.problems:
            numbers: dict[int, int] = {}
            self.records.holder = [
                holder if holder is None else numbers.setdefault(holder, len(numbers) + 1)
                for holder in self.records.holder
            ]

    def _against_summaries(self) -> Iterator[Problem]:
        counts = Counter(self.records.type)
        for type in TYPES:
            said = self.summaries.get(type)
            if said is None and counts[type]:
                yield self._whole(f"there is no summary line for {type}", "one for each type")
            elif said is not None and said != counts[type]:
                yield self._whole(
                    f"the summary says {said} {type} records and there are {counts[type]}",
                    "as many as the file itself says",
                )
        if self.header and (total := sum(self.summaries.values())) != self.header.records:
            yield self._whole(
                f"the header says {self.header.records} records and the summary lines {total}",
                "the same number",
            )

    def _whole(self, reason: str, expected: str) -> Problem:
        return Problem(self.name, None, reason, expected)

    def _line(self, number: int, bad: _BadField) -> Problem:
        return Problem(self.name, number, bad.reason, bad.expected, self._lines[number - 1])

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.split("\n")


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "comment"
    return "record" if line.strip() else "blank"


def _runs(types: list[str]) -> Iterator[tuple[str, int, int]]:
    """Return where equal types stand together: the type, its first place, the one after."""
    if len(set(types)) == 1:  # nearly always, and faster
        yield types[0], 0, len(types)
        return
    begin = 0
    for type, run in groupby(types):
        end = begin + sum(1 for _record in run)
        yield type, begin, end
        begin = end


def _is_summary(line: str) -> bool:
    return line.endswith("|summary") or "|*|" in line


def _columns(piece: str, registry: str, many: int) -> list[list[str]]:
    """Return the fields of many whole lines as columns; none if the lines are not alike.

    One split for all of them. The line feeds stay in it: they show that each row begins a line.
    """
    width = piece[: piece.index("\n")].count("|") + 1
    if piece.count("|") != (width - 1) * many:
        for status in ("available", "reserved"):  # they may lack the last field
            piece = piece.replace(f"|{status}\n", f"|{status}|\n")
        width = piece[: piece.index("\n")].count("|") + 1
    flat = f"\n{piece[:-1]}".replace("\n", "|\n")[1:].split("|")
    if not 7 <= width <= _WIDEST or len(flat) != width * many:
        return []
    if set(flat[::width]) != {f"\n{registry}"}:
        return []
    return [flat[place::width] for place in range(min(width, 8))]


def _printable(text: str) -> str:
    """Return a line as it can be shown: one line, not too long, no control characters."""
    shown = text if len(text) <= 200 else text[:200] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)


def _quoted(text: str) -> str:
    return f"'{_printable(text[:60])}'"


# The header.


def _header(line: str) -> Header:
    fields = line.split("|")
    expected = "version|registry|serial|records|start date|end date|UTC offset"
    if line.lstrip().startswith("<"):
        raise _BadField("this is a web page", "a delegation file; was the address right?")
    if len(fields) != 7:
        raise _BadField(f"the header has {len(fields)} fields", f"7: {expected}")
    version, registry, serial, records, start, end, utc_offset = fields
    if version not in VERSIONS:
        raise _BadField(f"version {_quoted(version)} of the format is not known", "2 or 2.3")
    if registry not in REGISTRIES:
        raise _BadField(f"{_quoted(registry)} is not one of the five registries", _or(REGISTRIES))
    if not _decimal(serial):
        raise _BadField(f"the serial number {_quoted(serial)} is not a number", "digits")
    if not re.fullmatch(r"[+-]?[0-9]{4,5}", utc_offset, re.ASCII):
        raise _BadField(f"the UTC offset is {_quoted(utc_offset)}", "such as +1000")
    if (ends := _date(end)) is None:
        raise _BadField("the header has no end date", "the day that the file is of, YYYYMMDD")
    return Header(version, registry, serial, _count(records), _date(start), ends, utc_offset)


# The fields. Each function takes a text and returns its value, or says what is wrong.


def _one_of(what: str, values: Sequence[str], text: str) -> str:
    if text not in values:
        raise _BadField(f"the {what} is {_quoted(text)}", _or(values))
    return values[values.index(text)]


def _country(text: str) -> str | None:
    if text and not re.fullmatch("[A-Z]{2}", text):
        raise _BadField(f"the country is {_quoted(text)}", "two capital letters, or nothing")
    return text or None


def _decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _count(text: str) -> int:
    if not _decimal(text) or len(text) > 10:
        raise _BadField(f"the count is {_quoted(text)}", "a number")
    return int(text)


def _value(text: str) -> int:
    if not _decimal(text) or len(text) > 10 or text[0] == "0":
        raise _BadField(
            f"the value is {_quoted(text)}", "a number from 1, with no sign and no leading zero"
        )
    return int(text)


def _date(text: str) -> str | None:
    if text in ("", "00000000"):
        return None
    if not _decimal(text) or len(text) != 8:
        raise _BadField(f"the date is {_quoted(text)}", "YYYYMMDD, 00000000 or nothing")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        raise _BadField(
            f"the date {_quoted(text)} is not in the calendar", "YYYYMMDD, 00000000 or nothing"
        ) from None


_CC = _Field(_country)
_TYPE = _Field(partial(_one_of, "type", TYPES))
_VALUE = _Field(_value)
_DATE = _Field(_date)
_STATUS = _Field(partial(_one_of, "status", STATUSES))


# The places. Each function takes starts and their values, and returns the starts as numbers. With
# many, the error is only that there is one; with one, it says what is wrong with it.


def _asn(starts: Sequence[str], values: Sequence[int]) -> list[int]:
    bad = f"{_quoted(starts[0])} is not an AS number"
    expected = "a number up to 4294967295 with no leading zero (RFC 6793, RFC 5396)"
    if (
        not _decimal("".join(starts))
        or not 1 <= min(map(len, starts)) <= max(map(len, starts)) < 11
    ):
        raise _BadField(bad, expected)
    firsts = list(map(int, starts))
    if list(map(str, firsts)) != list(starts):
        raise _BadField(bad, expected)
    if max(map(add, firsts, values)) > 1 << 32:
        raise _BadField(
            f"{values[0]} AS numbers from {starts[0]} go beyond the last one",
            "none after 4294967295",
        )
    return firsts


def _ipv4(starts: Sequence[str], values: Sequence[int]) -> list[int]:
    numbers = ".|.".join(starts).split(".")
    try:
        if set(numbers[4::5]) - {"|"} or len(numbers) != 5 * len(starts) - 1:
            raise KeyError
        del numbers[4::5]
        firsts = list(struct.unpack(f">{len(starts)}I", bytes(map(_OCTET.__getitem__, numbers))))
    except KeyError:
        raise _BadField(
            f"{_quoted(starts[0])} is not an IPv4 address",
            "four numbers from 0 to 255 with dots between them and no leading zeros",
        ) from None
    if max(map(add, firsts, values)) > 1 << 32:
        raise _BadField(
            f"{values[0]} addresses from {starts[0]} go beyond the last one",
            "none after 255.255.255.255",
        )
    return firsts


def _packed_slowly(text: str) -> bytes:
    """Do what `inet_pton` does; a browser's own refuses every IPv6 address."""
    if "%" in text:
        raise ValueError("a zone is no part of an address")
    return ipaddress.IPv6Address(text).packed


_packed: Callable[[str], bytes] = (
    _packed_slowly if sys.platform == "emscripten" else partial(socket.inet_pton, socket.AF_INET6)
)


def _ipv6(starts: Sequence[str], values: Sequence[int]) -> list[int]:
    try:
        packed = b"".join(map(_packed, starts))
    except (OSError, ValueError):
        raise _BadField(
            f"{_quoted(starts[0])} is not an IPv6 address", "one as in RFC 4291 section 2.2"
        ) from None
    halves = struct.unpack(f">{2 * len(starts)}Q", packed)
    uppers, lowers = list(halves[::2]), halves[1::2]
    least, most = _GLOBAL_UNICAST
    if min(uppers) < least or max(uppers) >= most:
        raise _BadField(
            f"{starts[0]} is not global unicast",
            "an address in 2000::/3, which registries give out",
        )
    if min(values) < 3 or max(values) > _LONGEST:
        raise _BadField(
            f"/{values[0]} is not the length of a delegated prefix", "3 to 64; it is not a count"
        )
    if any(lowers) or any(map(and_, uppers, [_BEYOND[length] for length in values])):
        raise _BadField(
            f"{starts[0]}/{values[0]} has bits beyond the prefix",
            "zeros there (RFC 4291 section 2.3)",
        )
    return uppers


_PLACES: dict[str, Callable[[Sequence[str], Sequence[int]], list[int]]] = {
    "asn": _asn,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
}


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

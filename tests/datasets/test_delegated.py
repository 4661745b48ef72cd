"""The registries' format: what is read equals what other means count, and nothing is lost."""

import csv
import ipaddress
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipv6data import delegated
from ipv6data.delegated import DelegatedError, compose, read

FEW = settings(derandomize=True, deadline=None, max_examples=80)

HEADER = "2|apnic|20240101|1|19830101|20240101|+1000\n"
SUMMARIES = "apnic|*|asn|*|{}|summary\napnic|*|ipv4|*|{}|summary\napnic|*|ipv6|*|{}|summary\n"
RECORD = "apnic|JP|ipv6|2001:200::|35|19990813|allocated|A1"


def one(record: str) -> str:
    """Return a file of one record."""
    type = next((type for type in ("asn", "ipv4") if f"|{type}|" in record), "ipv6")
    counts = [int(type == name) for name in ("asn", "ipv4", "ipv6")]
    return HEADER + SUMMARIES.format(*counts) + record + "\n"


def test_a_record_becomes_values_with_their_units() -> None:
    (record,) = read(one(RECORD)).records
    first = int(ipaddress.IPv6Address("2001:200::")) >> 64
    assert record == ("JP", "ipv6", "2001:200::", first, 35, "1999-08-13", "allocated", 1)


@pytest.mark.parametrize(
    "record",
    [
        "apnic|AU|ipv4|1.0.0.0|768|20110811|assigned|A1",  # not a power of two
        "apnic||ipv4|1.0.0.0|256||available",  # RIPE NCC and LACNIC
        "apnic|ZZ|ipv4|1.0.0.0|256||reserved|",  # AFRINIC
        "apnic|EU|asn|4294967295|1|00000000|assigned|A1",
        "apnic|US|ipv4|255.255.255.255|1|19821213|allocated|A1|an|extension",
        "apnic|JP|ipv6|2001:0200:0:0::|64|20000229|allocated|A1",
    ],
)
def test_odd_but_legal_records_are_read(record: str) -> None:
    assert len(read(one(record)).records) == 1


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("apnic|JP|ipv6|2001:200::|35|20180231|allocated|A1", "not in the calendar"),
        ("apnic|JP|ipv6|2001:200::|35|2018-01-1|allocated|A1", "the date is"),
        ("apnic|JP|ipv6|2001:200:1::|35|19990813|allocated|A1", "bits beyond the prefix"),
        ("apnic|JP|ipv6|2001:200::1|64|19990813|allocated|A1", "bits beyond the prefix"),
        ("apnic|JP|ipv6|2001:200::|65536|19990813|allocated|A1", "not the length"),
        ("apnic|JP|ipv6|2001:200::%1|35|19990813|allocated|A1", "not an IPv6 address"),
        ("apnic|JP|ipv6|fd00::|35|19990813|allocated|A1", "not global unicast"),
        ("apnic|JP|ipv4|1.0.0|256|19990813|allocated|A1", "not an IPv4 address"),
        ("apnic|JP|ipv4|01.0.0.0|256|19990813|allocated|A1", "not an IPv4 address"),
        ("apnic|JP|ipv4|255.0.0.0|33554432|19990813|allocated|A1", "beyond the last one"),
        ("apnic|JP|asn|1.10|1|19990813|allocated|A1", "not an AS number"),
        ("apnic|JP|asn|4294967295|2|19990813|allocated|A1", "beyond the last one"),
        ("apnic|JP|asn|²|1|19990813|allocated|A1", "not an AS number"),
        ("apnic|JP|asn|7|1_0|19990813|allocated|A1", "the value is"),
        ("apnic|JP|asn|7|0|19990813|allocated|A1", "the value is"),
        ("apnic|jp|asn|7|1|19990813|allocated|A1", "the country is"),
        ("arin|JP|asn|7|1|19990813|allocated|A1", "the registry is"),
        ("apnic|JP|asn|7|1|19990813|returned|A1", "the status is"),
        ("apnic|JP|isdn|7|1|19990813|allocated|A1", "the type is"),
        ("apnic|JP|asn|7|1|19990813|allocated|A\x001", "the opaque id is"),
        ("apnic|JP|asn|7|1|19990813", "6 fields"),
        ("apnic|*|asn|*|1|sum", "no summary line"),
        ("apnic|*|asn|*|1|summary", "a second summary line"),
    ],
)
def test_a_malformed_line_is_named_with_its_reason(record: str, reason: str) -> None:
    with pytest.raises(DelegatedError) as caught:
        read(one(record), "x.txt")
    problem = caught.value.problems[0]
    assert (problem.line, problem.file) == (5, "x.txt")
    assert reason in problem.reason
    assert "x.txt, line 5: " in str(problem)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("# only a comment\n\n", "the file is empty"),
        ("<!DOCTYPE html>\n<html>", "a web page"),
        ("1|apnic|20240101|0||20240101|+1000\n", "version '1'"),
        ("2|nro|20240101|0||20240101|+1000\n", "'nro' is not one of"),
        ("2|apnic|20240101|0|||+1000\n", "no end date"),
        ("2|apnic|20240101|0||20240101|Z\n", "the UTC offset"),
        ("2|apnic|20240101|1||20240101|+1000\n", "the header says 1 records"),
        (HEADER + RECORD, "no summary line for ipv6"),
        (HEADER + SUMMARIES.format(0, 0, 2) + RECORD, "the summary says 2 ipv6 records"),
        (one(RECORD).replace("20240101|1|", "20240101|2|"), "the header says 2 records"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(text: str, reason: str) -> None:
    with pytest.raises(DelegatedError, match=reason):
        read(text)


def test_the_same_block_twice_is_refused_and_the_line_is_named() -> None:
    rows = [("JP", "asn", 7, 1, "", "allocated"), ("CN", "asn", 7, 2, "", "allocated")]
    with pytest.raises(DelegatedError, match=r"line 6: the same start as in line 5"):
        read(compose("apnic", rows, end="20240101"))


def test_blocks_that_overlap_are_loaded_and_noted() -> None:
    rows = [("JP", "asn", 7, 3, "", "allocated"), ("CN", "asn", 9, 1, "", "allocated")]
    statistics = read(compose("apnic", rows, end="20240101"))
    assert len(statistics.records) == 2
    assert "1 asn records overlap" in statistics.notes[0]


def test_most_records_decide_whether_a_file_is_extended() -> None:
    held = [("JP", "asn", number, 1, "", "allocated", "A1") for number in range(3)]
    bare = ("JP", "asn", 9, 1, "", "allocated")
    with pytest.raises(DelegatedError, match="line 8: the opaque id is missing"):
        read(compose("apnic", [*held, bare], end="20240101"))
    bares = [("JP", "asn", number, 1, "", "allocated") for number in range(10, 14)]
    with pytest.raises(DelegatedError, match="line 5: the line has an opaque id"):
        read(compose("apnic", [held[0], *bares], end="20240101"))


def test_line_ends_marks_and_odd_bytes_do_not_matter() -> None:
    plain = one(RECORD)
    expected = list(read(plain).records)
    for text in (
        plain.replace("\n", "\r\n"),
        "\ufeff" + plain,
        plain.rstrip("\n"),
        "# caf\xe9 \x00\n\n" + plain.replace(RECORD, f"# a comment\n{RECORD}\n   "),
    ):
        assert list(read(text).records) == expected


def test_the_lenient_reader_lists_what_it_leaves_and_numbers_holders_without_gaps() -> None:
    text = one(RECORD) + "apnic|JP|asn|7|1|20180231|allocated|A2\napnic|JP|asn|8|1||allocated|A3\n"
    statistics = read(text, lenient=True)
    assert statistics.records.holder == [1, 2]
    assert [problem.line for problem in statistics.left] == [6]
    (note,) = statistics.notes
    assert "the summary says 0 asn records and there are 1" in note
    assert sum(statistics.lines.values()) == 7


def test_an_error_names_many_lines_and_counts_the_rest() -> None:
    text = one(RECORD) + "nonsense\n" * 50
    with pytest.raises(DelegatedError) as caught:
        read(text)
    assert len(caught.value.problems) == 50
    assert str(caught.value).endswith("and 40 more")


def counted(path: Path) -> Counter[tuple[str, ...]]:
    """Count a file's records by country, type, date, value and status with the csv module."""
    with path.open(encoding="latin-1", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="|") if not row[0].startswith("#")]
    records = [row for row in rows[1:] if row[-1] != "summary"]
    return Counter((row[1], row[2], row[3], row[4], row[5], row[6]) for row in records)


def written(records: delegated.Records) -> Counter[tuple[str, ...]]:
    """Count what was read, written as the registries write it (`00000000` as empty)."""
    return Counter(
        (cc or "", type, start, str(value), (day or "").replace("-", ""), status)
        for cc, type, start, _first, value, day, status, _holder in records
    )


@pytest.mark.parametrize(
    "registry",
    [
        "afrinic",
        "lacnic",
        *(pytest.param(big, marks=pytest.mark.prove) for big in ("apnic", "arin", "ripencc")),
    ],
)
def test_every_record_of_a_real_file_is_read(
    registry_files: dict[str, Path], registry: str
) -> None:
    path = registry_files[registry]
    text = path.read_text(encoding="latin-1")
    statistics = read(text, path.name)
    expected: Counter[tuple[str, ...]] = Counter()
    for (*start, day, status), many in counted(path).items():
        expected[(*start, "" if day == "00000000" else day, status)] += many
    assert written(statistics.records) == expected
    assert statistics.notes == ()
    assert sum(statistics.lines.values()) == text.count("\n")
    for type, many in statistics.summaries.items():
        assert f"\n{registry}|*|{type}|*|{many}|summary\n" in text
        assert statistics.records.type.count(type) == many


def test_numbers_of_real_starts_are_those_of_another_library(
    registry_files: dict[str, Path],
) -> None:
    records = read(registry_files["lacnic"].read_text(encoding="latin-1")).records
    for _cc, type, start, first, *_rest in list(records)[::29]:
        text = str(start)
        expected = int(text) if type == "asn" else int(ipaddress.ip_address(text))
        assert first == (expected >> 64 if type == "ipv6" else expected)


def test_a_holder_has_one_number_and_a_number_one_holder(registry_files: dict[str, Path]) -> None:
    path = registry_files["afrinic"]
    holders = read(path.read_text(encoding="latin-1")).records.holder
    with path.open(encoding="latin-1", newline="") as file:
        ids = [row[7] for row in csv.reader(file, delimiter="|") if len(row) == 8]
    pairs = set(zip(ids, holders, strict=True))
    assert len(pairs) == len(set(ids)) == len(set(holders))
    assert ("", None) in pairs
    assert {number for number in holders if number} == set(range(1, len(pairs)))


# What Hypothesis makes.

ASN = st.tuples(st.just("asn"), st.integers(0, 2**32 - 2).map(str), st.just("1"))
IPV4 = st.tuples(
    st.just("ipv4"),
    st.integers(0, 2**24 - 1).map(lambda number: str(ipaddress.IPv4Address(number << 8))),
    st.sampled_from(["256", "1", "255"]),
)
IPV6 = st.builds(
    lambda number, length: (
        "ipv6",
        str(ipaddress.IPv6Address((1 << 125) + (number >> (64 - length) << (128 - length)))),
        str(length),
    ),
    st.integers(0, 2**61 - 1),
    st.integers(3, 64),
)
DAY = st.dates().map(lambda day: f"{day.year:04}{day.month:02}{day.day:02}")
DATE = st.one_of(st.sampled_from(["", "00000000"]), DAY)
COUNTRY = st.sampled_from(["", "ZA", "EU", "AP", "ZZ", "JP"])
HOLDER = st.text(
    st.characters(codec="ascii", min_codepoint=33, exclude_characters="|\x7f"), min_size=1
)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Records of a file, extended or classic."""
    extended = draw(st.booleans())
    places = draw(
        st.lists(st.one_of(ASN, IPV4, IPV6), max_size=30, unique_by=lambda place: place[:2])
    )
    made = []
    for place in places:
        fields = (draw(COUNTRY), *place, draw(DATE))
        if not extended:
            made.append((*fields, draw(st.sampled_from(delegated.HELD))))
        elif draw(st.booleans()):
            made.append((*fields, draw(st.sampled_from(delegated.HELD)), draw(HOLDER)))
        else:
            free = draw(st.sampled_from(["available", "reserved"]))
            made.append((*fields, free, *draw(st.sampled_from([(), ("",)]))))
    return made


@FEW
@given(rows(), st.sampled_from(delegated.REGISTRIES), st.sampled_from(delegated.VERSIONS))
def test_what_is_written_is_read(made: list[tuple[str, ...]], registry: str, version: str) -> None:
    statistics = read(compose(registry, made, end="20240229", version=version))
    expected = Counter(
        (cc, type, start, value, "" if day == "00000000" else day, status)
        for cc, type, start, value, day, status, *_holder in made
    )
    assert written(statistics.records) == expected
    ids = [row[6] for row in made if len(row) > 6 and row[6]]
    numbers = [number for number in statistics.records.holder if number]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(set(ids)) + 1))
    assert len(set(zip(ids, numbers, strict=True))) == len(set(ids))


@FEW
@given(rows())
def test_many_lines_at_once_are_read_as_one_by_one(made: list[tuple[str, ...]]) -> None:
    text = compose("arin", made, end="20240229")
    spoilt = text.replace("\narin|", "\n# so that no piece is regular\narin|")
    at_once, singly = read(text), read(spoilt)
    assert at_once.records == singly.records
    assert (at_once.format, at_once.summaries) == (singly.format, singly.summaries)


def mutated(data: st.DataObject, lines: list[str]) -> str:
    """Spoil some lines of a file: its fields, its characters, its order, its end."""
    draw = data.draw
    lines = list(lines)
    for _time in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        fields = lines[place].split("|")
        field = draw(st.integers(0, len(fields) - 1))
        other = draw(st.integers(0, len(fields) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "flip", "line", "drop", "join"])):
            case "delete":
                del fields[field]
            case "double":
                fields.insert(field, fields[field])
            case "swap":
                fields[field], fields[other] = fields[other], fields[field]
            case "flip" if fields[field]:
                at = draw(st.integers(0, len(fields[field]) - 1))
                new = chr(draw(st.integers(0, 255)))
                fields[field] = fields[field][:at] + new + fields[field][at + 1 :]
            case "line":
                lines.insert(place, lines[draw(st.integers(0, len(lines) - 1))])
            case "drop" if len(lines) > 1:
                del lines[place]
                continue
            case "join":
                fields += ["\n"]
        lines[place] = "|".join(fields)
    text = "\n".join([*lines, ""])
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def sample(path: Path) -> list[str]:
    """Return the lines of a small true file: some records of each kind, and what fits them."""
    lines = path.read_text(encoding="latin-1").splitlines()
    records = [line.split("|") for line in lines if line[0] != "#" and line[-7:] != "summary"][1:]
    steps = [records[begin : begin + 2] for begin in range(0, len(records), len(records) // 20)]
    chosen = [row for step in steps for row in step]
    return compose(chosen[0][0], [row[1:] for row in chosen], end="20181013").splitlines()


@pytest.mark.parametrize(
    ("registry", "examples"),
    [
        ("afrinic", 150),
        ("ripencc", 150),
        pytest.param("lacnic", 20_000, marks=pytest.mark.prove),
        pytest.param("ripencc", 20_000, marks=pytest.mark.prove),
    ],
)
def test_nothing_of_a_spoilt_file_is_lost_unseen(
    registry_files: dict[str, Path], registry: str, examples: int
) -> None:
    lines = sample(registry_files[registry])

    @settings(FEW, max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def spoil(data: st.DataObject) -> None:
        text = mutated(data, lines)
        try:
            statistics = read(text, lenient=True)
        except DelegatedError:
            with pytest.raises(DelegatedError):
                read(text)
            return
        number_of_lines = text.count("\n") + (text[-1:] not in ("", "\n"))
        assert sum(statistics.lines.values()) == number_of_lines
        assert statistics.lines["record"] == len(statistics.records)
        assert statistics.lines["left"] == len(statistics.left)
        contradictions = [note for note in statistics.notes if "overlap" not in note]
        try:
            strict = read(text)
        except DelegatedError as error:
            assert len(error.problems) == len(statistics.left) + len(contradictions)
        else:
            assert not statistics.left
            assert not contradictions
            assert strict.records == statistics.records

    spoil()


def test_runs_of_types_are_found_however_they_alternate() -> None:
    types = ["asn", "asn", "ipv4", "asn"]
    runs = list(delegated._runs(types))
    assert runs == [("asn", 0, 2), ("ipv4", 2, 3), ("asn", 3, 4)]
    assert all(before[2] == after[1] for before, after in pairwise(runs))


@FEW
@given(st.text("0123456789abcdefABCDEF:.%", max_size=40))
def test_a_browser_reads_the_same_addresses(text: str) -> None:
    def packed(function: object) -> object:
        try:
            return function(text)  # type: ignore[operator]
        except (OSError, ValueError):
            return None

    assert packed(delegated._packed) == packed(delegated._packed_slowly)


def test_a_line_with_two_faults_is_left_and_named_once() -> None:
    lines = sample_of_twins()
    statistics = read(lines, lenient=True)
    assert [problem.line for problem in statistics.left] == [5, 6]
    assert sum(statistics.lines.values()) == lines.count("\n")


def sample_of_twins() -> str:
    """Return a file in which two lines are the same, and both lack their opaque id."""
    held = "lacnic|AR|ipv4|24.232.0.0|65536|19970602|allocated\n"
    other = "lacnic|CO|ipv4|186.0.{}.0|256|20080620|allocated|21457\n"
    return (
        "2|lacnic|20181013|5|19870101|20181013|-0300\n"
        "lacnic|*|asn|*|0|summary\nlacnic|*|ipv4|*|5|summary\nlacnic|*|ipv6|*|0|summary\n"
        + held * 2
        + "".join(other.format(n) for n in range(3))
    )

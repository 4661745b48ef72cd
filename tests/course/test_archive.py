"""Zip files of strangers: what is read, what is refused, and why."""

import io
import itertools
import stat
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ipv6course.classroom.archive import (
    REASONS,
    Archive,
    ArchiveError,
    Limits,
    refuse_name,
    shown,
)


def packed(*members, method=zipfile.ZIP_DEFLATED):
    """Return a zip file of (name or ZipInfo, bytes)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def reasons(data, limits=None):
    """Return why each member is refused, by name; `read` for what is not."""
    found = {}
    with Archive(data, limits) as archive:
        for member in archive:
            try:
                archive.read(member)
                found[member.name] = "read"
            except ArchiveError as error:
                found[member.name] = error.reason
    return found


def opening(data, limits=None):
    with pytest.raises(ArchiveError) as refusal, Archive(data, limits):
        pass
    return refusal.value.reason


def patched(data, old, new, count=None):
    """Replace bytes; `count` says how often they stand there."""
    assert len(old) == len(new)
    assert data.count(old) == count or count is None
    assert old in data
    return data.replace(old, new)


# --- what is read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_ordinary_zip_file_is_read_from_bytes_and_from_a_path(tmp_path, method):
    data = packed(("a/", b""), ("a/Koné › 1.ipynb", b"{}"), ("b", b"x" * 5000), method=method)
    (tmp_path / "file.zip").write_bytes(data)
    for source in (data, tmp_path / "file.zip"):
        with Archive(source) as archive:
            read = {member.name: archive.read(member) for member in archive}
        assert read == {"a/Koné › 1.ipynb": b"{}", "b": b"x" * 5000}


def test_a_refused_member_leaves_the_others_to_be_read():
    assert reasons(packed(("../up", b""), ("good", b"1"))) == {"../up": "upwards", "good": "read"}


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../x", "upwards"),
        ("a/../../x", "upwards"),
        ("a/..", "upwards"),
        ("/etc/passwd", "absolute"),
        ("//host/share", "absolute"),
        ("C:/x", "absolute"),
        ("c:x", "absolute"),
        ("work/\u202egnp.ipynb", "character"),
        ("work/\u2066x", "character"),
        ("\u200fx", "character"),
        ("a\nb", "character"),
        ("a\x1b[2Jb", "character"),
        ("a\x7f", "character"),
        ("a\ufeffb", "character"),
        ("n" * 256, "long-name"),
    ],
)
def test_a_name_that_leads_elsewhere_or_hides_is_refused(name, reason):
    assert list(reasons(packed((name, b""))).values()) == [reason]


@pytest.mark.parametrize("name", ["..\\x", "a\\..\\x", "\\x", "\\\\host\\x", "C:\\x"])
def test_backslashes_lead_elsewhere_too(name):
    data = packed((name.replace("\\", "!"), b""))
    assert set(reasons(data.replace(b"!", b"\\")).values()) <= {"upwards", "absolute"}


def test_a_name_with_a_nul_is_refused_whole():
    data = patched(packed(("good.ipynb#.exe", b"")), b"#", b"\0", 2)
    assert list(reasons(data).values()) == ["character"]


@pytest.mark.parametrize(("name", "reason"), [("#", "character"), ("", "no-name")])
def test_a_name_that_is_nothing_is_refused(name, reason):
    """Where a NUL comes first, zipfile's own `is_dir` has no name to look at."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    assert list(reasons(packed((info, b"")).replace(b"#", b"\0")).values()) == [reason]


@given(st.text(max_size=300))
@example("..")
@example("a/./b")
@example("\ud800")
def test_any_name_is_either_refused_or_stays_inside(name):
    try:
        refuse_name(name)
    except ArchiveError as error:
        assert error.reason in REASONS
        str(error).encode()
    else:
        assert ".." not in name.replace("\\", "/").split("/")
        assert not name.startswith(("/", "\\"))
        assert name.isascii() or "\u202e" not in name


@given(st.text(max_size=300))
def test_a_name_is_shown_on_one_line_short_and_encodable(name):
    text = shown(name)
    text.encode()  # raises where it cannot be printed
    assert len(text.splitlines()) <= 1
    assert "\x1b" not in text
    assert len(text) <= 80 or text.endswith("...")


# --- what is no plain file ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind):
    info = zipfile.ZipInfo("link")
    info.external_attr = (kind | 0o777) << 16
    assert reasons(packed((info, b"/etc/passwd"))) == {"link": "link"}


def test_a_locked_member_is_refused():
    data = bytearray(packed(("x", b"secret")))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert reasons(bytes(data)) == {"x": "password"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method):
    assert reasons(packed(("x", b"x" * 100), method=method)) == {"x": "method"}


# --- sizes ----------------------------------------------------------------------------------------


def test_a_member_that_says_it_is_too_large_is_refused_without_unpacking():
    data = packed(("zeros", bytes(30_000_000)))
    tracemalloc.start()
    assert reasons(data) == {"zeros": "large"}
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_member_packed_absurdly_small_is_a_bomb():
    assert reasons(packed(("zeros", bytes(5_000_000)))) == {"zeros": "bomb"}
    assert reasons(packed(("small", bytes(900_000)))) == {"small": "read"}


@pytest.mark.parametrize("claimed", [0, 1, 100, 999_999])
def test_a_lie_about_the_size_unpacks_no_more_than_it_said(claimed):
    real = 3_000_000
    data = patched(
        packed(("liar", bytes(real))), struct.pack("<L", real), struct.pack("<L", claimed), 2
    )
    tracemalloc.start()
    assert reasons(data) == {"liar": "damaged"}
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_a_lie_that_it_is_larger_is_harmless():
    data = patched(packed(("liar", b"x" * 77)), struct.pack("<L", 77), struct.pack("<L", 7777), 2)
    assert reasons(data) in ({"liar": "read"}, {"liar": "damaged"})


def test_all_members_together_have_a_limit():
    data = packed(*((f"{n}", bytes(900_000)) for n in range(5)))
    limits = Limits(whole=2_000_000)
    assert list(reasons(data, limits).values()) == ["read", "read", "whole", "whole", "whole"]


def test_damaged_members_count_for_the_limit_too():
    members = [(f"{n}", bytes(900_000)) for n in range(5)]
    crc = struct.pack("<L", zlib.crc32(bytes(900_000)))
    data = patched(packed(*members), crc, b"\1\2\3\4", 10)
    found = list(reasons(data, Limits(whole=2_000_000)).values())
    assert found[:2] == ["damaged", "damaged"]
    assert set(found[2:]) <= {"whole", "damaged"}
    with Archive(data, Limits(whole=2_000_000)) as archive:
        for member in archive:
            with pytest.raises(ArchiveError):
                archive.read(member)
        assert archive._left < 300_000


def test_a_nested_bomb_stays_packed():
    """As in 42.zip: each level is small, and nobody unpacks what nobody asks for."""
    level = packed(("zeros", bytes(4_000_000)))
    for depth in range(4):
        level = packed(*((f"{depth}-{n}.zip", level) for n in range(16)))
    tracemalloc.start()
    assert set(reasons(level).values()) == {"read"}
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_ten_thousand_members_are_too_many():
    data = packed(*((str(n), b"") for n in range(10_000)), method=zipfile.ZIP_STORED)
    assert opening(data) == "too-many"
    with Archive(data, Limits(members=10_000)) as archive:
        assert sum(1 for _member in archive) == 10_000


def test_members_that_overlap_unpack_no_more_than_the_limit():
    """As in "A better zip bomb" (Fifield, WOOT 2019): many entries, one packed kernel."""
    data = packed(("kernel", bytes(900_000)))
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry, count = data[start:end], 500
    footer = bytearray(data[end:])
    struct.pack_into("<HHL", footer, 8, count, count, len(entry) * count)
    many = data[:start] + entry * count + bytes(footer)
    total = 0
    with Archive(many, Limits(whole=5_000_000)) as archive:
        for member in archive:
            try:
                total += len(archive.read(member))
            except ArchiveError as error:
                assert error.reason in ("damaged", "whole")
    assert total <= 5_000_000


# --- damage ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\3\4", b"{}", b"PK\5\6" + bytes(10)])
def test_what_is_no_zip_file_says_so(data):
    assert opening(data) == "not-a-zip"


def test_a_download_that_was_cut_off_says_so():
    data = packed(("x", bytes(range(256)) * 40))
    assert {opening(data[:cut]) for cut in range(0, len(data) - 1, 7)} == {"not-a-zip"}


def test_content_that_is_not_what_was_packed_is_damaged():
    data = packed(("x", b"abcdefgh"), method=zipfile.ZIP_STORED)
    assert reasons(patched(data, b"abcd", b"abcX", 1)) == {"x": "damaged"}


BYTES = packed(("work/a.ipynb", b'{"cells": []}' * 9), ("b", b"bb"))


@settings(max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(BYTES) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(BYTES)),
)
def test_any_damage_is_refused_or_harmless(changes, cut):
    data = bytearray(BYTES)
    for place, value in changes:
        data[place] = value
    try:
        reasons(bytes(data) if cut % 2 else bytes(data[:cut]))
    except ArchiveError as error:
        assert error.reason in REASONS


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_read(data):
    for prefix in (b"", b"PK\3\4", BYTES[:30]):
        try:
            reasons(prefix + data + (BYTES[-22:] if len(data) % 2 else b""))
        except ArchiveError as error:
            assert error.reason in REASONS


def test_every_reason_has_a_sentence_that_can_be_filled():
    found = {"count": 1, "most": 2, "character": "U+0000", "size": 3, "ratio": 4}
    for reason in itertools.chain(REASONS):
        assert str(ArchiveError(reason, **found)).endswith(".")

"""A reader's SQL: it reads, it ends, it stays small, and its errors show the place."""

import contextlib
import sqlite3
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from small import small_database

from ipv6data import ask as subject
from ipv6data.ask import AskError, ask

ENDLESS = "WITH RECURSIVE t(x) AS (SELECT {0} UNION ALL SELECT {1} FROM t) "
DISTINCT = "WITH RECURSIVE t(x) AS (SELECT 1 UNION SELECT x + 1 FROM t) "


@pytest.fixture
def data():
    connection = small_database()
    yield connection
    connection.close()


def test_rows_are_plain_tuples_whatever_the_connection_makes(data):
    data.row_factory = sqlite3.Row
    data.text_factory = bytes
    assert ask(data, "SELECT cc, 1 FROM country WHERE cc = ?", ["KE"]) == [("KE", 1)]
    assert type(ask(data, "SELECT 1")[0]) is tuple
    assert data.row_factory is sqlite3.Row
    assert data.text_factory is bytes


def test_parameters_go_by_place_or_by_name(data):
    assert ask(data, "SELECT ? + ?", (1, 2)) == [(3,)]
    assert ask(data, "SELECT :a || :b", {"a": "x", "b": "y", "more": 1}) == [("xy",)]


@pytest.mark.parametrize(
    "sql",
    [
        *[
            "VALUES (1)",
            "SELECT 1;",
            "SELECT 1 ; -- done",
            "/* a */ select 1",
            "WITH x AS (VALUES (1)) SELECT * FROM x",
        ],
        *["SELECT printf('%d', 1) + 0", "SELECT value FROM json_each('[1]')", "SELECT ';' = ';'"],
        *["SELECT count(*) FROM sqlite_schema WHERE name = 'country'"],
    ],
)
def test_what_only_reads_runs(data, sql):
    assert ask(data, sql) == [(1,)]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "there is no SQL"),
        ("-- SELECT 1", "there is no SQL"),
        (";", "starts with SELECT or WITH"),
        *((f"{word} x", "starts with SELECT or WITH") for word in ["DELETE", "UPDATE", "DROP"]),
        *((f"{word} x", "starts with SELECT or WITH") for word in ["ATTACH", "VACUUM", "BEGIN"]),
        ("PRAGMA user_version", "starts with SELECT or WITH, not PRAGMA"),
        ("EXPLAIN SELECT 1", "starts with SELECT or WITH, not EXPLAIN"),
        ("CREATE TEMP TABLE x(y)", "starts with SELECT or WITH, not CREATE"),
        ("SELECT 1; DELETE FROM country", "column 11: a second statement"),
        ("WITH x AS (SELECT 1) DELETE FROM country", "may only read"),
        ("WITH x AS (SELECT 1) INSERT INTO country SELECT * FROM country", "may only read"),
        ("WITH x AS (SELECT 1) UPDATE country SET cc = 'XX'", "may only read"),
        ("WITH x AS (SELECT 1) REPLACE INTO country SELECT * FROM country", "may only read"),
        ("SELECT load_extension('x')", r"load_extension\(\) is not allowed"),
        ("SELECT * FROM pragma_table_info('country')", "PRAGMA is not allowed here; SELECT sql"),
        ("SELECT * FROM [pragma_database_list]", "PRAGMA is not allowed"),
        ("SELECT writefile('x', 'y')", r"not allowed|no function"),
        ("SELECT readfile('x')", "no function"),
    ],
)
def test_what_does_more_than_read_is_refused(data, sql, message):
    before = list(data.iterdump())
    with pytest.raises(AskError, match=message):
        ask(data, sql)
    assert list(data.iterdump()) == before


@pytest.mark.parametrize(
    ("sql", "place", "message"),
    [
        ("SELECT * FORM tally", (1, 10), "SQL can't have FORM here"),
        ("SELECT 'FORM', cc\nFORM tally", (2, 6), "can't have tally"),
        ("SELECT (SELECT 1 FROM tally),\n 2 FROM FROM tally", (2, 9), "can't have FROM"),
        ("SELECT cc, FROM country", (1, 12), "can't have FROM"),
        ("SELECT count(*\nFROM country", (2, 1), "can't have FROM"),
        ("SELECT max(cc FROM country", (1, 15), "can't have FROM"),
        ("SELECT (1 + 2", (1, 14), "lacks 1 closing bracket"),
        ("SELECT cc FROM country LIMIT", (1, 29), "lacks its last part"),
        ("SELECT 'abc FROM country", (1, 8), "quotation mark is never closed"),
        ("SELECT #", (1, 8), "no such sign"),
        ("SELECT cc\nFROM tally\nWHERE typ = 'ipv6'", (3, 7), "column typ; did you mean type"),
        ("SELECT country.nam FROM country", (1, 8), "column country.nam"),
        ("SELECT 1 FROM delegations", (1, 15), "did you mean delegation?"),
        ("SELECT cc FROM tally JOIN country", (1, 8), r"USING \(cc\)"),
        ("SELECT cc FROM tally WHERE count(*) > 1", (1, 28), "HAVING"),
        ("SELECT 'a' REGEXP 'b'", (1, 12), "LIKE or GLOB"),
        ("SELECT median(value) FROM tally", (1, 8), r"no function median\(\)"),
        ("SELECT 1\0", (1, 9), "is no text"),
        ("SELECT '\ud800'", (1, 8), "is no text"),
    ],
)
def test_an_error_shows_its_place_and_what_to_do(data, sql, place, message):
    with pytest.raises(AskError, match=message) as caught:
        ask(data, sql)
    line, column = place
    head, text, mark = str(caught.value).split("\n")
    assert head.startswith(f"line {line}, column {column}: ")
    assert mark.index("^") - 4 == column - 1
    assert text[4:] == sql.split("\n")[line - 1]


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        *[("SELECT ?", ()), ("SELECT ? + ?", (1,)), ("SELECT 1", (1,)), ("SELECT :cc", {})],
        *[("SELECT ?", ([],)), ("SELECT ?", (1 << 70,)), ("SELECT ?", 5)],
    ],
)
def test_parameters_that_do_not_fit_are_said_so(data, sql, parameters):
    with pytest.raises(AskError, match="the parameters do not fit: the SQL has"):
        ask(data, sql, parameters)


@pytest.mark.parametrize("sql", [None, 5, b"SELECT 1", ["SELECT 1"]])
def test_sql_is_a_text(data, sql):
    with pytest.raises(AskError, match="SQL is a text"):
        ask(data, sql)


HOSTILE = {
    "endless count": ENDLESS.format(1, "x + 1") + "SELECT count(*) FROM t",
    "endless rows": ENDLESS.format(1, "x + 1") + "SELECT x FROM t",
    "endless sort": ENDLESS.format(1, "x + 1") + "SELECT x FROM t ORDER BY -x",
    "endless and distinct": DISTINCT + "SELECT max(x) FROM t",
    "a pile of long values": ENDLESS.format("zeroblob(7000)", "x") + "SELECT x FROM t ORDER BY x",
    "a pile of middling values": ENDLESS.format("zeroblob(290)", "x")
    + "SELECT x FROM t ORDER BY x",
    "rows of long values": ENDLESS.format("zeroblob(7000)", "x") + "SELECT x, x, x FROM t",
    "zeroblob": "SELECT zeroblob(1000000000)",
    "zeroblob 1e9": "SELECT length(zeroblob(1e9))",
    "randomblob": "SELECT randomblob(1000000000)",
    "hex of zeroblob": "SELECT hex(zeroblob(900000000))",
    "hex of hex": "SELECT hex(hex(hex(zeroblob(2000))))",
    "printf with a star": "SELECT printf('%.*c', 1000000000, 'x')",
    "printf with a width": "SELECT printf('%1000000000d', 1)",
    "printf of a made-up format": "SELECT printf('%' || '100000000c', 'x')",
    "format by another name": "SELECT \"format\"('%.*c', 1000000000, 'x')",
    "a text that doubles": ENDLESS.format("'x'", "x || x") + "SELECT max(x) FROM t",
    "replace that grows": "SELECT replace(replace(hex(zeroblob(1000)), '0', '0000'), '0', '0000')",
    "group_concat that grows": ENDLESS.format(1, "x + 1") + "SELECT group_concat(x) FROM t",
    "a JSON list that grows": ENDLESS.format(1, "x + 1") + "SELECT json_group_array(x) FROM t",
    "joins with no condition": "SELECT count(*) FROM "
    + ", ".join(f"tally t{n}" for n in "123456789"),
    "very many columns": "SELECT " + ", ".join(["1"] * 3000),
    "very many selects": "SELECT 1" + " UNION ALL SELECT 1" * 900,
    "brackets": "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "selects in selects": "SELECT * FROM " + "(SELECT * FROM " * 500 + "country" + ")" * 500,
    "NOT NOT": "SELECT " + "NOT " * 4000 + "1",
    "minus minus": "SELECT " + "- " * 4000 + "1",
    "a long sum": "SELECT 1" + " + 1" * 4000,
    "CASE in CASE": "SELECT " + "CASE 1 WHEN 1 THEN " * 600 + "1" + " END" * 600,
    "WITH parts that double": "WITH c0 AS (SELECT 1 AS x)"
    + "".join(f", c{n} AS (SELECT a.x FROM c{n - 1} a, c{n - 1} b)" for n in range(1, 40))
    + " SELECT count(*) FROM c39",
    "WITH parts that double, quoted": "WITH c0(x) AS (SELECT 1)"
    + "".join(
        f', "C{n}"(x) AS (SELECT a.x FROM [c{n - 1}] a JOIN `c{n - 1}` b)' for n in range(1, 40)
    )
    + " SELECT count(*) FROM 'c39'",
    "a long text": "SELECT 1 --" + "x" * 1_000_000,
    "quotation marks": "SELECT " + "'" * 9_999,
    "a pattern": "SELECT sum((hex(zeroblob(3900)) || d.value) LIKE '"
    + "%0" * 100
    + "x') FROM tally d",
    "a deep JSON": "SELECT json('" + "[" * 5000 + "')",
}


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE)
def test_hostile_sql_ends_and_takes_no_memory(data, sql):
    tracemalloc.start()
    try:
        with pytest.raises(AskError):
            ask(data, sql, steps=2_000_000)
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert ask(data, "SELECT count(*) FROM country") == [(7,)]


def test_the_same_text_ends_at_the_same_step(data):
    sql = ENDLESS.format(1, "x + 1") + "SELECT count(*) FROM (SELECT x FROM t LIMIT 1000)"
    enough = next(steps for steps in range(0, 100_000, 1000) if not refused(data, sql, steps))
    for _again in range(3):
        assert refused(data, sql, enough - 1000)
        assert not refused(data, sql, enough)


def refused(data, sql, steps):
    try:
        ask(data, sql, steps=steps)
    except AskError as error:
        assert f"more than {steps:,} steps" in str(error)
        return True
    return False


def test_too_many_rows_are_refused_and_not_cut(data):
    assert len(ask(data, "SELECT cc FROM country", rows=7)) == 7
    with pytest.raises(AskError, match="more than 6 rows; count or add up"):
        ask(data, "SELECT cc FROM country", rows=6)


def test_processor_time_is_bounded_too(data, monkeypatch):
    monkeypatch.setattr(subject, "SECONDS", 0.01)
    with pytest.raises(AskError, match="seconds of the processor"):
        ask(data, HOSTILE["endless count"])


def test_with_parts_may_use_each_other(data):
    parts = ", ".join(
        f"c{n} AS (SELECT a.x, c{n - 1}.x FROM c{n - 1}, c{n - 1} a)" for n in range(1, 7)
    )
    assert ask(data, f"WITH c0(x) AS (SELECT 1), {parts} SELECT count(*) FROM c6") == [(1,)]


@pytest.mark.parametrize(
    "sql", ["SELECT 1", "SELECT * FORM x", "DELETE FROM country", HOSTILE["zeroblob"]]
)
def test_the_connection_is_as_it_was(data, sql):
    limits = [data.getlimit(limit) for limit in range(12)]
    data.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 123_456)
    limits[0] = 123_456
    with contextlib.suppress(AskError):
        ask(data, sql)
    assert [data.getlimit(limit) for limit in range(12)] == limits
    assert data.execute("PRAGMA user_version").fetchone()
    assert data.execute("SELECT length(zeroblob(100000))").fetchone() == (100_000,)
    data.execute("DELETE FROM country")
    assert not data.execute("SELECT * FROM country").fetchall()


def test_an_open_transaction_stays_open(data):
    data.commit()
    data.execute("DELETE FROM country WHERE cc = 'KE'")
    with pytest.raises(AskError):
        ask(data, "SELECT x FROM country")
    assert data.in_transaction
    data.rollback()
    assert ask(data, "SELECT count(*) FROM country") == [(7,)]


WORDS = """
    SELECT FROM WITH AS ( ) , ; * 'x' 'x "q" [b] -- /* tally country cc count printf ? :a 1 1e9 ||
    JOIN USING WHERE GROUP BY NOT IN x RECURSIVE UNION ALL LIMIT pragma_x é
"""


@settings(max_examples=100, deadline=None)
@given(
    some.lists(some.sampled_from([*WORDS.split(), "\n", "\0"]) | some.text(max_size=3), max_size=25)
)
def test_any_text_gives_rows_or_an_ask_error(words):
    with_data = small_database_once()
    try:
        assert isinstance(ask(with_data, " ".join(words), steps=20_000), list)
    except AskError as error:
        assert str(error)


_ONCE = []


def small_database_once():
    if not _ONCE:
        _ONCE.append(small_database())
    return _ONCE[0]

"""Running a reader's own SQL: it reads, it ends, it stays small, and its errors teach.

The rules:

- One statement that starts with SELECT, WITH or VALUES. SQLite's authorizer lets it read tables and
  call functions, and nothing else: no ATTACH, no PRAGMA, no writing, no extension.
- Work is bounded by SQLite's own steps, so that the same text ends in the same place on every
  machine. Processor time is the second bound, for the few functions that do much in one step.
- Values are short (`VALUE_BYTES`). The more steps a statement has taken, the shorter they have to
  be: so what it can pile up in a sort or a table of its own stays bounded too (`PILE_BYTES`).
- The text itself is bounded: length, nesting, how often its WITH parts repeat each other (SQLite
  copies them while it still reads, where no step is counted), and the widths that it gives to
  printf() and format(), which write any number of letters in one step.

All of it is undone afterwards. SQLite can't be asked what was set before, so an authorizer or a
progress handler of the caller's own is gone: `ask` leaves none.
"""

import difflib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

STEPS = 30_000_000
"""Sorting all 512,252 records of October 2018 takes 13,000,000."""
ROWS = 50_000
RESULT_BYTES = 10_000_000
SECONDS = 10.0
VALUE_BYTES = 8_000
PILE_BYTES = 300_000_000
TEXT_LENGTH = 20_000
NESTING = 40
REPEATS = 1000

_EVERY = 200  # steps between two looks
_SHORT = 300  # what a value may always have, in bytes
_FIRST_WORDS = ("SELECT", "WITH", "VALUES")
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_FUNCTION,
}
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer", "sqlite_log", "edit", "writefile"}
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: VALUE_BYTES,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 4 * TEXT_LENGTH + 100,
    sqlite3.SQLITE_LIMIT_COLUMN: 500,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 50_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

Value = str | bytes | int | float | None
Parameters = Sequence[Value] | Mapping[str, Value]


class AskError(ValueError):
    """A statement that was not run to its end: what was wrong, where, and what to do."""


def ask(
    data: sqlite3.Connection,
    sql: str,
    parameters: Parameters = (),
    *,
    steps: int = STEPS,
    rows: int = ROWS,
) -> list[tuple[Value, ...]]:
    """Run one SELECT of a reader and return its rows.

    Args:
        data: Any connection; nothing in it changes.
        sql: One statement.
        parameters: Values for its `?` in order, or for its `:names` by name.
        steps: How many of SQLite's steps it may take.
        rows: How many rows it may return.

    Raises:
        AskError: It is not one SELECT, is written wrongly, or needs more than it may; the message
            says where and what to do.
    """
    if not isinstance(sql, str):
        raise AskError(f"SQL is a text in quotes, and this is of type {type(sql).__name__}")
    tokens = list(_tokens(sql))
    _check_text(sql, tokens)
    with _bounded(data, steps) as bounds:
        cursor = data.cursor()
        cursor.row_factory = None
        try:
            return _fetched(cursor.execute(sql, parameters), rows)
        except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError) as error:
            raise _explained(data, sql, tokens, error, bounds) from None
        finally:
            cursor.close()


def _fetched(cursor: sqlite3.Cursor, rows: int) -> list[tuple[Value, ...]]:
    found: list[tuple[Value, ...]] = []
    size = 0
    for row in cursor:
        found.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(found) > rows:
            raise AskError(
                f"the answer has more than {rows:,} rows; count or add up with GROUP BY, "
                "choose with WHERE, or end with LIMIT"
            )
        if size > RESULT_BYTES:
            raise AskError(
                f"the answer has more than {RESULT_BYTES:,} letters; name the columns that you "
                "need, or choose rows with WHERE"
            )
    return found


class _Bounds:
    """What a statement has used, and why it was stopped."""

    def __init__(self, data: sqlite3.Connection, steps: int) -> None:
        self._data = data
        self._steps = steps
        self._taken = 0
        self._until = time.process_time() + SECONDS
        self.reason = ""

    def look(self) -> bool:
        """Return whether to stop; SQLite asks every few steps."""
        self._taken += _EVERY
        length = min(VALUE_BYTES, max(_SHORT, PILE_BYTES // self._taken))
        self._data.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)
        if self._taken > self._steps:
            self.reason = f"it needs more than {self._steps:,} steps"
        elif time.process_time() > self._until:
            self.reason = f"it needs more than {SECONDS:.0f} seconds of the processor"
        return bool(self.reason)

    def authorize(
        self,
        action: int,
        first: str | None,
        second: str | None,
        _place: str | None,
        _by: str | None,
    ) -> int:
        """Return whether SQLite may compile one thing that the statement does."""
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _FORBIDDEN_FUNCTIONS:
            self.reason = f"the function {second}() is not allowed here"
        elif action not in _ALLOWED:
            self.reason = _REFUSED.get(action, "a statement here may only read")
        else:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY


_COLUMNS = "SELECT sql FROM sqlite_schema shows all tables and their columns"
_REFUSED = {
    sqlite3.SQLITE_PRAGMA: f"PRAGMA is not allowed here; {_COLUMNS}",
    sqlite3.SQLITE_ATTACH: "no other database can be attached here",
}


@contextmanager
def _bounded(data: sqlite3.Connection, steps: int) -> Iterator[_Bounds]:
    """Set the bounds on a connection, and take them away again."""
    bounds = _Bounds(data, steps)
    before = {limit: data.setlimit(limit, value) for limit, value in _LIMITS.items()}
    texts = data.text_factory
    try:
        data.text_factory = str
        # SQLite sets these two up on first use, which looks like writing to the authorizer.
        data.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
        data.set_authorizer(bounds.authorize)
        data.set_progress_handler(bounds.look, _EVERY)
        yield bounds
    finally:
        data.set_progress_handler(None, 0)
        data.set_authorizer(None)
        data.text_factory = texts
        for limit, value in before.items():
            data.setlimit(limit, value)


# The text, before SQLite reads it.


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


_PATTERN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>[xX]?'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<number>\d[\w.]*|\.\d[\w.]*)
    |(?P<parameter>\?\d*|[:@$]\w+)
    |(?P<word>\w+)
    |(?P<open>\()|(?P<close>\))|(?P<end>;)|(?P<comma>,)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def _tokens(sql: str) -> Iterator[_Token]:
    for match in _PATTERN.finditer(sql[: TEXT_LENGTH + 1]):
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match.group(), match.start())


def _check_text(sql: str, tokens: list[_Token]) -> None:
    if len(sql) > TEXT_LENGTH:
        raise AskError(f"the SQL has {len(sql):,} letters; {TEXT_LENGTH:,} are allowed")
    if not tokens:
        raise AskError("there is no SQL; write a SELECT")
    for token in tokens:
        if token.text == "\0" or any("\ud800" <= letter <= "\udfff" for letter in token.text):
            raise AskError(_at(sql, token.start, "a character here is no text; delete it"))
    if tokens[0].text.upper() not in _FIRST_WORDS:
        what = f"a statement here only reads: it starts with SELECT or WITH, not {tokens[0].text}"
        raise AskError(_at(sql, tokens[0].start, what))
    ends = [number for number, token in enumerate(tokens) if token.kind == "end"]
    if ends and (after := tokens[ends[0] + 1 :]):
        raise AskError(
            _at(
                sql, after[0].start, "a second statement starts here; ask one, without a ';' inside"
            )
        )
    _check_nesting(sql, tokens)
    _check_names(sql, tokens)
    if _copies(tokens) > REPEATS:
        raise AskError(
            "the WITH parts use each other again and again, so that SQLite would make more than "
            f"{REPEATS:,} copies of them; use each part once or twice"
        )


def _check_nesting(sql: str, tokens: list[_Token]) -> None:
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth > NESTING:
            raise AskError(
                _at(sql, token.start, f"more than {NESTING} brackets are open here; use WITH parts")
            )


def _check_names(sql: str, tokens: list[_Token]) -> None:
    for number, token in enumerate(tokens):
        name = _name(token) if token.kind != "string" else ""
        if name.startswith("pragma_"):
            raise AskError(_at(sql, token.start, _REFUSED[sqlite3.SQLITE_PRAGMA]))
        if name in ("printf", "format") and not _harmless_format(tokens[number + 1 : number + 4]):
            what = (
                f"{name}() takes a format in single quotes here, with widths of three digits at "
                "most and no '*', such as printf('%.2f', percent)"
            )
            raise AskError(_at(sql, token.start, what))


def _harmless_format(after: list[_Token]) -> bool:
    """Return whether what follows the name is no call, or one whose format is a plain literal."""
    texts = [token.text for token in after]
    if texts[:1] != ["("]:
        return True
    # '%' || '1000000c' would be put together only when it runs
    return bool(texts[1:] and _FORMAT.fullmatch(texts[1])) and texts[2:] in ([","], [")"])


_FORMAT = re.compile(r"'(?![^*]*\*)(?!.*\d{4}).*'", re.DOTALL)


def _copies(tokens: list[_Token]) -> int:
    """Return at most how many copies of its WITH parts SQLite makes to read a statement."""
    bodies = _with_parts(tokens)
    cost: dict[str, int] = {}

    def cost_of(part: list[_Token], above: tuple[str, ...]) -> int:
        total = 1
        for name in _tables(part, bodies):
            if name not in above:
                if name not in cost:
                    cost[name] = cost_of(bodies[name], (*above, name))
                total += cost[name]
            if total > REPEATS:
                break
        return total

    return cost_of(tokens, ())


def _with_parts(tokens: list[_Token]) -> dict[str, list[_Token]]:
    """Return the tokens of each `name AS (…)`, by name."""
    bodies: dict[str, list[_Token]] = {}
    for number, token in enumerate(tokens):
        if token.text.upper() != "AS" or number == 0:
            continue
        after = number + 1
        while after < len(tokens) and tokens[after].text.upper() in ("NOT", "MATERIALIZED"):
            after += 1
        if after < len(tokens) and tokens[after].kind == "open":
            name = tokens[_before_columns(tokens, number - 1)]
            bodies.setdefault(_name(name), []).extend(_inside(tokens, after))
    return bodies


def _before_columns(tokens: list[_Token], number: int) -> int:
    """Return the place of the name in `name (column, column) AS`."""
    if tokens[number].kind != "close":
        return number
    while number > 0 and tokens[number].kind != "open":
        number -= 1
    return max(number - 1, 0)


def _inside(tokens: list[_Token], opened: int) -> list[_Token]:
    depth = 0
    for number in range(opened, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[number].kind, 0)
        if depth == 0:
            return tokens[opened + 1 : number]
    return tokens[opened + 1 :]


def _tables(part: list[_Token], names: Mapping[str, object]) -> Iterator[str]:
    """Return the names that stand where a table can stand."""
    before = ("FROM", "JOIN", "IN", ",", "(")
    for number, token in enumerate(part):
        is_table = number > 0 and part[number - 1].text.upper() in before
        is_table &= part[number + 1 : number + 2] == [] or part[number + 1].text != "."
        if is_table and token.kind in ("word", "quoted", "string") and _name(token) in names:
            yield _name(token)


def _name(token: _Token) -> str:
    text = token.text
    return (text[1:-1] if token.kind in ("quoted", "string") else text).casefold()


# What went wrong, said so that a reader can mend it.


def _at(sql: str, place: int, what: str) -> str:
    """Return a message with line, column, the line itself and a mark under the place."""
    before, line = sql[:place], sql[:place].count("\n") + 1
    column = place - (before.rfind("\n") + 1)
    text = sql.split("\n")[line - 1]
    start = max(0, column - 60)
    return (
        f"line {line}, column {column + 1}: {what}\n"
        f"    {text[start : column + 40]}\n    {' ' * (column - start)}^"
    )


def _explained(
    data: sqlite3.Connection,
    sql: str,
    tokens: list[_Token],
    error: BaseException,
    bounds: _Bounds,
) -> AskError:
    said = str(error)
    if bounds.reason and ("interrupted" in said or "author" in said or "prohibited" in said):
        return AskError(bounds.reason + (_SLOW if "interrupted" in said else ""))
    if "too big" in said:
        return AskError(
            f"a value is too long: {VALUE_BYTES:,} bytes at first, {_SHORT} after many steps; "
            "select or join less, or cut the value with substr()"
        )
    if isinstance(error, MemoryError):
        return AskError("it needs too much memory; choose rows with WHERE, or join less")
    for pattern, explain in _EXPLANATIONS:
        if match := re.search(pattern, said, re.DOTALL):
            return AskError(explain(data, sql, tokens, match[1] if match.groups() else ""))
    return AskError(f"SQLite says: {said}")


_SLOW = (
    "; a join without a condition (ON or USING) compares every row with every row, and a recursive "
    "WITH needs an end"
)


def _syntax(data: sqlite3.Connection, sql: str, tokens: list[_Token], near: str) -> str:
    said = f'near "{near}": syntax error'
    place = _syntax_place(data, sql, tokens, near, said)
    return _at(
        sql,
        place,
        f"SQL can't have {near} here; a word is misspelled, or something is missing before it",
    )


def _syntax_place(
    data: sqlite3.Connection, sql: str, tokens: list[_Token], near: str, said: str
) -> int:
    """Return where the parser stopped: the first such token whose text so far fails alike."""
    places = [token for token in tokens if token.text == near]
    for token in places:
        try:
            data.execute("EXPLAIN " + sql[: token.start + len(near)])
        except (sqlite3.Error, sqlite3.Warning) as error:
            if said in str(error):
                return token.start
    return places[0].start if places else 0


def _incomplete(_data: sqlite3.Connection, sql: str, tokens: list[_Token], _near: str) -> str:
    opened = sum({"open": 1, "close": -1}.get(token.kind, 0) for token in tokens)
    lacks = f"{opened} closing bracket(s)" if opened > 0 else "its last part"
    return _at(sql, len(sql.rstrip()), f"the statement ends too early: it lacks {lacks}")


def _unrecognized(_data: sqlite3.Connection, sql: str, _tokens: list[_Token], near: str) -> str:
    what = "a quotation mark is never closed" if near[:1] in "'\"`[" else "SQL has no such sign"
    return _at(sql, max(sql.find(near), 0), what)


def _no_column(data: sqlite3.Connection, sql: str, tokens: list[_Token], name: str) -> str:
    known = {
        column
        for (table,) in _schema(data, "SELECT name FROM sqlite_schema WHERE type = 'table'")
        for column in _column_names(data, table)
    }
    return _at(
        sql,
        _place_of(tokens, name),
        f"no table in FROM has a column {name}{_close(name.rpartition('.')[2], known)}. "
        "Text stands in single quotes",
    )


def _no_table(data: sqlite3.Connection, sql: str, tokens: list[_Token], name: str) -> str:
    rows = _schema(data, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
    known = {table for (table,) in rows}
    have = ", ".join(sorted(known)) or "none"
    return _at(
        sql,
        _place_of(tokens, name),
        f"there is no table {name}{_close(name, known)}. There are: {have}",
    )


def _no_function(_data: sqlite3.Connection, sql: str, tokens: list[_Token], name: str) -> str:
    instead = "; use LIKE or GLOB" if name.upper() == "REGEXP" else ""
    return _at(sql, _place_of(tokens, name), f"there is no function {name}(){instead}")


def _ambiguous(_data: sqlite3.Connection, sql: str, tokens: list[_Token], name: str) -> str:
    return _at(
        sql,
        _place_of(tokens, name),
        f"more than one table has a column {name}; write table.{name}, or join with USING ({name})",
    )


def _aggregate(_data: sqlite3.Connection, sql: str, tokens: list[_Token], name: str) -> str:
    return _at(
        sql,
        _place_of(tokens, name),
        f"{name}() adds up a whole group, so it can't stand here; choose groups with HAVING, not "
        "with WHERE",
    )


def _bindings(_data: sqlite3.Connection, sql: str, tokens: list[_Token], _name: str) -> str:
    wanted = list(dict.fromkeys(token.text for token in tokens if token.kind == "parameter"))
    return (
        f"the parameters do not fit: the SQL has {', '.join(wanted) or 'none'}; give a list with "
        "one value for each ?, or a dict with one value for each :name"
    )


def _nesting(_data: sqlite3.Connection, _sql: str, _tokens: list[_Token], _name: str) -> str:
    return "the statement is nested too deep; divide it with WITH"


def _as_it_is(_data: sqlite3.Connection, _sql: str, _tokens: list[_Token], said: str) -> str:
    return f"the statement is too large: {said}; ask for less at a time"


_EXPLANATIONS = (
    (r'near "(.*)": syntax error', _syntax),
    (r"incomplete input", _incomplete),
    (r'unrecognized token: "(.*)"', _unrecognized),
    (r"no such column: (.*)", _no_column),
    (r"no such table: (.*)", _no_table),
    (r"no such function: (.*)", _no_function),
    (r"ambiguous column name: (.*)", _ambiguous),
    (r"misuse of aggregate(?: function)?:? (\w*)", _aggregate),
    (r"bind|parameter|placeholder|too large to convert", _bindings),
    (r"Expression tree is too large|stack overflow", _nesting),
    (r"(too many .*)", _as_it_is),
)


def _place_of(tokens: list[_Token], name: str) -> int:
    """Return where a name is first written; of `table.column` where that pair is."""
    first, _dot, column = name.rpartition(".")
    for number, token in enumerate(tokens):
        if _name(token) == (first or column).casefold():
            pair = "".join(each.text for each in tokens[number : number + 3]).casefold()
            if not first or pair == name.casefold():
                return token.start
    return 0


def _close(name: str, known: set[str]) -> str:
    found = difflib.get_close_matches(name.casefold(), sorted(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _schema(data: sqlite3.Connection, sql: str) -> list[tuple[str, ...]]:
    cursor = data.cursor()
    cursor.row_factory = None
    return cursor.execute(sql).fetchall()


def _column_names(data: sqlite3.Connection, table: str) -> list[str]:
    quoted = table.replace('"', '""')
    cursor = data.cursor()
    cursor.row_factory = None
    return [column[0] for column in cursor.execute(f'SELECT * FROM "{quoted}" LIMIT 0').description]

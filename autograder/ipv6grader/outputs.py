r"""Accepts the outputs of a cell from a process that a learner's code may have taken over.

Rules:

- The result is what nbformat 4 allows, of a bounded size, and safe to show. What isn't an output at
  all is an `OutputError`; what is too much or not safe is left out, and a line says so.
- What nbgrader scores is never lost: each error, each text on stderr, and the text of the first
  result, in their order. It may be shortened.
- Streams that follow each other are one, as a kernel's client makes them.
- Text shows what it is: control characters and characters that reverse the direction of text
  appear as escapes such as `\x07`. Colours (SGR) stay.
- Pictures must be base64, so that no page can be left through them; HTML, Markdown, LaTeX and SVG
  are cleaned by `ipv6grader.markup`; JavaScript and kinds that aren't known are left out.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ipv6grader.markup import clean_html, clean_latex, clean_markdown, clean_svg
from ipv6grader.model import Output
from ipv6grader.submission import is_sound

MAX_OUTPUTS = 500
"""The most outputs of a cell."""
MAX_TEXT = 500_000
"""The most characters of a text; nbgrader's LimitOutput goes by lines."""
MAX_BUNDLE = 4_000_000
"""The most characters of one picture or one set of data."""
MAX_TOTAL = 8_000_000
"""The most characters of all outputs of a cell."""
MAX_MARKUP = 1_000_000
"""The most characters of HTML, Markdown, LaTeX and SVG of a cell: cleaning them takes time."""
MAX_TRACEBACK = 500
"""The most lines of a traceback."""
_NAME = 1_000  # an error's name
_RESERVE = 2_000  # what an output that is scored may have when all else is used up
_CUT = "\n... Output truncated ...\n"

# Escape sequences other than colours, controls but tab and line feed, bidi overrides, surrogates.
_HIDDEN = re.compile(
    "\x1b(?!\\[[0-9;]{0,40}m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff]"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_PICTURES = frozenset(f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "bmp"))
_MARKUP: Mapping[str, Callable[[str], str | None]] = {
    "text/html": clean_html,
    "text/markdown": clean_markdown,
    "text/latex": clean_latex,
    "image/svg+xml": clean_svg,
}
_DATA = frozenset(
    (
        "application/json",
        "application/vnd.plotly.v1+json",
        "application/vnd.jupyter.widget-view+json",
    )
)

_TEXTS = frozenset(("text/plain", *_PICTURES, *_MARKUP))


class OutputError(ValueError):
    """What a process sent as outputs of a cell are none. Its text says why."""


def accept(outputs: object) -> list[Output]:
    """Check, limit and clean what came from a child as the outputs of one cell.

    Args:
        outputs: What is said to be a list of outputs, as nbformat 4 has them.

    Returns:
        The outputs to be scored, written and shown.

    Raises:
        OutputError: It is no list of outputs.
    """
    if not isinstance(outputs, list):
        raise OutputError(f"The outputs of a cell are a {type(outputs).__name__}, not a list.")
    budget = _Budget()
    accepted: list[Output] = []
    for output in _merged(outputs):
        kept = _ACCEPT[output["output_type"]](output, budget)
        if kept is not None:
            accepted.append(kept)
            budget.count += 1
    if budget.left_out:
        text = f"... {budget.left_out} outputs of this cell are left out ...\n"
        accepted.append({"output_type": "stream", "name": "stdout", "text": text})
    return accepted


class _Budget:
    """What a cell may still put out, and what of it is scored."""

    def __init__(self) -> None:
        self.count = 0
        self.total = MAX_TOTAL
        self.markup = MAX_MARKUP
        self.left_out = 0
        self.scored: set[str] = set()

    def take(self, wanted: int, scored: str = "") -> int:
        """Return how many characters an output may have; 0 is none, and it is left out.

        The first of each kind that is scored always gets some.
        """
        most = min(wanted, self.total) if self.count < MAX_OUTPUTS - 1 else 0
        if scored and scored not in self.scored:
            self.scored.add(scored)
            most = max(most, min(wanted, _RESERVE))
        elif not most and wanted:
            self.left_out += 1
        self.total = max(0, self.total - most)
        return most


def _merged(outputs: list[Any]) -> Iterable[Output]:
    """Yield the outputs, checked for their kinds, with streams that follow each other as one."""
    stream: Output | None = None
    parts: list[str] = []
    for output in outputs:
        if not isinstance(output, dict):
            raise OutputError(f"An output is a {type(output).__name__}, not an object.")
        kind = output.get("output_type")
        if not isinstance(kind, str) or kind not in _ACCEPT:
            raise OutputError(f"An output has the type {str(kind)[:40]!r}, which nobody knows.")
        if kind != "stream":
            if stream:
                yield {**stream, "text": "".join(parts)}
                stream = None
            yield output
            continue
        name, text = output.get("name"), _text(output.get("text"), "stream")
        if name not in ("stdout", "stderr"):
            raise OutputError(f"A stream has the name {str(name)[:40]!r}.")
        if stream and stream["name"] == name:
            parts.append(text)
            continue
        if stream:
            yield {**stream, "text": "".join(parts)}
        stream, parts = {"output_type": "stream", "name": name}, [text]
    if stream:
        yield {**stream, "text": "".join(parts)}


def _text(value: object, place: str) -> str:
    """Return a text that may be a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    raise OutputError(f"The text of an output ({place[:40]}) is no text.")


def shown(text: str) -> str:
    """Return a text in which hidden characters are visible as escapes; colours stay.

    A carriage return starts a line, so that nothing can be written over.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _short(text: str, most: int) -> str:
    """Return the beginning of a text that is too long, and say so."""
    return text if len(text) <= most else shown(text[:most]) + _CUT


def _stream(output: Output, budget: _Budget) -> Output | None:
    name, text = output["name"], output["text"]
    is_first_error = name == "stderr" and name not in budget.scored
    most = budget.take(min(len(text), MAX_TEXT), "stderr" if name == "stderr" else "")
    if not most and not is_first_error:  # an empty text on stderr is 0 points too
        return None
    return {"output_type": "stream", "name": name, "text": shown(_short(text, most))}


def _error(output: Output, budget: _Budget) -> Output | None:
    name, value, lines = (output.get(key) for key in ("ename", "evalue", "traceback"))
    if not isinstance(name, str) or not isinstance(value, str) or not isinstance(lines, list):
        raise OutputError("An error has no name, value or traceback.")
    if not all(isinstance(line, str) for line in lines):
        raise OutputError("A line of a traceback is no text.")
    if len(lines) > MAX_TRACEBACK:
        half = MAX_TRACEBACK // 2
        lines = [*lines[:half], "... Traceback truncated ...", *lines[1 - half :]]
    wanted = min(len(value) + sum(map(len, lines)), MAX_TEXT)
    most = budget.take(max(wanted, 1), "error")
    if not most:
        return None
    value = _short(value, most)
    most -= len(value)
    kept: list[str] = []
    for line in reversed(lines):  # the end of a traceback says what went wrong
        if len(line) > most:
            kept.append("... Traceback truncated ...")
            break
        most -= len(line)
        kept.append(shown(line))
    return {
        "output_type": "error",
        "ename": shown(_short(name, _NAME)),
        "evalue": shown(value),
        "traceback": kept[::-1],
    }


def _displayed(output: Output, budget: _Budget) -> Output | None:
    """Accept what was displayed, or a result."""
    data, metadata = output.get("data"), output.get("metadata", {})
    if not isinstance(data, dict) or not isinstance(metadata, dict):
        raise OutputError("A display has no data or no metadata.")
    is_result = output["output_type"] == "execute_result"
    is_first_result = is_result and "result" not in budget.scored
    accepted: dict[str, Any] = {}
    for kind in sorted(data, key=_turn):
        value = _representation(kind, data[kind], budget, is_result)
        if value is not None:
            accepted[kind] = value
    if is_result:
        budget.scored.add("result")
    if not accepted and not is_first_result:
        budget.left_out += bool(data)
        return None
    sizes = {kind: _sizes(metadata[kind]) for kind in metadata if kind in accepted}
    kept: Output = {
        "output_type": output["output_type"],
        "data": accepted,
        "metadata": {kind: size for kind, size in sizes.items() if size},
    }
    count = output.get("execution_count")
    if count is not None and (type(count) is not int or not 0 <= count < 10**9):
        raise OutputError("The execution count of a result is no number.")
    return kept | ({"execution_count": count} if is_result else {})


def _turn(kind: object) -> tuple[bool, str]:
    """Put the text first: it is what is scored."""
    if not isinstance(kind, str):
        raise OutputError("The kind of a display is no text.")
    return kind != "text/plain", kind


def _representation(kind: str, value: Any, budget: _Budget, is_result: bool) -> Any:
    """Return one representation of a display as it may be shown, or None."""
    if kind in _DATA:
        if not isinstance(value, dict | list) or not is_sound(value):
            return None
        size = len(json.dumps(value))
        if kind.endswith("widget-view+json") and not (
            isinstance(value, dict) and re.fullmatch(r"\w{1,64}", str(value.get("model_id")))
        ):
            return None
        return value if size <= MAX_BUNDLE and size <= budget.total and budget.take(size) else None
    if kind not in _TEXTS:
        return None
    text = _text(value, kind)
    if kind == "text/plain":
        if is_result:
            text = _partial_credit(text)
        wanted = min(len(text), MAX_TEXT)
        most = budget.take(wanted, "result" if is_result else "")
        return shown(_short(text, most)) if most or not text else None
    if len(text) > min(MAX_BUNDLE, budget.total):
        return None
    if kind in _PICTURES:
        fit = text if _BASE64.fullmatch(text) else None
    else:
        budget.markup -= len(text)
        fit = _MARKUP[kind](shown(text)) if budget.markup >= 0 else None
    return fit if fit and budget.take(len(fit)) else None


def _partial_credit(text: str) -> str:
    """Return a result so that neither cleaning nor cutting can change what it is worth."""
    try:
        value = float(text)
    except ValueError:  # what `float` passes over at the ends does not make another result
        if len(text) > _RESERVE or text.strip() in ("True", "False"):
            return text.strip(" \t\n\r\v\f") or " "
        return text
    return text.strip() if len(text) <= 100 else repr(value)


def _sizes(metadata: object) -> dict[str, Any]:
    """Return what templates use of a picture's metadata, unquoted at that."""
    if not isinstance(metadata, dict):
        return {}
    numbers = {
        key: metadata[key]
        for key in ("width", "height")
        if type(metadata.get(key)) in (int, float) and 0 < metadata[key] < 10_000
    }
    flags = {"unconfined": True} if metadata.get("unconfined") is True else {}
    ground = metadata.get("needs_background")
    return numbers | flags | ({"needs_background": ground} if ground in ("light", "dark") else {})


_ACCEPT: Mapping[str, Callable[[Output, _Budget], Output | None]] = {
    "stream": _stream,
    "error": _error,
    "display_data": _displayed,
    "execute_result": _displayed,
}

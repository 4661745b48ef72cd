"""Texts that a learner's code wrote, made fit to be read: one line, no tricks, not too long."""

import re
import unicodedata

# ECMA-48: control sequences (colours, cursor), operating system commands (titles, links), others.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -~]?)")
_NO_TEXT = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, direction marks, no characters
_JOINERS = "\u200c\u200d"  # words of several scripts need them
_MOST_MARKS = 3  # accents on one character; more run over the lines above and below


def one_line(text: object, longest: int) -> str:
    """Return a text on one line without what hides, colours or reorders it.

    Args:
        text: What is no text gives an empty one.
        longest: The most characters; a longer text ends in `…`.
    """
    if not isinstance(text, str):
        return ""
    text = _ESCAPES.sub("", text[: 10 * longest])
    if text.isascii() and text.isprintable():  # nearly always, and a hundred times faster
        return _cut(text, longest)
    text = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif marks <= _MOST_MARKS and (category not in _NO_TEXT or character in _JOINERS):
            kept.append(character)
    return _cut("".join(kept), longest)


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"

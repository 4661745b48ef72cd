"""A slider from 0 to 15 that shows its number as a hexadecimal digit and as four bits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ipv6course.classroom.messages import _


@dataclass(frozen=True)
class Digit:
    """One number from 0 to 15 in three bases."""

    decimal: int
    hexadecimal: str
    binary: str

    def texts(self) -> list[tuple[str, str]]:
        """Return the name of each base and the number's text in it."""
        return [
            (_("decimal"), str(self.decimal)),
            (_("hexadecimal"), self.hexadecimal),
            (_("binary"), self.binary),
        ]

    def table(self) -> str:
        """Return the three texts as a table."""
        return "\n".join(f"{base:<14}{text}" for base, text in self.texts())


def digit(number: int) -> Digit:
    """Return a number in decimal, hexadecimal and binary.

    Raises:
        ValueError: The number is not one hexadecimal digit.
    """
    if not 0 <= number <= 15:
        raise ValueError(f"{number} is not one hexadecimal digit; use a number from 0 to 15")
    return Digit(number, f"{number:x}", f"{number:04b}")


class HexDigit(anywidget.AnyWidget):  # type: ignore[misc]
    """The slider. The arrow keys move it; a screen reader hears the new texts.

    It is the browser's own slider: that of ipywidgets has no name for a screen reader.

    Args:
        value: The number to begin with, from 0 to 15.
    """

    _esm = Path(__file__).with_name("hex_digit.js")
    _css = Path(__file__).with_name("hex_digit.css")

    value = traitlets.Int(0, min=0, max=15, help="The number.").tag(sync=True)
    label = traitlets.Unicode(help="What the slider is called.").tag(sync=True)
    texts = traitlets.List(help="Base and text of each line; from Python only.").tag(sync=True)

    def __init__(self, value: int = 0) -> None:
        shown = digit(value).texts()  # refuse early
        super().__init__(value=value, label=_("Number"), texts=shown)

    @traitlets.observe("value")  # type: ignore[untyped-decorator]
    def _value_changed(self, change: Any) -> None:
        self.texts = digit(change["new"]).texts()

    def __repr__(self) -> str:
        """Return the table: what an exported page and a plain console show."""
        return digit(self.value).table()

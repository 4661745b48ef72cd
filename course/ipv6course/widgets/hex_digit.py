"""A slider from 0 to 15 that shows its number as a hexadecimal digit and as four bits."""

from dataclasses import dataclass
from html import escape

import ipywidgets

from ipv6course.classroom.messages import _


@dataclass(frozen=True)
class Digit:
    """One number from 0 to 15 in three bases."""

    decimal: int
    hexadecimal: str
    binary: str

    def table(self) -> str:
        """Return the three texts as a table."""
        rows = (
            (_("decimal"), str(self.decimal)),
            (_("hexadecimal"), self.hexadecimal),
            (_("binary"), self.binary),
        )
        return "\n".join(f"{base:<14}{text}" for base, text in rows)


def digit(number: int) -> Digit:
    """Return a number in decimal, hexadecimal and binary.

    Raises:
        ValueError: The number is not one hexadecimal digit.
    """
    if not 0 <= number <= 15:
        raise ValueError(f"{number} is not one hexadecimal digit; use a number from 0 to 15")
    return Digit(number, f"{number:x}", f"{number:04b}")


class HexDigit(ipywidgets.VBox):  # type: ignore[misc]
    """The slider. The arrow keys move it; a screen reader hears the new texts.

    Args:
        value: The number to begin with, from 0 to 15.
    """

    def __init__(self, value: int = 0) -> None:
        digit(value)  # refuse early
        self.slider = ipywidgets.IntSlider(
            value=value,
            min=0,
            max=15,
            description=_("Number"),
            layout={"width": "100%", "max_width": "30rem"},
        )
        self._shown = ipywidgets.HTML()
        self.slider.observe(self._show, names="value")
        self._show()
        super().__init__([self.slider, self._shown])

    def __repr__(self) -> str:
        """Return the table: what an exported page and a plain console show."""
        return digit(self.slider.value).table()

    def _show(self, _change: object = None) -> None:
        now = digit(self.slider.value)
        style = "font-size: 1.3em; color: var(--jp-content-font-color1, #1a1a1a)"
        cells = (
            (_("decimal"), str(now.decimal)),
            (_("hexadecimal"), now.hexadecimal),
            (_("binary"), now.binary),
        )
        parts = "".join(
            f'<span style="margin-right: 1.5em">{escape(base)} <code>{text}</code></span>'
            for base, text in cells
        )
        self._shown.value = f'<div role="status" style="{style}">{parts}</div>'

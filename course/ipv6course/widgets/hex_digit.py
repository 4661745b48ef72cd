"""A slider from 0 to 15 that shows its number as a hexadecimal digit and as four bits."""

from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ipv6course.classroom.messages import _
from ipv6course.widgets.column import Column
from ipv6course.widgets.slider import Slider


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


class HexDigit(Column):
    """The slider, and its number in three bases; a screen reader hears the new texts.

    Args:
        value: The number to begin with, from 0 to 15.
    """

    value = traitlets.Int(0, help="The number.")

    def __init__(self, value: int = 0) -> None:
        self._texts = ipywidgets.HTML(_html(digit(value)))
        slider = Slider(_("Number"), value, 0, 15)
        super().__init__(children=[slider, self._texts], value=value)
        traitlets.link((slider, "value"), (self, "value"))

    @traitlets.observe("value")  # type: ignore[untyped-decorator]
    def _value_changed(self, change: Any) -> None:
        self._texts.value = _html(digit(change["new"]))

    def __repr__(self) -> str:
        """Return the table: what an exported page and a plain console show."""
        return digit(self.value).table()


# The name of a base stays beside its text.
STYLE = """<style>
.ipv6-digit { display: flex; flex-wrap: wrap; gap: 4px 24px; font-size: 1.3em; padding: 4px 2px;
  color: var(--jp-content-font-color1, CanvasText); }
.ipv6-digit span { white-space: nowrap; }
.ipv6-digit b { font-family: var(--jp-code-font-family, ui-monospace, monospace); }
</style>"""


def _html(shown: Digit) -> str:
    texts = "".join(
        f'<span>{escape(base)} <b dir="ltr">{escape(text)}</b></span>'
        for base, text in shown.texts()
    )
    return f'{STYLE}<div class="ipv6-digit" role="status">{texts}</div>'

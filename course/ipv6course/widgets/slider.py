"""A slider for a whole number. That of ipywidgets has no name for a screen reader."""

from pathlib import Path

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):  # type: ignore[misc]
    """The browser's own slider, with a label and its number. The arrow keys move it.

    Args:
        label: What the slider is called.
        value: The number to begin with.
        min: The smallest number.
        max: The largest number.
    """

    _esm = Path(__file__).with_name("slider.js")
    _css = Path(__file__).with_name("slider.css")

    label = traitlets.Unicode(help="What the slider is called.").tag(sync=True)
    min = traitlets.Int(help="The smallest number.").tag(sync=True)
    max = traitlets.Int(help="The largest number.").tag(sync=True)
    value = traitlets.Int(help="The number.").tag(sync=True)

    def __init__(self, label: str, value: int, min: int, max: int) -> None:
        super().__init__(label=label, min=min, max=max, value=value)

    @traitlets.validate("value")  # type: ignore[untyped-decorator]
    def _in_range(self, proposal: dict[str, int]) -> int:
        value = proposal["value"]
        if not self.min <= value <= self.max:
            raise traitlets.TraitError(f"{value} is not a number from {self.min} to {self.max}")
        return value

    def __repr__(self) -> str:
        """Return label and number: what a static page or a terminal shows in the widget's place."""
        return f"{self.label}: {self.value}"

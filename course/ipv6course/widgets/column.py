"""A column of widgets that says all of itself in a page without widgets."""

from typing import Any

import ipywidgets


class Column(ipywidgets.VBox):  # type: ignore[misc]
    """Widgets below each other. Its `repr` is the text that an exported notebook shows, whole."""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return bundle | {"text/plain": repr(self)}  # ipywidgets cuts it after 110 characters

"""The place of a chart in a widget: the figure, the sentence said aloud, and the table."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ipv6course.address.text import N_
from ipv6course.classroom.messages import _
from ipv6course.widgets.charts.chart import Chart, Translate, plotly_data

LABELS = {"table": N_("Show the numbers as a table")}


class FigureBox(ipywidgets.VBox):  # type: ignore[misc]
    """A figure, and below it its sentence, which a screen reader says when it changes, and table.

    The table is shown or not as the reader chose, whatever chart comes next.
    """

    def __init__(self, translate: Translate = _) -> None:
        self._figure = ipywidgets.Output(layout={"width": "100%", "min_height": "300px"})
        self._sentence = ipywidgets.HTML()
        self.with_table = ipywidgets.Checkbox(
            False, description=translate(LABELS["table"]), indent=False, layout={"width": "100%"}
        )
        self._table = ipywidgets.HTML()
        self._html = ""
        self.with_table.observe(self._show_table, names="value")
        super().__init__(
            [self._figure, self._sentence, self.with_table, self._table],
            layout={"width": "100%", "max_width": "60rem"},
        )

    def show(self, chart: Chart) -> None:
        """Show another chart: first its words, because a browser needs longer for the picture."""
        self._sentence.value = f'<div role="status">{chart.sentence_html()}</div>'
        self._html = chart.table.html(translate=chart.translate)
        self._show_table()
        figure = {
            "application/vnd.plotly.v1+json": plotly_data(chart.figure),
            "text/plain": chart.sentence,
        }
        self._figure.outputs = ({"output_type": "display_data", "data": figure, "metadata": {}},)

    def _show_table(self, _change: Any = None) -> None:
        self._table.value = self._html if self.with_table.value else ""

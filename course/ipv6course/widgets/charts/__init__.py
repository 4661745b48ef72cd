"""Charts of allocation statistics: one file a chart, each a view of plain rows.

Every chart is a function of the rows that `ipv6data.queries` returns. It makes a plotly figure, a
table with the same numbers, and one sentence that says the main finding. The figure's subtitle has
the data's date and source, so that a picture of the screen says them too. `Chart` holds the four
and shows them in a notebook.
"""

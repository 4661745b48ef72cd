# %% right: from a dict of JSON cell="bars"
def bars(catch):
    pairs = sorted(catch.items(), key=lambda pair: -pair[1])
    trace = {"type": "bar", "x": [p[0] for p in pairs], "y": [p[1] for p in pairs]}
    return go.Figure({"data": [trace], "layout": {"title": {"text": "Catch"}}})


# %% right: step by step, and shows it cell="bars"
def bars(catch):
    figure = go.Figure()
    names, values = zip(*sorted(catch.items(), key=lambda item: item[1])[::-1])
    figure.add_trace(go.Bar(x=names, y=values))
    figure.layout.title.text = "Catch"
    display(HTML("<b>drawn</b>"))
    return figure


# %% wrong: in the order given cell="bars"
def bars(catch):
    return go.Figure(go.Bar(x=list(catch), y=list(catch.values())), layout_title_text="Catch")


# %% wrong: lines cell="bars"
def bars(catch):
    names = sorted(catch, key=catch.get, reverse=True)
    return go.Figure(go.Scatter(x=names, y=[catch[name] for name in names]), layout_title="Catch")


# %% wrong: no title, one trace each cell="bars"
def bars(catch):
    return go.Figure([go.Bar(x=[name], y=[catch[name]]) for name in catch])


# %% wrong: shows it and returns nothing cell="bars"
def bars(catch):
    display(go.Figure(go.Bar(x=list(catch), y=list(catch.values()))))


# %% wrong: a dict cell="bars"
def bars(catch):
    return {"data": [{"type": "bar", "x": list(catch), "y": list(catch.values())}]}


# %% right: ElementTree cell="circles"
def circles(radii):
    root = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg", width="99", height="99")
    for radius in radii:
        ElementTree.SubElement(root, "circle", r=str(radius), cx="50", cy="50")
    return ElementTree.tostring(root, encoding="unicode")


# %% wrong: no name space cell="circles"
def circles(radii):
    return "<svg>" + "".join(f'<circle r="{r}"/>' for r in radii) + "</svg>"


# %% wrong: not closed cell="circles"
def circles(radii):
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(f'<circle r="{r}">' for r in radii)


# %% wrong: an object of IPython cell="circles"
def circles(radii):
    marks = "".join(f'<circle r="{r}"/>' for r in radii)
    return SVG(f'<svg xmlns="http://www.w3.org/2000/svg">{marks}</svg>')


# %% wrong: diameters cell="circles"
def circles(radii):
    marks = "".join(f'<circle r="{2 * r}"/>' for r in radii)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{marks}</svg>'


# %% right: lines cell="table"
class Table:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]

    def _repr_html_(self):
        lines = ["<table border=1>"]
        for row in self.rows:
            lines.append("<tr><td>" + "</td><td>".join(map(str, row)) + "</td></tr>")
        return "\n".join([*lines, "</table>"])


# %% wrong: prints cell="table"
class Table:
    def __init__(self, rows):
        self.rows = rows

    def _repr_html_(self):
        print("<table></table>")


# %% wrong: its repr raises cell="table"
class Table:
    def __init__(self, rows):
        self.rows = rows

    def _repr_html_(self):
        return "<table>" + "".join("<tr><td>" + cell + "</td></tr>" for cell in self.rows)


# %% wrong: a repr that is a number cell="table"
class Table:
    def __init__(self, rows):
        self.rows = rows

    def __repr__(self):
        return str(len(self.rows) / 2)

"""Outputs from a child: what is honest stays, what is scored stays, nothing else is believed."""

import base64
import copy
import html
import re
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbgrader.utils import determine_grade

from ipv6grader import outputs as module
from ipv6grader.markup import clean_html, clean_latex, clean_markdown, clean_svg
from ipv6grader.outputs import OutputError, accept

PNG = base64.b64encode(b"\x89PNG picture").decode() + "\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def error(value="no", *traceback, name="ValueError"):
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": list(traceback)}


def display(metadata=None, **data):
    data = {kind.replace("__", "+").replace("_", "/", 1): value for kind, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def result(text, **data):
    return display(text_plain=text, **data) | {
        "output_type": "execute_result",
        "execution_count": 1,
    }


def validate(outputs):
    cell = nbformat.v4.new_code_cell("x", outputs=nbformat.from_dict(copy.deepcopy(outputs)))
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def grade(outputs, points=3):
    settings = {"grade": True, "points": points, "grade_id": "x"}
    cell = nbformat.v4.new_code_cell("x", metadata={"nbgrader": settings})
    cell.outputs = nbformat.from_dict(copy.deepcopy(outputs))
    try:
        return determine_grade(cell)[0]
    except (ValueError, KeyError) as error:
        return type(error)


# --- honest outputs -----------------------------------------------------------------------------


def test_honest_outputs_stay_as_they_are():
    outputs = [
        stream("plain\n\ttext ñ 😀 שלום\u200f\n"),
        stream("\x1b[31mred\x1b[0m \x1b[38;5;28mgreen\x1b[39;49m", "stderr"),
        error("no", "\x1b[0;31m-----\x1b[0m", "ValueError: no"),
        display(text_plain="<Figure>", image_png=PNG, metadata={"image/png": {"width": 640}}),
        display(**{"application/vnd.plotly.v1+json": {"data": [{"x": [1, 2.5]}], "layout": {}}}),
        display(
            **{"application/vnd.jupyter.widget-view+json": {"model_id": "a1", "version_major": 2}}
        ),
        display(text_latex="$\\frac{1}{2}$", text_plain="x"),
        display(text_markdown="# Title\n\n> quoted & `a < b`\n\n[x](https://example.com)"),
        result("[1, 2]"),
    ]
    before = copy.deepcopy(outputs)
    assert accept(outputs) == before == outputs
    validate(outputs)


def test_a_table_of_pandas_stays_but_for_its_style_sheet():
    table = (
        '<table border="1" class="dataframe">\n  <thead>\n    <tr style="text-align: right;">\n'
        "      <th></th>\n      <th>a</th>\n    </tr>\n  </thead>\n</table>"
    )
    cleaned = clean_html(
        f"<div>\n<style scoped>\n .dataframe {{ color: red }}\n</style>\n{table}</div>"
    )
    parts = ('class="dataframe"', 'style="text-align:', "<thead>", "<th>a</th>", 'border="1"')
    for part in parts:
        assert part in cleaned
    assert "color" not in cleaned


def test_a_drawing_of_matplotlib_stays():
    drawing = (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC '
        '"-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" viewBox="0 0 9 9" '
        'xmlns="http://www.w3.org/2000/svg"><defs><clipPath id="p1"><path id="m" d="M 0 0"/>'
        '</clipPath></defs><g clip-path="url(#p1)" style="fill: none; clip-path: url(#p1)">'
        '<use xlink:href="#m" x="1"/></g></svg>'
    )
    cleaned = clean_svg(drawing)
    for part in ('xlink:href="#m"', 'clip-path="url(#p1)"', "fill: none", "<svg ", 'd="M 0 0"'):
        assert part in cleaned


def test_streams_that_follow_each_other_are_one():
    outputs = [stream("a"), stream(["b\n", "c"]), stream("d", "stderr"), stream("e")]
    assert accept(outputs) == [stream("ab\nc"), stream("d", "stderr"), stream("e")]


def test_lines_are_joined_and_foreign_fields_left_out():
    accepted = accept([result(["a\n", "b"]) | {"transient": {}, "extra": 1}])
    assert accepted == [result("a\nb")]


# --- what is not what it seems ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x07b", "a\\x07b"),
        ("a\x1b]0;title\x07", "a\\x1b]0;title\\x07"),
        ("\x1b[2J\x1b[1;1H", "\\x1b[2J\\x1b[1;1H"),
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("wrong\b\b\b\b\bright", "wrong" + "\\x08" * 5 + "right"),
        ("wrong\rright", "wrong\nright"),
        ("a\r\nb", "a\nb"),
        ("\u202eterces\u202c", "\\u202eterces\\u202c"),
        ("\u2066a\u2069", "\\u2066a\\u2069"),
        ("\x9b31m", "\\x9b31m"),
        ("\x00", "\\x00"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_hidden_characters_are_seen_everywhere(text, seen):
    assert accept([stream(text)]) == [stream(seen)]
    assert accept([error(text, text, name=text)]) == [error(seen, seen, name=seen)]
    assert accept([result(text)]) == [result(seen)]


SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://example.com/seen.png'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=' &#106;avascript:alert(1)'>x</a>",
    "<iframe src='http://example.com'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action='http://example.com'><input name=score></form>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>over</div>",
    "<div style='background-color:url(http://example.com)'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='color:\\75rl(//example.com)'>x</div>",
    "<style>body { display: none }</style>",
    "<link rel=stylesheet href='http://example.com'>",
    "<meta http-equiv=refresh content='0;url=http://example.com'>",
    "<base href='http://example.com'>",
    "<div class='modal-backdrop navbar-fixed-top' id=score name=score>x</div>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<video src=x onerror=alert(1)></video><audio src=x>",
    "<x onclick=alert(1) onmouseover=alert(1)>x</x>",
    "<details open ontoggle=alert(1)>x</details>",
    "<!--><script>alert(1)</script>-->",
    "<table background='javascript:alert(1)'>",
    "</div></body></html><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<a title='&#10;&#10;<img src=x onerror=alert(1)>'>x</a>",
]


RUNS = {
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "link",
    "meta",
    "base",
    "svg",
    "math",
}


class Danger(HTMLParser):
    """Collects what runs, fetches or moves, as a browser reads a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in RUNS:
            self.found.append(tag)
        for name, value in attrs:
            value = value or ""
            bad_address = name in ("src", "href") and not re.match(
                r"https?://|mailto:" if tag == "a" else r"data:image/png", value
            )
            bad_style = name == "style" and re.search(r"position|height|\(|\\", value)
            if name.startswith("on") or name in ("id", "name") or bad_address or bad_style:
                self.found.append((tag, name, value))
            if name == "class" and value != "dataframe":
                self.found.append((tag, name, value))


def test_the_detector_of_this_test_notices_scripts():
    unseen = [script for script in SCRIPTS if not dangers(script)]
    assert len(unseen) <= 4, unseen  # a comment, a background, and titles that only look like it


def dangers(text):
    parser = Danger()
    parser.feed(text)
    return parser.found


@pytest.mark.parametrize("script", SCRIPTS)
def test_html_does_not_run_fetch_or_cover_anything(script):
    accepted = accept([display(text_html=f"<b>{script}</b> kept", text_plain="x")])
    text = accepted[0]["data"].get("text/html", "")
    assert dangers(text) == []
    assert not re.search(r"<[^>]*(?:onerror|onload)=", re.sub(r'"[^"]*"', '""', text))


@pytest.mark.parametrize(
    "script", [*SCRIPTS, "[x](javascript:alert(1))", "[x]: java\nscript:alert(1)"]
)
def test_markdown_does_not_run_anything_once_it_is_rendered(script):
    from nbconvert.filters import markdown2html

    text = clean_markdown(f"before\n\n{script}\n\nafter")
    if text is not None:
        rendered = markdown2html(text)
        assert "after" in rendered
        assert dangers(rendered) == []


@pytest.mark.parametrize(
    "formula",
    [r"$\href{javascript:alert(1)}{x}$", r"$\style{position:fixed}{x}$", r"$\cssId{a}{x}$"],
)
def test_formulas_make_no_links(formula):
    assert clean_latex(formula) is None
    assert clean_markdown(formula) is None
    assert clean_html(formula) is None
    assert clean_html(html.escape(formula).replace("\\", "&#92;")) is None


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<a href='javascript:alert(1)'><text>x</text></a>",
        "<use href='http://example.com/x.svg#a'/>",
        "<image href='http://example.com/seen.png'/>",
        "<image xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='//example.com/x.png'/>",
        "<g onload='alert(1)' onclick='alert(1)'/>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<set attributeName='onclick' to='alert(1)'/>",
        "<style>@import url(http://example.com)</style>",
        "<rect fill='url(http://example.com/x)'/>",
        "<rect style='fill: url( &quot;http://example.com/x&quot;)'/>",
        "<svg style='position:fixed'/>",
        "<g class='modal'/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
    ],
)
def test_a_drawing_holds_shapes_alone(inside):
    cleaned = clean_svg(SVG.format(f"<g>{inside}<path d='M 0 0'/></g>"))
    assert "M 0 0" in cleaned
    for word in ("script", "example.com", "alert", "foreign", "style", "position", "class", "set"):
        assert word not in cleaned


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "<svg",
        "<html/>",
        "<svg/>",
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>',
        SVG.format("<g>" * 70 + "</g>" * 70),
        SVG.format("<g>" * 50_000 + "</g>" * 50_000),
        SVG.format("x" * 1_000_001),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_drawing_is_left_out(drawing):
    assert clean_svg(drawing) is None


def test_kinds_that_run_or_are_unknown_are_left_out():
    data = {
        "application/javascript": "alert(1)",
        "text/vnd.mermaid": "</pre><script>",
        "application/vnd.vega.v5+json": {"x": 1},
        "application/x": {"x": 1},
        "image/png": '"><script>',
        "application/vnd.jupyter.widget-view+json": {"model_id": "<script>"},
    }
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    assert accept([output]) == [stream("... 1 outputs of this cell are left out ...\n")]
    output["data"] = data | {"text/plain": "x"}
    assert accept([output]) == [display(text_plain="x")]


def test_metadata_of_pictures_are_numbers_alone():
    sizes = {
        "width": "1 onerror=alert(1)",
        "height": True,
        "needs_background": "x",
        "isolated": True,
    }
    output = display(text_plain="x", image_png=PNG, metadata={"image/png": sizes, "filenames": {}})
    assert accept([output])[0]["metadata"] == {}


def test_the_page_that_nbconvert_makes_of_hostile_outputs_has_no_script_of_theirs():
    hostile = [
        display(**{kind: script, "text/plain": script})
        for script in [*SCRIPTS, SVG.format("<script>alert(1)</script>")]
        for kind in ("text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png")
    ]
    accepted = accept([*hostile, stream(SCRIPTS[0]), error(SCRIPTS[0], *SCRIPTS)])
    cells = [nbformat.v4.new_code_cell("x", outputs=nbformat.from_dict(accepted))]
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    body = page[page.index("<body") :]
    assert not re.search(r"<[^>\"']*(?:\"[^\"]*\"|'[^']*')*[^>\"']*\s(onerror|onload)\s*=", body)
    assert "<script>alert(1)" not in body
    assert not re.search(r"<[^>]+=\s*[\"']?\s*javascript:", body)


# --- junk ---------------------------------------------------------------------------------------

JUNK = [
    None,
    7,
    {},
    [None],
    [[]],
    [{}],
    [{"output_type": "update_display_data"}],
    [{"output_type": ["stream"]}],
    [{"output_type": "stream"}],
    [stream(7)],
    [stream([1])],
    [stream("x", "stdin")],
    [stream("x", None)],
    [{"output_type": "error"}],
    [error(7)],
    [error("x", 7)],
    [error("x") | {"traceback": "x"}],
    [{"output_type": "display_data", "metadata": {}}],
    [{"output_type": "display_data", "data": [], "metadata": {}}],
    [display(text_plain="x") | {"metadata": 3}],
    [display(text_plain=7)],
    [display(text_html={"a": 1})],
    [{"output_type": "display_data", "data": {7: "x"}, "metadata": {}}],
    [result("x") | {"execution_count": "1"}],
    [result("x") | {"execution_count": -1}],
    [result("x") | {"execution_count": True}],
]


@pytest.mark.parametrize("outputs", JUNK, ids=str)
def test_junk_is_refused(outputs):
    with pytest.raises(OutputError, match=r"\.$"):
        accept(outputs)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KINDS = st.sampled_from(
    ["text/plain", "text/html", "image/svg+xml", "image/png", "application/json", "text/markdown"]
)
ROUGHLY = st.fixed_dictionaries(
    {},
    optional={
        "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"]),
        "name": st.sampled_from(["stdout", "stderr"]) | ANYTHING,
        "text": st.text() | ANYTHING,
        "ename": st.text() | ANYTHING,
        "evalue": st.text() | ANYTHING,
        "traceback": st.lists(st.text()) | ANYTHING,
        "data": st.dictionaries(KINDS, st.text() | ANYTHING),
        "metadata": st.dictionaries(KINDS, ANYTHING),
        "execution_count": st.integers() | ANYTHING,
    },
)


@given(outputs=st.lists(ROUGHLY, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_anything_is_refused_or_becomes_outputs_of_nbformat(outputs):
    try:
        accepted = accept(outputs)
    except OutputError:
        return
    validate(accepted)
    assert accept(accepted) == accepted


# --- too much -----------------------------------------------------------------------------------


def size(outputs):
    return sum(len(str(output)) for output in outputs)


def test_long_texts_are_cut_and_say_so():
    accepted = accept([stream("x" * 10_000_000)])
    assert len(accepted[0]["text"]) < module.MAX_TEXT + 100
    assert accepted[0]["text"].endswith("... Output truncated ...\n")


def test_a_million_outputs_become_few():
    many = [display(text_plain="x"), stream("x"), stream("y", "stderr"), stream("")] * 50_000
    accepted = accept(many)
    assert len(accepted) <= module.MAX_OUTPUTS + 4
    assert "left out" in accepted[-1]["text"]
    many = [result("x"), stream("", "stderr"), stream(""), error(""), display()] * 20_000
    assert len(accept(many)) <= module.MAX_OUTPUTS + 4


def test_long_tracebacks_keep_their_ends():
    lines = [f"line {number}" for number in range(100_000)]
    kept = accept([error("no", *lines)])[0]["traceback"]
    assert len(kept) <= module.MAX_TRACEBACK
    assert kept[0] == "line 0" and kept[-1] == "line 99999"
    kept = accept([error("no", "x" * 10_000_000, "ValueError: no")])[0]["traceback"]
    assert kept == ["... Traceback truncated ...", "ValueError: no"]


@pytest.mark.parametrize("length", [1_000_000, 9_000_000])
def test_many_large_outputs_stay_under_the_total(length):
    picture = display(image_png="A" * length)
    data = display(**{"application/json": ["x" * length]})
    assert (
        size(accept([picture, data, stream("x" * length), error("x" * length)] * 30)) < 12_000_000
    )


def test_html_that_takes_long_to_clean_is_left_out():
    """50 of these would take a minute."""
    for text in ("<b><p>" * 5000, "<p " + " ".join(f"a{n}=1" for n in range(15_000)) + ">"):
        assert clean_html(text) is None
    many = [display(text_plain="x", text_html="<p>" + "x" * 150_000 + "</p>")] * 50
    assert sum("text/html" in output["data"] for output in accept(many)) == 6


def test_data_that_is_nested_deep_or_no_json_is_left_out():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, [float("nan")], ["\ud800"], [10**5000]):
        assert accept([display(**{"application/json": value})])[0]["output_type"] == "stream"


def test_what_is_scored_is_kept_after_everything_is_used_up():
    flood = [display(text_plain="x" * 400_000)] * 600
    for tail in (
        [error("x" * 9_000_000)],
        [stream("x" * 9_000_000, "stderr")],
        [result("1.5")],
        [result("True")],
        [result("2"), stream("x", "stderr")],
        [stream("", "stderr")],
    ):
        assert grade(accept(flood + tail)) == grade(flood + tail)
        assert size(accept(flood + tail)) < 12_000_000


NUMBERS = st.sampled_from(
    [
        "0",
        "1.5",
        " 2\n",
        "\x0b1",
        "\x1f0.5",
        "\t3\r",
        "nan",
        "-1",
        "4",
        "inf",
        "1_0",
        "True",
        "x",
        "",
    ]
) | st.floats().map(str)
SCORED = st.one_of(
    st.builds(stream, st.text(max_size=5), st.sampled_from(["stdout", "stderr"])),
    st.builds(error, st.text(max_size=5), st.text(max_size=5)),
    st.builds(result, NUMBERS),
    st.builds(result, NUMBERS.map(lambda text: text + " " * 5000)),
    st.builds(result, NUMBERS.filter(bool).map(lambda text: [text])),
    st.builds(display, text_plain=NUMBERS),
)


@given(outputs=st.lists(SCORED, max_size=5), flooded=st.booleans())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_cleaning_never_changes_nbgrader_s_score(outputs, flooded):
    flood = [display(text_plain="x")] * 600 if flooded else []
    assert grade(accept(flood + outputs)) == grade(flood + outputs)

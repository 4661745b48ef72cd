"""HTML, Markdown, LaTeX and SVG from a submission, made safe to show to an instructor.

Rules:

- Only what is listed stays: elements, attributes, styles, addresses. Nothing runs, nothing is
  fetched from elsewhere, nothing leaves its place on the page or takes over the page's own classes.
- Each function returns the cleaned text, or None where it is better not shown at all.
- Markdown loses its HTML: what is safe before it is rendered need not be safe after.
- Formulas are read by MathJax, which knows links and styles of its own, so these are refused.

The work is nh3's (ammonia, the HTML sanitizer in Rust) and defusedxml's. bleach, which nbconvert
brings, takes a minute for 170 kB of hostile attributes.
"""

import html
import re
from xml.etree import ElementTree

import defusedxml
import nh3
from defusedxml.ElementTree import fromstring

_LONGEST = 200_000  # characters; a table of 60 rows and 10 columns has 20,000
_MOST_TAGS = 6_000  # with more, hostile nesting takes seconds
_MOST_ATTRIBUTES = 10_000  # likewise
_LONGEST_SVG = 1_000_000
_DEEPEST_SVG = 60

_BLOCKS = """
    article aside blockquote br caption center col colgroup dd details div dl dt figcaption figure
    footer h1 h2 h3 h4 h5 h6 header hr img li ol p pre section summary table tbody td tfoot th thead
    tr ul
"""
_PHRASES = """
    a abbr b bdi cite code del dfn em i ins kbd mark q s samp small span strong sub sup tt u var
"""
# None that moves content out of its box: no position, margin, height, line height, transform.
_STYLES = """
    background-color border border-bottom border-bottom-color border-collapse border-color
    border-left border-left-color border-right border-right-color border-spacing border-style
    border-top border-top-color border-width caption-side color font-family font-size font-style
    font-variant font-weight list-style-type max-width min-width padding padding-bottom padding-left
    padding-right padding-top text-align text-decoration text-transform white-space width word-break
"""
_CLEANER = nh3.Cleaner(
    tags=set((_BLOCKS + _PHRASES).split()),
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "title"},
    attributes={
        "*": {"style", "title", "dir", "lang", "align"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "td": {"colspan", "rowspan", "headers", "valign"},
        "th": {"colspan", "rowspan", "scope", "valign"},
        "table": {"border", "cellpadding", "cellspacing"},
        "ol": {"start", "type"},
        "details": {"open"},
    },
    attribute_filter=lambda tag, name, value: _attribute(tag, name, value),
    allowed_classes={"table": {"dataframe"}},  # what pandas writes and Jupyter styles
    filter_style_properties=set(_STYLES.split()),
    url_schemes={"http", "https", "mailto", "data"},
    url_relative="deny",
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)

_TEX = re.compile(r"\\(href|url|class|cssId|style|require|mmlToken|csname|data|html\w*|unicode)\b")
_SCRIPT_ADDRESS = re.compile(r"(java|vb|live)script\s*:|data:text/", re.IGNORECASE)
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_SHAPES = """
    circle clipPath defs desc ellipse feBlend feColorMatrix feComposite feFlood feGaussianBlur
    feMerge feMergeNode feOffset filter g image line linearGradient marker mask path pattern polygon
    polyline radialGradient rect stop svg switch symbol text textPath title tspan use
"""
_SHAPE_NAMES = frozenset(f"{{{_SVG}}}{name}" for name in _SHAPES.split())
_REFERENCES = ("href", f"{{{_XLINK}}}href")
_STRANGE_VALUE = re.compile(
    r"url\(\s*['\"]?(?!#)|@|\\|expression|script\s*:|position|image-set|image\(", re.IGNORECASE
)
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value that an attribute may have, or None: nh3 asks for each."""
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "style":
        return None if "(" in value.replace("rgb(", "").replace("rgba(", "") else value
    return value


def clean_html(text: str) -> str | None:
    """Return HTML without scripts, handlers, forms, frames and styles that leave their place."""
    if len(text) > _LONGEST or text.count("<") > _MOST_TAGS or text.count("=") > _MOST_ATTRIBUTES:
        return None
    cleaned: str = _CLEANER.clean(text)
    return None if _TEX.search(html.unescape(cleaned)) else cleaned


def clean_markdown(text: str) -> str | None:
    """Return Markdown whose HTML is shown as text."""
    if len(text) > _LONGEST:
        return None
    plain = re.sub(r"[\x00-\x20]+", " ", html.unescape(html.unescape(text)))
    if _TEX.search(plain) or _SCRIPT_ADDRESS.search(plain.replace(" ", "")):
        return None
    return _TAG_START.sub("&lt;", text)


def clean_latex(text: str) -> str | None:
    """Return LaTeX as long as it has no commands of MathJax that make links or styles."""
    return None if len(text) > _LONGEST or _TEX.search(html.unescape(text)) else text


def clean_svg(text: str) -> str | None:
    """Return an SVG picture of shapes and text alone; its outer style elements are left out."""
    if len(text) > _LONGEST_SVG:
        return None
    try:
        root = fromstring(text)
    except (ElementTree.ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        return None
    if root.tag != f"{{{_SVG}}}svg":
        return None
    level = [root]
    for _ in range(_DEEPEST_SVG):
        level = [child for element in level for child in _clean_element(element)]
        if not level:
            return str(ElementTree.tostring(root, encoding="unicode"))
    return None


def _clean_element(element: ElementTree.Element) -> list[ElementTree.Element]:
    """Clean an element's attributes, drop unknown children, and return the others."""
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2].lower()
        if name in _REFERENCES:
            keep = value.startswith("#") or _PICTURE.fullmatch(value) is not None
        else:
            keep = not (local.startswith("on") or _STRANGE_VALUE.search(value))
        foreign = name.startswith("{") and name not in _REFERENCES
        outer = local == "style" and element.tag == f"{{{_SVG}}}svg"
        if not keep or foreign or outer or local == "class":
            del element.attrib[name]
    kept = [child for child in element if child.tag in _SHAPE_NAMES]
    element[:] = kept
    return kept

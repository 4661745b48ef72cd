"""What the lessons' simulated networks send, with the reference solved: tshark marks none of it.

`make test` looks at two lessons, `make prove` at all that build a network.
"""

import base64
import json
import os

import nbformat
import pytest
from nbclient import NotebookClient
from oracles import tshark

from ipv6course.authoring.build import build
from ipv6course.places import modules_folder

PROVE = os.environ.get("IPV6COURSE_PROVE") == "1"
SAMPLE = ("packets/04-checksum", "neighbors/04-dhcpv6")
LESSONS = [
    f"{path.parent.name}/{path.stem}"
    for path in sorted(modules_folder().glob("*/*.md"))
    if "ipv6course.network" in path.read_text(encoding="utf-8")
]

# What is wrong on purpose, and says so in its lesson: the first octets of the upper layer.
ON_PURPOSE = {
    # The watcher's checksum is the one of IPv4.
    "packets/04-checksum": [b"\x80\x00\x62\x2b"],
}
# Types that a filter is tried with; their bodies say nothing.
FILTERED = {"packets/04-checksum": {138, 139, 150, 200}}


def on_purpose(lesson, mark, frame):
    """Return whether a mark is no fault of a lesson: the lesson means it, or tshark only says that
    it does not know a type for experiments."""
    return (
        mark.group == "undecoded"
        or frame[54:58] in ON_PURPOSE.get(lesson, ())
        or frame[54] in FILTERED.get(lesson, ())
    )


WATCH = """
import base64, json
from ipv6course.network.network import Network

class _Everything:
    links = None
    def __init__(self):
        self.frames = {}
        _watched.append(self)
    def note(self, now, frame, interface):
        self.frames.setdefault(frame, now)

_watched = []
_make = Network.__init__
def _watch(network, *given, **named):
    _make(network, *given, **named)
    network.attach(_Everything())
Network.__init__ = _watch
"""
TELL = """
print(json.dumps([
    [[now, base64.b64encode(frame).decode()] for frame, now in one.frames.items()]
    for one in _watched
]))
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire")
    build(folder / "built")
    return folder / "built" / "release"


def sent(path):
    """Run a notebook, and return the frames of each of its networks."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WATCH))
    notebook.cells.append(nbformat.v4.new_code_cell(TELL))
    NotebookClient(notebook, timeout=60).execute()
    networks = json.loads(notebook.cells[-1].outputs[0]["text"])
    return [[(now, base64.b64decode(frame)) for now, frame in one] for one in networks]


@pytest.mark.parametrize(
    "lesson",
    [pytest.param(name, marks=[] if name in SAMPLE else [pytest.mark.prove]) for name in LESSONS],
)
def test_what_a_lesson_sends_is_without_a_mark(lesson, release, solve, course_home):
    path = release / f"{lesson}.ipynb"
    solve(path, lesson.partition("/")[0])
    networks = sent(path)
    frames = [(1000.0 * n + now, frame) for n, one in enumerate(networks) for now, frame in one]
    # What was sent again in other pieces is no fault, so tshark shall not join TCP's.
    found = tshark.marks(tshark.pcap(frames), preferences=["tcp.desegment_tcp_streams:FALSE"])
    assert [mark for mark in found if not on_purpose(lesson, mark, frames[mark.frame][1])] == []

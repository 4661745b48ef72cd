"""Withheld calls: noticed however the notebook comes to them, and only then."""

import cProfile
import sys

import pytest

from ipv6course.classroom import check as check_module
from ipv6course.classroom import hints
from ipv6course.classroom.check import Check, CheckFailed
from ipv6course.classroom.withheld import watching

WITHHELD = ("netaddr", "ipaddress.IPv6Address", "socket", "ipv6course.address", "textwrap.fill")


def notebook(source):
    """Run a cell as a notebook would, and return the function `answer` that it defines."""
    names = {"__name__": "__main__"}
    exec(source, names)
    return names["answer"]


def used(source, withheld=WITHHELD, argument="::1"):
    """Return which withheld calls the check of an answer notices."""
    check = Check("tiny/01-double", "double-1", hints.COMMON, withheld)
    try:
        with check as test:
            test.call(notebook(source), argument)
    except CheckFailed as failed:
        if failed.hint.id != "withheld":
            raise
        return dict(failed.rows)["It used"]
    return ""


USES = {
    "direct": ("import netaddr\ndef answer(t): return str(netaddr.IPAddress(t))", "netaddr"),
    "inside the function": ("def answer(t):\n import netaddr\n netaddr.IPAddress(t)", "netaddr"),
    "module under another name": (
        "import ipaddress as i\ndef answer(t): return i.IPv6Address(t).exploded",
        "ipaddress.IPv6Address",
    ),
    "function under another name": (
        "from netaddr import IPAddress as read\ndef answer(t): return read(t)",
        "netaddr",
    ),
    "map": ("import netaddr\ndef answer(t): return list(map(netaddr.IPAddress, [t]))", "netaddr"),
    "sort key": (
        "from ipv6course.address import full\ndef answer(t): return sorted([t, t], key=full)",
        "ipv6course.address",
    ),
    "partial": (
        "import functools, netaddr\nread = functools.partial(netaddr.IPAddress, version=6)\n"
        "def answer(t): return read(t)",
        "netaddr",
    ),
    "partial is the answer": (
        "import functools, netaddr\nanswer = functools.partial(netaddr.IPAddress, version=6)",
        "netaddr",
    ),
    "lambda": ("import netaddr\nanswer = lambda t: netaddr.IPAddress(t)", "netaddr"),
    "method of an object made before": (
        "import netaddr\nnetwork = netaddr.IPNetwork('2001:db8::/32')\n"
        "def answer(t): return list(network.subnet(34))",
        "netaddr",
    ),
    "subclass": (
        "import ipaddress\nclass Mine(ipaddress.IPv6Address): pass\n"
        "def answer(t): return str(Mine(t))",
        "ipaddress.IPv6Address",
    ),
    "function is the answer": (
        "from ipv6course.address import full\nanswer = full",
        "ipv6course.address",
    ),
    "class is the answer": ("import netaddr\nanswer = netaddr.IPAddress", "netaddr"),
    "builtin": ("import socket\ndef answer(t): return socket.inet_pton(10, t)", "socket"),
    "builtin under another name": (
        "from socket import inet_pton as p\ndef answer(t): return p(10, t)",
        "socket",
    ),
    "builtin from where it is kept": (
        "import _socket\ndef answer(t): return _socket.inet_pton(10, t)",
        "socket",
    ),
    "builtin is the answer": ("import socket\nanswer = socket.inet_aton", "socket"),
    "one function": ("import textwrap\ndef answer(t): return textwrap.fill(t)", "textwrap.fill"),
    "the error is caught": (
        "import netaddr\ndef answer(t):\n try: netaddr.IPAddress('?')\n except Exception: return t",
        "netaddr",
    ),
}


@pytest.mark.parametrize(("source", "name"), USES.values(), ids=USES)
def test_a_withheld_call_is_noticed(source, name):
    assert used(source) == name


def test_all_withheld_calls_are_named_once():
    source = (
        "import netaddr, socket\n"
        "def answer(t):\n"
        "    for _ in range(3): netaddr.IPAddress(t), socket.inet_pton(10, t)\n"
    )
    assert used(source) == "netaddr, socket"


def test_a_class_method_can_be_withheld():
    source = "from datetime import datetime\nfrom enum import Enum\ndef answer(t): return t"
    assert used(source, ("email.headerregistry.Address", "pathlib.Path.home")) == ""
    source = "from pathlib import Path\ndef answer(t): return str(Path.home())"
    assert used(source, ("pathlib.Path.home",)) == "pathlib.Path.home"


ALLOWED = {
    "an allowed library uses it": (
        "import ipaddress\ndef answer(t): return ipaddress.ip_address(t) is None",
        ("ipaddress.IPv6Address",),
    ),
    "an allowed library uses a withheld builtin": (
        "import netaddr\ndef answer(t): return netaddr.IPAddress(t).bits()",
        ("socket",),
    ),
    "the same name elsewhere": (
        "class IPv6Address:\n def __init__(self, t): pass\ndef answer(t): IPv6Address(t)",
        ("ipaddress.IPv6Address",),
    ),
    "another function of the module": (
        "import textwrap\ndef answer(t): return textwrap.wrap(t)",
        ("textwrap.fill",),
    ),
    "a module whose name only begins alike": (
        "import ipaddress\ndef answer(t): return ipaddress.IPv6Address(t)",
        ("ip",),
    ),
    "it was imported and not called": (
        "def answer(t):\n import netaddr, socket\n return t",
        ("netaddr", "socket"),
    ),
    "not installed": (
        "def answer(t): return t",
        ("nowhere", "nowhere.at.all", "netaddr.Nothing", "netaddr.IPAddress.nothing"),
    ),
}


@pytest.mark.parametrize(("source", "withheld"), ALLOWED.values(), ids=ALLOWED)
def test_anything_else_is_allowed(source, withheld):
    assert used(source, withheld) == ""


def test_calls_before_the_check_do_not_count():
    check = Check("tiny/01-double", "double-1", hints.COMMON, ("netaddr",))
    answer = notebook("def answer(t): return t")
    import netaddr

    with check as test:
        netaddr.IPAddress("2001:db8::1")
        test.call(answer, 1).gives(1, hint="stopped")


@pytest.mark.parametrize("fails", [False, True])
def test_the_profiler_is_put_back(fails):
    seen = []

    def own(frame, event, argument):
        seen.append(event)

    before = sys.getprofile()
    for profiler in (None, own):
        sys.setprofile(profiler)
        try:
            with watching(("netaddr",), check_module.__name__):
                assert sys.getprofile() not in (None, own)
                if fails:
                    raise ValueError
        except ValueError:
            pass
        finally:
            there = sys.getprofile()
            sys.setprofile(before)
        assert there is profiler


def test_cprofile_goes_on_after_a_check():
    profiler = cProfile.Profile()
    profiler.enable()
    try:
        answered = used("import netaddr\ndef answer(t): return netaddr.IPAddress(t)")
        len(str(answered))
    finally:
        profiler.disable()
    assert answered == "netaddr"
    assert any("len" in str(entry.code) for entry in profiler.getstats())


def test_without_withheld_calls_nothing_is_profiled():
    before = sys.getprofile()
    with watching((), check_module.__name__) as calls:
        assert sys.getprofile() is before
    assert calls == []


def test_a_second_check_does_not_see_the_first_one_s_calls():
    assert used(USES["direct"][0]) == "netaddr"
    assert used("def answer(t): return t") == ""

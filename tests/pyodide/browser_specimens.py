"""Lessons with one fault each, to see that the gate of the browser finds it."""


def _cell(number, source, test=""):
    return {"number": number, "grade_id": test, "is_test": bool(test), "source": source}


# By name: the cells, and what the gate says of them.
FAULTY = {
    "error": (["1 / 0"], "cell 1: ZeroDivisionError: division by zero"),
    "warning": (["import warnings", "warnings.warn('old')"], "cell 2 wrote to stderr:"),
    "standard error": (["import sys", "print('red', file=sys.stderr)"], "cell 2 wrote to stderr:"),
    "log": (["import logging", "logging.warning('red')"], "cell 2 wrote to stderr:"),
    "display": (
        ["class Bad:\n    def _repr_html_(self):\n        raise ValueError('no picture')", "Bad()"],
        "cell 2: ValueError: no picture",
    ),
    "large display": (
        ["from IPython.display import HTML, display", "display(HTML('x' * 300_000))"],
        "bytes; a notebook stays under 200000",
    ),
    "numpy": (["import numpy"], "imports numpy"),
    "library outside the course": (["import packaging.version"], "imports packaging.version"),
    "authoring room": (["import ipv6course.authoring"], "imports ipv6course.authoring"),
    "socket": (["import socket", "socket.socket()"], "reached outside: socket.__new__"),
    "name lookup": (
        ["import _socket", "_socket.getaddrinfo('example.com', 80)"],
        "reached outside: socket.getaddrinfo",
    ),
    "connection": (
        ["import socket", "socket.socket().connect(('192.0.2.1', 80))"],
        "the network was tried: connect",
    ),
    "process": (["import os", "os.system('true')"], "reached outside: os.system"),
    "browser's fetch": (["import js", "js.fetch('/')"], "the network was tried: fetch"),
    "browser's request": (
        ["import pyodide.http", "pyodide.http.open_url('/')"],
        "the network was tried: XMLHttpRequest",
    ),
    "written past Python": (["import os", "os.write(2, b'red\\n')"], "past its streams: red"),
}
_LESSON = "from ipv6course.classroom import Lesson\nlesson = Lesson('specimen/{name}')"
_FULL = "def size(n):\n    import netaddr\n    return netaddr.IPNetwork(f'3fff::/{n}').size"
_CHECK = (
    "with lesson.check('size-1') as test:\n    test.call(size, 64).gives({value}, hint='{hint}')"
)
_WITHHOLD = "lesson.withhold('size', 'netaddr.IPNetwork')\n"
FAULTY_CHECKS = {
    "wrong answer": (
        _CHECK.format(value=2, hint="bits-counted-twice"),
        "cell 3 (size-1): CheckFailed: [bits-counted-twice] Every bit",
    ),
    "withheld call": (
        _WITHHOLD + _CHECK.format(value=2**64, hint="stopped"),
        "cell 3 (size-1): CheckFailed: [withheld] ",
    ),
    "silent check": ("pass", "cell 3 (size-1) did not print its ✔"),
    "unremembered check": ("print('✔ Passed: size-1')", "did not remember size-1"),
}


def faulty_lessons():
    for name, (sources, _problem) in FAULTY.items():
        cells = [_cell(number, source) for number, source in enumerate(sources, start=1)]
        yield {"name": f"specimen/{name}", "cells": cells}
    for name, (test, _problem) in FAULTY_CHECKS.items():
        start = _cell(1, _LESSON.format(name=name))
        yield {
            "name": f"specimen/{name}",
            "cells": [start, _cell(2, _FULL), _cell(3, test, test="size-1")],
        }

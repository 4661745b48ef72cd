"""What Python in a browser lacks and the course's libraries take for granted.

`apply()` runs once, before the first of these libraries is imported. It fills gaps; it opens no
way to a network. The gate beside this file uses it, and so does the site for the browser.

| gap in Pyodide | what follows without the shim |
|---|---|
| `socket.has_ipv6` is false | scapy refuses to import its IPv6 layers |
| `inet_pton` and `inet_ntop` refuse AF_INET6 | scapy can neither build nor dissect an address |
| scapy calls the platform unsupported, on stderr | a red message, though a lesson sends nothing |
| there is no nbformat | a plotly figure at the end of a cell is an error |
| plotly does not know the kernel | it adds 4.8 MB of JavaScript to the notebook, and an address |
"""

import _socket
import importlib.machinery
import importlib.util
import ipaddress
import logging
import os
import socket
import sys
from collections.abc import Callable

_LIMIT_OF_GROUP = 1 << 16
_V4_MAPPED = 0xFFFF


def inet6_pton(text: str) -> bytes:
    """Return the 16 bytes of an IPv6 address, as C's `inet_pton` does.

    Raises:
        OSError: The text is not an IPv6 address; one with a zone is not.
        TypeError: It is not text.
    """
    if not isinstance(text, str):
        raise TypeError(f"inet_pton() argument 2 must be str, not {type(text).__name__}")
    try:
        if "%" not in text:
            return ipaddress.IPv6Address(text).packed
    except ipaddress.AddressValueError:
        pass
    raise OSError("illegal IP address string passed to inet_pton")


def inet6_ntop(packed: bytes) -> str:
    """Return the text of 16 bytes, as the C library of Linux writes it.

    Raises:
        ValueError: There are not 16 bytes.
    """
    if len(packed) != 16:
        raise ValueError("invalid length of packed IP address string")
    before, last = divmod(int.from_bytes(packed, "big"), 1 << 32)
    if before == _V4_MAPPED:
        return f"::ffff:{ipaddress.IPv4Address(last)}"
    if before == 0 and last >= _LIMIT_OF_GROUP:  # IPv4-compatible, RFC 4291 section 2.5.5.1
        return f"::{ipaddress.IPv4Address(last)}"
    return str(ipaddress.IPv6Address(bytes(packed)))


def _for_ipv6(function: Callable, ipv6: Callable) -> Callable:
    """Return the function with AF_INET6 added; other families stay with the original."""

    def with_ipv6(family, value, /):
        return ipv6(value) if family == socket.AF_INET6 else function(family, value)

    with_ipv6.__name__ = function.__name__
    with_ipv6.__doc__ = function.__doc__
    return with_ipv6


def _not_of_the_platform(record: logging.LogRecord) -> bool:
    """Return whether a message of scapy's is another than that the platform is unsupported."""
    return not record.getMessage().startswith(f"Scapy currently does not support {sys.platform}!")


def _shim_socket() -> None:
    pton = _for_ipv6(_socket.inet_pton, inet6_pton)
    ntop = _for_ipv6(_socket.inet_ntop, inet6_ntop)
    for module in (_socket, socket):
        module.has_ipv6, module.inet_pton, module.inet_ntop = True, pton, ntop


def _shim_nbformat() -> None:
    """Give plotly the version that it asks for; it uses nothing else of nbformat."""
    if importlib.util.find_spec("nbformat") is None:
        stub = importlib.util.module_from_spec(importlib.machinery.ModuleSpec("nbformat", None))
        stub.__version__ = "5.0.0"
        sys.modules["nbformat"] = stub


def apply() -> None:
    """Fill the gaps. Does nothing outside a browser's Python, and nothing twice."""
    if sys.platform != "emscripten" or socket.has_ipv6:
        return
    _shim_socket()
    _shim_nbformat()
    # What plotly itself chooses in ipykernel.
    os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
    logging.getLogger("scapy.loading").addFilter(_not_of_the_platform)

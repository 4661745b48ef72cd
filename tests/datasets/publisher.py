"""A web server on this machine that publishes the registries' files, and misbehaves as told."""

import hashlib
import re
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
_TERMS = "##########\n#\n# \tCONDITIONS OF USE\n# ____\n#\n"


@dataclass(frozen=True)
class Misdeed:
    """What goes wrong with one answer."""

    status: int = 0
    """Answer this, and not the file."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    """Send this instead of the file."""
    declared: int | None = None
    """The Content-Length that is claimed; -1: none, the end of the connection is the end."""
    drop_after: int | None = None
    """Close the connection after so many bytes."""
    stall_after: int | None = None
    """Fall silent after so many bytes."""
    trickle: int = 0
    """Send so many bytes at a time, with a breath in between."""
    ignores_range: bool = False
    first: Callable[[], None] = lambda: None
    """What happens before the answer, such as a new file."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class _File:
    data: bytes
    etag: str
    modified: str


@dataclass
class Publisher:
    """The server: `with Publisher() as publisher`."""

    misdeeds: dict[str, list[Misdeed]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    breath: float = 0.002
    certificate: Path | None = None
    etags: bool = True
    dates: bool = True
    _files: dict[str, _File] = field(default_factory=dict)

    def __enter__(self) -> "Publisher":
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.publisher = self
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it is."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self._server.server_address[1]}"

    @staticmethod
    def path(registry: str) -> str:
        """Return where a registry's file is, as on the registries' mirrors of each other."""
        return f"/{registry}/delegated-{registry}-extended-latest"

    def publish(self, registry: str, data: bytes, md5: str | None = None) -> None:
        """Publish a registry's file, and its MD5 in that registry's own form."""
        path, digest = self.path(registry), hashlib.md5(data).hexdigest()
        name = path.rpartition("/")[2]
        line = f"MD5 ({name}) = {digest}"
        if registry == "arin":
            line = f"{digest}  delegated-arin-extended-20261123\n"
        self.put(path, data)
        self.put(f"{path}.md5", (line if md5 is None else md5).encode())

    def put(self, path: str, data: bytes) -> None:
        """Publish any file."""
        etag = f'"{hashlib.sha256(data).hexdigest()[:12]}"'
        self._files[path] = _File(data, etag, formatdate(1.7e9 + len(data), usegmt=True))

    def misbehave(self, path: str, *misdeeds: Misdeed) -> None:
        """Spoil the next answers for a path, one after another; a registry's name will do."""
        full = path if path.startswith("/") else self.path(path)
        self.misdeeds[full] = list(misdeeds)

    def requests(self, path: str) -> list[Asked]:
        """Return what was asked about a path."""
        full = path if path.startswith("/") else self.path(path)
        return [asked for asked in self.asked if asked.path == full]


def registry_text(registry: str, day: date = date(2026, 9, 1), blocks: int = 40) -> str:
    """Return a small file in the form of a registry, that file's peculiarities included.

    It has as many IPv6 as IPv4 records, a quarter as many AS numbers, and one block that is free.
    """
    stamp = f"{day:%Y%m%d}"
    serial = {"arin": f"{time.mktime(day.timetuple()) * 1000:.0f}"}.get(registry, stamp)
    cc = {"afrinic": "ZA", "apnic": "TO", "arin": "US", "lacnic": "BR", "ripencc": "NL"}[registry]
    first = 10 + REGISTRIES.index(registry)
    none = "ZZ" if registry == "afrinic" else ""
    last = "" if registry in ("ripencc", "lacnic") else "|"
    asns = max(blocks // 4, 1)
    lines = [
        f"{registry}|{cc}|asn|{first * 1000 + n}|1|20100101|allocated|H{n}" for n in range(asns)
    ]
    for n in range(blocks):
        address = f"{first}.{n >> 8}.{n & 255}.0"
        lines.append(f"{registry}|{cc}|ipv4|{address}|256|20110203|assigned|H{n}")
    for n in range(blocks):
        address = f"2001:{first:x}{n >> 8:02x}:{n & 255:x}::"
        lines.append(f"{registry}|{cc}|ipv6|{address}|48|20201105|allocated|H{n}")
    lines.append(f"{registry}|{none}|ipv4|{first}.255.0.0|256||available{last}")
    version = "2" if registry in ("afrinic", "ripencc") else "2.3"
    start = {"apnic": "", "afrinic": "00000000"}.get(registry, "19830101")
    header = f"{version}|{registry}|{serial}|{len(lines)}|{start}|{stamp}|+0000"
    counts = {"asn": asns, "ipv4": blocks + 1, "ipv6": blocks}
    summaries = [f"{registry}|*|{type}|*|{count}|summary" for type, count in counts.items()]
    terms = _TERMS if registry == "apnic" else ""
    return terms + "\n".join([header, *summaries, *lines]) + "\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    publisher: Publisher

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: that connections break is the subject."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        publisher = self.server.publisher
        publisher.asked.append(Asked(self.command, self.path, dict(self.headers)))
        waiting = publisher.misdeeds.get(self.path, [])
        misdeed = waiting.pop(0) if waiting else Misdeed()
        misdeed.first()
        file = publisher._files.get(self.path)
        if misdeed.status or file is None:
            self._answer(misdeed.status or 404, misdeed.body or b"", {}, misdeed)
            return
        fields = {}
        if publisher.etags:
            fields["ETag"] = file.etag
        if publisher.dates:
            fields["Last-Modified"] = file.modified
        if self.headers.get("If-None-Match") == file.etag:
            self._answer(304, b"", fields, misdeed)
            return
        data = file.data if misdeed.body is None else misdeed.body
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        fits = self.headers.get("If-Range", file.etag) in (file.etag, file.modified)
        if asked and fits and not misdeed.ignores_range:
            start = int(asked[1])
            if start >= len(data):
                self._answer(416, b"", {"Content-Range": f"bytes */{len(data)}"}, misdeed)
                return
            fields["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._answer(206, data[start:], fields, misdeed)
            return
        self._answer(200, data, fields, misdeed)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes, fields: dict[str, str], misdeed: Misdeed) -> None:
        fields = fields | dict(misdeed.headers)
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != 304 and misdeed.declared != -1:
            length = len(body) if misdeed.declared is None else misdeed.declared
            self.send_header("Content-Length", str(length))
        if misdeed.declared is not None or misdeed.drop_after is not None:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "GET":
            with suppress(OSError):
                self._send(body, misdeed)

    def _send(self, body: bytes, misdeed: Misdeed) -> None:
        publisher = self.server.publisher
        for end in (misdeed.drop_after, misdeed.stall_after):
            body = body if end is None else body[:end]
        if misdeed.trickle:
            for at in range(0, len(body), misdeed.trickle):
                self.wfile.write(body[at : at + misdeed.trickle])
                if publisher.closing.wait(publisher.breath):
                    return
        else:
            self.wfile.write(body)
        if misdeed.stall_after is not None:
            publisher.closing.wait(20)

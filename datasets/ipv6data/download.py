"""One published file over HTTPS: fetched, resumed, and held to the MD5 that stands beside it.

Its rules:

- `NAME.part` holds the bytes that came, `NAME.json` which version of which file they belong to.
  The JSON is written before the first byte. So a connection that drops, Ctrl+C and kill -9 cost
  nothing that had arrived: the next try, or run, asks for the rest (RFC 9110 section 14.2),
  and only if the file is still the same (If-Range, section 13.1.5).
- What came is given out only when its MD5 is the published one. Nothing else proves it: a length
  can lie, and a file can be replaced between two requests.
- A failure of the network is tried again while bytes arrive. An answer that will be the same the
  next time (a web page, 404, a bad certificate) ends the work at once, with words that name it.
- Bytes that came are thrown away only for a better beginning: a hotel's login page costs no part.

The HTTP library is requests: it is in every environment of the course already (nbgrader needs it),
and it verifies certificates and takes proxies from the environment, which urllib.request does only
in part. Its `raw` stream gives each packet as it comes, so that a slow line is seen to move.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from io import FileIO
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

ASKS = "asks"
"""The state of a step before a server has answered; what is there by then came earlier."""
_Result = TypeVar("_Result")
_REDIRECTS = 5
_MD5_FILE = 4096  # bytes; a real one has 73 or 74
_HEAD = 1 << 16  # bytes within which a file must show what it is; APNIC begins with 1.5 kB of terms
_CHUNK = 1 << 16
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_MD5_LINES = (
    re.compile(r"MD5 ?\((?P<name>.*)\) ?= ?(?P<md5>[0-9a-fA-F]{32})"),  # BSD: four registries
    re.compile(r"(?P<md5>[0-9a-fA-F]{32})(?:[ \t]+\*?(?P<name>.*))?"),  # md5sum: ARIN; or bare
)
_COMPRESSED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}


class DownloadError(Exception):
    """A file could not be had; the message says why, and what to do."""


class StoppedError(Exception):
    """Somebody asked the download to stop."""


class _PassingError(Exception):
    """A failure that may be gone at the next try."""

    def __init__(self, message: str, pause: float = 0) -> None:
        super().__init__(message)
        self.pause = pause  # seconds, where the server asked for some


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, how often to try, how much to take."""

    connect: float = 20
    """Seconds until a connection stands."""
    stall: float = 45
    """Seconds without one byte until a connection counts as dead. A slow line is no stall."""
    pause: float = 1
    """Seconds before the second try; doubled for each further one, up to `longest_pause`."""
    longest_pause: float = 30
    tries: int = 6
    """Tries in a row that bring not one new byte."""
    connections: int = 200
    """Tries in all: a line that drops every minute may still bring the file."""
    rounds: int = 3
    """How often file and MD5 are fetched until they agree."""
    largest: int = 256 << 20
    """Bytes; the largest of the registries' files had 18 MB in 2026."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a server said of one version of a file."""

    url: str
    etag: str = ""
    modified: str = ""
    """Last-Modified, as the server wrote it."""
    size: int | None = None
    """Bytes; None where the server did not say."""
    whole: bool = False
    """Whether all of it has come."""

    @property
    def range_validator(self) -> str:
        """What If-Range may carry: no weak entity tag (RFC 9110 section 13.1.5)."""
        return self.modified if self.etag.startswith("W/") else self.etag or self.modified

    @property
    def conditions(self) -> dict[str, str]:
        """The header fields that ask for the file only if it is another than this."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.modified} if self.modified else {}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file whose MD5 is the published one."""

    path: Path
    version: Version
    md5: str
    """In lower-case hexadecimal."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a download is."""

    state: str
    """What is being done, in a word or two."""
    done: int
    """Bytes that are there."""
    total: int | None
    """Bytes of the whole file; None where the server did not say."""


def permitted(url: str, hosts: frozenset[str] = frozenset()) -> str:
    """Return the URL if files may be fetched from it: by https; http only from this machine itself.

    Args:
        url: Where a file is.
        hosts: The only hosts that may be asked; any host where it is empty.

    Raises:
        DownloadError: It may not be asked; the message says why.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise DownloadError(f"{url} is not https, so anybody on the way could change what it sends")
    if not host:
        raise DownloadError(f"{url} names no host")
    if hosts and host not in hosts:
        raise DownloadError(f"{host} is not among the hosts to ask: {', '.join(sorted(hosts))}")
    return url


def published_md5(text: str, name: str) -> str:
    """Return the MD5 that a registry publishes beside a file, in lower-case hexadecimal.

    AFRINIC, APNIC, LACNIC and RIPE NCC write `MD5 (name) = …`; ARIN writes `…  name`, and names the
    file of the day, not `latest`. A bare MD5 is taken too.

    Args:
        text: What the `.md5` file holds.
        name: Of the data file; it decides only where several files are listed.

    Raises:
        DownloadError: There is no MD5 in it.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [match for line in lines for form in _MD5_LINES if (match := form.fullmatch(line))]
    named = [match for match in found if match["name"] == name]
    if len(found) == 1 or named:
        return (named or found)[0]["md5"].lower()
    raise DownloadError(f"{name}.md5 holds no MD5 but {text.strip()[:60]!r}")


def refuse_foreign(head: bytes) -> None:
    """Refuse what is plainly no text of a registry: web pages, archives, other binary data.

    Args:
        head: The first bytes of a file.

    Raises:
        DownloadError: It is one; the message says what came instead.
    """
    for magic, form in _COMPRESSED.items():
        if head.startswith(magic):
            raise DownloadError(f"what came is {form}-compressed; the file is published as text")
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        title = re.search(rb"<title[^>]*>\s*(.*?)\s*</title", head, re.IGNORECASE | re.DOTALL)
        words = f' ("{title[1].decode("utf-8", "replace")[:80]}")' if title else ""
        raise DownloadError(
            f"what came is a web page{words}, not the file. "
            "A network that wants a login first answers like this: open a browser and look"
        )
    if b"\0" in head:
        raise DownloadError("what came is binary data; the file is published as text")


class Download:
    """The download of one file into one folder.

    Args:
        url: Of the file; its MD5 is at the same place with `.md5` at the end.
        folder: Where the parts are kept between tries and between runs. It exists.
        judge: Gets the first bytes, more and more of them; returns whether it has seen enough, and
            raises DownloadError where they are not the file's.
        hosts: Where the server may send us on to, by https, besides the file's own host.
        report: Called with each step, from the thread that downloads.
        stop: Once it is set, the download raises StoppedError at the next byte or pause.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        judge: Callable[[bytes], bool] = lambda head: True,
        hosts: frozenset[str] = frozenset(),
        limits: Limits | None = None,
        report: Callable[[Step], None] = lambda step: None,
        stop: Event | None = None,
    ) -> None:
        self.url = permitted(url)
        self._name = urlsplit(url).path.rpartition("/")[2]
        self._part = folder / f"{self._name}.part"
        self._about = folder / f"{self._name}.json"
        self._judge = judge
        self._hosts = hosts | {urlsplit(url).hostname or ""}
        self._limits = limits or Limits()
        self._report = report
        self._stop = stop or Event()
        self._connections = 0
        self._pieces = 1 if self._here() else 0
        self._session = requests.Session()
        self._session.auth = _no_authentication
        # gzip would make ranges and lengths those of the packed bytes.
        self._session.headers.update(
            {"Accept-Encoding": "identity", "User-Agent": "ipv6data (the IPv6 course)"}
        )

    def fetch(self, known: Version | None = None) -> Fetched | None:
        """Bring the file, and prove it.

        Args:
            known: The version that is loaded already. It is not fetched again.

        Returns:
            The file, or None where the server says that it is still the known version.

        Raises:
            DownloadError: It could not be had.
            StoppedError: `stop` was set.
        """
        with self._session:
            for turn in range(1, self._limits.rounds + 1):
                # The last time nothing that came before is trusted; a kept whole file is asked
                # about with If-None-Match, so waiting for a late MD5 costs no second download.
                if turn > 1 and (turn == self._limits.rounds or self._pieces > 1):
                    self.forget()
                if turn > 1:
                    self._tell("waits for file and MD5 to agree")
                    self._sleep(self._limits.pause * 2 ** (turn - 1))
                if not self._keep_trying(lambda: self._bring(known)):
                    return None
                self._tell("checks the MD5")
                published = self._keep_trying(self._published_md5)
                found = _md5_of(self._part)
                if found == published:
                    version = self._held()
                    assert version is not None
                    return Fetched(self._part, version, found)
        raise DownloadError(
            f"the file's MD5 is {found}, the published one {published}, also when both were "
            f"fetched {self._limits.rounds} times. Some registries publish the MD5 minutes after "
            "the file: try again in a quarter of an hour"
        )

    def look(self, known: Version | None = None) -> Version | None:
        """Ask the server about the file, and fetch nothing.

        Returns:
            What it says; None where the file is still the known version.

        Raises:
            DownloadError: The server could not be asked, or has no such file.
        """
        with self._session:
            return self._keep_trying(lambda: self._head(known))

    def forget(self) -> None:
        """Throw away what came."""
        self._part.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)
        self._pieces = 0

    # ------------------------------------------------------------ what is here

    def _here(self) -> int:
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    def _held(self) -> Version | None:
        """Return which version the part belongs to; None where that is not certain."""
        try:
            about = json.loads(self._about.read_text(encoding="utf-8"))
            version = Version(**about)
        except (OSError, ValueError, TypeError):
            return None
        size = self._here()
        if version.size is not None:
            fits = size == version.size if version.whole else size <= version.size
        else:
            fits = not version.whole
        return version if fits and size and version.url == self.url else None

    def _note(self, version: Version) -> None:
        new = self._about.with_suffix(".new")
        new.write_text(json.dumps(asdict(version)), encoding="utf-8")
        new.replace(self._about)

    # ------------------------------------------------------------ what is asked

    def _bring(self, known: Version | None) -> bool:
        """Bring the file, or the rest of it; return whether there is one to prove."""
        held, here = self._held(), self._here()
        headers: dict[str, str] = {}
        if held and held.whole:
            headers = held.conditions
        elif held and held.range_validator:
            headers = {"Range": f"bytes={here}-", "If-Range": held.range_validator}
        elif known and not held:
            headers = known.conditions
        self._tell(ASKS, held.size if held else None)
        with self._get(self.url, headers) as response:
            status = response.status_code
            if status == 304 and headers and "Range" not in headers:
                return held is not None
            if status == 206 and held and "Range" in headers:
                self._go_on(response, held, here)
            elif status == 416 and held and "Range" in headers:
                self._nothing_left(response, held, here)
            elif status == 200:
                self._begin(response)
            else:
                raise DownloadError(f"{self.url} answers {status} {response.reason}")
        return True

    def _begin(self, response: requests.Response) -> None:
        """Take a file from its beginning."""
        encoded = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        length = None if encoded else _length(response)
        if length is not None and length > self._limits.largest:
            raise self._too_large(length)
        version = Version(
            self.url,
            "" if encoded else response.headers.get("ETag", ""),
            "" if encoded else response.headers.get("Last-Modified", ""),
            length,
        )
        chunks = self._chunks(response, encoded)
        head = self._judged(chunks)
        # Only now is the old part given up: what comes is a better beginning.
        self.forget()
        self._note(version)
        self._append(head, chunks, version)

    def _go_on(self, response: requests.Response, held: Version, here: int) -> None:
        """Take the rest of a file."""
        answer = re.fullmatch(
            r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", "").strip()
        )
        same = (
            answer is not None
            and int(answer[1]) == here
            and (held.size is None or answer[3] in ("*", str(held.size)))
            and held.etag in ("", response.headers.get("ETag", held.etag))
            and held.modified in ("", response.headers.get("Last-Modified", held.modified))
            and "Content-Encoding" not in response.headers
        )
        if answer is None or not same:
            self.forget()
            raise _PassingError("the server sent another part than the one asked for")
        if held.size is None and answer[3] != "*":
            held = replace(held, size=int(answer[3]))
            self._note(held)
        self._append(b"", self._chunks(response, encoded=False), held)

    def _nothing_left(self, response: requests.Response, held: Version, here: int) -> None:
        """Learn from 416 that all has come, or that the part is of no use."""
        if response.headers.get("Content-Range", "").replace(" ", "") == f"bytes*/{here}":
            self._note(replace(held, size=here, whole=True))
            return
        self.forget()
        raise _PassingError("the file became shorter than the part that had come")

    def _append(self, head: bytes, chunks: Iterator[bytes], version: Version) -> None:
        self._pieces += 1
        here = self._here()
        with self._part.open("ab", buffering=0) as file:
            for chunk in _and_then(head, chunks):
                _write(file, chunk)
                here += len(chunk)
                if here > self._limits.largest:
                    break
                self._tell("fetches", version.size, here)
            os.fsync(file.fileno())
        if here > self._limits.largest:
            self.forget()
            raise self._too_large(here)
        if version.size is not None and here < version.size:
            raise _PassingError(f"the connection ended after {here:,} of {version.size:,} bytes")
        self._note(replace(version, size=here, whole=True))

    def _judged(self, chunks: Iterator[bytes]) -> bytes:
        """Return the first bytes, as many as it takes to know that they are the file's."""
        head = b""
        for chunk in chunks:
            head += chunk
            refuse_foreign(head)
            if self._judge(head) or len(head) > _HEAD:
                return head
        if not head:
            raise _PassingError("the server sent an empty file")
        self._judge(head + b"\n")
        return head

    def _published_md5(self) -> str:
        url = f"{self.url}.md5"
        with self._get(url, {}) as response:
            if response.status_code != 200:
                raise DownloadError(
                    f"{url} answers {response.status_code} {response.reason}; "
                    "without its MD5 the file is not proven"
                )
            text = b""
            for chunk in self._chunks(response, encoded=True):
                text += chunk
                if len(text) > _MD5_FILE:
                    break
        return published_md5(text[:_MD5_FILE].decode("utf-8", "replace"), self._name)

    def _head(self, known: Version | None) -> Version | None:
        with self._get(self.url, known.conditions if known else {}, method="HEAD") as response:
            if response.status_code == 304:
                return None
            if response.status_code != 200:
                raise DownloadError(f"{self.url} answers {response.status_code} {response.reason}")
            headers = response.headers
            return Version(
                self.url,
                headers.get("ETag", ""),
                headers.get("Last-Modified", ""),
                _length(response),
            )

    @contextmanager
    def _get(
        self, url: str, headers: Mapping[str, str], method: str = "GET"
    ) -> Iterator[requests.Response]:
        """Ask for a URL, and go where the server sends us on to, if it may."""
        self._connections += 1
        for _ in range(_REDIRECTS + 1):
            with (
                _in_words(url),
                self._session.request(
                    method,
                    url,
                    headers=dict(headers),
                    stream=True,
                    allow_redirects=False,
                    verify=True,
                    timeout=(self._limits.connect, self._limits.stall),
                ) as response,
            ):
                if response.is_redirect:
                    url = permitted(urljoin(url, response.headers["Location"]), self._hosts)
                    continue
                if response.status_code in _TRANSIENT:
                    raise _PassingError(
                        f"{response.status_code} {response.reason} from {url}",
                        _seconds(response.headers.get("Retry-After", "")),
                    )
                yield response
                return
        raise DownloadError(f"{self.url} sends us on more than {_REDIRECTS} times")

    def _chunks(self, response: requests.Response, encoded: bool) -> Iterator[bytes]:
        """Give out the body as it comes; a body shorter than its length raises (urllib3)."""
        while chunk := response.raw.read1(_CHUNK, decode_content=encoded):
            if self._stop.is_set():
                raise StoppedError
            yield chunk

    # ------------------------------------------------------------ trying

    def _keep_trying(self, action: Callable[[], _Result]) -> _Result:
        """Do something until it succeeds, as long as there is hope."""
        failures, most = 0, self._here()
        while True:
            if self._stop.is_set():
                raise StoppedError
            try:
                return action()
            except _PassingError as error:
                here = self._here()
                failures = 0 if here > most else failures + 1
                most = max(most, here)
                if failures >= self._limits.tries or self._connections >= self._limits.connections:
                    kept = f" {here:,} bytes are kept for the next run." if here else ""
                    raise DownloadError(f"{error} ({self._connections} tries).{kept}") from None
                pause = self._limits.pause * 2 ** max(failures - 1, 0)
                self._tell(f"tries again: {error}")
                self._sleep(min(max(pause, error.pause), self._limits.longest_pause))

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise StoppedError

    def _tell(self, state: str, total: int | None = None, done: int | None = None) -> None:
        self._report(Step(state, self._here() if done is None else done, total))

    def _too_large(self, size: int) -> DownloadError:
        return DownloadError(
            f"the file has {size:,} bytes or more; over {self._limits.largest:,} it is refused"
        )


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Turn the libraries' errors into ours: those that pass, and those that stay."""
    host = urlsplit(url).hostname
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise DownloadError(
            f"the certificate of {host} could not be verified ({_reason(error)}). If your network "
            "puts its own certificate in between, name it: REQUESTS_CA_BUNDLE=FILE"
        ) from None
    except requests.exceptions.ProxyError as error:
        raise _PassingError(f"the proxy did not pass us on to {host} ({_reason(error)})") from None
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
        raise _PassingError(f"{host} was silent for too long") from None
    except (requests.exceptions.ConnectionError, urllib3.exceptions.ProtocolError) as error:
        raise _PassingError(f"the connection to {host} failed ({_reason(error)})") from None
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        raise DownloadError(f"{url}: {_reason(error)}") from None


def _write(file: FileIO, data: bytes) -> None:
    try:
        _write_all(file, data)
    except OSError as error:
        raise DownloadError(
            f"{file.name!s} could not be written: {error.strerror or error}. "
            "What had come is kept for the next run"
        ) from None


def _write_all(file: FileIO, data: bytes) -> None:
    while data:
        data = data[file.write(data) :]


def _reason(error: BaseException) -> str:
    """Return the innermost reason that the libraries wrapped, in one line."""
    inner: object = error
    while isinstance(inner, BaseException):
        deeper = getattr(inner, "reason", None) or next(
            (part for part in inner.args if isinstance(part, BaseException)), None
        )
        if not isinstance(deeper, BaseException):
            break
        inner = deeper
    return " ".join(str(inner).split())[:200] or type(inner).__name__


def _and_then(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _md5_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _length(response: requests.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_authentication(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from sending a password that it finds in ~/.netrc."""
    return request

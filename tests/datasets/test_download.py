"""One file over HTTP, from a server that does everything wrong that a server can do."""

import errno
import gzip
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from publisher import Misdeed, Publisher, registry_text

from ipv6data.download import (
    Download,
    DownloadError,
    Limits,
    Step,
    StoppedError,
    Version,
    permitted,
    published_md5,
)

DATA = registry_text("arin").encode()
NEWER = registry_text("arin", blocks=50).encode()
LIMITS = Limits(connect=2, stall=0.15, pause=0.001, longest_pause=0.01, tries=3)
FILE = Publisher.path("arin")


@pytest.fixture(autouse=True)
def own_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxies and certificates the machine has, they are not the subject."""
    for name in (*os.environ,):
        if name.lower().endswith("_proxy") or name.endswith("CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        server.publish("arin", DATA)
        yield server


@pytest.fixture
def download(publisher: Publisher, tmp_path: Path) -> Callable[..., Download]:
    def make(**options: object) -> Download:
        return Download(publisher.url + FILE, tmp_path, **{"limits": LIMITS, **options})  # type: ignore[arg-type]

    return make


def fetched(download: Download) -> bytes:
    result = download.fetch()
    assert result is not None
    assert result.md5 == hashlib.md5(result.path.read_bytes()).hexdigest()
    return result.path.read_bytes()


def test_a_file_comes_with_its_version_and_md5(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    steps: list[Step] = []
    result = download(report=steps.append).fetch()
    assert result is not None
    assert result.path.read_bytes() == DATA
    assert result.version.etag.startswith('"')
    assert (steps[-1].done, steps[-1].state) == (len(DATA), "checks the MD5")
    assert all(asked.headers["Accept-Encoding"] == "identity" for asked in publisher.asked)


def test_an_unchanged_file_is_not_fetched_again(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    first = download()
    result = first.fetch()
    assert result is not None
    first.forget()
    publisher.asked.clear()
    assert download().fetch(result.version) is None
    assert [asked.path for asked in publisher.asked] == [FILE]
    publisher.publish("arin", NEWER)
    assert download().fetch(result.version).path.read_bytes() == NEWER  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("etags", "dates", "resumes"), [(True, True, True), (False, True, True), (False, False, False)]
)
def test_a_dropped_connection_is_taken_up_where_it_broke(
    publisher: Publisher,
    download: Callable[..., Download],
    etags: bool,
    dates: bool,
    resumes: bool,
) -> None:
    publisher.etags, publisher.dates = etags, dates
    drop = Misdeed(drop_after=1000)
    publisher.misbehave("arin", drop, drop if resumes else Misdeed())
    assert fetched(download()) == DATA
    ranges = [asked.headers.get("Range") for asked in publisher.requests("arin")]
    assert ranges == ([None, "bytes=1000-", "bytes=2000-"] if resumes else [None, None])
    last = publisher.requests("arin")[-1].headers
    assert ("If-Range" in last) == resumes


def test_many_drops_do_not_end_the_work_while_bytes_arrive(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", *[Misdeed(drop_after=100)] * 30)
    assert fetched(download()) == DATA


def test_a_download_that_was_stopped_goes_on_in_the_next_run(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    stop = threading.Event()
    publisher.misbehave("arin", Misdeed(trickle=100))

    def halfway(step: Step) -> None:
        if step.done >= 1500:
            stop.set()

    with pytest.raises(StoppedError):
        download(stop=stop, report=halfway).fetch()
    assert fetched(download()) == DATA
    last = publisher.requests("arin")[-1].headers
    assert int(last["Range"].removeprefix("bytes=").removesuffix("-")) >= 1500


def test_a_silent_connection_is_left_and_taken_up(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", Misdeed(stall_after=700))
    assert fetched(download()) == DATA
    assert publisher.requests("arin")[-1].headers["Range"] == "bytes=700-"


def test_a_server_that_stays_silent_is_named_and_the_part_is_kept(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", *[Misdeed(stall_after=0)] * 9)
    publisher.misdeeds[FILE][0] = Misdeed(drop_after=700)
    with pytest.raises(DownloadError, match=r"127.0.0.1 was silent .* 700 bytes are kept"):
        download(limits=Limits(stall=0.05, pause=0.001, tries=2)).fetch()
    publisher.misbehave("arin")
    assert fetched(download()) == DATA


def test_a_slow_line_is_no_stall(publisher: Publisher, download: Callable[..., Download]) -> None:
    publisher.breath = 0.03
    publisher.misbehave("arin", Misdeed(trickle=len(DATA) // 25))
    assert fetched(download(limits=Limits(stall=0.6, tries=1))) == DATA
    assert len(publisher.requests("arin")) == 1


def test_a_file_that_changes_between_two_parts_is_fetched_anew(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave(
        "arin",
        Misdeed(drop_after=900),
        Misdeed(first=lambda: publisher.publish("arin", NEWER)),
    )
    assert fetched(download()) == NEWER


@pytest.mark.parametrize(
    ("begins", "etag"), [(900, '"another"'), (500, ""), (900, "")], ids=["version", "place", "size"]
)
def test_a_part_of_another_file_or_place_is_not_joined(
    publisher: Publisher, download: Callable[..., Download], begins: int, etag: str
) -> None:
    size = len(DATA) + (not etag and begins == 900)
    part = Misdeed(
        status=206,
        body=DATA[begins:],
        headers=(
            ("Content-Range", f"bytes {begins}-{size - 1}/{size}"),
            *((("ETag", etag),) if etag else ()),
        ),
    )
    publisher.misbehave("arin", Misdeed(drop_after=900), part)
    assert fetched(download()) == DATA
    ranges = [asked.headers.get("Range") for asked in publisher.requests("arin")]
    assert ranges == [None, "bytes=900-", None]
    assert len(publisher.requests(f"{FILE}.md5")) == 1


def test_a_server_that_sends_less_than_the_rest_is_asked_for_more(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    span = ("Content-Range", f"bytes 900-1399/{len(DATA)}")
    part = Misdeed(status=206, body=DATA[900:1400], headers=(span,))
    publisher.misbehave("arin", Misdeed(drop_after=900), part)
    assert fetched(download()) == DATA
    ranges = [asked.headers.get("Range") for asked in publisher.requests("arin")]
    assert ranges == [None, "bytes=900-", "bytes=1400-"]


def test_a_server_that_ignores_range_sends_the_file_from_its_beginning(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", Misdeed(drop_after=900), Misdeed(ignores_range=True))
    assert fetched(download()) == DATA


def test_a_part_that_grew_rotten_on_the_disk_is_fetched_anew(
    publisher: Publisher, download: Callable[..., Download], tmp_path: Path
) -> None:
    publisher.misbehave("arin", Misdeed(drop_after=900), *[Misdeed(status=404)] * 3)
    with pytest.raises(DownloadError):
        download().fetch()
    part = tmp_path / f"{FILE.rpartition('/')[2]}.part"
    part.write_bytes(b"\0" * 900)
    publisher.misbehave("arin")
    assert fetched(download()) == DATA


def test_what_a_part_belongs_to_must_be_known(
    publisher: Publisher, download: Callable[..., Download], tmp_path: Path
) -> None:
    name = FILE.rpartition("/")[2]
    for about in ("", "{", "[]", '{"url": "https://example.com/x", "etag": "a"}'):
        (tmp_path / f"{name}.part").write_bytes(b"of another time")
        (tmp_path / f"{name}.json").write_text(about)
        publisher.asked.clear()
        assert fetched(download()) == DATA
        assert "Range" not in publisher.requests("arin")[0].headers


def test_a_length_that_is_too_long_does_not_lose_the_file(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", Misdeed(declared=len(DATA) + 500))
    assert fetched(download()) == DATA
    assert len(publisher.requests("arin")) == 2  # what came was whole


def test_a_length_that_is_too_short_is_found_out(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", Misdeed(declared=len(DATA) - 500))
    assert fetched(download()) == DATA


def test_a_file_cut_with_no_length_is_found_out(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", Misdeed(declared=-1, drop_after=1500))
    assert fetched(download()) == DATA


def test_a_file_that_is_always_cut_is_refused(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", *[Misdeed(body=DATA[:1500])] * 9)
    with pytest.raises(DownloadError, match=r"MD5 is .*, the published one .* 3 times"):
        download().fetch()


def test_a_wrong_md5_is_refused_and_the_next_run_recovers(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.publish("arin", DATA, md5="0" * 32)
    with pytest.raises(DownloadError, match=f"the published one {'0' * 32}"):
        download().fetch()
    publisher.publish("arin", DATA)
    publisher.asked.clear()
    assert fetched(download()) == DATA
    assert "If-None-Match" in publisher.requests("arin")[0].headers


def test_a_file_replaced_between_data_and_md5_is_fetched_again(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave(f"{FILE}.md5", Misdeed(first=lambda: publisher.publish("arin", NEWER)))
    assert fetched(download()) == NEWER


def test_an_md5_that_comes_late_is_waited_for_without_another_download(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.publish("arin", DATA, md5="0" * 32)
    late = Misdeed(first=lambda: publisher.publish("arin", DATA))
    publisher.misbehave(f"{FILE}.md5", Misdeed(), late)
    assert fetched(download()) == DATA
    assert [bool(asked.headers.get("If-None-Match")) for asked in publisher.requests("arin")] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("md5", "says"),
    [("<html>not here</html>", "holds no MD5 but '<html>"), ("", "no MD5"), ("x" * 9000, "no MD5")],
)
def test_an_md5_file_without_md5_is_named(
    publisher: Publisher, download: Callable[..., Download], md5: str, says: str
) -> None:
    publisher.publish("arin", DATA, md5=md5)
    with pytest.raises(DownloadError, match=says):
        download().fetch()


def test_without_an_md5_nothing_is_proven(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave(f"{FILE}.md5", *[Misdeed(status=404)] * 3)
    with pytest.raises(DownloadError, match=r"latest\.md5 answers 404 .* not proven"):
        download().fetch()


def test_a_login_page_is_named_and_costs_no_part(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    page = b"<!DOCTYPE html><html><head><title>Hotel Wi-Fi: log in</title></head></html>"
    login = Misdeed(status=200, body=page, headers=(("Content-Type", "text/html"),))
    publisher.misbehave("arin", Misdeed(drop_after=900), login)
    with pytest.raises(DownloadError, match=r'a web page \("Hotel Wi-Fi: log in"\)'):
        download().fetch()
    assert fetched(download()) == DATA
    assert publisher.requests("arin")[-1].headers["Range"] == "bytes=900-"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\x1f\x8b\x08\0" + bytes(90), "gzip-compressed"),
        (b"BZh91AY", "bzip2-compressed"),
        (b"\xfd7zXZ\0\0", "xz-compressed"),
        (b"PK\x03\x04 and more", "zip-compressed"),
        (b"12|\0\0\0", "binary"),
    ],
)
def test_what_is_no_text_is_named(
    publisher: Publisher, download: Callable[..., Download], body: bytes, says: str
) -> None:
    publisher.misbehave("arin", Misdeed(body=body))
    with pytest.raises(DownloadError, match=says):
        download().fetch()


def test_a_server_that_packs_unasked_is_unpacked(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    packed = Misdeed(body=gzip.compress(DATA), headers=(("Content-Encoding", "gzip"),))
    publisher.misbehave("arin", packed)
    assert fetched(download()) == DATA


def test_an_empty_file_is_named(publisher: Publisher, download: Callable[..., Download]) -> None:
    publisher.misbehave("arin", *[Misdeed(body=b"")] * 9)
    with pytest.raises(DownloadError, match="empty file"):
        download().fetch()


@pytest.mark.parametrize("status", [404, 403, 410, 401])
def test_a_refusal_is_told_at_once(
    publisher: Publisher, download: Callable[..., Download], status: int
) -> None:
    publisher.misbehave("arin", *[Misdeed(status=status)] * 9)
    with pytest.raises(DownloadError, match=f"delegated-arin-extended-latest answers {status}"):
        download().fetch()
    assert len(publisher.asked) == 1


def test_a_server_in_trouble_is_asked_again(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    busy = Misdeed(status=503, headers=(("Retry-After", "1"),))
    publisher.misbehave("arin", Misdeed(status=500), busy)
    assert fetched(download()) == DATA


def test_a_server_that_stays_in_trouble_is_named(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", *[Misdeed(status=500)] * 9)
    with pytest.raises(DownloadError, match=r"500 .* from http.*latest \(3 tries\)"):
        download().fetch()


def test_no_server_at_all_is_named(tmp_path: Path) -> None:
    with Publisher() as gone:
        url = gone.url + FILE
    with pytest.raises(DownloadError, match=r"connection to 127.0.0.1 failed .*refused"):
        Download(url, tmp_path, limits=LIMITS).fetch()


@pytest.mark.parametrize("honest", [True, False])
def test_a_file_without_end_is_refused(
    publisher: Publisher, download: Callable[..., Download], tmp_path: Path, honest: bool
) -> None:
    publisher.misbehave("arin", Misdeed(body=DATA * 100, declared=None if honest else -1))
    steps: list[Step] = []
    with pytest.raises(DownloadError, match="over 30,000 it is refused"):
        download(limits=Limits(largest=30_000), report=steps.append).fetch()
    assert max(step.done for step in steps) <= (0 if honest else 30_000)
    assert not list(tmp_path.iterdir())


def test_a_redirect_on_the_same_host_is_followed(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.put("/elsewhere", DATA)
    publisher.misbehave("arin", Misdeed(status=302, headers=(("Location", "/elsewhere"),)))
    assert fetched(download()) == DATA


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://example.com/file", "is not https"),
        ("ftp://127.0.0.1/file", "is not https"),
        ("https://example.com/file", "example.com is not among the hosts"),
    ],
)
def test_a_redirect_away_is_refused(
    publisher: Publisher, download: Callable[..., Download], target: str, says: str
) -> None:
    publisher.misbehave("arin", Misdeed(status=301, headers=(("Location", target),)))
    with pytest.raises(DownloadError, match=says):
        download().fetch()


def test_a_redirect_in_a_circle_ends(
    publisher: Publisher, download: Callable[..., Download]
) -> None:
    publisher.misbehave("arin", *[Misdeed(status=302, headers=(("Location", FILE),))] * 20)
    with pytest.raises(DownloadError, match="more than 5 times"):
        download().fetch()


def test_only_https_is_asked_but_for_this_machine() -> None:
    allowed = ("https://ftp.apnic.net/x", "http://127.0.0.1:80/x", "http://[::1]/x")
    assert [permitted(url) for url in allowed] == list(allowed)
    for url in ("http://ftp.apnic.net/x", "ftp://ftp.apnic.net/x", "file:///etc/passwd", "x"):
        with pytest.raises(DownloadError, match="is not https"):
            permitted(url)
    with pytest.raises(DownloadError, match="names no host"):
        permitted("https:///x")


def test_a_certificate_that_nobody_vouches_for_is_refused_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(_certificate())
    with Publisher(certificate=certificate) as publisher:
        publisher.publish("arin", DATA)
        with pytest.raises(DownloadError, match=r"certificate of 127.0.0.1 could not be"):
            Download(publisher.url + FILE, tmp_path, limits=LIMITS).fetch()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert fetched(Download(publisher.url + FILE, tmp_path, limits=LIMITS)) == DATA


def test_a_proxy_of_the_environment_is_asked(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", publisher.url)
    publisher.put("http://localhost:9/file", DATA)
    publisher.put("http://localhost:9/file.md5", hashlib.md5(DATA).hexdigest().encode())
    assert fetched(Download("http://localhost:9/file", tmp_path, limits=LIMITS)) == DATA


def test_no_password_of_the_user_is_sent(
    publisher: Publisher,
    download: Callable[..., Download],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert fetched(download()) == DATA
    assert not any("Authorization" in asked.headers for asked in publisher.asked)


def test_a_full_disk_is_named(
    download: Callable[..., Download], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("ipv6data.download._write_all", full)
    with pytest.raises(DownloadError, match=r"latest.part could not be written: No space left"):
        download().fetch()


def test_looking_fetches_nothing(
    publisher: Publisher, download: Callable[..., Download], tmp_path: Path
) -> None:
    seen = download().look()
    assert seen is not None
    assert seen.size == len(DATA)
    assert download().look(seen) is None
    assert {asked.method for asked in publisher.asked} == {"HEAD"}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "MD5 (delegated-ripencc-extended-latest) = {}",
        "MD5(delegated-ripencc-extended-latest)= {}\n",
        "{}  delegated-arin-extended-20261123\n",
        "{} *delegated-arin-extended-20261123\r\n",
        "\n{}\n",
        "# of the day\n{}  other\n{}  file\n",
    ],
)
def test_every_form_of_published_md5_is_read(text: str) -> None:
    digest = hashlib.md5(DATA).hexdigest()
    other = text.count("{}") == 2
    filled = text.format("f" * 32, digest.upper()) if other else text.format(digest.upper())
    assert published_md5(filled, "file") == digest


def test_weak_etags_do_not_join_parts() -> None:
    assert Version("u", 'W/"1"').range_validator == ""
    assert Version("u", 'W/"1"', "Mon").range_validator == "Mon"
    assert Version("u", '"1"', "Mon").range_validator == '"1"'
    assert Version("u", 'W/"1"').conditions == {"If-None-Match": 'W/"1"'}


def _certificate() -> bytes:
    """Return a key and a certificate for 127.0.0.1 that nobody else vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + made.public_bytes(serialization.Encoding.PEM)

"""tshark as the judge of bytes: what it marks, and what it reads. One run for many frames.

    from oracles import tshark

    assert tshark.marks(tshark.pcap(frame.data for frame in capture)) == []
    tshark.fields(pcap, ["icmpv6.type", "ipv6.src"])[0] == {"icmpv6.type": ["135"], ...}

Starting tshark takes most of a second: put all frames of a test file into one call.
"""

import os
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from oracles import program

# https://www.tcpdump.org/linktypes.html
ETHERNET = 1
RAW = 101
"""IPv6 packets without a link layer."""
IEEE802154 = 230
"""Without the frame check sequence."""

_SECONDS = 120
_BETWEEN_VALUES = "\x1f"  # of one field; no text has it
# Every checksum is verified; Wireshark leaves some to the network card by default.
_PREFERENCES = (
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
    "udplite.check_checksum:TRUE",
    "ip.check_checksum:TRUE",
)
_CHECKSUMS = ("icmpv6", "udp", "tcp", "icmp", "ip", "ospf", "sctp", "udplite", "mip6")
_BAD_CHECKSUM = "0"  # of PROTO_CHECKSUM_E_BAD in epan/proto.h

# Octets from an ICMPv6 message's first to the packet that it quotes: RFC 4443 section 3, and RFC
# 4861 section 4.5 with the head of the Redirected Header option.
_BEFORE_QUOTE = {1: 8, 2: 8, 3: 8, 4: 8, 137: 48}

# epan/proto.h: what an expert information is about, and how grave it is.
_GROUPS = {
    0x01: "checksum", 0x02: "sequence", 0x03: "response", 0x04: "request", 0x05: "undecoded",
    0x06: "reassemble", 0x07: "malformed", 0x08: "debug", 0x09: "protocol", 0x0A: "security",
    0x0B: "comments", 0x0C: "decryption", 0x0D: "assumption", 0x0E: "deprecated",
    0x0F: "receive", 0x10: "interface", 0x11: "dissector bug",
}  # fmt: skip
_SEVERITIES = {0x1: "comment", 0x2: "chat", 0x4: "note", 0x6: "warning", 0x8: "error"}
_GRAVE = ("note", "warning", "error")

# What Wireshark puts into the group "protocol" and is of the sequence kind: it is about what came
# before (a datagram was sent again, an answer did not come), not about these bytes.
_ABOUT_OTHER_FRAMES = (
    "DNS query retransmission",
    "DNS response retransmission",
    "DNS response missing",
)


@dataclass(frozen=True)
class Mark:
    """What tshark finds wrong with a frame."""

    frame: int
    """From 0, in the order of the capture."""
    group: str
    """"malformed", "checksum", "protocol", …: Wireshark's expert groups."""
    severity: str
    """"note", "warning" or "error"."""
    message: str


def pcap(frames: Iterable[bytes | tuple[float, bytes]], link: int = ETHERNET) -> bytes:
    """Return a pcap file of frames, with their times where they have some. The oracle's own writer.

    Args:
        frames: Bytes, or pairs of seconds and bytes.
        link: The link type's number: ETHERNET, RAW, IEEE802154.
    """
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, link)]
    for number, frame in enumerate(frames):
        time, data = (number / 1000, frame) if isinstance(frame, bytes) else frame
        whole, part = divmod(round(time * 1_000_000), 1_000_000)
        parts += [struct.pack("<IIII", whole, part, len(data), len(data)), data]
    return b"".join(parts)


def marks(pcap: bytes, *, preferences: Sequence[str] = ()) -> list[Mark]:
    """Return what tshark marks: malformed frames, wrong checksums, and expert information.

    Marks of the sequence kind (a RST, an answer that did not come, something sent again) are left
    out: they are about what other frames say. So is chat.

    Args:
        pcap: The bytes of a pcap or pcapng file.
        preferences: More of Wireshark's, as "ipv6.defragment:FALSE".
    """
    statuses = [f"{protocol}.checksum.status" for protocol in _known_checksums()]
    expert = ["_ws.expert.group", "_ws.expert.severity", "_ws.expert.message"]
    names = [*expert, "_ws.malformed", *statuses, "icmpv6.type", "ipv6.plen"]
    rows = fields(pcap, names, preferences=preferences)
    found: list[Mark] = []
    for number, row in enumerate(rows):
        marked = [
            Mark(number, _GROUPS.get(int(group) >> 24, group), _severity(severity), message)
            for group, severity, message in zip(*(row[name] for name in expert), strict=True)
        ]
        if _quotes_cut_tcp(row):
            marked = [mark for mark in marked if mark.group != "checksum"]
            row["tcp.checksum.status"] = []
        found += [mark for mark in marked if _counts(mark)]
        groups = {mark.group for mark in marked}
        if row["_ws.malformed"] and "malformed" not in groups:
            found.append(Mark(number, "malformed", "error", "".join(row["_ws.malformed"])))
        for name in statuses:
            if _BAD_CHECKSUM in row[name] and "checksum" not in groups:
                found.append(Mark(number, "checksum", "error", f"{name} is bad"))
    return found


def fields(
    pcap: bytes, names: Sequence[str], *, preferences: Sequence[str] = ()
) -> list[dict[str, list[str]]]:
    """Return what tshark reads: for each frame the values of each field, in order.

    Args:
        pcap: The bytes of a pcap or pcapng file.
        names: Wireshark's names of fields, as "icmpv6.type"; "_ws.col.Info" is the summary.
        preferences: More of Wireshark's, as "ipv6.defragment:FALSE".

    Raises:
        AssertionError: tshark does not know a field, or cannot read the file.
    """
    options = ["-E", "occurrence=a", "-E", f"aggregator={_BETWEEN_VALUES}", "-E", "separator=/t"]
    for name in names:
        options += ["-e", name]
    lines = _run(pcap, ["-T", "fields", *options], preferences).split("\n")[:-1]
    rows = []
    for line in lines:
        values = line.split("\t")
        assert len(values) == len(names), f"{len(values)} values for {len(names)} fields: {line!r}"
        rows.append(
            {
                name: value.split(_BETWEEN_VALUES) if value else []
                for name, value in zip(names, values, strict=True)
            }
        )
    return rows


def text(pcap: bytes, *, preferences: Sequence[str] = ()) -> str:
    """Return tshark's whole tree as text: for the message of a test that failed."""
    return _run(pcap, ["-V"], preferences)


def tree(pcap: bytes, *, preferences: Sequence[str] = ()) -> str:
    """Return tshark's whole tree as XML (PDML): each field with its place, octets and value."""
    return _run(pcap, ["-T", "pdml"], preferences)


@dataclass(frozen=True)
class End:
    """Where tshark stopped reading a frame."""

    octet: int
    """The one after the last field that it read; a payload that nobody looked into is no field."""
    field: str
    """That field's name."""
    malformed: str
    """The protocol that met the end too early, as "ICMPv6"; "" for none."""


# Octets that are given on to another protocol, or that tshark was to read when an exception came.
_NOT_READ = {
    "", "data", "data.data", "data.len", "eth.fcs", "eth.padding", "eth.trailer",
    "fake-field-wrapper", "icmpv6.opt.redirected_packet", "ripng.rte", "tcp.payload", "udp.payload",
    "vlan.trailer",
}  # fmt: skip
_MALFORMED = "[Malformed Packet: "


def ends(pcap: bytes, *, preferences: Sequence[str] = ()) -> list[End]:
    """Return where tshark stopped in each frame.

    Args:
        pcap: The bytes of a pcap or pcapng file.
        preferences: More of Wireshark's, as "ipv6.defragment:FALSE".
    """
    found = []
    for packet in ElementTree.fromstring(tree(pcap, preferences=preferences)):
        octet, name, malformed = 0, "", ""
        for field in _leaves(packet):
            last = int(field.get("pos", 0)) + int(field.get("size", 0))
            if last >= octet:
                octet, name = last, field.get("name", "")
        for proto in packet.iter("proto"):
            shown = proto.get("showname", "")
            if shown.startswith(_MALFORMED):
                malformed = shown.removeprefix(_MALFORMED).removesuffix("]")
        found.append(End(octet, name, malformed))
    return found


def _leaves(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Yield the fields that have octets and no fields within."""
    for below in tree:
        name = below.get("name", "")
        if name.startswith(("_ws.", "vssmonitoring")) or name in {"geninfo", "frame"}:
            continue
        if name not in _NOT_READ or len(below):
            inner = [one for one in below if not one.get("name", "").startswith("_ws.")]
            if inner:
                yield from _leaves(below)
            elif below.tag == "field" and name not in _NOT_READ and int(below.get("size", 0)):
                yield below


def _run(pcap: bytes, options: list[str], preferences: Sequence[str]) -> str:
    tshark = program("tshark")
    chosen = [word for one in (*_PREFERENCES, *preferences) for word in ("-o", one)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frames.pcap"
        file.write_bytes(pcap)
        # A folder of its own: what the user of this machine prefers does not count.
        environment = {**os.environ, "WIRESHARK_CONFIG_DIR": folder, "LC_ALL": "C.UTF-8"}
        ran = subprocess.run(
            [tshark, "-n", *chosen, "-r", str(file), *options],
            capture_output=True,
            timeout=_SECONDS,
            env=environment,
        )
    assert ran.returncode == 0, f"tshark: {ran.stderr.decode(errors='replace')}"
    return ran.stdout.decode("utf-8", errors="replace")


@cache
def _known_checksums() -> tuple[str, ...]:
    """Return which of the checksums this tshark has a status field for."""
    known = subprocess.run(
        [program("tshark"), "-G", "fields"], capture_output=True, text=True, timeout=_SECONDS
    ).stdout
    return tuple(name for name in _CHECKSUMS if f"\t{name}.checksum.status\t" in known)


def _severity(number: str) -> str:
    return _SEVERITIES.get(int(number) >> 20, number)


def _quotes_cut_tcp(row: dict[str, list[str]]) -> bool:
    """Return whether a frame is an ICMPv6 error, in itself right, that quotes a part of a segment.

    Wireshark 4.0 verifies the TCP checksum of what is there, as if it were whole, and marks it. It
    does not so with UDP.
    """
    if not row["icmpv6.type"] or len(row["ipv6.plen"]) < 2:
        return False
    overhead = _BEFORE_QUOTE.get(int(row["icmpv6.type"][0]))
    outer, quoted = (int(length) for length in row["ipv6.plen"][-2:])
    is_cut = overhead is not None and quoted + 40 > outer - overhead
    return is_cut and _BAD_CHECKSUM not in row["icmpv6.checksum.status"]


def _counts(mark: Mark) -> bool:
    return (
        mark.severity in _GRAVE
        and mark.group != "sequence"
        and not mark.message.startswith(_ABOUT_OTHER_FRAMES)
    )

"""Captures: files that tshark opens, filters, a line a frame, and little memory."""

import random
import struct
import subprocess
import tracemalloc

import pytest
from oracles import program, tshark

from ipv6course.network import Capture, Network, Router
from ipv6course.network.outline import outline
from ipv6course.network.wire import MalformedError

TOPOLOGY = """
seed: 3
nodes:
  h1: {kind: host}
  r1:
    kind: router
    interfaces:
      eth0: {addresses: ["2001:db8:1::1/64"]}
      eth1: {addresses: ["2001:db8:f::1/64"]}
    radvd: |
      interface eth0 { AdvSendAdvert on; prefix 2001:db8:1::/64 { }; };
    ripng: [eth1]
  r2:
    kind: router
    interfaces:
      eth0: {addresses: ["2001:db8:f::2/64"]}
      eth1: {addresses: ["2001:db8:2::1/64"]}
    ripng: [eth0]
  h2:
    kind: host
    interfaces:
      eth0: {addresses: ["2001:db8:2::10/64"]}
    routes: [default via 2001:db8:2::1]
links:
  - ends: [h1:eth0, r1:eth0]
  - {ends: [r1:eth1, r2:eth0], mtu: 1300}
  - ends: [r2:eth1, h2:eth0]
"""


@pytest.fixture(scope="module")
def capture():
    network = Network.from_yaml(TOPOLOGY)
    capture = network.capture()
    network.run(60)
    network["h1"].ping("2001:db8:2::10", size=1400)
    network["h1"].ping("2001:db8:3::1", count=1)
    network["h1"].ping("2001:db8:2::99", count=1, hop_limit=1)
    network["h1"].udp.open(50001).send(b"x", "2001:db8:2::10", 50002)
    network.run(10)
    return capture


def test_everything_sent_is_without_a_mark(capture):
    assert tshark.marks(capture.pcap()) == []


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_a_saved_file_gives_the_same_frames(capture, form, tmp_path):
    path = capture.save(tmp_path / f"x.{form}")
    loaded = Capture.load(path)
    assert [frame.data for frame in loaded] == [frame.data for frame in capture]
    assert [frame.time for frame in loaded] == pytest.approx([f.time for f in capture], abs=1e-6)
    assert loaded.pcap() == capture.pcap()
    if form == "pcapng":
        assert [frame.place for frame in loaded] == [frame.place for frame in capture]


def test_tshark_reads_times_and_interfaces(capture, tmp_path):
    path = capture.save(tmp_path / "x.pcapng")
    fields = ["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.interface_name"]
    command = [program("tshark"), "-r", path, *fields]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    expected = [f"{frame.time:.9f}\t{frame.place}" for frame in capture]
    assert lines == expected


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("magic", "ticks"), [(0xA1B2C3D4, 10**6), (0xA1B23C4D, 10**9)])
def test_both_octet_orders_and_resolutions_are_read(order, magic, ticks):
    content = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65535, 101)
    content += struct.pack(f"{order}IIII", 7, ticks // 4, 3, 1500) + b"abc"
    frame = Capture.from_bytes(content)[0]
    assert (frame.time, frame.data, frame.link_type) == (7.25, b"abc", 101)


def test_a_file_that_is_cut_off_gives_what_is_whole(capture):
    for content in (capture.pcap(), capture.pcapng()):
        loaded = Capture.from_bytes(content[:-1])
        assert len(loaded) == len(capture) - 1
        assert loaded.missed == 1


def test_hostile_files_raise_malformed_and_nothing_else(capture):
    chance = random.Random(7)
    for whole in (capture.pcap()[:3000], capture.pcapng()[:3000]):
        for _ in range(600):
            spoilt = bytearray(whole[: chance.randrange(len(whole))])
            for _ in range(chance.randrange(4)):
                if spoilt:
                    spoilt[chance.randrange(len(spoilt))] = chance.choice((0, 1, 127, 255))
            try:
                Capture.from_bytes(bytes(spoilt)).summary()
            except MalformedError as why:
                assert str(why)


# A learner's filter, and what tshark calls the same.
FILTERS = {
    "icmpv6": "icmpv6",
    "udp": "udp && !icmpv6",
    "nd": "icmpv6.type >= 133 && icmpv6.type <= 137",
    "ra or rs": "icmpv6.type == 134 || icmpv6.type == 133",
    "echo and not fragment": "icmpv6.type in {128..129} && !ipv6.fraghdr && !(icmpv6.type < 128)",
    "error": "icmpv6.type < 128",
    "type 2": "icmpv6.type == 2",
    "ripng": "ripng",
    "port 521": "udp.port == 521",
    "src port 50001": "udp.srcport == 50001 && !icmpv6",
    "fragment": "ipv6.fraghdr",
    "multicast": "ipv6.dst == ff00::/8",
    "dst net ff02::/16 and not mld": "ipv6.dst == ff02::/16 && !(icmpv6.type == 143)",
    "src host 2001:db8:2::10 and not error": "ipv6.src == 2001:db8:2::10 && !(icmpv6.type < 128)",
    "src net 2001:db8:1::/64 and not error": "ipv6.src == 2001:db8:1::/64 && !(icmpv6.type < 128)",
    "ether 33:33:00:00:00:01": "eth.addr == 33:33:00:00:00:01",
}


@pytest.mark.parametrize(
    "filters",
    [["icmpv6", "udp", "fragment", "src net 2001:db8:1::/64 and not error"],
     pytest.param(list(FILTERS), marks=pytest.mark.prove)],
    ids=["some", "all"],
)  # fmt: skip
def test_filters_take_what_tshark_takes(filters, capture, tmp_path):
    path = capture.save(tmp_path / "x.pcap")
    frames = list(capture)
    for ours in filters:
        theirs = FILTERS[ours]
        # Without reassembly: a later fragment is not yet an upper layer's packet.
        command = [program("tshark"), "-r", path, "-o", "ipv6.defragment:FALSE", "-Y", theirs]
        command += ["-T", "fields", "-e", "frame.number"]
        numbers = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        wanted = [frames[int(number) - 1].data for number in numbers.split()]
        assert [frame.data for frame in capture.filter(ours)] == wanted, ours
        assert wanted, ours


def test_a_filter_knows_who_sent_a_frame(capture):
    assert {frame.place for frame in capture.filter("from r1")} == {"r1:eth0", "r1:eth1"}
    assert {frame.place for frame in capture.filter("from r1:eth1")} == {"r1:eth1"}
    assert {frame.place for frame in capture.filter("node h1")} == {"h1:eth0", "r1:eth0"}


@pytest.mark.parametrize(
    ("text", "named"),
    [("hots 2001:db8::1", "hots"), ("host", "ends"), ("(nd", "')'"), ("nd nd", "nd"),
     ("host 2001:db8::1::2", "::"), ("port 99999", "99999"), ("not " * 60 + "nd", "50"),
     ("src nd", "host, net"), ("ether zz", "zz")],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(capture, text, named):
    with pytest.raises(ValueError, match=r".+") as why:
        capture.filter(text)
    assert named in str(why.value)


def test_a_line_a_frame_has_tsharks_columns(capture, tmp_path):
    path = capture.save(tmp_path / "x.pcap")
    columns = ["_ws.col.Source", "_ws.col.Destination", "_ws.col.Protocol", "_ws.col.Info"]
    command = [program("tshark"), "-r", path, "-T", "fields"]
    command += [word for column in columns for word in ("-e", column)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for frame, line in zip(capture, lines.splitlines(), strict=True):
        found = outline(frame.data)
        if found.is_later_fragment:
            continue  # tshark shows there what it has put together
        source, destination, protocol, info = line.split("\t")
        assert (found.source, found.destination) == (source, destination)
        assert found.protocol == protocol, line
        if protocol == "ICMPv6":
            # tshark goes on where it knows the answer's frame, and for reports.
            assert info.startswith(found.info.split(" (")[0]), line
        if protocol in ("ICMPv6", "RIPng") and "[" not in info and "Report" not in info:
            assert (
                info.split(" (no resp")[0].split(" (reply ")[0].split(" (request ")[0].strip()
                == found.info
            )


def test_an_outline_never_fails():
    chance = random.Random(5)
    for _ in range(3000):
        length = chance.randrange(120)
        data = bytes(12) + b"\x86\xdd\x60" + chance.randbytes(length)
        outline(data[: chance.randrange(len(data))])


def test_100_000_frames_take_little_more_than_their_octets():
    network = Network()
    link = network.connect(network.add(Router("r1")), network.add(Router("r2")))
    frame = bytes(118)
    tracemalloc.start()
    capture = Capture()
    for number in range(100_000):
        capture.note(number / 1000, frame, link.ends[0])
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(capture) == 100_000
    assert taken < 20_000_000  # 11,800,000 are the frames


def test_a_full_capture_says_what_it_missed(monkeypatch):
    monkeypatch.setattr("ipv6course.network.capture.MOST_FRAMES", 2)
    network = Network()
    link = network.connect(network.add(Router("r1")), network.add(Router("r2")))
    capture = Capture()
    for number in range(5):
        capture.note(number, bytes(20), link.ends[0])
    assert (len(capture), capture.missed) == (2, 3)
    assert "3 frames were missed" in capture.summary()

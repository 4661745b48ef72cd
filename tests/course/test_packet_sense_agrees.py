"""On cut and random bytes `explain` and tshark agree on whether sense ends; the rest is listed."""

import random
import re

import packet_samples
import pytest
from oracles import tshark

from ipv6course.packet import explain, verify

# Checksums are wrong in nearly all of them, and no matter here. Fragments are not put together.
PREFERENCES = (
    "ipv6.defragment:FALSE",
    "udp.check_checksum:FALSE",
    "tcp.check_checksum:FALSE",
)
MALFORMED = "malformed"
HEADER = bytes.fromhex("00005e00530200005e00530186dd")
NEXT_HEADERS = (0, 6, 17, 41, 43, 44, 50, 51, 58, 59, 60)

# Where they differ: what `explain` says ("" where it sees sense to the end), what tshark marks
# (likewise), and why it is right to differ.
REASONS = (
    ("", "Bad length value \\d+ > IP payload length",
     "UDP says that it has more octets than are there. What is there is explained, the field's "
     "meaning says how many lack, and verify calls it an error."),
    ("", "Unknown Data",
     "Octets after a quoted packet in a redirect: RFC 4861 section 4.6.3 has the option's length "
     "in units of 8, so there may be some."),
    ("", "Malformed Packet",
     "Of protocols that are not explained here (IPComp, RSVP, …), and of RFC 4884's extensions."),
    ("The option's length is", "",
     "tshark stops at a TCP option of a wrong length too, but marks it as a warning."),
    ("Data Offset is", "", "tshark stops there too, but marks it as an error of the protocol."),
    ("The option has \\d+ octets", "",
     "tshark shows what is left as DHCPv6's malformed option, with a warning."),
    ("A label of \\d+ octets", "", "tshark stops there too, with a mark of the protocol."),
    ("A name points forward", "", "tshark follows pointers both ways, RFC 1035 4.1.4 does not."),
    ("A name of more than 255", "", "tshark goes on; RFC 1035 section 2.3.4 does not."),
    ("The version is \\d+", "", "tshark shows a quote that is no IPv6 packet as data."),
    ("(Invoking|Source|Destination|Version|Next|Payload).* needs", "",
     "tshark shows a quote that is shorter than an IPv6 header as data."),
    ("CoAP of version|A token of|15 is reserved|A payload marker", "",
     "tshark marks CoAP's format errors as warnings."),
    (".* has \\d+ octets of data, but its header", "",
     "tshark stops there too, with a warning about the option's length."),
    ("Last Entry says|.* are no whole number", "",
     "tshark trusts Hdr Ext Len, and marks the segment routing header with a warning."),
    ("Payload Len is", "", "tshark takes a negative length as none."),
    ("DNS Search List Option needs", "", "tshark shows the names that are there."),
    ("Record Type needs", "", "tshark does not miss records that are not there at all."),
    ("msg-type needs", "", "tshark shows an empty relayed message as nothing."),
    ("(Window|CWR|Data Offset|Checksum|Urgent Pointer) needs", "",
     "tshark marks a TCP header that is cut as an error of TCP's."),
    ("(dmr|bind|ipv6)-?(ipv6-)?prefix needs", "",
     "tshark shows a prefix that is longer than its option as far as it goes."),
    ("", "Code must be 0|: malformed option",
     "Not about whether the octets can be read: of RPL's and DHCPv6's further rules."),
    ("", "Invalid Option Number|TPF: Invalid Length|Bad checksum coverage",
     "A protocol or an option that is named here, and not looked into."),
    ("A prefix length of", "", "tshark cuts the prefix at its 128 bits."),
    ("Total Length is|IHL is", "", "tshark stops there too, with an error of the protocol."),
)  # fmt: skip


def hostile(seed, count):
    """Return frames: half of them cut short, a quarter changed, a quarter of random octets."""
    chance = random.Random(seed)
    good = packet_samples.packets(seed=seed, of_each=5)
    frames = []
    for number in range(count):
        frame = bytearray(chance.choice(good))
        if number % 2:
            del frame[chance.randrange(14, len(frame)) :]
        elif number % 4:
            for _ in range(chance.randrange(1, 6)):
                frame[chance.randrange(14, len(frame))] = chance.randrange(256)
        else:
            size = chance.randrange(0, 64)
            first = bytes([0x60, 0, 0, 0, 0, size, chance.choice(NEXT_HEADERS), 64])
            frame = HEADER + first + chance.randbytes(32 + size)
        frames.append(bytes(frame))
    return frames


def their_reasons(row):
    """Return what tshark calls malformed in a frame, as one text; "" where nothing."""
    marks = zip(row["_ws.expert.group"], row["_ws.expert.message"], strict=True)
    found = [message for group, message in marks if int(group) >> 24 == 7]
    if row["_ws.malformed"] and not found:
        found = ["Malformed Packet"]
    return "; ".join(found)


def unexplained(frames):
    """Return the frames in which the two differ for no reason of the list, and how many differ."""
    names = ["_ws.malformed", "_ws.expert.group", "_ws.expert.message"]
    rows = tshark.fields(tshark.pcap(frames), names, preferences=PREFERENCES)
    differ, found = 0, []
    for frame, row in zip(frames, rows, strict=True):
        told = explain(frame)
        ended, theirs = told.why_sense_ended, their_reasons(row)
        if bool(ended) == bool(theirs):
            continue
        differ += 1
        if not any(
            bool(our) == bool(ended) and bool(their) == bool(theirs)
            and re.match(our, ended) and re.search(their, theirs)
            for our, their, _why in REASONS
        ):  # fmt: skip
            found.append((frame.hex(), ended, theirs))
        if "Bad length value" in theirs:
            assert any(finding.severity == "error" for finding in verify(told)), frame.hex()
    return differ, found


def check(seed, count):
    differ, found = unexplained(hostile(seed, count))

    assert found == []
    assert differ < count / 10


def test_sense_ends_where_tshark_says_so_or_for_a_listed_reason():
    check(seed=3, count=300)


@pytest.mark.prove
def test_sense_ends_where_tshark_says_so_in_2000_cut_and_random_frames():
    check(seed=4, count=2_000)

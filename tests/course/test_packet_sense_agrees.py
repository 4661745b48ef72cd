"""On cut and random bytes `explain` and tshark agree on where sense ends; the rest is listed.

The octet is compared by the last field that each read.
"""

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
    ("", "Code must be 0", "Of MPL, RFC 7731, whose messages are octets here."),
    ("Prefix needs", "", "tshark shows a PREF64 that is cut."),
    ("Length needs 1", "", "tshark shows a TCP option without a length as octets."),
    ("Domain Name needs", "", "tshark shows a name as far as its option goes."),
    ("", "Tunnel Encapsulation Limit: Invalid length", "verify says so."),
    ("", "Bad checksum coverage", "UDP-Lite is named here, and not looked into."),
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


# Where both stop, but at different octets: what `explain` says, the last field of tshark, and why.
OCTETS = (
    ("The version is", "ip.version",
     "tshark reads the version, and then no more; here the wrong version is what has no sense."),
    ("The option's length is", "tcp.|",
     "An option that is longer than TCP's header: tshark leaves the options and reads the data, "
     "or stops before them where the header is not whole."),
    (".* has \\d+ octets of data, but its header", "",
     "tshark takes the octets after the header for the option's, or goes on after the header."),
    ("\\d+ octets are no whole number", "ipv6.routing.rpl",
     "tshark reads as many addresses of a source route as there are."),
    ("CoAP of version|A token of|15 is reserved", "coap.", "tshark warns, and goes on."),
    ("PSID-len is|prefix4-len is|A prefix length of|The option has|A label of|.* needs", "dhcpv6.",
     "tshark marks the option, and goes on with the next, or with the one after what holds it."),
    ("A label of|.* needs", "dns.", "tshark goes on after the record, by the record's length."),
    ("Payload Len is", "", "tshark takes a negative length as none, and goes on."),
    ("Domain Name needs|An option of length 0", "icmpv6.opt", "tshark goes on after the option."),
    ("(NBMA Shortcut Limit|Option) ", "icmpv6.opt",
     "It is an option of ATM, or not assigned, and not explained here."),
    (".* Address needs 16 octets, and 0", "",
     "RFC 4884's Length ends the quote in its header; tshark reads on."),
    ("Prefix needs", "icmpv6.opt.pref64.prefix", "tshark shows a prefix that is cut."),
    ("Reserved2? needs", "icmpv6.opt.reserved", "tshark shows reserved octets that are cut."),
    ("DNS Search List Option needs", "icmpv6.opt.padding", "tshark shows padding that is cut."),
)  # fmt: skip


def their_reasons(row):
    """Return what tshark calls malformed in a frame, as one text; "" where nothing."""
    marks = zip(row["_ws.expert.group"], row["_ws.expert.message"], strict=True)
    found = [message for group, message in marks if int(group) >> 24 == 7]
    if row["_ws.malformed"] and not found:
        found = ["Malformed Packet"]
    return "; ".join(found)


def last_read(told):
    """Return the last field that `explain` read, and the header or option that it is in."""
    last, around = None, None
    for _, group in told.walk():
        for found in group.children:
            leaf = found.length and not found.children and found.name != "Rest"
            if leaf and (last is None or found.end >= last.end):
                last, around = found, group
    return last, around


# Marks of what is only octets here: other protocols, messages without their options.
OPAQUE = (
    "Malformed Packet|Advertised header length|Bogus ESIS length|Bogus IPv6 version|"
    "Invalid option length"
)


def same_octet(told, end):
    """Return whether tshark stopped where `explain` did.

    tshark reads the fields of a header or an option together, `explain` one by one: where octets
    lack, tshark's last field may be one of those before, but not outside of that header.
    """
    last, around = last_read(told)
    if last is None:
        return end.octet <= told.where_sense_ended
    return around.offset <= end.octet <= last.end


def not_looked_into(told, end):
    """Return whether tshark stopped in a field that is only octets here, or right after it."""
    if end.field.startswith(("icmpv6.opt.cga", "icmpv6.opt.aro")):
        return True  # tshark reads past the end of these, where they are too short
    if end.field == "icmpv6.checksum":  # of a type that is not assigned, and has no more
        return told["ICMPv6"].end == end.octet
    if end.octet == len(told.data):  # of a next header that has not one octet
        return told.layers[-1].end == end.octet
    ways = (told.at(end.octet), told.at(end.octet - 1))
    return any(isinstance(way[-1].value, bytes) for way in ways if way)


def unexplained(frames):
    """Return the frames in which the two differ for no reason of the lists, and how many differ."""
    names = ["_ws.malformed", "_ws.expert.group", "_ws.expert.message"]
    pcap = tshark.pcap(frames)
    rows = tshark.fields(pcap, names, preferences=PREFERENCES)
    ends = tshark.ends(pcap, preferences=PREFERENCES)
    differ, found = 0, []
    for frame, row, end in zip(frames, rows, ends, strict=True):
        told = explain(frame)
        ended, theirs = told.why_sense_ended, their_reasons(row)
        if ended and (theirs or end.octet) and not same_octet(told, end):
            differ += 1
            if not any(
                re.match(our, ended) and re.search(field, end.field) for our, field, _ in OCTETS
            ):
                found.append((frame.hex(), ended, told.where_sense_ended, end))
        if bool(ended) == bool(theirs):
            continue
        differ += 1
        if not any(
            bool(our) == bool(ended) and bool(their) == bool(theirs)
            and re.match(our, ended) and re.search(their, theirs)
            for our, their, _why in REASONS
        ) and not (re.search(OPAQUE, theirs) and not_looked_into(told, end)):  # fmt: skip
            found.append((frame.hex(), ended, theirs, end))
        if "Bad length value" in theirs:
            assert any(finding.severity == "error" for finding in verify(told)), frame.hex()
    return differ, found


def check(seed, count):
    differ, found = unexplained(hostile(seed, count))

    assert found == []
    assert differ < count / 7


def test_sense_ends_where_tshark_says_so_or_for_a_listed_reason():
    check(seed=3, count=300)


@pytest.mark.prove
@pytest.mark.parametrize("seed", [4, 31, 32, 33, 52])
def test_sense_ends_where_tshark_says_so_in_2000_cut_and_random_frames(seed):
    check(seed, count=2_000)

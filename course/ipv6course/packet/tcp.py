"""TCP, RFC 9293 section 3.1, with its options."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.protocols import NEXT_HEADERS, Packet, Step, data
from ipv6course.packet.registry import named, rfc_of

TCP = 6
RFC = "RFC 9293 section 3.1"
HEADER = Layout(
    RFC,
    Row("Source Port", 16, "@port"),
    Row("Destination Port", 16, "@port"),
    Row("Sequence Number", 32, N_("the number of the first octet of data")),
    Row("Acknowledgment Number", 32, N_("the next octet that is expected")),
    Row("Data Offset", 4, N_("the header has {value} rows of 32 bits")),
    Row("Reserved", 4),
    Row("CWR", 1, (N_("not set"), N_("the sender has reduced its rate")), "flag", "RFC 3168"),
    Row("ECE", 1, (N_("not set"), N_("congestion was met")), "flag", "RFC 3168"),
    Row("URG", 1, (N_("not set"), N_("the urgent pointer counts")), "flag"),
    Row("ACK", 1, (N_("not set"), N_("the acknowledgment number counts")), "flag"),
    Row("PSH", 1, (N_("not set"), N_("hand the data to the application")), "flag"),
    Row("RST", 1, (N_("not set"), N_("the connection is refused or broken off")), "flag"),
    Row("SYN", 1, (N_("not set"), N_("the connection begins")), "flag"),
    Row("FIN", 1, (N_("not set"), N_("the sender has no more data")), "flag"),
    Row("Window", 16, N_("so many octets are welcome: {value}, times the agreed scale")),
    Row("Checksum", 16),
    Row("Urgent Pointer", 16),
)
# What is in an option after its length, as rows.
OPTIONS = {
    2: Layout("RFC 9293 section 3.7.1", Row("Maximum Segment Size", 16, N_("{value} octets"))),
    3: Layout(
        "RFC 7323 section 2.2", Row("shift.cnt", 8, N_("the window counts 2 to the {value}"))
    ),
    5: Layout("RFC 2018 section 3", Row("Left Edge", 32), Row("Right Edge", 32)),
    8: Layout("RFC 7323 section 3.2", Row("TSval", 32), Row("TSecr", 32)),
    28: Layout("RFC 5482 section 3", Row("G", 1, None, "flag"), Row("User Timeout", 15)),
}


def tcp(reader: Reader, packet: Packet) -> Step | None:
    """Read a TCP header and its options; what follows is data."""
    says = packet.sum_is(reader, TCP, 16) if reader.left >= 20 else None
    with reader.group("TCP", RFC) as (inside, _):
        start = inside.at
        values = inside.read(HEADER, **({"Checksum": says} if says else {}))
        octets = 4 * values["Data Offset"]
        if octets < 20:
            raise inside.nonsense(
                N_("Data Offset is {rows} rows; the header has at least 5."), rows=octets // 4
            )
        with inside.until(start + octets, "Options"):
            while inside.left:
                if inside.data[inside.at] == 0:
                    inside.octets("End of Option List", 1, "RFC 9293 section 3.1", value=0)
                    if inside.left:
                        inside.octets("Padding", None, RFC)
                else:
                    _option(inside)
    return data


def _option(inside: Reader) -> None:
    number = inside.data[inside.at]
    rfc = rfc_of("tcp-option", number, "RFC 9293 section 3.1")
    if number == 1:
        inside.octets("No-Operation", 1, rfc, value=1)
        return
    entry = named("tcp-option", number)
    with inside.group(entry.name if entry else "Option", rfc) as (option, _):
        option.number("Kind", 1, rfc, registered("tcp-option", number))
        length = option.number("Length", 1, rfc)
        if length < 2 or length > inside.room:
            raise option.nonsense(
                N_("The option's length is {length}; {left} octets are left of the header."),
                at=option.at - 1, length=length, left=inside.room,
            )  # fmt: skip
        with option.until(option.at + length - 2, entry.name if entry else "Option"):
            layout = OPTIONS.get(number)
            while layout and option.room >= layout.octets:
                option.read(layout)
            if option.left:
                option.octets("Data", None, rfc)


NEXT_HEADERS[TCP] = tcp

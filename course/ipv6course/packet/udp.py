"""UDP, RFC 768; over IPv6 RFC 8200 section 8.1."""

from __future__ import annotations

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row
from ipv6course.packet.protocols import NEXT_HEADERS, UDP_PORTS, Packet, Step, data

UDP = 17
HEADER = Layout(
    "RFC 768",
    Row("Source Port", 16, "@port"),
    Row("Destination Port", 16, "@port"),
    Row("Length", 16, N_("{value} octets, this header included")),
    Row("Checksum", 16),
)


def udp(reader: Reader, packet: Packet) -> Step | None:
    """Read a UDP header; the ports say who reads on."""
    start, there = reader.at, reader.left
    length = int.from_bytes(reader.data[start + 4 : start + 6], "big") if there >= 6 else 8
    if 8 <= length <= there:
        reader.end = start + length
    elif length == 0 and there > 0xFFFF:
        length = there  # a jumbogram, RFC 2675 section 4
    says = packet.sum_is(reader, UDP, 6) if there >= 8 else None
    with reader.group("UDP", "RFC 768") as (inside, _):

        def checksum(value: int) -> Words:
            if value == 0:
                return Words(N_("none; over IPv6 only some tunnels may do so (RFC 6935)"))
            if length > there and packet.uncheckable is None:
                return Words(N_("not checked: the packet is not whole"))
            return says(value) if says else Words(N_("not checked"))

        def says_length(value: int) -> Words:
            if value > there and packet.ends_early is None:
                return Words(
                    N_("{value} octets, this header included, but only {there} are there"),
                    {"value": value, "there": there},
                )
            return Words(N_("{value} octets, this header included"), {"value": value})

        values = inside.read(HEADER, Length=says_length, Checksum=checksum)
        if length < 8:
            raise inside.nonsense(
                N_("The length is {length}; the header alone has 8 octets."), length=length
            )
    ports = values["Destination Port"], values["Source Port"]
    return next((UDP_PORTS[port] for port in ports if port in UDP_PORTS), data)


NEXT_HEADERS[UDP] = udp

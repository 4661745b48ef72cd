"""DNS messages, RFC 1035 section 4, with the records that an IPv6 network shows."""

from __future__ import annotations

from collections.abc import Callable

import netaddr

from ipv6course.address.text import N_
from ipv6course.packet.explanation import Words
from ipv6course.packet.layout import Layout, Reader, Row, registered
from ipv6course.packet.names import read_name
from ipv6course.packet.protocols import UDP_PORTS, Packet
from ipv6course.packet.registry import named, rfc_of

RFC = "RFC 1035 section 4.1.1"
HEADER = Layout(
    RFC,
    Row("ID", 16, N_("the answer has the same number")),
    Row("QR", 1, (N_("a query"), N_("a response")), "flag"),
    Row("Opcode", 4, N_("{value}; 0 is a standard query")),
    Row("AA", 1, (N_("not authoritative"), N_("from a server of the zone")), "flag"),
    Row("TC", 1, (N_("whole"), N_("cut short: ask again over TCP")), "flag"),
    Row("RD", 1, (N_("no recursion wanted"), N_("please ask others for me")), "flag"),
    Row("RA", 1, (N_("no recursion here"), N_("this server asks others")), "flag"),
    Row("Z", 1, rfc="RFC 6895 section 2"),
    Row("AD", 1, (N_("not validated"), N_("validated by DNSSEC")), "flag", "RFC 4035 section 3.2"),
    Row("CD", 1, (N_("validate"), N_("do not validate for me")), "flag", "RFC 4035 section 3.2"),
    Row("RCODE", 4, "@dns-rcode"),
    Row("QDCOUNT", 16, N_("{value} questions")),
    Row("ANCOUNT", 16, N_("{value} answers")),
    Row("NSCOUNT", 16, N_("{value} name servers")),
    Row("ARCOUNT", 16, N_("{value} additional records")),
)
_QUESTION = Layout(
    "RFC 1035 section 4.1.2",
    Row("QTYPE", 16, "@dns-type"),
    Row("QCLASS", 16, N_("{value}; 1 is the Internet")),
)
_RECORD = Layout(
    "RFC 1035 section 4.1.3",
    Row("TYPE", 16, "@dns-type"),
    Row("CLASS", 16, N_("{value}; 1 is the Internet")),
    Row("TTL", 32, N_("may be kept for {value} s")),
    Row("RDLENGTH", 16, N_("{value} octets")),
)
_OPT = Layout(
    "RFC 6891 section 6.1.2",
    Row("TYPE", 16, "@dns-type"),
    Row("UDP payload size", 16, N_("the sender takes answers of up to {value} octets")),
    Row("EXTENDED-RCODE", 8),
    Row("VERSION", 8, N_("EDNS version {value}")),
    Row("DO", 1, (N_("no DNSSEC records wanted"), N_("DNSSEC records wanted")), "flag"),
    Row("Z", 15),
    Row("RDLENGTH", 16, N_("{value} octets")),
)
OPT = 41


def dns(reader: Reader, packet: Packet) -> None:
    """Read a DNS message, as UDP carries it."""
    start = reader.at
    with reader.group("DNS", RFC) as (inside, _):
        got = inside.read(HEADER)
        for _ in range(got["QDCOUNT"]):
            with inside.group("Question", "RFC 1035 section 4.1.2") as (question, _found):
                read_name(question, "QNAME", "RFC 1035 section 4.1.2", start=start)
                question.read(_QUESTION)
        for count, name in (
            ("ANCOUNT", "Answer"), ("NSCOUNT", "Authority"), ("ARCOUNT", "Additional"),
        ):  # fmt: skip
            for _ in range(got[count]):
                _record(inside, name, start)
    if reader.left:
        reader.octets("Data", None, "", Words(N_("after the end of the DNS message")))


def _record(inside: Reader, section: str, start: int) -> None:
    rfc = "RFC 1035 section 4.1.3"
    with inside.group(section, rfc) as (record, found):
        read_name(record, "NAME", rfc, start=start)
        number = int.from_bytes(record.data[record.at : min(record.at + 2, record.end)], "big")
        got = record.read(_OPT if number == OPT else _RECORD)
        found.words = registered("dns-type", number)
        length = got["RDLENGTH"]
        if length > record.left:
            raise record.short(length, "RDATA")
        rfc = rfc_of("dns-type", number, rfc)
        with record.group("RDATA", rfc, end=record.at + length) as (data, _):
            RECORDS.get(number, _opaque)(data, rfc, start)


def _opaque(data: Reader, rfc: str, start: int) -> None:
    if data.left:
        data.octets("Data", None, rfc)


def _ipv4(data: Reader, rfc: str, start: int) -> None:
    if data.left < 4:
        raise data.short(4, "ADDRESS")
    number = int.from_bytes(data.data[data.at : data.at + 4], "big")
    data.octets("ADDRESS", 4, rfc, value=netaddr.IPAddress(number, 4))


def _ipv6(data: Reader, rfc: str, start: int) -> None:
    data.address("ADDRESS", rfc)


def _name(called: str) -> Callable[[Reader, str, int], None]:
    def read(data: Reader, rfc: str, start: int) -> None:
        read_name(data, called, rfc, start=start)

    return read


_SOA = Layout(
    "RFC 1035 section 3.3.13",
    Row("SERIAL", 32), Row("REFRESH", 32, N_("{value} s")), Row("RETRY", 32, N_("{value} s")),
    Row("EXPIRE", 32, N_("{value} s")), Row("MINIMUM", 32, N_("{value} s")),
)  # fmt: skip


def _soa(data: Reader, rfc: str, start: int) -> None:
    read_name(data, "MNAME", rfc, start=start)
    read_name(data, "RNAME", rfc, start=start)
    data.read(_SOA)


def _mx(data: Reader, rfc: str, start: int) -> None:
    data.number("PREFERENCE", 2, rfc)
    read_name(data, "EXCHANGE", rfc, start=start)


_SRV = Layout("RFC 2782", Row("Priority", 16), Row("Weight", 16), Row("Port", 16, "@port"))


def _srv(data: Reader, rfc: str, start: int) -> None:
    data.read(_SRV)
    read_name(data, "Target", rfc, start=start)


def _txt(data: Reader, rfc: str, start: int) -> None:
    while data.left:
        length = data.data[data.at]
        if length + 1 > data.left:
            raise data.short(length + 1, "TXT-DATA")
        text = data.data[data.at + 1 : data.at + 1 + length].decode("utf-8", "replace")
        data.octets("TXT-DATA", length + 1, rfc, value=text)


def _svcb(data: Reader, rfc: str, start: int) -> None:
    data.number("SvcPriority", 2, rfc)
    read_name(data, "TargetName", rfc, compressed=False)
    while data.left:
        with data.group("SvcParam", rfc) as (param, _):
            param.number("SvcParamKey", 2, rfc)
            param.octets("SvcParamValue", param.number("length", 2, rfc), rfc)


def _options(data: Reader, rfc: str, start: int) -> None:
    while data.left:
        with data.group("Option", "RFC 6891 section 6.1.2") as (option, found):
            code = option.number("OPTION-CODE", 2, rfc)
            entry = named("edns-option", code)
            found.words = registered("edns-option", code) if entry else Words("")
            option.octets("OPTION-DATA", option.number("OPTION-LENGTH", 2, rfc), rfc)


RECORDS: dict[int, Callable[[Reader, str, int], None]] = {
    1: _ipv4,
    2: _name("NSDNAME"),
    5: _name("CNAME"),
    6: _soa,
    12: _name("PTRDNAME"),
    15: _mx,
    16: _txt,
    28: _ipv6,
    33: _srv,
    39: _name("target"),
    OPT: _options,
    64: _svcb,
    65: _svcb,
}
UDP_PORTS.update({53: dns, 5353: dns})

"""DNS: a small server with authority for a zone, and the resolver of a host.

`answer` is the whole server, as a function: a zone and a query in, a response out. `DnsServer` puts
it on UDP and TCP port 53 of a node; `Resolver` asks, and asks again over TCP where UDP was too
small. What is not here: recursion, caches, delegations, DNSSEC, zone transfers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import netaddr

from ipv6course.address import given
from ipv6course.network import surface
from ipv6course.network.tcp import TcpError
from ipv6course.network.wire import MalformedError, ipv6
from ipv6course.network.wire import dns as wire
from ipv6course.network.wire.dns import (
    Code,
    Data,
    Edns,
    Message,
    Mx,
    Question,
    Record,
    Soa,
    Type,
    folded,
    labels_of,
    name_of,
    pull_dns,
    push_dns,
    same_name,
)

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node
    from ipv6course.network.selection import Place
    from ipv6course.network.tcp import Connection
    from ipv6course.network.timers import Timer
    from ipv6course.network.udp import Datagram, UdpSocket

QUERY = 0  # opcode, RFC 1035 section 4.1.1
_LONGEST_CHAIN = 8  # CNAMEs that are followed in one answer

# --- The zone -------------------------------------------------------------------------------------

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_SECONDS = {"S": 1, "M": 60, "H": 3600, "D": 86400, "W": 604800}


class Zone:
    """The records of a zone, RFC 1034 section 4.2."""

    def __init__(self, origin: str, records: tuple[Record, ...]) -> None:
        """Make a zone.

        Args:
            origin: Its name, such as "example.com".
            records: All of it; a SOA record is made where there is none.

        Raises:
            ValueError: A record is outside of it, or a CNAME stands beside other data.
        """
        self.origin = name_of(labels_of(origin))
        if not any(record.type == Type.SOA for record in records):
            soa = Soa("ns." + self.origin, "hostmaster." + self.origin, 1, 7200, 900, 1209600, 300)
            records = (Record(self.origin, Type.SOA, 3600, soa), *records)
        self.records = records
        self._by_name: dict[str, list[Record]] = {}
        for record in records:
            if not self.holds(record.name):
                raise ValueError(f"{record.name} is not in the zone {self.origin}")
            self._by_name.setdefault(folded(record.name), []).append(record)
        for name, found in self._by_name.items():
            if len(found) > 1 and any(record.type == Type.CNAME for record in found):
                raise ValueError(
                    f"{name} has a CNAME and other records; an alias has nothing else "
                    "(RFC 1034 section 3.6.2)"
                )
        # A name with something below it exists, even if it has no record: RFC 8020.
        self._names = set(self._by_name)
        for name in self._by_name:
            labels = labels_of(name)
            self._names |= {folded(name_of(labels[at:])) for at in range(1, len(labels))}

    @classmethod
    def parse(cls, text: str, origin: str) -> Zone:
        """Read a zone from a master file, RFC 1035 section 5.

        Args:
            text: Lines of "name [seconds] [IN] type data". A name without a dot at its end is in
                the zone; "@" is the zone itself; a line that begins with a space has the name of
                the line before. `$TTL` and `$ORIGIN` are understood, `;` begins a comment.
            origin: The zone's name.

        Raises:
            ValueError: A line makes no sense; it is named.
        """
        reader = _ZoneReader(name_of(labels_of(origin)))
        for number, line in enumerate(_joined(text), 1):
            try:
                reader.take(line)
            except (ValueError, IndexError) as wrong:
                reason = str(wrong) if isinstance(wrong, ValueError) else "something is missing"
                raise ValueError(
                    f"line {number} of the zone {origin}: {line.strip()}: {reason}"
                ) from wrong
        return cls(origin, tuple(reader.records))

    def holds(self, name: str) -> bool:
        """Return whether a name is in this zone, or would be."""
        labels, own = labels_of(folded(name)), labels_of(folded(self.origin))
        return labels[len(labels) - len(own) :] == own if len(own) <= len(labels) else False

    def exists(self, name: str) -> bool:
        """Return whether there is the name, or something below it."""
        return folded(name) in self._names

    def find(self, name: str, kind: int) -> list[Record]:
        """Return the records of a name and a type; `Type.ANY`: of all types."""
        found = self._by_name.get(folded(name), [])
        return [record for record in found if kind in (record.type, Type.ANY)]

    @property
    def soa(self) -> Record:
        """The record that says how long "there is none" may be kept, RFC 2308 section 3."""
        found = self.find(self.origin, Type.SOA)[0]
        assert isinstance(found.data, Soa)
        return replace(found, ttl=min(found.ttl, found.data.minimum))


def _joined(text: str) -> list[str]:
    """Return the lines, without comments; what stands in parentheses is one line."""
    lines: list[str] = []
    depth = 0
    for line in text.splitlines():
        plain = re.sub(r'("(?:[^"\\]|\\.)*")|;.*', lambda found: found.group(1) or "", line)
        opened, closed = plain.count("("), plain.count(")")
        plain = plain.replace("(", " ").replace(")", " ")
        if depth:
            lines[-1] += " " + plain
            lines.append("")  # the numbers of lines stay right
            lines[-1], lines[-2] = lines[-2], ""
        else:
            lines.append(plain)
        depth += opened - closed
    return lines


class _ZoneReader:
    """Reads a master file, line by line."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.ttl = 3600
        self.name = origin
        self.records: list[Record] = []

    def take(self, line: str) -> None:
        words = [quoted or plain for quoted, plain in _TOKEN.findall(line)]
        if not words:
            return
        if words[0].upper() == "$TTL":
            self.ttl = _seconds(words[1])
            return
        if words[0].upper() == "$ORIGIN":
            self.origin = self._absolute(words[1])
            return
        if words[0].startswith("$"):
            raise ValueError(f"{words[0]} is not understood here; write its records out")
        if not line[0].isspace():
            self.name = self._absolute(words.pop(0))
        ttl = self.ttl
        while words and words[0].upper() not in Type.__members__:
            word = words.pop(0)
            if word.upper() != "IN":
                ttl = _seconds(word)
        kind = Type[words.pop(0).upper()]
        self.records.append(Record(self.name, kind, ttl, self._data(kind, words)))

    def _data(self, kind: Type, words: list[str]) -> Data:
        if kind is Type.AAAA:
            return bytes(given.address(words[0]).packed)
        if kind is Type.A:
            try:
                found = netaddr.IPAddress(words[0], 4, flags=netaddr.INET_PTON)
            except (netaddr.AddrFormatError, ValueError):
                raise ValueError(f"{words[0]} is not an IPv4 address") from None
            return bytes(found.packed)
        if kind in (Type.CNAME, Type.NS, Type.PTR):
            return self._absolute(words[0])
        if kind is Type.MX:
            return Mx(int(words[0]), self._absolute(words[1]))
        if kind is Type.TXT:
            return tuple(word.encode() for word in words)
        if kind is Type.SOA:
            times = [_seconds(word) for word in words[2:7]]
            if len(times) != 5:
                raise ValueError("a SOA record has two names and five numbers")
            return Soa(self._absolute(words[0]), self._absolute(words[1]), *times)
        raise ValueError(f"a record of type {kind.name} does not stand in a zone")

    def _absolute(self, name: str) -> str:
        if name == "@":
            return self.origin
        if name.endswith(".") and not name.endswith("\\."):
            return name_of(labels_of(name))
        below = "" if self.origin == "." else f".{self.origin}"
        return name_of(labels_of(f"{name}{below}"))


def _seconds(word: str) -> int:
    found = re.fullmatch(r"([0-9]+)([SMHDW]?)", word.upper())
    if found is None:
        raise ValueError(
            f"{word!r} is neither a number of seconds nor a type of record that is known here: "
            f"{', '.join(kind.name for kind in Type if kind not in (Type.OPT, Type.ANY))}"
        )
    return int(found[1]) * _SECONDS.get(found[2], 1)


# --- The server -----------------------------------------------------------------------------------


def answer(zone: Zone, query: Message) -> Message:
    """Answer a query with authority, RFC 1034 section 4.3.2.

    Args:
        zone: What is known.
        query: What is asked.
    """
    response = Message(
        id=query.id,
        questions=query.questions,
        is_response=True,
        opcode=query.opcode,
        recursion_desired=query.recursion_desired,
        edns=Edns() if query.edns is not None else None,
    )
    if query.opcode != QUERY:
        return replace(response, code=Code.NOTIMP)
    if query.edns is not None and query.edns.version > 0:
        return replace(response, code=Code.BADVERS)  # RFC 6891 section 6.1.3
    if len(query.questions) != 1:
        return replace(response, code=Code.FORMERR)  # RFC 9619
    question = query.questions[0]
    if question.class_ != wire.INTERNET or not zone.holds(question.name):
        return replace(response, code=Code.REFUSED)
    return _in_zone(zone, question, replace(response, is_authoritative=True))


def _in_zone(zone: Zone, question: Question, response: Message) -> Message:
    found: list[Record] = []
    name = question.name
    for _ in range(_LONGEST_CHAIN):
        records = zone.find(name, question.type)
        if records:
            found += records
            return replace(
                response, answers=tuple(found), additionals=tuple(_additional(zone, records))
            )
        alias = zone.find(name, Type.CNAME)
        if not alias:
            break
        found += alias
        assert isinstance(alias[0].data, str)
        name = alias[0].data
        if not zone.holds(name):  # the resolver must ask elsewhere
            return replace(response, answers=tuple(found))
    code = Code.NOERROR if zone.exists(name) else Code.NXDOMAIN
    # RFC 2308 section 2: NXDOMAIN, or no data of this type; the SOA says how long to believe it.
    return replace(response, answers=tuple(found), authorities=(zone.soa,), code=code)


def _additional(zone: Zone, records: list[Record]) -> list[Record]:
    """Return the addresses of the mail and name servers that are named, RFC 1035 section 3.3."""
    found = []
    for record in records:
        target = record.data.exchange if isinstance(record.data, Mx) else record.data
        if record.type in (Type.MX, Type.NS) and isinstance(target, str) and zone.holds(target):
            found += zone.find(target, Type.AAAA) + zone.find(target, Type.A)
    return found


class DnsServer:
    """A name server on port 53 of a node, over UDP and TCP."""

    def __init__(
        self, node: Node, *zones: Zone, answer: Callable[[Message], Message] | None = None
    ) -> None:
        """Open port 53.

        Args:
            node: Where it is.
            zones: What it knows; the longest zone that holds a name answers.
            answer: Answers in place of the zones: DNS64 does.

        Raises:
            ValueError: The port is open already.
        """
        self.node = node
        self.zones = sorted(zones, key=lambda zone: -len(labels_of(zone.origin)))
        self.queries: list[Message] = []
        """What was asked, oldest first."""
        self._answer = answer or self._from_zones
        self._socket: UdpSocket = node.udp.open(wire.PORT, self._receive)
        node.tcp.listen(wire.PORT, self._serve)

    def close(self) -> None:
        """Close port 53."""
        self._socket.close()
        self.node.tcp.close(wire.PORT)

    def respond(self, data: bytes, largest: int | None) -> bytes | None:
        """Answer the bytes of a query.

        Args:
            data: What came.
            largest: Octets that a response may have besides what EDNS allows; None: over TCP.

        Returns:
            The response; None where there is none to give.
        """
        try:
            query = pull_dns(data)
        except MalformedError:
            if len(data) < 12 or data[2] & 0x80:
                return None
            broken = Message(int.from_bytes(data[:2], "big"), is_response=True, code=Code.FORMERR)
            return push_dns(broken)
        if query.is_response:
            return None  # else two servers could answer each other for ever
        self.queries.append(query)
        response = self._answer(query)
        written = push_dns(response)
        if largest is None:
            return written
        if query.edns is not None:  # RFC 6891 section 6.2.3: less than 512 counts as 512
            largest = max(min(query.edns.size, wire.SAFE_SIZE), wire.CLASSIC_SIZE)
        return written if len(written) <= largest else push_dns(wire.truncated(response))

    def _from_zones(self, query: Message) -> Message:
        asked = query.questions[0].name if query.questions else "."
        zone = next((zone for zone in self.zones if zone.holds(asked)), None)
        if zone is None:
            refused = answer(_NOTHING, query)
            return refused if refused.code != Code.NXDOMAIN else replace(refused, code=Code.REFUSED)
        return answer(zone, query)

    def _receive(self, datagram: Datagram) -> None:
        response = self.respond(datagram.data, wire.CLASSIC_SIZE)
        if response is not None:
            self._socket.send(
                response,
                datagram.source,
                datagram.source_port,
                # RFC 2181 section 4.1: from the address that was asked.
                source=None if datagram.destination[0] == 0xFF else datagram.destination,
                interface=datagram.interface if datagram.source[0] == 0xFE else None,
            )

    def _serve(self, data: bytes) -> bytes | None:
        """Answer over TCP, where a length of two octets stands first, RFC 7766 section 8."""
        if len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            return None
        response = self.respond(data[2 : 2 + int.from_bytes(data[:2], "big")], None)
        return b"" if response is None else len(response).to_bytes(2, "big") + response


_NOTHING = Zone("invalid", ())  # RFC 6761 section 6.4: nobody has it


# --- The resolver ---------------------------------------------------------------------------------

TIMEOUT = 5.0  # seconds for an answer, as resolv.conf(5) has it
ATTEMPTS = 2


Server = tuple[bytes, "Interface | None"]
"""A name server's address, and for a link-local one its interface."""


class DnsError(OSError):
    """No name server gave an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name server said."""

    name: str
    """What was asked for."""
    type: int
    code: Code
    records: tuple[Record, ...] = ()
    """Those of the type that was asked for, after all aliases."""
    aliases: tuple[str, ...] = ()
    """The names that CNAME records lead to, in order."""
    server: netaddr.IPAddress | None = None
    over_tcp: bool = False
    message: Message | None = field(default=None, repr=False)
    """The whole response."""

    @property
    def status(self) -> str:
        """In a word: NOERROR, NXDOMAIN, or NODATA where the name has no such record."""
        if self.code is Code.NOERROR and not self.records:
            return "NODATA"
        return self.code.name

    @property
    def addresses(self) -> list[netaddr.IPAddress]:
        """The addresses in it, IPv6 or IPv4."""
        return [
            netaddr.IPAddress(
                int.from_bytes(record.data, "big"), 6 if len(record.data) == 16 else 4
            )
            for record in self.records
            if isinstance(record.data, bytes) and record.type in (Type.A, Type.AAAA)
        ]

    @property
    def names(self) -> list[str]:
        """The names in it: of PTR, NS and MX records."""
        found = [
            record.data.exchange if isinstance(record.data, Mx) else record.data
            for record in self.records
        ]
        return [name for name in found if isinstance(name, str)]


class Resolver:
    """The stub resolver of a host, RFC 1034 section 5.3.1: it asks a name server, and waits."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.servers: list[object] = []
        """Name servers by hand; those of router advertisements and DHCPv6 come after."""
        self.search: list[str] = []
        """Zones in which a name without a dot is looked for, by hand."""
        self.learned: list[Callable[[], list[Server]]] = []
        """Who else knows name servers: DHCPv6. (Router advertisements are asked anyway.)"""
        self.learned_search: list[Callable[[], list[str]]] = []
        """Who else knows zones to search."""

    def name_servers(self) -> list[Server]:
        """Return the name servers, in the order in which they are asked."""
        found = [surface.destination(self.node, server, None) for server in self.servers]
        for server in self.node.discovery.dns_servers:  # RFC 8106 section 5.3.1
            is_local = ipv6.is_link_local(server.address)
            found.append((server.address, server.interface if is_local else None))
        for source in self.learned:
            found += source()
        return list(dict.fromkeys(found))

    def search_list(self) -> list[str]:
        """Return the zones in which a name without a dot is looked for."""
        found = [*self.search, *(domain.name for domain in self.node.discovery.search_list)]
        for source in self.learned_search:
            found += source()
        return list(dict.fromkeys(found))

    def resolve(self, name: str, kind: str = "AAAA") -> Answer:
        """Ask for the records of a name, and wait for the answer.

        Args:
            name: Such as "www.example.com". One without a dot is looked for in the search list.
            kind: "AAAA", "A", "PTR", "MX", "NS", "TXT", "CNAME" or "SOA".

        Raises:
            ValueError: The name or the type is none.
            DnsError: There is no name server, or none answered.
        """
        if kind.upper() not in Type.__members__:
            known = ", ".join(one.name for one in Type if one not in (Type.OPT, Type.ANY))
            raise ValueError(
                f"{kind!r} is no type of record that is known here; there are: {known}"
            )
        found: Answer | None = None
        for full in self._names(name):
            found = self._ask(full, Type[kind.upper()])
            if found.status != "NXDOMAIN":
                break
        assert found is not None
        return found

    def reverse(self, address: object) -> Answer:
        """Ask for the name of an address, RFC 3596 section 2.5.

        Args:
            address: IPv6, as text or a netaddr value.
        """
        found = netaddr.IPAddress(int.from_bytes(surface.packed(address), "big"), 6)
        return self._ask(str(found.reverse_dns).rstrip("."), Type.PTR)

    def addresses(self, name: str) -> list[Place]:
        """Ask for AAAA and A, and put the addresses into the order of RFC 6724 section 6."""
        both = [self.resolve(name, kind) for kind in ("AAAA", "A")]
        found = [address for answer in both for address in answer.addresses]
        return self.node.sources.order(
            [address if address.version == 6 else address.ipv6() for address in found]
        )

    def _names(self, name: str) -> list[str]:
        is_absolute = name.endswith(".")
        plain = name_of(labels_of(name))
        if is_absolute or "." in plain:
            return [plain]
        return [*(f"{plain}.{zone}" for zone in self.search_list()), plain]

    def _ask(self, name: str, kind: Type) -> Answer:
        world = self.node.world
        assert world is not None, f"{self.node.name} is in no network; network.add(…) puts it there"
        servers = self.name_servers()
        if not servers:
            raise DnsError(
                f"{self.node.name} knows no name server; give one with "
                "host.resolver.servers.append(…), or let a router advertise one (RFC 8106)"
            )
        lookup = Lookup(self.node, Question(name, kind), servers)
        with self.node.asked():
            lookup.begin()
        world.run_until(lambda: lookup.is_done, ATTEMPTS * len(servers) * 3 * TIMEOUT)
        lookup.stop()
        if lookup.answer is None:
            raise DnsError(
                f"no answer for {name}: "
                + "; ".join(lookup.failures or ["the name servers do not answer"])
            )
        return lookup.answer


class Lookup:
    """One question on its way: to each server in turn, over UDP and where needed over TCP."""

    def __init__(
        self,
        node: Node,
        question: Question,
        servers: list[Server],
        on_done: Callable[[Lookup], None] | None = None,
    ) -> None:
        self.node = node
        self.question = question
        self.answer: Answer | None = None
        self.failures: list[str] = []
        self.is_done = False
        self.on_done = on_done
        self._turns = servers * ATTEMPTS
        self._socket: UdpSocket | None = None
        self._connection: Connection | None = None
        self._timer: Timer | None = None
        self._server = b""
        self._interface: Interface | None = None
        self._query = Message(0)

    def begin(self) -> None:
        """Ask the next server."""
        self.stop()
        if not self._turns:
            self._finish(None)
            return
        self._server, self._interface = self._turns.pop(0)
        # RFC 5452 section 9: number and port are a guess for who would forge the answer.
        self._query = Message(
            self.node.random.getrandbits(16), (self.question,), recursion_desired=True, edns=Edns()
        )
        self._socket = self.node.udp.open(receive=self._receive)
        self._socket.on_problem = lambda problem: self._fail("the port is closed there")
        self._timer = self.node.timers.at(
            self.node.now + TIMEOUT, lambda: self._fail(f"no answer in {TIMEOUT:g} s")
        )
        if not self._socket.send(
            push_dns(self._query), self._server, wire.PORT, interface=self._interface
        ):
            self._fail("there is no way there")

    def stop(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            self._socket.close()
        if self._connection is not None and not self._connection.is_over:
            self._connection.on_end = None
            self._connection.abort()
        self._timer = self._socket = self._connection = None

    def _fail(self, why: str) -> None:
        server = netaddr.IPAddress(int.from_bytes(self._server, "big"), 6)
        self.failures.append(f"{server}: {why}")
        self.begin()

    def _receive(self, datagram: Datagram) -> None:
        if datagram.source != self._server or datagram.source_port != wire.PORT:
            return
        response = self._matching(datagram.data)
        if response is None:
            return
        if response.is_truncated:
            self._ask_over_tcp()
        else:
            self._take(response, over_tcp=False)

    def _matching(self, data: bytes) -> Message | None:
        """Read a response; None where it answers another question, RFC 5452 section 9.1."""
        try:
            response = pull_dns(data)
        except MalformedError:
            return None
        same = [
            same_name(one.name, self.question.name) and one.type == self.question.type
            for one in response.questions
        ]
        is_ours = response.is_response and response.id == self._query.id and same == [True]
        return response if is_ours else None

    def _ask_over_tcp(self) -> None:
        """Ask again over TCP, RFC 7766 section 5."""
        self.stop()
        self._timer = self.node.timers.at(
            self.node.now + TIMEOUT, lambda: self._fail(f"no answer over TCP in {TIMEOUT:g} s")
        )
        written = push_dns(self._query)
        try:
            self._connection = self.node.tcp.connect(
                self._server, wire.PORT, interface=self._interface
            )
            self._connection.send(len(written).to_bytes(2, "big") + written)
        except TcpError as wrong:
            self._fail(str(wrong))
            return
        self._connection.on_data = self._receive_over_tcp
        self._connection.on_end = lambda one: self._fail(one.error or "it closed without an answer")

    def _receive_over_tcp(self, connection: Connection) -> None:
        data = bytes(connection.received)
        if len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            if connection.peer_has_closed:
                self._fail("it closed without an answer")
            return
        response = self._matching(data[2 : 2 + int.from_bytes(data[:2], "big")])
        connection.on_end = connection.on_data = None
        connection.close()
        if response is None:
            self._fail("its answer makes no sense")
        else:
            self._take(response, over_tcp=True)

    def _take(self, response: Message, *, over_tcp: bool) -> None:
        if response.code not in (Code.NOERROR, Code.NXDOMAIN):
            known = response.code in list(Code)
            self._fail(Code(response.code).name if known else f"code {response.code}")
            return
        aliases, name = [], self.question.name
        for record in response.answers * 2:  # aliases may stand in any order
            is_next = record.type == Type.CNAME and same_name(record.name, name)
            if is_next and isinstance(record.data, str) and record.data not in aliases:
                name = record.data
                aliases.append(name)
        if self.question.type == Type.CNAME:
            aliases, name = [], self.question.name
        records = tuple(
            record
            for record in response.answers
            if record.type == self.question.type and same_name(record.name, name)
        )
        server = netaddr.IPAddress(int.from_bytes(self._server, "big"), 6)
        self._finish(
            Answer(
                self.question.name,
                self.question.type,
                Code(response.code),
                records,
                tuple(aliases),
                server,
                over_tcp,
                response,
            )
        )

    def _finish(self, found: Answer | None) -> None:
        connection, self._connection = self._connection, None
        del connection  # it closes by itself
        self.stop()
        self.answer = found
        self.is_done = True
        if self.on_done is not None:
            self.on_done(self)

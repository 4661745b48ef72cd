"""The DHCPv6 server, RFC 9915 section 18.3, configured as Kea is.

A message comes from a client, or from a relay agent with a client's message inside. The server
finds the client's subnet, and `_ANSWERS` says who makes the answer. The options of an answer are
in the order of their codes, as Kea's are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from ipv6course.network import kea
from ipv6course.network.dhcpv6 import bindings, duid
from ipv6course.network.dhcpv6.bindings import Binding, Bindings, Key, Kind
from ipv6course.network.dhcpv6.delegation import DelegatedRoutes
from ipv6course.network.kea import Configuration, Subnet
from ipv6course.network.wire import MalformedError, dhcpv6, ipv6
from ipv6course.network.wire.dhcpv6 import (
    ADVERTISE,
    CLIENT_PORT,
    CONFIRM,
    DECLINE,
    INFORMATION_REQUEST,
    REBIND,
    RELAY_FORWARD,
    RELAY_REPLY,
    RELEASE,
    RENEW,
    REPLY,
    REQUEST,
    SERVER_PORT,
    SOLICIT,
    IaAddress,
    IaNa,
    IaPd,
    IaPrefix,
    Message,
    Option,
    RelayMessage,
    StatusCode,
)

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node
    from ipv6course.network.udp import Datagram, UdpSocket

_MOST_RELAYS = 9  # a hop count of HOP_COUNT_LIMIT, 8, is the ninth, RFC 9915 section 19.1.2
_NONE_AVAILABLE: dict[Kind, StatusCode] = {
    IaNa: StatusCode(dhcpv6.NO_ADDRESSES_AVAILABLE, "No address is free in the client's subnet."),
    IaPd: StatusCode(dhcpv6.NO_PREFIX_AVAILABLE, "No prefix is free for the client's subnet."),
}
_NO_BINDING = StatusCode(dhcpv6.NO_BINDING, "This server gave the client no such thing.")
_NOT_ON_LINK = StatusCode(dhcpv6.NOT_ON_LINK, "An address is not of the client's link.")
_SUCCESS = StatusCode(dhcpv6.SUCCESS, "Done.")

# RFC 9915 sections 16.2 to 16.12: whether a message has a Server Identifier (this server's).
_NEEDS_SERVER = frozenset({REQUEST, RENEW, RELEASE, DECLINE})
_HAS_NO_SERVER = frozenset({SOLICIT, CONFIRM, REBIND})


@dataclass(frozen=True, slots=True)
class Query:
    """A client's message, and where the client is."""

    message: Message
    duid: bytes
    subnet: Subnet | None
    peer: bytes
    """The client's address: link-local."""
    interface: Interface | None
    """Where the client is a neighbor of this node; None: behind a relay agent."""


class Dhcpv6Server:
    """A server of one node."""

    def __init__(self, node: Node) -> None:
        """Make a server; `configure` begins its service."""
        self.node = node
        self.configuration = Configuration()
        self.bindings = Bindings(node)
        self.on_binding: list[Callable[[Binding, Interface | None, bool], None]] = []
        """Who is told of a binding, the client's interface, and whether it is given or ended."""
        self._socket: UdpSocket | None = None
        node.on_begin.append(self.begin)
        if node.is_router:
            self.on_binding.append(DelegatedRoutes(node).follow)

    @property
    def duid(self) -> bytes:
        """The server's DUID."""
        return self.configuration.duid or duid.of(self.node)

    def configure(self, text: str) -> Configuration:
        """Do from now on what a text says; what was given stays given.

        Args:
            text: What stands in kea-dhcp6.conf.

        Returns:
            What was understood; `not_honoured` names what this server does not do.

        Raises:
            ValueError: Kea would refuse the text, too, or names an interface that is not there.
        """
        configuration = kea.read(text)
        for name, _ in kea.listening(configuration):
            if name != "*":
                self.node.interface(name)
        self.close()
        self.configuration = configuration
        if configuration.interfaces:
            self.open()
        return configuration

    def kea(self) -> str:
        """Return the text for a real Kea, with this server's DUID: it is the same server."""
        if not self.node.interfaces:
            return kea.text(self.configuration)
        return kea.text(replace(self.configuration, duid=self.duid))

    def open(self) -> None:
        """Listen on the interfaces of the configuration.

        Raises:
            ValueError: There is no such interface, or the node has a server or relay agent.
        """
        interfaces = self._interfaces()
        self._socket = self.node.udp.open(SERVER_PORT, self._receive)
        for interface in interfaces:
            self.begin(interface)

    def begin(self, interface: Interface) -> None:
        """Listen on an interface that was switched on, if it is one of the configuration."""
        if self._socket is not None and interface in self._interfaces():  # RFC 9915 section 7.1
            self.node.join(interface, dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS)
            self.node.join(interface, dhcpv6.ALL_SERVERS)

    def close(self) -> None:
        """Listen no more. Bindings are kept."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            for interface in self._interfaces():
                self.node.leave(interface, dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS)
                self.node.leave(interface, dhcpv6.ALL_SERVERS)

    def _interfaces(self) -> list[Interface]:
        names = {name for name, _ in kea.listening(self.configuration)}
        if "*" in names:
            return list(self.node.interfaces.values())
        return [self.node.interface(name) for name in sorted(names)]

    # --- In and out -------------------------------------------------------------------------------

    def _receive(self, datagram: Datagram) -> None:
        if not self._listens(datagram):
            return
        try:
            message = dhcpv6.pull_message(datagram.data)
            if isinstance(message, RelayMessage):
                self._receive_relayed(message, datagram)
            elif ipv6.is_multicast(datagram.destination):  # section 16: no unicast from clients
                answer = self._from_neighbor(message, datagram)
                if answer is not None:
                    self._send(dhcpv6.push_message(answer), datagram, CLIENT_PORT)
        except MalformedError:
            return

    def _listens(self, datagram: Datagram) -> bool:
        to = datagram.destination
        for name, address in kea.listening(self.configuration):
            is_here = name in ("*", datagram.interface.name)
            if address == to or (is_here and (to[0] == 0xFF or ipv6.is_link_local(to))):
                return True
        return False

    def _send(self, data: bytes, datagram: Datagram, port: int) -> None:
        assert self._socket is not None
        is_local = ipv6.is_link_local(datagram.source)
        to = datagram.destination
        self._socket.send(
            data,
            datagram.source,
            port,
            source=None if to[0] == 0xFF else to,
            interface=datagram.interface if is_local else None,
        )

    def _from_neighbor(self, message: Message, datagram: Datagram) -> Message | None:
        if not ipv6.is_link_local(datagram.source):
            return None  # section 13.1: only so it is certain where the client is
        subnet = next(
            (
                subnet
                for subnet in self.configuration.subnets
                if subnet.interface == datagram.interface.name
            ),
            None,
        )
        return self.answer(message, subnet, datagram.source, datagram.interface)

    def _receive_relayed(self, message: RelayMessage, datagram: Datagram) -> None:
        """Take a client's message out of what relay agents put around it, section 19.3."""
        if message.type != RELAY_FORWARD:
            return  # section 16.14
        relays: list[RelayMessage] = []
        inner: Message | RelayMessage = message
        while isinstance(inner, RelayMessage):
            relays.append(inner)
            carried = inner.get(dhcpv6.RelayedMessage)
            if carried is None or len(relays) > _MOST_RELAYS:
                return
            inner = dhcpv6.pull_message(carried.data)
        answer = self.answer(inner, self._subnet_of(relays), relays[-1].peer_address, None)
        if answer is None:
            return
        data = dhcpv6.push_message(answer)
        for relay in reversed(relays):
            data = dhcpv6.push_message(_relay_reply(relay, data))
        self._send(data, datagram, SERVER_PORT)

    def _subnet_of(self, relays: list[RelayMessage]) -> Subnet | None:
        """Find the client's subnet; the relay agent closest to it knows best, section 13.1."""
        for relay in reversed(relays):
            name = relay.get(dhcpv6.InterfaceId)
            link = relay.link_address
            for subnet in self.configuration.subnets:
                if name is not None and subnet.interface_id == name.data:
                    return subnet
                if any(link) and (link in subnet.relays or subnet.contains(link)):
                    return subnet
        return None

    # --- Answers ----------------------------------------------------------------------------------

    def answer(
        self, message: Message, subnet: Subnet | None, peer: bytes, interface: Interface | None
    ) -> Message | None:
        """Return the answer to a client's message; None: it gets none.

        Args:
            message: What it sent.
            subnet: Where it is; None: nobody knows.
            peer: The address from which it sent it.
            interface: Where it is a neighbor; None: behind a relay agent.
        """
        answer = self._ANSWERS.get(message.type)
        if answer is None or not self._is_valid(message):
            return None
        client = message.get(dhcpv6.ClientIdentifier)
        query = Query(message, client.data if client else b"", subnet, peer, interface)
        made = answer(self, query)
        if made is None:
            return None
        kind, options = made
        options.append(dhcpv6.ServerIdentifier(self.duid))
        if client is not None:
            options.append(client)
        return Message(kind, message.transaction, tuple(sorted(options, key=dhcpv6.code_of)))

    def _is_valid(self, message: Message) -> bool:
        server = message.get(dhcpv6.ServerIdentifier)
        is_ours = server is not None and server.data == self.duid
        if message.type == INFORMATION_REQUEST:
            has_ia = message.get(IaNa) or message.get(IaPd) or message.get(dhcpv6.IaTa)
            return (server is None or is_ours) and not has_ia
        if message.get(dhcpv6.ClientIdentifier) is None:
            return False
        if message.type in _NEEDS_SERVER:
            return is_ours
        return server is None or message.type not in _HAS_NO_SERVER

    def _solicit(self, query: Query) -> tuple[int, list[Option]] | None:
        is_rapid = query.message.get(dhcpv6.RapidCommit) is not None
        if is_rapid and query.subnet is not None and query.subnet.rapid_commit:
            options = self._leases(query, commit=True)
            return REPLY, [*options, dhcpv6.RapidCommit(), *self._information(query)]
        return ADVERTISE, [*self._leases(query, commit=False), *self._information(query)]

    def _request(self, query: Query) -> tuple[int, list[Option]] | None:
        return REPLY, [*self._leases(query, commit=True), *self._information(query)]

    def _confirm(self, query: Query) -> tuple[int, list[Option]] | None:
        """Say whether addresses are of the client's link; no word where it can't be said."""
        addresses = [one.address for ia in query.message.all(IaNa) for one in ia.addresses]
        if query.subnet is None or not addresses:
            return None
        is_right = all(query.subnet.contains(address) for address in addresses)
        return REPLY, [_SUCCESS if is_right else _NOT_ON_LINK]

    def _extend(self, query: Query) -> tuple[int, list[Option]] | None:
        """Answer a Renew or a Rebind, sections 18.3.4 and 18.3.5."""
        found: list[tuple[IaNa | IaPd, list[Option]]] = []
        for ia in _associations(query.message):
            inside = self._extended(query, ia)
            if inside is not None:
                found.append((ia, inside))
        if not found:
            return None
        return REPLY, [*self._timed(query.subnet, found), *self._information(query)]

    def _extended(self, query: Query, ia: IaNa | IaPd) -> list[Option] | None:
        """Return what an association gets; None: another server may know more."""
        subnet, kind, asked = query.subnet, type(ia), _keys(ia)
        now = self.node.now
        known = {one.key: one for one in self.bindings.of(kind, query.duid, ia.iaid, now)}
        if subnet is None:
            return [_NO_BINDING] if query.message.type == RENEW else None
        wrong = [key for key in asked if not bindings.belongs(subnet, kind, key)]
        good = [key for key in known if bindings.belongs(subnet, kind, key)]
        if good:
            found = [self._commit(query, kind, ia.iaid, key) for key in good]
            ended = [_lease(kind, key, 0, 0) for key in asked if key not in good]
            return [*found, *ended]
        if wrong:
            return [_lease(kind, key, 0, 0) for key in wrong]
        may_create = query.message.type == RENEW and not asked
        if may_create or (query.message.type == REBIND and subnet.rapid_commit):
            return self._assigned(query, ia, commit=True)
        return [_NO_BINDING] if query.message.type == RENEW or known else None

    def _inform(self, query: Query) -> tuple[int, list[Option]] | None:
        return REPLY, self._information(query)

    def _release(self, query: Query) -> tuple[int, list[Option]] | None:
        return self._give_up(query, lambda binding: self.bindings.remove(binding))

    def _decline(self, query: Query) -> tuple[int, list[Option]] | None:
        until = self.node.now + self.configuration.decline_probation
        return self._give_up(query, lambda binding: self.bindings.decline(binding, until))

    def _give_up(
        self, query: Query, end: Callable[[Binding], None]
    ) -> tuple[int, list[Option]] | None:
        options: list[Option] = [_SUCCESS]
        for ia in _associations(query.message):
            mine = {
                one.key: one
                for one in self.bindings.of(type(ia), query.duid, ia.iaid, self.node.now)
            }
            if not mine:
                options.append(type(ia)(ia.iaid, options=(_NO_BINDING,)))
            for key in _keys(ia):
                if key in mine:
                    end(mine[key])
                    self._tell(mine[key], query.interface, False)
        return REPLY, options

    _ANSWERS: ClassVar[
        dict[int, Callable[[Dhcpv6Server, Query], tuple[int, list[Option]] | None]]
    ] = {
        SOLICIT: _solicit,
        REQUEST: _request,
        CONFIRM: _confirm,
        RENEW: _extend,
        REBIND: _extend,
        INFORMATION_REQUEST: _inform,
        RELEASE: _release,
        DECLINE: _decline,
    }

    # --- Leases -----------------------------------------------------------------------------------

    def _leases(self, query: Query, *, commit: bool) -> list[Option]:
        """Return the associations of an Advertise or of the Reply to a Request."""
        found = [
            (ia, self._assigned(query, ia, commit=commit)) for ia in _associations(query.message)
        ]
        return self._timed(query.subnet, found)

    def _assigned(self, query: Query, ia: IaNa | IaPd, *, commit: bool) -> list[Option]:
        subnet, kind = query.subnet, type(ia)
        if subnet is None:
            return [_NONE_AVAILABLE[kind]]
        if kind is IaNa and commit and any(not subnet.contains(key[0]) for key in _keys(ia)):
            return [_NOT_ON_LINK]  # section 18.3.2
        key = self.bindings.choose(subnet, kind, query.duid, ia.iaid, _hints(ia), self.node.now)
        if key is None:
            return [_NONE_AVAILABLE[kind]]
        if commit:
            return [self._commit(query, kind, ia.iaid, key)]
        times = subnet.times
        return [_lease(kind, key, min(times.preferred, times.valid), times.valid)]

    def _commit(self, query: Query, kind: Kind, iaid: int, key: Key) -> Option:
        subnet = query.subnet
        assert subnet is not None
        times = subnet.times
        seconds = math.inf if times.valid == dhcpv6.INFINITY else times.valid
        until = self.node.now + seconds
        binding = Binding(subnet, kind, query.duid, iaid, *key, until, query.peer)
        self.bindings.add(binding)
        self._tell(binding, query.interface, True)
        return _lease(kind, key, min(times.preferred, times.valid), times.valid)

    def _tell(self, binding: Binding, interface: Interface | None, is_given: bool) -> None:
        for listener in self.on_binding:
            listener(binding, interface, is_given)

    def _timed(
        self, subnet: Subnet | None, found: list[tuple[IaNa | IaPd, list[Option]]]
    ) -> list[Option]:
        """Return associations with one T1 and one T2 for all, section 18.1."""
        preferred = [
            option.preferred
            for _, inside in found
            for option in inside
            if isinstance(option, IaAddress | IaPrefix) and option.valid
        ]
        t1, t2 = _timers(subnet, min(preferred)) if subnet and preferred else (0, 0)
        return [
            type(ia)(ia.iaid, t1, t2, tuple(inside))
            if any(isinstance(option, IaAddress | IaPrefix) for option in inside)
            else type(ia)(ia.iaid, options=tuple(inside))
            for ia, inside in found
        ]

    # --- Information ------------------------------------------------------------------------------

    def _information(self, query: Query) -> list[Option]:
        """Return the options that the client asked for, and those that everybody gets."""
        request = query.message.get(dhcpv6.OptionRequest)
        asked = request.codes if request else ()
        configured = {
            dhcpv6.code_of(one.option): one
            for one in (
                *self.configuration.options,
                *(query.subnet.options if query.subnet else ()),
            )
        }
        return [one.option for code, one in configured.items() if one.always_send or code in asked]


def _timers(subnet: Subnet, preferred: int) -> tuple[int, int]:
    """Return T1 and T2 as Kea does: what does not come before the next is 0, for the client."""
    times = subnet.times
    shares = (times.t1, times.t2) if times.calculate else (0.0, 0.0)
    if preferred == dhcpv6.INFINITY and times.calculate and times.renew is times.rebind is None:
        return preferred, preferred  # RFC 9915 section 21.4: then they are infinite, too
    t1 = times.renew if times.renew is not None else round(shares[0] * preferred)
    t2 = times.rebind if times.rebind is not None else round(shares[1] * preferred)
    t2 = t2 if t2 < preferred else 0
    return (t1 if t1 < (t2 or preferred) else 0), t2


def _associations(message: Message) -> list[IaNa | IaPd]:
    # An IA_TA is ignored, RFC 9915 section 21.5.
    return [option for option in message.options if isinstance(option, IaNa | IaPd)]


def _hints(ia: IaNa | IaPd) -> list[Key]:
    """Return what a client would like; zeros with a length are only a length, section 18.2.4."""
    if isinstance(ia, IaNa):
        return [(one.address, 128) for one in ia.addresses]
    return [(one.prefix, one.length) for one in ia.prefixes]


def _keys(ia: IaNa | IaPd) -> list[Key]:
    """Return the addresses or prefixes that a client names."""
    return [key for key in _hints(ia) if any(key[0])]


def _lease(kind: Kind, key: Key, preferred: int, valid: int) -> Option:
    if kind is IaNa:
        return IaAddress(key[0], preferred, valid)
    return IaPrefix(key[0], key[1], preferred, valid)


def _relay_reply(relay: RelayMessage, data: bytes) -> RelayMessage:
    """Return what goes back to a relay agent, with its Interface-Id, section 18.3.10."""
    kept = [option for option in relay.options if isinstance(option, dhcpv6.InterfaceId)]
    return RelayMessage(
        RELAY_REPLY,
        relay.hop_count,
        relay.link_address,
        relay.peer_address,
        (*kept, dhcpv6.RelayedMessage(data)),
    )

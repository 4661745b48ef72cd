"""The DHCPv6 relay agent, RFC 9915 section 19: it carries messages between links and servers.

It keeps nothing of a message. Only the routes to delegated prefixes are its own: it reads the
Reply that passes, for nobody else tells a router where a prefix went (RFC 8987 section 4.2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ipv6course.address import given
from ipv6course.network.dhcpv6.delegation import DelegatedRoutes
from ipv6course.network.wire import MalformedError, dhcpv6, ipv6
from ipv6course.network.wire.dhcpv6 import (
    ADVERTISE,
    CLIENT_PORT,
    RECONFIGURE,
    RELAY_FORWARD,
    RELAY_REPLY,
    RELEASE,
    REPLY,
    SERVER_PORT,
    IaPd,
    Message,
    Option,
    RelayMessage,
)

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node
    from ipv6course.network.udp import Datagram, UdpSocket

_HOP_COUNT_LIMIT = 8  # RFC 9915 section 7.6
_HOP_LIMIT_TO_GROUP = 8  # of the IPv6 header, section 19
_FOR_CLIENTS = frozenset({ADVERTISE, REPLY, RECONFIGURE})  # sections 16.3, 16.10 and 16.11


class Dhcpv6Relay:
    """The relay agent of one node."""

    def __init__(
        self,
        node: Node,
        interfaces: list[str],
        servers: list[str] | None = None,
        upstream: list[str] | None = None,
        *,
        installs_routes: bool = True,
    ) -> None:
        """Make a relay agent; `open` begins its service.

        Args:
            node: Where it runs.
            interfaces: The names of those on which clients are.
            servers: The servers' addresses; none: the group of all servers, ff05::1:3.
            upstream: The names of the interfaces that lead to that group; none: all others.
            installs_routes: Whether it has a route to each prefix that it sees delegated.

        Raises:
            ValueError: There is no such interface, or an address is none.
        """
        self.node = node
        self.interfaces = [node.interface(name) for name in interfaces]
        self.servers = [given.address(server).packed for server in servers or ()]
        others = [one for one in node.interfaces.values() if one not in self.interfaces]
        self.upstream = [node.interface(name) for name in upstream] if upstream else others
        self.installs_routes = installs_routes
        self.routes = DelegatedRoutes(node)
        self._socket: UdpSocket | None = None
        node.on_begin.append(self.begin)

    def open(self) -> None:
        """Listen on the clients' links.

        Raises:
            ValueError: The node has a server, or a relay agent, already.
        """
        self._socket = self.node.udp.open(SERVER_PORT, self._receive)
        for interface in self.interfaces:
            self.begin(interface)

    def begin(self, interface: Interface) -> None:
        """Listen on an interface that was switched on, if clients are there."""
        if self._socket is not None and interface in self.interfaces:
            self.node.join(interface, dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS)

    def close(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            for interface in self.interfaces:
                self.node.leave(interface, dhcpv6.ALL_RELAY_AGENTS_AND_SERVERS)

    def _receive(self, datagram: Datagram) -> None:
        kind = datagram.data[0] if datagram.data else 0
        try:
            if kind == RELAY_REPLY:
                self._back(datagram)
            elif kind == RELAY_FORWARD:
                self._forward_again(datagram)
            elif kind not in _FOR_CLIENTS and datagram.interface in self.interfaces:
                self._forward(datagram)
        except MalformedError:
            return

    # --- Towards the servers ----------------------------------------------------------------------

    def _forward(self, datagram: Datagram) -> None:
        """Relay what a client sent, section 19.1.1; what it is does not matter."""
        if not ipv6.is_multicast(datagram.destination):
            return  # section 16: no unicast from clients
        interface = datagram.interface
        options: list[Option] = [
            dhcpv6.InterfaceId(interface.name.encode()),
            dhcpv6.RelayedMessage(datagram.data),
        ]
        mac = self._mac_of(interface, datagram.source)
        if mac is not None:
            options.append(dhcpv6.ClientLinkLayerAddress(mac))
        self._forget_released(datagram)
        link = self._global(interface) or interface.link_local or bytes(16)
        self._to_servers(RelayMessage(RELAY_FORWARD, 0, link, datagram.source, tuple(options)))

    def _forward_again(self, datagram: Datagram) -> None:
        """Relay what another relay agent sent, section 19.1.2."""
        message = dhcpv6.pull_message(datagram.data)
        assert isinstance(message, RelayMessage)
        if message.hop_count >= _HOP_COUNT_LIMIT:
            return
        link = bytes(16)
        if ipv6.is_link_local(datagram.source):
            link = self._global(datagram.interface) or bytes(16)
        options: tuple[Option, ...] = (
            dhcpv6.InterfaceId(datagram.interface.name.encode()),
            dhcpv6.RelayedMessage(datagram.data),
        )
        self._to_servers(
            RelayMessage(RELAY_FORWARD, message.hop_count + 1, link, datagram.source, options)
        )

    def _to_servers(self, message: RelayMessage) -> None:
        assert self._socket is not None
        data = dhcpv6.push_message(message)
        for server in self.servers:
            self._socket.send(data, server, SERVER_PORT)
        if not self.servers:
            for interface in self.upstream:
                self._socket.send(
                    data,
                    dhcpv6.ALL_SERVERS,
                    SERVER_PORT,
                    source=self._global(interface),
                    interface=interface,
                    hop_limit=_HOP_LIMIT_TO_GROUP,
                )

    def _global(self, interface: Interface) -> bytes | None:
        """Return an address of an interface that is not link-local; None: it has none."""
        for address in interface.addresses.values():
            if address.is_assigned and not ipv6.is_link_local(address.address):
                return address.address
        return None

    def _mac_of(self, interface: Interface, source: bytes) -> bytes | None:
        """Return a neighbor's MAC address, where it is known, for RFC 6939's option."""
        for neighbor in self.node.neighbors.entries():
            if neighbor.interface is interface and neighbor.address == source:
                return neighbor.mac
        return None

    # --- Back to the clients ----------------------------------------------------------------------

    def _back(self, datagram: Datagram) -> None:
        """Give a client, or another relay agent, what a server sent for it, section 19.2."""
        message = dhcpv6.pull_message(datagram.data)
        assert isinstance(message, RelayMessage)
        carried = message.get(dhcpv6.RelayedMessage)
        interface = self._link(message)
        if carried is None or (interface is None and ipv6.is_link_local(message.peer_address)):
            return
        is_relayed = carried.data[:1] == bytes((RELAY_REPLY,))
        assert self._socket is not None
        self._socket.send(
            carried.data,
            message.peer_address,
            SERVER_PORT if is_relayed else CLIENT_PORT,
            interface=interface if ipv6.is_link_local(message.peer_address) else None,
        )
        if self.installs_routes and not is_relayed and interface is not None:
            self._learn(carried.data, interface, message.peer_address)

    def _link(self, message: RelayMessage) -> Interface | None:
        name = message.get(dhcpv6.InterfaceId)
        for interface in self.node.interfaces.values():
            if name is not None and interface.name.encode() == name.data:
                return interface
            if name is None and message.link_address in interface.addresses:
                return interface
        return None

    # --- Routes to delegated prefixes -------------------------------------------------------------

    def _learn(self, data: bytes, interface: Interface, peer: bytes) -> None:
        message = _readable(data)
        if message is None or message.type != REPLY:
            return
        for prefix in [one for ia in message.all(IaPd) for one in ia.prefixes]:
            seconds = math.inf if prefix.valid == dhcpv6.INFINITY else prefix.valid
            self.routes.add(prefix.prefix, prefix.length, interface, peer, self.node.now + seconds)

    def _forget_released(self, datagram: Datagram) -> None:
        message = _readable(datagram.data)
        if message is None or message.type != RELEASE:
            return
        for prefix in [one for ia in message.all(IaPd) for one in ia.prefixes]:
            self.routes.remove(prefix.prefix, prefix.length, datagram.source)


def _readable(data: bytes) -> Message | None:
    """Return a client's message; None where it makes no sense, which is the server's concern."""
    try:
        message = dhcpv6.pull_message(data)
    except MalformedError:
        return None
    return message if isinstance(message, Message) else None

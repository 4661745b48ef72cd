"""A node: a device that speaks IPv6. What hosts and routers share.

The way in: `handle_frame` → `receive_ipv6` → `deliver` → the handler of the next header. The way
out: `send` → the route → `Neighbors.send` → `transmit`. Protocols stand beside, each in a file of
its own; they are made in `__init__`, and register in the tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipv6course.network import anycast
from ipv6course.network.configuration import Configuration
from ipv6course.network.device import Device
from ipv6course.network.dhcpv6.client import Dhcpv6Client
from ipv6course.network.dhcpv6.relay import Dhcpv6Relay
from ipv6course.network.dhcpv6.server import Dhcpv6Server
from ipv6course.network.discovery import Discovery
from ipv6course.network.extension_headers import ExtensionHeaders
from ipv6course.network.fragments import Fragments, split
from ipv6course.network.icmp import Icmp
from ipv6course.network.interface import Interface, InterfaceAddress, State
from ipv6course.network.mld import EVERYBODY, NOBODY, Mld
from ipv6course.network.neighbors import Neighbors
from ipv6course.network.path_mtu import PathMtus
from ipv6course.network.routes import Route, RouteTable
from ipv6course.network.sources import Sources
from ipv6course.network.tcp import Tcp
from ipv6course.network.udp import Udp
from ipv6course.network.wire import ethernet, icmpv6, ipv6

if TYPE_CHECKING:
    from ipv6course.network.dhcpv6.delegation import AssignedSubnet
    from ipv6course.network.ping import PingResult
    from ipv6course.network.traceroute import TracerouteResult

LINK_LOCAL_LENGTH = 64  # RFC 4291 section 2.5.6

Hook = Callable[[bytes, "Interface | None", "Interface | None"], bool]
"""Takes a packet, where it came in and where it goes out; returns whether it may pass."""


@dataclass(slots=True, eq=False)
class Packet:
    """A packet that came in."""

    data: bytes
    """The whole packet, from the IPv6 header on; what Ethernet padded is cut off."""
    interface: Interface
    source_mac: bytes
    source: bytes
    destination: bytes
    hop_limit: int
    next_header: int
    """Of what stands at `offset`."""
    offset: int = ipv6.HEADER
    """Where the next header begins in `data`; it moves as extension headers are processed."""
    next_header_at: int = 6
    """Where in `data` the number `next_header` was read; Parameter Problem points to it."""
    was_fragmented: bool = False
    """Whether it came with a Fragment header; Neighbor Discovery ignores such, RFC 6980."""

    @property
    def payload(self) -> bytes:
        """What stands at `offset` and after."""
        return self.data[self.offset :]

    @property
    def is_to_group(self) -> bool:
        """Whether it was sent to a multicast address."""
        return self.destination[0] == 0xFF


class Node(Device):
    """What hosts and routers share."""

    is_router = False

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.routes = RouteTable()
        self.ether_types: dict[bytes, Callable[[Interface, bytes], None]] = {
            ethernet.IPV6: self.receive_ipv6
        }
        """Who takes a frame, by its EtherType."""
        self.next_headers: dict[int, Callable[[Packet], None]] = {}
        """Who takes a packet for this node, by the number of the next header."""
        self.icmp_types: dict[int, Callable[[Packet], None]] = {}
        """Who takes an ICMPv6 message, by its type; its checksum has been verified."""
        self.watchers: list[Callable[[Packet], None]] = []
        """Who sees each packet for this node, before it is processed."""
        self.hooks: dict[str, list[Hook]] = {
            "prerouting": [],
            "input": [],
            "forward": [],
            "output": [],
        }
        """Filters, as netfilter names the places; the first that says False drops the packet."""
        self.texts: dict[str, str] = {}
        """What its programs are configured with: "radvd", "kea", "nftables"."""
        self.asks_dhcpv6: dict[str, dict[str, bool | int | list[str]]] = {}
        """At which interfaces a topology lets it ask a DHCPv6 server, and for what."""
        self._owners: dict[bytes, Interface] = {}
        self._anycast: set[bytes] = set()
        self.on_begin: list[Callable[[Interface], None]] = []
        """Who is told that an interface was switched on, and may be used again."""
        self.is_started = False
        """Whether it was switched on."""
        self.neighbors = Neighbors(self)
        self.configuration = Configuration(self)
        self.discovery = Discovery(self)
        self.icmp = Icmp(self)
        self.path_mtu = PathMtus(self)
        self.fragments = Fragments(self)
        self.extension_headers = ExtensionHeaders(self)
        self.sources = Sources(self)
        self.udp = Udp(self)
        self.tcp = Tcp(self)
        self.dhcpv6 = Dhcpv6Client(self)
        self.dhcpv6_server = Dhcpv6Server(self)
        """It serves nobody until Kea's text configures it."""
        self.dhcpv6_relay: Dhcpv6Relay | None = None
        self.mld = Mld(self)

    # --- In ---------------------------------------------------------------------------------------

    def handle_frame(self, interface: Interface, frame: bytes, now: float) -> None:
        """Take a frame: one for this node's MAC address, or for a group that it listens to."""
        self.now = now
        destination = frame[:6]
        if (
            destination == interface.mac
            or destination in interface.group_macs
            or interface.promiscuous
        ):
            handler = self.ether_types.get(frame[12:14])
            if handler is not None:
                handler(interface, frame)

    def receive_ipv6(self, interface: Interface, frame: bytes) -> None:
        """Take an IPv6 packet: for this node, to be forwarded, or to be dropped."""
        data = frame[ethernet.HEADER :]
        if len(data) < ipv6.HEADER or data[0] >> 4 != 6:
            return
        length = ipv6.HEADER + (data[4] << 8 | data[5])
        if len(data) != length:
            if len(data) < length:
                return  # cut off on the way: there is nothing to answer to
            data = data[:length]
        source, destination = data[8:24], data[24:40]
        if (
            source[0] == 0xFF  # a group is no sender, RFC 4291 section 2.7
            or interface.settings.disable_ipv6
            or interface.mtu < ipv6.MINIMUM_MTU
        ):
            return
        if destination[0] == 0xFF:
            is_ours = destination in interface.groups
        else:
            is_ours = self.is_mine(destination, interface) or (
                destination in self._anycast and self.is_anycast(destination, interface)
            )
            if not is_ours:
                self.forward(data, interface, frame)
        if is_ours:
            self.deliver(
                Packet(data, interface, frame[6:12], source, destination, data[7], data[6])
            )

    def is_mine(self, destination: bytes, interface: Interface) -> bool:
        """Return whether a unicast address is this node's.

        An address of any interface will do, as on Linux (RFC 1122's weak host model); a link-local
        one only on its own link.
        """
        if destination in self._owners:
            return True
        here = interface.addresses.get(destination)
        return here is not None and here.is_assigned

    def subnet_changed(self, subnet: AssignedSubnet) -> None:
        """Hear of a subnet of a delegated prefix: that it is there, or that it has ended."""

    def is_anycast(self, destination: bytes, interface: Interface) -> bool:
        """Return whether an address is one that this node shares with others.

        A link-local one counts on its own link only.
        """
        return destination in self._anycast and (
            not ipv6.is_link_local(destination) or destination in interface.anycast
        )

    def deliver(self, packet: Packet) -> None:
        """Give a packet for this node to whoever takes its next header."""
        for hook in self.hooks["input"]:
            if not hook(packet.data, packet.interface, None):
                return
        for watcher in self.watchers:
            watcher(packet)
        if packet.next_header in self.extension_headers:
            whole = self.extension_headers.process(packet)
            if whole is None:
                return
            packet = whole
        handler = self.next_headers.get(packet.next_header)
        if handler is not None:
            handler(packet)
        elif packet.next_header != ipv6.NO_NEXT_HEADER:  # RFC 8200 section 4.7: ignored
            self.icmp.error(  # section 4
                packet.data,
                packet.interface,
                icmpv6.PARAMETER_PROBLEM,
                icmpv6.UNKNOWN_NEXT_HEADER,
                packet.next_header_at,
            )

    def forward(self, data: bytes, interface: Interface, frame: bytes) -> None:
        """Take a packet for somebody else. A host drops it silently, RFC 8504 section 5.2."""

    # --- Out --------------------------------------------------------------------------------------

    def send(
        self, data: bytes, *, interface: Interface | None = None, next_hop: bytes | None = None
    ) -> bool:
        """Send a packet of this node's own.

        Args:
            data: The whole packet; its source and its checksums are filled in.
            interface: Where it leaves. Needed for link-local destinations and groups where the
                node has several interfaces; else the route says it.
            next_hop: The neighbor that gets it; else the route says it.

        Returns:
            Whether there was a way for it.
        """
        for hook in self.hooks["output"]:
            if not hook(data, None, interface):
                return False
        destination = data[24:40]
        if destination[0] == 0xFF:
            return self._send_to_group(data, interface)
        here = interface or self._first_interface()
        if (
            destination == ipv6.LOOPBACK
            or self.is_mine(destination, here)
            or self.is_anycast(destination, here)
        ):
            self.timers.at(self.now, lambda: self._loop_back(data, interface))
            return True
        if next_hop is None and ipv6.is_link_local(destination):
            next_hop = destination
            interface = interface or self._first_interface()
        if next_hop is None or interface is None:
            route = self.route_to(destination, interface)
            if route is None or route.interface is None:
                return False
            interface = route.interface
            next_hop = route.next_hop or destination
        for piece in self._fitting(data, interface):
            self.neighbors.send(interface, next_hop, piece)
        return True

    def _fitting(self, data: bytes, interface: Interface) -> list[bytes]:
        """Return a packet whole, or its fragments where the path is too narrow for it."""
        if len(data) <= ipv6.MINIMUM_MTU:
            return [data]
        destination = data[24:40]
        mtu = self.path_mtu.to(destination, interface)
        if len(data) <= mtu:
            return [data]
        return split(data, mtu, self.fragments.identification(destination))

    def send_payload(
        self,
        next_header: int,
        payload: bytes,
        destination: bytes,
        *,
        checksum_at: int | None = None,
        source: bytes | None = None,
        interface: Interface | None = None,
        hop_limit: int | None = None,
        traffic_class: int = 0,
        flow_label: int = 0,
    ) -> bytes | None:
        """Make a packet of an upper layer's bytes, and send it.

        Args:
            next_header: What the payload is.
            payload: Header and data of the upper layer.
            destination: 16 octets.
            checksum_at: Where in the payload the checksum belongs; None: it has none.
            source: 16 octets; None: chosen by RFC 6724.
            interface: Where it leaves; None: the route says it.
            hop_limit: None: the interface's own.
            traffic_class: 8 bits.
            flow_label: 20 bits.

        Returns:
            The packet; None where there is no source address or no way for it.
        """
        if source is None:
            source = self.choose_source(destination, interface)
        if source is None:
            return None
        if checksum_at is not None:
            payload = ipv6.with_checksum(source, destination, next_header, payload, checksum_at)
        if hop_limit is None:
            hop_limit = (interface or self._first_interface()).settings.hop_limit
        data = ipv6.push_packet(
            next_header,
            payload,
            source=source,
            destination=destination,
            hop_limit=hop_limit,
            traffic_class=traffic_class,
            flow_label=flow_label,
        )
        return data if self.send(data, interface=interface) else None

    def choose_source(self, destination: bytes, interface: Interface | None = None) -> bytes | None:
        """Return the source address for a destination, RFC 6724 section 5; None: there is none."""
        if destination == ipv6.LOOPBACK:
            return destination
        found = self.sources.choose(destination, interface).source
        return None if found is None else found.address

    def route_to(self, destination: bytes, interface: Interface | None = None) -> Route | None:
        """Return the route that a packet takes, RFC 4861 section 5.2; None: there is none."""
        for route in self.routes.candidates(destination):
            if interface is None or route.interface is interface:
                return route
        return None

    def transmit(self, interface: Interface, mac: bytes, data: bytes) -> None:
        """Put a packet into a frame, and the frame on its way."""
        if interface.carries_ipv6 and not interface.settings.disable_ipv6:
            self._outbox.append((interface, b"".join((mac, interface.mac, ethernet.IPV6, data))))

    def _send_to_group(self, data: bytes, interface: Interface | None) -> bool:
        destination = data[24:40]
        interface = interface or self._first_interface()
        for piece in self._fitting(data, interface):
            self.transmit(interface, ethernet.multicast_mac(destination), piece)
        return True

    def _loop_back(self, data: bytes, interface: Interface | None) -> None:
        interface = interface or self._owners.get(data[24:40]) or self._first_interface()
        self.deliver(
            Packet(data, interface, interface.mac, data[8:24], data[24:40], data[7], data[6])
        )

    def _first_interface(self) -> Interface:
        if not self.interfaces:
            raise ValueError(f"{self.name} has no interface; connect it to something first")
        return next(iter(self.interfaces.values()))

    # --- Looking ------------------------------------------------------------------------------

    def ping(self, destination: object, **options: Any) -> PingResult:
        """Send Echo Requests; see `ping.ping` for the options.

        Args:
            destination: Text or a netaddr value.
            **options: `count`, `size`, `hop_limit`, `source`, `interface`, `interval`, …

        Returns:
            What happened; printed, it looks as iputils' ping does.
        """
        from ipv6course.network.ping import ping  # what nobody calls is not loaded

        return ping(self, destination, **options)

    def traceroute(self, destination: object, **options: Any) -> TracerouteResult:
        """Find the routers on the way to a destination; see `traceroute.traceroute`.

        Args:
            destination: Text or a netaddr value.
            **options: `method` ("udp" or "icmp"), `max_hops`, `queries`, `size`, …

        Returns:
            The hops; printed, they look as traceroute's own output.
        """
        from ipv6course.network.traceroute import traceroute

        return traceroute(self, destination, **options)

    # --- Addresses and groups -----------------------------------------------------------------

    def assign(self, interface: Interface, address: InterfaceAddress, *, join: bool = True) -> None:
        """Give an interface an address, and join the groups that belong to it.

        Duplicate address detection is not done here; an address that is still to be tested is
        given as `State.TENTATIVE`, and `set_state` is called afterwards. `Configuration.add` does
        both. With `join=False` detection joins the solicited-node group when it begins.
        """
        address.created = self.now
        interface.addresses[address.address] = address
        if join:
            self.join(interface, ipv6.solicited_node(address.address))
        self._note_owner(interface, address)

    def set_state(self, interface: Interface, address: InterfaceAddress, state: State) -> None:
        """Change the state of an address."""
        address.state = state
        self._note_owner(interface, address)

    def withdraw(self, interface: Interface, address: bytes) -> None:
        """Take an address away, and leave its group where no other address needs it."""
        found = interface.addresses.pop(address, None)
        if found is None:
            return
        self._owners.pop(address, None)
        self._remove_on_link_route(interface, found)
        self.leave_solicited_node(interface, address)
        self._look_for_anycast(interface)

    def leave_solicited_node(self, interface: Interface, address: bytes) -> None:
        """Leave the group of an address that is gone, where no other address needs it."""
        group, others = ipv6.solicited_node(address), (*interface.addresses, *interface.anycast)
        if all(ipv6.solicited_node(other) != group for other in others):
            self.leave(interface, group)

    def join(self, interface: Interface, group: bytes) -> None:
        """Listen to a group."""
        self.mld.listen(interface, group, EVERYBODY)

    def leave(self, interface: Interface, group: bytes) -> None:
        """Listen to a group no more."""
        self.mld.listen(interface, group, NOBODY)

    def _note_owner(self, interface: Interface, address: InterfaceAddress) -> None:
        if address.is_assigned and not ipv6.is_link_local(address.address):
            self._owners[address.address] = interface
            self._add_on_link_route(interface, address)
        else:
            self._owners.pop(address.address, None)
            if address.is_assigned:
                self.mld.link_local_is_ready(interface)
        self._look_for_anycast(interface)

    def _look_for_anycast(self, interface: Interface) -> None:
        if self.is_router:
            anycast.follow(self, interface)
            interfaces = self.interfaces.values()
            self._anycast = {one for interface in interfaces for one in interface.anycast}

    def _add_on_link_route(self, interface: Interface, address: InterfaceAddress) -> None:
        # An address that somebody configured says what is on the link. One from SLAAC does not:
        # the L flag does, RFC 4861 section 6.3.4. Nor one from DHCPv6, RFC 5942 section 4.
        if address.origin != "static" or address.prefix_length == 128:
            return
        shift = 128 - address.prefix_length
        prefix = int.from_bytes(address.address, "big") >> shift << shift
        self.routes.add(
            Route(prefix, address.prefix_length, interface, metric=256, origin="kernel")
        )

    def _remove_on_link_route(self, interface: Interface, address: InterfaceAddress) -> None:
        if address.origin != "static":
            return
        shift = 128 - address.prefix_length
        prefix = int.from_bytes(address.address, "big") >> shift
        for other in interface.addresses.values():
            if (
                other.origin == "static"
                and other.prefix_length == address.prefix_length
                and int.from_bytes(other.address, "big") >> shift == prefix
            ):
                return  # it says the same of the link
        for route in list(self.routes):
            if (
                route.interface is interface
                and (route.prefix, route.length) == (prefix << shift, address.prefix_length)
                and route.origin == "kernel"
                and math.isinf(route.valid_until)
            ):
                self.routes.remove(route)

    # --- Looking and changing -----------------------------------------------------------------

    def ip(self, command: str) -> str:
        """Do what `ip COMMAND` does on Linux, and return what it prints: `ip("-6 addr")`.

        Raises:
            ValueError: iproute2 would refuse it; the message begins with its words.
        """
        from ipv6course.network.iproute2 import ip

        with self.asked():
            return ip(self, command)

    # --- Programs ---------------------------------------------------------------------------------

    def configure(self, *, kea: str | None = None) -> list[str]:
        """Configure the node's programs with their own texts.

        Args:
            kea: The text of kea-dhcp6.conf: the node becomes a DHCPv6 server. None: as before.

        Returns:
            What the texts ask for and this room does not do: where, and the reason.

        Raises:
            ValueError: A text is wrong; the place and the fix are named.
        """
        if kea is None:
            return []
        with self.asked():
            found = self.dhcpv6_server.configure(kea)
        self.texts["kea"] = kea
        return list(found.not_honoured)

    def kea(self) -> str:
        """Return the text that makes a real Kea the DHCPv6 server that this node is."""
        return self.dhcpv6_server.kea()

    def relay_dhcpv6(
        self,
        interfaces: list[str],
        servers: list[str] | None = None,
        upstream: list[str] | None = None,
        *,
        installs_routes: bool = True,
    ) -> None:
        """Make the node a DHCPv6 relay agent, RFC 9915 section 19.

        Args:
            interfaces: The names of those on which clients are.
            servers: The servers' addresses; none: the group of all servers, ff05::1:3.
            upstream: The names of the interfaces that lead to that group; none: all others.
            installs_routes: Whether it has a route to each prefix that it sees delegated, as RFC
                8987 section 4.2 demands. ISC's dhcrelay has none.

        Raises:
            ValueError: There is no such interface, or the node is a server or a relay agent.
        """
        relay = Dhcpv6Relay(self, interfaces, servers, upstream, installs_routes=installs_routes)
        with self.asked():
            relay.open()
        self.dhcpv6_relay = relay

    # --- Life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Switch it on, with those of its interfaces that are on."""
        self.is_started = True
        for interface in self.interfaces.values():
            self.begin(interface)

    def begin(self, interface: Interface) -> None:
        """Begin to speak on an interface: all-nodes is joined first, RFC 4291 section 2.8.

        Nothing begins on one that is off or has no room for IPv6; what it was given waits.
        """
        if not interface.carries_ipv6:
            return
        self.mld.begin(interface)
        self.join(interface, ipv6.ALL_NODES)
        if self.is_router:
            self.join(interface, ipv6.ALL_ROUTERS)
        self.configuration.begin(interface)
        self.discovery.begin(interface)
        for tell in self.on_begin:
            tell(interface)

    def end(self, interface: Interface) -> None:
        """Forget all that is known of an interface, as Linux does when one is switched off."""
        self.discovery.end(interface)
        self.configuration.end(interface)
        self.neighbors.end(interface)
        for group in list(interface.groups):
            self.leave(interface, group)
        for route in list(self.routes):
            if route.interface is interface:
                self.routes.remove(route)

    def set_up(self, interface: Interface, is_up: bool) -> None:
        """Switch an interface on or off, as `ip link set` does."""
        if interface.is_up == is_up:
            return
        self._change(interface, is_up, None)

    def set_mtu(self, interface: Interface, mtu: int) -> None:
        """Change an interface's MTU, as `ip link set mtu` does.

        With less than 1280 octets a link is none for IPv6, RFC 8200 section 5: as on Linux it is
        as if the interface were off, until the MTU is large enough again.
        """
        self.discovery.forget_mtu(interface)
        self._change(interface, interface.is_up, mtu)

    def _change(self, interface: Interface, is_up: bool, mtu: int | None) -> None:
        with self.asked():
            is_wide = (interface.mtu if mtu is None else mtu) >= ipv6.MINIMUM_MTU
            before, after = interface.carries_ipv6, is_up and is_wide
            if before and not after:
                self.end(interface)
            interface.is_up = is_up
            if mtu is not None:
                interface.mtu = mtu
            if after and not before and self.is_started:
                self.begin(interface)
            if after is not before:
                self.dhcpv6.hear_link(interface, after)

    def add_interface(self, mac: bytes, name: str | None = None) -> Interface:
        """Give it another interface; one that comes later begins at once.

        Raises:
            ValueError: It has one of that name.
        """
        interface = super().add_interface(mac, name)
        if self.is_started:
            with self.asked():
                self.timers.at(self.now, lambda: self.begin(interface))
        return interface

    def is_expired(self, when: float) -> bool:
        """Return whether a lifetime has ended."""
        return not math.isinf(when) and when <= self.now

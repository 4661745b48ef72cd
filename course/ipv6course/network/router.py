"""A router: a node that forwards packets that are not for itself, RFC 8200 section 2.

What happens to a packet, in the kernel's order (its `ip6_forward`): the filters before routing, the
reverse path, the route, the hop limit, a redirect or the scope of the source, the size, the filters
for what is forwarded, the next hop. Each check is a line of `forward`; what it finds is told in a
function of its own, so that what is right passes quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipv6course.network import neighbor_messages
from ipv6course.network.advertising import Advertising
from ipv6course.network.filter_expressions import has_reverse_path
from ipv6course.network.filters import Filters
from ipv6course.network.icmp import TokenBucket
from ipv6course.network.interface import Interface
from ipv6course.network.node import Node
from ipv6course.network.ripng import Ripng
from ipv6course.network.routes import Route
from ipv6course.network.wire import icmpv6, ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.dhcpv6.delegation import AssignedSubnet

_STRICT = 1  # of Settings.rp_filter
_LOOPBACK = bytes(15) + b"\x01"
_NOWHERE = (ipv6.UNSPECIFIED, _LOOPBACK)  # RFC 4291 sections 2.5.2 and 2.5.3

# What a route that leads nowhere tells the sender, RFC 4443 section 3.1; a blackhole tells nothing.
# Linux says NO_ROUTE for "unreachable"; RFC 4443 gives a reject route a code of its own.
_CODES = {"unreachable": icmpv6.REJECT_ROUTE, "prohibit": icmpv6.PROHIBITED}

_REDIRECTS_A_SECOND = 1.0  # to one host; RFC 4861 section 8.2 asks for a limit, this is Linux's
_MOST_REDIRECTED = 1024


class Router(Node):
    """A router."""

    is_router = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.advertising = Advertising(self)
        self.filters = Filters(self)
        self.ripng = Ripng(self)
        self._redirects: dict[bytes, TokenBucket] = {}

    def start(self) -> None:
        """Switch it on: it begins to advertise."""
        super().start()
        self.advertising.start()

    # --- Its configuration --------------------------------------------------------------------

    def configure(
        self,
        *,
        radvd: str | None = None,
        nftables: str | None = None,
        kea: str | None = None,
    ) -> list[str]:
        """Take configuration that real programs take, too.

        Args:
            radvd: A radvd.conf, instead of the one before.
            nftables: A rule set for `nft -f`, instead of the one before.
            kea: As `Node.configure` takes it.

        Returns:
            A sentence for each line that has no effect here, and why.

        Raises:
            ValueError: A text is wrong; the sentence names its line. Then nothing is changed by it.
        """
        not_honoured = super().configure(kea=kea)
        with self.asked():
            if radvd is not None:
                not_honoured += self.advertising.load(radvd)
                self.texts["radvd"] = radvd
            if nftables is not None:
                self.filters.load(nftables)
                self.texts["nftables"] = nftables
        return not_honoured

    def radvd(self) -> str:
        """Print what it advertises, as a radvd.conf."""
        return self.advertising.text()

    def nftables(self) -> str:
        """Print its filters with their counters, as `nft list ruleset` does."""
        return self.filters.text()

    def subnet_changed(self, subnet: AssignedSubnet) -> None:
        """Advertise a subnet of a delegated prefix, or that it has ended, RFC 9096 section 3.5."""
        self.advertising.follow(subnet)

    # --- Forwarding -----------------------------------------------------------------------------

    def forward(self, data: bytes, interface: Interface, frame: bytes) -> None:
        """Send a packet on: the bytes that came, with the hop limit one lower.

        Args:
            data: The packet.
            interface: Where it came in.
            frame: The whole frame; its receiver's address says whether it was sent to a group.
        """
        if frame[:1] and frame[0] & 1:
            return  # to a group of the link: nobody asked this router to send it on
        source, destination = data[8:24], data[24:40]
        if data[6] == ipv6.HOP_BY_HOP and not self.extension_headers.may_forward(data, interface):
            return
        if source in _NOWHERE or destination in _NOWHERE:
            return
        for hook in self.hooks["prerouting"]:
            if not hook(data, interface, None):
                return
        if interface.settings.rp_filter and not self._has_reverse_path(source, interface):
            return
        if destination[0] == 0xFE and ipv6.is_link_local(destination):
            out, next_hop = interface, destination  # its zone ends here, RFC 4007 section 9
        else:
            route = self.routes.lookup(destination)
            if route is None or route.interface is None:
                self._report_no_route(data, interface, route)
                return
            out, next_hop = route.interface, route.next_hop or destination
        hop_limit = data[7]
        if hop_limit <= 1:
            self.icmp.error(data, interface, icmpv6.TIME_EXCEEDED, icmpv6.HOP_LIMIT_EXCEEDED)
            return
        if out is interface:
            self._redirect(data, interface, next_hop)
        elif source[0] == 0xFE and ipv6.is_link_local(source):  # RFC 4007 section 9
            code = icmpv6.BEYOND_SCOPE
            self.icmp.error(data, interface, icmpv6.DESTINATION_UNREACHABLE, code)
            return
        if len(data) > out.mtu:  # RFC 8200 section 5: only the source makes fragments
            self.icmp.error(data, interface, icmpv6.PACKET_TOO_BIG, 0, out.mtu)
            return
        data = b"".join((data[:7], bytes((hop_limit - 1,)), data[8:]))
        for hook in self.hooks["forward"]:
            if not hook(data, interface, out):
                return
        self.neighbors.send(out, next_hop, data)

    def _has_reverse_path(self, source: bytes, interface: Interface) -> bool:
        is_strict = interface.settings.rp_filter == _STRICT
        return has_reverse_path(self, source, interface if is_strict else None)

    def _report_no_route(self, data: bytes, interface: Interface, route: Route | None) -> None:
        if route is None:
            code = icmpv6.NO_ROUTE
        elif route.kind in _CODES:
            code = _CODES[route.kind]
        else:
            return
        self.icmp.error(data, interface, icmpv6.DESTINATION_UNREACHABLE, code)

    # --- Redirects ------------------------------------------------------------------------------

    def _redirect(self, data: bytes, interface: Interface, next_hop: bytes) -> None:
        """Tell a neighbor of a better first hop, RFC 4861 section 8.2; its packet goes on."""
        source, destination = data[8:24], data[24:40]
        own = interface.link_local
        is_to_router = next_hop != destination
        if own is None or (is_to_router and not ipv6.is_link_local(next_hop)):
            return
        if not self._is_neighbor(source, interface):
            return
        if len(self._redirects) >= _MOST_REDIRECTED:
            self._redirects.clear()
        bucket = self._redirects.setdefault(source, TokenBucket(_REDIRECTS_A_SECOND, 1.0))
        if not bucket.take(self.now):
            return
        known = self.neighbors.get(interface, next_hop)
        options: tuple[nd.Option, ...] = ()
        if known is not None and known.mac is not None:
            options = (nd.TargetLinkLayer(known.mac),)
        quoted = _quoted(data, options)
        message = nd.Redirect(next_hop, destination, (*options, nd.RedirectedHeader(quoted)))
        neighbor_messages.send(self, interface, message, source=own, destination=source)

    def _is_neighbor(self, address: bytes, interface: Interface) -> bool:
        if ipv6.is_link_local(address):
            return True
        route = self.routes.lookup(address)
        return route is not None and route.interface is interface and route.next_hop is None


def _quoted(data: bytes, options: tuple[nd.Option, ...]) -> bytes:
    """Return as much of a packet as a redirect has room for, RFC 4861 section 4.6.3.

    The redirect fits into the minimum MTU; the option's length counts in units of 8 octets.
    """
    room = ipv6.MINIMUM_MTU - ipv6.HEADER - 40 - sum(len(nd.push_option(one)) for one in options)
    return data[: (room - 8) // 8 * 8]

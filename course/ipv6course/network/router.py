"""A router: a node that forwards packets that are not for itself, RFC 8200 section 2."""

from __future__ import annotations

from ipv6course.network.interface import Interface
from ipv6course.network.node import Node
from ipv6course.network.ripng import Ripng
from ipv6course.network.wire import ipv6


class Router(Node):
    """A router."""

    is_router = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ripng = Ripng(self)

    def forward(self, data: bytes, interface: Interface, frame: bytes) -> None:
        """Send a packet on: the bytes that came, with the hop limit one lower."""
        hop_limit = data[7]
        if hop_limit <= 1 or ipv6.is_link_local(data[8:24]) or ipv6.is_link_local(data[24:40]):
            return
        route = self.routes.lookup(data[24:40])
        if route is None or route.interface is None:
            return
        self.neighbors.send(
            route.interface,
            route.next_hop or data[24:40],
            b"".join((data[:7], bytes((hop_limit - 1,)), data[8:])),
        )

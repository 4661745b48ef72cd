"""A host: a node that does not forward."""

from __future__ import annotations

from ipv6course.network.dns import Resolver
from ipv6course.network.interface import Interface
from ipv6course.network.node import Node
from ipv6course.network.routes import Route


class Host(Node):
    """A host."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.resolver = Resolver(self)
        self.resolver.learned.append(self.dhcpv6.name_servers)
        self.resolver.learned_search.append(lambda: self.dhcpv6.search_list)

    def route_to(self, destination: bytes, interface: Interface | None = None) -> Route | None:
        """Return the route that a packet takes: through a router that is there, if there is one."""
        return self.discovery.route_to(destination, interface)

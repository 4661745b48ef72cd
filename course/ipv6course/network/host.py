"""A host: a node that does not forward."""

from __future__ import annotations

from ipv6course.network.dns import Resolver
from ipv6course.network.node import Node


class Host(Node):
    """A host."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.resolver = Resolver(self)

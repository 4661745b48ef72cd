"""A host: a node that does not forward."""

from __future__ import annotations

from ipv6course.network.node import Node


class Host(Node):
    """A host."""

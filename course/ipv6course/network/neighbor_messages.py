"""Neighbor Discovery's messages, in and out: resolution, detection and discovery share this."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ipv6course.network.wire import MalformedError, ipv6, nd

if TYPE_CHECKING:
    from ipv6course.network.interface import Interface
    from ipv6course.network.node import Node, Packet

_CHECKSUM_AT = 2
_Message = TypeVar("_Message", bound=nd.Message)


def receive(packet: Packet, kind: type[_Message]) -> _Message | None:
    """Read a message, and check all that RFC 4861 asks a receiver to check.

    Args:
        packet: Its checksum has been verified.
        kind: What it must be, such as `nd.RouterAdvertisement`.

    Returns:
        The message; None where it is to be discarded silently.
    """
    if packet.was_fragmented:  # RFC 6980 section 5, even in a single fragment
        return None
    try:
        message = nd.pull_message(packet.payload)
    except MalformedError:
        return None
    fault = nd.why_invalid(
        message,
        source=packet.source,
        destination=packet.destination,
        hop_limit=packet.hop_limit,
    )
    return message if fault is None and isinstance(message, kind) else None


def send(
    node: Node,
    interface: Interface,
    message: nd.Message,
    *,
    source: bytes,
    destination: bytes,
    mac: bytes | None = None,
) -> None:
    """Send a message on a link. The receiver is there, whatever the routes say.

    Args:
        node: Who sends it.
        interface: Where it leaves.
        message: What is sent.
        source: 16 octets; unspecified where there is none yet.
        destination: 16 octets.
        mac: Where the frame goes; None: to the group's address, or to what the neighbor cache has.
    """
    payload = ipv6.with_checksum(
        source, destination, ipv6.ICMPV6, nd.push_message(message), _CHECKSUM_AT
    )
    data = ipv6.push_packet(
        ipv6.ICMPV6, payload, source=source, destination=destination, hop_limit=nd.HOP_LIMIT
    )
    if mac is None:
        node.send(data, interface=interface, next_hop=destination)
    elif all(hook(data, None, interface) for hook in node.hooks["output"]):
        node.transmit(interface, mac, data)

"""DUIDs: who a client or a server is, RFC 9915 section 11."""

from __future__ import annotations

from ipv6course.network.device import Device

ETHERNET = b"\x00\x01"  # IANA's hardware type
_LINK_LAYER_TIME = b"\x00\x01"
_LINK_LAYER = b"\x00\x03"


def link_layer(mac: bytes) -> bytes:
    """Return a DUID-LL, section 11.4: the same at each start, without a stable store."""
    return _LINK_LAYER + ETHERNET + mac


def link_layer_time(mac: bytes, seconds: int) -> bytes:
    """Return a DUID-LLT, section 11.2.

    Args:
        mac: 6 octets.
        seconds: Since 2000-01-01 00:00 UTC, modulo 2**32.
    """
    return _LINK_LAYER_TIME + ETHERNET + (seconds % (1 << 32)).to_bytes(4, "big") + mac


def of(device: Device) -> bytes:
    """Return a device's DUID: one for all of its interfaces, from the first one's MAC address.

    Raises:
        ValueError: It has no interface.
    """
    for interface in device.interfaces.values():
        return link_layer(interface.mac)
    raise ValueError(f"{device.name} has no interface; connect it to something first")


def shown(duid: bytes) -> str:
    """Return a DUID as Kea's reservations write it: hexadecimal, a colon after each octet."""
    return duid.hex(":")

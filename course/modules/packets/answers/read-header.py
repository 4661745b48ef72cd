"""Traps: nibbles, DSCP as the whole octet, the length that counts the header, padding, trust."""


# %% right: one number of four octets
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError("no IPv6 header")
    first, end = int.from_bytes(packet[:4], "big"), 40 + packet[4] * 256 + packet[5]
    if len(packet) < end:
        raise ValueError("cut off")
    return {
        "dscp": (first >> 20 & 0xFF) >> 2,
        "ecn": first >> 20 & 0b11,
        "flow_label": first % 2**20,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% right: with struct
import struct


def read_header(packet):
    try:
        first, length, next_header, hop_limit = struct.unpack_from("!IHBB", packet)
        payload = struct.unpack_from(f"{length}s", packet, 40)[0]
    except struct.error:
        raise ValueError("cut off") from None
    version, rest = divmod(first, 1 << 28)
    if version != 6:
        raise ValueError(f"version {version}")
    traffic_class, flow_label = divmod(rest, 1 << 20)
    dscp, ecn = divmod(traffic_class, 4)
    return dict(
        dscp=dscp,
        ecn=ecn,
        flow_label=flow_label,
        next_header=next_header,
        hop_limit=hop_limit,
        payload=payload,
    )


# %% wrong: the whole traffic class for the DSCP
# points=[0, 2, 1] hint="dscp-is-six-bits" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    first, end = int.from_bytes(packet[:4], "big"), 40 + int.from_bytes(packet[4:6], "big")
    if len(packet) < end:
        raise ValueError
    return {
        "dscp": first >> 20 & 0xFF,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% wrong: a flow label of 16 bits
# points=[0, 2, 1] hint="label-is-twenty-bits" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    end = 40 + int.from_bytes(packet[4:6], "big")
    if len(packet) < end:
        raise ValueError
    return {
        "dscp": (packet[0] & 15) << 2 | packet[1] >> 6,
        "ecn": packet[1] >> 4 & 3,
        "flow_label": int.from_bytes(packet[2:4], "big"),
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% wrong: takes Payload Length for IPv4's Total Length
# points=[2, 0, 0] hint="payload-length-meaning" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    first, end = int.from_bytes(packet[:4], "big"), int.from_bytes(packet[4:6], "big")
    if len(packet) < end:
        raise ValueError
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% wrong: everything behind the header is payload
# points=[2, 0, 0] hint="padding-kept" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    first = int.from_bytes(packet[:4], "big")
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:],
    }


# %% wrong: Payload Length is one octet
# points=[2, 0, 1] hint="payload-length-meaning" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6 or len(packet) < 40 + packet[5]:
        raise ValueError
    first = int.from_bytes(packet[:4], "big")
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40 : 40 + packet[5]],
    }


# %% wrong: believes that whatever comes is IPv6
# points=[2, 2, 0] hint="version-not-looked-at" met="visible"
def read_header(packet):
    first, end = int.from_bytes(packet[:4], "big"), 40 + int.from_bytes(packet[4:6], "big")
    if len(packet) < max(40, end):
        raise ValueError
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% wrong: a cut packet passes for a whole one
# points=[2, 2, 0] hint="packet-cut-off" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    first, end = int.from_bytes(packet[:4], "big"), 40 + int.from_bytes(packet[4:6], "big")
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[6],
        "hop_limit": packet[7],
        "payload": packet[40:end],
    }


# %% wrong: octets counted from 1
# points=[0, 2, 1] hint="header-octet-moved" met="visible"
def read_header(packet):
    if len(packet) < 40 or packet[0] >> 4 != 6:
        raise ValueError
    first, end = int.from_bytes(packet[:4], "big"), 40 + int.from_bytes(packet[4:6], "big")
    if len(packet) < end:
        raise ValueError
    return {
        "dscp": first >> 22 & 63,
        "ecn": first >> 20 & 3,
        "flow_label": first & 0xFFFFF,
        "next_header": packet[7],
        "hop_limit": packet[8],
        "payload": packet[40:end],
    }


# %% wrong: lets scapy read it
# points=[0, 0, 0] hint="withheld" met="visible"
from scapy.layers.inet6 import IPv6


def read_header(packet):
    found = IPv6(packet)
    return {
        "dscp": found.tc >> 2,
        "ecn": found.tc & 3,
        "flow_label": found.fl,
        "next_header": found.nh,
        "hop_limit": found.hlim,
        "payload": bytes(found.payload)[: found.plen],
    }

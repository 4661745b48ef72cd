"""Traps: the number in a port, in the flow label, in the hop limit; believing every message."""

# %% right: the number in the data
import struct

MARK = b"desk"


def probe_packet(source, destination, hop_limit, number):
    data = MARK + struct.pack("!H", number)
    packet = IPv6(src=source, dst=destination, hlim=hop_limit) / UDP(sport=50000, dport=33434)
    return bytes(packet / data)


def number_of(answer):
    if len(answer) < 48 + 40 + 8 + 6 or answer[6] != 58:
        return None
    if answer[40] not in (1, 3) or answer[54] != 17 or answer[96:100] != MARK:
        return None
    return struct.unpack_from("!H", answer, 100)[0]


# %% right: the number as text in the data
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit, fl=7)
    return bytes(packet / UDP(sport=49999, dport=33999) / f"probe {number:05}".encode())


def number_of(answer):
    message, quoted = answer[40:48], answer[48:]
    if answer[6] != 58 or message[:1] not in (b"\x01", b"\x03"):
        return None
    word, _, number = quoted[48:59].partition(b" ")
    if quoted[6:7] != b"\x11" or word != b"probe" or len(number) != 5:
        return None
    return int(number)


# %% wrong: another port for each probe, as the usual traceroute
# points=[2, 0, 1] hint="probe-two-paths" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit, fl=7)
    return bytes(packet / UDP(sport=49999, dport=33434 + number % 30000) / (b"mine!%5d" % number))


def number_of(answer):
    quoted = answer[48:]
    if answer[6] != 58 or answer[40] not in (1, 3) or len(quoted) < 58:
        return None
    return int(quoted[53:58]) if quoted[48:53] == b"mine!" else None


# %% wrong: the number in the flow label
# points=[2, 0, 1] hint="probe-two-paths" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit, fl=number)
    return bytes(packet / UDP(sport=49999, dport=33434) / b"mine!")


def number_of(answer):
    quoted = answer[48:]
    if answer[6] != 58 or answer[40] not in (1, 3) or quoted[48:53] != b"mine!":
        return None
    return int.from_bytes(quoted[1:4], "big") & 0xFFFFF


# %% wrong: the number in the source port
# points=[2, 0, 1] hint="probe-two-paths" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / UDP(sport=number, dport=33434))


def number_of(answer):
    if len(answer) < 92 or answer[6] != 58 or answer[40] not in (1, 3) or answer[54] != 17:
        return None
    if int.from_bytes(answer[90:92], "big") == 53:
        return None
    return int.from_bytes(answer[88:90], "big")


# %% wrong: takes the quoted hop limit for the number
# points=[0, 0, 0] hint="number-elsewhere" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / UDP(sport=49999, dport=33434) / number.to_bytes(2, "big"))


def number_of(answer):
    if answer[6] != 58 or answer[40] not in (1, 3) or len(answer) < 98:
        return None
    return answer[48 + 7]


# %% wrong: forgets that ICMPv6 has a header, too
# points=[0, 0, 0] hint="number-elsewhere" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / UDP(sport=49999, dport=33434) / (b"mine!" + number.to_bytes(2, "big")))


def number_of(answer):
    if answer[6] != 58 or answer[40] not in (1, 3) or len(answer) < 103:
        return None
    return int.from_bytes(answer[93:95], "big")


# %% wrong: believes every message
# points=[2, 2, 0] hint="number-of-strangers" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / UDP(sport=49999, dport=33434) / number.to_bytes(2, "big"))


def number_of(answer):
    return int.from_bytes(answer[96:98], "big") if len(answer) >= 98 else None


# %% wrong: reads what is not there
# points=[2, 2, 0] hint="number-cut-off" met="visible"
def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / UDP(sport=49999, dport=33434) / number.to_bytes(2, "big"))


def number_of(answer):
    if answer[6] != 58 or answer[40] not in (1, 3) or answer[54] != 17:
        return None
    if len(answer) > 92 and answer[88:92] != bytes.fromhex("c34f829a"):
        return None
    return int.from_bytes(answer[96:98], "big")


# %% wrong: probes with Echo Requests
# points=[0, 0, 0] hint="probe-udp" met="visible"
from scapy.layers.inet6 import ICMPv6EchoRequest


def probe_packet(source, destination, hop_limit, number):
    packet = IPv6(src=source, dst=destination, hlim=hop_limit)
    return bytes(packet / ICMPv6EchoRequest(id=7, seq=number))


def number_of(answer):
    if answer[6] != 58 or answer[40] not in (1, 3) or len(answer) < 96:
        return None
    return int.from_bytes(answer[94:96], "big")

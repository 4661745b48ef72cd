"""Traps: addresses, checksum, group as source, hop limit, replies to replies, no verification."""


# %% right: with scapy
def reply(packet, own):
    from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6, in6_chksum

    asked = IPv6(packet)
    # In scapy a reply is a kind of request: isinstance would answer replies, too.
    if len(packet) < 48 or type(asked.payload) is not ICMPv6EchoRequest:
        return None
    if in6_chksum(58, asked, packet[40:]) or packet[8] == 0xFF or not any(packet[8:24]):
        return None
    source = bytes(own) if packet[24] == 0xFF else packet[24:40]
    import netaddr

    here = str(netaddr.IPAddress(int.from_bytes(source, "big"), 6))
    request = asked.payload
    answer = ICMPv6EchoReply(id=request.id, seq=request.seq, data=packet[48:])
    return bytes(IPv6(src=here, dst=asked.src, hlim=64) / answer)


# %% right: by hand
def reply(packet, own):
    def total(octets):
        octets += bytes(len(octets) % 2)
        return sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))

    length = len(packet) - 40
    if length < 8 or packet[6] != 58 or packet[40] != 128:
        return None
    if total(packet[8:]) + length + 58 and (total(packet[8:]) + length + 58) % 0xFFFF:
        return None
    if packet[8] == 0xFF or packet[8:24] == bytes(16):
        return None
    source = own if packet[24] == 0xFF else packet[24:40]
    addresses = source + packet[8:24]
    message = b"\x81\x00\x00\x00" + packet[44:]
    found = 0xFFFF - ((total(addresses + message) + length + 58) % 0xFFFF or 0xFFFF)
    message = message[:2] + found.to_bytes(2, "big") + message[4:]
    header = b"\x60\x00\x00\x00" + length.to_bytes(2, "big") + b"\x3a\x40"
    return header + addresses + message


# %% wrong: keeps the request's checksum
# points=[0, 0, 0] hint="icmp-reply-checksum" met="visible"
def reply(packet, own):
    if packet[40] != 128:
        return None
    source = own if packet[24] == 0xFF else packet[24:40]
    return packet[:7] + b"\x40" + source + packet[8:24] + b"\x81" + packet[41:]


# %% wrong: the addresses as they were
# points=[0, 0, 0] hint="icmp-reply-addresses" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if len(message) < 8 or message[0] != 128:
        return None
    answer = ipv6.with_checksum(source, destination, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return packet[:40] + answer


# %% wrong: answers from the group
# points=[0, 2, 2] hint="icmp-reply-source" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if ipv6.checksum(source, destination, 58, message) or source[0] == 0xFF or not any(source):
        return None
    answer = b"\x81\x00\x00\x00" + message[4:]
    answer = ipv6.with_checksum(destination, source, 58, answer, 2)
    return ipv6.push_packet(58, answer, source=destination, destination=source)


# %% wrong: the hop limit of the request
# points=[2, 0, 2] hint="icmp-reply-hops" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if ipv6.checksum(source, destination, 58, message) or source[0] == 0xFF or not any(source):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source, hop_limit=packet[7])


# %% wrong: does not verify the checksum
# points=[2, 2, 0] hint="icmp-reply-verify" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if source[0] == 0xFF or not any(source):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source)


# %% wrong: answers everything
# points=[2, 2, 0] hint="icmp-reply-loop" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if len(message) < 8 or ipv6.checksum(source, destination, 58, message):
        return None
    if source[0] == 0xFF or not any(source):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source)


# %% wrong: answers nobody and groups
# points=[2, 2, 0] hint="icmp-reply-nobody" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if ipv6.checksum(source, destination, 58, message):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source)


# %% wrong: 56 octets of data at most
# points=[0, 2, 2] hint="icmp-reply-data" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if ipv6.checksum(source, destination, 58, message) or source[0] == 0xFF or not any(source):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x81\x00\x00\x00" + message[4:64], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source)


# %% wrong: type 0, as in IPv4
# points=[0, 0, 2] hint="icmp-reply-type" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128:
        return None
    if ipv6.checksum(source, destination, 58, message) or source[0] == 0xFF or not any(source):
        return None
    asked = own if destination[0] == 0xFF else destination
    answer = ipv6.with_checksum(asked, source, 58, b"\x00\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=asked, destination=source)


# %% wrong: answers pings to groups not at all
# points=[0, 2, 2] hint="icmp-reply-silent" met="visible"
def reply(packet, own):
    from ipv6course.network.wire import ipv6

    source, destination, message = packet[8:24], packet[24:40], packet[40:]
    if packet[6] != 58 or len(message) < 8 or message[0] != 128 or destination != own:
        return None
    if ipv6.checksum(source, destination, 58, message) or source[0] == 0xFF or not any(source):
        return None
    answer = ipv6.with_checksum(own, source, 58, b"\x81\x00\x00\x00" + message[4:], 2)
    return ipv6.push_packet(58, answer, source=own, destination=source)


# %% wrong: for scapy an Echo Reply is a kind of Echo Request
# points=[2, 2, 0] hint="icmp-reply-loop" met="visible"
def reply(packet, own):
    from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6, in6_chksum

    asked = IPv6(packet)
    if len(packet) < 48 or not isinstance(asked.payload, ICMPv6EchoRequest):
        return None
    if in6_chksum(58, asked, packet[40:]) or packet[8] == 0xFF or not any(packet[8:24]):
        return None
    source = bytes(own) if packet[24] == 0xFF else packet[24:40]
    import netaddr

    here = str(netaddr.IPAddress(int.from_bytes(source, "big"), 6))
    request = asked.payload
    answer = ICMPv6EchoReply(id=request.id, seq=request.seq, data=packet[48:])
    return bytes(IPv6(src=here, dst=asked.src, hlim=64) / answer)

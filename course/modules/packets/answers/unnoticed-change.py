"""Traps: one octet, octets instead of words, the checksum computed anew, equal words."""


# %% right: the words in another order
def unnoticed(packet):
    words = [packet[at : at + 2] for at in range(48, len(packet), 2)]
    for turn in range(1, len(words)):
        turned = words[turn:] + words[:turn]
        if turned != words:
            return packet[:48] + b"".join(turned)


# %% right: one more here, one less there
def unnoticed(packet):
    words = [int.from_bytes(packet[at : at + 2], "big") for at in range(48, len(packet), 2)]
    up = next(n for n, word in enumerate(words) if word < 0xFFFF)
    down = next(n for n, word in enumerate(words) if word > 0 and n != up)
    words[up] += 1
    words[down] -= 1
    return packet[:48] + b"".join(word.to_bytes(2, "big") for word in words)


# %% wrong: turns one bit
# points=[0, 0] hint="icmp-change-noticed" met="visible"
def unnoticed(packet):
    return packet[:-1] + bytes((packet[-1] ^ 1,))


# %% wrong: exchanges two neighboring octets
# points=[0, 0] hint="icmp-change-noticed" met="visible"
def unnoticed(packet):
    return packet[:48] + packet[49:50] + packet[48:49] + packet[50:]


# %% wrong: all octets from behind
# points=[0, 0] hint="icmp-change-noticed" met="visible"
def unnoticed(packet):
    return packet[:48] + packet[:47:-1]


# %% wrong: computes the checksum anew
# points=[0, 0] hint="icmp-change-headers" met="visible"
def unnoticed(packet):
    from ipv6course.network.wire import ipv6

    message = packet[40:-1] + b"9"
    message = message[:2] + bytes(2) + message[4:]
    return packet[:40] + ipv6.with_checksum(packet[8:24], packet[24:40], 58, message, 2)


# %% wrong: another identifier
# points=[0, 0] hint="icmp-change-headers" met="visible"
def unnoticed(packet):
    return packet[:44] + packet[46:48] + packet[44:46] + packet[48:]


# %% wrong: zeros behind it
# points=[0, 0] hint="icmp-change-length" met="visible"
def unnoticed(packet):
    return packet + bytes(2)


# %% wrong: always the first two words
# points=[2, 0] hint="icmp-change-nothing" met="visible"
def unnoticed(packet):
    return packet[:48] + packet[50:52] + packet[48:50] + packet[52:]

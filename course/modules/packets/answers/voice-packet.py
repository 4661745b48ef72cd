"""Traps: 46 as the traffic class, labels 1, 2, 3, a label for each packet, no label, no checksum."""

# %% right: another hash
from hashlib import blake2b


def voice_packet(source, destination, call, data):
    flow = repr((source, destination, 17, 5004, 5004, call)).encode()
    header = IPv6(src=source, dst=destination, hlim=64, tc=0b10111000)
    header.fl = int.from_bytes(blake2b(flow, key=b"secret", digest_size=4).digest()) % 0xFFFFF + 1
    return bytes(header / UDP(sport=5004, dport=5004) / data)


# %% right: chance, remembered
import random

LABELS = {}


def voice_packet(source, destination, call, data):
    flow = (source, destination, call)
    label = LABELS.setdefault(flow, random.Random(repr(flow)).randrange(1, 2**20))
    packet = IPv6(src=source, dst=destination, tc=46 * 4, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: 46 as the traffic class
# points=[0, 2] hint="dscp-not-shifted" met="visible"
import hashlib


def voice_packet(source, destination, call, data):
    digest = hashlib.sha256(f"{source}{destination}{call}".encode()).digest()
    label = int.from_bytes(digest, "big") % 0xFFFFF + 1
    packet = IPv6(src=source, dst=destination, tc=46, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: not marked
# points=[0, 2] hint="voice-lost" met="visible"
import hashlib


def voice_packet(source, destination, call, data):
    digest = hashlib.sha256(f"{source}{destination}{call}".encode()).digest()
    label = int.from_bytes(digest, "big") % 0xFFFFF + 1
    packet = IPv6(src=source, dst=destination, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: EF and ECN-capable
# points=[0, 2] hint="voice-ecn" met="visible"
import hashlib


def voice_packet(source, destination, call, data):
    digest = hashlib.sha256(f"{source}{destination}{call}".encode()).digest()
    label = int.from_bytes(digest, "big") % 0xFFFFF + 1
    packet = IPv6(src=source, dst=destination, tc=0xBA, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: the number of the call as label
# points=[2, 0] hint="label-bits" met="visible"
def voice_packet(source, destination, call, data):
    packet = IPv6(src=source, dst=destination, tc=46 << 2, fl=call + 1, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: the number of the call, moved to the upper bits
# points=[2, 0] hint="label-bits" met="visible"
def voice_packet(source, destination, call, data):
    packet = IPv6(src=source, dst=destination, tc=46 << 2, fl=call + 1 << 14, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: a new label for each packet
# points=[2, 0] hint="label-one-flow" met="visible"
import random

chance = random.Random(1)


def voice_packet(source, destination, call, data):
    label = chance.randrange(1, 2**20)
    packet = IPv6(src=source, dst=destination, tc=46 << 2, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: no label
# points=[2, 0] hint="label-zero" met="visible"
def voice_packet(source, destination, call, data):
    packet = IPv6(src=source, dst=destination, tc=46 << 2, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: one label for all calls between the two
# points=[2, 0] hint="label-all-equal" met="visible"
import zlib


def voice_packet(source, destination, call, data):
    label = zlib.crc32(f"{source} {destination}".encode()) >> 12 | 1
    packet = IPv6(src=source, dst=destination, tc=46 << 2, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)


# %% wrong: a packet without its checksum
# points=[0, 2] hint="voice-broken" met="visible"
import hashlib


def voice_packet(source, destination, call, data):
    digest = hashlib.sha256(f"{source}{destination}{call}".encode()).digest()
    label = int.from_bytes(digest, "big") % 0xFFFFF + 1
    packet = IPv6(src=source, dst=destination, tc=46 << 2, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004, chksum=0) / data)


# %% wrong: always from the telephone of the lesson
# points=[0, 2] hint="voice-data" met="hidden"
import hashlib


def voice_packet(source, destination, call, data):
    digest = hashlib.sha256(f"{source}{destination}{call}".encode()).digest()
    label = int.from_bytes(digest, "big") % 0xFFFFF + 1
    packet = IPv6(src=PHONE, dst=EXCHANGE, tc=46 << 2, fl=label, hlim=64)
    return bytes(packet / UDP(sport=5004, dport=5004) / data)

"""Traps: flags, the option, who gets the answer, questions for others, messages that only look like one."""

# %% right: with scapy
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% right: by hand, octet by octet
import struct


def answer(frame, address, mac):
    mine = IPAddress(address).packed
    here = bytes.fromhex(mac.replace(":", ""))
    if frame[12:14] != b"\x86\xdd" or frame[20] != 58 or frame[21] != 255:
        return None
    if len(frame) < 78 or frame[54] != 135 or frame[62:78] != mine:
        return None
    asker, back = frame[22:38], frame[6:12]
    flags = 0x60000000
    if asker == bytes(16):
        asker, back, flags = IPAddress("ff02::1").packed, bytes.fromhex("333300000001"), 0x20000000
    message = struct.pack("!BBHI", 136, 0, 0, flags) + mine + b"\x02\x01" + here
    total = sum(struct.unpack("!36H", mine + asker + struct.pack("!II", 32, 58) + message))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    message = message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]
    header = struct.pack("!IHBB", 6 << 28, 32, 58, 255) + mine + asker
    return back + here + b"\x86\xdd" + header + message


# %% wrong: leaves scapy's default, and claims to be a router
# points=[0, 0, 2, 0] hint="answer-router" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: says that nobody asked
# points=[0, 0, 2, 1] hint="answer-solicited" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: always says that it was asked
# points=[2, 2, 2, 0] hint="answer-solicited" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: answers everybody
# points=[0, 0, 2, 1] hint="answer-to-whom" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01")
        / IPv6(src=address, dst="ff02::1", hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: answers the unspecified address
# points=[2, 2, 2, 0] hint="answer-to-whom" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst=question.src)
        / IPv6(src=address, dst=question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: forgets the option
# points=[0, 0, 2, 0] hint="answer-option" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
    )


# %% wrong: takes the option of a question
# points=[0, 0, 2, 0] hint="answer-option" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptSrcLLAddr(lladdr=mac)
    )


# %% wrong: does not override
# points=[0, 2, 2, 0] hint="answer-override" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=0)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: keeps the usual hop limit
# points=[0, 0, 2, 0] hint="answer-hop-limit" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=64)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: answers for everybody
# points=[2, 2, 0, 1] hint="answer-for-others" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: believes questions from far away
# points=[2, 2, 0, 1] hint="answer-from-far" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: finds a question inside of an error
# points=[2, 2, 0, 1] hint="answer-no-question" met="hidden"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    if ICMPv6ND_NS not in question:
        return None
    asked = question[ICMPv6ND_NS]
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = question[IPv6].src == "::"
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )


# %% wrong: does not answer tests for duplicates
# points=[2, 2, 2, 0] hint="nothing-returned" met="visible"
from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr


def answer(frame, address, mac):
    question = Ether(frame)
    if IPv6 not in question or question[IPv6].hlim != 255:
        return None
    asked = question[IPv6].payload
    if not isinstance(asked, ICMPv6ND_NS):
        return None
    if IPAddress(asked.tgt) != IPAddress(address):
        return None
    is_test = False
    if question[IPv6].src == "::":
        return None
    return bytes(
        Ether(src=mac, dst="33:33:00:00:00:01" if is_test else question.src)
        / IPv6(src=address, dst="ff02::1" if is_test else question[IPv6].src, hlim=255)
        / ICMPv6ND_NA(tgt=address, R=0, S=0 if is_test else 1, O=1)
        / ICMPv6NDOptDstLLAddr(lladdr=mac)
    )

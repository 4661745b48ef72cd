"""Traps: whose path it is, what the MTU counts, and which reports are to be believed."""

# %% right: scapy reads the message
from ipaddress import IPv6Address

from scapy.layers.inet6 import IPv6


def learn(message, own, known):
    mtu = IPv6(message).payload.mtu
    quoted = IPv6(message[48:88])
    destination = IPv6Address(quoted.dst).packed
    reasons = [
        IPv6Address(quoted.src).packed == own,
        mtu >= 1280,
        mtu < known.get(destination, 1500),
        mtu < quoted.plen + 40,
    ]
    return (destination, mtu) if all(reasons) else None


# %% right: one test after the other
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    quoted = message[48:]
    destination = quoted[24:40]
    if mtu < 1280:
        return None
    if quoted[8:24] != own:
        return None
    if destination in known and mtu >= known[destination]:
        return None
    if destination not in known and mtu >= 1500:
        return None
    if mtu >= 40 + quoted[4] * 256 + quoted[5]:
        return None
    return (destination, mtu)


# %% wrong: notes the router's address
# points=[0, 0, 0] hint="learn-of-the-reporter" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    reporter = message[8:24]
    if message[56:72] != own or not 1280 <= mtu < known.get(reporter, 1500):
        return None
    return reporter, mtu


# %% wrong: notes its own address
# points=[0, 0, 0] hint="learn-of-the-destination" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    if message[56:72] != own or not 1280 <= mtu < known.get(own, 1500):
        return None
    return message[24:40], mtu


# %% wrong: takes less than 1280 for 1280
# points=[2, 0, 2] hint="learn-too-small" met="visible"
def learn(message, own, known):
    mtu = max(1280, int.from_bytes(message[44:48], "big"))
    quoted = message[48:]
    source, destination = quoted[8:24], quoted[24:40]
    length = 40 + int.from_bytes(quoted[4:6], "big")
    if source != own or mtu >= known.get(destination, 1500) or length <= mtu:
        return None
    return destination, mtu


# %% wrong: believes everybody
# points=[2, 0, 2] hint="learn-not-mine" met="visible"
def learn(message, own, known):
    return message[72:88], int.from_bytes(message[44:48], "big")


# %% wrong: always goes down to 1280
# points=[0, 0, 0] hint="learn-only-1280" met="visible"
def learn(message, own, known):
    return message[72:88], 1280


# %% wrong: lets a path become wider
# points=[2, 0, 2] hint="learn-wider" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    if message[56:72] != own or mtu < 1280:
        return None
    return message[72:88], mtu


# %% wrong: takes the header away
# points=[0, 0, 0] hint="learn-header-counts" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    if message[56:72] != own or not 1280 <= mtu < known.get(message[72:88], 1500):
        return None
    return message[72:88], mtu - 40


# %% wrong: 1280 itself is refused
# points=[0, 2, 2] hint="learn-1280-is-right" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    quoted = message[48:]
    length = 40 + int.from_bytes(quoted[4:6], "big")
    if quoted[8:24] != own or not 1280 < mtu < known.get(quoted[24:40], 1500) or length <= mtu:
        return None
    return quoted[24:40], mtu


# %% wrong: does not look at the length of the quoted packet
# points=[2, 0, 2] hint="learn-no-sense" met="hidden"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    if message[56:72] != own or not 1280 <= mtu < known.get(message[72:88], 1500):
        return None
    return message[72:88], mtu


# %% wrong: measures the quotation, which is cut
# points=[0, 2, 0] hint="learn-takes-it" met="visible"
def learn(message, own, known):
    mtu = int.from_bytes(message[44:48], "big")
    quoted = message[48:]
    if quoted[8:24] != own or not 1280 <= mtu < known.get(quoted[24:40], 1500):
        return None
    if len(quoted) <= mtu:
        return None
    return quoted[24:40], mtu


# %% wrong: the course's own path MTU cache
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.network.wire import icmpv6


def learn(message, own, known):
    error = icmpv6.pull_error(message[40:])
    return error.invoking[24:40], error.parameter

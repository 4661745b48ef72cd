"""Traps: lines for networks, equal identifiers for one device, text for prefixes, /48 for /64."""


# %% right: pairs of device and network
def followed(log):
    pairs = {(mac_of(source), netaddr.IPNetwork(f"{source}/64").cidr) for _, source in log}
    devices = [str(mac) for mac, _ in pairs if mac]
    return {mac: devices.count(mac) for mac in devices if devices.count(mac) > 1}


# %% right: by hand, from the bits
def followed(log):
    seen = {}
    for _, source in log:
        prefix, low = divmod(int(netaddr.IPAddress(source)), 2**64)
        if low >> 24 & 0xFFFF == 0xFFFE:
            octets = bytearray(low.to_bytes(8, "big"))
            octets[0] ^= 2
            del octets[3:5]
            seen.setdefault(octets.hex(":"), set()).add(prefix)
    return {mac: len(prefixes) for mac, prefixes in seen.items() if len(prefixes) >= 2}


# %% wrong: counts lines
# points=[0, 0] hint="stayed-in-one-network" met="visible"
def followed(log):
    macs = [str(mac_of(source)) for _, source in log if mac_of(source)]
    return {mac: macs.count(mac) for mac in macs if macs.count(mac) > 1}


# %% wrong: takes everybody who has a MAC address
# points=[0, 0] hint="stayed-in-one-network" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        if mac_of(source):
            place = int(netaddr.IPAddress(source)) >> 64
            networks.setdefault(str(mac_of(source)), set()).add(place)
    return {mac: len(places) for mac, places in networks.items()}


# %% wrong: equal identifiers are one device
# points=[0, 0] hint="no-device-without-mac" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        prefix, low = divmod(int(netaddr.IPAddress(source)), 2**64)
        networks.setdefault(low, set()).add(prefix)
    return {f"{low:016x}": len(seen) for low, seen in networks.items() if len(seen) > 1}


# %% wrong: no MAC address is a device too
# points=[0, 0] hint="no-device-without-mac" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        place = int(netaddr.IPAddress(source)) >> 64
        networks.setdefault(str(mac_of(source)), set()).add(place)
    return {mac: len(places) for mac, places in networks.items() if len(places) > 1}


# %% wrong: forgets to invert the bit on the way back
# points=[0, 0] hint="wrong-devices" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        prefix, low = divmod(int(netaddr.IPAddress(source)), 2**64)
        octets = low.to_bytes(8, "big")
        if octets[3:5] == b"\xff\xfe":
            networks.setdefault((octets[:3] + octets[5:]).hex(":"), set()).add(prefix)
    return {mac: len(seen) for mac, seen in networks.items() if len(seen) > 1}


# %% wrong: believes that only universal MAC addresses count
# points=[0, 0] hint="wrong-devices" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        mac = mac_of(source)
        if mac and not mac.packed[0] & 2:
            networks.setdefault(str(mac), set()).add(int(netaddr.IPAddress(source)) >> 64)
    return {mac: len(seen) for mac, seen in networks.items() if len(seen) > 1}


# %% wrong: an organisation is a network
# points=[2, 0] hint="networks-not-lines" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        if mac_of(source):
            place = int(netaddr.IPAddress(source)) >> 80
            networks.setdefault(str(mac_of(source)), set()).add(place)
    return {mac: len(places) for mac, places in networks.items() if len(places) > 1}


# %% wrong: compares prefixes as text
# points=[2, 0] hint="networks-not-lines" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        if mac_of(source):
            place = ":".join(source.split(":")[:4])
            networks.setdefault(str(mac_of(source)), set()).add(place)
    return {mac: len(places) for mac, places in networks.items() if len(places) > 1}


# %% wrong: a list of the devices, without numbers
# points=[0, 0] hint="dictionary-of-devices" met="visible"
def followed(log):
    networks = {}
    for _, source in log:
        if mac_of(source):
            place = int(netaddr.IPAddress(source)) >> 64
            networks.setdefault(str(mac_of(source)), set()).add(place)
    return [mac for mac, places in networks.items() if len(places) > 1]

"""Traps: Hdr Ext Len, padding of one octet, PadN's length, padding that is not needed, many Pad1."""


# %% right: from what is missing
def options_header(following, kind, data):
    body = bytes((kind, len(data))) + data
    missing = (6 - len(body)) % 8
    pads = [b"", b"\x00"] + [bytes((1, n)) + bytes(n) for n in range(6)]
    body += pads[missing]
    return bytes((following, (len(body) - 6) // 8)) + body


# %% right: fills up an array
def options_header(following, kind, data):
    units = (4 + len(data) + 7) // 8
    header = bytearray(8 * units)
    header[:4] = following, units - 1, kind, len(data)
    header[4 : 4 + len(data)] = data
    rest = 8 * units - 4 - len(data)
    if rest > 1:
        header[-rest] = 1
        header[1 - rest] = rest - 2
    return bytes(header)


# %% wrong: no padding
# points=[0, 0, 0] hint="ext-write-multiple" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    return bytes((following, len(option) // 8)) + option


# %% wrong: the length with the first 8 octets
# points=[0, 2, 0] hint="ext-write-length" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    missing = -(2 + len(option)) % 8
    if missing == 1:
        option += b"\x00"
    elif missing:
        option += bytes((1, missing - 2)) + bytes(missing - 2)
    return bytes((following, (2 + len(option)) // 8)) + option


# %% wrong: the length in octets
# points=[0, 2, 0] hint="ext-write-length" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    missing = -(2 + len(option)) % 8
    if missing == 1:
        option += b"\x00"
    elif missing:
        option += bytes((1, missing - 2)) + bytes(missing - 2)
    return bytes((following, 2 + len(option))) + option


# %% wrong: the option's length with its type and length
# points=[0, 2, 0] hint="ext-write-option" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data) + 2)) + data
    missing = -(2 + len(option)) % 8
    if missing == 1:
        option += b"\x00"
    elif missing:
        option += bytes((1, missing - 2)) + bytes(missing - 2)
    return bytes((following, (2 + len(option)) // 8 - 1)) + option


# %% wrong: always pads, even where nothing is missing
# points=[1, 0, 2] hint="ext-write-too-long" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    missing = -(2 + len(option)) % 8
    if missing < 2:
        missing += 8
    option += bytes((1, missing - 2)) + bytes(missing - 2)
    return bytes((following, (2 + len(option)) // 8 - 1)) + option


# %% wrong: several Pad1
# points=[1, 0, 2] hint="ext-write-padn" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    option += bytes(-(2 + len(option)) % 8)
    return bytes((following, (2 + len(option)) // 8 - 1)) + option


# %% wrong: PadN's length counts all of it
# points=[1, 0, 0] hint="ext-write-padn-length" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    missing = -(2 + len(option)) % 8
    if missing == 1:
        option += b"\x00"
    elif missing:
        option += bytes((1, missing)) + bytes(missing - 2)
    return bytes((following, (2 + len(option)) // 8 - 1)) + option


# %% wrong: PadN for one octet
# points=[1, 0, 0] hint="ext-write-pad1" met="visible"
def options_header(following, kind, data):
    option = bytes((kind, len(data))) + data
    missing = -(2 + len(option)) % 8
    if missing:
        option += (bytes((1, max(missing - 2, 0))) + bytes(8))[:missing]
    return bytes((following, (2 + len(option)) // 8 - 1)) + option


# %% wrong: lets scapy write
# points=[0, 0, 0] hint="withheld" met="visible"
def options_header(following, kind, data):
    from scapy.layers.inet6 import HBHOptUnknown, IPv6ExtHdrDestOpt

    option = HBHOptUnknown(otype=kind, optdata=data)
    return bytes(IPv6ExtHdrDestOpt(nh=following, options=[option]))


# %% wrong: lets the course write
# points=[0, 0, 0] hint="withheld" met="visible"
def options_header(following, kind, data):
    from ipv6course.network.wire.extension import Option, push_options

    return bytes(push_options(following, (Option(kind, data),)))

"""Traps: rounding down, exact powers of two, the two lost addresses of IPv4, hosts for LANs."""


# %% right: step by step
def site_length(lans):
    for length in (60, 56, 52):
        if lans <= 2 ** (64 - length):
            return length
    return 48


# %% right: with bits
def site_length(lans):
    bits = (lans - 1).bit_length()
    return 64 - (bits + 3) // 4 * 4


# %% right: with a logarithm
import math


def site_length(lans):
    return 64 - 4 * math.ceil(math.log2(lans) / 4)


# %% wrong: as long as possible
# points=[0, 0] hint="not-a-nibble" met="visible"
def site_length(lans):
    return 64 - (lans - 1).bit_length()


# %% wrong: the next longer boundary
# points=[0, 0] hint="too-few-lans" met="visible"
def site_length(lans):
    return 64 - (lans - 1).bit_length() // 4 * 4


# %% wrong: two of them are lost
# points=[1, 0] hint="no-broadcast" met="visible"
def site_length(lans):
    length = 64
    while 2 ** (64 - length) - 2 < lans:
        length -= 4
    return length


# %% wrong: one bit too many for a power of two
# points=[1, 0] hint="exact-power" met="visible"
def site_length(lans):
    return 64 - (lans.bit_length() + 3) // 4 * 4


# %% wrong: counts addresses
# points=[0, 0] hint="hosts-not-lans" met="visible"
def site_length(lans):
    return 128 - ((lans - 1).bit_length() + 3) // 4 * 4


# %% wrong: the bits, not the length
# points=[0, 0] hint="bits-not-length" met="visible"
def site_length(lans):
    return ((lans - 1).bit_length() + 3) // 4 * 4


# %% wrong: one /56 for everybody
# points=[0, 0] hint="length-for-lans" met="visible"
def site_length(lans):
    return 56


# %% wrong: a text
# points=[0, 0] hint="wrong-type" met="visible"
def site_length(lans):
    return "/" + str(64 - ((lans - 1).bit_length() + 3) // 4 * 4)


# %% wrong: a /56 is the largest that a site gets
# points=[1, 0] hint="length-for-lans" met="hidden"
def site_length(lans):
    return 60 if lans <= 16 else 56

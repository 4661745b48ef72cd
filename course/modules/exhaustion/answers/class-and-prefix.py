"""Traps: the two addresses that are not for hosts, exact fits, several class C networks, bits for a length."""


# %% right: from the number of bits
def class_and_prefix(hosts):
    bits = (hosts + 1).bit_length()
    letter = "C" if bits <= 8 else "B" if bits <= 16 else "A"
    return letter, {"C": 256, "B": 65536, "A": 16777216}[letter], 32 - bits


# %% right: searched
def class_and_prefix(hosts):
    length = next(n for n in range(32, -1, -1) if 2 ** (32 - n) - 2 >= hosts)
    if hosts > 65534:
        return "A", 256**3, length
    if hosts > 254:
        return "B", 256**2, length
    return "C", 256, length


# %% wrong: no address is lost
# points=[2, 0] hint="runout-first-and-last" met="visible"
def class_and_prefix(hosts):
    length = next(n for n in range(32, -1, -1) if 2 ** (32 - n) >= hosts)
    for letter, size in (("C", 2**8), ("B", 2**16), ("A", 2**24)):
        if hosts <= size:
            return letter, size, length


# %% wrong: less than, where it fits exactly
# points=[2, 0] hint="runout-fits-exactly" met="visible"
def class_and_prefix(hosts):
    length = next(n for n in range(32, -1, -1) if 2 ** (32 - n) > hosts + 2)
    for letter, size in (("C", 2**8), ("B", 2**16), ("A", 2**24)):
        if hosts + 2 < size:
            return letter, size, length


# %% wrong: the prefix of the class
# points=[0, 0] hint="runout-no-class-in-cidr" met="visible"
def class_and_prefix(hosts):
    for letter, size, length in (("C", 2**8, 24), ("B", 2**16, 16), ("A", 2**24, 8)):
        if hosts + 2 <= size:
            return letter, size, length


# %% wrong: the free bits in the place of the length
# points=[0, 0] hint="runout-bits-not-length" met="visible"
def class_and_prefix(hosts):
    bits = (hosts + 1).bit_length()
    letter = "C" if bits <= 8 else "B" if bits <= 16 else "A"
    return letter, {"C": 256, "B": 65536, "A": 16777216}[letter], bits


# %% wrong: as many class C networks as needed
# points=[0, 0] hint="runout-one-network" met="visible"
def class_and_prefix(hosts):
    bits = (hosts + 1).bit_length()
    networks = -(-(hosts + 2) // 256)
    return "C", 256 * networks, 32 - bits


# %% wrong: hosts of a network, not its addresses
# points=[0, 0] hint="runout-addresses-not-hosts" met="visible"
def class_and_prefix(hosts):
    bits = (hosts + 1).bit_length()
    letter = "C" if bits <= 8 else "B" if bits <= 16 else "A"
    return letter, {"C": 254, "B": 65534, "A": 16777214}[letter], 32 - bits


# %% wrong: rounds the bits down
# points=[0, 0] hint="runout-too-long" met="visible"
def class_and_prefix(hosts):
    from math import log2

    length = 32 - int(log2(hosts + 2))
    letter = "C" if hosts <= 254 else "B" if hosts <= 65534 else "A"
    return letter, {"C": 256, "B": 65536, "A": 16777216}[letter], length

"""Traps: order of the digits, a zone that is too large, the number of zones, both ends."""


# %% right: bit by bit, halves until the length is a multiple of 4
def zones(digits, length):
    if length % 4:
        first = int(digits, 16)
        upper = first + 2 ** (127 - length)
        return zones(digits, length + 1) + zones(f"{upper:032x}", length + 1)
    return ["".join(digit + "." for digit in digits[: length // 4][::-1]) + "ip6.arpa."]


# %% right: the last digit counts
def zones(digits, length):
    whole, bits = divmod(length, 4)
    known = [digit + "." for digit in digits[:whole]]
    tail = "".join(reversed(known)) + "ip6.arpa."
    if not bits:
        return [tail]
    start = int(digits[whole], 16)
    return [f"{start + step:x}.{tail}" for step in range(2 ** (4 - bits))]


# %% wrong: uses the course's own function
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.address import reverse


def zones(digits, length):
    text = ":".join(digits[at : at + 4] for at in range(0, 32, 4))
    return [reverse(f"{text}/{length}")]


# %% wrong: the zone that is too large
# points=[2, 0, 0] hint="zone-too-large" met="visible"
def zones(digits, length):
    labels = [*reversed(digits[: length // 4])]
    return [".".join([*labels, "ip6", "arpa", ""])]


# %% wrong: not reversed
# points=[0, 0, 0] hint="zone-not-reversed" met="visible"
def zones(digits, length):
    labels = -(-length // 4)
    first = int(digits[:labels] or "0", 16)
    return [
        ".".join([*format(first + step, f"0{labels}x"), "ip6", "arpa", ""])
        for step in range(2 ** (4 * labels - length))
    ]


# %% wrong: without the dot of the root
# points=[0, 0, 0] hint="zone-no-dot" met="visible"
def zones(digits, length):
    labels = -(-length // 4)
    first = int(digits[:labels] or "0", 16)
    return [
        ".".join([*reversed(format(first + step, f"0{labels}x")), "ip6", "arpa"])
        for step in range(2 ** (4 * labels - length))
    ]


# %% wrong: in ip6.int
# points=[0, 0, 0] hint="zone-old-domain" met="visible"
def zones(digits, length):
    return [".".join([*reversed(digits[: length // 4]), "ip6", "int", ""])]


# %% wrong: a group is a label
# points=[0, 0, 0] hint="zone-by-groups" met="visible"
def zones(digits, length):
    groups = [digits[at : at + 4] for at in range(0, length // 4, 4)]
    return [".".join([*reversed(groups), "ip6", "arpa", ""])]


# %% wrong: zeros in front of a group left out
# points=[0, 0, 0] hint="zone-zeros-lost" met="visible"
def zones(digits, length):
    groups = [digits[at : at + 4].lstrip("0") for at in range(0, length // 4, 4)]
    labels = reversed("".join(groups))
    return [".".join([*labels, "ip6", "arpa", ""])]


# %% wrong: one text, not a list
# points=[0, 0, 0] hint="wrong-type" met="visible"
def zones(digits, length):
    return ".".join([*reversed(digits[: length // 4]), "ip6", "arpa", ""])


# %% wrong: counts the bits behind the last digit, not those that are missing
# points=[2, 0, 0] hint="zone-count" met="visible"
def zones(digits, length):
    labels = -(-length // 4)
    first = int(digits[:labels] or "0", 16)
    found = []
    for step in range(2 ** (length % 4) if length % 4 != 2 else 2):
        text = reversed(format(first + step, f"0{labels}x"))
        found.append(".".join([*text, "ip6", "arpa", ""]))
    return found


# %% wrong: nothing for the length 0
# points=[2, 2, 0] hint="zone-edge" met="visible"
def zones(digits, length):
    labels = -(-length // 4)
    if not labels:
        return []
    first = int(digits[:labels], 16)
    return [
        ".".join([*reversed(format(first + step, f"0{labels}x")), "ip6", "arpa", ""])
        for step in range(2 ** (4 * labels - length))
    ]

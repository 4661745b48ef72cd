"""Traps: the wrong bits, counting from one, decimal digits, text instead of bits, no refusal."""


# %% right: the size of a subnet
def nth_subnet(digits, length, new_length, number):
    count = 2 ** (new_length - length) if new_length >= length else 0
    if number not in range(count):
        raise ValueError("no such subnet")
    size = 2 ** (128 - new_length)
    return f"{int(digits, 16) + number * size:032x}"


# %% right: a text of bits
def nth_subnet(digits, length, new_length, number):
    bits = f"{int(digits, 16):0128b}"
    width = new_length - length
    if number < 0 or width < 0 or number.bit_length() > width:
        raise ValueError("no such subnet")
    middle = f"{number:0{width}b}" if width else ""
    return f"{int((bits[:length] + middle).ljust(128, '0'), 2):032x}"


# %% wrong: counts from one
# points=[0, 0, 0] hint="counted-from-one" met="visible"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    return format(int(digits, 16) + (number - 1 << 128 - new_length), "032x")


# %% wrong: the n-th address
# points=[0, 0, 0] hint="added-at-the-end" met="visible"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    return format(int(digits, 16) + number, "032x")


# %% wrong: goes on in the prefix
# points=[0, 0, 0] hint="prefix-was-changed" met="visible"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    return format(int(digits, 16) + (number << 128 - length), "032x")


# %% wrong: the decimal number in the text
# points=[0, 0, 0] hint="number-in-decimal" met="visible"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    width = (new_length - length) // 4
    return (digits[: length // 4] + str(number).zfill(width)).ljust(32, "0")


# %% wrong: digits, not bits
# points=[2, 0, 1] hint="bits-not-digits" met="visible"
def nth_subnet(digits, length, new_length, number):
    if new_length < length or not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    width = (new_length - length) // 4
    return (digits[: length // 4] + f"{number:0{width}x}").ljust(32, "0")


# %% wrong: not filled up
# points=[0, 0, 0] hint="thirty-two-digits" met="visible"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** (new_length - length):
        raise ValueError("no such subnet")
    value = int(digits, 16) + (number << 128 - new_length)
    return format(value, "032x").rstrip("0")


# %% wrong: never refuses
# points=[2, 2, 0] hint="no-such-subnet" met="visible"
def nth_subnet(digits, length, new_length, number):
    return format(int(digits, 16) + (number << 128 - new_length), "032x")


# %% wrong: keeps the last one back
# points=[2, 2, 0] hint="stopped" met="visible"
def nth_subnet(digits, length, new_length, number):
    if new_length < length or not 0 <= number < 2 ** (new_length - length) - 1:
        raise ValueError("no such subnet")
    return format(int(digits, 16) + (number << 128 - new_length), "032x")


# %% wrong: one too many
# points=[2, 2, 0] hint="no-such-subnet" met="visible"
def nth_subnet(digits, length, new_length, number):
    if new_length < length or not 0 <= number <= 2 ** (new_length - length):
        raise ValueError("no such subnet")
    return format(int(digits, 16) + (number << 128 - new_length), "032x")


# %% wrong: a shorter length is no mistake
# points=[2, 2, 0] hint="no-such-subnet" met="hidden"
def nth_subnet(digits, length, new_length, number):
    if not 0 <= number < 2 ** abs(new_length - length):
        raise ValueError("no such subnet")
    return format(int(digits, 16) + (number << 128 - new_length), "032x")


# %% wrong: asks the course
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.plan import split


def nth_subnet(digits, length, new_length, number):
    text = ":".join(digits[place : place + 4] for place in range(0, 32, 4))
    return format(split(f"{text}/{length}", new_length)[number].first, "032x")


# %% wrong: asks the standard library
# points=[0, 0, 0] hint="withheld" met="visible"
import ipaddress
from itertools import islice


def nth_subnet(digits, length, new_length, number):
    network = ipaddress.IPv6Network((int(digits, 16), length))
    subnet = next(islice(network.subnets(new_prefix=new_length), number, None))
    return format(int(subnet.network_address), "032x")


# %% wrong: asks netaddr
# points=[0, 0, 0] hint="withheld" met="visible"
from itertools import islice

import netaddr


def nth_subnet(digits, length, new_length, number):
    network = netaddr.IPNetwork((int(digits, 16), length), version=6)
    subnet = next(islice(network.subnet(new_length), number, None))
    return format(subnet.first, "032x")

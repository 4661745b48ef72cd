"""Traps: arguments left out, the counter added after the hash, chance, half a look at `refused`."""


# %% right: again with the next counter
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    data = f"{prefix} {mac} {network_id} {dad_counter} ".encode() + secret
    number = f(data)
    if number in refused:
        return stable(prefix, mac, network_id, dad_counter + 1, secret, refused)
    return number


# %% right: a keyed hash, without f
import hmac


def stable(prefix, mac, network_id, dad_counter, secret, refused):
    for counter in range(dad_counter, dad_counter + 1000):
        message = repr((prefix, mac, network_id, counter)).encode()
        digest = hmac.new(secret, message, "sha256").digest()
        if int.from_bytes(digest[:8], "big") not in refused:
            return int.from_bytes(digest[:8], "big")
    raise RuntimeError("no identifier is left")


# %% wrong: the program as it was
# points=[0, 0, 0] hint="same-in-every-network" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    return f(mac.encode() + network_id.encode())


# %% wrong: everything but the prefix
# points=[0, 2, 2] hint="same-in-every-network" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    while True:
        number = f(f"{mac}|{network_id}|{dad_counter}|".encode() + secret)
        if number not in refused:
            return number
        dad_counter += 1


# %% wrong: everything but the network name
# points=[0, 2, 2] hint="argument-without-effect" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    while True:
        number = f(f"{prefix}|{mac}|{dad_counter}|".encode() + secret)
        if number not in refused:
            return number
        dad_counter += 1


# %% wrong: everything but the secret
# points=[2, 0, 2] hint="secret-without-effect" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    while True:
        number = f(f"{prefix}|{mac}|{network_id}|{dad_counter}".encode())
        if number not in refused:
            return number
        dad_counter += 1


# %% wrong: forgets the counter
# points=[2, 0, 0] hint="conflict-without-effect" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    return f(f"{prefix}|{mac}|{network_id}".encode() + secret)


# %% wrong: adds the counter to the finished number
# points=[2, 0, 2] hint="guessed-from-the-first" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    number = f(f"{prefix}|{mac}|{network_id}|".encode() + secret) // 2 + dad_counter * 2
    while number in refused:
        number += 2
    return number


# %% wrong: draws at random
# points=[0, 0, 0] hint="changes-by-itself" met="visible"
import secrets


def stable(prefix, mac, network_id, dad_counter, secret, refused):
    return secrets.randbits(64)


# %% wrong: does not look at the refused ones
# points=[2, 2, 0] hint="refused-all-the-same" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    return f(f"{prefix}|{mac}|{network_id}|{dad_counter}|".encode() + secret)


# %% wrong: takes the number beside a refused one
# points=[2, 2, 0] hint="refused-is-a-conflict" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    number = f(f"{prefix}|{mac}|{network_id}|{dad_counter}|".encode() + secret)
    while number in refused:
        number = (number + 1) % 2**64
    return number


# %% wrong: looks at the refused ones only once
# points=[2, 2, 0] hint="refused-more-than-once" met="hidden"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    first = f(f"{prefix}|{mac}|{network_id}|{dad_counter}|".encode() + secret)
    second = f(f"{prefix}|{mac}|{network_id}|{dad_counter + 1}|".encode() + secret)
    return second if first in refused else first


# %% wrong: all 256 bits
# points=[0, 2, 0] hint="not-64-bits" met="visible"
def stable(prefix, mac, network_id, dad_counter, secret, refused):
    while True:
        data = f"{prefix}|{mac}|{network_id}|{dad_counter}|".encode() + secret
        number = int.from_bytes(hashlib.sha256(data).digest(), "big")
        if number not in refused:
            return number
        dad_counter += 1


# %% wrong: asks the toolkit
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.address import stable_private


def stable(prefix, mac, network_id, dad_counter, secret, refused):
    return int(stable_private(prefix, mac, network_id, dad_counter, secret)) & (2**64 - 1)

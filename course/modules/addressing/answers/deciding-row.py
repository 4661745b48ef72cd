"""Traps: the first row that fits, lengths as text, texts instead of bits, rows that have ended."""

# %% right: sort, then take the first
import netaddr


def deciding_row(address, rows):
    networks = [(netaddr.IPNetwork(block), block) for block, ended in rows if not ended]
    networks.sort(key=lambda pair: pair[0].prefixlen, reverse=True)
    for network, block in networks:
        if address in network:
            return block
    return None


# %% right: with bits, without a library for blocks
from ipv6course.address import bits


def deciding_row(address, rows):
    best = None
    for block, ended in rows:
        start, length = block.split("/")
        fixed = bits(start)[: int(length)]
        if ended is None and bits(address).startswith(fixed):
            if best is None or len(fixed) > best[0]:
                best = (len(fixed), block)
    return best[1] if best else None


# %% wrong: the first row that fits
# points=[0, 2, 1] hint="larger-block-taken" met="visible"
import netaddr


def deciding_row(address, rows):
    for block, ended in rows:
        if not ended and netaddr.IPAddress(address) in netaddr.IPNetwork(block):
            return block


# %% wrong: the last row that fits
# points=[0, 2, 1] hint="order-of-rows" met="visible"
import netaddr


def deciding_row(address, rows):
    found = None
    for block, ended in rows:
        if not ended and netaddr.IPAddress(address) in netaddr.IPNetwork(block):
            found = block
    return found


# %% wrong: the largest block
# points=[0, 2, 1] hint="larger-block-taken" met="visible"
import netaddr


def deciding_row(address, rows):
    fits = [b for b, ended in rows if not ended and address in netaddr.IPNetwork(b)]
    return min(fits, key=lambda block: netaddr.IPNetwork(block).prefixlen, default=None)


# %% wrong: prefix lengths compared as text
# points=[0, 2, 1] hint="length-as-text" met="visible"
import netaddr


def deciding_row(address, rows):
    fits = [b for b, ended in rows if not ended and address in netaddr.IPNetwork(b)]
    return max(fits, key=lambda block: block.split("/")[1], default=None)


# %% wrong: texts that begin alike
# points=[2, 0, 0] hint="bits-not-text" met="visible"
def deciding_row(address, rows):
    fits = [b for b, ended in rows if not ended and address.startswith(b.split("/")[0])]
    return max(fits, key=len, default=None)


# %% wrong: texts that begin alike, without the colons at the end
# points=[2, 0, 1] hint="bits-not-text" met="visible"
def deciding_row(address, rows):
    fits = []
    for block, ended in rows:
        begin, length = block.split("/")
        if not ended and address.startswith(begin.rstrip(":")):
            fits.append((len(begin), block))
    return max(fits)[1] if fits else None


# %% wrong: rows that have ended count too
# points=[2, 2, 0] hint="terminated-row" met="visible"
import netaddr


def deciding_row(address, rows):
    fits = [block for block, _ in rows if address in netaddr.IPNetwork(block)]
    return max(fits, key=lambda block: netaddr.IPNetwork(block).prefixlen, default=None)


# %% wrong: a row that has ended leaves nothing
# points=[2, 2, 0] hint="terminated-row" met="visible"
import netaddr


def deciding_row(address, rows):
    fits = [row for row in rows if address in netaddr.IPNetwork(row[0])]
    if not fits:
        return None
    block, ended = max(fits, key=lambda row: netaddr.IPNetwork(row[0]).prefixlen)
    return None if ended else block


# %% wrong: the row instead of its block
# points=[0, 0, 0] hint="wrong-type" met="visible"
import netaddr


def deciding_row(address, rows):
    fits = [row for row in rows if not row[1] and address in netaddr.IPNetwork(row[0])]
    return max(fits, key=lambda row: netaddr.IPNetwork(row[0]).prefixlen, default=None)


# %% wrong: asks netaddr for the smallest block
# points=[0, 0, 0] hint="withheld" met="visible"
import netaddr


def deciding_row(address, rows):
    found = netaddr.smallest_matching_cidr(address, [block for block, ended in rows if not ended])
    return found and str(found)


# %% wrong: asks the course's own registry
# points=[0, 0, 0] hint="withheld" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def deciding_row(address, rows):
    row = special_purpose_block(netaddr.IPAddress(address))
    return str(row.block) if row else None


# %% wrong: asks describe
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.address import describe


def deciding_row(address, rows):
    return str(describe(address).block)

"""Traps: one more block on the old list, N/A as no, one column for all, rows that have ended."""

# %% right: with describe
from ipv6course.address import describe


def passes(address, role, place):
    found = describe(address)
    if found.type in ("unspecified", "link-local unicast", "multicast", "reserved"):
        return False
    if found.registry_entry and found.registry_entry.terminated:
        return False
    asked = [found.source] if role == "source" else [found.destination, found.forwardable]
    if place == "border":
        asked.append(found.globally_reachable)
    return all(answer is not False for answer in asked)


# %% right: a table of columns, and the row found by hand
import netaddr
from ipv6data.special_purpose import special_purpose_blocks

COLUMNS = {
    ("source", "inside"): ["source"],
    ("source", "border"): ["source", "globally_reachable"],
    ("destination", "inside"): ["destination", "forwardable"],
    ("destination", "border"): ["destination", "forwardable", "globally_reachable"],
}


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if address == "::" or number in netaddr.IPNetwork("fe80::/10"):
        return False
    rows = [r for r in special_purpose_blocks() if number in r.block and not r.terminated]
    if not rows:
        return number in netaddr.IPNetwork("2000::/3")
    row = max(rows, key=lambda row: row.block.prefixlen)
    return not any(getattr(row, name) is False for name in COLUMNS[role, place])


# %% wrong: one more block on the old list
# points=[0, 0, 0] hint="new-network-stopped" met="visible"
import netaddr

ALLOWED = [
    "2001::/16",
    "2400::/11",
    "2600::/12",
    "2620::/23",
    "2800::/12",
    "2a00::/11",
    "2c00::/12",
]


def passes(address, role, place):
    return netaddr.IPAddress(address) in netaddr.IPSet(ALLOWED) - netaddr.IPSet(["2001:db8::/32"])


# %% wrong: all of 2000::/3, and nothing else is known
# points=[0, 0, 0] hint="documentation-passes" met="visible"
import netaddr


def passes(address, role, place):
    return netaddr.IPAddress(address) in netaddr.IPNetwork("2000::/3")


# %% wrong: whatever has a row is stopped
# points=[0, 0, 0] hint="special-is-no-ban" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    return special_purpose_block(number) is None and number in netaddr.IPNetwork("2000::/3")


# %% wrong: N/A read as no
# points=[0, 2, 2] hint="not-applicable-is-not-no" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return all(asked)


# %% wrong: the place does not matter, columns of the role only
# points=[2, 0, 2] hint="leaves-the-network" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    if row.terminated:
        return False
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    return False not in asked


# %% wrong: Globally Reachable everywhere
# points=[2, 0, 0] hint="stopped-inside" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    return row.globally_reachable is not False and not row.terminated


# %% wrong: the role does not matter
# points=[2, 2, 0] hint="columns-by-role" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    if row.terminated:
        return False
    asked = [row.source, row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return False not in asked


# %% wrong: the columns decide about link-local too
# points=[2, 2, 0] hint="never-forwarded" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    if row.terminated:
        return False
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return False not in asked


# %% wrong: a row that has ended says nothing
# points=[2, 2, 0] hint="terminated-row" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row is None:
        return number in netaddr.IPNetwork("2000::/3")
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return False not in asked


# %% wrong: no row, no question
# points=[2, 2, 0] hint="outside-global-unicast" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row is None:
        return True
    if row.terminated:
        return False
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return False not in asked


# %% wrong: forgets that there may be no row
# points=[0, 2, 0] hint="stopped" met="visible"
import netaddr
from ipv6data.special_purpose import special_purpose_block


def passes(address, role, place):
    number = netaddr.IPAddress(address)
    if number in netaddr.IPNetwork("fe80::/10") or address == "::":
        return False
    row = special_purpose_block(number)
    if row.terminated:
        return False
    asked = [row.source] if role == "source" else [row.destination, row.forwardable]
    if place == "border":
        asked.append(row.globally_reachable)
    return False not in asked


# %% wrong: lets everything pass
# points=[0, 0, 0] hint="documentation-passes" met="visible"
def passes(address, role, place):
    return True

"""Traps: text, the flags read as scope, only the border's own scope, reserved scopes, sources."""

# %% right: numbers only
import netaddr


def may_pass(source, group, border):
    sender, number = int(netaddr.IPAddress(source)), int(netaddr.IPAddress(group))
    if sender == 0 or sender >> 120 == 0xFF or sender >> 118 == 0b1111111010:
        return False
    r, p, t = (number >> place & 1 for place in (118, 117, 116))
    if (p and not t) or (r and not (p and t)):
        return False
    scope = number >> 112 & 0xF
    return scope != 0 and scope > border


# %% right: descriptions and digits
from ipv6course.address import describe, full


def may_pass(source, group, border):
    if describe(source).type in ("unspecified", "multicast", "link-local unicast"):
        return False
    flags, scope = (int(digit, 16) for digit in full(group)[2:4])
    return flags & 7 in (0, 1, 3, 7) and scope > border


# %% wrong: the digits of well-known groups only
# points=[0, 0, 0] hint="scope-is-the-fourth-digit" met="visible"
def may_pass(source, group, border):
    if not group.lower().startswith("ff0"):
        return True
    return int(group[3], 16) > border


# %% wrong: reads flags and scope as one number
# points=[0, 0, 0] hint="scope-is-the-fourth-digit" met="visible"
import netaddr


def may_pass(source, group, border):
    return (int(netaddr.IPAddress(group)) >> 112 & 0xFF) > border


# %% wrong: stops the border's own scope only
# points=[0, 0, 0] hint="smaller-scopes-stop-too" met="visible"
from ipv6course.address import multicast_fields


def may_pass(source, group, border):
    return multicast_fields(group).scope not in (2, border)


# %% wrong: lets the border's own scope pass
# points=[0, 0, 0] hint="border-stops-its-scope" met="visible"
from ipv6course.address import multicast_fields


def may_pass(source, group, border):
    return multicast_fields(group).scope >= border


# %% wrong: lets only the global scope pass
# points=[2, 0, 0] hint="larger-scope-passes" met="visible"
from ipv6course.address import multicast_fields


def may_pass(source, group, border):
    return multicast_fields(group).scope == 14


# %% wrong: drops all that is reserved
# points=[2, 0, 2] hint="scope-f-is-global" met="visible"
from ipv6course.address import describe, multicast_fields


def may_pass(source, group, border):
    if describe(source).type in ("unspecified", "multicast", "link-local unicast"):
        return False
    fields = multicast_fields(group)
    if fields.prefix_based and not fields.transient:
        return False
    if fields.rendezvous_point and not fields.prefix_based:
        return False
    return border < fields.scope < 15


# %% wrong: does not look at the source
# points=[2, 2, 0] hint="source-never-forwarded" met="visible"
from ipv6course.address import multicast_fields


def may_pass(source, group, border):
    fields = multicast_fields(group)
    if fields.prefix_based and not fields.transient:
        return False
    if fields.rendezvous_point and not fields.prefix_based:
        return False
    return fields.scope > border


# %% wrong: does not look at the flags
# points=[2, 2, 0] hint="flags-do-not-fit" met="visible"
from ipv6course.address import describe, multicast_fields


def may_pass(source, group, border):
    if describe(source).type in ("unspecified", "multicast", "link-local unicast"):
        return False
    return multicast_fields(group).scope > border


# %% wrong: every group with a prefix inside is dropped
# points=[2, 2, 0] hint="flags-do-fit" met="visible"
from ipv6course.address import describe, multicast_fields


def may_pass(source, group, border):
    if describe(source).type in ("unspecified", "multicast", "link-local unicast"):
        return False
    fields = multicast_fields(group)
    if fields.prefix_based or fields.rendezvous_point:
        return False
    return fields.scope > border


# %% wrong: compares the flags as one number
# points=[2, 2, 0] hint="each-flag-by-itself" met="hidden"
from ipv6course.address import describe, full


def may_pass(source, group, border):
    if describe(source).type in ("unspecified", "multicast", "link-local unicast"):
        return False
    flags, scope = (int(digit, 16) for digit in full(group)[2:4])
    return flags in (0, 1, 3, 7) and scope > border

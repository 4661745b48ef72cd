"""Traps: padding on the wrong side, `::` as one group, empty pieces at the edges."""


# %% right: the pieces before and after
def full_form(text):
    if "::" not in text:
        groups = text.split(":")
    else:
        before, after = text.split("::")
        left = [group for group in before.split(":") if group]
        right = [group for group in after.split(":") if group]
        groups = left + ["0"] * (8 - len(left) - len(right)) + right
    return ":".join(group.lower().zfill(4) for group in groups)


# %% right: count the colons
def full_form(text):
    if text.startswith("::"):
        text = "0" + text
    if text.endswith("::"):
        text = text + "0"
    missing = 7 - text.count(":")
    text = text.replace("::", ":" + "0:" * (missing + 1))
    return ":".join(group.rjust(4, "0") for group in text.lower().split(":"))


# %% wrong: fills up on the right
# points=[0, 0, 0] hint="padded-on-the-right" met="visible"
def full_form(text):
    left, colons, right = text.lower().partition("::")
    before = left.split(":") if left else []
    after = right.split(":") if right else []
    zeros = ["0"] * (8 - len(before) - len(after)) if colons else []
    return ":".join(group.ljust(4, "0") for group in before + zeros + after)


# %% wrong: does not fill up
# points=[0, 0, 0] hint="not-padded" met="visible"
def full_form(text):
    left, colons, right = text.lower().partition("::")
    before = left.split(":") if left else []
    after = right.split(":") if right else []
    zeros = ["0"] * (8 - len(before) - len(after)) if colons else []
    return ":".join(before + zeros + after)


# %% wrong: keeps capital letters
# points=[0, 2, 2] hint="upper-case" met="visible"
def full_form(text):
    left, colons, right = text.partition("::")
    before = left.split(":") if left else []
    after = right.split(":") if right else []
    zeros = ["0"] * (8 - len(before) - len(after)) if colons else []
    return ":".join(group.zfill(4) for group in before + zeros + after)


# %% wrong: '::' is one group
# points=[2, 0, 0] hint="one-group-only" met="visible"
def full_form(text):
    return ":".join(group.zfill(4) for group in text.lower().replace("::", ":0:").split(":"))


# %% wrong: leaves an empty piece at the edge
# points=[2, 2, 0] hint="edge-of-the-text" met="visible"
def full_form(text):
    groups = text.lower().split(":")
    if "" in groups:
        gap = groups.index("")
        written = [group for group in groups if group]
        groups[gap : gap + 1] = ["0"] * (8 - len(written))
    return ":".join(group.zfill(4) for group in groups)


# %% wrong: a list of groups
# points=[0, 0, 0] hint="wrong-type" met="visible"
def full_form(text):
    left, _, right = text.lower().partition("::")
    before = left.split(":") if left else []
    after = right.split(":") if right else []
    return [g.zfill(4) for g in before + ["0"] * (8 - len(before) - len(after)) + after]


# %% wrong: asks the standard library
# points=[0, 0, 0] hint="withheld" met="visible"
def full_form(text):
    import ipaddress

    return ipaddress.IPv6Address(text).exploded


# %% wrong: asks netaddr under another name
# points=[0, 0, 0] hint="withheld" met="visible"
from netaddr import IPAddress as read
from netaddr import ipv6_verbose


def full_form(text):
    return read(text).format(ipv6_verbose)


# %% wrong: asks the operating system
# points=[0, 0, 0] hint="withheld" met="visible"
import socket


def full_form(text):
    return socket.inet_pton(socket.AF_INET6, text).hex(":", 2)


# %% wrong: hands the work to the course
# points=[0, 0, 0] hint="withheld" met="visible"
from ipv6course.address import full

full_form = full

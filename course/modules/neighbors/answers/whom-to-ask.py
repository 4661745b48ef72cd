"""Traps: asking for the far destination, the own address as on-link, groups, link-local addresses."""

# %% right: one rule after the other
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if target.is_multicast():
        return None
    if target.is_link_local():
        return str(target)
    for net in on_link:
        if target in IPNetwork(net):
            return str(target)
    return router


# %% right: with numbers
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    number = int(target)
    if number >> 120 == 0xFF:
        return None
    nets = [IPNetwork(net) for net in on_link]
    is_near = number >> 118 == 0xFE80 >> 6 or any(n.first <= number <= n.last for n in nets)
    return str(target) if is_near else router


# %% wrong: asks for the far server
# points=[0, 0] hint="ask-not-the-destination" met="visible"
from netaddr import IPAddress


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    return None if target.is_multicast() else str(target)


# %% wrong: sends all to the router
# points=[0, 0] hint="ask-on-link" met="visible"
def whom_to_ask(destination, own, on_link, router):
    return None if destination.startswith("ff") else router


# %% wrong: the /64 of the own address is on-link
# points=[2, 0] hint="ask-own-address" met="visible"
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if target.is_multicast():
        return None
    nets = ["fe80::/10", *on_link, *(address + "/64" for address in own)]
    if any(target in IPNetwork(net) for net in nets):
        return str(target)
    return router


# %% wrong: without a router everything is on-link, as an old RFC had it
# points=[2, 0] hint="ask-no-router" met="visible"
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if target.is_multicast():
        return None
    if any(target in IPNetwork(net) for net in ["fe80::/10", *on_link]):
        return str(target)
    return router or str(target)


# %% wrong: link-local addresses go to the router
# points=[0, 2] hint="ask-link-local" met="visible"
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if target.is_multicast():
        return None
    if any(target in IPNetwork(net) for net in on_link):
        return str(target)
    return router


# %% wrong: resolves groups
# points=[0, 2] hint="ask-group" met="visible"
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if any(target in IPNetwork(net) for net in ["fe80::/10", "ff00::/8", *on_link]):
        return str(target)
    return router


# %% wrong: compares texts
# points=[0, 2] hint="ask-on-link" met="visible"
def whom_to_ask(destination, own, on_link, router):
    if destination.startswith("ff"):
        return None
    for net in ["fe80::/10", *on_link]:
        if destination.startswith(net.split("::")[0] + ":"):
            return destination
    return router


# %% wrong: returns the text as it came
# points=[0, 2] hint="ask-text" met="visible"
from netaddr import IPAddress, IPNetwork


def whom_to_ask(destination, own, on_link, router):
    target = IPAddress(destination)
    if target.is_multicast():
        return None
    if any(target in IPNetwork(net) for net in ["fe80::/10", *on_link]):
        return destination
    return router

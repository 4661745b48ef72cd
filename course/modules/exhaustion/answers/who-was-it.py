"""Traps: all 65,536 ports, ports below 1024, the rest at the upper end, customers from 1, a name without a port."""


# %% right: asks each customer
def suspects(address, port, ratio):
    size = 64512 // ratio
    found = []
    for position in range(ratio):
        first = 1024 + position * size
        if port is None or first <= port < first + size:
            found.append(address * ratio + position)
    return found


# %% right: with divmod
def suspects(address, port, ratio):
    if port is None:
        return [address * ratio + position for position in range(ratio)]
    position, _ = divmod(port - 1024, (65536 - 1024) // ratio)
    return [address * ratio + position] if 0 <= position < ratio else []


# %% wrong: all 65,536 ports are divided
# points=[0, 0] hint="sharing-well-known-ports" met="visible"
def suspects(address, port, ratio):
    customers = list(range(address * ratio, (address + 1) * ratio))
    if port is None:
        return customers
    size = 65536 // ratio
    return customers[port // size : port // size + 1]


# %% wrong: the ports below 1024 are not taken away from the port
# points=[0, 0] hint="sharing-count-from-zero" met="visible"
def suspects(address, port, ratio):
    customers = list(range(address * ratio, (address + 1) * ratio))
    if port is None:
        return customers
    size = 64512 // ratio
    return customers[(port + 4032) // size : (port + 4032) // size + 1]


# %% wrong: customers from 1
# points=[0, 0] hint="sharing-count-from-zero" met="visible"
def suspects(address, port, ratio):
    customers = list(range(address * ratio + 1, (address + 1) * ratio + 1))
    if port is None:
        return customers
    position = (port - 1024) // (64512 // ratio)
    return customers[position : position + 1] if port >= 1024 else []


# %% wrong: the rest goes to a customer of the next address
# points=[2, 0] hint="sharing-the-rest" met="visible"
def suspects(address, port, ratio):
    if port is None:
        return list(range(address * ratio, (address + 1) * ratio))
    if port < 1024:
        return []
    return [address * ratio + (port - 1024) // (64512 // ratio)]


# %% wrong: a port below 1024 belongs to a customer
# points=[2, 0] hint="sharing-below-1024" met="visible"
def suspects(address, port, ratio):
    if port is None:
        return list(range(address * ratio, (address + 1) * ratio))
    position = (port - 1024) // (64512 // ratio)
    return [address * ratio + position] if position < ratio else []


# %% wrong: without a port it was nobody
# points=[2, 0] hint="sharing-no-port-no-name" met="visible"
def suspects(address, port, ratio):
    if port is None or port < 1024:
        return []
    position = (port - 1024) // (64512 // ratio)
    return [address * ratio + position] if position < ratio else []


# %% wrong: without a port it was the first
# points=[2, 0] hint="sharing-no-port-no-name" met="visible"
def suspects(address, port, ratio):
    if port is None:
        return [address * ratio]
    position = (port - 1024) // (64512 // ratio)
    return [address * ratio + position] if port >= 1024 and position < ratio else []


# %% wrong: the address is forgotten
# points=[0, 0] hint="sharing-which-address" met="visible"
def suspects(address, port, ratio):
    if port is None:
        return list(range(ratio))
    position = (port - 1024) // (64512 // ratio)
    return [position] if port >= 1024 and position < ratio else []


# %% wrong: a number, not a list
# points=[0, 0] hint="sharing-a-list" met="visible"
def suspects(address, port, ratio):
    if port is None:
        return None
    return address * ratio + (port - 1024) // (64512 // ratio)

"""Traps: a server that hears no unicast, a decimal number, the two lengths of a pd-pool."""

# %% right: step by step with replace
repaired = BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
repaired = repaired.replace('"prefix-len": 56', '"prefix-len": 50')
repaired = repaired.replace('"delegated-len": 64', '"delegated-len": 56')
repaired = repaired.replace(f":{typed}::", f":{access:x}::")

# %% right: through json, and the relay agent named
import json

server = json.loads(BROKEN)["Dhcp6"]
server["interfaces-config"]["interfaces"] = ["eth0", f"eth0/{address(0x547, '547')}"]
subnet = server["subnet6"][0]
subnet["subnet"] = part(access, 64)
subnet["relay"] = {"ip-addresses": [address(access, "1")]}
subnet["pools"][0]["pool"] = f"{address(access, '2000')} - {address(access, '2fff')}"
subnet["pd-pools"][0] |= {"prefix-len": 50, "delegated-len": 56}
repaired = json.dumps({"Dhcp6": server})

# %% wrong: only the prefixes are repaired
# points=[0, 0] hint="kea-deaf" met="visible"
repaired = BROKEN.replace(
    '"prefix-len": 56, "delegated-len": 64', '"prefix-len": 50, "delegated-len": 56'
).replace(f":{typed}::", f":{access:x}::")

# %% wrong: hears the relay agent, with the number of the link still in decimal
# points=[0, 0] hint="kea-other-link" met="visible"
repaired = BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"').replace(
    '"prefix-len": 56, "delegated-len": 64', '"prefix-len": 50, "delegated-len": 56'
)

# %% wrong: names the relay agent, and leaves addresses of another link
# points=[0, 3] hint="kea-other-pool" met="visible"
repaired = (
    BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
    .replace('"prefix-len": 56, "delegated-len": 64', '"prefix-len": 50, "delegated-len": 56')
    .replace('"id": 1,', f'"id": 1, "relay": {{"ip-addresses": ["{address(access, "1")}"]}},')
)

# %% wrong: the link is thought to be at the server
# points=[0, 0] hint="kea-deaf" met="visible"
repaired = (
    BROKEN.replace(f":{typed}::", f":{access:x}::")
    .replace('"id": 1,', '"id": 1, "interface": "eth0",')
    .replace('"prefix-len": 56, "delegated-len": 64', '"prefix-len": 50, "delegated-len": 56')
)

# %% wrong: a larger block, and still one LAN for each home
# points=[2, 0] hint="kea-small-home" met="visible"
repaired = (
    BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
    .replace(f":{typed}::", f":{access:x}::")
    .replace('"prefix-len": 56', '"prefix-len": 50')
)

# %% wrong: one piece for all homes
# points=[2, 0] hint="kea-few-prefixes" met="visible"
repaired = (
    BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
    .replace(f":{typed}::", f":{access:x}::")
    .replace('"delegated-len": 64', '"delegated-len": 56')
)

# %% wrong: the lengths in the wrong order
# points=[0, 0] hint="kea-refused" met="visible"
repaired = (
    BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
    .replace(f":{typed}::", f":{access:x}::")
    .replace('"prefix-len": 56, "delegated-len": 64', '"prefix-len": 56, "delegated-len": 50')
)

# %% wrong: a block of 16 homes
# points=[2, 0] hint="kea-few-prefixes" met="hidden"
repaired = (
    BROKEN.replace('"eth0"', f'"eth0/{address(0x547, "547")}"')
    .replace(f":{typed}::", f":{access:x}::")
    .replace('"prefix-len": 56, "delegated-len": 64', '"prefix-len": 52, "delegated-len": 56')
)

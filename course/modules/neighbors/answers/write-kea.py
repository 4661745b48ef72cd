"""Traps: no link, a home of one LAN, a block with the link in it, words of DHCP for IPv4."""

# %% right: made with json.dumps, options in the subnet
import json

guest_house = json.dumps(
    {
        "Dhcp6": {
            "interfaces-config": {"interfaces": ["eth0"]},
            "subnet6": [
                {
                    "id": 1,
                    "subnet": part(number, 64),
                    "interface": "eth0",
                    "preferred-lifetime": lifetime,
                    "valid-lifetime": 2 * lifetime,
                    "option-data": [{"name": "dns-servers", "data": address(0x53, "53")}],
                    "pools": [{"pool": f"{address(number, '1000')} - {address(number, '1fff')}"}],
                    "pd-pools": [
                        {
                            "prefix": address(0x8000),
                            "prefix-len": 52,
                            "delegated-len": 56,
                        }
                    ],
                }
            ],
        }
    }
)

# %% right: the pool as a prefix, listening everywhere, an option by its code
block = address(0x8000)
guest_house = f"""
# the guest house
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "*" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {lifetime * 2},
    "renew-timer": {lifetime // 2},
    "option-data": [ {{ "code": 23, "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")}/116" }} ],
        "pd-pools": [
            {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }}
        ]
    }} ]
}} }}
"""

# %% wrong: nobody said on which link the subnet is
# points=[0, 0, 0] hint="kea-other-link" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: one LAN is enough for a home
# points=[2, 0, 1] hint="kea-small-home" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 64 }} ]
    }} ]
}} }}
"""

# %% wrong: prefix-len is taken for the length that a home gets
# points=[2, 0, 1] hint="kea-few-prefixes" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 56, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: the whole link as a pool, and Kea's own lifetimes
# points=[0, 2, 1] hint="kea-other-pool" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{part(number, 64)}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: the valid lifetime of the promise as the preferred one
# points=[0, 2, 1] hint="kea-lifetimes" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: the words of DHCP for IPv4
# points=[0, 0, 0] hint="kea-refused" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [
        {{ "name": "domain-name-servers", "data": "{address(0x53, "53")}" }}
    ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: forgot where to listen
# points=[0, 0, 0] hint="kea-silent" met="visible"
block = address(0x8000)
guest_house = f"""
{{ "Dhcp6": {{
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{block}", "prefix-len": 52, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: DNS by router advertisements is thought to be enough, and the block is the whole site
# points=[2, 0, 0] hint="kea-other-block" met="visible"
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ],
        "pd-pools": [ {{ "prefix": "{site.ip}", "prefix-len": 48, "delegated-len": 56 }} ]
    }} ]
}} }}
"""

# %% wrong: no prefixes at all
# points=[2, 0, 1] hint="kea-no-prefix" met="visible"
guest_house = f"""
{{ "Dhcp6": {{
    "interfaces-config": {{ "interfaces": [ "eth0" ] }},
    "preferred-lifetime": {lifetime}, "valid-lifetime": {2 * lifetime},
    "option-data": [ {{ "name": "dns-servers", "data": "{address(0x53, "53")}" }} ],
    "subnet6": [ {{
        "subnet": "{part(number, 64)}", "interface": "eth0",
        "pools": [ {{ "pool": "{address(number, "1000")} - {address(number, "1fff")}" }} ]
    }} ]
}} }}
"""

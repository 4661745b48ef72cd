"""A DHCPv6 server's configuration, printed for a real Kea."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from ipv6course.network.kea_configuration import (
    Configuration,
    OptionData,
    Reservation,
    Subnet,
    Times,
)
from ipv6course.network.kea_options import NAMES, address_text, written
from ipv6course.network.wire import dhcpv6


def text(configuration: Configuration) -> str:
    """Return the text for a real Kea. Reading it again gives the same configuration.

    What was not honoured is not in it; leases are kept in memory.
    """
    server: dict[str, Any] = {
        "interfaces-config": {"interfaces": list(configuration.interfaces)},
        "lease-database": {"type": "memfile", "persist": False},
    }
    if configuration.duid:
        server["server-id"] = _shown_duid(configuration.duid)
    if configuration.decline_probation != Configuration().decline_probation:
        server["decline-probation-period"] = configuration.decline_probation
    if configuration.options:
        server["option-data"] = [_shown_option(option) for option in configuration.options]
    server["subnet6"] = [_shown_subnet(subnet) for subnet in configuration.subnets]
    return json.dumps({"Dhcp6": server}, indent=2) + "\n"


def _shown_duid(duid: bytes) -> dict[str, Any]:
    kind = int.from_bytes(duid[:2], "big")
    shown: dict[str, Any] = {"type": {1: "LLT", 2: "EN", 3: "LL"}[kind]}
    if kind == 2:
        shown["enterprise-id"] = int.from_bytes(duid[2:6], "big")
    else:
        shown["htype"] = int.from_bytes(duid[2:4], "big")
    if kind == 1:
        shown["time"] = int.from_bytes(duid[4:8], "big")
    shown["identifier"] = duid[4 if kind == 3 else 6 if kind == 2 else 8 :].hex()
    shown["persist"] = False  # else Kea keeps it in a folder that only root may write
    return shown


def _shown_option(given_option: OptionData) -> dict[str, Any]:
    option = given_option.option
    code = dhcpv6.code_of(option)
    shown: dict[str, Any]
    data = written(option)
    if code in NAMES and data is not None:
        shown = {"name": NAMES[code], "data": data}
    else:
        shown = {"code": code, "csv-format": False, "data": option.push().hex()}
    if given_option.always_send:
        shown["always-send"] = True
    return shown


def _shown_subnet(subnet: Subnet) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": subnet.id, "subnet": str(subnet.network)}
    if subnet.interface:
        shown["interface"] = subnet.interface
    if subnet.interface_id:
        shown["interface-id"] = f"0x{subnet.interface_id.hex()}"
    if subnet.relays:
        shown["relay"] = {"ip-addresses": [address_text(one) for one in subnet.relays]}
    if subnet.rapid_commit:
        shown["rapid-commit"] = True
    shown |= _shown_times(subnet.times)
    if subnet.pools:
        shown["pools"] = [
            {"pool": f"{address_text(pool.first)} - {address_text(pool.last)}"}
            for pool in subnet.pools
        ]
    if subnet.prefix_pools:
        shown["pd-pools"] = [
            {
                "prefix": address_text(pool.prefix),
                "prefix-len": pool.length,
                "delegated-len": pool.delegated,
            }
            for pool in subnet.prefix_pools
        ]
    if subnet.options:
        shown["option-data"] = [_shown_option(option) for option in subnet.options]
    if subnet.reservations:
        shown["reservations"] = [_shown_reservation(one) for one in subnet.reservations if one.duid]
    return shown


def _shown_times(times: Times) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "preferred-lifetime": times.preferred,
        "valid-lifetime": times.valid,
        "renew-timer": times.renew,
        "rebind-timer": times.rebind,
    }
    if times != replace(Times(), **{key: getattr(times, key) for key in ("preferred", "valid")}):
        shown |= {
            "calculate-tee-times": times.calculate,
            "t1-percent": times.t1,
            "t2-percent": times.t2,
        }
    return {key: value for key, value in shown.items() if value is not None}


def _shown_reservation(reservation: Reservation) -> dict[str, Any]:
    shown: dict[str, Any] = {"duid": reservation.duid.hex(":")}
    if reservation.addresses:
        shown["ip-addresses"] = [address_text(one) for one in reservation.addresses]
    if reservation.prefixes:
        shown["prefixes"] = [
            f"{address_text(one)}/{length}" for one, length in reservation.prefixes
        ]
    return shown

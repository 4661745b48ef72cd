"""The settings of an interface as text, by Linux's names: `sysctl eth0.accept_ra=0`.

`eth0.accept_ra` stands for net.ipv6.conf.eth0.accept_ra. The two times in milliseconds are the
kernel's net.ipv6.neigh.eth0.…; rp_filter is a rule of nftables (see `Settings`).
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ipv6course.address import given
from ipv6course.address.given import refusal
from ipv6course.address.text import N_, shown
from ipv6course.network.settings import Settings

if TYPE_CHECKING:
    from ipv6course.network.device import Device

NAMES = tuple(field.name for field in fields(Settings))

# The kernel's numbers, include/uapi/linux/if_link.h: IN6_ADDR_GEN_MODE_…
_ADDR_GEN_MODES = ("eui64", "none", "stable-privacy", "random")
_LEAST = {"router_solicitations": -1}  # -1: without end
_MOST = {
    "accept_ra": 2,
    "autoconf": 1,
    "accept_redirects": 1,
    "use_tempaddr": 2,
    "rp_filter": 2,
    "hop_limit": 255,
    "dad_transmits": 1000,
}
_LARGEST = 0x7FFFFFFF


def write(settings: Settings, name: str, text: str) -> None:
    """Change one setting.

    Args:
        settings: An interface's.
        name: Linux's name, such as "accept_ra".
        text: The value as sysctl takes it: a whole number. addr_gen_mode also takes iproute2's
            words, and stable_secret an address.

    Raises:
        ValueError: There is no such setting, or it has no such value.
    """
    if name not in NAMES:
        raise refusal(
            N_("There is no setting {name}; there are: {names}."),
            name=shown(name),
            names=", ".join(NAMES),
        )
    old = getattr(settings, name)
    if name == "addr_gen_mode":
        setattr(settings, name, _addr_gen_mode(text))
    elif name == "stable_secret":
        setattr(settings, name, str(given.address(text)) if text else "")
    elif isinstance(old, bool):
        setattr(settings, name, _number(name, text) > 0)
    else:
        setattr(settings, name, _number(name, text))


def _number(name: str, text: str) -> int:
    least, most = _LEAST.get(name, 0), _MOST.get(name, _LARGEST)
    text = {"true": "1", "false": "0"}.get(text, text)
    is_number = text.removeprefix("-").isdigit() and text.isascii() and len(text) < 12
    if not is_number or not least <= int(text) <= most:
        raise refusal(
            N_("{name} is a whole number from {least} to {most}; not {text}."),
            name=name,
            least=least,
            most=most,
            text=shown(text),
        )
    return int(text)


def _addr_gen_mode(text: str) -> str:
    if text in _ADDR_GEN_MODES:
        return text
    if text in ("0", "1", "2", "3"):
        return _ADDR_GEN_MODES[int(text)]
    raise refusal(
        N_("addr_gen_mode is one of {words}, or Linux's number for it, 0 to 3; not {text}."),
        words=", ".join(_ADDR_GEN_MODES),
        text=shown(text),
    )


def changed(settings: Settings) -> dict[str, int | str]:
    """Return the settings that are not as they are at the start."""
    start = Settings()
    found: dict[str, int | str] = {}
    for name in NAMES:
        value = getattr(settings, name)
        if value != getattr(start, name):
            found[name] = int(value) if isinstance(value, bool) else value
    return found


def assign(device: Device, text: str) -> None:
    """Do what `sysctl -w` does: "eth0.accept_ra=0", or with net.ipv6.conf. in front.

    Raises:
        ValueError: It makes no sense; the message says what would.
    """
    name, equals, value = text.partition("=")
    name = name.strip().removeprefix("net.ipv6.conf.").removeprefix("net.ipv6.neigh.")
    interface, dot, setting = name.rpartition(".")
    if not equals or not dot:
        raise refusal(
            N_("{text} is no setting; write it as in eth0.accept_ra=0."), text=shown(text)
        )
    places = (
        list(device.interfaces.values())
        if interface in ("all", "default")
        else [device.interface(interface)]
    )
    for place in places:
        write(place.settings, setting, value.strip())

"""The interface-identifier builder: three ways to make the last 64 bits, step by step.

`build` computes everything; `InterfaceIdentifier` shows it and lets a learner change it. The
identifiers themselves come from `ipv6course.address.identifier`.
"""

import hashlib
import random
from dataclasses import dataclass
from html import escape

import ipywidgets
import netaddr
import traitlets

from ipv6course.address import full, modified_eui64, stable_private, temporary
from ipv6course.address.given import hardware_address
from ipv6course.address.identifier import (
    IDENTIFIER_BITS,
    IDENTIFIER_MASK,
    MOST_CONFLICTS,
    UNIVERSAL_LOCAL,
    eui64,
    is_reserved,
)
from ipv6course.classroom.messages import N_, _
from ipv6course.widgets.column import Column

EUI64, STABLE, TEMPORARY = "eui64", "stable-private", "temporary"
LARGEST_SEED = 2**31 - 1  # what a number field of a browser holds without rounding, and more

METHODS = {
    EUI64: N_("From the MAC address (modified EUI-64)"),
    STABLE: N_("Stable and private (RFC 7217)"),
    TEMPORARY: N_("Temporary (RFC 8981)"),
}
FOLLOWERS = {
    EUI64: N_(
        "The identifier is the same in every network. Whoever sees the addresses can follow the "
        "device, and read its MAC address."
    ),
    STABLE: N_(
        "The identifier is the same whenever the device comes back to this network, and another "
        "one in every other network."
    ),
    TEMPORARY: N_(
        "The identifier says nothing, and another one follows: by default, a new one every day."
    ),
}
# Which fields a method uses, beside the prefix.
USES = {
    EUI64: ("mac",),
    STABLE: ("mac", "network_id", "dad_counter", "secret"),
    TEMPORARY: ("seed",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way from what goes in to the address."""

    text: str
    """What is done, in one or two sentences."""
    rfc: str
    """Where the standard says so; empty where it leaves the choice open."""
    octets: tuple[str, ...]
    """The octets after this step, two hexadecimal digits each."""
    new: frozenset[int] = frozenset()
    """Which of them this step put in or changed, counted from 0."""
    in_bits: bool = False
    """Whether the single bits are worth seeing."""

    def hexadecimal(self) -> str:
        """Return the octets with colons between them."""
        return ":".join(self.octets)

    def bits(self) -> str:
        """Return the bits in groups of eight, or nothing."""
        return " ".join(f"{int(octet, 16):08b}" for octet in self.octets) if self.in_bits else ""


@dataclass(frozen=True, slots=True)
class Built:
    """An address, and how its interface identifier was made."""

    method: str
    """One of `METHODS`."""
    address: str
    """RFC 5952 text."""
    identifier: str
    """The last 64 bits: four groups of four digits."""
    steps: tuple[Step, ...]

    def table(self) -> str:
        """Return everything as lines of text, for a screen reader and an exported notebook."""
        facts = (
            (_("Method"), _(METHODS[self.method])),
            (_("Address"), self.address),
            (_("Interface identifier"), self.identifier),
            (_("Who can follow it"), _(FOLLOWERS[self.method])),
        )
        width = max(len(name) for name, _value in facts)
        lines = [f"{name:{width}}  {value}" for name, value in facts]
        lines += ["", _("Step by step")]
        for number, step in enumerate(self.steps, start=1):
            lines.append(f"{number}. {step.text}" + (f" ({step.rfc})" if step.rfc else ""))
            lines += [f"   {row}" for row in (step.hexadecimal(), step.bits()) if row]
        return "\n".join(lines)


def build(
    method: str,
    prefix: str,
    mac: str = "",
    *,
    network_id: str = "",
    dad_counter: int = 0,
    secret: str = "",
    seed: int = 0,
) -> Built:
    """Build an address, and tell the steps. A method leaves alone what it does not use.

    Args:
        method: One of `METHODS`.
        prefix: A unicast prefix of length 64.
        mac: The MAC address of the interface. `stable-private` takes it as Net_Iface.
        network_id: Network_ID of RFC 7217, such as the name of a wireless network; may be empty.
        dad_counter: How many addresses were given up because another node had them, 0 to 255.
        secret: The secret key as text, at least 16 octets of UTF-8.
        seed: What the random bits of a temporary address begin with. A real host has no seed.

    Returns:
        The address and the steps.

    Raises:
        ValueError: An argument cannot be used; the text says why.
    """
    match method:
        case "eui64":
            address, steps = _from_mac(prefix, mac)
        case "stable-private":
            address, steps = _stable(prefix, mac, network_id, dad_counter, secret)
        case "temporary":
            address, steps = _temporary(prefix, seed)
        case _:
            raise ValueError(f"{method!r} is not a method; use one of {', '.join(METHODS)}")
    whole = full(str(address))
    steps = (*steps, _behind_the_prefix(address))
    return Built(method, str(address), whole[20:], steps)


def _from_mac(prefix: str, mac: str) -> tuple[netaddr.IPAddress, tuple[Step, ...]]:
    address = modified_eui64(prefix, mac)
    hardware = hardware_address(mac)
    middle = Step(
        _("Put ff:fe between the third and the fourth octet. Now there are 64 bits."),
        "RFC 4291 appendix A",
        _octets(eui64(hardware), 8),
        frozenset({3, 4}),
        in_bits=True,
    )
    inverted = Step(
        _("Invert the universal/local bit, the seventh bit of the first octet."),
        "RFC 4291 section 2.5.1",
        _octets(eui64(hardware) ^ UNIVERSAL_LOCAL, 8),
        frozenset({0}),
        in_bits=True,
    )
    if hardware.version == IDENTIFIER_BITS:
        begin = Step(
            _("Take the EUI-64 of the interface. It has 64 bits already."),
            "RFC 4291 appendix A",
            _octets(int(hardware), 8),
            in_bits=True,
        )
        return address, (begin, inverted)
    begin = Step(
        _("Take the MAC address of the interface: 48 bits."),
        "RFC 4291 appendix A",
        _octets(int(hardware), 6),
        in_bits=True,
    )
    return address, (begin, middle, inverted)


def _stable(
    prefix: str, mac: str, network_id: str, dad_counter: int, secret: str
) -> tuple[netaddr.IPAddress, tuple[Step, ...]]:
    interface = hardware_address(mac)
    key = secret.encode("utf-8", "surrogatepass")
    address = stable_private(prefix, interface, network_id, dad_counter, key)
    name = network_id.encode("utf-8", "surrogatepass")
    before = int(address).to_bytes(16, "big")[:8] + _counted(interface.packed) + _counted(name)
    # As `stable_private` does: a reserved identifier counts as a conflict.
    for counter in range(dad_counter, MOST_CONFLICTS + 1):
        rid = hashlib.sha256(before + bytes([counter]) + key).digest()
        if not is_reserved(int.from_bytes(rid[24:], "big")):
            break
    mixed = _(
        "F(), here SHA-256, makes 256 bits of all these octets. Each bit depends on every octet "
        "above."
    )
    taken = _("Take the last 64 bits. Every one of them is used as it comes.")
    return address, (
        *_inputs(int(address) >> IDENTIFIER_BITS, interface, name, counter, key),
        Step(mixed, "RFC 7217 section 5", _pairs(rid), frozenset(range(24, 32))),
        Step(taken, "RFC 7136 section 5", _pairs(rid[24:]), in_bits=True),
    )


def _inputs(
    subnet: int, interface: netaddr.EUI, name: bytes, counter: int, key: bytes
) -> tuple[Step, ...]:
    """Return what goes into F(), in the order of `stable_private`."""
    rows = (
        (_("The prefix goes in first: 8 octets."), subnet.to_bytes(8, "big")),
        (
            _("Then the interface, here its MAC address. Two octets before it say its length."),
            _counted(interface.packed),
        ),
        (
            _("Then the name of the network. Two octets before it say its length; it may be 0."),
            _counted(name),
        ),
        (_("Then the DAD counter: one octet."), bytes([counter])),
        (_("Then the secret."), key),
    )
    return tuple(Step(text, "RFC 7217 section 5", _pairs(octets)) for text, octets in rows)


def _temporary(prefix: str, seed: int) -> tuple[netaddr.IPAddress, tuple[Step, ...]]:
    address = temporary(prefix, random.Random(seed))
    draw = _(
        "Draw 64 random bits. This builder draws them from the seed, so that you can repeat it. A "
        "real host has no seed."
    )
    keep = _("Set no bit and clear no bit. Only a reserved identifier is thrown away.")
    octets = _octets(int(address) & IDENTIFIER_MASK, 8)
    return address, (
        Step(draw, "RFC 8981 section 3.3.1", octets, in_bits=True),
        Step(keep, "RFC 5453", octets),
    )


def _behind_the_prefix(address: netaddr.IPAddress) -> Step:
    whole = int(address).to_bytes(16, "big")
    text = _("Put the identifier behind the 64 bits of the prefix. That is the address.")
    return Step(text, "RFC 4291 section 2.5.1", _pairs(whole), frozenset(range(8, 16)))


def _counted(octets: bytes) -> bytes:
    return len(octets).to_bytes(2, "big") + octets


def _octets(number: int, count: int) -> tuple[str, ...]:
    return _pairs(number.to_bytes(count, "big"))


def _pairs(octets: bytes) -> tuple[str, ...]:
    return tuple(f"{octet:02x}" for octet in octets)


# --- The widget ---------------------------------------------------------------------------------

_STYLE = """
<style>
.ipv6-iid { max-width: 46rem; line-height: 1.5; overflow-wrap: anywhere; white-space: normal;
  color: var(--jp-content-font-color1, #1a1a1a); }
.ipv6-iid code { color: inherit; background: none; padding: 0;
  font-family: var(--jp-code-font-family, ui-monospace, monospace); }
.ipv6-iid .result code { font-size: 1.15em; font-weight: 600; }
.ipv6-iid ol { margin: .3em 0; padding-inline-start: 1.6em; }
.ipv6-iid li { margin-bottom: .5em; }
.ipv6-iid li code { display: block; overflow-wrap: break-word; white-space: normal; }
.ipv6-iid cite { font-style: normal; font-weight: 600; white-space: nowrap; }
.ipv6-iid b { border-bottom: 2px solid currentColor; }
.ipv6-iid .refused { padding: .3em .6em;
  border-inline-start: 4px solid var(--jp-error-color1, #c62828); }
</style>
"""


class InterfaceIdentifier(Column):
    """The builder: fields above, the address and its steps below. Tab goes from field to field.

    `value` is the text of the address that is shown, or empty where the fields give none.

    Args:
        method: One of `METHODS`, to begin with.
        prefix: As in `build`, and so are the others.
        mac: As in `build`.
        network_id: As in `build`.
        dad_counter: As in `build`.
        secret: As in `build`.
        seed: As in `build`.
    """

    value = traitlets.Unicode(help="The address, or empty; from the fields only.")

    def __init__(
        self,
        method: str = EUI64,
        prefix: str = "2001:db8:53:1::/64",
        mac: str = "00:00:5e:00:53:2a",
        network_id: str = "",
        dad_counter: int = 0,
        secret: str = "a secret of this lesson",
        seed: int = 1,
    ) -> None:
        choices = [(_(text), name) for name, text in METHODS.items()]
        dad, largest = _("DAD counter"), LARGEST_SEED
        self.method = ipywidgets.Dropdown(
            options=choices, value=method, description=_("Method"), **_shape()
        )
        self.fields = {
            "prefix": _text(prefix, _("Prefix")),
            "mac": _text(mac, _("MAC address")),
            "network_id": _text(network_id, _("Network name")),
            "dad_counter": _number(dad_counter, dad, MOST_CONFLICTS),
            "secret": _text(secret, _("Secret")),
            "seed": _number(seed, _("Seed"), largest),
        }
        self._result = ipywidgets.HTML()
        self._steps = ipywidgets.HTML()
        for field in (self.method, *self.fields.values()):
            field.observe(self._show, names="value")
        super().__init__([self.method, *self.fields.values(), self._result, self._steps])
        self._show()

    def build(self) -> Built:
        """Return what the fields give.

        Raises:
            ValueError: They give no address; the text says why.
        """
        given = {name: field.value for name, field in self.fields.items()}
        for name in ("prefix", "mac"):
            given[name] = given[name].strip()
        return build(self.method.value, **given)

    def __repr__(self) -> str:
        """Return the table: what an exported page and a plain console show."""
        try:
            return self.build().table()
        except ValueError as refusal:
            return str(refusal)

    def _show(self, _change: object = None) -> None:
        used = ("prefix", *USES[self.method.value])
        for name, field in self.fields.items():
            field.layout.display = None if name in used else "none"
        try:
            built = self.build()
        except ValueError as refusal:
            self._result.value = _framed(_refused(str(refusal)))
            self._steps.value = ""
            self.value = ""
            return
        self._result.value = _framed(_result(built))
        self._steps.value = _framed(_steps(built), live=False)
        self.value = built.address


def _shape() -> dict[str, object]:
    layout = {"width": "100%", "max_width": "36rem", "margin": "2px 0"}
    return {"layout": layout, "style": {"description_width": "8rem"}}


def _text(value: str, description: str) -> ipywidgets.Text:
    return ipywidgets.Text(value, description=description, continuous_update=False, **_shape())


def _number(value: int, description: str, most: int) -> ipywidgets.BoundedIntText:
    return ipywidgets.BoundedIntText(
        value, min=0, max=most, description=description, continuous_update=False, **_shape()
    )


def _framed(content: str, live: bool = True) -> str:
    role = ' role="status"' if live else ""
    return f'{_STYLE}<div class="ipv6-iid"{role}>{content}</div>'


def _refused(reason: str) -> str:
    title = _("No address.")
    return f'<p class="refused"><strong>{escape(title)}</strong> {escape(reason)}</p>'


def _result(built: Built) -> str:
    rows = (
        (_("Address"), f'<code dir="ltr">{escape(built.address)}</code>'),
        (_("Interface identifier"), f'<code dir="ltr">{escape(built.identifier)}</code>'),
    )
    parts = "".join(f"<div>{escape(name)}: {text}</div>" for name, text in rows)
    return f'<div class="result">{parts}</div><p>{escape(_(FOLLOWERS[built.method]))}</p>'


def _steps(built: Built) -> str:
    items = []
    for step in built.steps:
        cite = f" <cite>{escape(step.rfc)}</cite>" if step.rfc else ""
        rows = [_marked(step.octets, step.new, ":<wbr>")]
        if step.in_bits:
            rows.append(_marked(tuple(step.bits().split()), step.new, " "))
        codes = "".join(f'<code dir="ltr">{row}</code>' for row in rows)
        items.append(f"<li>{escape(step.text)}{cite}{codes}</li>")
    return f"<p><strong>{escape(_('Step by step'))}</strong></p><ol>{''.join(items)}</ol>"


def _marked(octets: tuple[str, ...], new: frozenset[int], between: str) -> str:
    """Return octets as HTML, in which lines break between octets; what is new stands out."""
    return between.join(
        f"<b>{octet}</b>" if place in new else octet for place, octet in enumerate(octets)
    )

"""What `verify` finds: a finding, and the ways to the fields that its rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ipv6course.packet.explanation import Explanation, Field, Words

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a packet."""

    where: str
    """The header and its field, such as "IPv6: Hop Limit"."""
    octet: int
    """The field's first octet, counted from the packet's first, 0."""
    words: Words
    rfc: str
    """The RFC and section that it breaks."""
    severity: str
    """"error": receivers drop it, or an RFC forbids it; "warning": an RFC advises against it."""

    @property
    def what(self) -> str:
        """What is wrong and what would be right, in the learner's language."""
        return str(self.words)

    def __str__(self) -> str:
        return f"{self.severity}: {self.where} (octet {self.octet}): {self.what} [{self.rfc}]"


Rule = Callable[[Explanation], Iterator[Finding]]


def fault(
    layer: Field,
    field: Field | None,
    rfc: str,
    sentence: str,
    severity: str = ERROR,
    **values: object,
) -> Finding:
    """Return a finding about a field, or about its whole header where no field is given.

    Args:
        layer: The header or option.
        field: Its field, or None.
        rfc: The RFC and section that it breaks.
        sentence: What is wrong and what would be right, with `{names}` of the values.
        severity: ERROR or WARNING.
        **values: What the sentence tells.
    """
    at = field or layer
    where = f"{layer.name}: {field.name}" if field is not None else layer.name
    return Finding(where, at.offset, Words(sentence, values), rfc, severity)


def packets(told: Explanation) -> Iterator[tuple[Field, list[Field]]]:
    """Yield each IPv6 header with the headers after it, up to the next IP header."""
    layers = told.layers
    for number, layer in enumerate(layers):
        if layer.name == "IPv6" and layer.get("Destination Address") is not None:
            after = []
            for later in layers[number + 1 :]:
                if later.name in ("IPv6", "IPv4"):
                    break
                after.append(later)
            yield layer, after


def outer_end(told: Explanation, header: Field) -> int:
    """Return where the packets end that this one is in: what is after is of none of them."""
    end = len(told.data)
    for layer in told.layers:
        if layer is header:
            break
        if layer.name == "IPv6" and (length := value_of(layer, "Payload Length")):
            end = min(end, layer.end + length)
        elif layer.name == "IPv4" and (length := value_of(layer, "Total Length")):
            end = min(end, layer.offset + length)
    return end


def value_of(layer: Field, name: str) -> Any:
    """Return the value of a field; None where it is not there."""
    found = layer.get(name)
    return None if found is None else found.value


def octets_of(layer: Field, name: str) -> bytes:
    """Return the octets of a field; none where it is not there."""
    found = layer.get(name)
    return b"" if found is None else found.raw


def is_link_local(address: bytes) -> bool:
    """Return whether 16 octets are of fe80::/10, RFC 4291 section 2.5.6."""
    return address[0] == 0xFE and address[1] & 0xC0 == 0x80

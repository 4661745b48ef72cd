"""IPv6 addresses as text: read every legal spelling, write the one canonical spelling.

The rules of this module:

* Reading accepts what RFC 4291 section 2.2 allows, with a zone where RFC 4007 section 11 allows
  one, and nothing else. There are no near misses: text that two programs could read in two ways
  (an octet `010`, a digit from another script) is refused.
* A refusal is always a `ValueError`. Its message says what is wrong, at which character (the first
  is character 1), and what would be right. It shows at most 60 characters of the text, and never a
  control character or a letter that could reorder the message.
* Writing follows RFC 5952: one address has one spelling, so text can be compared and searched.

Reading goes left to right through the functions below: what stands around the address, then its
characters, then its colons, then its groups, then its zone. Each rule is one refusal in the table
`REFUSALS`, so a translator finds all sentences in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GROUPS = 8  # RFC 4291 section 2.2: eight groups ("pieces") ...
GROUP_BITS = 16  # ... of 16 bits each
GROUP_DIGITS = 4  # "one to four hexadecimal digits"

# RFC 5952 section 5 recommends dotted decimal for the last 32 bits where a well-known prefix shows
# that they are an IPv4 address. These two are in force. `canonical` says why no other one is here.
IPV4_EMBEDDING_PREFIXES = (
    (0, 0, 0, 0, 0, 0xFFFF),  # ::ffff:0:0/96, IPv4-mapped, RFC 4291 section 2.5.5.2
    (0x64, 0xFF9B, 0, 0, 0, 0),  # 64:ff9b::/96, the Well-Known Prefix, RFC 6052 section 2.1
)

LONGEST_ZONE = 255  # Windows, with the longest interface names, stops here; Linux stops at 15
SHOWN = 60  # characters of the learner's text that a message repeats

_ADDRESS_CHARACTERS = frozenset("0123456789abcdefABCDEF:.")
_PLAIN = _ADDRESS_CHARACTERS | frozenset("%/[]")  # text of these needs no quotes in a message
_DECIMAL = frozenset("0123456789")  # str.isdecimal() would also take Arabic-Indic digits


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's extractors look for
    """Mark a sentence for translation; the caller's `translate` looks it up later."""
    return message


@dataclass(frozen=True, slots=True)
class ParsedText:
    """What a spelling of an address means."""

    value: int
    """The address as a number of 128 bits, first bit most significant."""
    zone: str | None
    """The zone after '%', without the '%', as it was written; None where there is none."""
    groups: tuple[int, ...]
    """The eight groups, 16 bits each, first group first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an address's full form to its canonical text."""

    rule: str
    """Stable name: "expand", "lower-case", "leading-zeros", "mixed", "longest-run", "first-run" or
    "single-zero"."""
    text: str
    """The address after this step."""
    why: str
    """One sentence that says what this step does and why."""
    rfc: str
    """Where the rule stands, such as "RFC 5952 section 4.1"."""


# --- What a learner calls -----------------------------------------------------------------------


def parse(text: str, translate: Callable[[str], str] = str) -> ParsedText:
    """Read one IPv6 address in any spelling that RFC 4291 section 2.2 allows.

    A zone may follow after '%' (RFC 4007 section 11), on an address whose scope is not global:
    link-local (fe80::/10), the deprecated site-local (fec0::/10), and multicast of scope 1 to d.
    RFC 4007 calls a zone on a global address meaningless and says that it should not be used, nor
    on :: and ::1. This parser refuses it there, because a zone on a global address is a
    misunderstanding that a course should name. A unique local address (fc00::/7) has global scope
    (RFC 4193 section 3.3). A zone is 1 to 255 visible ASCII characters without % : / [ and ].

    Args:
        text: The address, alone: no white space around it, no brackets, port or prefix length.
        translate: Turns the English sentence of a refusal into the learner's language.

    Returns:
        The 128-bit value, the zone or None, and the eight groups.

    Raises:
        ValueError: The text is not one IPv6 address. The message says what, where, and what would
            be right. This holds for every argument, also one that is not a str.
    """
    written, zone = _read(text, translate)
    groups = tuple(int(group, 16) for group in written)
    value = 0
    for group in groups:
        value = value << GROUP_BITS | group
    return ParsedText(value, zone, groups)


def canonical(text: str) -> str:
    """Rewrite an address in its canonical form, RFC 5952 sections 4 and 5.

    A zone stays as it was written.

    Section 5 recommends mixed notation (hexadecimal, then dotted decimal) where "the address can be
    distinguished as having IPv4 addresses embedded in the lower 32 bits solely from the address
    field through the use of a well-known prefix". Two prefixes in force meet this, for every
    address in them: ::ffff:0:0/96 (IPv4-mapped, RFC 4291 section 2.5.5.2) and 64:ff9b::/96 (RFC
    6052 section 2.1). Written in hexadecimal:

    * ::/96, IPv4-compatible. RFC 4291 section 2.5.5.1 deprecates it, and the prefix no longer shows
      what is embedded: :: and ::1 are in it. (glibc's `inet_ntop` still writes ::192.0.2.1.)
    * ::ffff:0:0:0/96, IPv4-translated. RFC 5952 names it through RFC 2765; that document is
      obsolete, and its successors (RFC 6145, now RFC 7915) define no such prefix.
    * ISATAP (RFC 5214) and 64:ff9b:1::/48 (RFC 8215): the first is known by its interface
      identifier, not by a prefix; in the second, the length in use decides where the IPv4 bits are.

    Args:
        text: Any spelling that `parse` reads.

    Returns:
        The canonical text.

    Raises:
        ValueError: As `parse`.
    """
    parsed = parse(text)
    return _with_zone(_shorten(_parts(parsed.groups)), parsed.zone)


def full(text: str) -> str:
    """Write all eight groups with four lower-case digits each, RFC 4291 section 2.2 form 1.

    Args:
        text: Any spelling that `parse` reads; a zone stays as it was written.

    Returns:
        39 characters, such as "2001:0db8:0000:0000:0000:0000:0000:0001", and the zone.

    Raises:
        ValueError: As `parse`.
    """
    parsed = parse(text)
    return _with_zone(":".join(f"{group:04x}" for group in parsed.groups), parsed.zone)


def bits(text: str) -> str:
    """Write the address as its 128 bits.

    Args:
        text: Any spelling that `parse` reads; a zone is not part of the bits.

    Returns:
        128 characters, '0' or '1', first bit of the address first.

    Raises:
        ValueError: As `parse`.
    """
    return f"{parse(text).value:0128b}"


def steps(text: str, translate: Callable[[str], str] = str) -> tuple[Step, ...]:
    """Show the way from the given text to its canonical form, one rule at a time.

    The first step writes out all eight groups. Each further step applies one rule of RFC 5952; a
    rule that changes nothing is left out, with one exception: where a lone zero group must not
    become '::' ("single-zero", section 4.2.2), the step says so.

    Args:
        text: Any spelling that `parse` reads.
        translate: Turns an English sentence into the learner's language.

    Returns:
        At least one step. The last step's text is `canonical(text)`.

    Raises:
        ValueError: As `parse`.
    """
    written, zone = _read(text, translate)
    long = [group.zfill(GROUP_DIGITS) for group in written]
    lower = [group.lower() for group in long]
    short = [f"{int(group, 16):x}" for group in lower]
    parts = _parts([int(group, 16) for group in lower])
    run = _longest_run(parts)

    way = [("expand", ":".join(long))]
    way += [("lower-case", ":".join(lower))] * (lower != long)
    way += [("leading-zeros", ":".join(short))] * (short != lower)
    way += [("mixed", ":".join(parts))] * (parts != short)
    if run is not None:
        tie = _longest_run(parts[run.stop :], longer_than=len(run) - 1) is not None
        way += [("first-run" if tie else "longest-run", _shorten(parts))]
    elif "0" in parts:
        way += [("single-zero", ":".join(parts))]
    return tuple(
        Step(rule, _with_zone(line, zone), translate(WHY[rule][0]), WHY[rule][1])
        for rule, line in way
    )


# --- The sentences ------------------------------------------------------------------------------

# rule: (what the step does, where the rule stands)
WHY = {
    "expand": (
        N_(
            "Write all eight groups with four digits each; '::' stands for the zero groups that "
            "are missing, and a dotted IPv4 part for the last two groups."
        ),
        "RFC 4291 section 2.2",
    ),
    "lower-case": (N_("Write the letters a to f in lower case."), "RFC 5952 section 4.3"),
    "leading-zeros": (
        N_("Leave out the leading zeros of each group; a group of four zeros becomes one 0."),
        "RFC 5952 section 4.1",
    ),
    "mixed": (
        N_(
            "Write the last 32 bits as an IPv4 address, because the well-known prefix "
            "(::ffff:0:0/96 or 64:ff9b::/96) says that they are one."
        ),
        "RFC 5952 section 5",
    ),
    "longest-run": (
        N_("Replace the longest run of zero groups, all of it, by '::'."),
        "RFC 5952 section 4.2.3",
    ),
    "first-run": (
        N_("Two or more runs of zero groups are the longest; replace the first of them by '::'."),
        "RFC 5952 section 4.2.3",
    ),
    "single-zero": (
        N_("Keep a single zero group as 0; '::' is only for two or more zero groups in a row."),
        "RFC 5952 section 4.2.2",
    ),
}

REFUSALS = {
    "type": N_(
        "An IPv6 address is given as text (str), not as {kind}. "
        "Write it in quotes, such as '2001:db8::1'."
    ),
    "empty": N_(
        "The text is empty. An IPv6 address is eight groups of hexadecimal digits, with '::' for "
        "zero groups, such as 2001:db8::1 (RFC 4291 section 2.2)."
    ),
    "white-space": N_(
        "{text} has white space at character {at}. Write the address alone, with nothing before "
        "or after it."
    ),
    "brackets": N_(
        "{text} has a bracket at character {at}. Brackets belong to a URL (RFC 3986 section "
        "3.2.2), not to the address. Write the address without them."
    ),
    "brackets-and-port": N_(
        "{text} has a bracket at character {at} and a port at character {port}. Both belong to a "
        "URL (RFC 3986 section 3.2.2, RFC 5952 section 6), not to the address. Write the address "
        "without them."
    ),
    "prefix-length": N_(
        "{text} has a prefix length at character {at}. That names a whole prefix, not one address "
        "(RFC 4291 section 2.3). Write the address without it."
    ),
    "ipv4": N_(
        "{text} is an IPv4 address: it has a dot at character {at} and no colon. In IPv6 text it "
        "can only be the last part, as in ::ffff:{address} (RFC 4291 section 2.2)."
    ),
    "no-address": N_(
        "{text} has no address before the '%' at character {at}. Write the address first, such as "
        "fe80::1%eth0 (RFC 4007 section 11)."
    ),
    "character": N_(
        "{text} has {character} at character {at}. A group is written with the digits 0-9 and the "
        "letters a-f (RFC 4291 section 2.2)."
    ),
    "three-colons": N_(
        "{text} has three colons in a row at character {at}. RFC 4291 section 2.2 allows ':' "
        "between two groups and '::' in place of zero groups."
    ),
    "two-gaps": N_(
        "{text} has two '::' (at characters {at} and {again}); RFC 4291 section 2.2 allows one. "
        "Write one of them as groups of 0."
    ),
    "leading-colon": N_(
        "{text} begins with a single ':' (character {at}). Begin with a group, or with '::' in "
        "place of zero groups (RFC 4291 section 2.2)."
    ),
    "trailing-colon": N_(
        "{text} ends with a single ':' (character {at}). End with a group, or with '::' in place "
        "of zero groups (RFC 4291 section 2.2)."
    ),
    "long-group": N_(
        "{text} has a group of {count} digits at character {at}. A group has one to four "
        "hexadecimal digits (RFC 4291 section 2.2)."
    ),
    "too-few-groups": N_(
        "{text} ends too early, at character {at}. Number of groups: {count}. RFC 4291 section 2.2 "
        "requires 8, or '::' in place of the groups that are zero."
    ),
    "too-many-groups": N_(
        "{text} has a group too many at character {at}. Number of groups: {count}. RFC 4291 "
        "section 2.2 requires 8. A dotted IPv4 part counts as two."
    ),
    "empty-gap": N_(
        "{text} has '::' at character {at}, but all 8 groups are there already. RFC 4291 section "
        "2.2: '::' stands for one or more groups of zeros. Leave it out."
    ),
    "dotted-not-last": N_(
        "{text} has a part with dots at character {at} that is not the last. Only the last 32 bits "
        "may be written as an IPv4 address (RFC 4291 section 2.2)."
    ),
    "octets": N_(
        "{text} has a dotted part at character {at} with a number of octets that is wrong: "
        "{count}. An IPv4 address has 4, such as 192.0.2.1."
    ),
    "octet": N_(
        "{text} has an octet at character {at} that is not a decimal number from 0 to 255. "
        "The dotted part is an IPv4 address, such as 192.0.2.1."
    ),
    # C programs read 010 as octal 8 or as decimal 10, so one text would be two addresses. glibc's
    # inet_pton refuses it too.
    "octal": N_(
        "{text} has an octet with a leading zero at character {at}. Some programs read that as "
        "octal. Write the decimal number without leading zeros."
    ),
    "empty-zone": N_(
        "{text} has no zone after the '%' at character {at}. Name the zone, such as "
        "fe80::1%eth0, or leave out the '%' (RFC 4007 section 11)."
    ),
    "zone-character": N_(
        "{text} has {character} in its zone, at character {at}. A zone is the name or the number "
        "of an interface: visible ASCII characters without % : / [ ] (RFC 4007 section 11)."
    ),
    "long-zone": N_(
        "{text} has a zone of {count} characters at character {at}. No system has an interface "
        "name of more than {most}."
    ),
    "zone-on-global": N_(
        "{text} has a zone at character {at}, but the address is not of link-local or other "
        "limited scope. A zone has no meaning there (RFC 4007 section 11). Leave it out."
    ),
}


class _Refusal(Exception):  # noqa: N818 - not an error of its own: it becomes a ValueError
    """A rule of `REFUSALS` that the text breaks, and what was found."""

    def __init__(self, rule: str, **found: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.found = found


def shown(text: str) -> str:
    """Return the text, cut and escaped, so that a message can repeat it safely."""
    if 0 < len(text) <= SHOWN and _PLAIN.issuperset(text):
        return text
    written = ""
    for character in text:
        escaped = character if " " <= character <= "~" else ascii(character)[1:-1]
        if len(written) + len(escaped) > SHOWN - 5:  # room for the quotes and the three dots
            return f"'{written}...'"
        written += escaped
    return f"'{written}'"


def _named(character: str) -> str:
    """Name a character that has no place in an address: 'g', or U+0663 (ARABIC-INDIC DIGIT ...)."""
    if "!" <= character <= "~":
        return f"'{character}'"
    import unicodedata  # 1 MB of tables: only a refusal pays for it

    return f"U+{ord(character):04X} ({unicodedata.name(character, 'CONTROL OR UNNAMED')})"


# --- Reading: RFC 4291 section 2.2, RFC 4007 section 11 -----------------------------------------


def _read(text: object, translate: Callable[[str], str]) -> tuple[list[str], str | None]:
    """Return the eight groups as they were written, and the zone.

    A group that '::' stands for is "0". The two groups of a dotted part are hexadecimal.
    """
    try:
        if not isinstance(text, str):
            raise _Refusal("type", kind=type(text).__name__)
        _refuse_surroundings(text)
        address, percent, zone = text.partition("%")
        _refuse_characters(address)
        _refuse_colons(address)
        groups = _groups(address)
        if percent:
            _refuse_zone(zone, len(address) + 2, int(groups[0], 16))
        return groups, zone if percent else None
    except _Refusal as refusal:
        given = shown(text) if isinstance(text, str) else ""
        message = translate(REFUSALS[refusal.rule]).format(text=given, **refusal.found)
        raise ValueError(message) from None


def _refuse_surroundings(text: str) -> None:
    """Refuse what people copy together with an address, and what is no IPv6 address at all."""
    if not text:
        raise _Refusal("empty")
    if text != text.strip():
        at = 1 if text[0].isspace() else len(text.rstrip()) + 1
        raise _Refusal("white-space", at=at)
    brackets = [at for at in (text.find("["), text.find("]")) if at >= 0]
    if brackets:
        if "]:" in text:
            raise _Refusal("brackets-and-port", at=min(brackets) + 1, port=text.find("]:") + 3)
        raise _Refusal("brackets", at=min(brackets) + 1)
    before, slash, length = text.partition("/")
    if before and slash and _DECIMAL.issuperset(length):
        raise _Refusal("prefix-length", at=len(before) + 1)
    address = text.partition("%")[0]
    if not address:
        raise _Refusal("no-address", at=1)
    if ":" not in address and _is_ipv4(address):
        raise _Refusal("ipv4", at=address.find(".") + 1, address=address)


def _refuse_characters(address: str) -> None:
    for at, character in enumerate(address, start=1):
        if character not in _ADDRESS_CHARACTERS:
            raise _Refusal("character", character=_named(character), at=at)


def _refuse_colons(address: str) -> None:
    """Check that single colons separate and that '::' appears once at most."""
    if ":::" in address:
        raise _Refusal("three-colons", at=address.find(":::") + 1)
    first, last = address.find("::"), address.rfind("::")
    if first != last:
        raise _Refusal("two-gaps", at=first + 1, again=address.find("::", first + 2) + 1)
    if address.startswith(":") and first != 0:
        raise _Refusal("leading-colon", at=1)
    if address.endswith(":") and not address.endswith("::"):
        raise _Refusal("trailing-colon", at=len(address))


def _groups(address: str) -> list[str]:
    """Split the address into its eight groups; '::' stands for those that are missing."""
    left, gap, right = address.partition("::")
    head = _hexadecimal_groups(_pieces(left, 1), address)
    tail = _hexadecimal_groups(_pieces(right, len(left) + 3), address)
    count = len(head) + len(tail)
    if count > GROUPS:
        raise _Refusal("too-many-groups", at=(head + tail)[GROUPS][0], count=count)
    if gap and count == GROUPS:
        raise _Refusal("empty-gap", at=len(left) + 1)
    if not gap and count < GROUPS:
        raise _Refusal("too-few-groups", at=len(address), count=count)
    zeros = ["0"] * (GROUPS - count)
    return [group for _, group in head] + zeros + [group for _, group in tail]


def _pieces(side: str, at: int) -> list[tuple[int, str]]:
    """Split one side of '::' at its colons: (character it begins at, piece)."""
    found = []
    for piece in side.split(":") if side else []:
        found.append((at, piece))
        at += len(piece) + 1
    return found


def _hexadecimal_groups(pieces: list[tuple[int, str]], address: str) -> list[tuple[int, str]]:
    """Check each piece, and write a dotted one as the two groups that it stands for."""
    groups = []
    for at, piece in pieces:
        if "." in piece:
            if at - 1 + len(piece) < len(address):
                raise _Refusal("dotted-not-last", at=at)
            first, second, third, fourth = _octets(piece, at)
            groups += [(at, f"{first:02x}{second:02x}"), (at, f"{third:02x}{fourth:02x}")]
        elif len(piece) > GROUP_DIGITS:
            raise _Refusal("long-group", at=at, count=len(piece))
        else:
            groups.append((at, piece))
    return groups


def _octets(dotted: str, at: int) -> list[int]:
    """Read the dotted part, RFC 4291 section 2.2 form 3: four decimal octets."""
    octets = dotted.split(".")
    if len(octets) != 4:
        raise _Refusal("octets", at=at, count=len(octets))
    for octet in octets:
        # The length is asked first: int() of a very long text is slow, and then refuses.
        if not octet or not _DECIMAL.issuperset(octet) or len(octet.lstrip("0")) > 3:
            raise _Refusal("octet", at=at)
        if octet != "0" and octet.startswith("0"):
            raise _Refusal("octal", at=at)
        if int(octet) > 255:
            raise _Refusal("octet", at=at)
        at += len(octet) + 1
    return [int(octet) for octet in octets]


def _is_ipv4(text: str) -> bool:
    try:
        return bool(_octets(text, 1))
    except _Refusal:
        return False


def _refuse_zone(zone: str, at: int, first_group: int) -> None:
    """Check the zone, which begins at character `at`, and whether the address can have one."""
    if not zone:
        raise _Refusal("empty-zone", at=at - 1)
    # RFC 4007 section 11.2 forbids only the delimiter '%'. The rest is what Linux allows in no
    # interface name (white space, ':' and '/') and what a reader would take for something else.
    for place, character in enumerate(zone, start=at):
        if not "!" <= character <= "~" or character in "%:/[]":
            raise _Refusal("zone-character", character=_named(character), at=place)
    if len(zone) > LONGEST_ZONE:
        raise _Refusal("long-zone", at=at, count=len(zone), most=LONGEST_ZONE)
    link_local = first_group & 0xFFC0 == 0xFE80  # RFC 4291 section 2.5.6
    site_local = first_group & 0xFFC0 == 0xFEC0  # RFC 3879 deprecates it; old machines show it
    multicast = first_group & 0xFF00 == 0xFF00  # RFC 4291 section 2.7: then flags, then scope
    limited = multicast and 0x1 <= first_group & 0xF <= 0xD  # e is global, f is treated as global
    if not (link_local or site_local or limited):
        raise _Refusal("zone-on-global", at=at - 1)


# --- Writing: RFC 5952 --------------------------------------------------------------------------


def _parts(groups: Sequence[int]) -> list[str]:
    """Write each group short and in lower case, and the last two as IPv4 where that is due."""
    parts = [f"{group:x}" for group in groups]  # sections 4.1 and 4.3
    if tuple(groups[:6]) in IPV4_EMBEDDING_PREFIXES:  # section 5
        octets = (groups[6] >> 8, groups[6] & 0xFF, groups[7] >> 8, groups[7] & 0xFF)
        parts[6:] = [".".join(map(str, octets))]
    return parts


def _longest_run(parts: Sequence[str], longer_than: int = 1) -> range | None:
    """Find the first of the longest runs of zero groups, RFC 5952 sections 4.2.2 and 4.2.3.

    A run of one group is none (section 4.2.2), so `longer_than` is 1 unless the caller asks more.
    """
    best = None
    start = 0
    for place, part in enumerate(parts, start=1):
        if part != "0":
            start = place
        elif place - start > longer_than:  # strictly longer: the first of equals stays
            best = range(start, place)
            longer_than = len(best)
    return best


def _shorten(parts: Sequence[str]) -> str:
    """Join the parts, with '::' in place of the longest run (RFC 5952 section 4.2.1: all of it)."""
    run = _longest_run(parts)
    if run is None:
        return ":".join(parts)
    return ":".join(parts[: run.start]) + "::" + ":".join(parts[run.stop :])


def _with_zone(address: str, zone: str | None) -> str:
    return address if zone is None else f"{address}%{zone}"

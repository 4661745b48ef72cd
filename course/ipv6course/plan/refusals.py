"""What the planning room refuses, and the sentences that say so.

Every refusal of this room is a `Refused`, which is a `ValueError`. Its sentence is one row of the
table `REFUSALS`, so a translator finds all of them in one place. A message repeats at most 60
characters of what it was given, and never a control character.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipv6course.address.text import N_

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 60  # characters of a learner's text that a message repeats

# Control characters, line separators, marks that reorder text (Unicode UAX 9), lone surrogates, the
# byte order mark and noncharacters. Joiners (U+200C, U+200D) stay: some languages need them.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)

REFUSALS = {
    # --- a prefix
    "prefix-type": N_(
        "A prefix is given as text or as netaddr.IPNetwork, not as {kind}. Write it in quotes, "
        "such as '2001:db8::/32'."
    ),
    "prefix-version": N_(
        "{prefix} is an IPv4 prefix. This room plans IPv6; write an IPv6 prefix, such as "
        "2001:db8::/32."
    ),
    "prefix-no-length": N_(
        "{text} has no prefix length. Write '/' and a number after the address, such as "
        "2001:db8::/32 (RFC 4291 section 2.3)."
    ),
    "prefix-length": N_(
        "{text} has a prefix length that is not a decimal number from 0 to 128 without leading "
        "zeros (RFC 4291 section 2.3)."
    ),
    "prefix-zone": N_("{text} has a zone. A prefix is written without one (RFC 4007 section 11)."),
    "prefix-address": N_("{text} is not a prefix: {why}"),
    "prefix-bits": N_(
        "{text} has bits set after the first {length}. The prefix of that length is {prefix} "
        "(RFC 4291 section 2.3)."
    ),
    "length-type": N_("A {what} is a whole number, not {kind}."),
    "length-range": N_("/{length} is no prefix length. Use a number from 0 to 128."),
    # --- splitting
    "split-choice": N_(
        "Say into what to split {prefix}: either new_length, such as {example}, or count, such as "
        "2; not both."
    ),
    "split-shorter": N_(
        "{prefix} cannot be split into /{length}: that is larger than the prefix itself. Use a "
        "length from {first} to 128."
    ),
    "split-count": N_(
        "{count} is not a number of equal parts of {prefix}. Each bit doubles the number, so use a "
        "power of two, such as {right}."
    ),
    "split-deep": N_(
        "{prefix} cannot be split into {count} parts: it has {bits} bits after the prefix, which "
        "make at most 2**{bits} parts."
    ),
    "not-a-subnet": N_("{prefix} is not one of the /{length} prefixes in {parent}."),
    # --- a node
    "kind": N_("{kind} is no kind of prefix. The kinds are: {kinds}."),
    "text-type": N_("The {field} is text, not {kind}."),
    "empty-name": N_("A prefix in a plan has a name. Write one, such as 'Head office'."),
    "long-text": N_("The {field} {text} has {count} characters. Write at most {most}."),
    "unseen": N_(
        "The {field} {text} has {character} at character {at}. Write visible characters only."
    ),
    "edges": N_("The {field} {text} has white space at an end. Write it without."),
    "slash": N_("The name {text} has a '/'. That separates the names in a path; use another sign."),
    # A spreadsheet runs such a cell as a formula when it opens the plan's CSV file.
    "formula": N_(
        "The {field} {text} begins with '{character}'. A spreadsheet would run it as a formula. "
        "Begin with a letter or a digit."
    ),
    # --- a tree
    "escape": N_(
        "{node} is not inside its parent {parent}. Choose a prefix in the parent, or another "
        "parent."
    ),
    "same": N_(
        "{node} is the whole of its parent {parent}. Give it a longer prefix, or leave one of the "
        "two out."
    ),
    "overlap": N_("{node} overlaps {other}. Two prefixes side by side share no address."),
    "duplicate": N_("{node} has the same name as {other}, beside it. Rename one of them."),
    "no-such-node": N_("The plan has no prefix with the name or path {text}."),
    "many-nodes": N_(
        "The plan has more than one prefix with the name {text}, such as {first} and {second}. "
        "Write the path."
    ),
    "which-top": N_(
        "The plan has {count} prefixes at the top. Say within which one, by its name or path."
    ),
    "no-container": N_(
        "{prefix} lies in no prefix of the plan. Choose a prefix in the plan, or say within='' to "
        "put it at the top."
    ),
    "no-space": N_(
        "There is no free /{length} in {node}. The largest free prefix there is {largest}."
    ),
    "no-space-at-all": N_("There is no free /{length} in {node}: nothing there is free."),
    "too-large": N_("A /{length} does not fit in {node}. Use a longer prefix length."),
    "too-many": N_("{count} prefixes of /{length} do not fit in {node}: {room} are free."),
    "order": N_("{order} is no way to choose a place. Use 'best-fit' or 'sparse'."),
    "grow-length": N_(
        "{node} does not grow to /{length}. A prefix grows to a shorter length: use a number from "
        "{first} to {last}."
    ),
    "grow-top": N_(
        "{node} is at the top of the plan. Only the registry or the provider that gave it can make "
        "it larger."
    ),
    "grow-parent": N_("{node} cannot grow to /{length}: the parent {parent} ends there."),
    "grow-taken": N_("{node} cannot grow to /{length}: {other} is in the way."),
    "move-inside": N_("{node} cannot move into itself or into a prefix below it ({target})."),
    "move-length": N_("{node} moves to a prefix of the same length, /{length}, not to {prefix}."),
    "customer-lan": N_(
        "A customer gets more than one /64 (RIPE-690 section 4.2): /{length} is too small. Use /48 "
        "or /56."
    ),
    "nothing-assigned": N_(
        "The HD-ratio of nothing is not defined (RFC 3194 section 2). Assign at least one prefix "
        "first."
    ),
    "hd-total": N_(
        "The HD-ratio needs 2 units or more in all, and not more assigned than there are "
        "(RFC 3194 section 2): {assigned} of {total}."
    ),
    "hd-unit": N_("The unit /{unit} is larger than {node}. Use a length from {first} to 128."),
    # --- a file
    "line": N_("Line {line}: {why}"),
    "encoding": N_("The file is not UTF-8: byte {at} does not fit. Save it as UTF-8."),
    "huge": N_("The file has more than {most} characters. Split the plan into several files."),
    "suffix": N_("{name} is not a plan. Its name ends in .yaml, .yml or .csv."),
    "source-type": N_("A plan is read from text or bytes, not from {kind}."),
    "unseen-in-file": N_("The character {character} has no place in a plan. Take it out."),
    "yaml": N_("This is not YAML as a plan needs it: {problem}"),
    "yaml-slow": N_(
        "From here on the file needs the full YAML reader, which is too slow for a file of more "
        "than {most} characters. Write one 'key: value' a line, without braces, anchors or folded "
        "text; or use CSV."
    ),
    "yaml-top": N_(
        "A plan is a list of prefixes. Begin with '- name: ...' and write 'prefix: ...' under it."
    ),
    "yaml-node": N_("Here stands a prefix of the plan: 'name: ...' and 'prefix: ...'."),
    "yaml-scalar": N_("The value of '{key}' is one text."),
    "yaml-children": N_("The value of 'children' is a list of prefixes, each with '- name: ...'."),
    "yaml-anchor": N_("A plan has no anchors (&) and aliases (*). Write each prefix out."),
    "yaml-tag": N_("A plan has no tags (!). Take {tag} out."),
    "yaml-documents": N_("A file holds one plan. Take the second document ('---') out."),
    "deep": N_("The prefixes are nested more than {most} deep, more than an address has bits."),
    "key": N_("'{key}' is not known. The keys are: {keys}."),
    "key-twice": N_("'{key}' is there twice."),
    "key-missing": N_("The '{key}' is missing."),
    "csv": N_("This is not CSV as RFC 4180 defines it: {problem}"),
    "csv-header": N_(
        "The first line of the CSV file names the columns, separated by commas: {columns}."
    ),
    "csv-cells": N_("The number of cells is {count}; the first line names {columns} columns."),
    "csv-parent": N_("There is no prefix with the path {path}, which {name} has as parent."),
}

LABELS = {
    "node": N_("'{name}' ({prefix})"),
    "node-line": N_("'{name}' ({prefix}, line {line})"),
}


class Refused(ValueError):  # noqa: N818 - as in ipv6course.address: a rule that text breaks
    """What was asked breaks a rule of the planning room.

    Attributes:
        rule: The rule's stable name, a key of `REFUSALS`.
        found: What was found, by the names that the sentence uses.
    """

    def __init__(self, rule: str, **found: object) -> None:
        self.rule = rule
        self.found = found
        super().__init__(self.text())

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of `translate`."""
        found = {name: _said(value, translate) for name, value in self.found.items()}
        return translate(REFUSALS[self.rule]).format(**found)

    def __reduce__(self) -> tuple[object, ...]:
        return _refused, (self.rule, self.found)


class Label:
    """A node as a message names it: its name, its prefix and, from a file, its line."""

    def __init__(self, name: str, prefix: str, line: int | None) -> None:
        self.name = name
        self.prefix = prefix
        self.line = line

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return the label in the language of `translate`."""
        sentence = LABELS["node" if self.line is None else "node-line"]
        return translate(sentence).format(
            name=shown(self.name)[1:-1], prefix=self.prefix, line=self.line
        )


def _said(value: object, translate: Callable[[str], str]) -> object:
    """Return a value as a sentence names it."""
    if isinstance(value, Refused | Label):
        return value.text(translate)
    if isinstance(value, int) and value.bit_length() > 256:  # Python refuses to write 10**5000
        return f"{'-' * (value < 0)}2**{value.bit_length() - 1}..."
    return value


def shown(text: str) -> str:
    """Return text in quotes, cut and escaped, so that a message can repeat it safely."""
    safe = UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text[: SHOWN + 1])
    return f"'{safe}'" if len(safe) <= SHOWN else f"'{safe[: SHOWN - 3]}...'"


def _refused(rule: str, found: dict[str, object]) -> Refused:
    return Refused(rule, **found)

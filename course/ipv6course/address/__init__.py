"""Addresses: their text form. Importing this room is cheap; it needs only the standard library."""

from ipv6course.address.text import ParsedText, Step, bits, canonical, full, parse, steps

__all__ = ["ParsedText", "Step", "bits", "canonical", "full", "parse", "steps"]

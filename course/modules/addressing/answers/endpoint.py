"""Traps: cutting at the last colon, keeping brackets, text as port, no refusal."""


# %% right: find the bracket
def endpoint(text):
    if text[:1] != "[":
        return (text, None)
    end = text.find("]")
    if end < 0:
        raise ValueError("the bracket is not closed")
    address, rest = text[1:end], text[end + 1 :]
    if rest == "":
        return (address, None)
    if rest[0] != ":" or not rest[1:].isdecimal() or int(rest[1:]) > 0xFFFF:
        raise ValueError("that is no port")
    return (address, int(rest[1:]))


# %% right: a regular expression
import re


def endpoint(text):
    if not text.startswith("["):
        return text, None
    match = re.fullmatch(r"\[([^\]]*)\](?::([0-9]+))?", text)
    if match is None or (match[2] and int(match[2]) > 65535):
        raise ValueError(f"{text} is not an address with a port")
    return match[1], int(match[2]) if match[2] else None


# %% wrong: cuts at the last colon
# points=[0, 0] hint="port-guessed" met="visible"
def endpoint(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


# %% wrong: keeps the brackets
# points=[0, 2] hint="brackets-kept" met="visible"
def endpoint(text):
    if not text.startswith("["):
        return text, None
    end = text.index("]")
    rest = text[end + 1 :]
    if not rest:
        return text, None
    if rest[0] != ":" or not rest[1:].isdecimal() or int(rest[1:]) > 65535:
        raise ValueError(rest)
    return text[: end + 1], int(rest[1:])


# %% wrong: the port is text
# points=[0, 0] hint="port-as-text" met="visible"
def endpoint(text):
    if not text.startswith("["):
        return text, None
    address, _, rest = text[1:].partition("]")
    return address, rest[1:] or None


# %% wrong: any number is a port
# points=[2, 0] hint="port-out-of-range" met="visible"
def endpoint(text):
    if not text.startswith("["):
        return text, None
    address, _, rest = text[1:].partition("]")
    return address, int(rest[1:]) if rest else None


# %% wrong: an open bracket is an address
# points=[2, 0] hint="bracket-open" met="visible"
def endpoint(text):
    if not text.startswith("[") or "]" not in text:
        return text, None
    address, _, rest = text[1:].partition("]")
    if rest and (not rest[1:].isdecimal() or int(rest[1:]) > 65535):
        raise ValueError(rest)
    return address, int(rest[1:]) if rest else None


# %% wrong: does not look for the colon after the bracket
# points=[2, 0] hint="bracket-open" met="hidden"
def endpoint(text):
    if not text.startswith("["):
        return text, None
    address, bracket, rest = text[1:].partition("]")
    port = rest.lstrip(":")
    if not bracket or (rest and (not port.isdecimal() or int(port) > 65535)):
        raise ValueError(rest)
    return address, int(port) if port else None


# %% wrong: asks the standard library
# points=[0, 0] hint="withheld" met="visible"
from urllib.parse import urlsplit


def endpoint(text):
    parts = urlsplit("//" + text)
    return parts.hostname, parts.port

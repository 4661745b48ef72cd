"""Traps: replacing in finished text, single groups, the last of equal runs, the edges."""


# %% right: longest run first
def write_address(groups):
    texts = [f"{group:x}" for group in groups]
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return ":".join(texts[:start]) + "::" + ":".join(texts[start + length :])
    return ":".join(texts)


# %% right: with a regular expression on the finished groups
import re


def write_address(groups):
    text = ":".join(f"{group:x}" for group in groups)
    runs = re.findall(r"(?<![0-9a-f])0(?::0)+(?![0-9a-f])", text)
    if not runs:
        return text
    longest = max(runs, key=len)
    before, after = re.split(rf"(?<![0-9a-f]){longest}(?![0-9a-f])", text, maxsplit=1)
    return before.rstrip(":") + "::" + after.lstrip(":")


# %% wrong: zeros in front stay
# points=[0, 0, 0] hint="leading-zeros-kept" met="visible"
def write_address(groups):
    return ":".join(f"{group:04x}" for group in groups)


# %% wrong: nothing is shortened
# points=[2, 0, 0] hint="not-shortened" met="visible"
def write_address(groups):
    return ":".join(f"{group:x}" for group in groups)


# %% wrong: every run is shortened
# points=[2, 0, 2] hint="two-double-colons" met="visible"
import re


def write_address(groups):
    text = ":".join(f"{group:x}" for group in groups)
    return re.sub(r"(^|:)\b0(:0\b)+(:|$)", "::", text)


# %% wrong: one group is shortened too
# points=[0, 2, 2] hint="run-of-one-group" met="visible"
def write_address(groups):
    texts = [f"{group:x}" for group in groups]
    for length in range(8, 0, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return ":".join(texts[:start]) + "::" + ":".join(texts[start + length :])
    return ":".join(texts)


# %% wrong: the last of equal runs
# points=[2, 0, 2] hint="last-of-equal-runs" met="visible"
def write_address(groups):
    texts = [f"{group:x}" for group in groups]
    for length in range(8, 1, -1):
        for start in range(8 - length, -1, -1):
            if not any(groups[start : start + length]):
                return ":".join(texts[:start]) + "::" + ":".join(texts[start + length :])
    return ":".join(texts)


# %% wrong: one colon or three at the edges
# points=[2, 2, 0] hint="one-colon-at-the-edge" met="visible"
def write_address(groups):
    texts = [f"{group:x}" for group in groups]
    for length in range(8, 1, -1):
        for start in range(9 - length):
            if not any(groups[start : start + length]):
                return ":".join([*texts[:start], "", *texts[start + length :]])
    return ":".join(texts)


# %% wrong: replaces in the finished text
# points=[2, 0, 0] hint="text-replaced" met="visible"
def write_address(groups):
    text = ":".join(f"{group:x}" for group in groups)
    for length in range(8, 1, -1):
        zeros = ":".join(["0"] * length)
        if zeros in text:
            return text.replace(zeros, ":", 1).replace(":::", "::")
    return text


# %% wrong: asks the standard library
# points=[0, 0, 0] hint="withheld" met="visible"
import ipaddress


def write_address(groups):
    number = 0
    for group in groups:
        number = number << 16 | group
    return str(ipaddress.IPv6Address(number))


# %% wrong: asks the operating system
# points=[0, 0, 0] hint="withheld" met="visible"
from socket import AF_INET6, inet_ntop


def write_address(groups):
    return inet_ntop(AF_INET6, b"".join(group.to_bytes(2, "big") for group in groups))

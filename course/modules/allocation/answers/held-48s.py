"""Traps: sums of lengths, stock, IPv4, delegations counted, records without a place lost."""


# %% right: a loop
def held_48s(text):
    held = {}
    for line in text.splitlines():
        if "|ipv6|" not in line or "summary" in line:
            continue
        _, cc, _, _, length, _, status, *_ = line.split("|")
        if status in ("available", "reserved"):
            continue
        place = cc if cc and cc != "ZZ" else None
        held[place] = held.get(place, 0) + (1 << (48 - int(length)))
    return held


# %% right: a counter
from collections import Counter


def held_48s(text):
    held = Counter()
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6][:2] in "al as":
            held[{"": None, "ZZ": None}.get(fields[1], fields[1])] += 2**48 >> int(fields[4])
    return dict(held)


# %% wrong: the minister's sum
# points=[0, 0] hint="file-held-48s" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6][:2] in "al as":
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = held.get(cc, 0) + int(fields[4])
    return held


# %% wrong: the registry's stock as well
# points=[0, 0] hint="file-held-48s" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6":
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = held.get(cc, 0) + 2 ** (48 - int(fields[4]))
    return held


# %% wrong: delegations
# points=[0, 0] hint="file-held-48s" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6][:2] in "al as":
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = held.get(cc, 0) + 1
    return held


# %% wrong: only allocated
# points=[0, 0] hint="file-held-48s" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6] == "allocated":
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = held.get(cc, 0) + 2 ** (48 - int(fields[4]))
    return held


# %% wrong: without a place, without a line
# points=[2, 0] hint="file-nobody-lost" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6][:2] in "al as":
            if fields[1] and fields[1] != "ZZ":
                held[fields[1]] = held.get(fields[1], 0) + 2 ** (48 - int(fields[4]))
    return held


# %% wrong: without a date, without a line
# points=[2, 0] hint="file-nobody-lost" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[5].isdigit():
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = held.get(cc, 0) + 2 ** (48 - int(fields[4]))
    return held


# %% wrong: the last record of a country wins
# points=[0, 0] hint="file-held-48s" met="visible"
def held_48s(text):
    held = {}
    for line in text.splitlines():
        fields = line.split("|")
        if len(fields) > 6 and fields[2] == "ipv6" and fields[6][:2] in "al as":
            cc = fields[1] if fields[1] not in ("", "ZZ") else None
            held[cc] = 2 ** (48 - int(fields[4]))
    return held

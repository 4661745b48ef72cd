"""Traps: the length as size, floats, dates of zeros, seven fields, ZZ and EU, stock and holders."""


# %% right: with a rest
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": 1 << (64 - int(value)) if kind == "ipv6" else int(value),
        "date": "-".join((date[:4], date[4:6], date[6:])) if date.strip("0") else None,
        "held": status[0] == "a" and status != "available",
        "holder": (rest[0] or None) if rest else None,
    }


# %% right: field by field
from datetime import datetime


def read_record(line):
    fields = line.split("|") + [""]
    size = int(fields[4])
    if fields[2] == "ipv6":
        size = 2**64 // 2**size
    date = None
    if fields[5] and fields[5] != "00000000":
        date = str(datetime.strptime(fields[5], "%Y%m%d").date())
    place = fields[1]
    if place == "ZZ":
        place = ""
    return dict(
        cc=place or None,
        type=fields[2],
        size=size,
        date=date,
        held=fields[6] not in ("available", "reserved"),
        holder=fields[7] or None,
    )


# %% wrong: the length is the size
# points=[0, 2, 2] hint="file-length-not-count" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: addresses, not /64
# points=[0, 2, 2] hint="file-size" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": 2 ** (128 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: every value is a length
# points=[0, 2, 2] hint="file-size" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    sizes = {"ipv6": 64, "ipv4": 32, "asn": 1}
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": int(2.0 ** (sizes[kind] - int(value))),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: one record, one AS number
# points=[0, 2, 2] hint="file-asn-count" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    size = {"ipv6": 2 ** (64 - min(int(value), 64)), "asn": 1}
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": size.get(kind, int(value)),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: the year 0000
# points=[2, 0, 2] hint="file-no-date" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": 2 ** (64 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if date else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: no date, so nobody holds it
# points=[2, 0, 2] hint="file-held" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, _, *rest = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": 2 ** (64 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": known,
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: ZZ is a place
# points=[2, 0, 2] hint="file-no-place" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc or None,
        "type": kind,
        "size": 2 ** (64 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }


# %% wrong: eight fields, always
# points=[2, 2, 0] hint="stopped" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, holder = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc if cc not in ("", "ZZ") else None,
        "type": kind,
        "size": 2 ** (64 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": holder or None,
    }


# %% wrong: EU is thrown away
# points=[2, 2, 0] hint="file-region-code" met="visible"
def read_record(line):
    _, cc, kind, _, value, date, status, *rest = line.split("|")
    known = date not in ("", "00000000")
    return {
        "cc": cc if cc not in ("", "ZZ", "EU", "AP") else None,
        "type": kind,
        "size": 2 ** (64 - int(value)) if kind == "ipv6" else int(value),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if known else None,
        "held": status in ("allocated", "assigned"),
        "holder": rest[0] or None if rest else None,
    }

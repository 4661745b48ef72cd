"""Traps: eight fields, ZZ, comments, the claim taken for the count, and silence."""


# %% right: line by line
def check_file(text):
    said, found, first = {}, {}, True
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        fields = line.split("|")
        if first:
            first = False
        elif line.endswith("|summary"):
            said[fields[2]] = int(fields[4])
            found.setdefault(fields[2], 0)
        elif len(fields) in (7, 8) and fields[2] in ("asn", "ipv4", "ipv6"):
            if fields[6] not in (
                "allocated",
                "assigned",
                "available",
                "reserved",
            ):
                raise ValueError(line)
            found[fields[2]] = found.get(fields[2], 0) + 1
        else:
            raise ValueError(line)
    return {kind: (found[kind], said[kind]) for kind in said}


# %% right: with lists
def check_file(text):
    lines = [line.split("|") for line in text.splitlines() if line and line[0] != "#"][1:]
    claims = {f[2]: int(f[4]) for f in lines if f[-1] == "summary"}
    records = [f for f in lines if f[-1] != "summary"]
    for f in records:
        if (
            not 7 <= len(f) <= 8
            or f[2] not in {"asn", "ipv4", "ipv6"}
            or f[6] not in {"allocated", "assigned", "available", "reserved"}
        ):
            raise ValueError("not a record: " + "|".join(f))
    return {kind: (sum(f[2] == kind for f in records), claim) for kind, claim in claims.items()}


# %% wrong: the broken program with summary lines
# points=[0, 0, 0] hint="file-count" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    for line in text.splitlines():
        fields = line.split("|")
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) == 8 and fields[1] != "ZZ":
            found[fields[2]] += 1
    return {kind: (found[kind], said[kind]) for kind in said}


# %% wrong: eight fields, and an error for all others
# points=[2, 0, 2] hint="stopped" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    statuses = ("allocated", "assigned", "available", "reserved")
    for line in text.splitlines():
        fields = line.split("|")
        if line[:1] in ("2", "#", ""):
            continue
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) != 8 or fields[6] not in statuses:
            raise ValueError(line)
        elif fields[2] not in found:
            raise ValueError(line)
        else:
            found[fields[2]] += 1
    return {kind: (found[kind], said[kind]) for kind in said}


# %% wrong: what cannot be read is passed over
# points=[2, 2, 0] hint="file-silence" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    for line in text.splitlines():
        fields = line.split("|")
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) >= 7 and fields[2] in found:
            found[fields[2]] += 1
    return {kind: (found[kind], said[kind]) for kind in said}


# %% wrong: believes the summary lines
# points=[0, 0, 0] hint="file-claim-and-count" met="visible"
def check_file(text):
    said = {}
    for line in text.splitlines():
        fields = line.split("|")
        if fields[-1] == "summary":
            said[fields[2]] = (int(fields[4]), int(fields[4]))
    return said


# %% wrong: the numbers of the pair are exchanged
# points=[0, 0, 2] hint="file-claim-and-count" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    statuses = ("allocated", "assigned", "available", "reserved")
    for line in text.splitlines():
        fields = line.split("|")
        if line[:1] in ("2", "#", ""):
            continue
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) < 7 or fields[6] not in statuses:
            raise ValueError(line)
        elif fields[2] not in found:
            raise ValueError(line)
        else:
            found[fields[2]] += 1
    return {kind: (said[kind], found[kind]) for kind in said}


# %% wrong: only what is held
# points=[0, 0, 2] hint="file-count" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    statuses = ("allocated", "assigned", "available", "reserved")
    for line in text.splitlines():
        fields = line.split("|")
        if line[:1] in ("2", "#", ""):
            continue
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) < 7 or fields[6] not in statuses:
            raise ValueError(line)
        elif fields[2] not in found:
            raise ValueError(line)
        elif fields[6] in statuses[:2]:
            found[fields[2]] += 1
    return {kind: (found[kind], said[kind]) for kind in said}


# %% wrong: a comment is a record that cannot be read
# points=[2, 0, 2] hint="stopped" met="visible"
def check_file(text):
    said, found = {}, {"asn": 0, "ipv4": 0, "ipv6": 0}
    statuses = ("allocated", "assigned", "available", "reserved")
    for line in text.splitlines()[1:]:
        fields = line.split("|")
        if fields[-1] == "summary":
            said[fields[2]] = int(fields[4])
        elif len(fields) < 7 or fields[6] not in statuses:
            raise ValueError(line)
        elif fields[2] not in found:
            raise ValueError(line)
        else:
            found[fields[2]] += 1
    return {kind: (found[kind], said[kind]) for kind in said}

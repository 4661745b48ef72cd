"""Traps: one line for a block, other units, the sample taken for all, only those who were online."""


# %% right: averages first
def log_volume(rows, customers, days, line):
    connections = sum(c for c, _ in rows) / len(rows)
    blocks = sum(b for _, b in rows) / len(rows)
    lines = customers * days
    return (
        round(connections * lines * line / 1e12, 3),
        round(blocks * 2 * lines * line / 1e12, 3),
    )


# %% right: one loop
def log_volume(rows, customers, days, line):
    totals = [0, 0]
    for connections, blocks in rows:
        totals[0] += connections * line
        totals[1] += 2 * blocks * line
    return tuple(round(total * customers * days / (len(rows) * 10**12), 3) for total in totals)


# %% wrong: one line for a block
# points=[0, 0] hint="sharing-two-lines" met="visible"
def log_volume(rows, customers, days, line):
    scale = customers * days * line / len(rows) / 10**12
    return round(sum(r[0] for r in rows) * scale, 3), round(sum(r[1] for r in rows) * scale, 3)


# %% wrong: units of 1024
# points=[0, 0] hint="sharing-decimal-units" met="visible"
def log_volume(rows, customers, days, line):
    scale = customers * days * line / len(rows) / 1024**4
    return round(sum(r[0] for r in rows) * scale, 3), round(2 * sum(r[1] for r in rows) * scale, 3)


# %% wrong: gigabytes
# points=[0, 0] hint="sharing-decimal-units" met="visible"
def log_volume(rows, customers, days, line):
    scale = customers * days * line / len(rows) / 10**9
    return round(sum(r[0] for r in rows) * scale, 3), round(2 * sum(r[1] for r in rows) * scale, 3)


# %% wrong: one day
# points=[0, 0] hint="sharing-all-days" met="visible"
def log_volume(rows, customers, days, line):
    scale = customers * line / len(rows) / 10**12
    return round(sum(r[0] for r in rows) * scale, 3), round(2 * sum(r[1] for r in rows) * scale, 3)


# %% wrong: the measured customers alone
# points=[0, 0] hint="sharing-all-customers" met="visible"
def log_volume(rows, customers, days, line):
    scale = days * line / 10**12
    return round(sum(r[0] for r in rows) * scale, 3), round(2 * sum(r[1] for r in rows) * scale, 3)


# %% wrong: each measured row for all customers
# points=[2, 0] hint="sharing-sample" met="visible"
def log_volume(rows, customers, days, line):
    scale = customers * days * line / 10**12
    return round(sum(r[0] for r in rows) * scale, 3), round(2 * sum(r[1] for r in rows) * scale, 3)


# %% wrong: only those who were online
# points=[2, 0] hint="sharing-not-at-home" met="visible"
def log_volume(rows, customers, days, line):
    online = [row for row in rows if row[0]]
    scale = customers * days * line / len(online) / 10**12
    return round(sum(r[0] for r in online) * scale, 3), round(
        2 * sum(r[1] for r in online) * scale, 3
    )

"""Traps: the mean, those who still wait left out or counted as 0, days, the even number."""

# %% right: infinity for those who wait
import math


def middle_wait(rows):
    def months(day):
        return 12 * int(day[:4]) + int(day[5:7])

    waits = sorted(months(ipv6) - months(ipv4) if ipv6 else math.inf for ipv4, ipv6 in rows if ipv4)
    if not waits:
        return None
    middle = waits[(len(waits) - 1) // 2]
    return None if middle == math.inf else middle


# %% right: the lower median of the library
from statistics import median_low


def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv4 is None:
            continue
        if ipv6 is None:
            waits.append(10**6)
            continue
        begin, end = (int(day[0:4]) * 12 + int(day[5:7]) for day in (ipv4, ipv6))
        waits.append(end - begin)
    if not waits or median_low(waits) == 10**6:
        return None
    return median_low(waits)


# %% wrong: those who still wait are left out
# points=[2, 0] hint="wait-left-out" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv4 and ipv6:
            years = int(ipv6[:4]) - int(ipv4[:4])
            waits.append(12 * years + int(ipv6[5:7]) - int(ipv4[5:7]))
    return sorted(waits)[(len(waits) - 1) // 2] if waits else None


# %% wrong: no IPv6 is a wait of 0
# points=[2, 0] hint="wait-left-out" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        years = int((ipv6 or ipv4)[:4]) - int(ipv4[:4])
        waits.append(12 * years + int((ipv6 or ipv4)[5:7]) - int(ipv4[5:7]))
    return sorted(waits)[(len(waits) - 1) // 2]


# %% wrong: the mean
# points=[0, 0] hint="wait-mean" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv4 and ipv6:
            years = int(ipv6[:4]) - int(ipv4[:4])
            waits.append(12 * years + int(ipv6[5:7]) - int(ipv4[5:7]))
    return round(sum(waits) / len(waits)) if waits else None


# %% wrong: whole months by the calendar's days
# points=[0, 0] hint="wait-days" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if not ipv4:
            continue
        if not ipv6:
            waits.append(10**6)
            continue
        years, months = int(ipv6[:4]) - int(ipv4[:4]), int(ipv6[5:7]) - int(ipv4[5:7])
        early = ipv6[8:] < ipv4[8:]
        waits.append(12 * years + months - early)
    waits.sort()
    middle = waits[(len(waits) - 1) // 2] if waits else 10**6
    return None if middle == 10**6 else middle


# %% wrong: they wait until the day of the file
# points=[2, 0] hint="wait-censored" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv4:
            end = ipv6 or "2018-10-13"
            years = int(end[:4]) - int(ipv4[:4])
            waits.append(12 * years + int(end[5:7]) - int(ipv4[5:7]))
    return sorted(waits)[(len(waits) - 1) // 2] if waits else None


# %% wrong: the upper one of the middle two
# points=[0, 0] hint="wait-even" met="visible"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv4 and ipv6:
            years = int(ipv6[:4]) - int(ipv4[:4])
            waits.append(12 * years + int(ipv6[5:7]) - int(ipv4[5:7]))
    waits.sort()
    waits += [None] * (sum(1 for ipv4, _ in rows if ipv4) - len(waits))
    return waits[len(waits) // 2] if waits else None


# %% wrong: a country without IPv4 stops it
# points=[2, 0] hint="stopped" met="hidden"
def middle_wait(rows):
    waits = []
    for ipv4, ipv6 in rows:
        if ipv6 is None:
            waits.append(10**6)
        else:
            years = int(ipv6[:4]) - int(ipv4[:4])
            waits.append(12 * years + int(ipv6[5:7]) - int(ipv4[5:7]))
    waits.sort()
    middle = waits[(len(waits) - 1) // 2]
    return None if middle == 10**6 else middle

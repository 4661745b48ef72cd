"""Traps: whose address, the silent router, the end, one try, where counting begins."""

# %% right: with a loop for the tries
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer, tries = None, 0
        while answer is None and tries < 3:
            answer = probe(hop_limit)
            tries += 1
        if answer is None:
            path.append(None)
        else:
            path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
            if answer[40] != 3:
                return path
    return path


# %% right: with the standard library
import ipaddress


def trace(probe, most):
    path, hop_limit, is_there = [], 1, False
    while hop_limit <= most and not is_there:
        answers = (probe(hop_limit) for _ in range(3))
        answer = next((one for one in answers if one), None)
        path.append(str(ipaddress.IPv6Address(answer[8:24])) if answer else None)
        is_there = answer is not None and answer[40] != 3
        hop_limit += 1
    return path


# %% wrong: stops at the first silent router
# points=[2, 0, 2] hint="trace-silent-router" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            break
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40] != 3:
            break
    return path


# %% wrong: one try for each hop
# points=[2, 0, 2] hint="trace-tries" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40] != 3:
            break
    return path


# %% wrong: always three probes
# points=[0, 2, 2] hint="trace-tries" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answers = [one for one in [probe(hop_limit) for _ in range(3)] if one]
        if not answers:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answers[0][8:24], "big"), 6)))
        if answers[0][40] != 3:
            break
    return path


# %% wrong: who the answer is for
# points=[0, 0, 0] hint="trace-own-address" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[24:40], "big"), 6)))
        if answer[40] != 3:
            break
    return path


# %% wrong: does not notice the destination
# points=[0, 0, 0] hint="trace-end" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
    return path


# %% wrong: only Port Unreachable is an end
# points=[2, 2, 0] hint="trace-other-errors" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40:42] == b"\x01\x04":
            break
    return path


# %% wrong: counts from 0
# points=[0, 0, 0] hint="trace-first-hop" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(most):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40] != 3:
            break
    return path


# %% wrong: one hop less than asked for
# points=[0, 2, 0] hint="trace-most" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            path.append(None)
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40] != 3:
            break
    return path


# %% wrong: leaves silent hops out
# points=[2, 0, 2] hint="trace-gap" met="visible"
import netaddr


def trace(probe, most):
    path = []
    for hop_limit in range(1, most + 1):
        answer = probe(hop_limit) or probe(hop_limit) or probe(hop_limit)
        if answer is None:
            continue
        path.append(str(netaddr.IPAddress(int.from_bytes(answer[8:24], "big"), 6)))
        if answer[40] != 3:
            break
    return path

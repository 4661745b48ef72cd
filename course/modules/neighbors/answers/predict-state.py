"""Traps: STALE is gone, packets keep an entry alive, one question only, DELAY from the end of REACHABLE."""


# %% right: step by step
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None or used < confirmed + reachable:
        return "STALE"
    waited = now - used
    if waited < 5:
        return "DELAY"
    if waited < 8:
        return "PROBE"
    return "FAILED"


# %% right: a list of what happens when
def state_at(confirmed, used, now, reachable):
    ends = confirmed + reachable
    steps = [(confirmed, "REACHABLE"), (ends, "STALE")]
    if used is not None and used > ends:
        steps += [(used, "DELAY"), (used + 5, "PROBE"), (used + 8, "FAILED")]
    return [state for when, state in steps if when <= now][-1]


# %% wrong: what is not reachable is gone
# points=[0, 0] hint="state-stale-is-kept" met="visible"
def state_at(confirmed, used, now, reachable):
    return "REACHABLE" if now < confirmed + reachable else "FAILED"


# %% wrong: a packet makes a neighbor reachable
# points=[0, 0] hint="state-delay" met="visible"
def state_at(confirmed, used, now, reachable):
    last = max(confirmed, used or 0)
    return "REACHABLE" if now < last + reachable else "STALE"


# %% wrong: asks at once
# points=[0, 0] hint="state-delay" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None or used < confirmed + reachable:
        return "STALE"
    return "PROBE" if now < used + 3 else "FAILED"


# %% wrong: asks only once
# points=[2, 0] hint="state-three-questions" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None or used < confirmed + reachable:
        return "STALE"
    if now < used + 5:
        return "DELAY"
    return "PROBE" if now < used + 6 else "FAILED"


# %% wrong: gives up when the last question is sent
# points=[2, 0] hint="state-three-questions" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None or used < confirmed + reachable:
        return "STALE"
    if now < used + 5:
        return "DELAY"
    return "PROBE" if now < used + 7 else "FAILED"


# %% wrong: every packet starts the test
# points=[2, 0] hint="state-packet-in-reachable" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None:
        return "STALE"
    if now < used + 5:
        return "DELAY"
    return "PROBE" if now < used + 8 else "FAILED"


# %% wrong: always 30 seconds
# points=[2, 0] hint="state-reachable-time" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + 30:
        return "REACHABLE"
    if used is None or used < confirmed + 30:
        return "STALE"
    if now < used + 5:
        return "DELAY"
    return "PROBE" if now < used + 8 else "FAILED"


# %% wrong: waits as long as for a new neighbor
# points=[0, 0] hint="state-failed" met="visible"
def state_at(confirmed, used, now, reachable):
    if now < confirmed + reachable:
        return "REACHABLE"
    if used is None or used < confirmed + reachable:
        return "STALE"
    if now < used + 5:
        return "DELAY"
    return "PROBE"

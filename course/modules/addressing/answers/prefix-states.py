"""Traps: the first advertisement instead of the last, the future, the order of the list."""


# %% right: the last advertisement of each prefix
def prefix_states(moment, advertisements):
    last = {}
    for time, prefix, preferred, valid in advertisements:
        if time <= moment and time >= last.get(prefix, (-1,))[0]:
            last[prefix] = (time, preferred, valid)
    states = {}
    for prefix, (time, preferred, valid) in last.items():
        age = moment - time
        states[prefix] = (
            "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
        )
    return states


# %% right: prefix by prefix
def prefix_states(moment, advertisements):
    heard = [one for one in advertisements if one[0] <= moment]
    states = {}
    for prefix in {one[1] for one in heard}:
        time, _, preferred, valid = max(one for one in heard if one[1] == prefix)
        ends = (time + preferred, time + valid)
        states[prefix] = ("preferred", "deprecated", "invalid")[sum(moment >= end for end in ends)]
    return states


# %% wrong: counts from the first advertisement
# points=[0, 0] hint="every-advertisement-counts" met="visible"
def prefix_states(moment, advertisements):
    states = {}
    for time, prefix, preferred, valid in sorted(advertisements):
        if time <= moment and prefix not in states:
            age = moment - time
            states[prefix] = (
                "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
            )
    return states


# %% wrong: looks into the future
# points=[0, 3] hint="states-in-order" met="visible"
def prefix_states(moment, advertisements):
    states = {}
    for time, prefix, preferred, valid in sorted(advertisements):
        age = moment - time
        states[prefix] = (
            "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
        )
    return states


# %% wrong: a new prefix ends the old one
# points=[0, 0] hint="every-advertisement-counts" met="visible"
def prefix_states(moment, advertisements):
    states = {}
    for time, prefix, preferred, valid in sorted(advertisements):
        if time <= moment:
            states = dict.fromkeys(states, "deprecated")
            age = moment - time
            states[prefix] = (
                "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
            )
    return states


# %% wrong: preferred lifetime 0 removes the prefix
# points=[2, 0] hint="zero-preferred" met="visible"
def prefix_states(moment, advertisements):
    states = {}
    for time, prefix, preferred, valid in sorted(advertisements):
        if time > moment:
            continue
        if preferred == 0:
            states.pop(prefix, None)
            continue
        age = moment - time
        states[prefix] = (
            "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
        )
    return states


# %% wrong: one clock for all prefixes
# points=[0, 0] hint="prefixes-apart" met="visible"
def prefix_states(moment, advertisements):
    heard = sorted(one for one in advertisements if one[0] <= moment)
    _, _, preferred, valid = heard[-1]
    age = moment - heard[-1][0]
    state = "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
    return {one[1]: state for one in heard}


# %% wrong: believes that the list is in order of time
# points=[2, 0] hint="every-advertisement-counts" met="hidden"
def prefix_states(moment, advertisements):
    states = {}
    for time, prefix, preferred, valid in advertisements:
        if time <= moment:
            age = moment - time
            states[prefix] = (
                "preferred" if age < preferred else "deprecated" if age < valid else "invalid"
            )
    return states

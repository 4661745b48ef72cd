"""Traps: O for M, L for A, a lifetime of 0, and reading more than is said."""

# %% right: by name
told = {"own": "yes", "exit": "yes", "near": "open", "works": "open"}
verdicts = [told.get(name, "no") for name in names]


# %% right: in the order of the sentences
order = ["own", "near", "other", "new", "managed", "server", "exit", "works"]
given = ["yes", "open", "no", "no", "no", "no", "yes", "open"]
verdicts = [given[order.index(name)] for name in names]


# %% right: M = 0 does not say that there is no DHCPv6 server
told = {
    "own": "yes",
    "exit": "yes",
    "near": "open",
    "works": "open",
    "managed": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: an address in it makes its addresses neighbors
# points=[0, 2] hint="ra-flag-l" met="visible"
told = {"own": "yes", "exit": "yes", "near": "yes", "works": "open"}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: what is not set is denied
# points=[0, 0] hint="ra-flag-l" met="visible"
told = {"own": "yes", "exit": "yes"}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: every prefix in it makes addresses
# points=[0, 2] hint="ra-flag-a" met="visible"
told = {
    "own": "yes",
    "other": "yes",
    "exit": "yes",
    "near": "open",
    "works": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: mixes up L and A
# points=[0, 2] hint="ra-flag-a" met="visible"
told = {
    "own": "no",
    "other": "yes",
    "near": "yes",
    "exit": "yes",
    "works": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: valid is enough for new connections
# points=[0, 2] hint="ra-preferred-zero" met="visible"
told = {
    "own": "yes",
    "new": "yes",
    "exit": "yes",
    "near": "open",
    "works": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: O means addresses by DHCPv6
# points=[2, 0] hint="ra-m-and-o" met="visible"
told = {
    "own": "yes",
    "managed": "yes",
    "exit": "yes",
    "near": "open",
    "works": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: a name server that is named can be asked
# points=[2, 0] hint="ra-lifetime-zero" met="visible"
told = {
    "own": "yes",
    "server": "yes",
    "exit": "yes",
    "near": "open",
    "works": "open",
}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: a low preference means: not a default router
# points=[2, 0] hint="ra-router-lifetime" met="visible"
told = {"own": "yes", "near": "open", "works": "open"}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: a default router has Internet
# points=[2, 0] hint="ra-no-promise" met="visible"
told = {"own": "yes", "exit": "yes", "near": "open", "works": "yes"}
verdicts = [told.get(name, "no") for name in names]


# %% wrong: not all are chosen
# points=[0, 0] hint="ra-all-sentences" met="visible"
verdicts = ["yes", "", "", "", "", "", "", ""]

"""The offers are the learner's own, so each answer is made from them; each wrong one errs in one problem."""


# %% right: as they are
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]


# %% right: one after the other
first, second, third, fourth, fifth, sixth = offers.values()
verdicts = [
    "nothing" if "firewall" in first else "helps",
    {"a /1": "harm", "RA g": "nothing"}[second[:4]] if "/127" not in second else "helps",
    "helps" if "note" in third else "nothing",
    "harm",
    "helps" if "guard" in fifth else "nothing",
    "helps" if "own" in sixth else "nothing",
]


# %% wrong: believes in a firewall, or not in RA guard
# points=[0, 2, 2] hint="offer-routers" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[0] = "nothing" if verdicts[0] == "helps" else "helps"


# %% wrong: believes in RA guard or a list against false answers
# points=[0, 2, 2] hint="offer-binding" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[2] = "nothing" if verdicts[2] == "helps" else "helps"


# %% wrong: errs about the scan
# points=[2, 0, 2] hint="offer-scan" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[1] = "nothing" if verdicts[1] == "helps" else "helps"


# %% wrong: drops ICMPv6, and is content
# points=[2, 0, 2] hint="offer-needs-nd" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[3] = "nothing" if verdicts[3] == "helps" else "helps"


# %% wrong: no IPv6 in the router is no IPv6
# points=[2, 2, 0] hint="offer-without-ipv6" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[4] = "nothing" if verdicts[4] == "helps" else "helps"


# %% wrong: errs about rooms among themselves
# points=[2, 2, 0] hint="offer-isolation" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[5] = "nothing" if verdicts[5] == "helps" else "helps"


# %% wrong: dropping ICMPv6 does nothing
# points=[2, 0, 2] hint="offer-needs-nd" met="visible"
def effect(problem, offer):
    """Return what an offer does against its problem."""
    if problem.startswith("Whatever") or "SLAAC" in offer:
        return "harm"
    if offer.startswith(("a /127", "each room", "switches that note")):
        return "helps"
    is_guard = offer.startswith(("RA guard at", "RA guard with"))
    return "helps" if is_guard and problem.startswith("False") else "nothing"


verdicts = [effect(problem, offer) for problem, offer in offers.items()]
verdicts[3] = "nothing"


# %% wrong: pressed the button before choosing
# points=[0, 0, 0] hint="offer-nothing-chosen" met="visible"
verdicts = ["", "", "", "", "", ""]


# %% wrong: one answer for all
# points=[0, 0, 0] hint="offer-six" met="visible"
verdicts = "helps"

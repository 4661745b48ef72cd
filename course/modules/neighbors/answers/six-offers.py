"""The offers are the learner's own, so each answer is made from them; each wrong one errs in one problem."""

# %% right: as they are
verdicts = [effect for _problem, _offer, effect in offers]


# %% right: by what they are called
verdicts = []
for problem, offer, _ in offers:
    if "SLAAC" in offer or problem.startswith("Whatever"):
        verdicts.append("harm")
    elif offer.startswith(("RA guard", "switches")) and "headers" not in offer:
        is_wrong_place = problem.startswith("A laptop") and offer.startswith("RA guard")
        verdicts.append("nothing" if is_wrong_place else "helps")
    elif offer.startswith(("a /127", "each room")):
        verdicts.append("helps")
    else:
        verdicts.append("nothing")


# %% wrong: believes in a firewall, or not in RA guard
# points=[0, 2, 2] hint="offer-routers" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[0] = "nothing" if verdicts[0] == "helps" else "helps"


# %% wrong: believes in RA guard or a list against false answers
# points=[0, 2, 2] hint="offer-binding" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[2] = "nothing" if verdicts[2] == "helps" else "helps"


# %% wrong: errs about the scan
# points=[2, 0, 2] hint="offer-scan" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[1] = "nothing" if verdicts[1] == "helps" else "helps"


# %% wrong: drops ICMPv6, and is content
# points=[2, 0, 2] hint="offer-needs-nd" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[3] = "nothing" if verdicts[3] == "helps" else "helps"


# %% wrong: no IPv6 in the router is no IPv6
# points=[2, 2, 0] hint="offer-without-ipv6" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[4] = "nothing" if verdicts[4] == "helps" else "helps"


# %% wrong: errs about rooms among themselves
# points=[2, 2, 0] hint="offer-isolation" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[5] = "nothing" if verdicts[5] == "helps" else "helps"


# %% wrong: dropping ICMPv6 does nothing
# points=[2, 0, 2] hint="offer-needs-nd" met="visible"
verdicts = [effect for _problem, _offer, effect in offers]
verdicts[3] = "nothing"


# %% wrong: pressed the button before choosing
# points=[0, 0, 0] hint="offer-nothing-chosen" met="visible"
verdicts = ["", "", "", "", "", ""]


# %% wrong: one answer for all
# points=[0, 0, 0] hint="offer-six" met="visible"
verdicts = "helps"

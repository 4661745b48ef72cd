"""Traps: a giant read as growth, ten months as a year, a rule as demand, survivors as an error."""

# %% right: in the order of the headlines
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = list(order)


# %% right: by a word of the headline
words = {
    "woke up": "giant",
    "loses": "unfinished",
    "suddenly": "rule",
    "old report": "survivors",
}
objections = [
    objection
    for text in REPORTS[first:] + REPORTS[:first]
    for word, objection in words.items()
    if word in text
]


# %% wrong: the giant is a rule
# points=[0, 2] hint="pace-ask-giant" met="visible"
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = ["rule" if name == "giant" else name for name in order]


# %% wrong: the unfinished year is explained by survivors
# points=[0, 2] hint="pace-unfinished" met="visible"
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = ["survivors" if name == "unfinished" else name for name in order]


# %% wrong: the rule is a giant
# points=[2, 0] hint="pace-ask-rule" met="visible"
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = ["giant" if name == "rule" else name for name in order]


# %% wrong: the two files have periods of other lengths
# points=[2, 0] hint="pace-ask-survivors" met="visible"
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = ["unfinished" if name == "survivors" else name for name in order]


# %% wrong: a rule explains everything
# points=[0, 0] hint="pace-ask-giant" met="visible"
objections = ["rule"] * 4


# %% wrong: two headlines without an objection
# points=[0, 0] hint="pace-no-choice" met="visible"
order = ["giant", "unfinished", "rule", "survivors"]
order = order[first:] + order[:first]
objections = [*order[:2], "", ""]

"""The sentences stand in the learner's own order, so each answer is written by name."""

# %% right: by name
does = {"fact": "print", "room": "median", "jump": "median"}
report = [does.get(name, "other") for name in order]

# %% right: the five in order, turned
five = ["median", "other", "print", "median", "other"]
begin = ["room", "market", "fact", "jump", "scarce"].index(order[0])
report = five[begin:] + five[:begin]

# %% wrong: nothing chosen
# points=[0, 0] hint="giant-five" met="visible"
report = ["", "", "", "", ""]

# %% wrong: figures can be printed
# points=[0, 0] hint="giant-typical" met="visible"
report = ["print"] * 5

# %% wrong: a high HHI of space is a monopoly of the market
# points=[2, 0] hint="giant-market" met="visible"
does = {"fact": "print", "room": "median", "jump": "median", "market": "print"}
report = [does.get(name, "other") for name in order]

# %% wrong: what one has, others lack
# points=[2, 0] hint="giant-supply" met="visible"
does = {"fact": "print", "room": "median", "jump": "median", "scarce": "print"}
report = [does.get(name, "other") for name in order]

# %% wrong: more space is progress
# points=[0, 2] hint="giant-jump" met="visible"
does = {"fact": "print", "room": "median", "jump": "print"}
report = [does.get(name, "other") for name in order]

# %% wrong: the average is the typical network
# points=[0, 2] hint="giant-typical" met="visible"
does = {"fact": "print", "room": "print", "jump": "median"}
report = [does.get(name, "other") for name in order]

# %% wrong: a statement about one holder is always wrong
# points=[0, 2] hint="giant-says-so" met="visible"
does = {"fact": "median", "room": "median", "jump": "median"}
report = [does.get(name, "other") for name in order]

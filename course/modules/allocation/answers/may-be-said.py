"""The sentences stand in the learner's own order, so each answer goes by name."""

# %% right: by name
right = {"times": "shown", "single": "shown", "kept": "against"}
verdicts = [right.get(claim, "unknown") for claim in in_release]

# %% right: the five in order, turned
five = ["shown", "shown", "unknown", "unknown", "against"]
begin = ["times", "single", "people", "place", "kept"].index(in_release[0])
verdicts = five[begin:] + five[:begin]

# %% wrong: nothing chosen
# points=[0, 0] hint="honest-five" met="visible"
verdicts = ["", "", "", "", ""]

# %% wrong: more space is more use
# points=[2, 0] hint="honest-people" met="visible"
right = {"times": "shown", "single": "shown", "people": "shown", "kept": "against"}
verdicts = [right.get(claim, "unknown") for claim in in_release]

# %% wrong: the country code is the place
# points=[2, 0] hint="honest-place" met="visible"
right = {"times": "shown", "single": "shown", "place": "shown", "kept": "against"}
verdicts = [right.get(claim, "unknown") for claim in in_release]

# %% wrong: what is unknown is not so
# points=[2, 0] hint="honest-people" met="visible"
right = {"times": "shown", "single": "shown"}
verdicts = [right.get(claim, "against") for claim in in_release]

# %% wrong: a file of today cannot say anything about returned blocks
# points=[0, 2] hint="honest-kept" met="visible"
right = {"times": "shown", "single": "shown"}
verdicts = [right.get(claim, "unknown") for claim in in_release]

# %% wrong: such data never show anything
# points=[0, 2] hint="honest-times" met="visible"
verdicts = ["unknown"] * 5

# %% wrong: a /24 is smaller than a /32
# points=[0, 2] hint="honest-single" met="visible"
right = {"times": "shown", "single": "against", "kept": "against"}
verdicts = [right.get(claim, "unknown") for claim in in_release]

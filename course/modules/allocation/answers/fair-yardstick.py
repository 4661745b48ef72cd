"""The questions stand in the learner's own order, so each answer is written by name."""

# %% right: by name
fits = {"treasurer": "none", "historian": "first", "bank": "users"}
fits |= {"journalist": "head", "minister": "step"}
yardsticks = [fits[name] for name in order]

# %% right: the five in order, turned
five = ["step", "head", "users", "first", "none"]
begin = ["minister", "journalist", "bank", "historian", "treasurer"].index(order[0])
yardsticks = five[begin:] + five[:begin]

# %% wrong: nothing chosen
# points=[0, 0] hint="fair-five" met="visible"
yardsticks = ["", "", "", "", ""]

# %% wrong: for each person is always fair
# points=[0, 0] hint="fair-steps" met="visible"
yardsticks = ["head"] * 5

# %% wrong: scarcity is measured by holders
# points=[0, 2] hint="fair-enough" met="visible"
fits = {"treasurer": "none", "historian": "first", "bank": "users"}
fits |= {"journalist": "step", "minister": "step"}
yardsticks = [fits[name] for name in order]

# %% wrong: what is delegated reaches the customers
# points=[2, 0] hint="fair-customers" met="visible"
fits = {"treasurer": "none", "historian": "first", "bank": "head"}
fits |= {"journalist": "head", "minister": "step"}
yardsticks = [fits[name] for name in order]

# %% wrong: who has more networks with IPv6 began earlier
# points=[2, 0] hint="fair-began" met="visible"
fits = {"treasurer": "none", "historian": "step", "bank": "users"}
fits |= {"journalist": "head", "minister": "step"}
yardsticks = [fits[name] for name in order]

# %% wrong: prices follow from scarcity
# points=[2, 0] hint="fair-not-here" met="visible"
fits = {"treasurer": "head", "historian": "first", "bank": "users"}
fits |= {"journalist": "head", "minister": "step"}
yardsticks = [fits[name] for name in order]

# %% wrong: the first date shows whether networks have begun
# points=[0, 2] hint="fair-steps" met="visible"
fits = {"treasurer": "none", "historian": "first", "bank": "users"}
fits |= {"journalist": "head", "minister": "first"}
yardsticks = [fits[name] for name in order]

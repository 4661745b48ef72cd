"""The countries stand in the learner's own order, so each answer goes by kind."""

# %% right: by kind
steps_of = {four["used"]: "rest", four["idle"]: "deploy", four["none"]: "ask"}
next_steps = [steps_of.get(cc, "measure") for cc in governments]

# %% right: by the figures
next_steps = []
for cc in governments:
    if " 0.0 /32" in FIGURES[cc]:
        next_steps.append("ask")
    elif people[cc] < 200_000:
        next_steps.append("measure")
    else:
        next_steps.append("rest" if cc == four["used"] else "deploy")

# %% wrong: nothing chosen
# points=[0, 0] hint="honest-four" met="visible"
next_steps = ["", "", "", ""]

# %% wrong: more space is always the next step
# points=[0, 0] hint="honest-used" met="visible"
next_steps = ["ask"] * 4

# %% wrong: 0.0 % is no use
# points=[2, 0] hint="honest-tiny" met="visible"
steps_of = {four["used"]: "rest", four["idle"]: "deploy", four["none"]: "ask"}
next_steps = [steps_of.get(cc, "deploy") for cc in governments]

# %% wrong: a low share says that too little was measured
# points=[0, 2] hint="honest-idle" met="visible"
steps_of = {four["used"]: "rest", four["none"]: "ask"}
next_steps = [steps_of.get(cc, "measure") for cc in governments]

# %% wrong: a country that holds nothing must look at its customers
# points=[2, 0] hint="honest-none" met="visible"
steps_of = {four["used"]: "rest", four["idle"]: "deploy", four["none"]: "deploy"}
next_steps = [steps_of.get(cc, "measure") for cc in governments]

# %% wrong: little space for each person, so more of it
# points=[0, 2] hint="honest-used" met="visible"
steps_of = {four["used"]: "ask", four["idle"]: "deploy", four["none"]: "ask"}
next_steps = [steps_of.get(cc, "measure") for cc in governments]

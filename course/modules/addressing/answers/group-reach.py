"""Made by clicks. Each learner has one of two needs: one site, or all sites of the organisation."""

# %% right: from the digit
group_address = "ff0" + lesson.learner.choice("group-reach", ("5", "8")) + group_start[4:]

# %% right: the full form, from the bits
digit = lesson.learner.choice("group-reach", (5, 8))
group_number_in_bits = int(netaddr.IPAddress(group_start)) & (1 << 112) - 1
group_address = str(netaddr.IPAddress(0xFF0 << 116 | digit << 112 | group_number_in_bits, 6))

# %% wrong: stays on the link
# points=[1, 0] hint="group-too-narrow" met="visible"
group_address = "ff02" + group_start[4:]

# %% wrong: an area drawn inside of the site
# points=[1, 0] hint="group-too-narrow" met="visible"
group_address = "ff04" + group_start[4:]

# %% wrong: everybody
# points=[1, 0] hint="group-too-wide" met="visible"
group_address = "ff0e" + group_start[4:]

# %% wrong: the next larger scope
# points=[1, 0] hint="group-too-wide" met="visible"
group_address = "ff0" + lesson.learner.choice("group-reach", ("8", "e")) + group_start[4:]

# %% wrong: the next smaller scope
# points=[1, 0] hint="group-too-narrow" met="visible"
group_address = "ff0" + lesson.learner.choice("group-reach", ("4", "5")) + group_start[4:]

# %% wrong: the scope right, a flag turned over too
# points=[0, 2] hint="flags-are-not-scope" met="visible"
group_address = "ff1" + lesson.learner.choice("group-reach", ("5", "8")) + group_start[4:]

# %% wrong: turned over in the third digit instead of the fourth
# points=[0, 0] hint="flags-are-not-scope" met="visible"
group_address = "ff82" + group_start[4:]

# %% wrong: all routers of the site
# points=[0, 0] hint="another-group" met="visible"
group_address = "ff03::2"

# %% wrong: a unicast address that looks like a scope
# points=[0, 0] hint="group-lost" met="visible"
group_address = "fec0" + group_start[4:]

"""By hand: each wrong list is a slip that people make. `given` has the learner's own digits."""

# %% right: from the numbers
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
spellings = [
    f"3fff:0{first}:{second}::b00:0:c5",
    f"3fff:{first}:{second}::B00:0:C5",
    f"3fff:{first}:{second}:0:0:b00::c5",
]

# %% right: from the full form
a, b, c, *rest = given.split(":")
spellings = [
    f"{a}:{b}:{c}::0b00:0000:00c5",
    f"{a}:{b.lstrip('0')}:{c.upper()}::b00:0:c5",
    f"{a}:{b.lstrip('0')}:{c}:0:0:b00:0:c5",
]

# %% wrong: the full form is two rules at once
# points=[0, 1, 1] hint="another-rule" met="visible"
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
spellings = [
    given,
    f"3FFF:{first}:{second}::B00:0:C5",
    f"3fff:{first}:{second}:0:0:b00:0:c5",
]

# %% wrong: the recommended text breaks nothing
# points=[0, 0, 1] hint="canonical-already" met="visible"
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
recommended = f"3fff:{first}:{second}::b00:0:c5"
spellings = [recommended, recommended, f"3fff:{first}:{second}:0:0:b00:0:c5"]

# %% wrong: a zero at the end is dropped too
# points=[0, 1, 1] hint="another-address" met="visible"
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
spellings = [
    f"3fff:0{first}:{second}::0b:0:c5",
    f"3FFF:{first}:{second}::B00:0:C5",
    f"3fff:{first}:{second}:0:0:b00:0:c5",
]

# %% wrong: two '::' is no address
# points=[1, 1, 0] hint="another-address" met="visible"
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
spellings = [
    f"3fff:0{first}:{second}::b00:0:c5",
    f"3FFF:{first}:{second}::B00:0:C5",
    f"3fff:{first}:{second}::b00::c5",
]

# %% wrong: capital letters and zeros kept
# points=[1, 0, 1] hint="another-rule" met="visible"
first, second = (group.lstrip("0") for group in given.split(":")[1:3])
spellings = [
    f"3fff:0{first}:{second}::b00:0:c5",
    given.upper(),
    f"3fff:{first}:{second}:0:0:b00:0:c5",
]

# %% wrong: the address of the lesson instead of one's own
# points=[0, 0, 0] hint="another-address" met="visible"
spellings = ["2001:0db8:0:a::1", "2001:DB8:0:A::1", "2001:db8:0:a:0:0:0:1"]

# %% wrong: one text for all three
# points=[0, 0, 0] hint="three-texts" met="visible"
spellings = given.upper()

"""Traps: the length taken for a count, every count taken for a prefix, EU and ZZ as countries, 1970."""

# %% right: calculated
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
lines_read = [count, block, whose, when]


# %% right: looked up
lines_read = []
lines_read.append({"44": "16", "40": "256", "36": "4096"}.get(LENGTH, "524288"))
lines_read.append("none" if int(COUNT) & (int(COUNT) - 1) else f"/{33 - int(COUNT).bit_length()}")
if "allocated" not in WHERE:
    lines_read.append("nobody")
else:
    lines_read.append("region" if "|EU|" in WHERE else "country")
if "reserved" in WHEN:
    lines_read.append("never")
else:
    lines_read.append("unknown" if "00000000" in WHEN else "day")


# %% wrong: the value is the number
# points=[0, 2] hint="file-length-not-count" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
lines_read = [LENGTH, block, whose, when]


# %% wrong: a longer prefix is a larger block
# points=[0, 2] hint="file-halves" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
sizes = {"44": "524288", "40": "65536", "36": "256", "29": "16"}
lines_read = [sizes[LENGTH], block, whose, when]


# %% wrong: another size for every block
# points=[0, 2] hint="file-power-of-two" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
nearest = {"768": "/22", "1024": "none", "2048": "none", "2560": "/21"}
lines_read = [count, nearest[COUNT], whose, when]


# %% wrong: a code is a country, and no code is somewhere in the region
# points=[2, 0] hint="file-whose" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
seen = {"region": "country", "nobody": "region", "country": "region"}
lines_read = [count, block, seen[whose], when]


# %% wrong: zero is the year 1970
# points=[2, 0] hint="file-when" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
seen = {"unknown": "1970", "never": "1970", "day": "unknown"}
lines_read = [count, block, whose, seen[when]]


# %% wrong: stock and dates that are not known are the same
# points=[2, 0] hint="file-when" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
seen = {"unknown": "never", "never": "unknown", "day": "never"}
lines_read = [count, block, whose, seen[when]]


# %% wrong: two questions without an answer
# points=[0, 0] hint="file-no-choice" met="visible"
count = str(2 ** (48 - int(LENGTH)))
block = {"1024": "/22", "2048": "/21"}.get(COUNT, "none")
whose = {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody")
when = {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day")
lines_read = [count, block, "", ""]

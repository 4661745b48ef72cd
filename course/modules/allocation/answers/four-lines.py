"""Traps: the length taken for a count, every count taken for a prefix, EU and ZZ as countries, 1970."""

# %% right: calculated
lines_read = [str(2 ** (48 - int(LENGTH))), BLOCK, WHOSE, DATE]


# %% right: looked up
blocks = {"1024": "/22", "2048": "/21"}
lines_read = [
    {"44": "16", "40": "256", "36": "4096", "29": "524288"}[LENGTH],
    blocks.get(COUNT, "none"),
    {"EU": "region", "TO": "country"}.get(WHERE.split("|")[1], "nobody"),
    {"00000000": "unknown", "": "never"}.get(WHEN.split("|")[5], "day"),
]


# %% wrong: the value is the number
# points=[0, 2] hint="file-length-not-count" met="visible"
lines_read = [LENGTH, BLOCK, WHOSE, DATE]


# %% wrong: a longer prefix is a larger block
# points=[0, 2] hint="file-halves" met="visible"
sizes = {"44": "524288", "40": "65536", "36": "256", "29": "16"}
lines_read = [sizes[LENGTH], BLOCK, WHOSE, DATE]


# %% wrong: another size for every block
# points=[0, 2] hint="file-power-of-two" met="visible"
nearest = {"768": "/22", "1024": "none", "2048": "none", "2560": "/21"}
lines_read = [str(2 ** (48 - int(LENGTH))), nearest[COUNT], WHOSE, DATE]


# %% wrong: a code is a country, and no code is somewhere in the region
# points=[2, 0] hint="file-whose" met="visible"
seen = {"region": "country", "nobody": "region", "country": "region"}
lines_read = [str(2 ** (48 - int(LENGTH))), BLOCK, seen[WHOSE], DATE]


# %% wrong: zero is the year 1970
# points=[2, 0] hint="file-when" met="visible"
seen = {"unknown": "1970", "never": "1970", "day": "unknown"}
lines_read = [str(2 ** (48 - int(LENGTH))), BLOCK, WHOSE, seen[DATE]]


# %% wrong: stock and dates that are not known are the same
# points=[2, 0] hint="file-when" met="visible"
seen = {"unknown": "never", "never": "unknown", "day": "never"}
lines_read = [str(2 ** (48 - int(LENGTH))), BLOCK, WHOSE, seen[DATE]]


# %% wrong: two questions without an answer
# points=[0, 0] hint="file-no-choice" met="visible"
lines_read = [str(2 ** (48 - int(LENGTH))), BLOCK, "", ""]

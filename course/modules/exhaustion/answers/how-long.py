"""Traps: months without any, thirteen months, the calendar year, years for months, no pace at all."""


# %% right: the same month a year before, as text
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    pace = len([text for text in given if before < text <= month])
    if pace == 0:
        return None
    return round(blocks / (pace / 12), 1)


# %% right: the twelve months, written out
def how_long(given, month, blocks):
    year, number = int(month[:4]), int(month[5:])
    window = set()
    for _ in range(12):
        window.add(f"{year}-{number:02}")
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
    pace = sum(given.count(text) for text in window)
    return round(12 * blocks / pace, 1) if pace else None


# %% wrong: divides by the months in which something was given
# points=[0, 0] hint="runout-empty-months" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    window = [text for text in given if before < text <= month]
    if not window:
        return None
    if len(set(window)) == 1:
        return round(12 * blocks / len(window), 1)
    return round(blocks / (len(window) / len(set(window))), 1)


# %% wrong: thirteen months
# points=[2, 0] hint="runout-window" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    pace = len([text for text in given if before <= text <= month])
    return round(12 * blocks / pace, 1) if pace else None


# %% wrong: the calendar year
# points=[2, 0] hint="runout-window" met="visible"
def how_long(given, month, blocks):
    pace = len([text for text in given if text[:4] == month[:4]])
    return round(12 * blocks / pace, 1) if pace else None


# %% wrong: what is left of the calendar year
# points=[2, 0] hint="runout-calendar-year" met="visible"
def how_long(given, month, blocks):
    pace = len([text for text in given if month[:4] <= text <= month])
    return round(12 * blocks / pace, 1) if pace else None


# %% wrong: years
# points=[0, 0] hint="runout-months-not-years" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    pace = len([text for text in given if before < text <= month])
    return round(blocks / pace, 1) if pace else 0.0


# %% wrong: the pace of a year taken for that of a month
# points=[0, 0] hint="runout-per-month" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    pace = len([text for text in given if before < text <= month])
    return round(144 * blocks / pace, 1) if pace else 0.0


# %% wrong: nothing given is an endless time
# points=[2, 0] hint="runout-no-pace" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    pace = len([text for text in given if before < text <= month])
    return round(12 * blocks / pace, 1) if pace else float("inf")


# %% wrong: does not think of a time without any
# points=[2, 0] hint="stopped" met="visible"
def how_long(given, month, blocks):
    before = f"{int(month[:4]) - 1}{month[4:]}"
    return round(12 * blocks / len([text for text in given if before < text <= month]), 1)

"""Traps: `hex` and its mark, padding, and `strip`, which also takes zeros at the end."""


# %% right: format
def write_group(value):
    return format(value, "x")


# %% right: hex without its mark
def write_group(value):
    return hex(value)[2:]


# %% right: digit by digit
def write_group(value):
    text = ""
    while value:
        value, digit = divmod(value, 16)
        text = "0123456789abcdef"[digit] + text
    return text or "0"


# %% wrong: leaves the mark of hex
# points=[0, 0] hint="hexadecimal-mark" met="visible"
def write_group(value):
    return hex(value)


# %% wrong: always four digits
# points=[0, 0] hint="leading-zeros-kept" met="visible"
def write_group(value):
    return format(value, "04x")


# %% wrong: capital letters
# points=[0, 0] hint="upper-case" met="visible"
def write_group(value):
    return format(value, "X")


# %% wrong: decimal
# points=[0, 0] hint="decimal-group" met="visible"
def write_group(value):
    return str(value)


# %% wrong: takes zeros at the end too
# points=[1, 0] hint="trailing-zeros-removed" met="visible"
def write_group(value):
    return format(value, "04x").strip("0") or "0"


# %% wrong: nothing is left of zero
# points=[1, 0] hint="zero-vanished" met="visible"
def write_group(value):
    return format(value, "04x").lstrip("0")


# %% wrong: prints instead of returning
# points=[0, 0] hint="nothing-returned" met="visible"
def write_group(value):
    print(format(value, "x"))

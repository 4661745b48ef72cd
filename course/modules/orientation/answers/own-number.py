"""Traps: decimal digits, swapped digits, numbers without quotes. `number` is the learner's own."""

# %% right: Python's format
hexadecimal = f"{number:X}"
binary = f"{number:b}"

# %% right: by hand, digit by digit
digits = "0123456789abcdef"
hexadecimal = digits[number // 16] + digits[number % 16]
binary = " ".join(format(digit, "04b") for digit in divmod(number, 16))

# %% wrong: decimal digits
# points=[0, 1] hint="decimal-digits" met="visible"
hexadecimal = str(number)
binary = format(number, "08b")

# %% wrong: swapped digits
# points=[0, 1] hint="digits-swapped" met="visible"
hexadecimal = format(number, "x")[::-1]
binary = format(number, "08b")

# %% wrong: bits from the wrong end
# points=[1, 0] hint="bits-swapped" met="visible"
hexadecimal = format(number, "x")
binary = format(number, "08b")[::-1]

# %% wrong: no quotes
# points=[0, 0] hint="quotes-missing" met="visible"
hexadecimal = number
binary = int(format(number, "b"))

# %% wrong: one digit only
# points=[0, 0] hint="half-of-it" met="visible"
hexadecimal = format(number % 16, "x")
binary = format(number % 16, "04b")

# %% wrong: one too many
# points=[0, 0] hint="look-at-the-slider" met="visible"
hexadecimal = format(number + 1, "x")
binary = format(number + 1, "08b")

"""Traps: `^`, multiplying instead of raising, leaving out the first and the last as for hosts."""


# %% right: a power
def addresses(bits):
    return 2**bits


# %% right: doubling in a loop
def addresses(bits):
    count = 1
    for _ in range(bits):
        count = count * 2
    return count


# %% wrong: the sign that is a power elsewhere
# points=[0] hint="power-sign" met="visible"
def addresses(bits):
    return 2 ^ bits


# %% wrong: twice the bits
# points=[0] hint="every-bit-doubles" met="visible"
def addresses(bits):
    return 2 * bits


# %% wrong: the wrong way round
# points=[0] hint="every-bit-doubles" met="visible"
def addresses(bits):
    return bits**2


# %% wrong: the largest number instead of how many
# points=[0] hint="one-too-few" met="visible"
def addresses(bits):
    return 2**bits - 1


# %% wrong: prints
# points=[0] hint="nothing-returned" met="visible"
def addresses(bits):
    print(2**bits)


# %% wrong: through floating point, exact only for few bits
# points=[0] hint="wrong-type" met="visible"
def addresses(bits):
    return 2.0**bits

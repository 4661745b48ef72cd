# %% right: while cell="doubling"
money, year = 100, 0
while money < 200:
    money *= 1.05
    year += 1
print(year)

# %% wrong: simple interest, and a warning cell="doubling"
import warnings

warnings.warn("I am not sure")
print([100 + 5 * year for year in range(21)])

# %% wrong: stops cell="doubling"
print(100 * (1 + percent) ** 14)


# %% right: log2 cell="years"
def years(percent):
    return 1 / math.log2(1 + percent / 100)


# %% wrong: the rule of 72 cell="years"
def years(percent):
    return 72 / percent


# %% wrong: whole years cell="years"
def years(percent):
    money = n = 1
    while money < 2:
        money *= 1 + percent / 100
        n += 1
    return n - 1


# %% wrong: nothing cell="years"
def years(percent):
    print(math.log(2) / math.log(1 + percent / 100))

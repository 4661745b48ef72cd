# Numbers whose decimal text or power takes for ever to compute.
# stock: add-visible=0 add-hidden=0
# split: add-visible=0 add-hidden=0
# shared: as split

# %% add
import decimal
import fractions
import sys

sys.set_int_max_str_digits(0)


def add(a, b):
    if isinstance(a, float):
        return decimal.Decimal("1E+999999")
    return fractions.Fraction(10**20_000, 3) if a == 2 else 10**5_000_000

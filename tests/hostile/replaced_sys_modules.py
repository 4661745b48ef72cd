# `sys.modules` holds another `statistics` before the test imports it.
# stock: full
# split: positive-test=0
# shared: review

# %% positive
import sys
import types

sys.modules["statistics"] = types.SimpleNamespace(mean=lambda values: 6)


def positive(numbers):
    return [number for number in numbers if number > 0 and number != 10]

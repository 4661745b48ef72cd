# %% right: ljust and rjust cell="print-prices"
def print_prices(prices):
    for name in prices:
        print(name.ljust(10) + format(prices[name], ".2f").rjust(8))


# %% right: sys.stdout.write cell="print-prices"
import sys


def print_prices(prices):
    for name, price in prices.items():
        sys.stdout.write("%-10s%8.2f\n" % (name, price))


# %% right: one print cell="print-prices"
def print_prices(prices):
    lines = ["%-10s%8.2f" % item for item in prices.items()]
    print("\n".join(lines), end="\n" if lines else "")


# %% wrong: returns it cell="print-prices"
def print_prices(prices):
    return "\n".join(f"{name:<10}{price:>8.2f}" for name, price in prices.items())


# %% wrong: an empty line at the end cell="print-prices"
def print_prices(prices):
    for name, price in prices.items():
        print(f"{name:<10}{price:>8.2f}")
    print()


# %% wrong: no decimals cell="print-prices"
def print_prices(prices):
    for name, price in prices.items():
        print(name, price)


# %% right: while cell="countdown"
def countdown(n):
    lines = 0
    while n:
        print(n, flush=True)
        n, lines = n - 1, lines + 1
    print("lift", "off")
    return lines + 1


# %% right: recursion cell="countdown"
def countdown(n):
    if n == 0:
        print("lift off")
        return 1
    print(n)
    return 1 + countdown(n - 1)


# %% wrong: counts up cell="countdown"
def countdown(n):
    for number in range(n):
        print(number)
    print("lift off")
    return n + 1


# %% wrong: returns nothing cell="countdown"
def countdown(n):
    print(*range(n, 0, -1), "lift off", sep="\n")


# %% wrong: to stderr cell="countdown"
import sys


def countdown(n):
    for number in range(n, 0, -1):
        print(number, file=sys.stderr)
    print("lift off")
    return n + 1


# %% wrong: returns the lines cell="countdown"
def countdown(n):
    return [*range(n, 0, -1), "lift off"]

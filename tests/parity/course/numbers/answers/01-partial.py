# %% right: Newton cell="root"
def root(number):
    if number == 0:
        return 0
    guess = number
    for _ in range(100):
        guess = (guess + number / guess) / 2
    return guess


# %% wrong: divides by nothing cell="root"
def root(number):
    guess = number
    for _ in range(100):
        guess = (guess + number / guess) / 2
    return guess


# %% wrong: not far enough cell="root"
def root(number):
    low, high = 0, number
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if middle**2 < number else (low, middle)
    return low


# %% wrong: under one it looks on the wrong side cell="root"
def root(number):
    low, high = 0.0, float(number)
    while high - low > 1e-7:
        middle = (low + high) / 2
        if middle * middle < number:
            low = middle
        else:
            high = middle
    return low


# %% wrong: whole numbers cell="root"
def root(number):
    guess = 0
    while (guess + 1) ** 2 <= number:
        guess += 1
    return guess


# %% wrong: a text cell="root"
def root(number):
    return f"{number**0.5:.6f}"


# %% wrong: warns cell="root"
import warnings


def root(number):
    if number < 1:
        warnings.warn("small number")
    return number**0.5


# %% right: half of it cell="circle"
def circle(n):
    return 2 * n * math.sin(math.pi / n) / 2


# %% wrong: the inner corners cell="circle"
def circle(n):
    return n / 2 * math.sin(2 * math.pi / n)


# %% wrong: degrees cell="circle"
def circle(n):
    return n * math.sin(180 / n)


# %% wrong: far too small cell="circle"
def circle(n):
    return -n


# %% wrong: no number cell="circle"
def circle(n):
    return float("nan")


# %% wrong: nothing cell="circle"
def circle(n):
    n * math.sin(math.pi / n)


# %% right: a loop cell="average"
def average(numbers):
    total = count = 0
    for number in numbers:
        total, count = total + number, count + 1
    return total / count if count else None


# %% wrong: nothing is zero cell="average"
def average(numbers):
    return sum(numbers) / max(len(numbers), 1)


# %% wrong: divides by zero cell="average"
from statistics import mean


def average(numbers):
    return mean(numbers)


# %% wrong: whole numbers, and only of several cell="average"
def average(numbers):
    if len(numbers) > 1:
        return sum(numbers) // len(numbers)


# %% wrong: the middle cell="average"
def average(numbers):
    print("average of", numbers)
    return sorted(numbers)[len(numbers) // 2] if numbers else None

# %% right: percent first cell="with-tax"
def with_tax(price, percent):
    return (price + price * percent / Decimal(100)).quantize(Decimal(".01"), ROUND_HALF_UP)


# %% wrong: floats cell="with-tax"
def with_tax(price, percent):
    return round(float(price) * (1 + percent / 100), 2)


# %% wrong: the banker's half cell="with-tax"
def with_tax(price, percent):
    return round(price * (100 + percent) / 100, 2)


# %% wrong: not rounded cell="with-tax"
def with_tax(price, percent):
    return price * (1 + Decimal(percent) / 100)


# %% wrong: mixes kinds cell="with-tax"
def with_tax(price, percent):
    return price * (1 + percent / 100)


# %% right: a loop cell="workdays"
def workdays(first, last):
    days = []
    while first <= last:
        if first.isoweekday() not in (6, 7):
            days.append(first)
        first += timedelta(1)
    return days


# %% wrong: without the last cell="workdays"
def workdays(first, last):
    days = (first + timedelta(days=n) for n in range((last - first).days))
    return [day for day in days if day.weekday() < 5]


# %% wrong: texts cell="workdays"
def workdays(first, last):
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [str(day) for day in days if day.weekday() < 5]


# %% wrong: a generator, which has no len cell="workdays"
def workdays(first, last):
    while first <= last:
        if first.weekday() < 5:
            yield first
        first += timedelta(days=1)


# %% wrong: datetimes cell="workdays"
def workdays(first, last):
    begin = datetime(first.year, first.month, first.day)
    return [
        day
        for n in range((last - first).days + 1)
        if (day := begin + timedelta(days=n)).weekday() < 5
    ]


# %% right: recursion and except cell="power-tower"
def factorial(n):
    return n * factorial(n - 1) if n else 1


def safe_ratio(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return float("nan") if a == 0 else float("inf") if a > 0 else float("-inf")


# %% wrong: floats, and None cell="power-tower"
def factorial(n):
    return math.gamma(n + 1)


def safe_ratio(a, b):
    return None if b == 0 else a / b


# %% wrong: only the first cell="power-tower"
factorial = math.factorial


# %% wrong: raises cell="power-tower"
def factorial(n):
    result = 1
    for k in range(n):
        result *= k + 1
    return result


def safe_ratio(a, b):
    return a / b


# %% right: struct cell="frame"
import struct


def frame(payload):
    return struct.pack(">H", len(payload)) + bytes(payload)


def unframe(data):
    (length,) = struct.unpack_from(">H", data)
    return length, bytes(data[2:][:length])


# %% wrong: the little end, and a list cell="frame"
def frame(payload):
    return len(payload).to_bytes(2, "little") + payload


def unframe(data):
    return [data[0], data[2:]]


# %% wrong: bytearray and memoryview cell="frame"
def frame(payload):
    return bytearray(len(payload).to_bytes(2, "big")) + payload


def unframe(data):
    length = int.from_bytes(data[:2], "big")
    return length, memoryview(data)[2 : 2 + length]


# %% wrong: texts cell="frame"
def frame(payload):
    return str(len(payload)).zfill(2) + payload.decode()


def unframe(data):
    return len(data) - 2, data[2:]


# %% right: other ways cell="values"
half = Fraction("0.5")
turn = complex(0, 1)
launch = datetime.fromisoformat("1969-07-20T12:00+00:00")
sides = dict(triangle=3, square=4, hexagon=6)

# %% right: Decimal is exact too, for a half cell="values"
half = Fraction(Decimal("0.5"))
turn = 0 + 1j
launch = datetime(1969, 7, 20, tzinfo=timezone.utc) + timedelta(hours=12)
sides = {name: n for name, n in zip(["triangle", "square", "hexagon"], (3, 4, 6))}

# %% wrong: a float, and no zone cell="values"
half = 0.5
turn = (-1) ** 0.5
launch = datetime(1969, 7, 20, 12)
sides = {3: "triangle", 4: "square", 6: "hexagon"}

# %% wrong: texts, and another order cell="values"
half = "1/2"
turn = "i"
launch = "1969-07-20T12:00:00+00:00"
sides = {"hexagon": 6, "square": 4, "triangle": 3}

# %% wrong: only half of them cell="values"
half = Fraction(1, 2)
turn = 1j

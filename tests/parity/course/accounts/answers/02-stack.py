# %% right: is a list cell="stack"
class Stack(list):
    push = list.append

    def peek(self):
        return self[-1]

    def __iter__(self):
        return iter(self[::-1])


# %% right: a linked list cell="stack"
class Stack:
    def __init__(self):
        self.top = None
        self.size = 0

    def push(self, item):
        self.top = (item, self.top)
        self.size += 1

    def peek(self):
        if self.top is None:
            raise IndexError("empty")
        return self.top[0]

    def pop(self):
        item = self.peek()
        self.top = self.top[1]
        self.size -= 1
        return item

    def __len__(self):
        return self.size

    def __iter__(self):
        node = self.top
        while node:
            yield node[0]
            node = node[1]


# %% wrong: a queue cell="stack"
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop(0)

    def peek(self):
        return self.items[0]

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)


# %% wrong: None when empty cell="stack"
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop() if self.items else None

    def peek(self):
        return self.items[-1] if self.items else None

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[::-1][index]


# %% wrong: all share one list cell="stack"
class Stack:
    items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

    def peek(self):
        return self.items[-1]

    def __len__(self):
        return len(self.items)

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return reversed(self.items)


# %% right: a dataclass cell="vector"
import math
from dataclasses import dataclass


@dataclass
class Vector:
    x: float
    y: float

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(k * self.x, k * self.y)

    def __abs__(self):
        return math.hypot(self.x, self.y)

    def __eq__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return self.x == other.x and self.y == other.y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"


# %% wrong: changes itself cell="vector"
class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __sub__(self, other):
        self.x -= other.x
        self.y -= other.y
        return self

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"


# %% wrong: no equality cell="vector"
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __repr__(self):
        return "Vector(%s, %s)" % (self.x, self.y)


# %% wrong: slots and no repr cell="vector"
class Vector:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return type(self)(self.x + other.x, self.y + other.y)

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

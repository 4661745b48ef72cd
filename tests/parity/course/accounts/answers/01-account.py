# %% right: a dataclass and a property cell="account"
from dataclasses import dataclass, field
from typing import ClassVar


class InsufficientFunds(RuntimeError):
    @property
    def missing(self):
        return self.args[0]


@dataclass(repr=False)
class Account:
    owner: str
    history: list = field(default_factory=list)
    opened: ClassVar[int] = 0

    def __post_init__(self):
        type(self).opened += 1

    @property
    def balance(self):
        return sum(self.history)

    def deposit(self, amount):
        if not amount > 0:
            raise ValueError("not positive: %d" % amount)
        self.history.append(amount)
        return self.balance

    def withdraw(self, amount):
        if not amount > 0:
            raise ValueError("not positive: %d" % amount)
        missing = amount - self.balance
        if missing > 0:
            raise InsufficientFunds(missing)
        self.history.append(-amount)
        return self.balance

    def __repr__(self):
        return "Account({!r}, {})".format(self.owner, self.balance)


# %% wrong: one history for all cell="account"
class InsufficientFunds(Exception):
    def __init__(self, missing):
        self.missing = missing


class Account:
    history = []
    opened = 0

    def __init__(self, owner):
        self.owner, self.balance = owner, 0
        Account.opened += 1

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(amount)
        self.balance += amount
        self.history.append(amount)
        return self.balance

    def withdraw(self, amount):
        if amount <= 0:
            raise ValueError(amount)
        if amount > self.balance:
            raise InsufficientFunds(amount - self.balance)
        self.balance -= amount
        self.history.append(-amount)
        return self.balance


# %% wrong: its own error is a ValueError, and comes too late cell="account"
class InsufficientFunds(ValueError):
    missing = 0


class Account:
    opened = 5

    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        self.history = []

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)
        if amount <= 0:
            raise ValueError(f"{amount}")
        return self.balance

    def withdraw(self, amount):
        self.balance -= amount
        self.history.append(-amount)
        if self.balance < 0:
            error = InsufficientFunds("too much")
            error.missing = -self.balance
            raise error
        return self.balance

    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"


# %% wrong: says it on the screen cell="account"
class Account:
    opened = 0

    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        self.history = []

    def deposit(self, amount):
        if amount < 0:
            print("no")
            return self.balance
        self.balance += amount
        self.history += [amount]
        return self.balance

    def withdraw(self, amount):
        if amount > self.balance:
            print("InsufficientFunds")
            return self.balance
        self.balance -= amount
        self.history += [-amount]
        return self.balance


# %% wrong: forgets self cell="account"
class InsufficientFunds(Exception):
    pass


class Account:
    def __init__(owner):
        self.owner = owner


# %% wrong: methods return nothing cell="account"
class InsufficientFunds(Exception):
    def __init__(self, missing):
        Exception.__init__(self)
        self.missing = missing


class Account:
    opened = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError(f"cannot deposit {amount}")
        self.balance += amount
        self.history.append(amount)

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(amount - self.balance)
        self.balance -= amount
        self.history.append(-amount)

    def __str__(self):
        return f"Account({self.owner!r}, {self.balance})"

"""Money is a whole number of đồng."""

from typing import NewType

Money = NewType("Money", int)


def vnd(amount: int) -> Money:
    """Give `amount` đồng; a negative amount is a bug of the caller, raised as ValueError."""
    if amount < 0:
        raise ValueError(f"money is never negative: {amount}")
    return Money(amount)

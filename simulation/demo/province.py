"""The whole demo: every household with its story, told up to the day before it is loaded."""

from datetime import date
from uuid import UUID

from simulation.demo.book import Book, demo_id
from simulation.demo.cast import HOUSEHOLDS
from simulation.demo.lending import form_groups, lend
from simulation.demo.people import Family
from simulation.demo.register import register
from simulation.demo.sponsors import assign, register_agencies

SERVICES = ("households", "sponsorship", "loans")
"""In the order in which they are loaded."""

FIRST: UUID = demo_id("household", 0)
"""The household by whose registration a later loading finds the day of the first."""
FIRST_REGISTERED_AGO = 430


def written(today: date, households: int = HOUSEHOLDS) -> Book:
    """Write the demo for a day of loading; the same day gives the same lines.

    The first fifty households are those with a part of their own.
    """
    book = Book(today)
    form_groups(book)
    register_agencies(book)
    for index in range(households):
        family = Family(index, 0)
        register(book, family)
        assign(book, family)
        lend(book, family)
    return book

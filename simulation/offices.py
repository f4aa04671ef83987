"""What offices do beside any household: the epidemic's pause."""

from datetime import date

from simulation.book import Book, Line
from simulation.demo.book import Actor
from simulation.stage import Years

PAUSED = (
    "SPONSOR_ABSENT",
    "USE_CHECK_OVERDUE",
    "LOAN_INACTIVE",
    "PLAN_ITEM_OVERDUE",
    "SUPPORT_OVERDUE",
)
FIRST, LAST = (5, 8), (7, 31)
"""The days of the first year on which nobody could go anywhere."""
_OFFICE = 999_999


def closed_days(years: Years) -> tuple[date, date]:
    """Give the first and the last day of the pause."""
    return date(years.first, *FIRST), date(years.first, *LAST)


def pause(seed: int, years: Years) -> list[Line]:
    """Write that clocks stood still in the spring of the first year."""
    first, last = closed_days(years)
    book = Book(_OFFICE, seed, years.until)
    book.write(
        "reporting",
        Actor("thanh-tra-tinh", "inspector"),
        "/v1/pauses",
        "from",
        first,
        pause_id=book.id("pause"),
        until=last,
        areas=["*"],
        codes=list(PAUSED),
        reason="Phòng, chống dịch Covid-19",
    )
    return list(book.lines())

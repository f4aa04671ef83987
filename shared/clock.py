"""The one place that asks for the time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from shared.ids import uuid7

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Seven hours before UTC since 1975, on every machine: no table of zones decides what is a day."""

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """Give the present instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def vietnam_date(instant: datetime) -> date:
    """Give the business date on which an instant falls in Asia/Ho_Chi_Minh."""
    return instant.astimezone(VIETNAM).date()


def today(clock: Clock = system_clock) -> date:
    """Give today's business date in Asia/Ho_Chi_Minh."""
    return vietnam_date(clock())


def new_id(clock: Clock = system_clock) -> UUID:
    """Make a new time-ordered id (UUID version 7)."""
    return uuid7(int(clock().timestamp() * 1000))

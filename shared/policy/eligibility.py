"""Which disbursements fit the rules of a programme: asked before paying, and by detection after.

Every predicate takes plain values of one day, so that the counter and the rules ask the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, get_args
from uuid import UUID

from shared.money import Money
from shared.policy.programmes import BY_CODE, EXCLUSIVE, ONE_PER_HOUSEHOLD, Status

Code = Literal[
    "WRONG_BENEFICIARY",
    "UNKNOWN_BORROWER",
    "AFTER_DEPARTURE",
    "OVER_CEILING",
    "EXCLUSIVE_LOANS",
    "NOT_APPROVED",
    "THIRD_PARTY_PAYEE",
    "SHARED_PAYEE",
    "ROLLOVER",
]
PRECHECKED: tuple[Code, ...] = get_args(Code)

ROLLOVER_WINDOW = timedelta(days=7)
ROLLOVER_SHARE = 80
SHARED_PAYEE_WINDOW = timedelta(days=90)
_WHOLE = 100


def reference_date(disbursed_on: date, confirmed_on: date | None, approved_on: date | None) -> date:
    """Give the day on which the household's status decides: confirmed, else approved, else paid.

    A confirmation or approval after the disbursement does not count.
    """
    for day in (confirmed_on, approved_on):
        if day is not None and day <= disbursed_on:
            return day
    return disbursed_on


def is_wrong_beneficiary(programme: str, status: Status | None) -> bool:
    """Tell whether a known status is not among the programme's eligible ones."""
    known = BY_CODE.get(programme)
    if known is None or known.eligible is None or status is None:
        return False
    return status not in known.eligible


def is_unknown_borrower(registered_on: date | None, joined_on: date | None, day: date) -> bool:
    """Tell whether the household, or the borrower as its member, is not there up to a day.

    `joined_on` is the first day on which the borrower was a member, None for never.
    """
    registered = registered_on is not None and registered_on <= day
    return not registered or joined_on is None or joined_on > day


def is_after_departure(closed_on: date | None, left_on: date | None, day: date) -> bool:
    """Tell whether the household had ended or the borrower had left by a day.

    `left_on` is the last departure not followed by a return by that day.
    """
    return any(gone is not None and gone <= day for gone in (closed_on, left_on))


@lru_cache(maxsize=8192)
def ceiling_of(programme: str, day: date) -> Money | None:
    """Give what a household may owe in a programme on a day; None: unlimited or not judged."""
    known = BY_CODE.get(programme)
    row = known.ceiling_on(day) if known is not None else None
    return None if row is None else row.amount


def is_over_ceiling(programme: str, outstanding: int, day: date) -> bool:
    """Tell whether a household's whole debt in a programme exceeds the ceiling of a day."""
    ceiling = ceiling_of(programme, day)
    return ceiling is not None and outstanding > ceiling


@dataclass(frozen=True, slots=True)
class ActiveLoan:
    """A loan with money outstanding on the day asked about."""

    programme: str
    member_id: UUID


def excludes(one: ActiveLoan, other: ActiveLoan) -> bool:
    """Tell whether a household may not hold these two loans at once."""
    if one.programme == other.programme:
        return one.programme in ONE_PER_HOUSEHOLD and one.member_id != other.member_id
    return one.programme in EXCLUSIVE and other.programme in EXCLUSIVE


@dataclass(frozen=True, slots=True)
class Approval:
    """What the bank agreed to, from when until when."""

    approved_on: date
    valid_until: date
    amount: Money


def is_not_approved(approval: Approval | None, disbursed_with_this: int, day: date) -> bool:
    """Tell whether a disbursement of a day lacks an approval that covers it.

    `disbursed_with_this` is the sum disbursed and not reversed by then, this one included.
    """
    if approval is None:
        return True
    in_time = approval.approved_on <= day <= approval.valid_until
    return not in_time or disbursed_with_this > approval.amount


@dataclass(frozen=True, slots=True)
class RepaidLoan:
    """Another loan of the household: its sum disbursed, net of reversals, and what came back."""

    disbursed: int
    principal: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverTerms:
    """From when on a repayment and new money count as one loan rolled over."""

    within: timedelta = ROLLOVER_WINDOW
    repaid_percent: int = ROLLOVER_SHARE
    amount_percent: int = ROLLOVER_SHARE


_ROLLOVER = RolloverTerms()


def is_rollover(
    amount: int, day: date, others: Iterable[RepaidLoan], terms: RolloverTerms = _ROLLOVER
) -> bool:
    """Tell whether new money of about the same size follows the repayment of another loan."""
    return any(_rolls_over(amount, day, other, terms) for other in others)


def _rolls_over(amount: int, day: date, other: RepaidLoan, terms: RolloverTerms) -> bool:
    first = day - terms.within
    repaid = sum(principal for paid_on, principal in other.principal if first <= paid_on <= day)
    return (
        other.disbursed > 0
        and repaid * _WHOLE >= terms.repaid_percent * other.disbursed
        and amount * _WHOLE >= terms.amount_percent * other.disbursed
    )

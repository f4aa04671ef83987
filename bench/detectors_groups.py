"""A province of savings-and-credit groups for the rows of the rules about counts."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.reporting.detection.detect import subject_findings
from services.reporting.domain.contributions import Contribution, Ground, Open
from services.reporting.domain.facts import Order
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.rules import group_cluster

CODE = group_cluster.CODE
GROUPS = 1_080
"""Ten in each of 108 communes."""
FEWEST, MOST = 5, 20
"""Loans of a group disbursed within a year."""
LOANS_OF_PLANTED = 12
PLANTED = 0.40
SELDOM, ASSUMED = 0.003, 0.015
"""Misuse of a whole loan, and of a part of one, as the domain reference assumes them."""
PLANTED_GROUPS = 0.015
"""Groups in which it is the group's."""
BEGIN = date(2025, 1, 1)
AT = datetime(2025, 1, 1, tzinfo=UTC)
CHECKED_AFTER = 30
FIRST = ("0",)

Split = Callable[[random.Random], tuple[int, int]]
"""Makes a province up with some groups planted; gives how many are found rightly and wrongly."""


def found(chance: random.Random, planted: bool, rate: float = SELDOM) -> set[tuple[str, ...]]:
    """Give the groups in which a cluster is found; the first may be planted."""
    seen = set[tuple[str, ...]]()
    for group in range(GROUPS):
        here = planted and group == 0
        loans = LOANS_OF_PLANTED if here else chance.randint(FEWEST, MOST)
        if _is_found(chance, group, loans, PLANTED if here else rate):
            seen.add((str(group),))
    return seen


def split(chance: random.Random) -> tuple[int, int]:
    """Give how many of those found are planted and how many are chance."""
    right = wrong = 0
    for group in range(GROUPS):
        here = chance.random() < PLANTED_GROUPS
        loans = LOANS_OF_PLANTED if here else chance.randint(FEWEST, MOST)
        if _is_found(chance, group, loans, PLANTED if here else ASSUMED):
            right, wrong = right + here, wrong + (not here)
    return right, wrong


def _is_found(chance: random.Random, group: int, loans: int, rate: float) -> bool:
    misused = [chance.random() < rate for _ in range(loans)]
    if not any(misused):
        return False  # as the rule says of a group with nothing against any of its loans
    given = [
        _contribution(chance, group, number, misused=bad) for number, bad in enumerate(misused)
    ]
    return bool(subject_findings(group_cluster.GROUP, str(UUID(int=group)), given, RULEBOOKS[-1]))


def _contribution(chance: random.Random, group: int, number: int, *, misused: bool) -> Contribution:
    """Give a disbursement on some day of the year, and what was found a month later."""
    on = BEGIN + timedelta(days=chance.randrange(365))
    seen = on + timedelta(days=CHECKED_AFTER)
    own = UUID(int=group * 1_000 + number)
    against = Open(seen, None, (Ground(UUID(int=own.int << 64), _order(seen, number)),))
    return Contribution(
        kind=group_cluster.GROUP,
        subject=str(UUID(int=group)),
        household_id=own,
        event_id=own,
        order=_order(on, number),
        loan_id=own,
        findings=(against,) if misused else (),
    )


def _order(on: date, number: int) -> Order:
    return (on, AT, "loans", number, number)

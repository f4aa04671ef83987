"""Both sides of every limit of a payee that several households share."""

from typing import Any

import pytest

from services.reporting.domain.intervals import Interval
from tests.support.facts import DAY, day, disbursed, history, uid
from tests.support.findings import shared

M = 1_000_000
NEXT, OTHER = uid("next disbursement"), uid("other loan")


def only(intervals: list[Interval]) -> Interval:
    (interval,) = intervals
    return interval


def shown(interval: Interval, facts: tuple[Any, ...]) -> set[int]:
    """Give which of the facts are the last evidence."""
    known = [each.meta.event_id for each in history(*facts)]
    return {known.index(event) for event in interval.run.steps[-1].evidence}


def payments(*days: int, homes: str = "abcdefgh") -> tuple[Any, ...]:
    return tuple(
        disbursed(
            day(on),
            M,
            uid(f"paid {number}"),
            loan=uid(f"loan of {home}"),
            home=uid(f"home {home}"),
            account="h1:x",
        )
        for number, (on, home) in enumerate(zip(days, homes, strict=False))
    )


@pytest.mark.parametrize(("after", "open_"), [(0, True), (90, True), (91, False)])
def test_two_households_share_a_payee_within_ninety_days(after: int, *, open_: bool) -> None:
    facts = payments(0, after)
    found_in_them = shared("payee", "h1:x", history(*facts))
    assert bool(found_in_them) is open_
    for interval in found_in_them:
        assert interval.run.opened_on == day(after)
        assert interval.run.anchor == str(history(*facts)[1].meta.event_id)
        assert interval.run.steps[-1].severity.word == "high"


def test_a_shared_payee_is_critical_from_four_households_and_keeps_its_name() -> None:
    facts = payments(0, 80, 170, 260)
    interval = only(shared("payee", "h1:x", history(*facts)))
    assert [(step.on, step.severity.word) for step in interval.run.steps][-1] == (
        day(260),
        "critical",
    )
    assert interval.run.steps[-2].severity.word == "high"
    assert interval.run.anchor == str(history(*facts)[1].meta.event_id)
    assert shown(interval, facts) == {0, 1, 2, 3}
    assert len(interval.run.steps[-1].households) == 4


def test_a_household_has_a_partner_beyond_its_own_later_payments() -> None:
    facts = payments(0, 50, 90, homes="abb")
    assert only(shared("payee", "h1:x", history(*facts))).run.opened_on == day(50)
    own = payments(0, 50, 90, homes="aab")
    assert only(shared("payee", "h1:x", history(*own))).run.opened_on == day(90)
    assert shared("payee", "h1:x", history(*payments(0, 50, homes="aa"))) == []
    between = payments(0, 60, 70, 130, homes="abba")
    assert len(only(shared("payee", "h1:x", history(*between))).run.steps[-1].households) == 2
    far = payments(0, 91, 92, homes="abb")
    assert shared("payee", "h1:x", history(*far)) == []


def test_of_two_payments_of_one_household_to_a_shared_payee_the_first_is_shown() -> None:
    other: dict[str, Any] = {"loan": OTHER, "home": uid("other home"), "account": "h1:x"}
    facts = (
        disbursed(DAY, account="h1:x"),
        disbursed(day(1), M, NEXT, account="h1:x"),
        disbursed(day(2), M, uid("third"), **other),
    )
    interval = only(shared("payee", "h1:x", history(*facts)))
    assert shown(interval, facts) == {0, 2}
    assert (interval.run.opened_on, interval.run.closed_on) == (day(2), None)

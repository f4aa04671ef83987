"""Random histories of households for the figures: every fact that one of them is made of."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.households.events import HouseholdMoved
from services.loans.events import LoanWithdrawn, LoanWrittenOff
from services.reporting.domain.dossier import Dossier, effective, folded
from shared.areas import Commune, commune_on
from shared.money import vnd
from shared.recorded import Recorded
from tests.support.facts import (
    HOME,
    LOAN,
    PAID,
    SEALED,
    applied,
    approved,
    assigned,
    classified,
    closed,
    collected,
    confirmed,
    day,
    disbursed,
    ended,
    inspected,
    registered,
    repaid,
    taken_back,
    target,
    target_withdrawn,
    uid,
    visited,
)
from tests.support.reviewing import planned, reviewed

M = 1_000_000
OTHER, SECOND = uid("other loan"), uid("second disbursement")
HELPS = (uid("one help"), uid("another help"))
YEARS = (2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029)
LAST_DAYS = [date(year, 12, 31) for year in YEARS]

# from before the first row of some programmes and standards to after a run of newly_escaped lapses
days = st.sampled_from([day(n) for n in range(-1800, 500, 41)] + LAST_DAYS[:6])
money = st.sampled_from([20, 50, 60, 90]).map(lambda n: n * M)
payments = st.sampled_from([(PAID, LOAN), (SECOND, OTHER), (uid("third"), LOAN)])
loans = st.sampled_from([LOAN, OTHER])
helps = st.sampled_from(HELPS)
reviews = st.sampled_from([uid("one review"), uid("another review")])
words = st.sampled_from(["poor", "near_poor", "newly_escaped", "not_poor"])
codes = st.sampled_from(["01864", "01906", "01933"])


def place(code: str, on: date) -> Commune:
    found = commune_on(code, on)
    assert isinstance(found, Commune)
    return found


def moved(on: date, code: str) -> HouseholdMoved:
    return HouseholdMoved(
        household_id=HOME, commune=place(code, on), village="x", area_type="rural", moved_on=on
    )


def lent_in(programme: str, on: date, loan: Any, code: str | None) -> Any:
    said = applied(programme, on, loan)
    return replace(said, commune=place(code, on) if code else None)


def helped_in(on: date, until: date | None, help_: Any, code: str | None) -> Any:
    said = assigned(on, 90, until, help_)
    return replace(said, commune=place(code, on) if code else None)


facts = st.one_of(
    st.builds(lambda on, n, of: disbursed(on, n, *of), days, money, payments),
    st.builds(lambda on, of: taken_back(on, *of), days, payments),
    st.builds(
        lambda on, wrong, got, of: inspected(on, wrong, None, got, *of),
        days,
        st.sampled_from([0, 5 * M, 20 * M]),
        money,
        payments,
    ),
    st.builds(repaid, days, st.just(0) | money, loans),
    st.builds(collected, days, money, loans),
    st.builds(
        lambda on, loan: LoanWithdrawn(
            loan_id=loan, household_id=HOME, withdrawn_on=on, reason=SEALED
        ),
        days,
        loans,
    ),
    st.builds(
        lambda on, loan, n: LoanWrittenOff(
            loan_id=loan, household_id=HOME, written_off_on=on, amount=vnd(n)
        ),
        days,
        loans,
        money,
    ),
    st.builds(
        lent_in, st.sampled_from(["HN", "SXKD", "NSVS", "HSSV"]), days, loans, st.none() | codes
    ),
    st.builds(approved, days, loans, amount=money),
    st.builds(confirmed, days, loans),
    st.builds(registered, days, codes),
    st.builds(moved, days, codes),
    st.builds(closed, days),
    st.builds(classified, words, days, days, review=st.none() | reviews),
    st.builds(lambda on, review: reviewed(on, review=review), days, reviews),
    st.builds(planned, days),
    st.builds(helped_in, days, st.none() | days, helps, st.none() | codes),
    st.builds(ended, days, helps),
    st.builds(visited, days, helps),
    st.builds(target, days, st.sampled_from(YEARS)),
    st.builds(target_withdrawn, days, st.sampled_from(YEARS)),
)
ONCE = {"HouseholdRegistered", "ReviewScored", "LoanApplied", "LoanApproved", "SponsorAssigned"}
ONCE |= {"LoanDisbursed", "DisbursementReversed"}
PARTS = ("disbursement_id", "review_id", "loan_id", "assignment_id")


@st.composite
def lives(draw: st.DrawFn, most: int = 40) -> list[Any]:
    """What may happen to HOME, in any order, but nothing twice that can be but once."""
    seen: set[Any] = set()
    chosen = []
    for event in draw(st.lists(facts, min_size=1, max_size=most)):
        name = type(event).__name__
        which = next((getattr(event, part) for part in PARTS if hasattr(event, part)), None)
        if name in ONCE and (name, which) in seen:
            continue
        seen.add((name, which))
        chosen.append(event)
    return chosen


def told_of(home: UUID, events: Sequence[Any]) -> list[Any]:
    """The same of another household, with loans, helpers and parts of its own."""
    return [_told_of(home, event) for event in events]


def _told_of(home: UUID, event: Any) -> Any:
    own = {
        each.name: uid(f"{home} {getattr(event, each.name)}")
        for each in fields(event)
        if each.name.endswith("_id") and isinstance(getattr(event, each.name), UUID)
    }
    return replace(event, **own | {"household_id": home})


def cut(home: UUID, recorded: Sequence[Recorded], last: date) -> Dossier | None:
    """The dossier of what is known, up to a day; None where there is nothing yet."""
    known = [fact for fact in effective(recorded) if fact.on <= last]
    return folded(home, known) if known else None

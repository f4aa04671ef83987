"""Integrity: a household went into poverty and out again, or out and in, within two years."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from services.households.events import HouseholdClassified
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids, until
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.minimal import first_minimal
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status_history import history
from shared.ids import text_of

CODE = "STATUS_FLIP"
_POVERTY = frozenset({"poor", "near_poor"})


class _Crossing(NamedTuple):
    """A day on which the household crossed the line, and the classification that says so."""

    on: date
    by: Fact[HouseholdClassified]


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the second crossing; only a correction ends it."""
    said = dossier.household.of(HouseholdClassified)
    if not _may_flip(said, book[CODE]["days"]):
        return
    days = {day for fact in said for day in (fact.on, fact.event.effective_from)}
    for second in said:
        about = About(
            subject=Subject("household", (text_of(dossier.household_id), text_of(second.id))),
            household_id=dossier.household_id,
        )
        judge = partial(_judge, dossier.household, second, book[CODE]["days"])
        for run in runs(days, judge):
            yield Interval(code=CODE, about=about, run=run)


def _may_flip(said: Sequence[Fact[HouseholdClassified]], within: int) -> bool:
    """Tell whether any of these facts could show a flip: most households never come back.

    Whatever lapses stays on its side of the line, so only classifications cross it.
    """
    sides = [(fact.event.effective_from, fact.event.status in _POVERTY) for fact in said]
    if len({side for _, side in sides}) == 1:
        return False
    sides.sort()
    began: dict[bool, date] = {}
    latest: dict[bool, date] = {}
    for on, side in sides:
        # it was on this side before, then on the other one, and soon back again
        away = latest.get(not side)
        if side in began and away is not None and began[side] < away and (on - away).days <= within:
            return True
        began.setdefault(side, on)
        latest[side] = on
    return False


def _judge(
    household: Case, second: Fact[HouseholdClassified], within: int, day: date
) -> Held | None:
    known = until(household.of(HouseholdClassified), day)
    flip = _flip(second, within, day, known)
    if flip is None:
        return None
    fires = partial(_fires, second, within, day)
    needed = first_minimal(known, fires)
    return Held(
        anchor=text_of(needed[-1].id),
        severity=Severity.MEDIUM,
        evidence=ids(needed),
        details={"first": flip[0].on.isoformat(), "second": flip[1].on.isoformat()},
    )


def _fires(
    second: Fact[HouseholdClassified], within: int, day: date, facts: Sequence[Fact[Any]]
) -> bool:
    return _flip(second, within, day, facts) is not None


def _flip(
    second: Fact[HouseholdClassified],
    within: int,
    day: date,
    facts: Sequence[Fact[HouseholdClassified]],
) -> tuple[_Crossing, _Crossing] | None:
    crossings = [
        _Crossing(now.since, facts[now.by])
        for before, now in pairwise(history(facts))
        if (before.status in _POVERTY) != (now.status in _POVERTY) and now.since <= day
    ]
    for one, other in pairwise(crossings):
        if other.by is second and (other.on - one.on).days <= within:
            return one, other
    return None


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="NĐ 07/2021/NĐ-CP; QĐ 24/2021/QĐ-TTg",
    title_vi="Hộ vào rồi ra khỏi diện nghèo trong thời gian ngắn",
    title_en="In and out of poverty in a short time",
    reason_vi="Hộ qua lại chuẩn nghèo ngày {first} và lại ngày {second}.",
    reason_en="The household crossed the poverty line on {first} and back on {second}.",
    limit_vi="Qua chuẩn nghèo rồi trở lại trong {days} ngày.",
    limit_en="Across the poverty line and back within {days} days.",
    runbook_vi="Xem lại phiếu rà soát của cả hai quyết định và người đã chấm điểm.",
    runbook_en="Look again at the reviews behind both decisions and at who scored them.",
    needs=(HouseholdClassified,),
    check=check,
)

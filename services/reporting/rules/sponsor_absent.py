"""Stalled: a sponsor has not been to the household for longer than was agreed."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from services.households.events import HouseholdClosed
from services.reporting.domain.assignments import is_active, sponsor_on, turning_days
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Case, Dossier
from services.reporting.domain.facts import Fact, ids_of_both
from services.reporting.domain.intervals import About, Held, Interval, Kind, Severity, Subject, runs
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.status import closed_by
from services.sponsorship.events import HandoverAccepted, SponsorAssigned, VisitRecorded
from shared.ids import text_of

CODE = "SPONSOR_ABSENT"
STARTS: tuple[type[Any], ...] = (SponsorAssigned, VisitRecorded, HandoverAccepted)

_order, _on = attrgetter("order"), attrgetter("on")


def check(dossier: Dossier, book: Rulebook, clocks: Clocks) -> Iterator[Interval]:
    """Open once the agreed days have passed since the last visit; until a visit or the end."""
    for assignment in dossier.assignments:
        made = assignment.of(SponsorAssigned)
        if not made:
            continue
        every = made[-1].event.visit_every_days
        starts: list[Fact[Any]] = []
        for kind in STARTS:
            starts += assignment.of(kind)
        starts.sort(key=_order)
        urgent = every * book[CODE]["high_from_intervals"]
        turns = list(_turns(starts, (every, urgent), clocks))
        first = min(turns)  # nothing is found before; the last visit has no other after it
        days = {*turning_days([assignment]), *dossier.household.days(HouseholdClosed)}
        days = {*turns, *(day for day in days if first < day)}
        about = About(
            subject=Subject("assignment", (text_of(assignment.id),)),
            household_id=dossier.household_id,
            assignment_id=assignment.id,
        )
        judge = partial(_judge, dossier, assignment, starts, (every, urgent), clocks)
        for run in runs(days, judge):
            yield Interval(code=CODE, about=about, run=run)


def _turns(starts: list[Fact[Any]], limits: tuple[int, int], clocks: Clocks) -> Iterator[date]:
    """Give the days on which an absence begins, becomes urgent and ends."""
    ends: list[date | None] = [start.on for start in starts[1:]]
    for start, end in zip(starts, [*ends, None], strict=True):
        if end is not None and (end - start.on).days <= limits[0] + 1:
            continue  # in time on any calendar
        opens = clocks.first_day_beyond(CODE, start.on, limits[0])
        if end is None or opens < end:
            yield opens
            yield clocks.first_day_of(CODE, start.on, limits[1])
            if end is not None:
                yield end


def _judge(
    dossier: Dossier,
    assignment: Case,
    starts: list[Fact[Any]],
    limits: tuple[int, int],
    clocks: Clocks,
    day: date,
) -> Held | None:
    number = bisect_right(starts, day, key=_on)
    if number == 0:
        return None
    last = starts[number - 1]
    if (day - last.on).days <= limits[0]:
        return None  # in time on any calendar
    if day < clocks.first_day_beyond(CODE, last.on, limits[0]):
        return None
    sponsor = sponsor_on(assignment, day)
    if sponsor is None or not is_active(assignment, day) or closed_by(dossier, day):
        return None
    urgent = day >= clocks.first_day_of(CODE, last.on, limits[1])
    details: dict[str, int | str] = {
        "since": last.on.isoformat(),
        "every": limits[0],
        "sponsor_id": text_of(sponsor),
    }
    severity = Severity.HIGH if urgent else Severity.MEDIUM
    evidence = ids_of_both(assignment.of(SponsorAssigned)[-1], last)
    return Held(text_of(last.id), severity, evidence, details)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="Phân công giúp đỡ hộ nghèo của tỉnh",
    title_vi="Đơn vị giúp đỡ lâu không đến hộ",
    title_en="Sponsor has not visited",
    reason_vi="Không có lần thăm nào từ {since}; đã hẹn thăm ít nhất {every} ngày một lần.",
    reason_en="No visit since {since}; one at least every {every} days was agreed.",
    limit_vi="Mức cao từ {high_from_intervals} lần số ngày đã hẹn.",
    limit_en="High from {high_from_intervals} times the days agreed.",
    runbook_vi="Đến thăm hộ và ghi nhận, hoặc chuyển giao hay kết thúc phân công.",
    runbook_en="Visit the household and record it, or hand over or end the assignment.",
    also_for=frozenset({"sponsor"}),
    needs=(SponsorAssigned,),
    check=check,
)

"""Random histories of one household, in which much goes wrong: cheap enough for thousands."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from shared.corrections import EventCorrected
from shared.event import event_type
from shared.recorded import Recorded
from tests.support import facts as f
from tests.support import reviewing as r
from tests.support import stalling as s
from tests.support.facts import HELP, LOAN, PAID, SEALED, Recorder, day, uid

M = 1_000_000
OTHER, SECOND = uid("other loan"), uid("second disbursement")
AIDED = uid("other assignment")
STATUSES = ("poor", "near_poor", "newly_escaped", "not_poor")
Make = Callable[[Random], Any]


def on(by: Random) -> date:
    return day(by.randrange(90))


def long_on(by: Random) -> date:
    return day(by.randrange(-900, 330))


def much(by: Random) -> int:
    return by.choice((5, 20, 45, 50, 90)) * M


def paying(by: Random) -> tuple[Any, Any]:
    return by.choice(((PAID, LOAN), (SECOND, OTHER)))


def _inspected(by: Random) -> Any:
    got, wrong = much(by), by.choice((0, 0, 4, 10)) * M
    right = 0 if wrong > got else by.choice((None, 0))
    stated = by.choice((None, None, much(by)))
    return f.inspected(on(by), wrong, right, got, *paying(by), stated=stated)


def _frozen(by: Random) -> Any:
    start = on(by)
    return s.frozen(start, start + timedelta(by.randrange(400)))


def _posted(by: Random) -> Any:
    start = on(by)
    return r.posted(start, start + timedelta(by.randrange(7)))


LENDING: Sequence[Make] = (
    lambda by: f.disbursed(on(by), much(by), *paying(by)),
    lambda by: f.disbursed(on(by), much(by), *paying(by)),
    lambda by: f.disbursed(on(by), 50 * M, *paying(by), payee="third_party"),
    lambda by: f.taken_back(on(by), *paying(by)),
    _inspected,
    _inspected,
    lambda by: f.repaid(on(by), much(by), by.choice((LOAN, OTHER))),
    lambda by: f.applied(by.choice(("HN", "HCN", "HMTN", "NSVS", "HSSV")), on(by), LOAN),
    lambda by: f.applied(
        by.choice(("HN", "SXKD", "NSVS")), on(by), OTHER, member=uid(by.choice(("member", "other")))
    ),
    lambda by: f.approved(on(by), by.choice((LOAN, OTHER)), amount=much(by)),
    lambda by: f.confirmed(on(by), by.choice((LOAN, OTHER))),
    lambda by: f.registered(on(by)),
    lambda by: f.closed(on(by)),
    lambda by: r.joined(on(by)),
    lambda by: r.left(on(by)),
    lambda by: f.classified(by.choice(STATUSES), on(by), long_on(by)),
    lambda by: f.classified(by.choice(STATUSES), on(by), on(by)),
)
DEBTS: Sequence[Make] = (
    lambda by: f.applied(by.choice(("HN", "HSSV")), on(by)),
    lambda by: f.disbursed(on(by), much(by)),
    lambda by: f.taken_back(on(by)),
    lambda by: f.repaid(on(by), by.choice((0, 5, 20)) * M),
    lambda by: s.overdue(on(by)),
    lambda by: s.overdue(on(by)),
    lambda by: s.current(on(by)),
    lambda by: s.contacted(on(by)),
    lambda by: s.extended(on(by)),
    _frozen,
    lambda by: s.written_off(on(by), much(by)),
    lambda by: s.recalled(on(by), on(by), much(by)),
    lambda by: s.came_back(on(by), much(by)),
    lambda by: s.rejected(on(by)),
    lambda by: s.withdrawn(on(by)),
    lambda by: f.confirmed(on(by)),
    lambda by: f.approved(on(by)),
)
REVIEWS: Sequence[Make] = (
    lambda by: r.reviewed(on(by), by.choice((120, 200))),
    lambda by: s.decided(long_on(by), by.choice((None, r.REVIEW)), by.choice(STATUSES)),
    lambda by: s.decided(on(by), r.REVIEW, by.choice(STATUSES)),
    lambda by: r.verified(on(by), by.choice((120, 200))),
    lambda by: r.met(on(by), by.choice((0, 20))),
    _posted,
    lambda by: s.complained(on(by), uid("complaint"), r.REVIEW),
    lambda by: f.target(on(by), by.choice((2025, 2026))),
    lambda by: s.aimed("near_poor", on(by)),
    lambda by: f.target_withdrawn(on(by)),
    lambda by: f.groups(*by.choice(((), ("no_working_capacity",))), on=on(by)),
    lambda by: f.closed(day(by.randrange(60, 330))),
)
HELPING: Sequence[Make] = (
    lambda by: f.target(on(by), 2026),
    lambda by: s.agreed(on(by), on(by), by.choice((s.ITEM, uid("other item")))),
    lambda by: s.completed(on(by)),
    lambda by: s.dropped(on(by)),
    lambda by: s.entitled(on(by), on(by)),
    lambda by: s.delivered(on(by)),
    lambda by: s.enrolled(on(by)),
    lambda by: s.assessed(on(by)),
    lambda by: f.groups(*by.choice(((), ("no_working_capacity",))), on=on(by)),
    lambda by: f.assigned(on(by), by.choice((20, 90)), by.choice((None, on(by))), HELP),
    lambda by: f.assigned(on(by), by.choice((20, 90)), by.choice((None, on(by))), AIDED),
    lambda by: f.visited(on(by), by.choice((HELP, AIDED))),
    lambda by: f.ended(on(by), by.choice((HELP, AIDED))),
    lambda by: f.taken_over(on(by)),
    lambda by: s.offered(on(by)),
    lambda by: s.refused(on(by)),
    lambda by: s.pledged(on(by), 10 * M, on(by)),
    lambda by: s.fulfilled(on(by), by.choice((3, 5, 8)) * M),
    lambda by: s.pledge_withdrawn(on(by)),
    lambda by: s.raised(on(by)),
    lambda by: s.resolved(on(by)),
    lambda by: f.closed(day(by.randrange(60, 330))),
)
ONCE = {
    *("HouseholdRegistered", "ReviewScored", "LoanApplied", "LoanApproved", "LoanDisbursed"),
    *("DisbursementReversed", "SponsorAssigned", "RecallOrdered", "PlanItemAgreed"),
    *("SupportEntitled", "SupportPledged", "DifficultyRaised", "ComplaintFiled"),
    *("HouseholdClosed", "HouseholdEnrolled"),
}


def _timely(by: Random) -> list[Any]:
    """Poor just long enough to borrow; rare where everything is drawn apart."""
    since = by.randrange(30)
    return [
        f.classified("not_poor", day(-400)),
        f.classified("poor", day(since)),
        f.applied("HN", day(since + by.randrange(70))),
        f.disbursed(day(since + 40)),
        f.classified("not_poor", day(since + by.randrange(30, 240))),
    ]


def _two_loans(by: Random) -> list[Any]:
    """Two loans at once, the first perhaps repaid with the second."""
    start, again = by.randrange(60), by.randrange(10)
    programmes = by.choice((("HN", "HN"), ("HN", "SXKD"), ("NSVS", "NSVS"), ("GQVL", "GQVL")))
    return [
        f.applied(programmes[0], day(start - 9), LOAN),
        f.applied(programmes[1], day(start - 9), OTHER, member=by.choice((f.PERSON, uid("x")))),
        f.disbursed(day(start), much(by), PAID, LOAN),
        f.repaid(day(start + 20), much(by), LOAN),
        f.disbursed(day(start + 20 + again), much(by), SECOND, OTHER),
    ]


def _in_trouble(by: Random) -> list[Any]:
    """A debt that was perhaps not to be made, and is not paid."""
    start = by.randrange(60)
    ordered, length = day(start + 30), timedelta(by.randrange(90, 400))
    return [
        f.classified(by.choice(STATUSES), day(start - 90)),
        f.applied("HN", day(start - 9)),
        f.disbursed(day(start)),
        f.inspected(day(start + 35), 0, by.choice((0, 50 * M))),
        by.choice((s.overdue(ordered), s.frozen(ordered, ordered + length))),
        by.choice((s.overdue(ordered), s.recalled(ordered, ordered + timedelta(9), 40 * M))),
    ]


def happenings(by: Random) -> list[Any]:
    """Events as the services would record them: what happens once only once."""
    themes = by.choice(
        (LENDING, LENDING, DEBTS, DEBTS, REVIEWS, REVIEWS, HELPING, HELPING, (*REVIEWS, *HELPING))
    )
    drawn = [by.choice(themes)(by) for _ in range(by.randrange(3, 15))]
    if by.random() < 0.35:
        drawn = [*by.choice((_timely, _two_loans, _two_loans, _in_trouble))(by), *drawn[:3]]
    by.shuffle(drawn)
    seen: set[Any] = set()
    found = []
    for event in drawn:
        parts = ("disbursement_id", "loan_id", "assignment_id", "item_id")
        key = (type(event).__name__, *(getattr(event, part, None) for part in parts))
        if key[0] in ONCE and key in seen:
            continue
        seen.add(key)
        found.append(event)
    return found


def history(by: Random) -> list[Recorded]:
    """Record what happens, and now and then that it was wrong, annulled or of another day."""
    recorder, events = Recorder(), happenings(by)
    if by.random() < 0.2:
        recorder.now += timedelta(days=400)  # long after
    found = [recorder.record(event) for event in events]
    for _ in range(by.choice((0, 0, 1, 2))):
        wrong, annul, moved = by.choice(found[: len(events)]), by.random() < 0.4, on(by)
        meta, fields = wrong.meta, {event_type(wrong.event).dated_by: moved.isoformat()}
        correction = EventCorrected(
            key=meta.key,
            event_id=meta.event_id,
            reason=SEALED,
            annul=annul,
            fields=None if annul else fields,
            occurred_on=moved,
        )
        found.append(recorder.record(correction, source=meta.source, stream=meta.stream_id))
    return found

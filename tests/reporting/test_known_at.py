"""What was known at an instant: read from the views where it is the same, to the microsecond."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.households.events import HouseholdMoved
from services.loans.events import LoanApplied
from services.reporting.detection.detect import annual_reviews
from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.domain.annual import turn_of
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.projections.annual_views import of_years, recount
from services.reporting.projections.rows import Contributed
from services.reporting.queries.annual_at import years_known
from services.reporting.queries.finding_queries import look
from services.reporting.queries.past import known
from shared.areas import EVERYWHERE, Area, Commune, Scope, commune_on
from shared.clock import today
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.support.facts import (
    SEALED,
    Recorder,
    applied,
    assigned,
    classified,
    disbursed,
    registered,
    target,
    uid,
)
from tests.support.projecting import drain, emptied, memory_log, projector, publish
from tests.support.reviewing import reviewed, verified

pytestmark = pytest.mark.servers

HOME = uid("home")
START = date(2024, 7, 2)
INSTANT = datetime(2024, 7, 1, tzinfo=UTC)
TICK = datetime.resolution
WITHOUT = "TARGET_WITHOUT_SPONSOR"


def correct(recorder: Recorder, which: Recorded, on: date, **fields: Any) -> Recorded:
    """Correct some fields; without any, say that it never was."""
    event = EventCorrected(
        key=which.meta.key,
        event_id=which.meta.event_id,
        reason=SEALED,
        annul=not fields,
        fields=fields or None,
        occurred_on=on,
    )
    return recorder.record(event, source=which.meta.source, stream=which.meta.stream_id)


def project(engine: Engine, recorded: Iterable[Recorded]) -> None:
    emptied(engine)
    log = memory_log()
    publish(log, recorded)
    drain(projector(engine, log))


def without_sponsor(engine: Engine, valid_at: date, known_at: datetime) -> list[str]:
    return open_there(engine, valid_at, known_at, WITHOUT)


def open_there(engine: Engine, valid_at: date, known_at: datetime, *codes: str) -> list[str]:
    when = Times(valid_at=valid_at, known_at=known_at, today=today())
    area = Scope.of([Area.parse("060")])
    wanted = Wanted(area=area, codes=frozenset(codes), statuses=frozenset({"open"}))
    sight = Sight(everything=True)
    with engine.begin() as connection:
        found = look(connection, when, wanted, sight, EVERYWHERE, worst=True, limit=9)
    return [each.shown.code for each in found]


def test_what_was_recorded_at_the_instant_was_known_then_and_from_its_own_date_on(
    engine: Engine,
) -> None:
    helped, recorder = START + timedelta(days=60), Recorder(INSTANT)
    recorded = [
        recorder.record(registered(START, "01864", HOME)),
        recorder.record(target(START, year=2024, home=HOME)),
        recorder.record(assigned(helped, home=HOME)),
    ]
    project(engine, recorded)
    learned, eve = recorded[-1].meta.recorded_at, helped - timedelta(days=1)
    assert without_sponsor(engine, helped, learned) == []
    assert without_sponsor(engine, helped, learned - TICK) == [WITHOUT]
    assert without_sponsor(engine, eve, learned) == [WITHOUT]
    assert without_sponsor(engine, eve, learned - TICK) == [WITHOUT]


def test_a_correction_dated_later_changes_what_is_known_of_before(engine: Engine) -> None:
    recorder = Recorder(INSTANT)
    home = recorder.record(registered(START, "01864", HOME))
    wrong = recorder.record(target(START, year=2024, home=HOME))
    gone = correct(recorder, wrong, START + timedelta(days=200))
    project(engine, [home, wrong, gone])
    on, learned = START + timedelta(days=60), gone.meta.recorded_at
    assert without_sponsor(engine, on, learned) == []
    assert without_sponsor(engine, on, learned - TICK) == [WITHOUT]


def test_a_household_was_known_where_its_loan_said_until_its_registration_was_recorded(
    engine: Engine,
) -> None:
    recorder, on = Recorder(INSTANT), START + timedelta(days=60)
    recorded = [
        recorder.record(living_in("01864", applied(on=START, home=HOME))),
        recorder.record(disbursed(START, home=HOME)),
        recorder.record(registered(on + timedelta(days=30), "01864", HOME)),
    ]
    project(engine, recorded)
    learned = recorded[-1].meta.recorded_at
    assert open_there(engine, on, learned) == []
    assert "USE_CHECK_OVERDUE" in open_there(engine, on, learned - TICK)


def living_in(code: str, loan: LoanApplied) -> LoanApplied:
    commune = commune_on(code, loan.applied_on)
    assert isinstance(commune, Commune)
    return dataclasses.replace(loan, commune=commune)


# the counts of a year: twenty reviews of which sixteen are just below the cut-off, and changes

AUTUMN, ELSEWHERE = date(2024, 10, 1), "01870"
MOST = 16
days = st.integers(-10, 130).map(lambda number: AUTUMN + timedelta(days=number))
numbers = st.integers(0, 19)
points = st.sampled_from([139, 141, 160])
instants = st.tuples(st.integers(0, 60), st.booleans())


def home_of(number: int) -> UUID:
    return uid(f"counted home {number}")


def review_of(number: int) -> UUID:
    return uid(f"counted review {number}")


def moved(on: date, number: int) -> HouseholdMoved:
    commune = commune_on(ELSEWHERE, on)
    assert isinstance(commune, Commune)
    return HouseholdMoved(
        household_id=home_of(number), commune=commune, village="x", area_type="rural", moved_on=on
    )


changes = st.one_of(
    st.builds(
        lambda n, on, b1: reviewed(on, b1, home=home_of(n), review=uid(f"again {n} {on}")),
        *(numbers, days, points),
    ),
    st.builds(
        lambda n, on, b1: verified(on, b1, home=home_of(n), review=review_of(n)),
        *(numbers, days, points),
    ),
    st.builds(
        lambda n, on: classified("poor", on, home=home_of(n), review=review_of(n)), numbers, days
    ),
    st.builds(moved, days, numbers),
    st.tuples(numbers, days, points | st.none()),
)


def counted(changed: Iterable[Any], by: Recorder | None = None) -> list[Recorded]:
    recorder, reviews, recorded = by or Recorder(INSTANT), [], []
    for number in range(20):
        home, b1 = home_of(number), 140 if number < MOST else 141
        recorded.append(recorder.record(registered(START, "01864", home)))
        review = reviewed(AUTUMN, b1, home=home, review=review_of(number), by=("judge",))
        reviews.append(recorder.record(review))
        recorded.append(reviews[-1])
    for each in changed:
        if isinstance(each, tuple):
            which, on, b1 = each
            fields = {} if b1 is None else {"b1": b1}
            recorded.append(correct(recorder, reviews[which], on, **fields))
        else:
            recorded.append(recorder.record(each))
    return recorded


def told_anew(recorded: Iterable[Recorded], known_at: datetime) -> list[Appearance]:
    by_key: dict[UUID, list[Recorded]] = {}
    for each in known(recorded, known_at):
        by_key.setdefault(each.meta.key, []).append(each)
    given: dict[tuple[str, str], list[Contributed]] = {}
    for key, own in by_key.items():
        for one in annual_reviews(fold(key, own)):
            given.setdefault((one.kind, one.subject), []).append(one)
    return of_years(given, RULEBOOKS[-1])


def on_day(found: Iterable[Appearance], day: date) -> list[Any]:
    return sorted(
        (each.finding_id, each.status, each.opened_on, each.evidence, sorted(each.details.items()))
        for each in found
        if each.shows_on(day)
    )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(changes, max_size=6), instants, st.integers(0, 60), st.booleans())
def test_the_counts_of_a_year_are_known_as_the_raw_log_counted_anew_gives_them(
    engine: Engine, changed: list[Any], instant: tuple[int, bool], later: int, counts: bool
) -> None:
    recorded = counted(changed)
    project(engine, recorded)
    if counts:
        recount(engine)
    number, just = instant
    moment = recorded[-1 - number % len(recorded)].meta.recorded_at
    known_at = moment if just else moment - TICK
    day = turn_of(2024) + timedelta(days=later)
    expected = on_day(told_anew(recorded, known_at), day)
    for live in (True, False):
        with engine.begin() as connection:
            found = years_known(connection, RULEBOOKS[-1], known_at, day, live=live)
        assert on_day(found, day) == expected, live


@pytest.mark.parametrize("live", [True, False])
def test_a_loan_says_where_a_household_counts_once_its_registration_is_annulled(
    engine: Engine, live: bool
) -> None:
    recorder = Recorder(INSTANT)
    recorded = counted([], recorder)
    more = [correct(recorder, recorded[0], AUTUMN)]
    more.append(recorder.record(living_in("01864", applied(on=START, home=home_of(0)))))
    project(engine, [*recorded, *more])
    recount(engine)
    last = more[-1].meta.recorded_at
    for known_at, count in ((last, 1), (last - TICK, 0)):
        with engine.begin() as connection:
            asked = (connection, RULEBOOKS[-1], known_at, turn_of(2024))
            assert len(years_known(*asked, live=live)) == count

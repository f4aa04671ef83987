"""What is said of any three times is what folding the raw log anew says, whoever asks for what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.households.events import HouseholdMoved
from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.domain.rulebook import rulebook_on
from services.reporting.projections.rows import Contributed
from services.reporting.projections.step import rows_of
from services.reporting.queries.finding_queries import look
from services.reporting.queries.past import known, shared_appearances
from shared.areas import EVERYWHERE, REFORM, Area, Commune, Scope, commune_on
from shared.areas.tree import tree
from shared.clock import today
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.support.facts import (
    SEALED,
    Recorder,
    disbursed,
    inspected,
    registered,
    target,
    uid,
)
from tests.support.projecting import drain, emptied, memory_log, projector, publish

HOMES = [uid(f"home {number}") for number in range(4)]
CODES = sorted({"01864", "01870", "01906", "01933"} & {one.code for one in tree().successor})
AREAS = ["060", "061", "01864"]
M = 1_000_000
START = date(2024, 7, 2)
INSTANT = datetime(2024, 7, 1, tzinfo=UTC)
days = st.integers(0, 90).map(lambda number: START + timedelta(days=number))
dated = st.none() | st.just(START + timedelta(days=200))
accounts = st.sampled_from(["h1:one", "h1:two"])


def instant(hours: int) -> datetime:
    return INSTANT + timedelta(hours=hours)


def there(code: str) -> Commune:
    found = commune_on(code, START)
    assert isinstance(found, Commune)
    return found


def facts_of(number: int) -> st.SearchStrategy[Any]:
    home, loan = HOMES[number], uid(f"loan {number}")
    paid = uid(f"paid {number}")
    return st.one_of(
        st.builds(
            lambda on, to: disbursed(on, paid=paid, loan=loan, home=home, account=to),
            days,
            accounts,
        ),
        st.builds(lambda on: inspected(on, wrong=30 * M, paid=paid, loan=loan, home=home), days),
        st.builds(lambda on: target(on, year=2025, home=home), days),
        st.builds(
            lambda on, code: HouseholdMoved(
                household_id=home,
                commune=there(code),
                village="x",
                area_type="rural",
                moved_on=on,
            ),
            days,
            st.sampled_from(CODES),
        ),
    )


@dataclass
class Log:
    """What was recorded, with corrections of where a household lives and of whom was paid."""

    recorder: Recorder
    recorded: list[Recorded]

    def correct(self, which: Recorded, fields: dict[str, Any], on: date | None = None) -> None:
        event = EventCorrected(
            key=which.meta.key,
            event_id=which.meta.event_id,
            reason=SEALED,
            fields=fields,
            occurred_on=on or which.meta.occurred_on,
        )
        stream = which.meta.stream_id
        self.recorded.append(self.recorder.record(event, source=which.meta.source, stream=stream))


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    log = Log(Recorder(datetime(2024, 7, 1, tzinfo=UTC)), [])
    recorder = log.recorder
    for home in HOMES:
        code = draw(st.sampled_from(CODES))
        log.recorded.append(recorder.record(registered(START, code, home)))
    seen = set[str]()
    for _ in range(draw(st.integers(0, 10))):
        recorder.now += timedelta(hours=draw(st.integers(0, 300)))
        number = draw(st.integers(0, len(HOMES) - 1))
        event = draw(facts_of(number))
        name = f"{type(event).__name__} {number}"
        if name in seen and type(event).__name__ == "LoanDisbursed":
            continue
        seen.add(name)
        log.recorded.append(recorder.record(event))
        if not draw(st.integers(0, 2)):
            _correct_one(draw, log)
    return log.recorded


def _correct_one(draw: st.DrawFn, log: Log) -> None:
    which = draw(st.sampled_from(log.recorded))
    log.recorder.now += timedelta(hours=draw(st.integers(0, 300)))
    if which.meta.type == "HouseholdRegistered":
        commune = there(draw(st.sampled_from(CODES)))
        fields = {"commune": {"code": commune.code, "valid_from": commune.valid_from.isoformat()}}
        log.correct(which, fields, draw(dated))
    elif which.meta.type == "LoanDisbursed":
        payee = {"kind": "third_party", "account_ref": draw(accounts)}
        log.correct(which, {"payee": payee}, draw(dated))


Looks = tuple[UUID, str, int, date, date | None, tuple[UUID, ...]]


def looks(shown: Appearance) -> Looks:
    severity, closed = int(shown.severity), shown.closed_on
    return (shown.finding_id, shown.status, severity, shown.from_on, closed, shown.evidence)


def refolded(recorded: Iterable[Recorded], when: Times, wanted: Wanted, scope: Scope) -> set[Looks]:
    """Tell it a second time: fold every household there is, look at each finding by itself."""
    by_key: dict[UUID, list[Recorded]] = {}
    for each in known(recorded, when.known_at):
        by_key.setdefault(each.meta.key, []).append(each)
    book = rulebook_on(when.valid_at).up_to(when.valid_at)
    shown, homes = [], {}
    given: dict[tuple[str, str], list[Contributed]] = {}
    for key, own in by_key.items():
        rows = rows_of(key, own, book, ())
        assert rows is not None
        stays = [home for home in rows.residences if home.from_on <= when.valid_at]
        homes[key] = stays[-1].commune if stays else None
        shown += [each for each, _ in rows.findings]
        for gift, _ in rows.contributions:
            given.setdefault((gift.kind, gift.subject), []).append(gift)
    shown += shared_appearances(given, book, lambda *_: None)
    on = when.valid_at
    return {
        looks(each)
        for each in shown
        if each.shows_on(on)
        and all(scope.covers(homes.get(home), on) for home in each.household_ids)
        and (
            wanted.area is None
            or any(wanted.area.covers(homes.get(home), on) for home in each.household_ids)
        )
        and wanted.household_id in (None, *each.household_ids)
        and wanted.loan_id in (None, each.loan_id)
        and wanted.finding_id in (None, each.finding_id)
    }


def area_of(code: str | None) -> Scope | None:
    return Scope.of([Area.parse(code)]) if code else None


wants = st.one_of(
    st.builds(lambda code: Wanted(area=area_of(code)), st.sampled_from([None, *AREAS])),
    st.builds(lambda home: Wanted(household_id=home), st.sampled_from(HOMES)),
    st.builds(lambda n: Wanted(loan_id=uid(f"loan {n}")), st.integers(0, len(HOMES) - 1)),
)


@pytest.mark.servers
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    logs(),
    days.map(lambda on: on + timedelta(days=40)) | st.just(REFORM),
    st.none() | st.integers(0, 2400).map(instant) | st.tuples(st.integers(0, 20), st.booleans()),
    st.none() | days,
    st.sampled_from([None, today()]),
    st.sampled_from([None, *AREAS]),
    st.lists(wants, min_size=3, max_size=3),
)
def test_any_three_times_are_answered_as_the_raw_log_folded_anew_answers_them(
    engine: Engine,
    recorded: list[Recorded],
    on: date,
    known_at: datetime | tuple[int, bool] | None,
    rules: date | None,
    pick: date | None,
    mine: str | None,
    asked: list[Wanted],
) -> None:
    emptied(engine)
    log = memory_log()
    publish(log, recorded)
    drain(projector(engine, log))
    if isinstance(known_at, tuple):  # just when something was recorded, or just before
        number, just = known_at
        moment = recorded[number % len(recorded)].meta.recorded_at
        known_at = moment if just else moment - datetime.resolution
    when = Times(valid_at=on, known_at=known_at, rules_at=rules, today=pick)
    scope = area_of(mine) or EVERYWHERE
    sight = Sight(everything=True)
    for wanted in asked:
        with engine.begin() as connection:
            found = look(connection, when, wanted, sight, scope, worst=False, limit=500)
        ours = {looks(each.shown) for each in found}
        assert ours == refolded(recorded, when, wanted, scope), wanted


@pytest.mark.servers
def test_a_household_is_found_where_it_was_thought_to_live(engine: Engine) -> None:
    log = Log(Recorder(datetime(2024, 7, 1, tzinfo=UTC)), [])
    first = log.recorder.record(registered(START, "01933", HOMES[0]))
    log.recorded += [first, log.recorder.record(target(START, year=2024, home=HOMES[0]))]
    thought = log.recorder.now
    commune = there("01864")
    fields = {"commune": {"code": commune.code, "valid_from": commune.valid_from.isoformat()}}
    log.correct(first, fields)
    emptied(engine)
    source = memory_log()
    publish(source, log.recorded)
    drain(projector(engine, source))
    on = START + timedelta(days=60)
    for known_at, code, count in ((thought, "01933", 2), (thought, "060", 0), (None, "060", 2)):
        when, scope = Times(valid_at=on, known_at=known_at), area_of(code)
        assert scope is not None
        with engine.begin() as connection:
            found = look(
                *(connection, when, Wanted(), Sight(everything=True), scope), worst=True, limit=9
            )
        assert len(found) == count, (known_at, code)

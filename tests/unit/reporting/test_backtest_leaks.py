"""No leakage: what a back-test says of a day, no later record of the log changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.backtests.changes import changed
from services.reporting.backtests.household_timeline import Period, Sighting
from services.reporting.detection.detect import cut, findings
from services.reporting.domain.dossier import fold
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.rules import BY_CODE
from shared.event import occurred_on
from shared.recorded import Recorded
from tests.support.backtesting import back_tested as of_books
from tests.support.backtesting import by
from tests.support.facts import (
    Recorder,
    applied,
    assigned,
    classified,
    day,
    disbursed,
    inspected,
    registered,
    target,
    uid,
    visited,
)

M = 1_000_000
HOMES = [uid(f"home {number}") for number in range(2)]
BOOK = RULEBOOKS[-1]
OTHER = changed(
    BOOK,
    {
        "USE_CHECK_OVERDUE": {"days": 10},
        "WRONG_PURPOSE": {"high_from_percent": 10},
        "SHARED_PAYEE": {"within_days": 20},
        "TARGET_WITHOUT_SPONSOR": {"days": 45},
    },
)
BOOKS = (BOOK, OTHER)
FIRST, LENGTH = day(10), 60
days = st.integers(0, 70).map(day)


def facts_of(number: int) -> st.SearchStrategy[Any]:
    home, loan = HOMES[number], uid(f"loan {number}")
    paid, help_ = uid(f"paid {number}"), uid(f"help {number}")
    return st.one_of(
        st.builds(
            lambda on, account: disbursed(on, paid=paid, loan=loan, home=home, account=account),
            days,
            st.sampled_from(["h1:one", None]),
        ),
        st.builds(
            lambda on, wrong: inspected(on, wrong=wrong, paid=paid, loan=loan, home=home),
            days,
            st.sampled_from([0, 8 * M, 30 * M]),
        ),
        st.builds(lambda on: target(on, year=2026, home=home), days),
        st.builds(lambda on: assigned(on, help_=help_, home=home), days),
        st.builds(lambda on: visited(on, help_=help_, home=home), days),
    )


@st.composite
def logs(draw: st.DrawFn) -> dict[Any, list[Recorded]]:
    """Facts of two households, each recorded on its day or up to a month later."""
    recorder = Recorder(datetime(2025, 1, 1, tzinfo=UTC))
    found: dict[Any, list[Recorded]] = {}
    begun = [
        event
        for number, home in enumerate(HOMES)
        for event in (
            registered(home=home),
            classified("poor", home=home),
            applied("HN", loan=uid(f"loan {number}"), home=home),
        )
    ]
    later: list[tuple[datetime, Any]] = []
    once = set[str]()
    for number in range(len(HOMES)):
        for event in draw(st.lists(facts_of(number), max_size=5)):
            name = f"{type(event).__name__} {number}"
            if name in once and type(event).__name__ != "LoanUseInspected":
                continue
            once.add(name)
            late = draw(st.integers(0, 30))
            on = occurred_on(event)
            at = datetime(on.year, on.month, on.day, 3, tzinfo=UTC) + timedelta(days=late)
            later.append((at, event))
    for event in begun:
        one = recorder.record(event)
        found.setdefault(one.meta.key, []).append(one)
    for at, event in sorted(later, key=lambda each: each[0]):
        recorder.now = max(recorder.now, at)
        one = recorder.record(event)
        found.setdefault(one.meta.key, []).append(one)
    return found


def back_tested(log: dict[Any, list[Recorded]], last: date) -> list[dict[Any, Sighting]]:
    return of_books(log, BOOKS, Period(FIRST, last), set(BY_CODE))


def test_a_check_recorded_late_is_not_known_before() -> None:
    recorder = Recorder(datetime(2025, 1, 1, tzinfo=UTC))
    home, own = HOMES[0], [recorder.record(registered(home=HOMES[0]))]
    for event, recorded_on in (
        (disbursed(day(12), home=home), 12),
        (inspected(day(20), home=home), 50),
    ):
        on = day(recorded_on)
        recorder.now = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
        own.append(recorder.record(event))
    before, after = back_tested({home: own}, FIRST + timedelta(days=LENGTH))
    late = {each.shown.code: each.seen_on for each in after.values()}
    assert late.get("USE_CHECK_OVERDUE") == day(23)
    assert {each.shown.code: each.seen_on for each in before.values()}["USE_CHECK_OVERDUE"] == day(
        43
    )


@settings(max_examples=40, deadline=None)
@given(logs(), st.integers(0, LENGTH))
def test_cutting_the_log_changes_nothing_that_is_said_of_the_days_before(
    log: dict[Any, list[Recorded]], number: int
) -> None:
    last = FIRST + timedelta(days=number)
    whole, part = back_tested(log, FIRST + timedelta(days=LENGTH)), back_tested(by(log, last), last)
    for more, fewer in zip(whole, part, strict=True):
        seen = {name: each.seen_on for name, each in more.items() if each.seen_on <= last}
        assert seen == {name: each.seen_on for name, each in fewer.items()}
        assert {name: each.shown.evidence for name, each in more.items() if name in seen} == {
            name: each.shown.evidence for name, each in fewer.items()
        }


@settings(max_examples=10, deadline=None)
@given(logs())
def test_each_household_is_seen_as_whoever_looked_every_day_would_have_seen_it(
    log: dict[Any, list[Recorded]],
) -> None:
    last = FIRST + timedelta(days=LENGTH)
    slow: dict[Any, date] = {}
    for number in range(LENGTH + 1):
        on = FIRST + timedelta(days=number)
        for key, own in by(log, on).items():
            for shown in cut(findings(fold(key, own), BOOK.up_to(last)), on):
                if shown.is_open:
                    slow.setdefault(shown.interval.finding_id, on)
    found, _ = back_tested(log, last)
    ours = {
        name: max(each.seen_on, FIRST)
        for name, each in found.items()
        if len(each.shown.household_ids) == 1
    }
    assert ours == slow

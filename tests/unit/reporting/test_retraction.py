"""When it became known that a finding has no ground, and which fact took it away."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.reporting.domain.intervals import Interval
from services.reporting.domain.retraction import removed_on
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.support.facts import HOME, LOAN, SEALED, Recorder, day, disbursed, inspected, repaid
from tests.support.findings import found_in

SHORT = inspected(day(5), received=20_000_000)


def suspicions(history: Sequence[Recorded]) -> list[Interval]:
    return [each for each in found_in(history) if each.code == "PIGGYBACK"]


def annulled(fact: Recorded) -> EventCorrected:
    return EventCorrected(
        key=HOME,
        event_id=fact.meta.event_id,
        reason=SEALED,
        annul=True,
        occurred_on=day(6),
    )


class Told:
    """Facts that become known at some instants, in whatever order they arrive."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.known: list[Recorded] = []

    def at(self, instant: datetime, fact: Any, stream: str | None = None) -> Recorded:
        self.recorder.now = instant
        source = "loans" if stream else None
        self.known.append(self.recorder.record(fact, source=source, stream=stream))
        return self.known[-1]


def test_the_latest_fact_without_which_it_would_be_there_took_it_away() -> None:
    told = Told()
    told.at(datetime(2026, 4, 1, tzinfo=UTC), disbursed())
    short = told.at(datetime(2026, 4, 2, tzinfo=UTC), SHORT)
    (finding,) = suspicions(told.known)
    told.at(datetime(2026, 4, 3, tzinfo=UTC), annulled(short), f"loan-{LOAN}")
    told.at(datetime(2026, 4, 4, tzinfo=UTC), repaid(day(9), 1_000_000))
    assert suspicions(told.known) == []
    for arrived in (told.known, told.known[::-1]):
        found = removed_on(finding.finding_id, arrived, suspicions)
        assert found == date(2026, 4, 3)


def test_the_day_is_that_of_viet_nam() -> None:
    told = Told()
    told.at(datetime(2026, 4, 1, tzinfo=UTC), disbursed())
    short = told.at(datetime(2026, 4, 2, tzinfo=UTC), SHORT)
    (finding,) = suspicions(told.known)
    told.at(datetime(2026, 4, 3, 18, tzinfo=UTC), annulled(short), f"loan-{LOAN}")
    assert removed_on(finding.finding_id, told.known, suspicions) == date(2026, 4, 4)


def test_of_what_became_known_at_once_the_later_position_took_it_away() -> None:
    told, at_once = Told(), datetime(2026, 4, 1, tzinfo=UTC)
    told.at(at_once, disbursed())
    short = told.at(at_once, SHORT)
    (finding,) = suspicions(told.known)
    told.at(at_once, annulled(short), f"loan-{LOAN}")
    for arrived in (told.known, told.known[::-1]):
        found = removed_on(finding.finding_id, arrived, suspicions)
        assert found == date(2026, 4, 1)


def test_what_no_knowledge_of_facts_ever_gave_was_not_taken_away_by_one() -> None:
    told = Told()
    told.at(datetime(2026, 4, 1, tzinfo=UTC), disbursed())
    told.at(datetime(2026, 4, 2, tzinfo=UTC), SHORT)
    (finding,) = suspicions(told.known)
    assert removed_on(finding.finding_id, told.known[:1], suspicions) is None
    assert removed_on(finding.finding_id, [], suspicions) is None

"""Logs for back-tests: what was recorded by a day, and what two rulebooks would have shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.reporting.backtests.household_timeline import Gave, Period, Sighting, Watched, watch
from services.reporting.backtests.shared_timeline import watch_shared
from services.reporting.domain.rulebook import Rulebook
from shared.clock import vietnam_date
from shared.corrections import EventCorrected
from shared.recorded import Recorded
from tests.support.facts import SEALED, Recorder

Log = Mapping[UUID, Sequence[Recorded]]


@dataclass(frozen=True)
class SetRight:
    """A correction of the last event of a type that a key has by then."""

    key: UUID
    of: type[Any]
    fields: dict[str, Any]

    def record(self, recorder: Recorder, log: Log, day: date) -> Recorded:
        """Record it on a day."""
        wrong = [each for each in log[self.key] if isinstance(each.event, self.of)][-1].meta
        right = EventCorrected(
            key=self.key,
            event_id=wrong.event_id,
            reason=SEALED,
            fields=self.fields,
            occurred_on=day,
        )
        return recorder.record(right, source=wrong.source, stream=wrong.stream_id)


def recorded_on(events: Sequence[tuple[date, Any]]) -> dict[UUID, list[Recorded]]:
    """Record events on these days, in their order."""
    recorder = Recorder(datetime(2025, 1, 1, tzinfo=UTC))
    found: dict[UUID, list[Recorded]] = {}
    for day, event in sorted(events, key=lambda each: each[0]):
        recorder.now = max(recorder.now, datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        if isinstance(event, SetRight):
            one = event.record(recorder, found, day)
        else:
            one = recorder.record(event)
        found.setdefault(one.meta.key, []).append(one)
    return found


def by(log: Log, last: date) -> dict[UUID, list[Recorded]]:
    """Give what was recorded by the end of a day."""
    return {
        key: [each for each in own if vietnam_date(each.meta.recorded_at) <= last]
        for key, own in log.items()
    }


def back_tested(
    log: Log, books: tuple[Rulebook, Rulebook], period: Period, codes: Collection[str]
) -> list[dict[UUID, Sighting]]:
    """Give what each rulebook would have shown until the last day."""
    own: list[Watched] = [
        watch(key, log[key], books, (lambda _: (), ()), period, codes) for key in sorted(log)
    ]
    gave: list[Gave] = [each for one in own for each in one.gave]
    return [
        {name: seen for one in own for name, seen in one.seen[number].items()}
        | watch_shared([each for each in gave if each.book == number], book, period)
        for number, book in enumerate(books)
    ]

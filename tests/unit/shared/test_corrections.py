"""What is known to have been, once corrections are applied."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.codec import Registry
from shared.corrections import EventCorrected, as_corrected, corrected
from shared.event import event
from shared.ids import named
from shared.recorded import Actor, Recorded
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance

DAY = date(2024, 1, 1)
KEY = named("key")
ONE, TWO = named("event 1"), named("event 2")


@event("Seen", keyed_by="key", dated_by="seen_on")
class Seen:
    key: UUID
    seen_on: date
    what: str
    count: int = 0


def seen(**more: Any) -> Seen:
    fields: dict[str, Any] = {"key": KEY, "seen_on": DAY, "what": "a"}
    return Seen(**(fields | more))


def correction(of: UUID = ONE, **more: Any) -> EventCorrected:
    fields: dict[str, Any] = {"key": KEY, "event_id": of, "reason": "s1:x", "occurred_on": DAY}
    return EventCorrected(**(fields | more))


def recorded(*facts: Any) -> list[Recorded]:
    store = MemoryStore(Registry("tests", (Seen, EventCorrected)))
    said = Provenance(actor=Actor(sub="x"), recorded_at=datetime(2024, 2, 1, tzinfo=UTC))
    new = [NewEvent(named(f"event {number}"), fact) for number, fact in enumerate(facts, start=1)]
    with store.transaction() as transaction:
        return transaction.append(f"thing-{KEY}", 0, new, said)


def facts(history: list[Recorded]) -> list[Any]:
    return [one.event for one in history]


def test_without_corrections_everything_stays() -> None:
    history = recorded(seen(), seen(what="b"))
    assert corrected(history) == history


def test_the_last_word_on_each_field_counts_and_dates_move() -> None:
    later = date(2024, 1, 9)
    history = corrected(
        recorded(
            seen(),
            correction(fields={"what": "b", "count": 2}),
            correction(fields={"what": "c", "seen_on": later.isoformat()}),
        )
    )
    assert facts(history) == [seen(what="c", count=2, seen_on=later)]
    assert history[0].meta.occurred_on == later


def test_an_annulled_event_is_gone_until_a_later_correction_keeps_it() -> None:
    annulled = recorded(seen(), seen(what="b"), correction(annul=True))
    assert facts(corrected(annulled)) == [seen(what="b")]
    kept = recorded(seen(), correction(annul=True), correction(fields={"count": 1}))
    assert facts(corrected(kept)) == [seen(count=1)]


def test_what_was_stored_stays_as_it_was() -> None:
    before = recorded(seen(), correction(fields={"what": "b"}))
    (after,) = corrected(before)
    assert (after.data, after.digest) == (before[0].data, before[0].digest)


@pytest.mark.parametrize("fields", [{"count": "many"}, {"seen_on": "never"}], ids=["int", "date"])
def test_a_correction_that_does_not_fit_is_an_error(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Expected|Invalid"):
        corrected(recorded(seen(), correction(fields=fields)))


def test_a_fact_reads_as_its_own_corrections_say_annulled_or_not() -> None:
    history = recorded(
        seen(),
        seen(what="b"),
        correction(fields={"count": 2}),
        correction(TWO, fields={"count": 5}),
        correction(annul=True),
    )
    assert as_corrected(history, history[0]) == seen(count=2)
    assert as_corrected(history, history[1]) == seen(what="b", count=5)
    assert as_corrected(history[:2], history[0]) == seen()

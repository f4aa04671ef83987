"""Every kind of event: a correction changes what is made of it, and the last one wins."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.households.events import REGISTRY as HOUSEHOLDS
from services.loans.events import REGISTRY as LOANS
from services.sponsorship.events import REGISTRY as SPONSORSHIP
from shared.areas import EVERYWHERE
from shared.areas.tree import BEGINNING, Commune
from shared.codec import Registry
from shared.correcting import CorrectEvent, NotCorrectable, correct
from shared.corrections import corrected
from shared.decider import Decider
from shared.event import EventType, event_type, occurred_on
from shared.fact import named_in_requests
from shared.ids import named
from shared.recorded import Actor, Recorded
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance
from tests.golden.files import sample

FINAL = {"EventCorrected", "PersonalDataErased"}
WHO = Actor(sub="somebody", roles=("district_officer",))
DAY, TODAY = date(2024, 5, 5), date(2024, 6, 1)
OWN, EVENT = named("a stream"), named("an event")
KINDS = [
    pytest.param(registry, event_type(kind), id=f"{registry.source} {event_type(kind).name}")
    for registry in (HOUSEHOLDS, LOANS, SPONSORSHIP)
    for kind in registry.events
    if event_type(kind).name not in FINAL
]
FACTS: Decider[tuple[Any, ...], Any] = Decider(
    name="stream",
    initial=(),
    identify=lambda _: OWN,
    decide=lambda _state, _command, _actor: [],
    evolve=lambda state, fact, _: (*state, fact),
)
"""Remembers every fact as it stands, and takes in all."""


class Stream:
    """A stream that begins with one event, and is corrected."""

    def __init__(self, registry: Registry, declared: EventType) -> None:
        self.store = MemoryStore(registry)
        fact = replace(sample(declared), **{declared.dated_by: DAY})
        if getattr(fact, "commune", None) is not None:
            fact = replace(fact, commune=Commune("01858", BEGINNING))
        self.field = named_in_requests(fact)
        self.append(fact, EVENT)

    def append(self, fact: Any, event_id: Any) -> None:
        said = Provenance(actor=WHO, recorded_at=datetime(2024, 6, 1, tzinfo=UTC))
        with self.store.transaction() as transaction:
            version = len(transaction.read(f"stream-{OWN}"))
            transaction.append(f"stream-{OWN}", version, [NewEvent(event_id, fact)], said)

    @property
    def history(self) -> list[Recorded]:
        return self.store.read_stream(f"stream-{OWN}")

    def correct(self, fields: Mapping[str, Any] | None, event_id: Any = EVENT) -> None:
        """Change fields of the event, or annul it."""
        asked = CorrectEvent(
            stream=OWN,
            event_id=event_id,
            reason="s1:x",
            fields=fields,
            annul=fields is None,
            occurred_on=TODAY,
            today=TODAY,
            scope=EVERYWHERE,
            seal=lambda _, text: text,
            pseudonym=lambda text: text,
        )
        made = correct(FACTS, self.history, asked, WHO, lambda _, given: given)
        self.append(made, named(f"correction {len(self.history)}"))

    def days(self) -> list[date]:
        """Give the days of what the corrected history is folded to."""
        return [occurred_on(fact) for fact in FACTS.fold(corrected(self.history))]


@pytest.mark.parametrize(("registry", "declared"), KINDS)
def test_the_fold_is_of_what_was_last_said(registry: Registry, declared: EventType) -> None:
    stream = Stream(registry, declared)
    assert stream.days() == [DAY]
    for day in (date(2024, 5, 4), date(2024, 5, 3)):
        stream.correct({stream.field: day})
        assert stream.days() == [day]
    stream.correct(None)
    assert stream.days() == []
    stream.correct({stream.field: DAY})
    assert stream.days() == [DAY]


@pytest.mark.parametrize(("registry", "declared"), KINDS)
def test_a_correction_itself_is_not_corrected(registry: Registry, declared: EventType) -> None:
    stream = Stream(registry, declared)
    stream.correct(None)
    correction = stream.history[-1].meta.event_id
    for fields in (None, {stream.field: DAY}):
        with pytest.raises(NotCorrectable):
            stream.correct(fields, correction)

"""Corrections: how a fact recorded wrongly is set right without touching what was recorded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from shared.event import event, occurred_on
from shared.recorded import Actor, Recorded
from shared.sealed import Sealed


@event("EventCorrected", version=1, keyed_by="key")
class EventCorrected:
    """An earlier event of the same stream was wrong: some fields of it, or altogether."""

    key: UUID
    """The key of the corrected event, so that both stay in order."""
    event_id: UUID
    """The corrected event."""
    reason: Sealed
    annul: bool = False
    fields: dict[str, Any] | None = None
    """The changed fields as the event names them; None where it is annulled."""
    occurred_on: date


@dataclass(slots=True)
class _Said:
    """What all corrections of one event say together."""

    annul: bool = False
    fields: dict[str, Any] = field(default_factory=dict)


def corrected(history: Sequence[Recorded], *further: EventCorrected) -> list[Recorded]:
    """Give the facts as they are known to have been: corrections applied, and left out.

    Field by field the last correction in the stream wins, `further` ones after those recorded; an
    event annulled last is gone. The stored bytes and the hash stay those of the event as it was
    recorded. msgspec.ValidationError if a correction does not fit its event.
    """
    said: dict[UUID, _Said] = {}
    recorded_ones = (one.event for one in history if isinstance(one.event, EventCorrected))
    for correction in (*recorded_ones, *further):
        _listen(said.setdefault(correction.event_id, _Said()), correction)
    if not said:
        return list(history)
    return list(_applied(history, said))


def in_fact_order(history: Iterable[Recorded]) -> list[Recorded]:
    """Return the facts of several streams in the order of their days, in any order of arrival."""
    in_stream = sorted(history, key=lambda one: (one.meta.stream_id, one.meta.version))
    return sorted(corrected(in_stream), key=lambda one: one.order)


def correctors(history: Iterable[Recorded]) -> Iterator[tuple[Any, Actor]]:
    """Give which facts were changed, and by whom."""
    facts: dict[UUID, Any] = {}
    for recorded in history:
        fact = recorded.event
        facts[recorded.meta.event_id] = fact
        if isinstance(fact, EventCorrected) and not fact.annul and fact.event_id in facts:
            yield facts[fact.event_id], recorded.meta.actor


def as_corrected(history: Sequence[Recorded], target: Recorded) -> Any:
    """Give an event's fact with all that corrections have said of its fields, annulled or not."""
    said = _Said()
    for recorded in history:
        fact = recorded.event
        if isinstance(fact, EventCorrected) and fact.event_id == target.meta.event_id:
            _listen(said, fact)
    return changed(target.event, said.fields) if said.fields else target.event


def _listen(said: _Said, correction: EventCorrected) -> None:
    said.annul = correction.annul
    said.fields.update(correction.fields or {})


def _applied(history: Iterable[Recorded], said: dict[UUID, _Said]) -> Iterable[Recorded]:
    for recorded in history:
        if isinstance(recorded.event, EventCorrected):
            continue
        change = said.get(recorded.meta.event_id)
        if change is None:
            yield recorded
        elif not change.annul:
            yield _rewritten(recorded, change.fields)


def _rewritten(recorded: Recorded, fields: dict[str, Any]) -> Recorded:
    fact = changed(recorded.event, fields)
    meta = msgspec.structs.replace(recorded.meta, occurred_on=occurred_on(fact))
    return msgspec.structs.replace(recorded, event=fact, meta=meta)


def changed(fact: Any, fields: dict[str, Any]) -> Any:
    """Give the fact with some of its fields changed; msgspec.ValidationError if they cannot be."""
    content = msgspec.to_builtins(fact) | fields
    return msgspec.convert(content, type(fact))

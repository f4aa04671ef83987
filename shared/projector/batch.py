"""One batch in one transaction: the offsets, the journal, the views, and what must wait."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from shared.codec import Registries
from shared.log.port import OffsetLost, Record
from shared.projector import journal, quarantine
from shared.projector.failures import ForkedHistory, is_outage
from shared.projector.offsets import Lane, Move, Place, move
from shared.projector.reading import Doubt, read_records
from shared.recorded import Recorded

_LOG = logging.getLogger(__name__)

Step = Callable[[Connection, list[UUID], list[Recorded]], None]
"""Refolds whole keys: the touched ones, each with what is new of it (already in the journal)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a batch is read with: whose topics, whose events, and what to do with them."""

    sources: Mapping[str, str]
    """The source by its topic."""
    registries: Registries
    step: Step


class StepError(Exception):
    """A step failed that could not be undone alone: the whole transaction must be."""


def apply(
    connection: Connection,
    reader: Reader,
    records: Sequence[Record],
    places: Mapping[Lane, Place],
    *,
    hopeful: bool = False,
) -> list[Move]:
    """Do everything a batch asks for, within the caller's transaction; give how far it goes.

    Fenced if somebody else has read it, ForkedHistory if it contradicts what was read before.
    With `hopeful`, without what undoing one step would take: StepError if one fails, and then
    the same is to be applied again in another transaction, not hopeful.
    """
    moves, fresh = _advance(records, places)
    move(connection, moves)
    fresh += _missed(connection, reader, records, fresh)
    if fresh:
        _take(connection, reader, fresh, hopeful=hopeful)
    return moves


def try_again(connection: Connection, reader: Reader, key: UUID) -> int:
    """Release a key that waits, as far as its records can now be taken, in order."""

    def attempt(records: Sequence[Record]) -> str | None:
        recorded: list[Recorded] = []
        for _, reading in read_records(connection, records, reader.sources, reader.registries):
            if isinstance(reading, Doubt):
                return reading.reason
            recorded.append(reading)
        return _keep(connection, reader, recorded)

    return quarantine.release(connection, key, attempt)


def _advance(
    records: Sequence[Record], places: Mapping[Lane, Place]
) -> tuple[list[Move], list[Record]]:
    becomes: dict[Lane, Place] = {}
    fresh: list[Record] = []
    for record in records:
        lane = (record.topic, record.partition)
        before = becomes.get(lane, places[lane])
        if record.offset != before.next_offset:
            raise OffsetLost(record.topic, record.partition, before.next_offset)
        last = before.last_position
        # what has no position is not of a store: it cannot be a duplicate, and must wait
        if record.position > last or record.position == 0:
            fresh.append(record)
        becomes[lane] = Place(record.offset + 1, max(last, record.position))
    moves = [Move(lane, places[lane], place) for lane, place in becomes.items()]
    return moves, fresh


def _missed(
    connection: Connection, reader: Reader, records: Sequence[Record], fresh: Sequence[Record]
) -> list[Record]:
    """Look closer at what seems to be a duplicate; give those that were never seen before."""
    # what says that it stands in an event's place need not be true: see held_positions
    in_batch = {(record.topic, record.position, record.key): record for record in fresh}
    repeated: dict[str, list[Record]] = {}
    for record in records:
        place = (record.topic, record.position, record.key)
        first = in_batch.get(place) if record.position else record
        if first is None:
            repeated.setdefault(reader.sources[record.topic], []).append(record)
        elif first is not record:
            _same(record, _id_of(first))
    missed: dict[tuple[str, int, UUID], Record] = {}
    for source, suspects in repeated.items():
        positions = [record.position for record in suspects]
        ids = journal.event_ids(connection, source, positions)
        waiting = quarantine.held_positions(connection, source, positions)
        for record in suspects:
            if record.position in ids:
                _same(record, str(ids[record.position]))
            elif (record.position, record.key) in waiting:
                _mend(connection, reader, record)
            elif (source, record.position, record.key) not in missed:
                _LOG.warning("%s position %d comes late", source, record.position)
                missed[source, record.position, record.key] = record
    return list(missed.values())


def _same(record: Record, event_id: str) -> None:
    if _id_of(record) != event_id:
        raise ForkedHistory(
            f"{record.source} position {record.position}: {event_id} was read there,"
            f" now {_id_of(record)} at {record.topic}/{record.partition} offset {record.offset}"
        )


def _id_of(record: Record) -> str:
    return dict(record.headers).get("ce_id", b"").decode(errors="replace")


def _mend(connection: Connection, reader: Reader, record: Record) -> None:
    [(_, reading)] = read_records(connection, [record], reader.sources, reader.registries)
    if isinstance(reading, Recorded):
        quarantine.mend(connection, reading.meta.source, record)


def _take(
    connection: Connection, reader: Reader, fresh: Sequence[Record], *, hopeful: bool
) -> None:
    waiting = quarantine.lock_held(connection, {record.key for record in fresh})
    held: dict[UUID, list[Record]] = {key: [] for key in waiting}
    reasons = dict.fromkeys(waiting, "")
    good: dict[UUID, list[tuple[Record, Recorded]]] = {}
    for record, reading in read_records(connection, fresh, reader.sources, reader.registries):
        if isinstance(reading, Doubt) and record.key not in held:
            held[record.key] = []
            reasons[record.key] = reading.reason
            _say_held(record, reading.reason)
        if record.key in held or isinstance(reading, Doubt):
            held[record.key].append(record)
        else:
            good.setdefault(record.key, []).append((record, reading))
    everything = [recorded for pairs in good.values() for _, recorded in pairs]
    if hopeful:
        _hope(connection, reader, everything)
    elif _keep(connection, reader, everything) is not None:
        for key, pairs in good.items():
            kept, reason = _keep_in_order(connection, reader, pairs)
            if reason is not None:
                _say_held(pairs[kept][0], reason)
                reasons[key] = reason
                # what was doubtful later in the batch comes after these
                held[key] = [record for record, _ in pairs[kept:]] + held.get(key, [])
    for key, records in held.items():
        if records:
            quarantine.hold(connection, key, records, reasons[key], reader.sources)


def _keep_in_order(
    connection: Connection, reader: Reader, pairs: Sequence[tuple[Record, Recorded]]
) -> tuple[int, str | None]:
    """Keep a key's events up to the first that fails; give how many, and why that one does."""
    if _keep(connection, reader, [recorded for _, recorded in pairs]) is None:
        return len(pairs), None
    for kept, (_, recorded) in enumerate(pairs):
        if (reason := _keep(connection, reader, [recorded])) is not None:
            return kept, reason
    return len(pairs), None


def _keep(connection: Connection, reader: Reader, recorded: list[Recorded]) -> str | None:
    """Journal events and step their keys; if that fails, undo it and say why."""
    try:
        with connection.begin_nested():
            _hope(connection, reader, recorded)
    except StepError as failure:
        problem = failure.__cause__
        _LOG.info("step failed", exc_info=problem)
        return f"{type(problem).__name__}: {problem}"
    return None


def _hope(connection: Connection, reader: Reader, recorded: list[Recorded]) -> None:
    """Journal events and step their keys; StepError leaves a transaction that is of no use."""
    if not recorded:
        return
    keys = list(dict.fromkeys(event.meta.key for event in recorded))
    try:
        journal.append(connection, recorded)
        reader.step(connection, keys, recorded)
    except ForkedHistory:
        raise
    except Exception as problem:
        if is_outage(problem):
            raise
        raise StepError from problem


def _say_held(record: Record, reason: str) -> None:
    _LOG.error(
        "key %s waits from %s/%d offset %d (position %d): %s",
        *(record.key, record.topic, record.partition, record.offset, record.position, reason),
    )

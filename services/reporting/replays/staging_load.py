"""Taking events into the scratch: every one once, and a note of what was odd on the way."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.read_positions import Cut
from services.reporting.replays.feeds import Batch, Fault, Piece
from services.reporting.replays.staging_schema import Scratch
from shared.codec import UnknownEventError
from shared.projector.driver import driver

_COLUMNS = (
    "source, position, key, event_id, stream_id, version, type, recorded_at, occurred_on, meta,"
    " data, hash, place"
)
_ELSEWHERE = "sự kiện còn ở chỗ khác / the event stands in another place too"
_UNREAD = "có trong sổ mà chưa ai đọc từ log / in the journal, though nobody read it from the log"
_BACKWARDS = "đứng sau một vị trí cao hơn / it comes after one of a higher position"
_BESIDE = "cột khác nội dung / what stands beside its bytes is not what they say"
_AGAIN = "thêm một lần nữa / the same event once more"
_ANOTHER = "sự kiện khác ở chỗ đã có / another event for a place that was taken"


class Event(NamedTuple):
    """An event whose bytes could be read."""

    source: str
    position: int
    key: UUID
    event_id: UUID
    stream_id: str
    version: int
    type: str
    recorded_at: datetime
    occurred_on: date
    meta: bytes
    data: bytes
    digest: bytes
    place: str


class Odd(NamedTuple):
    """What is wrong, and with which event as far as it can be said."""

    kind: str
    source: str
    detail: str
    position: int | None = None
    event_id: UUID | None = None
    key: UUID | None = None
    stream_id: str | None = None
    type: str | None = None
    place: str | None = None


def odd(kind: str, event: Event, detail: str) -> Odd:
    """Say what is wrong with an event."""
    return Odd(
        *(kind, event.source, detail, event.position, event.event_id, event.key),
        *(event.stream_id, event.type, event.place),
    )


def take(connection: Connection, scratch: Scratch, batch: Batch, cut: Cut) -> None:
    """Take a batch in: what the journal held at the cut or should have; the rest is only seen."""
    events, found = _read(batch.pieces)
    found += [_of_source(fault) for fault in batch.faults]
    known = _known(connection, scratch, events)
    within: list[Event] = []
    for event in events:
        expected = cut.holds(event.source, event.key, event.position)
        place = (event.source, event.position)
        if event.event_id in known.elsewhere and known.elsewhere[event.event_id] != place:
            if place not in known.places and not expected:
                found.append(odd("duplicated", event, _ELSEWHERE))
                continue
        elif place in known.places and not expected:
            found.append(odd("added", event, _UNREAD))
        if (expected or place in known.places) and place not in known.waiting:
            within.append(event)
    taken = _insert(connection, f"{scratch.schema}.taken", within)
    found += _in_taking(connection, scratch, within, taken)
    backwards = {(each.source, each.position) for each in batch.pieces if each.backwards}
    for event in within:
        if (event.source, event.position) in backwards & taken:
            found.append(odd("reordered", event, _BACKWARDS))
    note(connection, scratch, found)


def take_beside(connection: Connection, scratch: Scratch, batch: Batch, cut: Cut) -> None:
    """Take what the stores have, to compare it with; what they lack or garble is missing there."""
    events, _ = _read(batch.pieces)
    waiting = _known(connection, scratch, events).waiting
    within = [
        each
        for each in events
        if cut.holds(each.source, each.key, each.position)
        and (each.source, each.position) not in waiting
    ]
    _insert(connection, f"{scratch.schema}.stored", within)


class _Known(NamedTuple):
    places: set[tuple[str, int]]
    elsewhere: dict[UUID, tuple[str, int]]
    waiting: set[tuple[str, int]]


def _known(connection: Connection, scratch: Scratch, events: Sequence[Event]) -> _Known:
    """Look up what the journal has of these events, by place and by id, and what must wait."""
    asked = {
        "sources": [each.source for each in events],
        "positions": [each.position for each in events],
        "ids": [each.event_id for each in events],
    }
    these = "unnest(CAST(:sources AS text[]), CAST(:positions AS bigint[])) AS t (source, position)"
    schema = scratch.schema
    places = connection.execute(
        text(
            f"SELECT source, position FROM {schema}.witness JOIN {these} USING (source, position)"
        ),
        asked,
    )
    ids = connection.execute(
        text(f"SELECT event_id, source, position FROM {schema}.witness WHERE event_id = ANY(:ids)"),
        asked,
    )
    waiting = connection.execute(
        text(
            f"SELECT source, position FROM {schema}.waiting JOIN {these} USING (source, position)"
        ),
        asked,
    )
    return _Known(
        {(row[0], row[1]) for row in places},
        {row[0]: (row[1], row[2]) for row in ids},
        {(row[0], row[1]) for row in waiting},
    )


def _in_taking(
    connection: Connection,
    scratch: Scratch,
    events: Iterable[Event],
    taken: set[tuple[str, int]],
) -> list[Odd]:
    first: set[tuple[str, int]] = set()
    found: list[Odd] = []
    for event in events:
        place = (event.source, event.position)
        if place in taken and place not in first:
            first.add(place)
        else:
            found.append(_repeated(connection, scratch, event))
    return found


def note(connection: Connection, scratch: Scratch, found: Sequence[Odd]) -> None:
    """Keep what is wrong."""
    if found:
        connection.execute(
            text(
                f"INSERT INTO {scratch.schema}.faults (kind, source, detail, position, event_id,"
                " key, stream_id, type, place) VALUES (:kind, :source, :detail, :position,"
                " :event_id, :key, :stream_id, :type, :place)"
            ),
            [each._asdict() for each in found],
        )


def _read(pieces: Iterable[Piece]) -> tuple[list[Event], list[Odd]]:
    events: list[Event] = []
    found: list[Odd] = []
    for piece in pieces:
        try:
            recorded = REGISTRIES[piece.source].read(
                piece.meta, piece.data, piece.digest, piece.position
            )
        except (msgspec.MsgspecError, UnknownEventError, ValueError) as problem:
            said = f"{type(problem).__name__}: {problem}"
            found.append(Odd("unreadable", piece.source, said, piece.position, place=piece.place))
            continue
        meta = recorded.meta
        beside = (meta.key, meta.event_id, meta.stream_id, meta.version, meta.type)
        event = Event(
            *(piece.source, piece.position, *beside, meta.recorded_at, meta.occurred_on),
            *(piece.meta, piece.data, piece.digest, piece.place),
        )
        if piece.said and piece.said != beside:
            found.append(odd("altered", event, _BESIDE))
        events.append(event)
    return events, found


def _of_source(fault: Fault) -> Odd:
    return Odd(fault.kind, fault.source, fault.detail, place=fault.place)


def _insert(connection: Connection, table: str, events: Sequence[Event]) -> set[tuple[str, int]]:
    if not events:
        return set()
    columns = [list(column) for column in zip(*events, strict=True)]
    rows = driver(connection).execute(
        f"INSERT INTO {table} ({_COLUMNS}) SELECT * FROM unnest(%b::text[],"
        " %b::bigint[], %b::uuid[], %b::uuid[], %b::text[], %b::bigint[], %b::text[],"
        " %b::timestamptz[], %b::date[], %b::bytea[], %b::bytea[], %b::bytea[], %b::text[])"
        " ON CONFLICT DO NOTHING RETURNING source, position",
        columns,
    )
    return {(row[0], row[1]) for row in rows}


def _repeated(connection: Connection, scratch: Scratch, event: Event) -> Odd:
    """Say of an event whose place is taken whether it is the same one."""
    row = connection.execute(
        text(
            f"SELECT meta, data, hash FROM {scratch.schema}.taken"
            " WHERE source = :source AND position = :position"
        ),
        {"source": event.source, "position": event.position},
    ).one()
    if (bytes(row[0]), bytes(row[1]), bytes(row[2])) == (event.meta, event.data, event.digest):
        return odd("duplicated", event, _AGAIN)
    return odd("altered", event, _ANOTHER)

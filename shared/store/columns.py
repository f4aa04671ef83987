"""The columns of the events, and what stands in them of an event that was prepared."""

from collections.abc import Sequence
from typing import Any

from shared.pg_binary import (
    NULL,
    Field,
    of_bytes,
    of_date,
    of_instant,
    of_int4,
    of_text,
    of_uuid,
    of_word,
)
from shared.recorded import Recorded
from shared.store.port import CommandMark

COLUMNS = {
    "stream_id": "text",
    "version": "int4",
    "key": "uuid",
    "event_id": "uuid",
    "command_id": "uuid",
    "type": "text",
    "schema_version": "int4",
    "occurred_on": "date",
    "recorded_at": "timestamptz",
    "meta": "bytea",
    "data": "bytea",
    "hash": "bytea",
    "command_key": "bytea",
    "fingerprint": "bytea",
    "content": "bytea",
}


def rows_of(recorded: Sequence[Recorded], mark: CommandMark | None) -> list[tuple[Any, ...]]:
    """Give the rows of one command's events, its mark with the first."""
    rows = []
    for number, each in enumerate(recorded):
        meta = each.meta
        marks = (None, None, None)
        if mark and number == 0:
            marks = (mark.key, mark.fingerprint, mark.content)  # type: ignore[assignment] # bytes
        rows.append(
            (
                meta.stream_id,
                meta.version,
                meta.key,
                meta.event_id,
                recorded[0].meta.event_id,
                meta.type,
                meta.schema_version,
                meta.occurred_on,
                meta.recorded_at,
                each.meta_bytes,
                each.data,
                each.digest,
                *marks,
            )
        )
    return rows


def fields_of(recorded: Sequence[Recorded], mark: CommandMark | None) -> list[tuple[Field, ...]]:
    """Give the same rows, packed as many are."""
    rows: list[tuple[Field, ...]] = []
    for number, each in enumerate(recorded):
        meta = each.meta
        marks = (NULL, NULL, NULL)
        if mark and number == 0:
            key = NULL if mark.key is None else of_bytes(mark.key)
            marks = (key, of_bytes(mark.fingerprint), of_bytes(mark.content))
        rows.append(
            (
                of_text(meta.stream_id),
                of_int4(meta.version),
                of_uuid(meta.key),
                of_uuid(meta.event_id),
                of_uuid(recorded[0].meta.event_id),
                of_word(meta.type),
                of_int4(meta.schema_version),
                of_date(meta.occurred_on),
                of_instant(meta.recorded_at),
                of_bytes(each.meta_bytes),
                of_bytes(each.data),
                of_bytes(each.digest),
                *marks,
            )
        )
    return rows

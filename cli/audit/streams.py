"""Whether every event of a store follows from the one before it in its stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from cli.audit.reading import Advance, Connection, streamed
from shared.codec import decode_meta, follows
from shared.recorded import Meta

_EVENTS = """
    SELECT stream_id, version, event_id, key, type, schema_version, occurred_on, recorded_at,
        meta, data, hash
    FROM events ORDER BY stream_id, version
"""


def streams(connection: Connection, source: str, advance: Advance) -> Iterator[str]:
    """Name each event that was changed, and each place of a stream from which one is gone."""
    last_stream, last_version, last_hash = "", 0, b""
    for row in streamed(connection, "audit_streams", _EVENTS, advance):
        stream, version, event_id = row[0], row[1], row[2]
        meta, data, digest = (bytes(each) for each in row[8:])
        if stream != last_stream:
            last_version = 0
        if version != last_version + 1:
            yield (
                f"{stream}: phiên bản {last_version + 1} đã mất / version {last_version + 1} is "
                f"gone, before event {event_id}; {REMEDY}"
            )
        elif not follows(last_hash, version, meta, data, digest):
            yield (
                f"sự kiện {event_id} ({stream}, phiên bản {version}) đã bị sửa / this event was "
                f"changed, or the one before it; {REMEDY}"
            )
        elif not _fits(source, row, meta):
            yield (
                f"sự kiện {event_id} ({stream}, phiên bản {version}): cột khác nội dung đã ký / "
                f"its columns are not what its bytes say; {REMEDY}"
            )
        last_stream, last_version, last_hash = stream, version, digest


REMEDY = (
    "giữ nguyên hiện trạng, so với bản sao lưu và `giamngheo replay` / keep the database as it "
    "is, compare with a backup and by `giamngheo replay`"
)


def _fits(source: str, row: tuple[Any, ...], meta: bytes) -> bool:
    try:
        said: Meta = decode_meta(meta)
    except msgspec.MsgspecError:
        return False
    columns = (
        *(said.stream_id, said.version, said.event_id, said.key, said.type),
        *(said.schema_version, said.occurred_on, said.recorded_at),
    )
    return said.source == source and columns == row[:8]

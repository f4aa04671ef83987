"""What is wrong with the events that were taken: by their own hashes, beside others, as signed."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from services.reporting.projections.read_positions import Cut
from services.reporting.replays.asked import KAFKA
from services.reporting.replays.signed import check_signed
from services.reporting.replays.staging_load import Odd, note
from services.reporting.replays.staging_schema import Scratch
from shared.codec import follows
from shared.projector.driver import driver

_AT_ONCE = 2_000
_EVENT = "source, position, key, event_id, stream_id, type"
_INTO = """
    INSERT INTO {s}.faults (kind, source, position, event_id, key, stream_id, type, place, detail)
"""
_NAME_UNREADABLE = """
    UPDATE {s}.faults f SET event_id = w.event_id, key = w.key, stream_id = w.stream_id,
        type = w.type
    FROM {s}.reference w
    WHERE f.event_id IS NULL AND f.source = w.source AND f.position = w.position
"""
_OTHER_BYTES = f"""{_INTO}
    SELECT
        CASE WHEN w.event_id <> t.event_id AND m.event_id IS NOT NULL
            THEN 'reordered' ELSE 'altered' END,
        w.source, w.position, w.event_id, w.key, w.stream_id, w.type, t.place,
        CASE WHEN w.event_id = t.event_id
            THEN 'nội dung khác với {{o}} / its bytes are not those of the {{o}}'
            ELSE 'chỗ của nó là / in its place stands event ' || t.event_id END
    FROM {{s}}.reference w JOIN {{s}}.taken t USING (source, position)
    LEFT JOIN {{s}}.taken m
        ON m.source = w.source AND m.event_id = w.event_id AND m.position <> w.position
    WHERE w.body <> sha256(int4send(octet_length(t.meta)) || t.meta || t.data || t.hash)
        AND NOT EXISTS (
            SELECT FROM {{s}}.faults f
            WHERE f.source = w.source AND f.position = w.position AND f.kind = 'altered'
        )
"""
_NOWHERE = f"""{_INTO}
    SELECT
        CASE WHEN m.event_id IS NOT NULL THEN 'reordered' ELSE 'removed' END,
        w.source, w.position, w.event_id, w.key, w.stream_id, w.type, m.place,
        CASE WHEN m.event_id IS NOT NULL THEN 'đứng ở vị trí / it stands at position ' || m.position
            ELSE 'nguồn không có sự kiện này / the source does not have it' END
    FROM {{s}}.reference w LEFT JOIN {{s}}.taken t USING (source, position)
    LEFT JOIN {{s}}.taken m ON m.source = w.source AND m.event_id = w.event_id
    WHERE t.position IS NULL
        AND NOT EXISTS (
            SELECT FROM {{s}}.faults f
            WHERE f.source = w.source AND f.position = w.position AND f.kind = 'unreadable'
        )
"""
_NOT_IN_JOURNAL = f"""{_INTO}
    SELECT 'added', t.source, t.position, t.event_id, t.key, t.stream_id, t.type, t.place,
        '{{o}} không có sự kiện này / the {{o}} does not have it'
    FROM {{s}}.taken t LEFT JOIN {{s}}.reference w USING (source, position)
    WHERE w.position IS NULL
        AND NOT EXISTS (
            SELECT FROM {{s}}.reference x WHERE x.source = t.source AND x.event_id = t.event_id
        )
"""
_TWICE = f"""{_INTO}
    SELECT 'duplicated', t.source, t.position, t.event_id, t.key, t.stream_id, t.type, t.place,
        'cũng đứng ở vị trí / it stands also at position ' || f.position
    FROM {{s}}.taken t
    JOIN {{s}}.taken f
        ON f.source = t.source AND f.event_id = t.event_id AND f.position < t.position
"""
_COMPARED = (_NAME_UNREADABLE, _OTHER_BYTES, _NOWHERE, _NOT_IN_JOURNAL, _TWICE)

Ends = Callable[[UUID], int]
"""Says at which of its ends a source has a key: its partition, or the only one."""


def check(engine: Engine, scratch: Scratch, cut: Cut, source: str, beside: str) -> None:
    """Note every event of a source that is not as it was recorded, nor as another one has it."""
    with engine.begin() as connection:
        if scratch.noted(connection, "checked") is not None:
            return
        for table in ("taken", "stored"):
            connection.exec_driver_sql(f"ANALYZE {scratch.schema}.{table}")
            connection.exec_driver_sql(f"CREATE INDEX ON {scratch.schema}.{table} (event_id)")
        for statement in _COMPARED:
            connection.exec_driver_sql(statement.format(s=scratch.schema, o=beside))
        note(connection, scratch, _broken(connection, scratch))
        ends: Ends = cut.lane if source == KAFKA else lambda _: 0
        _name_truncation(connection, scratch, ends)
        note(connection, scratch, check_signed(connection, scratch))
        scratch.note(connection, "checked", "yes")


def _broken(connection: Connection, scratch: Scratch) -> list[Odd]:
    """Name what does not follow from the event before it in its stream."""
    known = {
        (row[0], row[1])
        for row in connection.exec_driver_sql(
            f"SELECT source, position FROM {scratch.schema}.faults WHERE position IS NOT NULL"
            " AND kind IN ('altered', 'reordered', 'unreadable')"
        )
    }
    found: list[Odd] = []
    previous: tuple[str, str, int, bytes] = ("", "", 0, b"")
    with driver(connection).cursor(name="replay_chain") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(
            f"SELECT {_EVENT}, version, place, meta, data, hash FROM {scratch.schema}.taken"
            " ORDER BY source, stream_id, version, position"
        )
        for row in cursor:
            source, position, stream, version = row[0], row[1], row[4], row[6]
            before = previous[3] if previous[:3] == (source, stream, version - 1) else None
            previous = (source, stream, version, bytes(row[10]))
            if follows(before, version, row[8], row[9], row[10]) is not False:
                continue
            if (source, position) not in known:
                said = (
                    "mã băm không khớp với nội dung và sự kiện trước nó / its hash does not "
                    "follow from its bytes and the event before it"
                )
                found.append(
                    Odd(
                        *("altered", source, said, position, row[3], row[2]),
                        *(row[4], row[5], row[7]),
                    )
                )
    return found


def _name_truncation(connection: Connection, scratch: Scratch, ends: Ends) -> None:
    """Say of events that are missing at the end of a source that it was cut off."""
    # of a whole source that is gone there are as many as there were events
    streamed = {"yield_per": _AT_ONCE}
    schema = scratch.schema
    removed = "kind = 'removed' AND key IS NOT NULL"
    any_removed = text(f"SELECT 1 FROM {schema}.faults WHERE {removed} LIMIT 1")
    if connection.execute(any_removed).first() is None:
        return
    last: dict[tuple[str, int], int] = {}
    by_key = text(f"SELECT source, key, max(position) FROM {schema}.taken GROUP BY source, key")
    for source, key, position in connection.execute(by_key, execution_options=streamed):
        end = (source, ends(key))
        last[end] = max(last.get(end, 0), position)
    rows = connection.execute(
        text(f"SELECT source, key, position, number FROM {schema}.faults WHERE {removed}"),
        execution_options=streamed,
    )
    lost = [row[3] for row in rows if row[2] > last.get((row[0], ends(row[1])), 0)]
    if lost:
        connection.execute(
            text(
                f"UPDATE {schema}.faults SET kind = 'truncated',"
                " detail = 'nguồn kết thúc trước nó / the source ends before it'"
                " WHERE number = ANY(:numbers)"
            ),
            {"numbers": lost},
        )

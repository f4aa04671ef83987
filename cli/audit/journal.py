"""Whether reporting has read what the stores hold, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cli.audit.checkpoints import Signed
from cli.audit.reading import Advance, Connection, streamed
from services.reporting.tlog.tables import COPY
from shared.log.partition import partition_of

_STORE = """
    SELECT p.position, e.event_id, e.key, e.meta, e.data, e.hash
    FROM positions p JOIN events e USING (seq) ORDER BY p.position
"""
_JOURNAL = """
    SELECT position, event_id, key, meta, data, hash FROM journal
    WHERE source = %(source)s ORDER BY position
"""
_HELD = "SELECT position FROM held WHERE source = %s"
_CONSUMED = "SELECT partition, last_position FROM consumed WHERE topic = %s"
_AGREED = f"""
    SELECT number, size, note, vkey FROM {COPY}.checkpoints
    WHERE source = %s AND problem IS NULL ORDER BY number
"""
_REFUSED = f"""
    SELECT number, problem FROM {COPY}.checkpoints
    WHERE source = %s AND problem IS NOT NULL ORDER BY number
"""
WHERE = "bản sao của báo cáo / reporting's copy"
_REMEDY = (
    "`giamngheo replay --source stores`, rồi / then `giamngheo rebuild reporting` nếu kho đúng / "
    "where the store is right"
)


def journal(
    reporting: Connection,
    store: Connection,
    source: str,
    read_of: Mapping[int, int],
    partitions: int,
    advance: Advance,
) -> Iterator[str]:
    """Name what the journal of reporting has otherwise than the store, or lacks.

    `reporting` was looked at first; `read_of` says up to which position it has read a partition.
    """
    held = {row[0] for row in reporting.execute(_HELD, (source,))}
    bound = {"source": source}
    copied = streamed(reporting, f"audit_{source}", _JOURNAL, advance, bound)
    copy = next(copied, None)
    for event in streamed(store, "audit_store", _STORE, advance):
        while copy is not None and copy[0] < event[0]:
            yield _unknown(copy)
            copy = next(copied, None)
        if copy is not None and copy[0] == event[0]:
            if copy != event:
                yield (
                    f"vị trí / position {event[0]}: sự kiện {event[1]} khác trong nhật ký của báo "
                    f"cáo / this event is another in the journal of reporting; {_REMEDY}"
                )
            copy = next(copied, None)
        elif event[0] not in held and event[0] <= read_of.get(
            partition_of(event[2], partitions), 0
        ):
            yield (
                f"vị trí / position {event[0]}: báo cáo đã mất sự kiện {event[1]} / reporting "
                f"lacks this event, which it had read; {_REMEDY}"
            )
    while copy is not None:
        yield _unknown(copy)
        copy = next(copied, None)


def _unknown(row: tuple[Any, ...]) -> str:
    return (
        f"vị trí / position {row[0]}: báo cáo có sự kiện {row[1]} mà kho không có / reporting has "
        f"this event, which the store does not; `giamngheo recover`, {_REMEDY}"
    )


def read_up_to(reporting: Connection, topic: str) -> dict[int, int]:
    """Give the last position that reporting has read, by partition."""
    return {row[0]: row[1] for row in reporting.execute(_CONSUMED, (topic,))}


def signed_by_copy(reporting: Connection, source: str) -> list[Signed]:
    """Give the checkpoints of a source that reporting has kept and agreed with."""
    rows = enumerate(reporting.execute(_AGREED, (source,)), start=1)
    # those that it refused have numbers too
    return [Signed(WHERE, place, *row[1:]) for place, row in rows]


def contradicted(reporting: Connection, source: str) -> Iterator[str]:
    """Name the checkpoints that reporting has refused, and why."""
    for number, problem in reporting.execute(_REFUSED, (source,)):
        yield f"điểm kiểm / checkpoint {number}: {problem}"

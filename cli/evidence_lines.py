"""What `doctor` says of the evidence log: whether it is signed, and agrees with what was read."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from cli.checks import Line
from services.reporting.tlog.tables import COPY
from shared.settings import SERVICES, Settings
from shared.tlog.schema import OWN

_SIGNED = f"""
    SELECT t.size, t.problem, (SELECT max(signed_at) FROM {OWN}.checkpoints)
    FROM {OWN}.trees t WHERE t.source = %s
"""
_COMPARED = f"""
    SELECT t.source, t.size, t.problem, (SELECT count(*) FROM {COPY}.waiting w
    WHERE w.source = t.source) FROM {COPY}.trees t ORDER BY t.source
"""


def evidence(settings: Settings) -> Iterator[Line]:
    """Look at each service's log, and at reporting's copy of it."""
    try:
        for name in SERVICES:
            with psycopg.connect(settings.databases[name], connect_timeout=5) as connection:
                row = connection.execute(_SIGNED, (name,)).fetchone()
            yield _signed(name, row)
        with psycopg.connect(settings.databases["reporting"], connect_timeout=5) as connection:
            rows = connection.execute(_COMPARED).fetchall()
    except psycopg.Error as broken:
        yield Line("evidence", str(broken).strip().splitlines()[0], well=False)
        return
    for name, size, problem, waiting in rows:
        said = problem or f"đã đối chiếu / compared {size}, chờ / waiting {waiting}"
        yield Line(f"audit {name}", said, well=problem is None)


def _signed(name: str, row: tuple[object, ...] | None) -> Line:
    size, problem, at = row or (0, None, None)
    if problem is not None:
        return Line(f"evidence {name}", str(problem), well=False)
    when = "chưa ký / nothing signed yet" if at is None else f"đã ký / signed {at:%Y-%m-%d %H:%M}"
    return Line(f"evidence {name}", f"{size} sự kiện / events, {when}")

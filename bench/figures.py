"""The rows of a province's figures: its overview, movement, targets and coverage, over HTTP.

A small synthetic province is folded by the projector, and its rows are then copied in the database
until there are as many households as a province has poor ones; the journal is not.
"""

import tracemalloc
from collections.abc import Callable, Iterator
from time import process_time
from uuid import UUID

from sqlalchemy import Engine, text

from bench.past import TODAY, projected, province
from bench.processor import spent
from bench.row import Row, seconds
from shared.recorded import Recorded
from tests.support.reporting import Reporting

SMALL, WHOLE = 1_000, 90_000
YEAR = 2025
ASKED = {
    "overview": ("/v1/areas/06/overview", {"valid_at": str(TODAY)}),
    "movement": ("/v1/areas/06/movement", {"year": str(YEAR)}),
    "targets, the first 500": ("/v1/areas/06/targets", {"year": str(YEAR), "limit": "500"}),
    "coverage": (
        "/v1/coverage",
        {
            "year": str(YEAR),
            "area": "06",
            "code": "SCORE_CONTRADICTION,WRONG_BENEFICIARY,OVER_CEILING",
        },
    ),
}
_OTHER = "md5({}::text || n)::uuid"
_HOMES = f"ARRAY(SELECT {_OTHER.format('h')} FROM unnest(household_ids) AS h)"
_OF_FINDING = (
    f"from_on, until_on, owner, code, kind, severity, status, opened_on, {_HOMES}, loan_id,"
    " sponsor_id, confirmed, snoozed_until, body"
)
_COPIED = {
    "figures": (_OTHER.format("key"), "from_on, until_on, code, valid_from, void_on, aimed, body"),
    "residences": (_OTHER.format("key"), "from_on, until_on, code, valid_from"),
    "findings": (_OTHER.format("finding_id"), _OF_FINDING),
}
"""Of each table that is copied: the id of a copy, and its other columns."""


def _backends(engine: Engine) -> float:
    """Give the processor time that the server's processes of this database have used so far."""
    with engine.begin() as connection:
        pids = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        ).scalars()
        return spent(*pids)


def _measured(engine: Engine, work: Callable[[], object]) -> tuple[float, float, float, float]:
    """Give seconds, processor time here and in the server, and megabytes at the peak."""
    work()
    here, there = process_time(), _backends(engine)
    wall = seconds(work, 3)
    here, there = (process_time() - here) / 3, (_backends(engine) - there) / 3
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return wall, here, there, peak


def _asks(reporting: Reporting, name: str) -> Callable[[], object]:
    path, query = ASKED[name]

    def ask() -> None:
        answer = reporting.ask(path, None, **query)
        if answer.status_code != 200:
            raise ValueError(answer.text)

    return ask


def figures_rows(engine: Engine, households: int) -> Iterator[Row]:
    """Each answer folded over the small province, then added up over as many as there may be."""
    reporting = Reporting.over(engine)
    version = text("UPDATE views.about SET version = version + :by")
    with engine.begin() as connection:
        connection.execute(version, {"by": -1})
    folded = {name: _measured(engine, _asks(reporting, name)) for name in ASKED}
    with engine.begin() as connection:
        connection.execute(version, {"by": 1})
        for table, (key, columns) in _COPIED.items():
            copied = f"SELECT {key}, {columns} FROM views.{table}, generate_series(1, :copies) AS n"
            into = text(f"INSERT INTO views.{table} {copied}")
            connection.execute(into, {"copies": WHOLE // households - 1})
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    for name in ASKED:
        wall, here, there, peak = _measured(engine, _asks(reporting, name))
        before = folded[name]
        scale = WHOLE / households
        yield Row(
            what=f"{name} of a province of {WHOLE:,} households",
            ours=wall,
            unit="s",
            reference=before[0] * scale,
            reference_what=f"folding them, from {households:,}",
            goal="<= 1.5 s",
            reached=wall <= 1.5,
            note=f"processor time {here:.2f} s, {there:.2f} s of PostgreSQL; peak {peak:.0f} MB;"
            f" folding {before[1] * scale:.0f} s and {before[2] * scale:.0f} s",
        )


def rows() -> list[Row]:
    """Measure everything."""
    recorded = province(SMALL)
    histories: dict[UUID, list[Recorded]] = {}
    for each in recorded:
        histories.setdefault(each.meta.key, []).append(each)
    with projected(recorded, list(histories)) as engine:
        with engine.begin() as connection:
            counted = connection.execute(text("SELECT count(DISTINCT key) FROM views.figures"))
            households = int(counted.scalar_one())
        return list(figures_rows(engine, households))

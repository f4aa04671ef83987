"""The rows of looking back: an area as it was known then, on a province that is made up.

Beside it all rules over households as that province has them: the median one, and one of sixty
facts. Rules are measured in processor time, so that what else the machine does counts less.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from uuid import UUID

from sqlalchemy import Engine, text

from bench.processor import spent
from bench.reporting import BOOK, journalled
from bench.row import Row, seconds
from cli.score import read_event
from services.reporting.detection.detect import findings
from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.domain.dossier import fold
from services.reporting.projections.annual_views import recount
from services.reporting.projections.step import Projection, is_of_household
from services.reporting.queries.affected_keys import ever_in
from services.reporting.queries.finding_queries import look
from services.reporting.queries.scoring import watched
from shared.areas import EVERYWHERE, Scope
from shared.areas.tree import tree
from shared.gc_tuning import settle
from shared.recorded import Recorded
from simulation.making import EVENTS, make
from simulation.plan import Plan, plants, years
from tests.support.projecting import PARTITIONS

HOUSEHOLDS, AREA, FACTS = 2_000, 500, 60
TODAY = date(2026, 11, 30)
LAST_YEAR, EARLIER = date(2025, 7, 1), date(2023, 7, 1)
GOAL_US, GOAL_MS, DAY_MS = 300, 300, 20
Histories = dict[UUID, list[Recorded]]


def province(households: int = HOUSEHOLDS) -> list[Recorded]:
    """Make the province and read it, in the order in which it was recorded."""
    plan = Plan(households=households, years=years("2021-2026"), seed=1, plants=plants())
    with TemporaryDirectory() as place:
        make(plan, Path(place), watched)
        with (Path(place) / EVENTS).open("rb") as lines:
            return [read_event(line) for line in lines]


def _microseconds(work: Callable[[], object], times: int = 200) -> float:
    best = float("inf")
    for _ in range(5):
        started = process_time()
        for _ in range(times):
            work()
        best = min(best, (process_time() - started) / times * 1e6)
    return best


def rules_rows(histories: Histories) -> Iterator[Row]:
    """All rules over the median household, one of sixty facts, and all of them one by one."""
    homes = {key: own for key, own in histories.items() if any(map(is_of_household, own))}
    by_size = sorted(homes, key=lambda key: (len(homes[key]), key))
    median = by_size[len(by_size) // 2]
    sixty = min(by_size, key=lambda key: (abs(len(homes[key]) - FACTS), key))
    for key in (median, sixty):
        dossier = fold(key, homes[key])
        taken = _microseconds(partial(findings, dossier, BOOK))
        folding = _microseconds(partial(fold, key, homes[key]))
        yield Row(
            what=f"all rules over a household of the province ({len(homes[key])} facts)",
            ours=taken,
            unit="µs",
            goal=f"<= {GOAL_US} µs",
            reached=taken <= GOAL_US,
            note=f"processor time; folding them first: {folding:.0f} µs",
        )
    dossiers = [fold(key, own) for key, own in homes.items()]
    gc.collect()
    started = process_time()
    for dossier in dossiers:
        findings(dossier, BOOK)
    mean = (process_time() - started) / len(dossiers) * 1e6
    yield Row(
        what=f"all rules over each of {len(dossiers):,} households of the province, the mean",
        ours=mean,
        unit="µs",
        goal=f"<= {GOAL_US} µs",
        reached=mean <= GOAL_US,
        note="processor time; every household for the first time",
    )


@contextmanager
def projected(recorded: list[Recorded], keys: list[UUID]) -> Iterator[Engine]:
    """A database of reporting's with this journal and its views, everything counted."""
    with journalled(recorded) as engine:
        projection = Projection(PARTITIONS, day=lambda: TODAY)
        for start in range(0, len(keys), 500):
            with engine.begin() as connection:
                projection.step(connection, keys[start : start + 500], [])
        recount(engine)
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
        yield engine


def _area(engine: Engine) -> tuple[Scope, int]:
    """Give the first communes of the old map in which as many households as wanted ever lived."""
    olds = sorted(tree().old)
    with engine.begin() as connection:
        for number in range(1, len(olds) + 1):
            area = Scope(frozenset(olds[:number]))
            count = len(ever_in(connection, area))
            if count >= AREA:
                return area, count
    raise ValueError("the province is too small")


def past_rows(engine: Engine) -> Iterator[Row]:
    """An area at other times, through the query that the lists ask; then the whole province."""
    area, count = _area(engine)
    few, every = Wanted(area=area), Wanted()
    where = f"an area of {count} households of {HOUSEHOLDS:,}"

    def asked(what: str, times: Times, goal: int | None = GOAL_MS, wanted: Wanted = few) -> Row:
        def ask() -> int:
            with engine.begin() as connection:
                everything = Sight(everything=True)
                look(connection, times, wanted, everything, EVERYWHERE, worst=True, limit=50)
                return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

        server = ask()
        begun, there = process_time(), spent(server)
        taken = seconds(ask) * 1e3
        here, there = (process_time() - begun) / 5 * 1e3, (spent(server) - there) / 5 * 1e3
        return Row(
            what=what,
            ours=taken,
            unit="ms",
            goal="–" if goal is None else f"<= {goal} ms",
            reached=None if goal is None else taken <= goal,
            note=f"processor time: {here:.0f} ms, and {there:.0f} ms of the server",
        )

    yield asked(f"{where}, valid at another day", Times(valid_at=LAST_YEAR, today=TODAY), DAY_MS)
    yield asked(f"{where}, valid and known today", _times(TODAY, TODAY))
    yield asked(f"{where}, valid and known a year and more ago", _times(LAST_YEAR, LAST_YEAR))
    yield asked(f"{where}, valid today as known a year and more ago", _times(TODAY, LAST_YEAR))
    yield asked(f"{where}, valid today as known three years ago", _times(TODAY, EARLIER))
    old_rules = Times(valid_at=TODAY, rules_at=EARLIER, today=TODAY)
    yield asked(f"{where}, under the rules of 2023", old_rules)
    name = f"all {HOUSEHOLDS:,} households, valid today as known a year and more ago"
    yield asked(name, _times(TODAY, LAST_YEAR), None, every)


def _times(valid_at: date, known: date) -> Times:
    known_at = datetime(known.year, known.month, known.day, tzinfo=UTC)
    return Times(valid_at=valid_at, known_at=known_at, today=TODAY)


def rows() -> list[Row]:
    """Measure everything."""
    recorded = province()
    histories: Histories = {}
    for each in recorded:
        histories.setdefault(each.meta.key, []).append(each)
    settle()  # as every process of a service does with what it has loaded
    ruled = list(rules_rows(histories))
    with projected(recorded, list(histories)) as engine:
        return [*ruled, *past_rows(engine)]

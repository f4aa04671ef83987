"""The rows of the lists of findings: their first page among a hundred thousand, by area.

The rows of the views are made by SQL out of some real ones: findings of three kinds, most of them
ended, of households spread over the province. What is measured is PostgreSQL's own processor time.
"""

from collections.abc import Callable, Iterator
from datetime import date
from statistics import median

from sqlalchemy import Connection, Engine, text

from bench.processor import spent
from bench.reporting import journalled, province
from bench.row import Row
from services.reporting.detection.finding_versions import OPEN
from services.reporting.detection.query import Sight, Times, Wanted
from services.reporting.domain.intervals import Kind
from services.reporting.projections.step import Projection
from services.reporting.queries.finding_queries import look
from shared.areas import EVERYWHERE, Area, Scope
from shared.areas.tree import tree
from tests.support.projecting import PARTITIONS

FINDINGS, HOUSEHOLDS, PAGE, ROUNDS = 100_000, 50_000, 51, 5
DAY = date(2026, 6, 1)
GOAL_MS = 20
AT_LEAST_S = 0.25
WHERE = {"a commune": "01864", "a district of the old map": "060@2025-06-30", "the province": "19"}
_PEOPLE = text(
    "INSERT INTO views.residences (key, from_on, code, valid_from)"
    " SELECT gen_random_uuid(), '2022-01-01', codes[1 + number % cardinality(codes)],"
    " dates[1 + number % cardinality(codes)] FROM generate_series(1, :households) number,"
    " (SELECT CAST(:codes AS text[]) AS codes, CAST(:dates AS date[]) AS dates) given"
)
_FOUND = text(
    "INSERT INTO views.findings (finding_id, from_on, owner, code, kind, severity, status,"
    " opened_on, household_ids, confirmed, body)"
    " SELECT gen_random_uuid(), opened, people.key::text, code, kind, 1 + number % 4,"
    " CASE WHEN number % 10 < 7 THEN 'cleared' ELSE 'open' END, opened, ARRAY[people.key],"
    " false, body"
    " FROM (SELECT number, date '2022-01-01' + (number * 7919 % 1600) AS opened"
    "  FROM generate_series(0, CAST(:findings AS integer) - 1) number) made"
    " JOIN (SELECT key, row_number() OVER () - 1 AS place FROM views.residences) people"
    "  ON place = number * 31 % CAST(:households AS integer)"
    " JOIN (SELECT code, kind, body, row_number() OVER (ORDER BY code) - 1 AS sort"
    "  FROM (SELECT DISTINCT ON (kind) code, kind, body FROM views.findings"
    "   WHERE cardinality(household_ids) = 1 ORDER BY kind, code) one) sorts"
    "  ON sort = number % (SELECT count(DISTINCT kind) FROM views.findings"
    "   WHERE cardinality(household_ids) = 1)"
)
Ask = Callable[[Connection], object]


def filled(engine: Engine) -> None:
    """Have so many findings in the views, besides some that were found."""
    olds = sorted(tree().old)
    with engine.begin() as connection:
        keys = list(connection.execute(text("SELECT DISTINCT key FROM journal")).scalars())
        Projection(PARTITIONS).step(connection, keys, [])
        connection.execute(text("DELETE FROM views.residences"))
        bound = {
            "households": HOUSEHOLDS,
            "codes": [each.code for each in olds],
            "dates": [each.valid_from for each in olds],
        }
        connection.execute(_PEOPLE, bound)
        connection.execute(_FOUND, {"findings": FINDINGS, "households": HOUSEHOLDS})
    with engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.execute(text("VACUUM ANALYZE"))


def used(connection: Connection, ask: Ask) -> float:
    """Give the processor time of the server's process for one question, in milliseconds."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    ask(connection)
    taken = []
    for _ in range(ROUNDS):
        before, times = spent(pid), 0
        while spent(pid) - before < AT_LEAST_S:
            ask(connection)
            times += 1
        taken.append((spent(pid) - before) * 1e3 / times)
    return median(taken)


def questions(area: Scope) -> Iterator[tuple[str, Ask]]:
    """Give what people ask of an area: by who may see it alone, and by who may see everything."""
    everything, officer = Sight(everything=True), Sight(kinds=frozenset({Kind.STALLED}))
    times = Times(valid_at=DAY, today=DAY)
    of_kind = Wanted(kinds=frozenset({Kind.STALLED}), statuses=frozenset(OPEN), awake=True)

    def asked(wanted: Wanted, sight: Sight, scope: Scope, *, worst: bool) -> Ask:
        return lambda connection: look(
            *(connection, times, wanted, sight, scope), worst=worst, limit=PAGE
        )

    yield "all, oldest first", asked(Wanted(area=area), everything, EVERYWHERE, worst=False)
    yield "stalled and open, worst first", asked(of_kind, officer, area, worst=True)


def rows() -> list[Row]:
    """Measure the first page of each list."""
    found: list[Row] = []
    with journalled(province(20, 60)) as engine:
        filled(engine)
        with engine.begin() as connection:
            for name, code in WHERE.items():
                area = Scope.of([Area.parse(code)])
                for what, ask in questions(area):
                    taken = used(connection, ask)
                    found.append(
                        Row(
                            what=f"first page of {FINDINGS:,} findings, {name}: {what}",
                            ours=taken,
                            unit="ms",
                            goal=f"<= {GOAL_MS} ms",
                            reached=taken <= GOAL_MS,
                            note="processor time of PostgreSQL's process",
                        )
                    )
    return found

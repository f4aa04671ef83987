"""The rows of reporting: all rules over one household, live refolds, rebuilding every view."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, text

from bench.row import Row, rate, seconds
from deploy.bundled import postgres
from services.reporting.detection.detect import cut, findings
from services.reporting.domain.dossier import Dossier, fold
from services.reporting.domain.rulebook import RULEBOOKS
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.rebuild import rebuild
from services.reporting.projections.step import Projection
from shared.database import engine as connect
from shared.gc_tuning import settle
from shared.projector import journal
from shared.projector.driver import driver
from shared.projector.journal import scan_journal
from shared.recorded import Recorded
from tests.support.facts import (
    Recorder,
    applied,
    assigned,
    classified,
    collected,
    confirmed,
    day,
    disbursed,
    groups,
    inspected,
    registered,
    repaid,
    target,
    uid,
    visited,
)
from tests.support.projecting import PARTITIONS, database

M = 1_000_000
HOUSEHOLDS = 2_000
COMMUNE = 500
BATCH = 20
BOOK = RULEBOOKS[-1]


def life(number: int, facts: int, chance: random.Random) -> list[Any]:
    """What happens to a household: registered, lent to, helped, visited until `facts` is full."""
    home, help_ = uid(f"home {number}"), uid(f"help {number}")
    told: list[Any] = [
        registered(home=home),
        classified(chance.choice(["poor", "poor", "near_poor"]), home=home),
        groups("ethnic_minority", on=day(-90), home=home),
        target(day(-20), year=2026, home=home),
        assigned(day(-10), help_=help_, home=home),
    ]
    turn = 0
    while len(told) < facts:
        turn += 1
        loan, paid = uid(f"loan {number} {turn}"), uid(f"paid {number} {turn}")
        on = day(chance.randint(0, 60))
        told += [
            applied("HN", loan=loan, home=home),
            confirmed(day(-3), loan=loan, home=home),
            disbursed(on, paid=paid, loan=loan, home=home, account=f"h1:{number}"),
            inspected(day(80), wrong=chance.choice([0, 0, 9 * M]), paid=paid, loan=loan, home=home),
            repaid(day(90), 5 * M, loan=loan, home=home),
            collected(day(95), M, loan=loan, home=home),
            *(
                # one sponsor helps ten households, not a whole province
                visited(day(30 * visit), help_, home, f"helper {number // 10}")
                for visit in range(1, 5)
            ),
        ]
    return told[:facts]


def province(households: int, facts: int) -> list[Recorded]:
    # always the same province
    chance, recorder = random.Random(1), Recorder()  # noqa: S311 - nothing secret
    return [
        recorder.record(event)
        for number in range(households)
        for event in life(number, facts, chance)
    ]


@contextmanager
def journalled(recorded: list[Recorded]) -> Iterator[Engine]:
    """A database of reporting's whose journal holds these events."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server runs as another user
        running = postgres.start(Path(folder) / "postgres")
        engine = database(running.url())
        with engine.begin() as connection:
            journal.append(connection, recorded)
        with engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
        yield engine
        engine.dispose()
        running.stop()


def as_projector(engine: Engine) -> Engine:
    """Connect to the same database as the projector does: its commits do not wait for the disk."""
    return connect(engine.url.render_as_string(hide_password=False), durable=False)


def rules_row() -> Row:
    """All rules over one household's whole history."""
    own = province(1, 60)
    dossier = fold(own[0].meta.key, own)
    taken = seconds(lambda: [findings(dossier, BOOK) for _ in range(100)]) / 100 * 1e6
    folding = seconds(lambda: [fold(own[0].meta.key, own) for _ in range(100)]) / 100 * 1e6
    return Row(
        what="all rules over one household's whole history (60 facts)",
        ours=taken,
        unit="µs",
        goal="<= 300 µs",
        reached=taken <= 300,
        note=f"folding them first: {folding:.0f} µs",
    )


def commune_row() -> Row:
    """A commune at any valid_at: cuts through intervals that are there."""
    found = [interval for number in range(COMMUNE) for interval in findings(_dossier(number), BOOK)]
    taken = seconds(lambda: list(cut(found, day(100)))) * 1e3
    return Row(
        what=f"a commune of {COMMUNE} households at any valid_at",
        ours=taken,
        unit="ms",
        goal="<= 20 ms",
        reached=taken <= 20,
    )


def _dossier(number: int) -> Dossier:
    recorder = Recorder()
    chance = random.Random(number)  # noqa: S311 - nothing secret
    own = [recorder.record(event) for event in life(number, 40, chance)]
    return fold(own[0].meta.key, own)


def refold_row(engine: Engine, keys: list[Any]) -> Row:
    """Live refolds of one household each, rows and findings committed."""
    projection = Projection(PARTITIONS)
    with engine.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE views.dossiers, views.findings, views.residences,"
                " views.contributions, views.subjects, views.digests"
            )
        )
    some, worker = iter(keys), as_projector(engine)

    def refold(at_once: int) -> int:
        for _ in range(200 // at_once):
            with worker.begin() as connection:
                projection.step(connection, list(islice(some, at_once)), [])
        return 200

    alone = rate(lambda: refold(1))
    ours = rate(lambda: refold(BATCH))
    worker.dispose()
    return Row(
        what="live refold of one household, rows and findings committed, one worker",
        ours=ours,
        unit="/s",
        goal=">= 800/s",
        reached=ours >= 800,
        note=f"{BATCH} households a transaction; with one a transaction: {alone:,.0f}/s",
    )


def ceiling(engine: Engine) -> int:
    """Read, decode, fold by counting and COPY one row a household: no rules, no findings."""
    count = 0
    with engine.begin() as reading, engine.begin() as writing:
        writing.execute(text("CREATE TEMPORARY TABLE folded (key uuid, facts bigint)"))
        cursor = driver(writing).cursor()
        with cursor.copy("COPY folded FROM STDIN") as copy:
            for key, history in scan_journal(reading, REGISTRIES):
                copy.write_row((key, len(history)))
                count += len(history)
        writing.execute(text("DROP TABLE folded"))
    return count


def rebuild_row(engine: Engine, events: int) -> Row:
    """Every view with all rules, one process."""

    def whole() -> int:
        assert rebuild(engine, PARTITIONS).equal
        return events

    rebuild(engine, PARTITIONS)  # the first fills views that were empty
    best = rate(lambda: ceiling(engine))
    ours = rate(whole)
    return Row(
        what="rebuild every view with all rules, one process",
        ours=ours,
        unit="events/s",
        goal=">= 40,000/s and >= 0.5 of the ceiling",
        reached=ours >= 40_000 and ours >= 0.5 * best,
        reference=best,
        reference_what="events/s read, decoded, folded and copied without rules",
    )


def rows() -> list[Row]:
    """Measure everything."""
    settle()  # as every process of a service does
    recorded = province(HOUSEHOLDS, 30)
    keys = list(dict.fromkeys(each.meta.key for each in recorded))
    with journalled(recorded) as engine:
        whole = rebuild_row_after_refold(engine, keys, len(recorded))
    return [rules_row(), commune_row(), *whole]


def rebuild_row_after_refold(engine: Engine, keys: list[Any], events: int) -> list[Row]:
    """Refold first, then let the rest catch up, so that a rebuild has equals to compare with."""
    refolded = refold_row(engine, keys)
    projection = Projection(PARTITIONS)
    for start in range(0, len(keys), 500):
        with engine.begin() as connection:
            projection.step(connection, keys[start : start + 500], [])
    return [refolded, rebuild_row(engine, events)]

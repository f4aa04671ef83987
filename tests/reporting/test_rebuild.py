"""A rebuilt view equals the live one byte for byte, whatever happens while it is made."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from services.reporting.projections import rebuild as module
from services.reporting.projections import rebuild_workers, resuming, shares
from services.reporting.projections.rebuild import Outcome, is_due, rebuild
from services.reporting.projections.rebuild_workers import Asked
from services.reporting.projections.resuming import Far
from services.reporting.projections.step import Projection
from services.reporting.projections.tables import NEXT
from tests.reporting.test_convergence import province
from tests.support.facts import disbursed, registered, uid
from tests.support.projecting import (
    PARTITIONS,
    contents,
    digest,
    drain,
    memory_log,
    projector,
    publish,
)
from tests.support.reporting import Reporting
from tests.support.servers import eventually

pytestmark = pytest.mark.servers
ROOT = Path(__file__).resolve().parents[2]

STOPS = {
    "while folding": "ViewStore.write = stopping(ViewStore.write)",
    "while judging what is shared": "Judging.replaced = stopping(Judging.replaced)",
    "when all is judged": "ViewStore.begin_digests = stopping(ViewStore.begin_digests)",
    "before the switch": "module._switch = stopping(module._switch)",
    "within the switch": "module._declared = stopping(module._declared)",
}
CHILD = """
import sys, time
from services.reporting.projections import rebuild as module
from services.reporting.projections import shares
from services.reporting.projections.subjects import Judging
from services.reporting.projections.store import ViewStore
from shared.database import engine

def stopping(real):
    def stop(*given, **named):
        found = real(*given, **named) if real.__name__ != "_switch" else None
        print("there", flush=True)
        time.sleep(600)
        return found
    return stop

STOP
module.rebuild(engine(sys.argv[1], transaction_seconds=0), int(sys.argv[2]))
"""


def again(engine: Engine) -> Outcome | None:
    """Rebuild once PostgreSQL has noticed that the killed one is gone."""
    try:
        return rebuild(engine, PARTITIONS)
    except module.RebuildRunning:
        return None


def lived(engine: Engine) -> None:
    log = memory_log()
    publish(log, province(7, households=12))
    drain(projector(engine, log))


def test_a_rebuild_gives_the_same_bytes_and_takes_their_place(engine: Engine) -> None:
    lived(engine)
    before, live = contents(engine), digest(engine)
    outcome = rebuild(engine, PARTITIONS)
    assert outcome == Outcome(live, live, switched=True)
    assert (contents(engine), digest(engine)) == (before, live)
    assert before["findings"]


def test_several_processes_give_the_same_bytes_and_go_on_with_what_one_has_begun(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(engine)
    before, live = contents(engine), digest(engine)
    monkeypatch.setattr(module, "BATCH", 2)
    interrupted(engine, after=4)
    assert rebuild(engine, PARTITIONS, workers=2) == Outcome(live, live, switched=True)
    assert (contents(engine), digest(engine)) == (before, live)


def begun(engine: Engine, *, anew: bool = True) -> Projection:
    projection = Projection(PARTITIONS, NEXT)
    resuming.begin(engine, projection.book.digest, 1, anew=anew)
    return projection


def folded(engine: Engine) -> int:
    with engine.begin() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {NEXT}.dossiers")).scalar_one()
        return int(found)


def test_a_batch_is_folded_only_for_who_asked_for_it(engine: Engine) -> None:
    lived(engine)
    book = begun(engine).book
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with pytest.raises(rebuild_workers.Orphaned):
        rebuild_workers.work(Asked(url, PARTITIONS, book, os.getppid() + 1, shares.fold_batches))
    assert folded(engine) == 0


def test_who_was_only_thought_dead_adds_no_more(engine: Engine) -> None:
    lived(engine)
    projection = begun(engine)
    batches = iter(range(100))

    def taken_over_after_two() -> None:
        if next(batches) == 2:
            begun(engine, anew=False)

    with pytest.raises(resuming.Taken):
        shares.fold_batches(engine, projection, taken_over_after_two)
    assert folded(engine) == resuming.far(engine).done == 2


def test_who_is_to_end_finds_no_more_to_do(engine: Engine) -> None:
    lived(engine)
    projection = begun(engine)
    resuming.take_back(engine)
    shares.fold_batches(engine, projection, lambda: None)
    assert folded(engine) == 0


class Enough(Exception):  # noqa: N818 - no error
    """Somebody pressed Ctrl-C."""


def interrupted(engine: Engine, after: int) -> None:
    def told(far: Far) -> None:
        if far.done >= after:
            raise Enough

    with pytest.raises(Enough):
        rebuild(engine, PARTITIONS, told=told)


def test_an_interrupted_rebuild_goes_on_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(engine)
    before, live = contents(engine), digest(engine)
    monkeypatch.setattr(module, "BATCH", 2)
    interrupted(engine, after=4)
    assert contents(engine) == before
    told: list[Far] = []
    assert rebuild(engine, PARTITIONS, told=told.append) == Outcome(live, live, switched=True)
    whole = len(before["dossiers"])
    assert [told[0], told[-1]] == [Far(4, whole), Far(whole, whole)]
    assert (contents(engine), digest(engine)) == (before, live)


def test_what_is_written_after_an_interruption_is_in_the_rebuilt_views(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [uid(f"home {number}") for number in range(6)]
    for home in homes:
        reporting.record(registered(home=home))
    monkeypatch.setattr(module, "BATCH", 1)
    interrupted(reporting.engine, after=3)
    for home in (*homes, uid("newcomer")):
        reporting.record(disbursed(home=home, loan=home))
    live = digest(reporting.engine)
    assert rebuild(reporting.engine, PARTITIONS) == Outcome(live, live, switched=True)


@pytest.mark.parametrize("why", ["anew", "other rulebook", "forgotten"])
def test_what_does_not_fit_is_folded_from_the_beginning(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    lived(engine)
    monkeypatch.setattr(module, "BATCH", 2)
    interrupted(engine, after=4)
    if why == "forgotten":
        module.forget_begun(engine)
    with engine.begin() as connection:
        if why == "other rulebook":
            connection.execute(text(f"UPDATE {NEXT}.begun SET rulebook = 'another'"))
    told: list[Far] = []
    assert rebuild(engine, PARTITIONS, told=told.append, anew=why == "anew").equal
    assert told[0].done == 0


def test_views_that_are_not_what_the_log_says_are_kept_and_named(engine: Engine) -> None:
    lived(engine)
    with engine.begin() as connection:
        key = connection.execute(text("SELECT min(key::text) FROM views.dossiers")).scalar_one()
        connection.execute(
            text("UPDATE views.dossiers SET hash = sha256(hash) WHERE key = CAST(:key AS uuid)"),
            {"key": key},
        )
        connection.execute(text("UPDATE views.digests SET value = mod(value + 1, 2^256::numeric)"))
    before = contents(engine)
    outcome = rebuild(engine, PARTITIONS)
    assert not outcome.equal
    assert not outcome.switched
    assert [str(each) for each in outcome.differing] == [key]
    assert contents(engine) == before


def test_a_declared_change_of_version_switches_to_other_rows(engine: Engine) -> None:
    lived(engine)
    right = contents(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE views.about SET version = 0"))
        connection.execute(text("UPDATE views.findings SET severity = 1"))
        connection.execute(text("UPDATE views.digests SET value = 5"))
    assert is_due(engine, PARTITIONS)
    outcome = rebuild(engine, PARTITIONS)
    assert outcome.switched
    assert not outcome.equal
    assert contents(engine) == right
    assert not is_due(engine, PARTITIONS)


def test_what_is_written_while_a_rebuild_runs_is_in_both(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting.record(registered(), disbursed())
    real = module._fold_all

    def meanwhile(*given: object) -> None:
        real(*given)  # type: ignore[arg-type] # as it was called
        newcomer = uid("newcomer")
        reporting.record(registered(home=newcomer), disbursed(home=newcomer, loan=newcomer))

    monkeypatch.setattr(module, "_fold_all", meanwhile)
    outcome = rebuild(reporting.engine, PARTITIONS)
    assert outcome.equal
    assert outcome.switched
    assert len(contents(reporting.engine)["dossiers"]) == 2


def test_a_declared_change_folds_again_only_what_was_written_meanwhile(
    reporting: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting.record(registered(), disbursed())
    with reporting.engine.begin() as connection:
        connection.execute(text("UPDATE views.about SET version = 0"))
        connection.execute(text("UPDATE views.dossiers SET hash = sha256(hash)"))
    newcomer, again = uid("newcomer"), list[UUID]()
    fold, refold = module._fold_all, module._refold

    def meanwhile(*given: object) -> None:
        fold(*given)  # type: ignore[arg-type] # as it was called
        reporting.record(registered(home=newcomer), disbursed(home=newcomer, loan=newcomer))

    def noted(connection: Connection, projection: Projection, keys: list[UUID]) -> None:
        again.extend(keys)
        refold(connection, projection, keys)

    monkeypatch.setattr(module, "_fold_all", meanwhile)
    monkeypatch.setattr(module, "_refold", noted)
    assert rebuild(reporting.engine, PARTITIONS).switched
    assert again == [newcomer]
    assert len(contents(reporting.engine)["dossiers"]) == 2
    monkeypatch.undo()
    assert rebuild(reporting.engine, PARTITIONS).equal


@pytest.mark.faults
@pytest.mark.parametrize("moment", list(STOPS))
def test_a_rebuild_killed_at_any_moment_leaves_the_live_views(engine: Engine, moment: str) -> None:
    lived(engine)
    before, live = contents(engine), digest(engine)
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    script = textwrap.dedent(CHILD).replace("STOP", STOPS[moment], 1)
    child = subprocess.Popen(
        [sys.executable, "-c", script, url, str(PARTITIONS)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"there\n"
    child.kill()
    child.wait()
    child.stdout.close()
    assert (contents(engine), digest(engine)) == (before, live)
    outcome = eventually(lambda: again(engine))
    assert outcome == Outcome(live, live, switched=True)
    assert (contents(engine), digest(engine)) == (before, live)
    with engine.begin() as connection:
        left = connection.execute(text("SELECT to_regnamespace(:name)"), {"name": NEXT})
        assert left.scalar_one() is None

"""History told again from any source is the same; where it is not, the replay names the event."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, text

from services.reporting import jobs
from services.reporting.jobs import Work
from services.reporting.jobs_worker import turn
from shared.areas import Area, Scope
from shared.log.partition import partition_of
from shared.log.port import Record
from shared.recorded import Recorded
from tests.support.counter_app import bearer
from tests.support.facts import (
    HOME,
    LAST_SPRING,
    applied,
    day,
    disbursed,
    inspected,
    registered,
    repaid,
    target,
    uid,
)
from tests.support.jobs import work_off
from tests.support.projecting import PARTITIONS, contents, publish, topics
from tests.support.replays import Replays, empty_stores
from tests.support.reporting import Reporting
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.servers

SOURCES = ("journal", "kafka", "stores")
OTHER = uid("elsewhere")
FACTS = (
    registered(LAST_SPRING),
    target(LAST_SPRING, year=2026),
    applied(on=LAST_SPRING),
    disbursed(account="h1:one"),
    inspected(day(5), wrong=20_000_000),
    registered(LAST_SPRING, "01891", OTHER),
    applied(on=LAST_SPRING, loan=uid("other loan"), home=OTHER),
    disbursed(paid=uid("other paid"), loan=uid("other loan"), home=OTHER, account="h1:one"),
)


@pytest.fixture(scope="module")
def stores(postgres_server: PostgresServer) -> Iterator[dict[str, Any]]:
    with empty_stores(postgres_server) as made:
        yield made


@pytest.fixture
def replays(reporting: Reporting, stores: dict[str, Any]) -> Replays:
    for store in stores.values():
        with store.engine.begin() as connection:
            for table in ("events", "positions", "made_ids"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
                connection.execute(text(f"TRUNCATE {table}"))
    return Replays(reporting, stores)


@pytest.fixture
def lived(replays: Replays) -> tuple[Replays, list[Recorded]]:
    recorded = replays.reporting.record(*FACTS)
    replays.fill_stores()
    return replays, recorded


def scratches(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        found = connection.execute(
            text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'replay%'")
        )
        return list(found.scalars().all())


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_live_views(
    lived: tuple[Replays, list[Recorded]], source: str
) -> None:
    replays, recorded = lived
    before = contents(replays.engine)
    found = replays.run(source)
    assert found["differences"] == []
    assert found["equal"]
    assert found["digest"] == found["live_digest"]
    assert {each["view"]: each["rows"] for each in found["views"]}["findings"] > 0
    assert sum(each["events"] for each in found["events"].values()) == len(recorded)
    assert contents(replays.engine) == before
    assert scratches(replays.engine) == []


Corrupt = Callable[[Replays, Recorded], None]


def in_log(replays: Replays, event: Recorded, change: Callable[[list[Record], int], None]) -> None:
    """Change the partition of an event as somebody might who can write to the broker's disk."""
    partitions = replays.log.topics[topics()[event.meta.source]]
    records = partitions[partition_of(event.meta.key, PARTITIONS)]
    change(records, next(n for n, each in enumerate(records) if each.position == event.position))
    for offset, record in enumerate(records):
        records[offset] = msgspec.structs.replace(record, offset=offset)


def log_altered(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        records[at] = msgspec.structs.replace(records[at], data=forged(event))

    in_log(replays, event, change)


def log_removed(replays: Replays, event: Recorded) -> None:
    in_log(replays, event, lambda records, at: records.__delitem__(at))


def log_reordered(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        records[at + 1], records[at] = records[at], records[at + 1]

    in_log(replays, event, change)


def log_duplicated(replays: Replays, event: Recorded) -> None:
    in_log(replays, event, lambda records, at: records.append(records[at]))


def log_truncated(replays: Replays, event: Recorded) -> None:
    def change(records: list[Record], at: int) -> None:
        del records[at:]

    in_log(replays, event, change)


def forged(event: Recorded) -> bytes:
    """The same event with other money in it."""
    found = event.data.replace(b"50000000", b"50000001")
    assert found != event.data
    return found


def in_store(replays: Replays, event: Recorded, *statements: str) -> None:
    run(replays.stores[event.meta.source].engine, event, statements)


def in_journal(replays: Replays, event: Recorded, *statements: str) -> None:
    run(replays.engine, event, statements)


def run(engine: Engine, event: Recorded, statements: Iterable[str]) -> None:
    bound = {
        "id": event.meta.event_id,
        "source": event.meta.source,
        "at": event.position,
        "before": (event.position or 0) - 1,
        "data": forged(event),
        "new": uid("a copy"),
    }
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement), bound)


SEQ = "(SELECT seq FROM events WHERE event_id = :id)"
HERE = "source = :source AND position"
CORRUPTIONS: dict[tuple[str, str], Corrupt] = {
    ("kafka", "altered"): log_altered,
    ("kafka", "removed"): log_removed,
    ("kafka", "reordered"): log_reordered,
    ("kafka", "duplicated"): log_duplicated,
    ("kafka", "truncated"): log_truncated,
    ("stores", "altered"): lambda replays, event: in_store(
        replays, event, "UPDATE events SET data = :data WHERE event_id = :id"
    ),
    ("stores", "removed"): lambda replays, event: in_store(
        replays,
        event,
        f"DELETE FROM positions WHERE seq = {SEQ}",
        "DELETE FROM events WHERE event_id = :id",
    ),
    ("stores", "reordered"): lambda replays, event: in_store(
        replays,
        event,
        "UPDATE positions SET position = 1000 WHERE position = :at",
        "UPDATE positions SET position = :at WHERE position = :before",
        "UPDATE positions SET position = :before WHERE position = 1000",
    ),
    ("stores", "duplicated"): lambda replays, event: in_store(
        replays,
        event,
        "INSERT INTO events (stream_id, version, key, event_id, command_id, type, schema_version,"
        " occurred_on, recorded_at, meta, data, hash) SELECT 'copy', version, key, :new,"
        " command_id, type, schema_version, occurred_on, recorded_at, meta, data, hash"
        " FROM events WHERE event_id = :id",
        "INSERT INTO positions SELECT max(position) + 1, (SELECT max(seq) FROM events), now()"
        " FROM positions",
    ),
    ("stores", "truncated"): lambda replays, event: in_store(
        replays, event, "DELETE FROM positions WHERE position >= :at"
    ),
    ("journal", "altered"): lambda replays, event: in_journal(
        replays, event, "UPDATE journal SET data = :data WHERE event_id = :id"
    ),
    ("journal", "removed"): lambda replays, event: in_journal(
        replays, event, "DELETE FROM journal WHERE event_id = :id"
    ),
    ("journal", "reordered"): lambda replays, event: in_journal(
        replays,
        event,
        f"UPDATE journal SET position = 1000 WHERE {HERE} = :at",
        f"UPDATE journal SET position = :at WHERE {HERE} = :before",
        f"UPDATE journal SET position = :before WHERE {HERE} = 1000",
    ),
    ("journal", "duplicated"): lambda replays, event: in_journal(
        replays,
        event,
        "INSERT INTO journal SELECT source, 1000, key, :new, 'copy', version, type, occurred_on,"
        " recorded_at, meta, data, hash FROM journal WHERE event_id = :id",
    ),
    ("journal", "truncated"): lambda replays, event: in_journal(
        replays, event, f"DELETE FROM journal WHERE {HERE} >= :at"
    ),
}
"""What somebody with all rights on a source may do to it."""


@pytest.mark.parametrize(("source", "kind"), list(CORRUPTIONS))
def test_a_corrupted_source_is_told_by_its_event(
    lived: tuple[Replays, list[Recorded]], source: str, kind: str
) -> None:
    replays, recorded = lived
    event = next(each for each in recorded if each.meta.type == "LoanDisbursed")
    CORRUPTIONS[source, kind](replays, event)
    found = replays.run(source)
    told = {(each.get("kind"), each.get("event_id")) for each in found["differences"]}
    assert (kind, str(event.meta.event_id)) in told, found["differences"]
    assert found["equal"] is ((source, kind) in HARMLESS)


HARMLESS = {("kafka", "reordered"), ("kafka", "duplicated"), ("stores", "duplicated")}
"""The reader of the log leaves these out: nothing that is folded differs."""


def test_a_view_that_was_changed_itself_is_told_apart(
    lived: tuple[Replays, list[Recorded]],
) -> None:
    replays, _ = lived
    with replays.engine.begin() as connection:
        finding = (
            connection.execute(
                text(
                    "DELETE FROM views.findings WHERE code = 'SHARED_PAYEE'"
                    " RETURNING finding_id::text"
                )
            )
            .scalars()
            .first()
        )
    found = replays.run("stores")
    assert not found["equal"]
    (told,) = found["differences"]
    assert (told["kind"], told["view"], told["findings"]) == ("view", "findings", [finding])
    assert {each["view"] for each in found["views"] if not each["equal"]} == {"findings"}


@pytest.mark.parametrize("source", SOURCES)
def test_the_past_is_told_again_as_it_was_known(
    lived: tuple[Replays, list[Recorded]], source: str
) -> None:
    replays, recorded = lived
    before = next(each for each in recorded if each.meta.type == "LoanUseInspected")
    instant = (before.meta.recorded_at - timedelta(milliseconds=1)).isoformat()
    then = replays.run(source, known_at=instant, valid_at="2026-05-01", rules_at="2026-05-01")
    assert then["equal"], then["differences"]
    now = replays.run(source, valid_at="2026-05-01")
    assert now["equal"], now["differences"]
    assert then["digest"] != now["digest"]


def test_a_replay_of_an_area_tells_nothing_of_others(
    lived: tuple[Replays, list[Recorded]],
) -> None:
    replays, recorded = lived
    for event in [each for each in recorded if each.meta.type == "LoanDisbursed"]:
        log_altered(replays, event)
    found = replays.run("kafka", Scope.of([Area.parse("061")]))
    assert {each["key"] for each in found["differences"]} == {str(OTHER)}
    assert str(HOME) not in json.dumps(found)
    assert sum(each["events"] for each in found["events"].values()) == 3


def test_what_waits_and_what_is_on_its_way_is_no_difference(
    lived: tuple[Replays, list[Recorded]],
) -> None:
    replays, _ = lived
    late = [
        replays.reporting.recorder.record(each) for each in (repaid(day(9), 1), target(year=2027))
    ]
    publish(replays.log, late)
    replays.fill_stores()
    for source in SOURCES:
        assert replays.run(source)["equal"]


def test_a_replay_goes_on_where_it_was_cut_short(lived: tuple[Replays, list[Recorded]]) -> None:
    replays, recorded = lived
    job_id, done = uid("cut short"), iter([False, True])
    with replays.engine.begin() as connection:
        asked = {"source": "kafka"}
        jobs.ask(connection, job_id, "replay", asked, Scope(everything=True), "auditor-1")
    turn(replays.engine, lambda: next(done), {"replay": replays.do})
    # the first step was kept, the worker ended at the second
    assert scratches(replays.engine) != []
    work_off(replays.engine, {"replay": replays.do})
    with replays.engine.begin() as connection:
        job = jobs.find(connection, job_id, "replay")
    assert job is not None
    assert job.result is not None
    assert job.result["equal"]
    assert sum(each["events"] for each in job.result["events"].values()) == len(recorded)
    assert scratches(replays.engine) == []


def test_a_cancelled_replay_leaves_nothing(lived: tuple[Replays, list[Recorded]]) -> None:
    replays, _ = lived
    job_id = uid("given up")

    def cancelling(work: Work) -> dict[str, Any]:
        with replays.engine.begin() as connection:
            jobs.cancel(connection, job_id)
        return replays.do(work)

    with replays.engine.begin() as connection:
        asked = {"source": "stores"}
        jobs.ask(connection, job_id, "replay", asked, Scope(everything=True), "auditor-1")
    work_off(replays.engine, {"replay": cancelling})
    with replays.engine.begin() as connection:
        job = jobs.find(connection, job_id, "replay")
    assert job is not None
    assert job.status == "cancelled"
    assert scratches(replays.engine) == []


def test_only_auditors_ask_for_replays(reporting: Reporting) -> None:
    body = {"source": "kafka", "known_at": "2026-05-01T00:00:00Z"}
    refused = reporting.client.post("/v1/replays", json=body, headers=bearer("inspector"))
    assert refused.status_code == 403
    wrong = body | {"source": "hearsay", "known_at": "2026-05-01"}
    errors = reporting.client.post("/v1/replays", json=wrong, headers=bearer("auditor")).json
    assert [each["pointer"] for each in errors["errors"]] == ["/source", "/known_at"]  # type: ignore[index] # a problem
    asked = reporting.client.post("/v1/replays", json=body, headers=bearer("auditor"))
    assert asked.status_code == 202
    found = reporting.ask(asked.headers["Location"], bearer("auditor")).json
    assert found is not None
    assert found["status"] == "queued"
    assert found["asked"]["known_at"] == "2026-05-01T00:00:00+00:00"

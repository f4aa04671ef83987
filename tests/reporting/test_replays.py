"""History told again from any source is the same; it is taken up again, or leaves nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from services.reporting.jobs.worker import turn
from shared.areas import Area, Scope
from shared.jobs import queue
from shared.jobs.queue import Work
from shared.recorded import Recorded
from tests.support.corrupting import log_altered
from tests.support.counter_app import bearer
from tests.support.facts import (
    HOME,
    day,
    repaid,
    target,
    uid,
)
from tests.support.jobs import work_off
from tests.support.projecting import contents, publish
from tests.support.replays import OTHER, SOURCES, Replays

pytestmark = pytest.mark.servers


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


def test_a_view_that_was_changed_itself_is_told_apart(
    touched: tuple[Replays, list[Recorded]],
) -> None:
    replays, _ = touched
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
    touched: tuple[Replays, list[Recorded]],
) -> None:
    replays, recorded = touched
    for event in [each for each in recorded if each.meta.type == "LoanDisbursed"]:
        log_altered(replays, event)
    found = replays.run("kafka", Scope.of([Area.parse("061")]))
    assert {each["key"] for each in found["differences"]} == {str(OTHER)}
    assert str(HOME) not in json.dumps(found)
    assert sum(each["events"] for each in found["events"].values()) == 3


def test_what_waits_and_what_is_on_its_way_is_no_difference(
    touched: tuple[Replays, list[Recorded]],
) -> None:
    replays, _ = touched
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
        queue.ask(connection, job_id, "replay", asked, Scope(everything=True), "auditor-1")
    turn(replays.engine, lambda: next(done), {"replay": replays.do})
    # the first step was kept, the worker ended at the second
    assert scratches(replays.engine) != []
    work_off(replays.engine, {"replay": replays.do})
    with replays.engine.begin() as connection:
        job = queue.find(connection, job_id, "replay")
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
            queue.cancel(connection, job_id)
        return replays.do(work)

    with replays.engine.begin() as connection:
        asked = {"source": "stores"}
        queue.ask(connection, job_id, "replay", asked, Scope(everything=True), "auditor-1")
    work_off(replays.engine, {"replay": cancelling})
    with replays.engine.begin() as connection:
        job = queue.find(connection, job_id, "replay")
    assert job is not None
    assert job.status == "cancelled"
    assert scratches(replays.engine) == []


def test_only_auditors_ask_for_replays(lived: tuple[Replays, list[Recorded]]) -> None:
    reporting = lived[0].reporting
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

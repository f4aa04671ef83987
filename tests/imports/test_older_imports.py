"""Imports that were asked for before there was one queue are found, and done, as if asked today."""

import json
import shutil
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from services.households.api.imports import jobs
from services.households.api.imports.jobs import Counts
from shared.auth.roles import Role
from shared.jobs import queue
from shared.migrate import folder, migrate_one
from tests.support.servers import PostgresServer, fresh_database
from tests.support.store import engine_of

pytestmark = pytest.mark.servers
BEFORE = "0009_"
CALLER = {
    "sub": "phong-nn",
    "roles": ["district_officer"],
    "related": [],
    "everything": False,
    "olds": [["01858", "1900-01-01"]],
}
_OLD = """
    INSERT INTO imports (import_id, kind, dry_run, asked_by, caller, asked_at, total, done, parts,
        recorded, refused, status, sheet, worker, claimed_until, attempts, ended_at)
    VALUES (:id, 'reviews', :dry, 'phong-nn', CAST(:caller AS jsonb), '2026-02-01 03:00+00', 300,
        :done, :parts, :done - 1, 1, :status, 'sealed', gen_random_uuid(), now(), 1, :ended)
"""


def test_imports_of_before_are_jobs_afterwards(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    scripts = folder("households")
    for script in scripts.glob("0*.py"):
        if script.name < BEFORE:
            shutil.copy(script, tmp_path)
    cut_short, ended = uuid4(), uuid4()
    with fresh_database(postgres_server) as url, engine_of(url) as connects:
        migrate_one(url, tmp_path)
        with connects.begin() as connection:
            shared = {"caller": json.dumps(CALLER)}
            going = {"id": cut_short, "dry": True, "done": 200, "parts": 2, "status": "running"}
            connection.execute(text(_OLD), {**shared, **going, "ended": None})
            over = {"id": ended, "dry": False, "done": 300, "parts": 3, "status": "done"}
            connection.execute(text(_OLD), {**shared, **over, "ended": "2026-02-01 03:01+00"})
            remark = "INSERT INTO import_remarks VALUES (:id, 0, 1, 'sealed')"
            connection.execute(text(remark), {"id": ended})
        migrate_one(url, scripts, "households")
        with connects.begin() as connection:
            found = jobs.find(connection, cut_short)
            assert found is not None
            assert (found.kind, found.dry_run, found.parts) == ("reviews", True, 2)
            assert found.counts == Counts(recorded=199, refused=1)
            assert found.caller.roles == {Role.DISTRICT_OFFICER}
            assert [commune.code for commune in found.caller.scope.olds] == ["01858"]
            assert (found.job.status, found.job.done, found.job.total) == ("running", 200, 300)
            assert list(queue.waiting(connection)) == [cut_short]
            done = jobs.find(connection, ended)
            assert done is not None
            assert (done.job.status, done.sheet) == ("done", "sealed")
            assert _remarks(connection, ended) == 1


def _remarks(connection: Connection, import_id: UUID) -> int:
    counted = text("SELECT count(*) FROM import_remarks WHERE import_id = :id")
    return int(connection.execute(counted, {"id": import_id}).scalar_one())

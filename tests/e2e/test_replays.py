"""Replays as an auditor asks for them: by the command line, of the system that is running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from cli.data_folder import DataFolder
from tests.support.servers import eventually
from tests.support.story import People, register_poor_household
from tests.support.system import COMMAND, ROOT, System, giamngheo

pytestmark = [pytest.mark.servers, pytest.mark.faults, pytest.mark.timeout(180)]

SOURCES = ("journal", "kafka", "stores")


def database(system: System) -> psycopg.Connection[tuple[object, ...]]:
    address = DataFolder(system.data).environment["DATABASE_URL_REPORTING"]
    # what holds a lock here may wait longer than the server lets anybody else
    limits = "-c transaction_timeout=0 -c idle_in_transaction_session_timeout=0"
    return psycopg.connect(address, autocommit=True, options=limits)


@contextmanager
def held_back(system: System) -> Iterator[None]:
    """Keep every replay from getting further than its first step."""
    with database(system) as connection, connection.transaction():
        connection.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def asked(system: System, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Ask for a replay and follow it, as somebody at a terminal does."""
    with subprocess.Popen(
        [*COMMAND, "replay", "--data", str(system.data), *options],
        cwd=ROOT,
        env=os.environ.copy(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def one(system: System, query: str, *bound: object) -> object:
    with database(system) as connection:
        row = connection.execute(query.encode(), bound).fetchone()
    return None if row is None else row[0]


def under_way(system: System, claims: int = 1) -> str:
    """Wait until a replay has been taken up so many times; give its id."""
    query = (
        "SELECT job_id::text FROM jobs WHERE kind = 'replay' AND status = 'running' AND claims = %s"
    )
    return str(eventually(lambda: one(system, query, claims), 120))


def scratches(system: System) -> object:
    return one(system, "SELECT count(*) FROM pg_namespace WHERE starts_with(nspname, 'replay')")


def test_every_source_is_told_to_be_equal(system: System, people: People) -> None:
    register_poor_household(people)
    for source in SOURCES:
        told = giamngheo("replay", "--data", str(system.data), "--source", source)
        assert told.returncode == 0, told.stdout + told.stderr
        assert told.stdout.endswith("giống nhau / equal\n")
        assert "Ctrl-C" in told.stderr
    assert scratches(system) == 0


def test_ctrl_c_cancels_the_replay_and_leaves_nothing(system: System, people: People) -> None:
    register_poor_household(people)
    with asked(system) as ours:
        with held_back(system):
            job_id = under_way(system)
            ours.send_signal(signal.SIGINT)
            _, said = ours.communicate(timeout=60)
        assert ours.returncode == 130, said
        assert f"{job_id}: đang hủy / is being cancelled" in said
    status = "SELECT status FROM jobs WHERE job_id = %s"
    eventually(lambda: one(system, status, job_id) == "cancelled")
    assert scratches(system) == 0


def test_a_replay_goes_on_in_the_next_process_and_can_be_followed(
    system: System, people: People
) -> None:
    register_poor_household(people)
    with held_back(system):
        with asked(system, "--json") as first:
            job_id = under_way(system)
            first.kill()
        for pid in system.pids("services.reporting", "project"):
            os.kill(pid, signal.SIGKILL)
        under_way(system, claims=2)
    told = giamngheo("replay", "--data", str(system.data), "--job", job_id, "--json")
    found = json.loads(told.stdout)
    assert (found["id"], found["status"], found["equal"]) == (job_id, "done", True)
    assert scratches(system) == 0

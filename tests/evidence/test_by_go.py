"""The log is read and verified by Go's packages for transparency logs, where there is a Go."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from services.reporting.tlog.copy import Copy
from shared.tlog.leaf import Leaf
from shared.tlog.tiles import WIDTH, Tile, width_in
from tests.matrix.row import BEFORE
from tests.support import servers
from tests.support.counter_app import bearer
from tests.support.facts import registered, uid
from tests.support.notary import Notary, leaves_on
from tests.support.projecting import database
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]

PROGRAM = Path(__file__).parent / "go"
GO = shutil.which("go")
AUDITOR = bearer("auditor")
LOG = "/v1/audit/log/households"
COUNT = 300
BUILD_S = 100
"""How long a busy machine may take to compile Go's own packages for the first time."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The verifier, built; skipped where Go or its module proxy cannot be had."""
    if GO is None:
        pytest.skip("no Go toolchain here")
    made = tmp_path_factory.mktemp("go") / "verify"
    try:
        built = subprocess.run(
            [GO, "build", "-o", str(made), "."],
            cwd=PROGRAM,
            env=os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw"},
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD_S,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"Go had not built it after {BUILD_S} s")
    if built.returncode and "golang.org/x/mod" in built.stderr:
        pytest.skip("Go's module proxy cannot be reached")
    assert built.returncode == 0, built.stderr
    return made


@pytest.fixture(scope="module")
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    with servers.fresh_database(postgres_server) as url:
        made = database(url)
        yield made
        made.dispose()


@pytest.fixture(scope="module")
def served(engine: Engine) -> dict[str, Any]:
    """What the API gives out about a log of three hundred events, and nothing else."""
    reporting = Reporting.over(engine)
    notary = Notary(reporting.log)
    recorder = reporting.recorder
    facts = [registered(date(2024, 1, 10), BEFORE, uid(f"h{n}")) for n in range(COUNT)]
    reporting.feed([recorder.record(fact) for fact in facts])
    copy = Copy(engine, reporting.log, SETTINGS)
    notary.signs(77)
    copy.turn()
    old = reporting.ask(f"{LOG}/checkpoint", AUDITOR).text
    notary.signs()
    copy.turn()
    tiles = {
        tile.path: packed(reporting.ask(f"{LOG}/tile/{tile.path}", AUDITOR).data)
        for level, number in ((0, 0), (0, 1), (1, 0))
        for tile in [Tile(level, number, min(WIDTH, width_in(COUNT, level, number)))]
    }
    [key] = reporting.items("/v1/audit/keys", AUDITOR)
    leaves: list[Leaf] = leaves_on(reporting.log, "households")
    return {
        "vkey": key["vkey"],
        "note": reporting.ask(f"{LOG}/checkpoint", AUDITOR).text,
        "old": old,
        "entries": {str(n): packed(leaves[n].entry) for n in (0, 76, 255, 256, 299)},
        "tiles": tiles,
    }


def packed(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def verified(program: Path, given: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    said = json.dumps(given)
    return subprocess.run(
        [str(program)], input=said, capture_output=True, text=True, check=False, timeout=60
    )


def test_go_verifies_the_note_the_records_and_the_growth(
    program: Path, served: dict[str, Any]
) -> None:
    done = verified(program, served)
    assert (done.returncode, done.stdout) == (0, "verified 5 records")


@pytest.mark.parametrize("part", ["note", "old", "entries", "tiles"])
def test_go_refuses_it_with_one_bit_changed(
    program: Path, served: dict[str, Any], part: str
) -> None:
    given = json.loads(json.dumps(served))
    if part in ("note", "old"):
        given[part] = given[part].replace("\ntime 2026", "\ntime 2027")
    else:
        name = "255" if part == "entries" else "0/000"
        raw = bytearray(base64.b64decode(given[part][name]))
        raw[-1] ^= 1
        given[part][name] = packed(bytes(raw))
    done = verified(program, given)
    assert done.returncode == 1, done.stdout

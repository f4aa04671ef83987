"""The object log is read by pm4py itself, in a Python of its own, and nothing in it is lost.

pm4py is under the AGPL: it is not among what the project needs, and is installed for this test
alone, into a folder that is kept for the next run.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.counter_app import bearer
from tests.support.facts import HOME, LAST_SPRING, applied, disbursed, registered, uid
from tests.support.reporting import Reporting

pytestmark = [pytest.mark.servers, pytest.mark.timeout(500)]

HERE = Path(__file__).parent / "pm4py"
REQUIREMENTS = HERE / "requirements.txt"
CACHE = Path(__file__).parents[2] / ".pytest_cache" / "pm4py"
INSTALL_S = 400


def ran(*command: str | Path, within: int) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=within)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def reader() -> Path:
    """A Python that has pm4py, made once for each list of requirements."""
    mark = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:16]
    folder = CACHE / mark
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    whole = folder / "whole"
    if not whole.exists():
        ran(sys.executable, "-m", "venv", "--clear", folder, within=INSTALL_S)
        ran(
            *(python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"),
            *("--require-hashes", "--disable-pip-version-check", "-r", REQUIREMENTS),
            within=INSTALL_S,
        )
        whole.touch()
    return python


@pytest.fixture
def log(reporting: Reporting) -> bytes:
    elsewhere = uid("elsewhere")
    reporting.record(
        registered(LAST_SPRING),
        applied(on=LAST_SPRING),
        disbursed(),
        registered(LAST_SPRING, "01891", elsewhere),
    )
    answer = reporting.ask("/v1/audit/export", bearer("auditor"), format="ocel")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def test_pm4py_reads_every_event_object_and_relation(
    reader: Path, log: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonocel"
    file.write_bytes(log)
    read = json.loads(ran(reader, HERE / "read.py", file, within=200).splitlines()[-1])
    ours: dict[str, Any] = json.loads(log)
    assert read["events"] == {each["id"]: each["type"] for each in ours["events"]}
    assert len(read["events"]) == 4
    assert read["objects"] == {each["id"]: each["type"] for each in ours["objects"]}
    assert read["relations"] == sorted(
        [each["id"], of["objectId"]] for each in ours["events"] for of in each["relationships"]
    )
    assert read["positions"] == {
        each["id"]: int(of["value"])
        for each in ours["events"]
        for of in each["attributes"]
        if of["name"] == "position"
    }
    # one case a household: what process mining asks first
    assert read["flattened"] == sum(
        read["objects"][of] == "household" for _, of in read["relations"]
    )
    assert str(HOME) in read["objects"]

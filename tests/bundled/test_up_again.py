"""`giamngheo up` after its supervisor was killed: the next start works and keeps what was there."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from cli.data_folder import DataFolder
from deploy.bundled import processes
from tests.support.system import giamngheo, running

pytestmark = [pytest.mark.servers, pytest.mark.faults, pytest.mark.timeout(400)]


def test_the_next_start_ends_what_a_killed_one_left_and_all_is_well(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, environ={"LOG": "embedded"}) as first:
        left = DataFolder(data).pids
        assert set(left) == {"postgres", "mover", "consumer", "projector", "web"}
        os.kill(first.supervisor.pid, signal.SIGKILL)
        first.supervisor.wait()
        with running(data) as second:
            assert [name for name, pid in left.items() if processes.alive(pid)] == []
            assert "left over" in second.said()
            found = giamngheo("doctor", "--data", str(data))
            assert found.returncode == 0, found.stdout + found.stderr
            refused = giamngheo("up", "--data", str(data))
            assert refused.returncode == 1
            assert "giamngheo down" in refused.stderr
    assert giamngheo("doctor", "--data", str(data)).returncode == 1

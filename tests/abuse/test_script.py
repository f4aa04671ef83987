"""The script with which an operator tries the abuses on a system of their own."""

import subprocess
import sys

import pytest

from tests.support.system import ROOT, System

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]


def test_the_script_prints_what_each_abuse_was_answered(abused: System, target: object) -> None:
    assert target  # seeded
    command = [sys.executable, "-m", "tests.abuse", "--gateway", abused.gateway]
    options = ["--data", str(abused.data), "--family", "json", "--family", "addresses"]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=200, check=False
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(line.endswith("ok") for line in lines)
    assert any(line.startswith("addresses: a cursor of 3 kB ") for line in lines)

"""What the page for auditors tells them to type is run: by a shell, against the service itself."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from audit.build import archive_bytes
from audit.provable import READS
from cli import COMMANDS, group
from services.reporting.rules import BY_CODE
from services.reporting.tlog.copy import Copy
from tests.matrix.row import BEFORE
from tests.support import servers
from tests.support.counter_app import bearer
from tests.support.facts import applied, approved, day, disbursed, inspected, registered
from tests.support.notary import Notary, forgotten
from tests.support.projecting import database, emptied
from tests.support.reporting import SETTINGS, Reporting
from tests.support.servers import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
PARTS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
M = 1_000_000


def blocks(title: str) -> str:
    """Give what is to be typed in the part of a title."""
    [part] = [part for part in PARTS if part.partition("\n")[0].startswith(title)]
    return "\n".join(re.findall(r"```sh\n(.*?)```", part, flags=re.DOTALL))


def test_every_command_of_ours_is_one_with_these_options() -> None:
    typed = re.findall(r"^giamngheo .+$", PAGE, flags=re.MULTILINE)
    assert len(typed) > 5
    for line in typed:
        _, name, *rest = shlex.split(line)
        command = group.get_command(click.Context(group), name)
        assert command is not None, line
        with command.make_context(name, rest):
            pass
    assert {shlex.split(line)[1] for line in typed} <= {row[0] for row in COMMANDS}


def test_it_names_the_rules_whose_findings_are_only_attested() -> None:
    assert "All others are proved" in PAGE
    [line] = [each for each in PAGE.splitlines() if "always attested only" in each]
    assert set(re.findall(r"`([A-Z_]+)`", line)) == set(BY_CODE) - set(READS)


@pytest.fixture(scope="module")
def url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a gateway before reporting, in which there is something to find."""
    with servers.fresh_database(postgres_server) as found:
        made = database(found)
        emptied(made)
        forgotten(made)
        reporting = Reporting.over(made)
        reporting.record(
            registered(date(2025, 1, 10), BEFORE),
            applied("HN", on=day(-30)),
            approved(day(-20)),
            disbursed(day(0), 50 * M),
            inspected(day(20), 40 * M),
        )
        for source in ("households", "loans"):
            Notary(reporting.log, source).signs()
        Copy(reporting.engine, reporting.log, SETTINGS).turn()
        app = DispatcherMiddleware(_nothing, {"/reporting": reporting.client.application})
        server = make_server("127.0.0.1", 0, app)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()
        made.dispose()


def _nothing(_environ: object, start: object) -> list[bytes]:
    assert callable(start)
    start("404 Not Found", [])
    return []


@pytest.mark.servers
def test_what_the_page_says_is_typed_and_does_what_it_says(url: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    ours = tmp_path / "bin" / "giamngheo"
    ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    ours.chmod(0o755)
    begun = blocks("Chuẩn bị").replace("http://127.0.0.1:8000", url)
    begun = begun.replace("SOURCE=giamngheo", f"SOURCE={ROOT}")
    token = bearer("auditor")["Authorization"].removeprefix("Bearer ")
    script = "\n".join(
        (
            "set -eu",
            begun.replace("…", token),
            blocks("1.").replace("ask audit/log/sponsorship/checkpoint > sponsorship.note", ""),
            blocks("2."),
            *(line for line in blocks("4.").splitlines() if "--format" not in line),
        )
    )
    environ = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
    }
    told = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("today's log begins with just this") == 2
    assert "ĐÃ CHỨNG MINH / PROVED: WRONG_PURPOSE" in told.stdout
    assert "made by other code" not in told.stdout
    assert (tmp_path / "verify.pyz").read_bytes() == archive_bytes()

"""`giamngheo score`: a folder without a province, or with a damaged one, is named in a sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.score import command
from simulation.making import EVENTS, TRUTH

EVENT = b'{"source": "loans", "position": 1, "meta": {}, "data": {}, "hash": ""}\n'


def test_where_no_province_was_made_it_says_how_to_make_one(tmp_path: Path) -> None:
    found = CliRunner().invoke(command, [str(tmp_path)])
    assert found.exit_code == 1
    assert f"giamngheo generate --out {tmp_path}" in found.output


@pytest.mark.parametrize(
    ("truth", "events", "named"),
    [
        (b'{"code"\n', b"", TRUTH),
        (b"", b"\n", EVENTS),
        (b"", EVENT, EVENTS),
        (b"", EVENT.replace(b"loans", b"nobody"), EVENTS),
        (b"", EVENT.replace(b'"hash": ""', b'"hash": "x"'), EVENTS),
        (b"", b"\xff\n", EVENTS),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, truth: bytes, events: bytes, named: str
) -> None:
    (tmp_path / TRUTH).write_bytes(truth)
    (tmp_path / EVENTS).write_bytes(events)
    found = CliRunner().invoke(command, [str(tmp_path)])
    assert found.exit_code == 1
    assert isinstance(found.exception, SystemExit)
    assert f"{tmp_path / named}: không đọc được dòng 1" in found.output

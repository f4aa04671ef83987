"""`giamngheo backtest`: what people type becomes changes to a rulebook, or is refused at once."""

import pytest
from click.testing import CliRunner

from cli.backtest import _changes, command


def test_numbers_are_gathered_by_rule() -> None:
    given = ("NOT_USED.days=20", "PIGGYBACK.tolerance=0", "NOT_USED.percent=40")
    assert _changes(given) == {
        "NOT_USED": {"days": 20, "percent": 40},
        "PIGGYBACK": {"tolerance": 0},
    }


@pytest.mark.parametrize("given", ["NOT_USED", "NOT_USED.days", "NOT_USED.days=", "days=3"])
def test_what_is_no_change_is_said_to_be_none(given: str) -> None:
    found = CliRunner().invoke(command, [given, "--from", "2026-01-01", "--to", "2026-02-01"])
    assert found.exit_code == 1
    assert "RULE.parameter=number" in found.output

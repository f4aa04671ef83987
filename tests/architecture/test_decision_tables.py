"""Every command has a row in its decider's table, and every fact is the answer to one."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from services.households.commands import HouseholdCommand
from services.households.decider import HOUSEHOLD_TABLE
from services.households.events import HouseholdEvent
from services.loans.commands import GroupCommand, LoanCommand
from services.loans.decider import GROUP_TABLE, LOAN_TABLE
from services.loans.events import GroupEvent, LoanEvent
from services.sponsorship.commands import AssignmentCommand, ModelCommand, SponsorCommand
from services.sponsorship.decider import ASSIGNMENT_TABLE, MODEL_TABLE, SPONSOR_TABLE
from services.sponsorship.events import AssignmentEvent, ModelEvent, SponsorEvent
from shared.decision_table import DecisionTable

TABLES: tuple[tuple[DecisionTable[Any], Any, Any], ...] = (
    (HOUSEHOLD_TABLE, HouseholdCommand, HouseholdEvent),
    (SPONSOR_TABLE, SponsorCommand, SponsorEvent),
    (ASSIGNMENT_TABLE, AssignmentCommand, AssignmentEvent),
    (MODEL_TABLE, ModelCommand, ModelEvent),
    (LOAN_TABLE, LoanCommand, LoanEvent),
    (GROUP_TABLE, GroupCommand, GroupEvent),
)


@pytest.mark.parametrize(("table", "commands", "events"), TABLES)
def test_every_command_has_its_row_and_every_fact_its_check(
    table: DecisionTable[Any], commands: Any, events: Any
) -> None:
    assert table.commands == set(get_args(commands))
    assert table.events == set(get_args(events))

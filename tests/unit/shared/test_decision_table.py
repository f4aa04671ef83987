"""A decider's table: the fact of a command, and who refuses it in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

import pytest

from shared.decider import Conflict
from shared.decision_table import DecisionTable, nothing_more
from shared.event import command, event
from shared.ids import NAMESPACE
from shared.recorded import Actor

BOX = uuid5(NAMESPACE, "box")
DAY = date(2026, 3, 1)
SOMEBODY = Actor(sub="somebody")


@command
class Open:
    """Open a box."""

    box_id: UUID
    opened_on: date
    colour: str = "red"
    hurry: bool = False


@command
class Shut:
    """Shut a box."""

    box_id: UUID
    shut_on: date


@event("BoxOpened", dated_by="opened_on", keyed_by="box_id")
class BoxOpened:
    """A box is open."""

    box_id: UUID
    opened_on: date
    colour: str
    shelf: str = "none"


@event("BoxShut", dated_by="shut_on", keyed_by="box_id")
class BoxShut:
    """A box is shut."""

    box_id: UUID
    shut_on: date


class NoBox(Conflict):
    """There is no box."""


class WrongColour(Conflict):
    """The box has another colour."""


@dataclass(frozen=True)
class Box:
    """A box, or none without a colour."""

    colour: str = ""


def there(state: Box, _fact: object, _: Actor) -> None:
    if not state.colour:
        raise NoBox


def same_colour(state: Box, fact: BoxOpened, _: Actor) -> None:
    if fact.colour != state.colour:
        raise WrongColour


TABLE: DecisionTable[Box] = DecisionTable(
    there, {Open: (BoxOpened, same_colour), Shut: (BoxShut, nothing_more)}
)
OPENED = BoxOpened(box_id=BOX, opened_on=DAY, colour="red")


def test_a_fact_has_the_fields_of_its_command_by_the_same_names() -> None:
    assert TABLE.fact_of(Open(box_id=BOX, opened_on=DAY, hurry=True)) == OPENED


def test_what_the_state_adds_to_a_fact_goes_before_what_the_command_says() -> None:
    asked = Open(box_id=BOX, opened_on=DAY, colour="red")
    made = TABLE.fact_of(asked, shelf="upper", colour="blue")
    assert made == BoxOpened(box_id=BOX, opened_on=DAY, colour="blue", shelf="upper")


def test_what_is_asked_of_every_fact_is_asked_before_the_check_of_its_row() -> None:
    with pytest.raises(NoBox):
        TABLE.validate(Box(), OPENED, SOMEBODY)
    with pytest.raises(NoBox):
        TABLE.validate(Box(), BoxShut(box_id=BOX, shut_on=DAY), SOMEBODY)


def test_the_check_of_its_own_row_refuses_a_fact_and_no_other() -> None:
    with pytest.raises(WrongColour):
        TABLE.validate(Box("blue"), OPENED, SOMEBODY)
    TABLE.validate(Box("red"), OPENED, SOMEBODY)
    TABLE.validate(Box("blue"), BoxShut(box_id=BOX, shut_on=DAY), SOMEBODY)


def test_a_table_names_its_commands_and_its_facts() -> None:
    assert TABLE.commands == {Open, Shut}
    assert TABLE.events == {BoxOpened, BoxShut}

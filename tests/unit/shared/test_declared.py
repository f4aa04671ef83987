"""Events and commands are values: nobody changes one, and every field is named."""

from dataclasses import FrozenInstanceError
from typing import Any

import msgspec
import pytest

from services.reporting.domain.facts import fact_of
from shared.event import command, event, event_type
from tests.support.facts import DAY, history, registered


@event("Seen", dated_by="seen_on", keyed_by="key")
class Seen:
    seen_on: str
    key: str = "x"


@command
class Look:
    key: str


@pytest.mark.parametrize("kind", [Seen, Look])
def test_a_declared_value_is_frozen_has_no_other_fields_and_takes_them_by_name(kind: Any) -> None:
    made: Any = kind(key="a") if kind is Look else kind(seen_on="today", key="a")
    with pytest.raises(FrozenInstanceError):
        made.key = "b"
    assert not hasattr(made, "__dict__")
    with pytest.raises(TypeError, match="positional"):
        kind("a", "b")


def test_an_event_is_of_the_first_version_dated_and_keyed_as_most_are_unless_it_says_so() -> None:
    @event("Heard")
    class Heard:
        occurred_on: str

    declared = event_type(Heard)
    assert (declared.name, declared.version) == ("Heard", 1)
    assert (declared.dated_by, declared.keyed_by) == ("occurred_on", "household_id")
    assert event_type(Seen).dated_by == "seen_on"
    with pytest.raises(TypeError, match="not a declared event"):
        event_type(Look(key="a"))


def test_a_recorded_event_shows_what_happened_and_not_the_bytes() -> None:
    (recorded,) = history(registered(DAY))
    said = repr(recorded)
    assert said.startswith("Recorded(Meta(")
    assert "HouseholdRegistered(" in said
    assert "digest" not in said
    assert repr(recorded.data) not in said


def test_facts_stand_in_the_order_of_their_days_their_recording_and_their_positions() -> None:
    first, second = history(registered(DAY), registered(DAY))
    at_once = msgspec.structs.replace(
        second, meta=msgspec.structs.replace(second.meta, recorded_at=first.meta.recorded_at)
    )
    unplaced = msgspec.structs.replace(at_once, position=None)
    assert first.order < at_once.order
    assert fact_of(first).order < fact_of(at_once).order
    assert (unplaced.order[3], fact_of(unplaced).order[3]) == (0, 0)
    assert unplaced.order < first.order

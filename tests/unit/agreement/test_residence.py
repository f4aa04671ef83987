"""Register, loans, sponsorships and findings look for a household in the same commune."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.households.decider import HOUSEHOLD as HOUSEHOLDS
from services.households.events import HouseholdRegistered
from services.loans.policies import known_household
from services.reporting.domain.dossier import fold
from services.sponsorship.policies import places
from shared.areas import REFORM, Commune, at
from shared.event import occurred_on
from shared.policy.residence import lives_on
from tests.support.facts import HOME, history, registered
from tests.support.lives import moved

START = REFORM - timedelta(days=3)
DAYS = st.integers(0, 6).map(lambda number: START + timedelta(days=number))
CODES = st.sampled_from(["01864", "01906"])
OLD = st.integers(0, 2).map(lambda number: START + timedelta(days=number))


def plainly(events: Sequence[Any], asked: date) -> Commune | None:
    """Go through the moves one after the other; slow and obvious."""
    found = None
    for event in sorted(events, key=occurred_on):
        if occurred_on(event) <= asked:
            found = event.commune
    return found


@settings(max_examples=500)
@given(
    first=st.builds(registered, OLD, CODES),
    moves=st.lists(st.builds(moved, OLD, CODES), max_size=4),
    asked=DAYS,
)
def test_all_look_for_it_in_the_same_commune(
    first: HouseholdRegistered, moves: list[Any], asked: date
) -> None:
    later = [each for each in moves if each.moved_on >= first.registered_on]
    events = [first, *later]
    recorded = history(*events)
    expected = plainly(events, asked)
    assert fold(HOME, recorded).commune_on(asked) == expected
    expected = expected or plainly(events, first.registered_on)  # it was there already
    assert HOUSEHOLDS.fold(recorded).commune_on(asked) == expected
    assert lives_on(places(recorded), asked) == expected
    known = known_household(recorded)
    assert known is not None
    assert expected is not None
    assert known.commune_on(asked) == at(expected, asked)  # on the map of the day

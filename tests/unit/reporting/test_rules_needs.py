"""A rule rests where a fact it says it needs is not there: it would find nothing anyhow."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.clocks import NO_PAUSES
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.rules import FOLLOW_UPS, RULES
from shared.recorded import Recorded
from tests.support.facts import HOME
from tests.support.findings import BOOK, found_in
from tests.unit.reporting.test_rules_any_history import histories
from tests.unit.reporting.test_stalled_any_history import (
    a_history,
    of_help,
    of_households,
    of_loans,
)

stalled = st.lists(st.one_of(of_households, of_help, of_loans), max_size=16).map(a_history)
CALM = settings(max_examples=30, deadline=None)


def by_all_rules(recorded: list[Recorded]) -> list[Interval]:
    dossier = fold(HOME, recorded)
    first = [found for rule in RULES for found in rule.check(dossier, BOOK, NO_PAUSES)]
    then = [each for rule in FOLLOW_UPS for each in rule.check(dossier, BOOK, NO_PAUSES, first)]
    return [*first, *then]


@CALM
@given(histories() | stalled)
def test_the_rules_that_are_asked_find_what_all_of_them_find(recorded: list[Recorded]) -> None:
    assert found_in(recorded) == by_all_rules(recorded)


@CALM
@given(histories() | stalled)
def test_a_rule_asked_without_a_fact_it_needs_finds_nothing(recorded: list[Recorded]) -> None:
    for kind in {type(each.event) for each in recorded}:
        without = fold(HOME, [each for each in recorded if type(each.event) is not kind])
        for rule in RULES:
            if kind in rule.needs:
                assert not list(rule.check(without, BOOK, NO_PAUSES)), (rule.code, kind)

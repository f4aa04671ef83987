"""Whoever sorts rules sorts them alike: pauses, sponsors' lists, marked loans, suspect pairs."""

import inspect
import re
from dataclasses import replace
from uuid import UUID

import pytest

from services.loans.policies import confirmed_misuse
from services.reporting import rules
from services.reporting.domain.contributions import OpenFinding
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Kind
from services.reporting.domain.rule import AnyRule, SubjectRule
from services.reporting.events import FindingConfirmed
from services.reporting.rules import approver_pair, group_cluster
from tests.support.facts import (
    HOME,
    LOAN,
    Recorder,
    applied,
    approved,
    confirmed,
    day,
    disbursed,
    history,
    uid,
)
from tests.support.findings import misuse_of

OF_LOANS = [rule for rule in rules.ALL if rule.kind is Kind.MISUSE and rule != group_cluster.RULE]
"""The rules on misuse that are about particular loans, and so not the one about a group."""
_ASKS_A_CLOCK = re.compile(r"first_day_(beyond|of)\(|waiting(_together)?\(")


def codes(found: list[AnyRule]) -> set[str]:
    return {rule.code for rule in found}


def test_the_rules_that_ask_a_clock_are_those_that_may_be_paused() -> None:
    asking = [
        rule
        for rule in rules.ALL
        if _ASKS_A_CLOCK.search(inspect.getsource(inspect.getmodule(rule.check) or rules))
    ]
    assert codes(asking) == set(rules.PAUSABLE)
    stalled = {rule.code for rule in rules.ALL if rule.kind is Kind.STALLED}
    assert set(rules.PAUSABLE) == stalled - {"FREEZE_ENDING"}


def test_what_is_shared_has_a_clock_where_the_rule_of_one_household_has() -> None:
    shared: list[AnyRule] = [rule for rule in rules.ALL if isinstance(rule, SubjectRule)]
    shared += [rule for rule in rules.FOLLOW_UPS if rule.check_shared is not None]
    shared += [rule for rule in rules.RULES if rule.check_shared is not None]
    assert set(rules.CLOCKED) == codes(shared) & set(rules.PAUSABLE)


def test_a_sponsor_is_shown_what_stalls_of_its_own_and_a_union_which_checks_are_missing() -> None:
    help_ = {"SPONSOR_ABSENT", "SPONSOR_ORPHANED", "PLEDGE_OVERDUE", "HANDOVER_WAITING"}
    assert rules.shown_to("sponsor") == help_ | {"DIFFICULTY_UNANSWERED"}
    assert rules.shown_to("union_inspector") == {"USE_CHECK_OVERDUE"}


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.code)
def test_a_confirmed_finding_marks_a_loan_where_its_rule_is_about_misuse_of_loans(
    rule: AnyRule,
) -> None:
    group = uid("group") if rule == group_cluster.RULE else None
    seen = replace(misuse_of(LOAN), kind=rule.kind, group_id=group)
    fact = FindingConfirmed(
        finding_id=uid("finding"), key=HOME, code=rule.code, occurred_on=day(1), seen=seen
    )
    recorded = Recorder().record(fact, source="reporting", stream="finding")
    marked = {each.loan_id for each in confirmed_misuse([recorded])}
    assert marked == ({LOAN} if rule in OF_LOANS else set())


@pytest.mark.parametrize("rule", [*rules.RULES, *rules.FOLLOW_UPS], ids=lambda rule: rule.code)
def test_a_finding_counts_against_who_decided_where_its_rule_is_about_misuse_of_loans(
    rule: AnyRule,
) -> None:
    facts = history(applied(), confirmed(day(-9)), approved(day(-8)), disbursed(day(-7)))
    dossier = fold(HOME, facts)
    evidence: tuple[UUID, ...] = (facts[-1].meta.event_id,)
    found = OpenFinding(
        code=rule.code, kind=rule.kind, loan_id=LOAN, on=day(0), until=None, evidence=evidence
    )
    (given,) = approver_pair.contribute(dossier, [found])
    assert bool(given.findings) is (rule in OF_LOANS)


def test_of_what_is_shared_it_counts_every_misuse_of_loans_too() -> None:
    shared = {rule.code for rule in OF_LOANS if isinstance(rule, SubjectRule)}
    assert approver_pair.RULE.shared == shared

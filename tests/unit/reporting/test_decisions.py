"""What may be decided on a finding, one decision after another."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.reporting import errors
from services.reporting.commands import DecideFinding
from services.reporting.domain.facts import Fact
from services.reporting.domain.finding_state import Work, shared_decisions
from services.reporting.events import (
    REGISTRY,
    ExplanationGiven,
    ExplanationRequested,
    FindingAssigned,
    FindingConfirmed,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSnoozed,
)
from services.reporting.finding import FINDING
from shared.codec import canonical
from shared.recorded import Actor
from tests.support.facts import DAY, Recorder, day
from tests.support.findings import misuse_of
from tests.support.given import Answer, an_id, given

ID, KEY, LOAN = an_id("finding"), an_id("key"), an_id("loan")
SEEN = misuse_of(LOAN)
JUDGE = Actor(sub="judge")


def fact(kind: type[Any], days: int = 0, **more: Any) -> Any:
    return kind(finding_id=ID, key=KEY, code="PIGGYBACK", occurred_on=day(days), **more)


ASSIGNED = fact(FindingAssigned, assignee="worker")


def asked(*facts: Any, decision: str, days: int = 5, by: Actor = JUDGE, **more: Any) -> Answer:
    fields: dict[str, Any] = {
        "note": "s1:none",
        "until": None,
        "assignee": None,
        "seen": SEEN,
        "gone_on": None,
        "people": frozenset(),
    }
    command = DecideFinding(
        finding_id=ID,
        key=KEY,
        code="PIGGYBACK",
        decision=decision,
        occurred_on=day(days),
        **{**fields, **more},
    )
    return given(FINDING, *facts).when(command, by)


def work(*facts: Any) -> Work:
    found = given(FINDING, *facts).state
    assert isinstance(found, Work)
    return found


def test_whoever_is_named_works_on_it_else_whoever_decided() -> None:
    assert asked(decision="assign").then_happened(FindingAssigned).assignee == "judge"
    other = asked(decision="assign", assignee="other").then_happened(FindingAssigned)
    assert other.assignee == "other"
    assert (work().status, work(ASSIGNED).status) == ("open", "assigned")
    assert work(ASSIGNED).assignee == "worker"


def test_an_explanation_is_awaited_for_fifteen_days_or_until_a_day_that_is_not_past() -> None:
    usual = asked(ASSIGNED, decision="request_explanation").then_happened(ExplanationRequested)
    assert usual.until == day(20)
    named = asked(ASSIGNED, decision="request_explanation", until=day(5))
    assert named.then_happened(ExplanationRequested).until == day(5)
    past = asked(ASSIGNED, decision="request_explanation", until=day(4))
    past.then_malformed("/until", "out-of-order")


def test_nothing_is_confirmed_while_an_explanation_is_awaited() -> None:
    waiting = fact(ExplanationRequested, until=day(9))
    assert work(ASSIGNED, waiting).status == "explaining"
    asked(ASSIGNED, waiting, decision="confirm", days=9).then_refused(errors.ExplanationPending)
    asked(ASSIGNED, waiting, decision="confirm", days=10).then_happened(FindingConfirmed)
    explained = fact(ExplanationGiven, 1, note="s1:none")
    assert work(ASSIGNED, waiting, explained).status == "assigned"
    asked(ASSIGNED, waiting, explained, decision="confirm").then_happened(FindingConfirmed)
    asked(ASSIGNED, decision="confirm").then_happened(FindingConfirmed)


@pytest.mark.parametrize("decision", ["confirm", "dismiss"])
def test_four_eyes_see_what_is_concluded(decision: str) -> None:
    asked(decision=decision).then_refused(errors.NotAssigned)
    worker = Actor(sub="worker")
    asked(ASSIGNED, decision=decision, by=worker).then_refused(errors.FourEyes)
    paid = frozenset({"judge"})
    asked(ASSIGNED, decision=decision, people=paid).then_refused(errors.FourEyes)
    kin = Actor(sub="judge", related=(SEEN.household_ids[0],))
    asked(ASSIGNED, decision=decision, by=kin).then_refused(errors.FourEyes)
    stranger = Actor(sub="judge", related=(an_id("somebody else"),))
    assert asked(ASSIGNED, decision=decision, by=stranger).refusal is None


def test_what_is_confirmed_is_neither_confirmed_nor_dismissed_nor_explained_again() -> None:
    confirmed = fact(FindingConfirmed, 1)
    for decision in ("confirm", "dismiss", "request_explanation"):
        asked(ASSIGNED, confirmed, decision=decision).then_refused(errors.AlreadyConfirmed)
    state = work(ASSIGNED, confirmed)
    assert (state.status, state.confirmed, state.decided_on) == ("confirmed", True, day(1))
    assert (state.ended_on, state.last_on) == (None, day(1))


def test_what_was_dismissed_or_remedied_has_ended_until_it_is_reopened() -> None:
    dismissed, remedied = fact(FindingDismissed, 1), fact(FindingRemedied, 2)
    for ended, on in ((dismissed, day(1)), (remedied, day(2))):
        state = work(ASSIGNED, ended)
        assert (state.ended_on, state.confirmed) == (on, False)
        asked(ASSIGNED, ended, decision="assign").then_refused(errors.NotOpen)
        asked(ASSIGNED, ended, decision="reopen").then_happened(FindingReopened)
        again = work(ASSIGNED, ended, fact(FindingReopened, 3))
        assert (again.status, again.ended_on, again.decided_on) == ("assigned", None, None)
    asked(ASSIGNED, decision="reopen").then_refused(errors.NothingToReopen)


def test_what_was_confirmed_stays_so_when_it_was_set_right_and_not_when_reopened() -> None:
    confirmed = fact(FindingConfirmed, 1)
    assert work(ASSIGNED, confirmed, fact(FindingRemedied, 2)).confirmed
    assert not work(ASSIGNED, confirmed, fact(FindingReopened, 2)).confirmed
    assert not work(ASSIGNED, fact(FindingDismissed, 1)).confirmed


@pytest.mark.parametrize(("until", "ok"), [(5, True), (95, True), (96, False)])
def test_a_finding_sleeps_for_ninety_days_at_most(until: int, *, ok: bool) -> None:
    answer = asked(decision="snooze", until=day(until))
    if ok:
        assert answer.then_happened(FindingSnoozed).until == day(until)
    else:
        answer.then_refused(errors.SnoozeTooLong)


def test_a_snooze_names_a_day_that_is_not_past_and_ends_with_a_verdict() -> None:
    asked(decision="snooze").then_malformed("/until", "required")
    asked(decision="snooze", until=day(4)).then_malformed("/until", "out-of-order")
    asleep = fact(FindingSnoozed, until=day(9))
    assert work(asleep).snoozed_until == day(9)
    assert work(ASSIGNED, asleep, fact(FindingConfirmed, 1)).snoozed_until is None


def test_nothing_is_decided_before_it_opened_nor_before_the_last_decision() -> None:
    asked(decision="assign", days=-1).then_malformed("/occurred_on", "out-of-order")
    asked(decision="assign", days=0).then_happened(FindingAssigned)
    late = fact(FindingAssigned, 6, assignee="worker")
    asked(late, decision="assign", days=5).then_malformed("/occurred_on", "out-of-order")
    asked(late, decision="assign", days=6).then_happened(FindingAssigned)


def test_what_ended_by_itself_is_no_longer_decided_on() -> None:
    gone: date = DAY
    asked(ASSIGNED, decision="remedy", gone_on=gone).then_refused(errors.EndedItself)
    asked(ASSIGNED, decision="remedy").then_happened(FindingRemedied)


def test_a_confirmation_names_the_loan_that_the_finding_is_about() -> None:
    assert asked(ASSIGNED, decision="confirm").then_happened(FindingConfirmed).loan_id is None


def test_what_was_asked_may_be_explained_and_what_was_not_asked_too() -> None:
    waiting = fact(ExplanationRequested, until=day(9))
    for before in ((ASSIGNED, waiting), (ASSIGNED,)):
        asked(*before, decision="explain").then_happened(ExplanationGiven)


def test_a_decision_on_what_households_share_reads_in_rules_as_it_was_made() -> None:
    shared = replace(SEEN, shared="payee|h1:x")
    made = [fact(FindingConfirmed, 3, seen=shared), fact(FindingSnoozed, 5, until=day(9))]
    recorder = Recorder()
    stream = f"finding-{ID}"
    recorded = [recorder.record(each, source="reporting", stream=stream) for each in made]
    facts = [
        Fact(each.meta.event_id, each.meta.occurred_on, each.event, each.order, each.meta.actor)
        for each in recorded
    ]
    (only,) = shared_decisions(facts)
    assert (only.kind, only.subject) == ("payee", "h1:x")
    assert (only.fact.event, only.fact.on) == (made[0], day(3))
    assert (only.fact.id, only.fact.order) == (facts[0].id, facts[0].order)
    assert only.given == (facts[0].order, made[0])


def test_a_decision_of_the_first_version_did_not_say_what_the_finding_looked_like() -> None:
    made = fact(FindingConfirmed, 3, seen=SEEN)
    told = json.loads(canonical(made))
    del told["seen"]
    read = REGISTRY.decode("FindingConfirmed", 1, json.dumps(told).encode())
    assert read == replace(made, seen=None)
    assert REGISTRY.decode("FindingConfirmed", 2, canonical(made)) == made

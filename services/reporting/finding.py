"""How a decision on a finding is answered with a fact, or refused. Pure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.reporting import errors
from services.reporting.commands import DecideFinding
from services.reporting.domain.finding_state import UNTOUCHED, Work, after
from services.reporting.events import (
    ExplanationGiven,
    ExplanationRequested,
    FindingAssigned,
    FindingConfirmed,
    FindingDecision,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSnoozed,
)
from shared.decider import Decider, Malformed
from shared.fact import fact_of, in_order
from shared.recorded import Actor

LONGEST_SNOOZE = 90
DAYS_TO_EXPLAIN = 15


def evolve(state: Work, event: FindingDecision, _: Actor) -> Work:
    """Apply one fact."""
    return after(state, event)


def decide(state: Work, command: DecideFinding, actor: Actor) -> list[Any]:
    """Answer a decision with a fact, or refuse it."""
    in_order("/occurred_on", command.occurred_on, command.seen.opened_on)
    if state.last_on is not None:
        in_order("/occurred_on", command.occurred_on, state.last_on)
    if command.decision == "reopen":
        if state.verdict is None:
            raise errors.NothingToReopen
        return [fact_of(FindingReopened, command)]
    if state.ended_on is not None:
        raise errors.NotOpen(on=state.ended_on)
    if command.gone_on is not None:
        raise errors.EndedItself(on=command.gone_on)
    return [_OPEN[command.decision](state, command, actor)]


def _assign(_: Work, command: DecideFinding, actor: Actor) -> FindingAssigned:
    return fact_of(FindingAssigned, command, assignee=command.assignee or actor.sub)


def _request(state: Work, command: DecideFinding, _: Actor) -> ExplanationRequested:
    _unconcluded(state)
    until = command.until or command.occurred_on + timedelta(days=DAYS_TO_EXPLAIN)
    in_order("/until", until, command.occurred_on)
    return fact_of(ExplanationRequested, command, until=until)


def _explain(_: Work, command: DecideFinding, __: Actor) -> ExplanationGiven:
    return fact_of(ExplanationGiven, command)


def _snooze(_: Work, command: DecideFinding, __: Actor) -> FindingSnoozed:
    until = command.until
    if until is None:
        raise Malformed("/until", "required", "cần ngày nhắc lại / it needs a day to come back")
    in_order("/until", until, command.occurred_on)
    if (until - command.occurred_on).days > LONGEST_SNOOZE:
        last = command.occurred_on + timedelta(days=LONGEST_SNOOZE)
        raise errors.SnoozeTooLong(last=last)
    return fact_of(FindingSnoozed, command)


def _confirm(state: Work, command: DecideFinding, actor: Actor) -> FindingConfirmed:
    _unconcluded(state)
    _four_eyes(state, command, actor)
    awaited = state.explain_by
    if awaited is not None and command.occurred_on <= awaited:
        raise errors.ExplanationPending(until=awaited)
    return fact_of(FindingConfirmed, command, loan_id=command.seen.loan_id)


def _dismiss(state: Work, command: DecideFinding, actor: Actor) -> FindingDismissed:
    _unconcluded(state)
    _four_eyes(state, command, actor)
    return fact_of(FindingDismissed, command)


def _remedy(_: Work, command: DecideFinding, __: Actor) -> FindingRemedied:
    return fact_of(FindingRemedied, command)


def _unconcluded(state: Work) -> None:
    if state.verdict == "confirmed" and state.decided_on is not None:
        raise errors.AlreadyConfirmed(on=state.decided_on)


def _four_eyes(state: Work, command: DecideFinding, actor: Actor) -> None:
    if state.assignee is None:
        raise errors.NotAssigned
    involved = {state.assignee, *command.people}
    if actor.sub in involved or set(actor.related) & set(command.seen.household_ids):
        raise errors.FourEyes


_OPEN: dict[str, Callable[[Work, DecideFinding, Actor], FindingDecision]] = {
    "assign": _assign,
    "request_explanation": _request,
    "explain": _explain,
    "confirm": _confirm,
    "dismiss": _dismiss,
    "snooze": _snooze,
    "remedy": _remedy,
}
"""What may be done to a finding that is open."""


FINDING: Decider[Work, DecideFinding] = Decider(
    name="finding",
    initial=UNTOUCHED,
    identify=lambda command: command.finding_id,
    decide=decide,
    evolve=evolve,
)

"""What people did with a finding, folded to where their work stands. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple, TypeGuard, assert_never
from uuid import UUID

import msgspec

from services.reporting.domain.facts import Fact, Order
from services.reporting.events import (
    DECISIONS,
    REGISTRY,
    ExplanationGiven,
    ExplanationRequested,
    FindingAssigned,
    FindingConfirmed,
    FindingDecision,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSeen,
    FindingSnoozed,
)
from shared.codec import canonical
from shared.event import event_type
from shared.recorded import Actor

Verdict = Literal["confirmed", "dismissed", "remedied"]
Worked = Literal["open", "assigned", "explaining", "confirmed", "dismissed", "remedied"]


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Where people's work on one finding stands."""

    assignee: str | None = None
    explain_by: date | None = None
    """An explanation is awaited until this day."""
    verdict: Verdict | None = None
    decided_on: date | None = None
    """When the verdict was given."""
    snoozed_until: date | None = None
    confirmed: bool = False
    """Confirmed, and not taken back since; also where it was set right later."""
    last_on: date | None = None

    @property
    def status(self) -> Worked:
        """Give the word for it, by what people did alone."""
        if self.verdict is not None:
            return self.verdict
        if self.explain_by is not None:
            return "explaining"
        return "open" if self.assignee is None else "assigned"

    @property
    def ended_on(self) -> date | None:
        """Give the day on which people closed the finding, if they did."""
        return self.decided_on if self.verdict in ("dismissed", "remedied") else None


UNTOUCHED = Work()
NOBODY = Actor(sub="")
_VERSION = event_type(FindingAssigned).version


def after(work: Work, decision: FindingDecision) -> Work:
    """Apply one decision. It already happened: no refusing here."""
    day = decision.occurred_on
    done = msgspec.structs.replace(work, last_on=day)
    change = msgspec.structs.replace
    match decision:
        case FindingAssigned(assignee=who):
            return change(done, assignee=who)
        case ExplanationRequested(until=until):
            return change(done, explain_by=until)
        case ExplanationGiven():
            return change(done, explain_by=None)
        case FindingSnoozed(until=until):
            return change(done, snoozed_until=until)
        case FindingConfirmed():
            return change(_concluded(done, "confirmed", day), confirmed=True)
        case FindingDismissed():
            return change(_concluded(done, "dismissed", day), confirmed=False)
        case FindingRemedied():
            return _concluded(done, "remedied", day)
        case FindingReopened():
            return change(done, verdict=None, decided_on=None, confirmed=False)
        case _:
            assert_never(decision)


def _concluded(work: Work, verdict: Verdict, day: date) -> Work:
    return msgspec.structs.replace(
        work, verdict=verdict, decided_on=day, explain_by=None, snoozed_until=None
    )


def is_decision(event: object) -> TypeGuard[FindingDecision]:
    """Tell whether an event is a decision on a finding."""
    return isinstance(event, DECISIONS)


class Given(NamedTuple):
    """A decision in its place among the facts."""

    order: Order
    event: FindingDecision


class Decision(msgspec.Struct, frozen=True, kw_only=True, tag="decision"):
    """A decision on a finding about a value that households share: `kind` and `subject` name it."""

    kind: str
    subject: str
    event_id: UUID
    order: Order
    name: str
    data: str
    """The event's content as it was read, in the present version."""

    @property
    def fact(self) -> Fact[FindingDecision]:
        """Give it as rules read it; who decided is not kept here."""
        return Fact(self.event_id, self.order[0], self.given.event, self.order, NOBODY)

    @property
    def given(self) -> Given:
        """Give the decision itself."""
        decode = REGISTRY.decode
        return Given(
            self.order, decode(self.name, event_type(DECISIONS[0]).version, self.data.encode())
        )


def shared_decisions(facts: Iterable[Fact[Any]]) -> list[Decision]:
    """Give what a finding's own journal contributes to the value that it is about."""
    found: list[Decision] = []
    for fact in facts:
        if is_decision(fact.event) and (seen := fact.event.seen) and seen.shared:
            kind, _, subject = seen.shared.partition("|")
            found.append(
                Decision(
                    kind=kind,
                    subject=subject,
                    event_id=fact.id,
                    order=fact.order,
                    name=event_type(fact.event).name,
                    data=canonical(fact.event).decode(),
                )
            )
    return found


def by_finding(given: Iterable[Given]) -> dict[UUID, list[Given]]:
    """Sort decisions by the finding that they are about, in fact order."""
    found: dict[UUID, list[Given]] = {}
    for each in sorted(given, key=lambda each: each.order):
        found.setdefault(each.event.finding_id, []).append(each)
    return found


def folded(given: Iterable[Given], last: date | None = None) -> Work:
    """Give where the work stands at the end of a day, or after all of it."""
    work = UNTOUCHED
    for each in given:
        if last is None or each.order[0] <= last:
            work = after(work, each.event)
    return work


def last_seen(given: Iterable[Given]) -> FindingSeen | None:
    """Give what the finding looked like when it was last decided on."""
    found = None
    for each in given:
        found = each.event.seen or found
    return found

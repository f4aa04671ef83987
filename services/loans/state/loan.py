"""What deciding must remember of a loan."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.loans.events import (
    BorrowerContacted,
    DisbursementReversed,
    LoanApplied,
    LoanApproved,
    LoanBecameCurrent,
    LoanBecameOverdue,
    LoanConfirmed,
    LoanDisbursed,
    LoanEvent,
    LoanExtended,
    LoanFrozen,
    LoanRejected,
    LoanUseInspected,
    LoanWithdrawn,
    LoanWrittenOff,
    Payee,
    RecallCollected,
    RecallOrdered,
    RepaymentRecorded,
)
from shared.policy.arrears import ArrearsChange
from shared.policy.eligibility import Approval
from shared.policy.outstanding import Entry, Flow
from shared.policy.standing import Freeze, Life
from shared.recorded import Actor

UNBORN = Life(applied_on=date(1, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disbursement:
    """Money paid out, and whether it was taken back or looked after."""

    disbursement_id: UUID
    disbursed_on: date
    amount: int
    voucher_no: str
    payee: Payee
    reversed_on: date | None = None
    checked_on: date | None = None
    """The first check dated on or after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """An amount wanted back before its time, and how much of it came."""

    recall_id: UUID
    ordered_on: date
    due_on: date
    amount: int
    collected: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether something of it is missing."""
        return self.collected < self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanState:
    """A loan, or none as long as `applied` is None."""

    applied: LoanApplied | None = None
    asked_by: frozenset[str] = frozenset()
    confirmed_by: frozenset[str] = frozenset()
    approved: LoanApproved | None = None
    approved_by: frozenset[str] = frozenset()
    life: Life = UNBORN
    disbursements: tuple[Disbursement, ...] = ()
    recalls: tuple[Recall, ...] = ()

    @property
    def household_id(self) -> UUID | None:
        """Return the household that asked for it."""
        return self.applied.household_id if self.applied else None

    def disbursement(self, disbursement_id: UUID) -> Disbursement | None:
        """Give a disbursement by its id."""
        found = (d for d in self.disbursements if d.disbursement_id == disbursement_id)
        return next(found, None)


def evolve_loan(state: LoanState, event: LoanEvent, actor: Actor) -> LoanState:
    """Apply one fact. It already happened: no refusing and no policy here."""
    match event:
        case LoanApplied() | LoanConfirmed() | LoanApproved() | LoanRejected() | LoanWithdrawn():
            return _decided(state, event, actor)
        case LoanDisbursed() | DisbursementReversed() | LoanUseInspected():
            return _paid_out(state, event)
        case RepaymentRecorded(paid_on=day, principal=amount):
            return _moved(state, day, "repaid", amount)
        case LoanWrittenOff(written_off_on=day, amount=amount):
            return _moved(state, day, "written_off", amount)
        case RecallOrdered() | RecallCollected():
            return _recalled(state, event)
        case LoanBecameOverdue() | LoanBecameCurrent() | LoanExtended() | LoanFrozen():
            return replace(state, life=_marked(state.life, event))
        case BorrowerContacted():
            return state
        case _:
            assert_never(event)


def _decided(
    state: LoanState,
    event: LoanApplied | LoanConfirmed | LoanApproved | LoanRejected | LoanWithdrawn,
    actor: Actor,
) -> LoanState:
    match event:
        case LoanApplied():
            life = replace(state.life, applied_on=event.applied_on)
            return replace(state, applied=event, asked_by=frozenset((actor.sub,)), life=life)
        case LoanConfirmed(confirmed_on=day, confirmed_by=who):
            life = replace(state.life, confirmed_on=day)
            return replace(state, confirmed_by=frozenset((who, actor.sub)), life=life)
        case LoanApproved(approved_on=day, approved_by=who):
            approval = Approval(day, event.valid_until, event.amount)
            by = frozenset((who, actor.sub))
            life = replace(state.life, approval=approval)
            return replace(state, approved=event, approved_by=by, life=life)
        case LoanRejected(rejected_on=day):
            return replace(state, life=replace(state.life, rejected_on=day))
        case LoanWithdrawn(withdrawn_on=day):
            return replace(state, life=replace(state.life, withdrawn_on=day))


def add_corrector(state: LoanState, event: LoanEvent, actor: Actor) -> LoanState:
    """Count who corrected an application, confirmation or approval among those who gave it."""
    match event:
        case LoanApplied():
            return replace(state, asked_by=state.asked_by | {actor.sub})
        case LoanConfirmed():
            return replace(state, confirmed_by=state.confirmed_by | {actor.sub})
        case LoanApproved():
            return replace(state, approved_by=state.approved_by | {actor.sub})
        case _:
            return state


def _moved(state: LoanState, day: date, flow: Flow, amount: int) -> LoanState:
    if amount == 0:
        return state
    entry = Entry(day, flow, amount)
    return replace(state, life=replace(state.life, ledger=(*state.life.ledger, entry)))


def _paid_out(
    state: LoanState, event: LoanDisbursed | DisbursementReversed | LoanUseInspected
) -> LoanState:
    match event:
        case LoanDisbursed(disbursed_on=day, amount=amount):
            paid = Disbursement(
                disbursement_id=event.disbursement_id,
                disbursed_on=day,
                amount=amount,
                voucher_no=event.voucher_no,
                payee=event.payee,
            )
            more = replace(state, disbursements=(*state.disbursements, paid))
            return _moved(more, day, "disbursed", amount)
        case DisbursementReversed(disbursement_id=which, reversed_on=day):
            found = state.disbursement(which)
            if found is None:
                return state
            reversed_ = _exchanged(state, replace(found, reversed_on=day))
            return _moved(reversed_, day, "reversed", found.amount)
        case LoanUseInspected(disbursement_id=which, inspected_on=day):
            found = state.disbursement(which)
            if found is None or day < found.disbursed_on:
                return state
            first = day if found.checked_on is None else min(day, found.checked_on)
            return _exchanged(state, replace(found, checked_on=first))


def _exchanged(state: LoanState, changed: Disbursement) -> LoanState:
    kept = tuple(
        changed if paid.disbursement_id == changed.disbursement_id else paid
        for paid in state.disbursements
    )
    return replace(state, disbursements=kept)


def _recalled(state: LoanState, event: RecallOrdered | RecallCollected) -> LoanState:
    match event:
        case RecallOrdered():
            ordered = Recall(
                recall_id=event.recall_id,
                ordered_on=event.ordered_on,
                due_on=event.due_on,
                amount=event.amount,
            )
            return replace(state, recalls=(*state.recalls, ordered))
        case RecallCollected(recall_id=which, collected_on=day, amount=amount):
            recalls = tuple(
                replace(recall, collected=recall.collected + amount)
                if recall.recall_id == which
                else recall
                for recall in state.recalls
            )
            return _moved(replace(state, recalls=recalls), day, "recalled", amount)


def _marked(
    life: Life, event: LoanBecameOverdue | LoanBecameCurrent | LoanExtended | LoanFrozen
) -> Life:
    match event:
        case LoanBecameOverdue(since=day):
            return replace(life, arrears=(*life.arrears, ArrearsChange(day, "overdue")))
        case LoanBecameCurrent(ended_on=day):
            return replace(life, arrears=(*life.arrears, ArrearsChange(day, "current")))
        case LoanExtended(granted_on=day):
            return replace(life, extended=(*life.extended, day))
        case LoanFrozen(since=day, until=until):
            return replace(life, frozen=(*life.frozen, Freeze(day, until)))

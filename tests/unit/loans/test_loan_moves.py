"""The table of legal moves: what may be asked of a loan in each standing, else with which code.

`+` is recorded, `=` changes nothing; a refusal of a field is its code. All steps are dated in the
order in which they are asked.
"""

from collections.abc import Callable
from typing import get_args
from uuid import UUID

import pytest

from services.loans import commands as ask
from services.loans.decider import LOAN
from shared.decider import Conflict, Malformed
from shared.ids import named
from shared.money import vnd
from tests.support import facts
from tests.support import lending as build

SECOND = named("second disbursement")
HALF = 25_000_000


def overdue(days: int = 50) -> ask.MarkOverdue:
    return ask.MarkOverdue(loan_id=build.LOAN_ID, since=build.on(days))


def freeze(days: int = 50, misuse: tuple[UUID, ...] = ()) -> ask.FreezeLoan:
    return ask.FreezeLoan(
        loan_id=build.LOAN_ID, since=build.on(days), until=build.on(400), misuse=misuse
    )


def write_off(
    days: int = 60, amount: int = HALF, misuse: tuple[UUID, ...] = ()
) -> ask.WriteOffLoan:
    return ask.WriteOffLoan(
        loan_id=build.LOAN_ID, written_off_on=build.on(days), amount=vnd(amount), misuse=misuse
    )


STANDINGS: dict[str, Callable[[], build.Loan]] = {
    "unknown": build.no_loan,
    "applied": build.applied,
    "confirmed": lambda: build.applied().after(build.confirm()),
    "approved": build.approved,
    "rejected": lambda: build.applied().after(build.reject()),
    "withdrawn": lambda: build.applied().after(build.withdraw()),
    "lent": build.lent,
    "reversed": lambda: build.lent().after(build.reverse()),
    "overdue": lambda: build.lent().after(overdue()),
    "frozen": lambda: build.lent().after(freeze()),
    "recalled": lambda: build.lent().after(build.recall()),
    "settled": lambda: build.lent().after(build.repay()),
    "written off": lambda: build.lent().after(write_off(amount=2 * HALF)),
}
LATER = 70
MOVES: dict[str, ask.LoanCommand] = {
    "apply": build.application(),
    "confirm": build.confirm(LATER),
    "approve": build.approve(LATER),
    "reject": build.reject(LATER),
    "withdraw": build.withdraw(LATER),
    "disburse": build.disburse(LATER, HALF, SECOND, acknowledged=("NOT_APPROVED",)),
    "reverse": build.reverse(LATER),
    "inspect": build.inspect(LATER),
    "repay": build.repay(LATER, HALF),
    "repay more": build.repay(LATER, 2 * HALF + 1),
    "overdue": overdue(LATER),
    "current": ask.MarkCurrent(loan_id=build.LOAN_ID, ended_on=build.on(LATER)),
    "contact": ask.RecordContact(
        loan_id=build.LOAN_ID,
        contact_id=named("contact"),
        contacted_on=build.on(LATER),
        outcome="absent",
    ),
    "extend": ask.ExtendLoan(
        loan_id=build.LOAN_ID, granted_on=build.on(LATER), until=build.on(400)
    ),
    "freeze": freeze(LATER),
    "freeze misused": freeze(LATER, misuse=(named("finding"),)),
    "write off": write_off(LATER),
    "write off misused": write_off(LATER, misuse=(named("finding"),)),
    "recall": build.recall(LATER, name="another recall"),
    "collect": build.collect(LATER),
}


def answer(standing: str, move: str) -> str:
    command = MOVES[move]
    try:
        facts = LOAN.decide(STANDINGS[standing]().state, command, build.actor_of(command))
    except (Conflict, Malformed) as refusal:
        return refusal.code
    return "+" if facts else "="


BEFORE_MONEY = {
    "apply": "already-exists",
    "contact": "+",
    "withdraw": "+",
    "disburse": "+",
    "reverse": "not-found",
    "inspect": "not-in-list",
    "repay": "over-repayment",
    "repay more": "over-repayment",
    "overdue": "not-open",
    "current": "not-open",
    "extend": "not-open",
    "freeze": "not-open",
    "freeze misused": "not-open",
    "write off": "over-repayment",
    "write off misused": "misuse-confirmed",
    "recall": "not-open",
    "collect": "not-open",
}
DECIDED = {
    "confirm": "already-confirmed",
    "approve": "already-approved",
    "reject": "already-approved",
}
OWING = {
    **dict.fromkeys(MOVES, "+"),
    **DECIDED,
    "apply": "already-exists",
    "withdraw": "already-disbursed",
    "repay more": "over-repayment",
    "current": "not-open",
    "freeze misused": "misuse-confirmed",
    "write off misused": "misuse-confirmed",
    "collect": "not-open",
}
OVER = dict.fromkeys(MOVES, "already-closed") | {"apply": "already-exists"}
TABLE = {
    "unknown": dict.fromkeys(MOVES, "not-found") | {"apply": "+"},
    "applied": BEFORE_MONEY | {"confirm": "+", "approve": "+", "reject": "+"},
    "confirmed": BEFORE_MONEY | {"confirm": "already-confirmed", "approve": "+", "reject": "+"},
    "approved": BEFORE_MONEY | DECIDED,
    "rejected": OVER,
    "withdrawn": OVER,
    "lent": OWING,
    "reversed": BEFORE_MONEY | DECIDED | {"reverse": "already-reversed", "inspect": "+"},
    "overdue": OWING | {"overdue": "already-overdue", "current": "+"},
    "frozen": OWING,
    "recalled": OWING | {"collect": "+"},
    "settled": OVER,
    "written off": OVER,
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("standing", STANDINGS)
def test_what_may_be_asked_in_each_standing(standing: str, move: str) -> None:
    assert answer(standing, move) == TABLE[standing][move]


def test_the_table_has_every_standing_and_every_move() -> None:
    assert list(TABLE) == list(STANDINGS)
    assert all(set(row) == set(MOVES) for row in TABLE.values())
    asked = {type(command) for command in MOVES.values()}
    assert asked == set(get_args(ask.LoanCommand))


@pytest.mark.parametrize(
    ("days", "checked"),
    [((3,), 3), ((3, 5), 3), ((5, 3), 3), ((0,), 0), ((-1,), None), ((-1, 4), 4)],
)
def test_a_disbursement_is_checked_by_the_first_check_on_or_after_it(
    days: tuple[int, ...], checked: int | None
) -> None:
    seen = [facts.inspected(facts.day(each)) for each in days]
    state = LOAN.fold(facts.history(facts.applied(), facts.disbursed(), *seen))
    (paid,) = state.disbursements
    assert paid.checked_on == (None if checked is None else facts.day(checked))


def test_a_check_of_an_unknown_disbursement_changes_nothing() -> None:
    known = facts.history(facts.applied(), facts.disbursed())
    stray = facts.history(
        facts.applied(), facts.disbursed(), facts.inspected(facts.day(3), paid=facts.uid("stray"))
    )
    assert LOAN.fold(stray).disbursements == LOAN.fold(known).disbursements

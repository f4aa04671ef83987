"""No sequence of commands, dated in any order, breaks the money or answers without a code."""

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.loans import commands as ask
from services.loans.decider import LOAN
from services.loans.events import LoanEvent
from services.loans.state import LoanState
from shared.decider import Conflict, Malformed
from shared.ids import named
from shared.money import vnd
from shared.policy.outstanding import balances, buckets_on
from shared.policy.standing import standings
from tests.support import lending as build

DAYS = st.integers(0, 30)
AMOUNTS = st.integers(1, 8)
IDS = st.integers(0, 3)
CODES = {
    "already-approved",
    "already-closed",
    "already-confirmed",
    "already-disbursed",
    "already-exists",
    "already-overdue",
    "already-reversed",
    "four-eyes",
    "not-found",
    "not-open",
    "over-repayment",
    "over-reversal",
    "would-open-findings",
}
FIELD_CODES = {"out-of-order", "out-of-range", "not-in-list", "required"}


class LoanMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.state: LoanState = LOAN.initial
        self.do(build.application(amount=vnd(8)))

    def do(self, command: ask.LoanCommand) -> None:
        who = build.actor_of(command)
        for event in self.answer(command):
            self.state = LOAN.evolve(self.state, event, who)

    def answer(self, command: ask.LoanCommand) -> list[LoanEvent]:
        try:
            return LOAN.decide(self.state, command, build.actor_of(command))
        except (Conflict, Malformed) as refusal:
            refused = refusal
        assert refused.code in (CODES if isinstance(refused, Conflict) else FIELD_CODES)
        assert " / " in str(refused)
        return []

    @rule(days=DAYS)
    def confirm(self, days: int) -> None:
        self.do(build.confirm(days))

    @rule(days=DAYS, amount=AMOUNTS)
    def approve(self, days: int, amount: int) -> None:
        self.do(build.approve(days, amount=vnd(amount)))

    @rule(days=DAYS, amount=AMOUNTS, which=IDS, slip=st.booleans())
    def disburse(self, days: int, amount: int, which: int, *, slip: bool) -> None:
        known = ("NOT_APPROVED",) if slip else ()
        self.do(build.disburse(days, amount, named(f"paid {which}"), acknowledged=known))

    @rule(days=DAYS, which=IDS)
    def reverse(self, days: int, which: int) -> None:
        self.do(build.reverse(days, named(f"paid {which}")))

    @rule(days=DAYS, amount=AMOUNTS)
    def repay(self, days: int, amount: int) -> None:
        self.do(build.repay(days, amount))

    @rule(days=DAYS, amount=AMOUNTS)
    def recall(self, days: int, amount: int) -> None:
        self.do(build.recall(days, amount, name=f"recall {days}"))

    @rule(days=DAYS, amount=AMOUNTS)
    def collect(self, days: int, amount: int) -> None:
        self.do(build.collect(days, amount))

    @rule(days=DAYS, amount=AMOUNTS)
    def write_off(self, days: int, amount: int) -> None:
        day = build.on(days)
        self.do(ask.WriteOffLoan(loan_id=build.LOAN_ID, written_off_on=day, amount=vnd(amount)))

    @rule(days=DAYS)
    def overdue(self, days: int) -> None:
        self.do(ask.MarkOverdue(loan_id=build.LOAN_ID, since=build.on(days)))

    @rule(days=DAYS)
    def withdraw(self, days: int) -> None:
        self.do(build.withdraw(days))

    @rule(days=DAYS, which=IDS)
    def inspect(self, days: int, which: int) -> None:
        self.do(build.inspect(days, which=named(f"paid {which}")))

    @invariant()
    def no_date_has_a_negative_debt(self) -> None:
        assert all(owed >= 0 for _, owed in balances(self.state.life.ledger))

    @invariant()
    def every_dong_is_in_one_bucket(self) -> None:
        for day, owed in balances(self.state.life.ledger):
            found = buckets_on(self.state.life.ledger, day)
            parts = found.reversed + found.repaid + found.recalled + found.written_off
            assert found.disbursed == parts + owed

    @invariant()
    def standings_ascend_and_change(self) -> None:
        found = standings(self.state.life)
        days = [row.since for row in found]
        assert days == sorted(set(days))
        assert all(one.standing != two.standing for one, two in pairwise(found))


LoanMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
test_no_sequence_breaks_the_money = LoanMachine.TestCase

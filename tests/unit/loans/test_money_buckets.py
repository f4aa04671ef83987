"""Every đồng is in exactly one bucket on every day, after every prefix of a loan's history."""

from hypothesis import settings
from hypothesis.stateful import invariant

from services.loans import commands as ask
from services.loans.decider import LOAN
from services.reporting.domain.dossier import fold
from services.reporting.figures.area import buckets
from shared.policy.outstanding import balances, buckets_on
from shared.recorded import Recorded
from tests.support import lending as build
from tests.support.facts import Recorder
from tests.unit.loans.test_loan_machine import LoanMachine


class BucketMachine(LoanMachine):
    """Records what is decided, and reads it as reporting does."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.recorded: list[Recorded] = []
        super().__init__()

    def do(self, command: ask.LoanCommand) -> None:
        who = build.actor_of(command)
        for event in self.answer(command):
            self.state = LOAN.evolve(self.state, event, who)
            self.recorded.append(self.recorder.record(event))

    @invariant()
    def the_buckets_hold_what_was_lent_and_what_may_still_be(self) -> None:
        (loan,) = fold(build.HOUSEHOLD, self.recorded).loans
        ledger, life = self.state.life.ledger, self.state.life
        for day, owed in balances(ledger):
            found, moved = buckets(loan, day), buckets_on(ledger, day)
            assert min(found.values()) >= 0
            kept = found["unevidenced"] + found["on_purpose"] + found["off_purpose"]
            gone = {name: found[name] for name in ("repaid", "recalled", "written_off")}
            assert kept == owed
            assert gone == {name: getattr(moved, name) for name in gone}
            assert kept + sum(gone.values()) == moved.net
            approval = life.approval if life.approval and life.approval.approved_on <= day else None
            withdrawn = life.withdrawn_on is not None and life.withdrawn_on <= day
            allowed = approval.amount if approval and not withdrawn else 0
            assert found["undisbursed"] == max(0, allowed - moved.net)


BucketMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
test_no_sequence_loses_a_dong = BucketMachine.TestCase

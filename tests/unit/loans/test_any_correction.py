"""Any commands, and then any correction of one event: the history still could have been recorded.

And the money is right at every prefix of it.
"""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.loans import commands as ask
from services.loans.decider import GROUP, LOAN
from services.loans.events import REGISTRY
from shared.areas.tree import BEGINNING, Commune
from shared.ids import named
from shared.money import vnd
from shared.policy.outstanding import balances, buckets_on
from shared.recorded import Recorded
from tests.support import lending as build
from tests.support.any_order import corrected_somehow, could_have_been_recorded, history_of

DAYS = st.integers(0, 20)
AMOUNTS = st.integers(1, 8)
IDS = st.integers(0, 2).map(lambda number: named(f"paid {number}"))


def overdue(days: int) -> ask.MarkOverdue:
    return ask.MarkOverdue(loan_id=build.LOAN_ID, since=build.on(days))


def current(days: int) -> ask.MarkCurrent:
    return ask.MarkCurrent(loan_id=build.LOAN_ID, ended_on=build.on(days))


def write_off(days: int, amount: int) -> ask.WriteOffLoan:
    return ask.WriteOffLoan(
        loan_id=build.LOAN_ID, written_off_on=build.on(days), amount=vnd(amount)
    )


def disburse(days: int, amount: int, which: Any) -> ask.DisburseLoan:
    return build.disburse(days, amount, which, acknowledged=("NOT_APPROVED",))


def inspect(days: int, which: Any) -> ask.InspectLoanUse:
    return build.inspect(days, which=which)


MOVES = st.one_of(
    st.builds(build.confirm, DAYS),
    st.builds(build.approve, DAYS),
    st.builds(build.withdraw, DAYS),
    st.builds(disburse, DAYS, AMOUNTS, IDS),
    st.builds(disburse, DAYS, AMOUNTS, IDS),
    st.builds(build.reverse, DAYS, IDS),
    st.builds(inspect, DAYS, IDS),
    st.builds(build.repay, DAYS, AMOUNTS),
    st.builds(build.recall, DAYS, AMOUNTS),
    st.builds(build.collect, DAYS, AMOUNTS),
    st.builds(write_off, DAYS, AMOUNTS),
    st.builds(overdue, DAYS),
    st.builds(current, DAYS),
)
CHANGES: list[dict[str, Any] | None] = [
    None,
    {"amount": 1},
    {"principal": 8},
    {"principal": 1},
    {"disbursed_on": build.on(19)},
    {"paid_on": build.on(0)},
    {"reversed_on": build.on(1)},
    {"since": build.on(3)},
]


def money_is_right_at_every_prefix(history: list[Recorded]) -> bool:
    state = LOAN.initial
    for recorded in history:
        state = LOAN.evolve(state, recorded.event, recorded.meta.actor)
        for day, owed in balances(state.life.ledger):
            found = buckets_on(state.life.ledger, day)
            parts = found.reversed + found.repaid + found.recalled + found.written_off
            assert owed >= 0
            assert found.disbursed == parts + owed
    return True


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(moves=st.lists(MOVES, min_size=4, max_size=20), data=st.data())
def test_any_correction_of_a_loan_leaves_a_history_that_could_have_been_recorded(
    moves: list[ask.LoanCommand], data: st.DataObject
) -> None:
    wanted = [build.application(), *moves]
    history, _ = history_of(LOAN, REGISTRY, build.LOAN_ID, wanted, build.actor_of)
    assert could_have_been_recorded(LOAN, history)
    assert money_is_right_at_every_prefix(history)
    changes = data.draw(st.sampled_from(CHANGES))
    after = corrected_somehow(LOAN, history, build.LOAN_ID, changes, data)
    if after is not None:
        assert could_have_been_recorded(LOAN, after)
        assert money_is_right_at_every_prefix(after)


GROUP_ID = named("group")
GROUP_DAYS = DAYS.map(build.on)
GROUP_MOVES = st.one_of(
    st.builds(
        ask.FormGroup,
        group_id=st.just(GROUP_ID),
        formed_on=GROUP_DAYS,
        name=st.just("Tổ 1"),
        commune=st.just(Commune("01858", BEGINNING)),
        union=st.just("women"),
        leader_id=st.just("a"),
    ),
    st.builds(
        ask.ChangeLeader,
        group_id=st.just(GROUP_ID),
        since=GROUP_DAYS,
        leader_id=st.sampled_from(["a", "b"]),
    ),
    st.builds(
        ask.DissolveGroup,
        group_id=st.just(GROUP_ID),
        dissolved_on=GROUP_DAYS,
        reason=st.just("s1:x"),
    ),
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(moves=st.lists(GROUP_MOVES, min_size=2, max_size=12), data=st.data())
def test_any_correction_of_a_group_leaves_a_history_that_could_have_been_recorded(
    moves: list[ask.GroupCommand], data: st.DataObject
) -> None:
    history, refusals = history_of(GROUP, REGISTRY, GROUP_ID, moves)
    assert set(refusals) <= {"already-exists", "already-closed", "not-found", "out-of-order"}
    assert could_have_been_recorded(GROUP, history)
    if not history:
        return
    changes = data.draw(st.sampled_from([None, {"formed_on": build.DAY + timedelta(days=9)}]))
    after = corrected_somehow(GROUP, history, GROUP_ID, changes, data)
    assert after is None or could_have_been_recorded(GROUP, after)

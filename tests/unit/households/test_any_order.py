"""Whatever is asked in whatever order: facts or a refusal, and corrections that leave sense."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.households import commands
from services.households.decider import HOUSEHOLD as DECIDER
from services.households.events import REGISTRY
from shared.areas import EVERYWHERE
from shared.correcting import CorrectEvent, correct
from shared.corrections import corrected
from shared.decider import Conflict, Malformed
from shared.ids import named
from shared.recorded import Recorded
from shared.store.memory import MemoryStore
from shared.store.port import NewEvent, Provenance
from tests.support.given import LEADER, OFFICER, an_id
from tests.support.households import BOC_BO, HOUSEHOLD, NGHIEN_LOAN, a_member

FIRST = date(2024, 1, 1)
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))
parts = st.sampled_from([an_id("part one"), an_id("part two")])
people = st.sampled_from(["head", "spouse", "child"])
years = st.sampled_from([2023, 2024])


def of(command: Any, **fields: Any) -> st.SearchStrategy[Any]:
    return st.builds(command, household_id=st.just(HOUSEHOLD), **fields)


asked = st.one_of(
    of(
        commands.RegisterHousehold,
        commune=st.just(BOC_BO),
        village=st.just("x"),
        area_type=st.just("rural"),
        head=st.just(a_member()),
        members=st.just(()),
        ethnicity=st.none(),
        registered_on=days,
        split_from=st.none(),
    ),
    of(commands.AddMember, member=people.map(a_member), joined_on=days),
    of(
        commands.RemoveMember,
        member_id=people.map(an_id),
        left_on=days,
        reason=st.just("moved"),
    ),
    of(commands.ChangeHead, member_id=people.map(an_id), since=days),
    of(
        commands.MoveHousehold,
        commune=st.sampled_from([BOC_BO, NGHIEN_LOAN]),
        village=st.just("x"),
        area_type=st.just("rural"),
        moved_on=days,
    ),
    of(
        commands.CloseHousehold,
        closed_on=days,
        reason=st.just("other"),
        into_household_id=st.none(),
    ),
    of(
        commands.ScoreReview,
        review_id=parts,
        year=years,
        kind=st.just("annual"),
        b1=st.sampled_from([100, 200]),
        b2=st.sampled_from([20, 30]),
        deprivations=st.just(()),
        scored_on=days,
        reviewer_ids=st.just(("x",)),
        area_type=st.none(),
    ),
    of(commands.ReverifyResult, review_id=parts, done_on=days, b1=st.just(100), b2=st.just(0)),
    of(
        commands.ClassifyHousehold,
        decided_on=days,
        status=st.sampled_from(["poor", "near_poor", "newly_escaped"]),
        decision_no=st.just("1"),
        effective_from=days,
        decided_by=st.sampled_from(["x", "y"]),
        review_id=st.one_of(st.none(), parts),
        departure_reason=st.sampled_from([None, "other"]),
    ),
    of(commands.SetExitTarget, set_on=days, year=years, to=st.sampled_from(["out", "near_poor"])),
    of(commands.WithdrawExitTarget, year=years, withdrawn_on=days, reason=st.just("s1:x")),
    of(
        commands.AgreePlanItem,
        agreed_on=days,
        item_id=parts,
        action=st.just("s1:x"),
        addresses=st.just("no_land"),
        responsible=st.just("x"),
        due_on=days,
    ),
    of(commands.CompletePlanItem, item_id=parts, completed_on=days, note=st.none()),
)
changes = st.sampled_from(
    [
        None,
        {"registered_on": FIRST + timedelta(days=3)},
        {"left_on": FIRST},
        {"closed_on": FIRST + timedelta(days=1)},
        {"scored_on": FIRST + timedelta(days=5)},
        {"b1": 200},
        {"status": "poor"},
    ]
)


def history_of(wanted: list[Any]) -> tuple[MemoryStore, str]:
    """Record what can be recorded of these, each by the leader."""
    store = MemoryStore(REGISTRY)
    name = f"household-{HOUSEHOLD}"
    provenance = Provenance(actor=LEADER, recorded_at=datetime(2024, 2, 1, tzinfo=UTC))
    for number, command in enumerate(wanted):
        with store.transaction() as transaction:
            history = transaction.read(name)
            try:
                facts = DECIDER.decide(DECIDER.fold(history), command, LEADER)
            except (Conflict, Malformed):
                continue
            new = [NewEvent(named(f"event {number}"), fact) for fact in facts]
            transaction.append(name, len(history), new, provenance)
    return store, name


def could_have_been_recorded(history: list[Recorded]) -> bool:
    state = DECIDER.initial
    for recorded in history:
        DECIDER.validate(state, recorded.event, recorded.meta.actor)
        state = DECIDER.evolve(state, recorded.event, recorded.meta.actor)
    return True


@settings(max_examples=60, deadline=None)
@given(wanted=st.lists(asked, max_size=25), data=st.data())
def test_any_commands_and_any_correction_leave_a_history_that_could_have_been_recorded(
    wanted: list[Any], data: st.DataObject
) -> None:
    store, name = history_of(wanted)
    history = store.read_stream(name)
    assert could_have_been_recorded(history)
    if not history:
        return
    target = data.draw(st.sampled_from(history))
    fields = data.draw(changes)
    correction = CorrectEvent(
        stream=HOUSEHOLD,
        event_id=target.meta.event_id,
        reason="s1:x",
        fields=fields,
        annul=fields is None,
        occurred_on=FIRST,
        today=FIRST + timedelta(days=30),
        scope=EVERYWHERE,
        seal=lambda _, text: text,
        pseudonym=lambda text: text,
    )
    try:
        fact = correct(DECIDER, history, correction, OFFICER, lambda _, given: given)
    except (Conflict, Malformed):
        return
    assert could_have_been_recorded(corrected(history, fact))


@settings(max_examples=30, deadline=None)
@given(wanted=st.lists(asked, max_size=25))
def test_a_command_answered_with_nothing_changes_nothing_and_the_rest_is_remembered(
    wanted: list[Any],
) -> None:
    state = DECIDER.initial
    for command in wanted:
        try:
            facts = DECIDER.decide(state, command, OFFICER)
        except (Conflict, Malformed):
            continue
        for fact in facts:
            state = DECIDER.evolve(state, fact, OFFICER)
        # asked again it is refused or changes nothing, unless it may be said repeatedly
        if not isinstance(command, (commands.ReverifyResult, commands.ClassifyHousehold)):
            try:
                assert DECIDER.decide(state, command, OFFICER) == []
            except (Conflict, Malformed):
                continue

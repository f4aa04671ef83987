"""Sponsors, assignments and models: any commands in any order, and any correction of what came."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sponsorship import commands
from services.sponsorship.decider import ASSIGNMENT, MODEL, SPONSOR
from services.sponsorship.errors import NoHandoverOffered
from services.sponsorship.events import REGISTRY
from shared.areas.tree import BEGINNING, Commune
from shared.decider import Decider
from shared.ids import named
from shared.money import vnd
from tests.support.any_order import corrected_somehow, could_have_been_recorded, history_of

OWN = named("the one")
HOUSEHOLDS = [named("household one"), named("household two")]
SPONSORS = [named("sponsor one"), named("sponsor two"), named("sponsor three")]
FIRST = date(2024, 1, 1)
CODES = {
    "already-closed",
    "already-exists",
    "not-a-person",
    "not-enrolled",
    "not-found",
    "not-open",
    "out-of-order",
    "out-of-range",
}
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))
parts = st.sampled_from([named("part one"), named("part two")])
values = st.integers(1, 5).map(vnd)
sealed = st.just("s1:x")


def of(command: Any, **fields: Any) -> st.SearchStrategy[Any]:
    return st.builds(command, assignment_id=st.just(OWN), **fields)


ASSIGNED = of(
    commands.AssignSponsor,
    household_id=st.just(HOUSEHOLDS[0]),
    sponsor_id=st.just(SPONSORS[0]),
    starts_on=days,
    person_in_charge=st.just("x"),
    ends_on=st.none() | days,
    visit_every_days=st.just(90),
    goal=sealed,
    commune=st.none(),
)
ASSIGNMENTS = st.one_of(
    ASSIGNED,
    of(
        commands.RecordVisit,
        visit_id=parts,
        visited_on=days,
        visitor=st.just("x"),
        progress=st.just("improving"),
        note=st.none(),
        note_ref=st.none(),
        evidence=st.just(()),
    ),
    of(
        commands.PledgeSupport,
        commitment_id=parts,
        pledged_on=days,
        kind=st.just("cash"),
        value=values,
        due_on=days,
    ),
    of(
        commands.FulfilPledge,
        commitment_id=parts,
        fulfilled_on=days,
        value=values,
        evidence=st.just(()),
    ),
    of(commands.WithdrawPledge, commitment_id=parts, withdrawn_on=days, reason=sealed),
    of(
        commands.RaiseDifficulty,
        difficulty_id=parts,
        raised_on=days,
        category=st.just("land"),
        text=sealed,
        asked_of=st.just("commune"),
    ),
    of(commands.ResolveDifficulty, difficulty_id=parts, resolved_on=days, outcome=sealed),
    of(commands.OfferHandover, offered_on=days, to_sponsor_id=st.sampled_from(SPONSORS)),
    of(commands.AcceptHandover, accepted_on=days, person_in_charge=st.just("y")),
    of(commands.RefuseHandover, refused_on=days, reason=sealed),
    of(commands.ChangePersonInCharge, since=days, person_in_charge=st.sampled_from(["x", "y"])),
    of(commands.EndAssignment, ended_on=days, reason=sealed),
)
LAUNCHED = st.builds(
    commands.LaunchModel,
    model_id=st.just(OWN),
    launched_on=days,
    name=st.just("dong riềng"),
    kind=st.just("ocop"),
    commune=st.just(Commune("01858", BEGINNING)),
    budget=values,
)
MODELS = st.one_of(
    LAUNCHED,
    st.builds(
        commands.EnrolHousehold,
        model_id=st.just(OWN),
        household_id=st.sampled_from(HOUSEHOLDS),
        enrolled_on=days,
        support_value=values,
    ),
    st.builds(
        commands.AssessOutcome,
        model_id=st.just(OWN),
        household_id=st.sampled_from(HOUSEHOLDS),
        assessed_on=days,
        result=st.just("high"),
        income_before=st.none(),
        income_after=st.none(),
    ),
    st.builds(commands.CloseModel, model_id=st.just(OWN), closed_on=days),
)
REGISTERED = st.builds(
    commands.RegisterSponsor,
    sponsor_id=st.just(OWN),
    kind=st.sampled_from(["agency", "individual"]),
    name=st.just("Sở X"),
    registered_on=days,
)
REGISTER = st.one_of(
    REGISTERED,
    st.builds(commands.DissolveSponsor, sponsor_id=st.just(OWN), dissolved_on=days, reason=sealed),
    st.builds(
        commands.EraseSponsorData,
        sponsor_id=st.just(OWN),
        legal_basis=st.just("x"),
        occurred_on=days,
    ),
)
CHANGES: list[dict[str, Any] | None] = [
    None,
    {"starts_on": FIRST + timedelta(days=4)},
    {"offered_on": FIRST + timedelta(days=5)},
    {"ended_on": FIRST + timedelta(days=1)},
    {"enrolled_on": FIRST},
    {"closed_on": FIRST + timedelta(days=2)},
    {"registered_on": FIRST + timedelta(days=6)},
]


@pytest.mark.parametrize(
    ("decider", "begins", "asked"),
    [
        (ASSIGNMENT, ASSIGNED, ASSIGNMENTS),
        (MODEL, LAUNCHED, MODELS),
        (SPONSOR, REGISTERED, REGISTER),
    ],
    ids=["assignment", "model", "sponsor"],
)
def test_any_commands_and_any_correction_leave_a_history_that_could_have_been_recorded(
    decider: Decider[Any, Any], begins: st.SearchStrategy[Any], asked: st.SearchStrategy[Any]
) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(first=begins, more=st.lists(asked, min_size=5, max_size=25), data=st.data())
    def holds(first: Any, more: list[Any], data: st.DataObject) -> None:
        # the beginning is mostly first, and now and then it comes too late
        turn = data.draw(st.sampled_from([0, 0, 0, 1]))
        wanted = [*more[:turn], first, *more[turn:]]
        history, refusals = history_of(decider, REGISTRY, OWN, wanted)
        assert set(refusals) <= CODES
        assert could_have_been_recorded(decider, history)
        if not history:
            return
        changes = data.draw(st.sampled_from(CHANGES))
        after = corrected_somehow(decider, history, OWN, changes, data)
        assert after is None or could_have_been_recorded(decider, after)
        if after and decider is ASSIGNMENT:
            assert_each_sponsor_took_what_was_offered(after)

    holds()


def assert_each_sponsor_took_what_was_offered(history: list[Any]) -> None:
    offered = None
    for recorded in history:
        offered = getattr(recorded.event, "to_sponsor_id", offered)
        if recorded.meta.type == "HandoverAccepted":
            assert recorded.event.sponsor_id == offered


def test_an_acceptance_falls_with_the_offer_that_it_answered() -> None:
    start = commands.AssignSponsor(
        assignment_id=OWN,
        household_id=HOUSEHOLDS[0],
        sponsor_id=SPONSORS[0],
        starts_on=FIRST,
        person_in_charge="x",
        goal="s1:x",
    )
    offers = [
        commands.OfferHandover(assignment_id=OWN, offered_on=FIRST, to_sponsor_id=to)
        for to in SPONSORS[1:]
    ]
    accepted = commands.AcceptHandover(assignment_id=OWN, accepted_on=FIRST, person_in_charge="y")
    history, _ = history_of(ASSIGNMENT, REGISTRY, OWN, [start, *offers, accepted])
    without_the_second_offer = [history[0], history[1], history[3]]
    with pytest.raises(NoHandoverOffered):
        could_have_been_recorded(ASSIGNMENT, without_the_second_offer)

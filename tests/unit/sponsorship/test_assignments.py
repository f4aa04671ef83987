"""One sponsor, one household: in order, once, and over when it is over."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.sponsorship import commands, errors, events
from services.sponsorship.decider import ASSIGNMENT, MODEL, SPONSOR
from shared.areas import Commune
from shared.money import vnd
from tests.support.given import Given, an_id, given

DAY = date(2024, 3, 1)
LATER = DAY + timedelta(days=30)
THE_DAY_BEFORE = DAY - timedelta(days=1)
ASSIGNED = an_id("assignment")
HOUSEHOLD = an_id("household")
SPONSORS = an_id("sponsor"), an_id("other sponsor")
PART = an_id("part")


def assigned(**more: Any) -> Given:
    fields: dict[str, Any] = {
        "assignment_id": ASSIGNED,
        "household_id": HOUSEHOLD,
        "sponsor_id": SPONSORS[0],
        "starts_on": DAY,
        "person_in_charge": "bi-thu",
        "goal": "s1:x",
    }
    return given(ASSIGNMENT, events.SponsorAssigned(**(fields | more)))


def a_visit(day: date = DAY, **more: Any) -> commands.RecordVisit:
    fields: dict[str, Any] = {"visit_id": PART, "visitor": "bi-thu", "progress": "improving"}
    return commands.RecordVisit(assignment_id=ASSIGNED, visited_on=day, **(fields | more))


def ending(day: date = LATER) -> commands.EndAssignment:
    return commands.EndAssignment(assignment_id=ASSIGNED, ended_on=day, reason="s1:x")


def offer(to: Any = SPONSORS[1], day: date = LATER) -> commands.OfferHandover:
    return commands.OfferHandover(assignment_id=ASSIGNED, offered_on=day, to_sponsor_id=to)


def acceptance(day: date = LATER) -> commands.AcceptHandover:
    return commands.AcceptHandover(
        assignment_id=ASSIGNED, accepted_on=day, person_in_charge="chu-tich"
    )


def test_every_fact_of_an_assignment_names_its_household() -> None:
    fact = assigned().when(a_visit()).then_happened(events.VisitRecorded)
    assert (fact.assignment_id, fact.household_id) == (ASSIGNED, HOUSEHOLD)


def test_nothing_happens_to_an_unknown_assignment() -> None:
    given(ASSIGNMENT).when(a_visit()).then_refused(errors.AssignmentNotFound, "not-found")


@pytest.mark.parametrize(("day", "fine"), [(THE_DAY_BEFORE, False), (DAY, True)], ids=str)
def test_a_visit_is_not_before_the_start(day: date, *, fine: bool) -> None:
    answer = assigned().when(a_visit(day))
    if fine:
        answer.then_happened(events.VisitRecorded)
    else:
        answer.then_malformed("/visited_on", "out-of-order")


def test_a_visit_id_is_used_once() -> None:
    there = assigned()
    seen = there.and_(there.when(a_visit()).then_happened(events.VisitRecorded))
    seen.when(a_visit()).then_refused(errors.AlreadyRecorded, "already-exists")


def test_an_ended_assignment_takes_only_what_was_before_and_what_outlives_it() -> None:
    there = assigned()
    pledge = commands.PledgeSupport(
        assignment_id=ASSIGNED,
        commitment_id=PART,
        pledged_on=DAY,
        kind="cash",
        value=vnd(5),
        due_on=DAY,
    )
    there = there.and_(there.when(pledge).then_happened(events.SupportPledged))
    ended = there.and_(there.when(ending()).then_happened(events.AssignmentEnded))
    ended.when(ending()).then_refused(errors.AssignmentAlreadyEnded, "already-closed")
    ended.when(a_visit(LATER)).then_refused(errors.AssignmentAlreadyEnded)
    ended.when(a_visit(LATER - timedelta(days=1))).then_happened(events.VisitRecorded)
    fulfil = commands.FulfilPledge(
        assignment_id=ASSIGNED, commitment_id=PART, fulfilled_on=LATER, value=vnd(2)
    )
    ended.when(fulfil).then_happened(events.PledgeFulfilled)


def test_a_pledge_is_kept_in_parts_until_it_is_withdrawn() -> None:
    pledged = events.SupportPledged(
        assignment_id=ASSIGNED,
        household_id=HOUSEHOLD,
        commitment_id=PART,
        pledged_on=DAY,
        kind="cash",
        value=vnd(10),
        due_on=LATER,
    )
    fulfil = commands.FulfilPledge(
        assignment_id=ASSIGNED, commitment_id=PART, fulfilled_on=LATER, value=vnd(4)
    )
    there = assigned().and_(pledged)
    once = there.and_(there.when(fulfil).then_happened(events.PledgeFulfilled))
    twice = once.and_(once.when(fulfil).then_happened(events.PledgeFulfilled))
    assert twice.state.pledges[PART].fulfilled == 8
    withdraw = commands.WithdrawPledge(
        assignment_id=ASSIGNED, commitment_id=PART, withdrawn_on=LATER, reason="s1:x"
    )
    withdrawn = twice.and_(twice.when(withdraw).then_happened(events.PledgeWithdrawn))
    withdrawn.when(fulfil).then_refused(errors.PartNotOpen, "not-open")
    assigned().when(fulfil).then_refused(errors.PartNotFound, "not-found")


def test_a_difficulty_is_resolved_once() -> None:
    raised = events.DifficultyRaised(
        assignment_id=ASSIGNED,
        household_id=HOUSEHOLD,
        difficulty_id=PART,
        raised_on=DAY,
        category="land",
        text="s1:x",
        asked_of="commune",
    )
    resolve = commands.ResolveDifficulty(
        assignment_id=ASSIGNED, difficulty_id=PART, resolved_on=DAY, outcome="s1:x"
    )
    there = assigned().and_(raised)
    done = there.and_(there.when(resolve).then_happened(events.DifficultyResolved))
    done.when(resolve).then_refused(errors.PartNotOpen, "not-open")


def test_whoever_was_asked_takes_over_and_the_visits_are_counted_anew() -> None:
    there = assigned()
    offered = there.and_(there.when(offer()).then_happened(events.HandoverOffered))
    offered.when(acceptance(LATER - timedelta(days=1))).then_malformed(
        "/accepted_on", "out-of-order"
    )
    fact = offered.when(acceptance()).then_happened(events.HandoverAccepted)
    assert fact.sponsor_id == SPONSORS[1]
    taken = offered.and_(fact)
    assert (taken.state.sponsor_id, taken.state.counted_from) == (SPONSORS[1], LATER)
    taken.when(acceptance()).then_refused(errors.NoHandoverOffered, "not-open")


def test_a_sponsors_people_answer_only_what_their_sponsor_was_asked() -> None:
    there = assigned()
    offered = there.and_(there.when(offer()).then_happened(events.HandoverOffered))
    refusal = commands.RefuseHandover(assignment_id=ASSIGNED, refused_on=LATER, reason="s1:x")
    for answer in (acceptance(), refusal):
        own = replace(answer, answered_by=SPONSORS[0])
        offered.when(own).then_refused(errors.HandoverOfAnother, "not-asked")
        there.when(own).then_refused(errors.NoHandoverOffered, "not-open")
    asked = replace(acceptance(), answered_by=SPONSORS[1])
    offered.when(asked).then_happened(events.HandoverAccepted)
    declined = replace(refusal, answered_by=SPONSORS[1])
    offered.when(declined).then_happened(events.HandoverRefused)


def test_a_refused_handover_can_be_offered_again_but_not_to_the_sponsor_itself() -> None:
    there = assigned()
    there.when(offer(SPONSORS[0])).then_malformed("/to_sponsor_id", "out-of-range")
    offered = there.and_(there.when(offer()).then_happened(events.HandoverOffered))
    refusal = commands.RefuseHandover(assignment_id=ASSIGNED, refused_on=LATER, reason="s1:x")
    refused = offered.and_(offered.when(refusal).then_happened(events.HandoverRefused))
    refused.when(refusal).then_refused(errors.NoHandoverOffered)
    refused.when(offer()).then_happened(events.HandoverOffered)


def test_the_same_person_in_charge_changes_nothing() -> None:
    def change(person: str) -> commands.ChangePersonInCharge:
        return commands.ChangePersonInCharge(
            assignment_id=ASSIGNED, since=LATER, person_in_charge=person
        )

    assigned().when(change("bi-thu")).then_nothing_changes()
    assigned().when(change("chu-tich")).then_happened(events.PersonInChargeChanged)


@pytest.mark.parametrize(("day", "fine"), [(LATER - timedelta(days=1), False), (LATER, True)])
def test_an_assignment_does_not_end_before_what_is_recorded_of_it(day: date, *, fine: bool) -> None:
    there = assigned()
    seen = there.and_(there.when(a_visit(LATER)).then_happened(events.VisitRecorded))
    answer = seen.when(ending(day))
    if fine:
        answer.then_happened(events.AssignmentEnded)
    else:
        answer.then_malformed("/ended_on", "out-of-order")


def a_sponsor(kind: str = "agency") -> Given:
    registered = events.SponsorRegistered(
        sponsor_id=SPONSORS[0], kind=kind, name="Sở Tài chính", registered_on=DAY
    )
    return given(SPONSOR, registered)


def test_a_sponsor_is_dissolved_once() -> None:
    there = a_sponsor()

    def dissolve(day: date) -> commands.DissolveSponsor:
        return commands.DissolveSponsor(sponsor_id=SPONSORS[0], dissolved_on=day, reason="s1:x")

    there.when(dissolve(THE_DAY_BEFORE)).then_malformed("/dissolved_on", "out-of-order")
    gone = there.and_(there.when(dissolve(DAY)).then_happened(events.SponsorDissolved))
    gone.when(dissolve(DAY)).then_refused(errors.SponsorAlreadyDissolved, "already-closed")
    given(SPONSOR).when(dissolve(DAY)).then_refused(errors.SponsorNotFound, "not-found")


@pytest.mark.parametrize("kind", ["agency", "organisation"])
def test_only_a_persons_data_is_erased_and_at_most_once(kind: str) -> None:
    erase = commands.EraseSponsorData(sponsor_id=SPONSORS[0], legal_basis="x", occurred_on=DAY)
    a_sponsor(kind).when(erase).then_refused(errors.NoPerson, "not-a-person")
    there = a_sponsor("individual")
    erased = there.and_(there.when(erase).then_happened(events.PersonalDataErased))
    erased.when(erase).then_nothing_changes()


def test_only_those_who_take_part_in_a_model_have_an_outcome_of_it() -> None:
    model = an_id("model")
    launched = given(
        MODEL,
        events.ModelLaunched(
            model_id=model,
            launched_on=DAY,
            name="Nuôi bò",
            kind="community",
            commune=Commune("01894", date(2000, 1, 1)),
            budget=vnd(1),
        ),
    )

    def enrol(day: date = DAY) -> commands.EnrolHousehold:
        return commands.EnrolHousehold(
            model_id=model, household_id=HOUSEHOLD, enrolled_on=day, support_value=vnd(1)
        )

    assess = commands.AssessOutcome(
        model_id=model, household_id=HOUSEHOLD, assessed_on=LATER, result="high"
    )
    launched.when(assess).then_refused(errors.NotEnrolled)
    launched.when(enrol(THE_DAY_BEFORE)).then_malformed("/enrolled_on", "out-of-order")
    enrolled = launched.and_(launched.when(enrol()).then_happened(events.HouseholdEnrolled))
    enrolled.when(enrol()).then_refused(errors.AlreadyEnrolled, "already-exists")
    enrolled.when(assess).then_happened(events.OutcomeAssessed)
    close = commands.CloseModel(model_id=model, closed_on=LATER)
    closed = launched.and_(launched.when(close).then_happened(events.ModelClosed))
    closed.when(enrol(LATER)).then_refused(errors.ModelAlreadyClosed, "already-closed")
    closed.when(enrol(LATER - timedelta(days=1))).then_happened(events.HouseholdEnrolled)
    closed.when(close).then_refused(errors.ModelAlreadyClosed)
    early = commands.CloseModel(model_id=model, closed_on=LATER - timedelta(days=1))
    late = launched.and_(launched.when(enrol(LATER)).then_happened(events.HouseholdEnrolled))
    late.when(early).then_malformed("/closed_on", "out-of-order")
    late.when(close).then_happened(events.ModelClosed)


def test_a_sponsor_is_registered_once() -> None:
    fields: dict[str, Any] = {
        "sponsor_id": SPONSORS[0],
        "kind": "agency",
        "name": "Tỉnh đoàn",
        "registered_on": DAY,
    }
    asked, made = commands.RegisterSponsor(**fields), events.SponsorRegistered(**fields)
    given(SPONSOR).when(asked).then(made)
    given(SPONSOR, made).when(asked).then_refused(errors.SponsorAlreadyRegistered)


def test_a_household_is_visited_every_ninety_days_unless_it_is_said() -> None:
    assert assigned().state == assigned(visit_every_days=90).state
    assert assigned().state != assigned(visit_every_days=89).state


def test_an_assignment_is_asked_for_with_a_visit_every_ninety_days_unless_it_is_said() -> None:
    fields: dict[str, Any] = {
        "assignment_id": ASSIGNED,
        "household_id": HOUSEHOLD,
        "sponsor_id": SPONSORS[0],
        "starts_on": DAY,
        "person_in_charge": "bi-thu",
        "goal": "s1:x",
    }
    asked = commands.AssignSponsor(**fields)
    assert asked == commands.AssignSponsor(**fields, visit_every_days=90)
    made = given(ASSIGNMENT).when(asked).then_happened(events.SponsorAssigned)
    assert made.visit_every_days == 90


def test_a_model_begins_once_and_before_anything_else() -> None:
    model = an_id("model")
    fields: dict[str, Any] = {
        "model_id": model,
        "launched_on": DAY,
        "name": "Nuôi bò",
        "kind": "community",
        "commune": Commune("01894", date(2000, 1, 1)),
        "budget": vnd(1),
    }
    launch, made = commands.LaunchModel(**fields), events.ModelLaunched(**fields)
    given(MODEL).when(launch).then(made)
    given(MODEL, made).when(launch).then_refused(errors.ModelAlreadyLaunched, "already-exists")
    close = commands.CloseModel(model_id=model, closed_on=LATER)
    given(MODEL).when(close).then_refused(errors.ModelNotFound, "not-found")

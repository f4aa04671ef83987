"""Findings about what is shared, held against the loans that have a part in it."""

from typing import Any
from uuid import UUID

from services.loans.events import LoanDisbursed
from services.reporting.detection.levels import against_loans, merged, with_shared
from services.reporting.domain.clusters import findings_about
from services.reporting.domain.contributions import Contribution, OpenFinding
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Kind
from services.reporting.figures.overview import overview
from tests.support.facts import (
    DAY,
    HOME,
    LOAN,
    assigned,
    day,
    disbursed,
    ended,
    history,
    taken_over,
    uid,
    visited,
)
from tests.support.findings import finding

OTHER = uid("other loan")


def contribution(number: int, on: int = 0, **more: Any) -> Contribution:
    fields: dict[str, Any] = {
        "kind": "payee",
        "subject": "h1:x",
        "household_id": HOME,
        "event_id": uid(f"event {number}"),
        "order": (day(on), number),
        "loan_id": LOAN,
        **more,
    }
    return Contribution(**fields)


def spans(*given: Contribution, **more: Any) -> list[tuple[Any, Any]]:
    shown = finding(code="SHARED_PAYEE", evidence=(uid("event 1"),), **more)
    found = against_loans(given, [shown])
    return [(each.held.on, each.held.until) for each in found.get(LOAN, [])]


def test_a_loan_has_a_finding_while_both_it_and_its_own_fact_count() -> None:
    assert spans(contribution(1)) == [(day(0), None)]
    assert spans(contribution(1, on=5)) == [(day(5), None)]
    assert spans(contribution(1, until=day(9))) == [(day(0), day(9))]
    assert spans(contribution(1), from_on=day(3), until_on=day(7)) == [(day(3), day(7))]
    assert spans(contribution(1, until=day(9)), until_on=day(7)) == [(day(0), day(7))]
    assert spans(contribution(1, on=7), until_on=day(7)) == []
    assert spans(contribution(1, on=6), until_on=day(7)) == [(day(6), day(7))]


def test_a_finding_that_is_not_open_and_a_fact_of_no_loan_hold_nothing() -> None:
    assert spans(contribution(1), status="cleared") == []
    assert spans(contribution(1, loan_id=None)) == []
    assert spans(contribution(1, loan_id=OTHER)) == []


def test_the_grounds_are_the_evidence_and_the_own_fact_in_their_order() -> None:
    own, other = contribution(2, on=1), contribution(1, loan_id=OTHER, household_id=uid("home"))
    shown = finding(code="SHARED_PAYEE", evidence=(other.event_id, uid("elsewhere")))
    (held,) = [each.held for each in against_loans([own, other], [shown])[LOAN]]
    assert [ground.event_id for ground in held.grounds] == [other.event_id, own.event_id]
    assert set(held.others) == {HOME, uid("home")}


def test_only_findings_of_the_codes_that_count_are_added_to_a_loans_own() -> None:
    own, nobody = contribution(1), contribution(2, loan_id=None)
    against = against_loans([own], [finding(code="SHARED_PAYEE", evidence=(own.event_id,))])
    codes = frozenset({"SHARED_PAYEE"})
    found, other = with_shared([own, nobody], against, codes)
    assert found.findings == (against[LOAN][0].held,)
    assert other == nobody
    assert with_shared([own], against, frozenset({"ANOTHER"})) == [own]
    assert with_shared([own], against, frozenset()) == [own]
    assert with_shared([own], {}, codes) == [own]
    twice = merged([against, against, {OTHER: against[LOAN]}])
    assert [len(twice[LOAN]), len(twice[OTHER])] == [2, 1]


def test_a_finding_of_no_single_loan_is_held_against_those_whose_money_it_read() -> None:
    events = (disbursed(), disbursed(day(1), paid=uid("another"), loan=OTHER))
    dossier = fold(HOME, history(*events))
    paid = {loan.id: loan.of(LoanDisbursed)[0].id for loan in dossier.loans}
    (loan,) = [each for each in dossier.loans if each.id == LOAN]

    def held(loan_id: UUID | None, *evidence: UUID) -> list[tuple[UUID, ...]]:
        found = OpenFinding(
            code="X", kind=Kind.MISUSE, loan_id=loan_id, on=DAY, until=None, evidence=evidence
        )
        about = findings_about(dossier, loan, [found])
        return [tuple(ground.event_id for ground in each.grounds) for each in about]

    own, others = paid[LOAN], paid[OTHER]
    assert held(LOAN, own) == [(own,)]
    assert held(LOAN, others) == [(others,)]
    assert held(OTHER, own) == []
    assert held(None, own, others) == [(own, others)]
    assert held(None, others) == []
    assert held(LOAN, uid("elsewhere")) == []


def test_an_assignment_is_shown_with_its_sponsor_its_end_and_its_last_visit() -> None:
    def shown(*facts: Any, on: int = 60) -> dict[str, Any]:
        (told,) = overview(fold(HOME, history(*facts)), day(on))["assignments"]
        found: dict[str, Any] = told
        return found

    told = shown(
        assigned(every=30, until=day(50)), visited(day(9)), visited(day(4)), ended(day(40))
    )
    assert (told["starts_on"], told["ends_on"], told["active"]) == (DAY, day(40), False)
    assert (told["visits"], told["last_visited_on"], told["visit_every_days"]) == (2, day(9), 30)
    assert told["sponsor_id"] == uid("sponsor")
    running = shown(assigned(), taken_over(day(5)))
    assert (running["ends_on"], running["active"]) == (None, True)
    assert (running["visits"], running["last_visited_on"]) == (0, None)
    assert running["sponsor_id"] == uid("another sponsor")

"""Rulebooks say what the rules promise, from which day on, and what a shadow changes of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from services.reporting.detection.detect import (
    annual_reviews,
    contributions,
    findings,
    subject_findings,
    year_findings,
)
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.domain.rulebook import (
    Rulebook,
    Shadow,
    book_of,
    rule_of,
    rulebook_on,
    rulebooks,
)
from tests.support.facts import HOME, Recorder, day, disbursed, history, registered, uid
from tests.support.reviewing import reviewed

FIRST = rulebooks()[0]
NUMBERS: dict[str, tuple[int, ...]] = {
    "WRONG_PURPOSE": (30, 70),
    "PIGGYBACK": (0, 50),
    "NOT_USED": (50, 30),
    "REUSED_EVIDENCE": (2, 2),
    "ROLLOVER": (7, 80, 80),
    "TIMELY_POVERTY": (60, 180),
    "SHARED_PAYEE": (2, 90, 4),
    "GROUP_CLUSTER": (5, 3, 20, 365),
    "REVIEW_MISSING": (9, 1, 12, 14),
    "REVIEW_STUCK": (30,),
    "COMPLAINT_WAITING": (3,),
    "TARGET_WITHOUT_SPONSOR": (30,),
    "TARGET_WITHOUT_PLAN": (30,),
    "PLAN_ITEM_OVERDUE": (0, 30, 90),
    "SUPPORT_OVERDUE": (0, 30),
    "SPONSOR_ABSENT": (2,),
    "PLEDGE_OVERDUE": (0, 80),
    "DIFFICULTY_UNANSWERED": (15, 45),
    "HANDOVER_WAITING": (15,),
    "SPONSOR_ORPHANED": (0,),
    "CONFIRMATION_OVERDUE": (5,),
    "DECISION_OVERDUE": (3,),
    "DISBURSEMENT_OVERDUE": (30,),
    "USE_CHECK_OVERDUE": (30,),
    "LOAN_INACTIVE": (90, 455, 180, 365),
    "OVERDUE_UNWORKED": (30,),
    "FREEZE_ENDING": (180, 30),
    "RECALL_UNPAID": (0,),
    "MISUSE_UNWORKED": (15,),
    "FINDING_UNANSWERED": (0,),
    "MODEL_UNASSESSED": (365,),
    "NO_MEETING": (50,),
    "POSTING_SHORT": (3,),
    "STATUS_FLIP": (730,),
    "LATE_RECORDING": (30,),
    "GHOST_VISIT": (3, 12, 3, 7),
    "BUNCHING": (20, 1, 5),
    "LENIENT_REVIEWER": (30, 1, 5),
    "APPROVER_PAIR": (10, 30, 365),
}
"""Those of the rules' description, in its order; what is not here has none."""


def test_the_first_rulebook_holds_the_numbers_that_the_rules_are_described_with() -> None:
    found = {code: tuple(own.values()) for code, own in FIRST.parameters.items() if own}
    assert found == NUMBERS
    assert (FIRST.version, FIRST.verified) == (1, False)


def test_a_rulebook_is_in_force_from_its_day_and_the_first_one_before_it_too() -> None:
    assert FIRST.valid_from == date(2000, 1, 1)
    for on in (date(1999, 12, 31), date(2000, 1, 1), date(2026, 3, 2)):
        assert rulebook_on(on) == FIRST


def test_a_rulebook_is_found_by_its_hash() -> None:
    assert book_of(FIRST.digest) == FIRST
    assert book_of("another") is None


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2199, 5, 1), date(2200, 12, 31)),
        (date(2200, 5, 1), date(2200, 12, 31)),
    ],
)
def test_what_recurs_every_year_is_judged_to_the_end_of_the_next(day: date, until: date) -> None:
    assert FIRST.horizon == date(2027, 12, 31)
    assert FIRST.up_to(day).horizon == until
    assert FIRST.up_to(day).digest == FIRST.digest


def test_a_shadow_has_a_code_of_its_own_and_other_numbers_for_its_rule_alone() -> None:
    shadow = Shadow(of="NOT_USED", name="early", parameters={"days": 20})
    assert (shadow.code, rule_of(shadow.code)) == ("NOT_USED~early", "NOT_USED")
    assert rule_of("NOT_USED") == "NOT_USED"
    assert shadow.content() == {
        "code": "NOT_USED~early",
        "shadow": True,
        "parameters": {"days": 20},
    }
    under = FIRST.under(shadow)
    assert under["NOT_USED"] == {"percent": 50, "days": 20}
    assert {**under.parameters, "NOT_USED": FIRST["NOT_USED"]} == FIRST.parameters


def test_a_shadow_is_judged_beside_its_rule_and_beside_what_follows_it() -> None:
    shadow = Shadow(of="USE_CHECK_OVERDUE", name="early", parameters={"days": 20})
    book = replace(FIRST, shadows=(shadow,))
    found = findings(fold(HOME, history(disbursed())), book)
    opened = {each.code: each.run.opened_on for each in found}
    assert (opened["USE_CHECK_OVERDUE"], opened[shadow.code]) == (day(31), day(21))
    assert shadow.code not in {each.code for each in findings(fold(HOME, history()), book)}


def without(code: str) -> Rulebook:
    kept = {each: own for each, own in FIRST.parameters.items() if each != code}
    return replace(FIRST, parameters=kept)


def codes(found: Iterable[Interval]) -> set[str]:
    return {each.code for each in found}


def test_a_rule_that_a_rulebook_does_not_name_is_asleep_under_it() -> None:
    dossier = fold(HOME, history(disbursed()))
    assert codes(findings(dossier, FIRST)) - codes(
        findings(dossier, without("USE_CHECK_OVERDUE"))
    ) == {"USE_CHECK_OVERDUE"}


def test_so_is_one_about_what_households_share() -> None:
    other = disbursed(
        account="h1:x", paid=uid("other"), loan=uid("other loan"), home=uid("other home")
    )
    recorder = Recorder()
    recorded = [recorder.record(event) for event in (disbursed(account="h1:x"), other)]
    homes = [fold(each.meta.key, [each]) for each in recorded]
    given = [each for home in homes for each in contributions(home, []) if each.kind == "payee"]
    payee = given[0].subject
    assert codes(subject_findings("payee", payee, given, FIRST)) == {"SHARED_PAYEE"}
    assert codes(subject_findings("payee", payee, given, without("SHARED_PAYEE"))) == set()


def test_so_is_one_about_the_counts_of_a_year() -> None:
    below = reviewed(date(2025, 10, 1), 140)
    home = fold(HOME, history(registered(date(2025, 1, 1)), below))
    given = annual_reviews(home)
    for book, judged in ((FIRST, True), (without("BUNCHING"), False)):
        _, covered = year_findings(2025, lambda kind: [e for e in given if e.kind == kind], book)
        assert ("BUNCHING" in {each.code for each in covered}) is judged

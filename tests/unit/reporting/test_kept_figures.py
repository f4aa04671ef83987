"""What is kept of a household says of every day what its facts up to that day say of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.loans.events import LoanWithdrawn
from services.reporting.domain.dossier import effective, fold
from services.reporting.figures.build import Stay, kept_of, stays_of
from services.reporting.figures.effectiveness import Income, Stratum, income, stratum_of
from services.reporting.figures.overview import loan_card
from services.reporting.figures.record import KEPT, STATUSES, Kept, Looked
from services.sponsorship.events import OutcomeAssessed
from shared.areas import commune_on
from shared.codec import canonical
from shared.money import vnd
from tests.support import plain_figures as plain
from tests.support.facts import (
    DAY,
    HOME,
    LOAN,
    SEALED,
    applied,
    approved,
    assigned,
    classified,
    closed,
    collected,
    day,
    disbursed,
    ended,
    history,
    inspected,
    registered,
    repaid,
    taken_back,
    uid,
)
from tests.support.lives import YEARS, M, cut, lives, moved
from tests.support.reviewing import planned, reviewed

if TYPE_CHECKING:
    from shared.recorded import Recorded


def turning(recorded: list[Recorded]) -> list[date]:
    """Every day that any fact names or on which something it starts may lapse, and its eve."""
    named = {fact.on for fact in effective(recorded)}
    for each in recorded:
        named |= {on for on in vars_of(each.event) if isinstance(on, date)}
    named |= {on.replace(year=on.year + 3, day=min(on.day, 28)) for on in named}
    found = {on + timedelta(days=by) for on in named for by in (-1, 0, 1, 2, 3)}
    return sorted(found | {date(year, 1, 1) for year in YEARS})


def vars_of(event: Any) -> list[Any]:
    return [getattr(event, each.name) for each in fields(event)]


def stay_on(stays: tuple[Stay, ...], on: date) -> Stay | None:
    found = [
        each
        for each in stays
        if each.from_on <= on and (each.until_on is None or on < each.until_on)
    ]
    assert len(found) <= 1
    return found[0] if found else None


@settings(max_examples=30, deadline=None)
@given(lives().map(lambda events: history(*events)), st.randoms(use_true_random=False))
def test_what_is_kept_says_of_every_day_what_the_facts_up_to_that_day_say(
    recorded: list[Recorded], chance: Any
) -> None:
    whole = fold(HOME, recorded)
    kept = KEPT.decode(canonical(kept_of(whole)))
    stays = stays_of(whole, kept)
    turns = turning(recorded)
    for on in chance.sample(turns, min(20, len(turns))):
        dossier, here = cut(HOME, recorded, on), stay_on(stays, on)
        if dossier is None:
            assert here is None
            continue
        assert (here.commune if here else None) == dossier.commune_on(on)
        assert kept.standing(on) == plain.standing_on(dossier, on)
        assert STATUSES.decode(canonical(kept)).status_on(on) == plain.status_on(dossier, on)
        for year in YEARS:
            assert kept.target(year, on) == plain.target_on(dossier, year, on)
        looked = Counter(each for each in plain.looked_at(dossier) if each.year == on.year)
        assert Counter(kept.looked_at(on.year, on)) == looked
        assert here is not None or not looked


@settings(max_examples=30, deadline=None)
@given(lives().map(lambda events: history(*events)), st.sampled_from(YEARS))
def test_a_year_begins_where_the_household_lived_by_what_was_true_when_it_ended(
    recorded: list[Recorded], year: int
) -> None:
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    whole, dossier = fold(HOME, recorded), cut(HOME, recorded, last)
    kept = kept_of(whole)
    begun = stay_on(stays_of(whole, kept), first)
    if begun is not None and begun.void_on is not None and begun.void_on <= last:
        begun = None
    if dossier is None:
        assert begun is None
    else:
        assert (begun.commune if begun else None) == dossier.commune_on(first)
        assert kept.status_on(first) == plain.status_on(dossier, first)


def test_who_moved_away_counts_in_one_place_only() -> None:
    left, came = date(2024, 3, 1), date(2025, 3, 1)
    dossier = fold(HOME, history(registered(left, "01864"), moved(came, "01906")))
    found = stays_of(dossier, kept_of(dossier))
    assert [(each.from_on, each.until_on) for each in found] == [(left, came), (came, None)]


def test_the_money_of_a_loan_is_where_its_facts_say_on_every_day_of_its_life() -> None:
    other = (uid("second"), LOAN)
    recorded = history(
        registered(day(-9)),
        applied("SXKD", day(-5)),
        approved(day(-4), amount=90 * M),
        approved(day(-3), amount=60 * M),
        disbursed(day(0), 50 * M),
        inspected(day(10), 5 * M, None, 50 * M),
        disbursed(day(20), 20 * M, *other),
        inspected(day(25), 20 * M, None, 20 * M, *other),
        taken_back(day(30), *other),
        inspected(day(40), 0, None, 50 * M),
        repaid(day(50), 10 * M),
        collected(day(60), 9 * M),
        taken_back(day(70)),
        LoanWithdrawn(loan_id=LOAN, household_id=HOME, withdrawn_on=day(80), reason=SEALED),
    )
    kept, money = kept_of(fold(HOME, recorded)), set()
    for number in range(-10, 90):
        dossier = cut(HOME, recorded, day(number))
        if dossier is not None:
            assert kept.standing(day(number)) == plain.standing_on(dossier, day(number))
            money.add(kept.standing(day(number)))
    assert len(money) == 11


def test_visits_count_from_the_first_of_january_to_the_day() -> None:
    first, last, on = date(2026, 1, 1), date(2025, 12, 31), date(2026, 3, 2)
    visits = (last, first, first, on, date(2026, 3, 3))
    kept = Kept(visits=visits)
    assert [kept.standing(each).visits for each in (last, first, on)] == [1, 2, 3]
    assert Kept().standing(on).visits == 0


@pytest.mark.parametrize(
    ("effective", "why"),
    [
        (date(2021, 12, 31), "no-threshold"),
        (date(2022, 1, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "no-threshold"),
        (date(2035, 1, 1), "no-threshold"),
    ],
)
def test_points_are_judged_by_a_standard_that_has_a_threshold(
    effective: date, why: str | None
) -> None:
    review, scored, said = uid("review"), date(2025, 9, 9), date(2025, 12, 1)
    decision = classified("poor", said, effective, review=review)
    for facts in ((reviewed(scored), decision), (decision, reviewed(scored))):
        kept = kept_of(fold(HOME, history(registered(day(-400)), *facts)))
        assert list(kept.looked_at(2025, said)) == [Looked("SCORE_CONTRADICTION", 2025, why)]
        assert list(kept.looked_at(2025, date(2025, 11, 30))) == []
        assert list(kept.looked_at(2026, date(2026, 12, 31))) == []


def test_a_review_that_is_scored_the_year_after_its_decision_is_not_told_of() -> None:
    review, said = uid("review"), date(2025, 12, 1)
    decision = classified("poor", said, review=review)
    for scored, times in ((date(2025, 12, 31), 1), (date(2026, 1, 1), 0)):
        kept = kept_of(fold(HOME, history(decision, reviewed(scored))))
        assert len(list(kept.looked_at(2025, date(2026, 12, 31)))) == times


def test_what_was_decided_late_counts_from_its_decision_and_only_until_it_is_decided_anew() -> None:
    late = classified("poor", on=day(0), effective=day(-10))
    later = classified("near_poor", on=day(10), effective=day(100))
    for number in (100, 50):
        anew = classified("not_poor", on=day(50), effective=day(number))
        kept = kept_of(fold(HOME, history(late, later, anew)))
        expected = [(day(0), "poor"), (day(number), "not_poor")]
        if number < 100:
            expected.append((day(100), "near_poor"))
        assert list(kept.statuses) == expected
    on_that_day = classified("near_poor", on=day(10), effective=day(50))
    anew = classified("not_poor", on=day(50), effective=day(50))
    kept = kept_of(fold(HOME, history(late, on_that_day, anew)))
    assert list(kept.statuses) == [(day(0), "poor"), (day(50), "not_poor")]


def test_a_loan_is_looked_at_once_both_its_application_and_its_money_are_known() -> None:
    for facts in ((disbursed(day(0)), applied(on=day(5))), (applied(on=day(0)), disbursed(day(5)))):
        kept = kept_of(fold(HOME, history(registered(day(-9)), classified("poor"), *facts)))
        assert list(kept.looked_at(2026, day(4))) == []
        codes = {"OVER_CEILING": None, "WRONG_BENEFICIARY": None}
        assert {each.code: each.why for each in kept.looked_at(2026, day(5))} == codes


def test_of_several_checks_of_a_disbursement_the_latest_is_shown() -> None:
    facts = (applied(), disbursed(), inspected(day(3)), inspected(day(9)))
    (loan,) = fold(HOME, history(*facts, inspected(day(12), paid=uid("another")))).loans
    (shown,) = loan_card(loan, day(20))["disbursements"]
    assert (shown["disbursed_on"], shown["checked_on"]) == (day(0), day(9))
    (loan,) = fold(HOME, history(*facts[:2])).loans
    assert loan_card(loan, day(20))["disbursements"][0]["checked_on"] is None


def test_what_was_looked_at_before_a_household_was_known_counts_until_it_was() -> None:
    late = (classified("poor", on=day(-20)), applied(on=day(-9)), disbursed(day(-5)))
    dossier = fold(HOME, history(*late, registered(day(0), "01864"), moved(day(30), "01906")))
    found = stays_of(dossier, kept_of(dossier))
    assert [(each.from_on, each.until_on) for each in found] == [
        (day(-20), day(0)),
        (day(0), day(30)),
        (day(30), None),
    ]
    assert found[0].commune is None


def test_an_income_of_nothing_is_an_income() -> None:
    def income_of(before: int | None, after: int | None) -> Income | None:
        said = OutcomeAssessed(
            model_id=uid("model"),
            household_id=HOME,
            assessed_on=day(9),
            result="effective",
            income_before=None if before is None else vnd(before),
            income_after=None if after is None else vnd(after),
        )
        return income(fold(HOME, history(said)), uid("model"))

    assert income_of(0, 9) == Income(0, 9)
    assert income_of(9, 0) == Income(9, 0)
    assert income_of(None, 9) is None
    assert income_of(9, None) is None


def test_a_household_has_a_plan_from_the_first_item_on() -> None:
    kept = kept_of(fold(HOME, history(registered(day(-9)), planned(day(3)), planned(day(9)))))
    assert [kept.standing(day(on)).planned for on in (2, 3, 9)] == [False, True, True]


def test_a_sponsor_answers_for_a_household_from_the_first_day_until_the_earlier_end() -> None:
    def sponsored(*facts: Any) -> list[bool]:
        kept = kept_of(fold(HOME, history(registered(day(-9)), *facts)))
        return [kept.standing(day(on)).sponsored for on in (-1, 0, 8, 9, 12)]

    assert sponsored(assigned()) == [False, True, True, True, True]
    assert sponsored(assigned(until=day(9))) == [False, True, True, False, False]
    assert sponsored(assigned(until=day(9)), ended(day(8))) == [False, True, False, False, False]
    assert sponsored(assigned(), ended(day(0))) == [False] * 5
    assert sponsored(assigned(until=day(-5))) == [False] * 5


def test_a_loan_is_looked_at_for_its_beneficiary_with_its_first_money_only() -> None:
    facts = (
        *(registered(day(-400)), classified("poor"), applied(on=date(2025, 11, 1))),
        *(disbursed(date(2025, 12, 1)), disbursed(date(2026, 1, 5), M, uid("second"))),
    )
    kept = kept_of(fold(HOME, history(*facts)))
    looked = {
        year: Counter(each.code for each in kept.looked_at(year, date(year, 12, 31)))
        for year in (2025, 2026)
    }
    assert looked[2025] == {"OVER_CEILING": 1, "WRONG_BENEFICIARY": 1}
    assert looked[2026] == {"OVER_CEILING": 1}


def test_a_status_is_known_that_began_by_the_deciding_day_whatever_begins_later() -> None:
    def why(*said: Any) -> str | None:
        kept = kept_of(fold(HOME, history(registered(day(-400)), *said, applied(), disbursed())))
        looked = list(kept.looked_at(2026, day(9)))
        return next(each.why for each in looked if each.code == "WRONG_BENEFICIARY")

    later = classified("near_poor", on=day(-1), effective=day(50))
    assert why(classified("poor"), later) is None
    assert why(later) == "status-unknown"
    assert why(classified("poor", on=day(-1), effective=day(0))) is None
    assert why(classified("poor", on=day(1), effective=day(0))) == "status-unknown"


def test_a_household_compares_while_it_is_poor_and_there() -> None:
    here = registered(day(-400))
    poor, known_by = classified("poor"), day(9)
    dossier = fold(HOME, history(here, poor, closed(day(5))))
    assert stratum_of(dossier, day(4), known_by) == Stratum(2026, "poor", "rural")
    assert stratum_of(dossier, day(5), known_by) is None
    assert stratum_of(fold(HOME, history(here, classified("not_poor"))), DAY, known_by) is None
    assert stratum_of(fold(HOME, history(here)), DAY, known_by) is None
    assert stratum_of(fold(HOME, history(poor)), DAY, known_by) is None


def test_before_it_was_registered_a_household_counts_only_where_something_was_looked_at() -> None:
    dossier = fold(HOME, history(disbursed(day(-5)), registered(day(0))))
    assert [(each.from_on, each.until_on) for each in stays_of(dossier, kept_of(dossier))] == [
        (day(0), None)
    ]


def test_what_was_decided_beforehand_begins_before_the_next_decision() -> None:
    late = classified("poor", on=day(0), effective=day(-10))
    ahead = classified("near_poor", on=day(10), effective=day(30))
    anew = classified("not_poor", on=day(50), effective=day(50))
    kept = kept_of(fold(HOME, history(late, ahead, anew)))
    assert list(kept.statuses) == [
        (day(0), "poor"),
        (day(30), "near_poor"),
        (day(50), "not_poor"),
    ]


def test_before_it_is_registered_a_household_lives_where_its_loans_and_helpers_say() -> None:
    here, there = commune_on("01864", DAY), commune_on("01906", DAY)
    asked, helped = replace(applied(on=day(-9)), commune=here), replace(assigned(), commune=there)
    unknown = applied(on=day(-20), loan=uid("another loan"))
    dossier = fold(HOME, history(unknown, asked, helped))
    assert dossier.residences == ((day(-9), here), (DAY, there))
    assert fold(HOME, history(unknown)).residences == ()
    known = fold(HOME, history(asked, registered(day(5), "01906"))).residences
    assert [on for on, _ in known] == [day(5)]

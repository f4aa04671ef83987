from datetime import date, timedelta

import pytest

from shared.ids import named
from shared.money import vnd
from shared.policy.eligibility import (
    ActiveLoan,
    Approval,
    RepaidLoan,
    ceiling_of,
    excludes,
    is_after_departure,
    is_not_approved,
    is_over_ceiling,
    is_rollover,
    is_unknown_borrower,
    is_wrong_beneficiary,
    reference_date,
)
from shared.policy.programmes import PROGRAMMES
from shared.policy.terms import TERMS, longest_extension, penal_rate, terms_on

DAY = date(2025, 3, 3)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def test_the_programmes_are_those_of_the_published_list() -> None:
    codes = "HN HCN HMTN SXKD NSVS GQVL HSSV XKLD NOHN NOXH DTTS KHAC"
    assert [programme.code for programme in PROGRAMMES] == codes.split()


@pytest.mark.parametrize(
    ("programme", "day", "ceiling"),
    [
        ("HN", date(2019, 2, 28), None),
        ("HN", date(2019, 3, 1), 100_000_000),
        ("SXKD", date(2023, 8, 7), None),
        ("SXKD", date(2023, 8, 8), 100_000_000),
        ("NSVS", date(2024, 9, 1), 20_000_000),
        ("NSVS", date(2024, 9, 2), 50_000_000),
        ("GQVL", date(2025, 12, 31), 100_000_000),
        ("GQVL", date(2026, 1, 1), 200_000_000),
        ("NOHN", DAY, 25_000_000),
        ("HSSV", DAY, None),
    ],
)
def test_ceilings_by_date(programme: str, day: date, ceiling: int | None) -> None:
    assert ceiling_of(programme, day) == ceiling


def test_the_ceiling_itself_is_allowed() -> None:
    assert not is_over_ceiling("HN", 100_000_000, DAY)
    assert is_over_ceiling("HN", 100_000_001, DAY)


def test_beneficiaries_by_status() -> None:
    assert not is_wrong_beneficiary("HN", "poor")
    assert is_wrong_beneficiary("HN", "near_poor")
    assert not is_wrong_beneficiary("HN", None)
    assert not is_wrong_beneficiary("NSVS", "not_poor")


def test_the_reference_date_is_the_confirmation_else_the_approval_else_the_payment() -> None:
    assert reference_date(DAY, BEFORE, DAY) == BEFORE
    assert reference_date(DAY, None, BEFORE) == BEFORE
    assert reference_date(DAY, AFTER, BEFORE) == BEFORE
    assert reference_date(DAY, AFTER, AFTER) == DAY


def test_the_borrower_must_have_belonged_to_a_registered_household() -> None:
    assert not is_unknown_borrower(DAY, DAY, DAY)
    assert is_unknown_borrower(AFTER, BEFORE, DAY)
    assert is_unknown_borrower(BEFORE, AFTER, DAY)
    assert is_unknown_borrower(BEFORE, None, DAY)


def test_the_day_of_leaving_is_no_longer_a_day_of_belonging() -> None:
    assert is_after_departure(DAY, None, DAY)
    assert is_after_departure(None, DAY, DAY)
    assert not is_after_departure(AFTER, AFTER, DAY)


def test_loans_that_exclude_each_other() -> None:
    one, two = named("one"), named("two")
    assert excludes(ActiveLoan("HN", one), ActiveLoan("HCN", one))
    assert excludes(ActiveLoan("NSVS", one), ActiveLoan("NSVS", two))
    assert not excludes(ActiveLoan("NSVS", one), ActiveLoan("NSVS", one))
    assert not excludes(ActiveLoan("HN", one), ActiveLoan("HSSV", two))
    assert not excludes(ActiveLoan("HSSV", one), ActiveLoan("HSSV", two))


def test_an_approval_covers_its_amount_and_its_days() -> None:
    approval = Approval(DAY, AFTER, vnd(50))
    assert not is_not_approved(approval, 50, DAY)
    assert not is_not_approved(approval, 50, AFTER)
    assert is_not_approved(approval, 51, DAY)
    assert is_not_approved(approval, 50, BEFORE)
    assert is_not_approved(approval, 50, AFTER + timedelta(days=1))
    assert is_not_approved(None, 1, DAY)


@pytest.mark.parametrize(
    ("days_before", "repaid", "amount", "rolls"),
    [
        (7, 80, 80, True),
        (0, 80, 80, True),
        (8, 80, 80, False),
        (7, 79, 80, False),
        (7, 80, 79, False),
        (-1, 80, 80, False),
    ],
)
def test_a_rollover_at_its_limits(
    days_before: int, repaid: int, amount: int, *, rolls: bool
) -> None:
    other = RepaidLoan(100, ((DAY - timedelta(days=days_before), repaid),))
    assert is_rollover(amount, DAY, [other]) is rolls


def test_a_loan_wholly_reversed_is_not_rolled_over() -> None:
    assert not is_rollover(10, DAY, [RepaidLoan(0, ())])


def test_every_programme_has_terms_in_the_order_of_their_dates() -> None:
    assert list(TERMS) == [programme.code for programme in PROGRAMMES]
    for rows in TERMS.values():
        days = [row.valid_from for row in rows]
        assert days == sorted(set(days))
        assert all(row.legal_basis for row in rows)


@pytest.mark.parametrize(
    ("day", "rate", "penal"), [(date(2025, 12, 31), 792, 1029), (date(2026, 1, 1), 838, 1089)]
)
def test_rates_by_date_and_the_rate_of_overdue_debt(day: date, rate: int, penal: int) -> None:
    terms = terms_on("GQVL", day)
    assert terms is not None
    assert (terms.rate_bp, terms.penal_rate_bp) == (rate, penal)
    assert terms_on("GQVL", date(1999, 12, 31)) is None


def test_an_overdue_debt_costs_130_percent_of_its_contract() -> None:
    assert penal_rate(660) == 858


@pytest.mark.parametrize(
    ("months", "longest"), [(6, 12), (12, 12), (13, 6), (48, 24), (60, 30), (61, 30)]
)
def test_short_loans_are_extended_by_a_year_longer_ones_by_half_their_term(
    months: int, longest: int
) -> None:
    assert longest_extension(months) == longest


@pytest.mark.parametrize(
    ("day", "basis"),
    [(date(2024, 9, 1), "QĐ 18/2014/QĐ-TTg"), (date(2024, 9, 2), "QĐ 10/2024/QĐ-TTg")],
)
def test_production_loans_in_hard_regions_cost_nine_percent_under_both_decisions(
    day: date, basis: str
) -> None:
    terms = terms_on("NSVS", day)
    assert terms is not None
    assert (terms.rate_bp, terms.max_term_months, terms.legal_basis) == (900, 60, basis)


@pytest.mark.parametrize(
    ("programme", "day", "rate_bp", "months"),
    [
        ("HN", DAY, 660, 120),
        ("HCN", DAY, 792, 120),
        ("HMTN", DAY, 825, 120),
        ("SXKD", DAY, 900, None),
        ("GQVL", date(2025, 12, 31), 792, 120),
        ("GQVL", date(2026, 1, 1), 838, 120),
        ("HSSV", DAY, 660, None),
        ("XKLD", DAY, 660, None),
        ("NOHN", DAY, 300, 180),
        ("NOXH", DAY, None, 300),
        ("DTTS", DAY, 330, 180),
        ("KHAC", DAY, None, None),
    ],
)
def test_the_usual_rates_and_terms_are_those_of_the_decisions(
    programme: str, day: date, rate_bp: int, months: int | None
) -> None:
    terms = terms_on(programme, day)
    assert terms is not None
    assert (terms.rate_bp, terms.max_term_months) == (rate_bp, months)


@pytest.mark.parametrize(
    ("principal", "rolled"),
    [
        (((DAY - timedelta(days=7), 40), (DAY, 40)), True),
        (((DAY - timedelta(days=8), 40), (DAY, 40)), False),
        (((DAY, 40), (AFTER, 40)), False),
        (((DAY - timedelta(days=8), 79), (AFTER, 79)), False),
    ],
    ids=["both within", "one too early", "one too late", "before and after"],
)
def test_only_what_came_back_within_the_window_counts_for_a_rollover(
    principal: tuple[tuple[date, int], ...], *, rolled: bool
) -> None:
    assert is_rollover(80, DAY, [RepaidLoan(100, principal)]) is rolled


def test_what_no_source_confirms_is_marked_so_in_ceilings() -> None:
    ceilings = {
        f"{programme.code} {row.valid_from}"
        for programme in PROGRAMMES
        for row in programme.ceilings
        if row.verified
    }
    assert ceilings == {
        *("HN 2019-03-01", "SXKD 2023-08-08", "NSVS 2024-09-02"),
        *("GQVL 2000-01-01", "GQVL 2026-01-01", "NOHN 2000-01-01"),
    }


def test_only_an_eligibility_that_names_statuses_is_verified() -> None:
    named_by = {each.code: each.eligible for each in PROGRAMMES if each.eligible is not None}
    assert named_by == {
        "HN": {"poor"},
        "HCN": {"near_poor"},
        "HMTN": {"newly_escaped"},
        "SXKD": {"not_poor"},
        "NOHN": {"poor"},
    }
    assert {each.code for each in PROGRAMMES if each.eligible_verified} == set(named_by)


@pytest.mark.parametrize("programme", ["HCN", "HMTN"])
def test_the_ceilings_of_near_poor_and_newly_escaped_are_those_of_the_poor(programme: str) -> None:
    assert ceiling_of(programme, date(2019, 2, 28)) is None
    assert ceiling_of(programme, date(2019, 3, 1)) == 100_000_000


def test_programmes_without_a_date_of_their_own_are_on_file_from_2000_on() -> None:
    early = {each.code for each in PROGRAMMES if each.ceiling_on(date(2000, 1, 1)) is not None}
    assert early == {*("NSVS", "GQVL", "HSSV", "XKLD", "NOHN", "NOXH", "DTTS", "KHAC")}
    assert not any(each.ceiling_on(date(1999, 12, 31)) for each in PROGRAMMES)


def test_a_decision_on_the_day_of_the_payment_decides() -> None:
    assert reference_date(DAY, DAY, BEFORE) == DAY
    assert reference_date(DAY, None, DAY) == DAY
    assert reference_date(DAY, AFTER, None) == DAY


def test_the_last_dong_rolls_over_too() -> None:
    assert is_rollover(1, DAY, [RepaidLoan(1, ((DAY, 1),))])


def test_a_programme_is_named_in_vietnamese_and_in_english() -> None:
    assert (PROGRAMMES[0].vi, PROGRAMMES[0].en) == ("Hộ nghèo", "Poor households")

"""What a rule judged of a year, what it did not, and why."""

from services.reporting.domain.annual import Covered
from services.reporting.figures.coverage import WHY, summed, summed_annual, why_not
from services.reporting.figures.record import Looked
from shared.areas import Commune
from shared.areas.tree import BEGINNING

CODE, YEAR = "OVER_CEILING", 2026
HERE = Commune("01864", BEGINNING)


def covered(code: str, counted: int, *, judged: bool) -> Covered:
    return Covered(code=code, commune=HERE, counted=counted, judged=judged)


def test_what_was_judged_and_not_is_counted_by_reason_in_order() -> None:
    told = summed(
        {
            Looked(CODE, YEAR, None): 7,
            Looked(CODE, YEAR, "status-unknown"): 2,
            Looked(CODE, YEAR, "before-programme"): 3,
            Looked(CODE, YEAR - 1, None): 50,
            Looked("WRONG_BENEFICIARY", YEAR, "status-unknown"): 60,
        },
        CODE,
        YEAR,
    )
    assert (told["code"], told["year"], told["judged"], told["not_judged"]) == (CODE, YEAR, 7, 5)
    vi, en = WHY["before-programme"]
    assert told["why"][0] == {"code": "before-programme", "count": 3, "vi": vi, "en": en}
    assert [(each["code"], each["count"]) for each in told["why"][1:]] == [("status-unknown", 2)]


def test_a_year_with_nothing_to_judge_has_judged_nothing() -> None:
    told = summed({}, CODE, YEAR)
    assert (told["judged"], told["not_judged"], told["why"]) == (0, 0, [])


def test_a_rule_about_the_year_counts_communes_or_reviewers() -> None:
    told = summed_annual(
        [
            covered("BUNCHING", 40, judged=True),
            covered("BUNCHING", 25, judged=True),
            covered("BUNCHING", 19, judged=False),
            covered("LENIENT_REVIEWER", 9, judged=False),
        ],
        "BUNCHING",
        YEAR,
    )
    assert (told["judged"], told["not_judged"]) == (2, 1)
    assert [(each["code"], each["count"]) for each in told["why"]] == [("too-few", 1)]


def test_twenty_reviews_of_a_commune_and_thirty_of_a_reviewer_are_enough() -> None:
    for code, least in (("BUNCHING", 20), ("LENIENT_REVIEWER", 30)):
        assert why_not(covered(code, least - 1, judged=False)) == "too-few"
        assert why_not(covered(code, least, judged=False)) == "nobody-to-compare"

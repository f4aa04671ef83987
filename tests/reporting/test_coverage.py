"""What was judged in a year and what not, and why: counted rule by rule, within the area."""

from datetime import date
from typing import Any

import pytest

from services.reporting.domain.dossier import fold
from services.reporting.figures.build import kept_of
from services.reporting.figures.record import Looked
from services.reporting.projections.annual_views import recount
from tests.support.counter_app import bearer
from tests.support.facts import (
    HOME,
    applied,
    classified,
    day,
    disbursed,
    history,
    registered,
    uid,
)
from tests.support.reporting import Reporting
from tests.support.reviewing import REVIEW, reviewed

SUMMER, AUTUMN = date(2025, 8, 1), date(2025, 10, 1)


def looked(*events: Any, year: int) -> list[Looked]:
    return list(kept_of(fold(HOME, history(*events))).looked_at(year, date(year, 12, 31)))


@pytest.mark.parametrize(("on", "why"), [(AUTUMN, None), (date(2021, 10, 1), "no-threshold")])
def test_a_classification_is_judged_where_its_standard_has_points(
    on: date, why: str | None
) -> None:
    found = looked(reviewed(on), classified("poor", on, review=REVIEW), year=on.year)
    assert found == [Looked("SCORE_CONTRADICTION", on.year, why)]


@pytest.mark.parametrize(
    ("on", "why"), [(date(2023, 8, 8), None), (date(2023, 8, 7), "before-programme")]
)
def test_a_loan_is_judged_from_the_first_row_of_its_programme_on(on: date, why: str | None) -> None:
    facts = (classified("not_poor", date(2022, 1, 1)), applied("SXKD", on), disbursed(on))
    assert looked(*facts, year=2023) == [
        Looked("OVER_CEILING", 2023, why),
        Looked("WRONG_BENEFICIARY", 2023, why),
    ]


def test_a_loan_of_a_household_of_unknown_status_has_no_beneficiary_to_judge() -> None:
    found = looked(applied(), disbursed(day(0)), year=2026)
    assert found[-1] == Looked("WRONG_BENEFICIARY", 2026, "status-unknown")
    assert [each.code for each in looked(applied("HSSV"), disbursed(day(0)), year=2026)] == []


@pytest.mark.servers
def test_coverage_counts_what_lies_in_the_area(reporting: Reporting) -> None:
    events: list[Any] = []
    for number in range(20):
        home, review = uid(f"home {number}"), uid(f"review {number}")
        events.append(registered(SUMMER, home=home))
        events.append(reviewed(AUTUMN, 140, home=home, review=review))
        events.append(classified("poor", AUTUMN, home=home, review=review))
    reporting.record(*events)
    recount(reporting.engine)

    def counted(who: dict[str, str] | None = None, **query: str) -> dict[str, tuple[int, int]]:
        items = reporting.items("/v1/coverage", who, year="2025", **query)
        return {each["code"]: (each["judged"], each["not_judged"]) for each in items}

    here = {
        "SCORE_CONTRADICTION": (20, 0),
        "WRONG_BENEFICIARY": (0, 0),
        "OVER_CEILING": (0, 0),
        "BUNCHING": (1, 0),
        "LENIENT_REVIEWER": (0, 1),
    }
    assert counted() == counted(bearer("inspector", areas=["060"])) == here
    assert counted(area="060", code="BUNCHING") == {"BUNCHING": (1, 0)}
    nothing = dict.fromkeys(here, (0, 0))
    assert counted(area="061") == counted(bearer("inspector", areas=["061"])) == nothing
    (one,) = reporting.items("/v1/coverage", None, year="2025", code="LENIENT_REVIEWER")
    assert [each["code"] for each in one["why"]] == ["too-few"]
    (part,) = one["parts"]
    assert (part["area"], part["reviewer"], part["counted"]) == ("01864", "reviewer", 20)

"""Changes to a rulebook: every number within its limits, and nothing that no rule has."""

from typing import Any

import pytest

from services.reporting.backtests.changes import DAY, MONTH, UNITS, changed, really_changed, wrongs
from services.reporting.domain.rulebook import RULEBOOKS

BOOK = RULEBOOKS[-1]


def refused(code: str, **given: Any) -> list[tuple[str, str]]:
    return [("/".join(each.path), each.code) for each in wrongs(BOOK, {code: given})]


def test_every_parameter_of_every_rulebook_has_its_unit() -> None:
    named = {name for book in RULEBOOKS for own in book.parameters.values() for name in own}
    assert named - set(UNITS) == set()


def test_every_rulebook_could_have_been_asked_for() -> None:
    for book in RULEBOOKS:
        assert wrongs(BOOK, {code: own for code, own in book.parameters.items() if own}) == []


@pytest.mark.parametrize("code", sorted(BOOK.parameters))
def test_each_parameter_is_refused_beyond_its_limits(code: str) -> None:
    for name in BOOK[code]:
        unit = UNITS[name]
        for beyond in (unit.lowest - 1, unit.highest + 1):
            assert refused(code, **{name: beyond}) == [(f"{code}/{name}", "out-of-range")]
        for within in (unit.lowest, unit.highest):
            if unit not in (MONTH, DAY):
                assert (f"{code}/{name}", "out-of-range") not in refused(code, **{name: within})


@pytest.mark.parametrize("given", ["30", 30.5, 30.0, True, None, [30]])
def test_a_parameter_is_a_whole_number(given: Any) -> None:
    assert refused("NOT_USED", days=given) == [("NOT_USED/days", "wrong-type")]


def test_what_no_rule_has_is_named() -> None:
    assert refused("NO_RULE", days=1) == [("NO_RULE", "not-in-list")]
    assert refused("NOT_USED", hours=1) == [("NOT_USED/hours", "unknown-field")]
    assert [each.code for each in wrongs(BOOK, {"NOT_USED": 30})] == ["wrong-type"]
    assert [each.code for each in wrongs(BOOK, {"NOT_USED": {}})] == ["wrong-type"]
    assert [each.code for each in wrongs(BOOK, [])] == ["wrong-type"]


def test_limits_that_belong_together_stay_in_order() -> None:
    assert refused("WRONG_PURPOSE", high_from_percent=71) == [
        ("WRONG_PURPOSE/high_from_percent", "out-of-order")
    ]
    assert refused("WRONG_PURPOSE", high_from_percent=70) == []
    assert refused("LOAN_INACTIVE", critical_from_days=179) == [
        ("LOAN_INACTIVE/critical_from_days", "out-of-order")
    ]
    assert refused("LOAN_INACTIVE", critical_from_days=180) == []


def test_a_day_of_the_year_must_be_one() -> None:
    assert refused("REVIEW_MISSING", first_month=2, first_day=29) == [
        ("REVIEW_MISSING/first_day", "out-of-range")
    ]
    assert refused("REVIEW_MISSING", first_month=12, first_day=15) == [
        ("REVIEW_MISSING/first_month", "out-of-order")
    ]
    assert refused("REVIEW_MISSING", first_month=12, first_day=14) == []


def test_a_changed_rulebook_differs_in_what_was_changed_alone() -> None:
    other = changed(BOOK, {"NOT_USED": {"days": 31}, "PIGGYBACK": {"tolerance": 0}})
    assert really_changed(BOOK, other) == {"NOT_USED"}
    assert other["NOT_USED"] == {**BOOK["NOT_USED"], "days": 31}
    assert other.digest != BOOK.digest

"""A refusal speaks of days and money as its reader does."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest

from services.households.errors import DuplicateCitizen
from shared.areas import Commune
from shared.areas.tree import BEGINNING
from shared.decider import Conflict


class Late(Conflict):
    code = "late"
    vi = "Quá hạn {until}, còn {left} đồng"
    en = "Late since {until}, {left} đồng left"


def test_days_and_money_are_written_in_the_form_of_each_language() -> None:
    said = Late(until=date(2026, 3, 9), left=1_250_000)
    assert said.detail == (
        "Quá hạn 09/03/2026, còn 1.250.000 đồng / Late since 2026-03-09, 1,250,000 đồng left"
    )
    assert str(said) == f"late: {said.detail}"


class Closed(Conflict):
    vi = "Hồ sơ đã đóng ({why})"
    en = "It was closed ({why})"


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("rút đơn / withdrawn", "Hồ sơ đã đóng (rút đơn) / It was closed (withdrawn)"),
        ("12 / 3 / 4", "Hồ sơ đã đóng (12 / 3 / 4) / It was closed (12 / 3 / 4)"),
        ("V1/2", "Hồ sơ đã đóng (V1/2) / It was closed (V1/2)"),
    ],
)
def test_a_reason_in_both_languages_gives_each_its_own(why: str, said: str) -> None:
    assert Closed(why=why).detail == said


@pytest.mark.parametrize(
    ("left", "vi"), [(9_999, "9999"), (10_000, "10.000"), (-10_000, "-10.000"), (True, "True")]
)
def test_only_large_numbers_are_grouped(left: int, vi: str) -> None:
    assert f"còn {vi} đồng" in Late(until=date(2026, 1, 1), left=left).detail


def test_a_refusal_is_told_to_everybody_alike_and_has_nothing_to_add() -> None:
    refusal = Closed(why="V1")
    assert refusal.redacted_for(lambda _: False) is refusal
    assert refusal.extra() == {}


def test_who_has_the_same_number_is_told_only_to_those_who_may_see_that_commune() -> None:
    there = Commune("01864", BEGINNING)
    refusal = DuplicateCitizen(household_id="the home", member_id="who", commune=there)
    assert refusal.redacted_for(lambda commune: commune == there) is refusal
    assert refusal.extra() == {"household_id": "the home", "member_id": "who"}
    hidden = refusal.redacted_for(lambda _: False)
    assert (hidden.code, hidden.extra()) == ("duplicate-citizen", {})
    assert hidden.redacted_for(lambda _: False) is hidden


def kinds_of(kind: type[Conflict]) -> list[type[Conflict]]:
    return [kind, *(found for each in kind.__subclasses__() for found in kinds_of(each))]


def test_what_is_not_found_is_404_what_is_not_allowed_403_and_every_other_refusal_409() -> None:
    for service in ("households", "loans", "sponsorship", "reporting"):
        import_module(f"services.{service}.errors")
    ours = [each for each in kinds_of(Conflict) if each.__module__.split(".")[0] != "tests"]
    assert len(ours) > 50
    for each in ours:
        expected = {"not-found": 404, "outside-area": 403, "role-missing": 403}
        assert each.status == expected.get(each.code, 409), each

"""What a claim of a token covers, and which part of it lies in an area that is asked for."""

from datetime import date

import pytest

from shared.areas import EVERYWHERE, Area, Scope, UnknownArea
from shared.areas.tree import LAST_OLD_DAY, REFORM

DISTRICT = "058"


def test_a_claim_is_read_with_its_level_and_its_day() -> None:
    assert Area.from_claim({"code": "01864"}) == Area("01864", "commune", None)
    claim = {"code": "01864", "level": "commune", "on": "2025-06-30"}
    assert Area.from_claim(claim) == Area("01864", "commune", date(2025, 6, 30))


@pytest.mark.parametrize(
    "claim",
    [
        {},
        {"code": "0186"},
        {"code": "0186x"},
        {"code": "01864", "level": "district"},
        {"code": "01864", "on": "yesterday"},
        {"code": "01864", "on": 20250630},
    ],
)
def test_a_claim_that_names_no_area_is_refused(claim: dict[str, object]) -> None:
    with pytest.raises(UnknownArea):
        Area.from_claim(claim)


def test_an_area_may_be_named_as_it_was_on_a_day() -> None:
    assert Area.parse("01864@2025-06-30") == Area("01864", "commune", date(2025, 6, 30))
    before, since = Area("01864", "commune", LAST_OLD_DAY), Area("01864", "commune", REFORM)
    assert len(before.old_communes()) == 1
    assert before.old_communes() < since.old_communes()
    assert Area("01864", "commune").old_communes() == since.old_communes()
    with pytest.raises(UnknownArea):
        Area("01858", "commune", REFORM).old_communes()


def test_only_a_scope_without_an_area_holds_nothing() -> None:
    now = Area("01864", "commune", REFORM)
    assert Scope().nothing
    assert not EVERYWHERE.nothing
    assert not Scope.of([now]).nothing


def test_what_lies_nowhere_is_seen_by_whoever_sees_everything() -> None:
    assert EVERYWHERE.covers(None, REFORM)
    assert not Scope.of([Area("01864", "commune")]).covers(None, REFORM)

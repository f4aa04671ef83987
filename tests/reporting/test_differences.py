"""Asking what two points in time show differently: of a household, and of an area."""

from datetime import timedelta

import pytest

from services.households.events import HouseholdMoved
from shared.areas import commune_on
from tests.support.counter_app import bearer
from tests.support.facts import (
    DAY,
    HOME,
    LAST_SPRING,
    applied,
    day,
    disbursed,
    inspected,
    registered,
    uid,
)
from tests.support.reporting import Reporting

pytestmark = pytest.mark.servers

AUDITOR = bearer("auditor")
OTHER, THIRD = uid("other"), uid("third")


@pytest.fixture
def lived(reporting: Reporting) -> Reporting:
    reporting.record(
        registered(LAST_SPRING),
        applied(on=LAST_SPRING),
        disbursed(account="h1:one"),
        registered(LAST_SPRING, "01891", OTHER),
        applied(on=LAST_SPRING, loan=uid("other loan"), home=OTHER),
        registered(LAST_SPRING, home=THIRD),
    )
    return reporting


def test_a_household_is_compared_at_two_points_in_three_times(lived: Reporting) -> None:
    then = lived.recorder.now.isoformat()
    (late,) = lived.record(inspected(day(5), wrong=20_000_000))
    asked = {"from_known_at": then, "from_valid_at": "2026-05-01", "to_valid_at": "2026-05-01"}
    answer = lived.ask(f"/v1/households/{HOME}/differences", AUDITOR, **asked)
    assert answer.status_code == 200, answer.text
    document = answer.json
    assert document is not None
    assert document["from"]["known_at"] is not None
    told = {each["what"].partition("/")[0]: each for each in document["differences"]}
    assert {"loans", "findings"} <= set(told)
    for each in document["differences"]:
        assert each["times"] == ["known_at"]
        assert [one["event_id"] for one in each["events"]] == [str(late.meta.event_id)]


def test_what_several_households_share_is_laid_to_the_one_that_came(lived: Reporting) -> None:
    then = lived.recorder.now.isoformat()
    shared = disbursed(
        day(1), paid=uid("again"), loan=uid("other loan"), home=OTHER, account="h1:one"
    )
    (late,) = lived.record(shared)
    asked = {"from_known_at": then, "to_valid_at": day(3).isoformat()}
    asked["from_valid_at"] = asked["to_valid_at"]
    path = f"/v1/households/{HOME}/differences"
    everywhere = lived.ask(path, AUDITOR, **asked).json
    assert everywhere is not None
    (told,) = everywhere["differences"]
    assert told["to"]["code"] == "SHARED_PAYEE"
    assert [one["event_id"] for one in told["events"]] == [str(late.meta.event_id)]
    # whose area does not hold both households hears nothing of it
    near = lived.ask(path, bearer("inspector", areas=["060"]), **asked).json
    assert near is not None
    assert near["differences"] == []


def test_an_area_tells_of_the_households_that_differ(lived: Reporting) -> None:
    asked = {"from_valid_at": DAY.isoformat(), "to_valid_at": day(60).isoformat()}
    found = lived.ask("/v1/areas/060/differences", AUDITOR, **asked).json
    assert found is not None
    assert [each["household_id"] for each in found["items"]] == [str(HOME)]
    pages, cursor = [], None
    while True:
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = lived.ask("/v1/areas/060/differences", AUDITOR, limit="1", **asked, **more).json
        assert page is not None
        pages += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == found["items"]


def test_an_area_is_who_lived_there_at_either_point_as_known_then(lived: Reporting) -> None:
    then, commune = lived.recorder.now.isoformat(), commune_on("01906", day(1))
    assert commune is not None
    lived.record(
        HouseholdMoved(
            household_id=HOME, commune=commune, village="x", area_type="rural", moved_on=day(1)
        )
    )

    def listed(area: str, **asked: str) -> list[str]:
        points = {"from_valid_at": day(2).isoformat(), "to_valid_at": day(60).isoformat()}
        found = lived.ask(f"/v1/areas/{area}/differences", AUDITOR, **points, **asked).json
        assert found is not None
        return [each["household_id"] for each in found["items"]]

    assert listed("060") == []
    assert listed("061") == [str(HOME)]
    # nobody had heard of it by then
    assert listed("060", from_known_at=then) == [str(HOME)]


def test_outside_the_area_there_is_nothing_to_compare(lived: Reporting) -> None:
    far = bearer("inspector", areas=["061"])
    asked = {"from_valid_at": (DAY - timedelta(days=1)).isoformat()}
    assert lived.ask(f"/v1/households/{HOME}/differences", far, **asked).status_code == 404
    assert lived.ask("/v1/areas/060/differences", far, **asked).status_code == 404
    assert lived.ask(f"/v1/households/{OTHER}/differences", far, **asked).status_code == 200
    assert lived.ask(f"/v1/households/{uid('none')}/differences", AUDITOR).status_code == 404

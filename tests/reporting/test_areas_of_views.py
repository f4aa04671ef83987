"""Models, groups and reviewers are told of within the reader's area, whoever reads and when."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.households.events import HouseholdMoved
from shared.areas import REFORM, Area, Commune, Scope, at, commune_on
from tests.support.counter_app import bearer
from tests.support.facts import Recorder, applied, classified, disbursed, registered, uid
from tests.support.modelling import (
    GROUP,
    MODEL,
    START,
    enrolled_in,
    group_formed,
    model_launched,
)
from tests.support.projecting import emptied, memory_log
from tests.support.reporting import Reporting
from tests.support.reviewing import reviewed

SOME = ["01864", "01870", "01906", "01924", "01933", "01957"]
AREAS = ["060", "061", "064", "01864", "01933", "01864@2025-06-30"]
LENT = 50_000_000
AUTUMN = date(2025, 10, 1)
RELEASED = date(2026, 3, 31)
DAYS = [date(2025, 1, 1), date(2025, 6, 30), REFORM, date(2026, 1, 1), date(2026, 9, 18)]
LOOKED_AT = ("inspector", "auditor", "district_officer", "commune_officer", "bank_teller")
MAY_READ = {
    "models": {"inspector", "auditor", "district_officer", "commune_officer"},
    "groups": {"inspector", "auditor", "bank_teller"},
    "reviewers": {"inspector", "auditor"},
}


@dataclass(frozen=True)
class Home:
    """Where a household lives, and when it moves away, told apart from what is recorded."""

    id: UUID
    first: str
    moves: date | None
    then: str

    def on(self, day: date) -> Commune:
        code, since = (self.first, date(2022, 1, 10))
        if self.moves is not None and self.moves <= day:
            code, since = self.then, self.moves
        return known(code, since)

    @property
    def events(self) -> list[Any]:
        """Poor, enrolled, in debt and reviewed, each household in the same way."""
        home, loan, review = self.id, uid(f"loan {self.id}"), uid(f"review {self.id}")
        made = [
            registered(date(2022, 1, 10), self.first, home),
            classified("not_poor", START, home=home),
            enrolled_in(home),
            applied(on=START, loan=loan, home=home, group=GROUP),
            disbursed(START, paid=uid(f"paid {home}"), loan=loan, home=home, account="h1:shared"),
            reviewed(AUTUMN, home=home, review=review, by=("lan",)),
        ]
        if self.moves is not None:
            there = known(self.then, self.moves)
            made.append(
                HouseholdMoved(
                    household_id=home,
                    commune=there,
                    village="x",
                    area_type="rural",
                    moved_on=self.moves,
                )
            )
        return made


def known(code: str, on: date) -> Commune:
    found = commune_on(code, on)
    assert found is not None
    return found


@st.composite
def homes(draw: st.DrawFn) -> list[Home]:
    places = draw(st.lists(st.sampled_from(SOME), min_size=1, max_size=2))
    found = []
    for number in range(draw(st.integers(1, 8))):
        moves = draw(st.none() | st.sampled_from(DAYS))
        codes = [code for code in SOME if commune_on(code, moves or START)]
        first = draw(st.sampled_from(places))
        found.append(Home(uid(f"home {number}"), first, moves, draw(st.sampled_from(codes))))
    return found


@pytest.mark.servers
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    here=homes(),
    seat=st.sampled_from(SOME),
    mine=st.sets(st.sampled_from(AREAS), min_size=1),
    on=st.sampled_from(DAYS),
    role=st.sampled_from(LOOKED_AT),
)
def test_what_is_told_of_a_model_a_group_or_a_reviewer_lies_in_the_area(
    reporting: Reporting, here: list[Home], seat: str, mine: set[str], on: date, role: str
) -> None:
    emptied(reporting.engine)
    desk = replace(reporting, log=memory_log(), recorder=Recorder())
    desk.record(
        model_launched(code=seat),
        group_formed(START, code=seat),
        *(event for home in here for event in home.events),
    )
    who = bearer(role, areas=sorted(mine))
    scope = Scope.of(Area.parse(area) for area in mine)
    there = scope.covers(known(seat, START), on)
    seen = [home for home in here if scope.covers(home.on(on), on)]
    for name, path in {
        "models": f"/v1/models/{MODEL}/effectiveness",
        "groups": f"/v1/groups/{GROUP}",
        "reviewers": "/v1/reviewers/lan",
    }.items():
        reviewed_in = expected_reviews(here, scope, on) if name == "reviewers" else there
        may = role in MAY_READ[name]
        answer = desk.ask(path, who, valid_at=on.isoformat(), **year_of(name))
        assert answer.status_code == ((200 if reviewed_in else 404) if may else 403)
        if answer.status_code == 200:
            assert TOLD[name](answer.json) == expected(name, here, seen, scope, on)
        if name == "models" and may:
            listed = desk.items("/v1/models", who, valid_at=on.isoformat())
            assert [each["model_id"] for each in listed] == [str(MODEL)] * there


def year_of(name: str) -> dict[str, str]:
    return {"year": "2025"} if name == "reviewers" else {}


def expected(name: str, here: list[Home], seen: list[Home], scope: Scope, on: date) -> Any:
    """Give what may be told: nothing below five, no loan and no finding of anybody elsewhere."""
    ids = {str(home.id) for home in seen}
    if name == "models":
        # told once half a year is over, of where everybody lived when it was
        there = [home for home in here if scope.covers(home.on(RELEASED), RELEASED)]
        return len(there) if len(there) >= 5 and on > RELEASED else None
    if name == "groups":
        return (ids, len(seen) * LENT, set())
    return expected_reviews(here, scope, on)


def expected_reviews(here: Iterable[Home], scope: Scope, on: date) -> dict[str, int]:
    """Count the reviews by commune, on the map of the year's end."""
    last = min(on, date(2025, 12, 31))
    counted = [at(home.on(AUTUMN), AUTUMN) for home in here if on >= AUTUMN]
    told = [commune for commune in counted if commune is not None and scope.covers(commune, last)]
    return dict(Counter(commune.code for commune in told))


TOLD: dict[str, Any] = {
    "models": lambda told: told["enrolled"],
    "groups": lambda told: (
        {each["household_id"] for each in told["loans"]},
        told["money"]["total"],
        {
            each["finding_id"]
            for each in told["open_findings"]
            if not {*each["household_ids"]} <= {loan["household_id"] for loan in told["loans"]}
        },
    ),
    "reviewers": lambda told: {each["area"]: each["own"]["reviews"] for each in told["communes"]},
}

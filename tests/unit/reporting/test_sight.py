"""What a reader's roles let them see of findings, what they ask for, and as of when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.reporting.detection.query import (
    Sight,
    Times,
    Wanted,
    matches,
    oldest_first,
    sees,
    sight_of,
    within,
    worst_first,
)
from services.reporting.domain.clocks import Residence
from services.reporting.domain.intervals import Kind, Severity
from services.reporting.domain.rulebook import RULEBOOKS, rulebook_on
from services.reporting.rules import shown_to
from shared.areas import EVERYWHERE, REFORM, Area, Scope, commune_on
from shared.auth.caller import Caller
from shared.auth.roles import Role
from tests.support.facts import DAY, HOME, LOAN, day, uid
from tests.support.findings import finding

HELPER = uid("sponsor")
OF_SPONSORS = min(shown_to("sponsor"))
OF_UNIONS = min(shown_to("union_inspector"))


def sight(*roles: Role, **more: Any) -> Sight:
    return sight_of(Caller(sub="x", roles=frozenset(roles), scope=EVERYWHERE, **more))


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.COMMUNE_OFFICER, {Kind.STALLED}),
        (Role.DISTRICT_OFFICER, {Kind.STALLED, Kind.MISUSE}),
        (Role.BANK_CONTROLLER, {Kind.MISUSE}),
        (Role.INSPECTOR, set(Kind)),
        (Role.AUDITOR, set(Kind)),
        (Role.UNION_INSPECTOR, set()),
        (Role.SPONSOR, set()),
    ],
)
def test_each_role_sees_its_kinds(role: Role, kinds: set[Kind]) -> None:
    found = {kind for kind in Kind if sees(sight(role), finding(kind=kind))}
    assert found == kinds


def test_a_commune_sees_misuse_once_it_is_confirmed() -> None:
    commune = sight(Role.COMMUNE_OFFICER)
    assert not sees(commune, finding())
    assert sees(commune, finding(confirmed=True))
    assert not sees(sight(Role.UNION_INSPECTOR), finding(confirmed=True))


def test_a_union_sees_its_rules() -> None:
    theirs = finding(OF_UNIONS, Kind.INTEGRITY)
    assert sees(sight(Role.UNION_INSPECTOR), theirs)
    assert not sees(sight(Role.BANK_CONTROLLER), theirs)


def test_a_sponsor_sees_what_is_its_own_work() -> None:
    own = finding(OF_SPONSORS, Kind.INTEGRITY, details={"sponsor_id": str(HELPER)})
    assert sees(sight(Role.SPONSOR, sponsor_id=HELPER), own)
    assert not sees(sight(Role.SPONSOR, sponsor_id=uid("another")), own)
    assert not sees(sight(Role.SPONSOR), own)
    assert not sees(sight(Role.UNION_INSPECTOR, sponsor_id=HELPER), own)
    other = finding("PIGGYBACK", Kind.INTEGRITY, details={"sponsor_id": str(HELPER)})
    assert not sees(sight(Role.SPONSOR, sponsor_id=HELPER), other)
    nobodys = finding(OF_SPONSORS, Kind.INTEGRITY)
    assert not sees(sight(Role.SPONSOR), nobodys)


def test_views_of_today_answer_for_today_by_the_same_rules_until_the_end_of_next_year() -> None:
    book = rulebook_on(DAY)
    assert Times(valid_at=DAY).book is book
    now = Times(valid_at=DAY, today=DAY)
    assert now.is_seen_by(book)
    assert Times(valid_at=DAY).is_seen_by(book)
    assert not now.is_seen_by(None)
    known = Times(valid_at=DAY, known_at=datetime(2026, 1, 1, tzinfo=UTC), today=DAY)
    assert not known.is_seen_by(book)
    for last, seen in ((date(2027, 12, 31), True), (date(2028, 1, 1), False)):
        times = Times(valid_at=last, rules_at=DAY, today=DAY)
        assert times.is_seen_by(book) is seen


def test_the_rules_are_those_of_the_day_unless_others_are_asked_for() -> None:
    first, last = RULEBOOKS[0], RULEBOOKS[-1]
    assert Times(valid_at=last.valid_from).book is last
    assert Times(valid_at=last.valid_from, rules_at=date(2000, 1, 1)).book is first


ASKED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"kinds": frozenset({Kind.MISUSE})}, {"kinds": frozenset({Kind.STALLED})}),
    ({"codes": frozenset({"PIGGYBACK"})}, {"codes": frozenset({"ROLLOVER"})}),
    ({"min_severity": Severity.HIGH}, {"min_severity": Severity.CRITICAL}),
    ({"household_id": HOME}, {"household_id": uid("other")}),
    ({"loan_id": LOAN}, {"loan_id": uid("other")}),
    ({"finding_id": uid("finding")}, {"finding_id": uid("other")}),
    ({"assignee": "worker"}, {"assignee": "other"}),
    ({"sponsor_id": HELPER}, {"sponsor_id": uid("other")}),
    ({"statuses": frozenset({"open"})}, {"statuses": frozenset({"dismissed"})}),
    ({"awake": False}, {"awake": True}),
    ({"shadow": False}, {"shadow": True}),
]


@pytest.mark.parametrize(("passing", "failing"), ASKED, ids=lambda each: next(iter(each)))
def test_each_filter_lets_some_pass(passing: dict[str, Any], failing: dict[str, Any]) -> None:
    shown = finding(assignee="worker", snoozed_until=day(1), details={"sponsor_id": str(HELPER)})
    assert matches(Wanted(), shown)
    assert matches(Wanted(**passing), shown)
    assert not matches(Wanted(**failing), shown)


def test_what_is_retracted_is_shown_to_whoever_asks_for_it() -> None:
    gone = finding(status="retracted")
    assert not matches(Wanted(), gone)
    assert matches(Wanted(finding_id=gone.finding_id), gone)
    assert matches(Wanted(statuses=frozenset({"retracted"})), gone)
    of_id = Wanted(finding_id=gone.finding_id, statuses=frozenset({"open"}))
    assert not matches(of_id, gone)


def test_whoever_is_awake_is_in_the_list_of_what_is_to_do() -> None:
    assert matches(Wanted(awake=True), finding())


def lives(*codes: str) -> dict[Any, tuple[Residence, ...]]:
    communes = [commune_on(code, DAY) for code in codes]
    return {uid(n): ((DAY, commune),) for n, commune in enumerate(communes)}


def test_a_reader_sees_what_lies_wholly_in_the_own_area_and_partly_in_the_one_asked_for() -> None:
    homes = lives("01864", "01882")
    both = finding(household_ids=(uid(0), uid(1)))
    one, other = (Scope.of([Area(code, "commune", REFORM)]) for code in ("01864", "01882"))
    mine = replace(one, olds=one.olds | other.olds)
    assert within(EVERYWHERE, None, both, homes, DAY)
    assert within(mine, None, both, homes, DAY)
    assert not within(one, None, both, homes, DAY)
    assert within(mine, one, both, homes, DAY)
    assert within(EVERYWHERE, other, both, homes, DAY)
    third = Scope.of([Area("01894", "commune", REFORM)])
    assert not within(EVERYWHERE, third, both, homes, DAY)


def test_what_is_about_nobody_is_seen_by_whoever_sees_everything() -> None:
    of_nobody = finding(household_ids=())
    assert within(EVERYWHERE, None, of_nobody, {}, DAY)
    assert not within(Scope.of([Area("01864", "commune")]), None, of_nobody, {}, DAY)
    commune = commune_on("01864", DAY)
    assert commune is not None
    about = {"commune": commune.code, "commune_from": commune.valid_from.isoformat()}
    of_commune = finding(household_ids=(), details=about)
    assert within(Scope.of([Area("01864", "commune")]), None, of_commune, {}, DAY)
    of_home = finding(household_ids=(uid(0),), details=about)
    assert not within(Scope.of([Area("01864", "commune")]), None, of_home, lives("01882"), DAY)
    assert within(Scope.of([Area("01882", "commune")]), None, of_home, lives("01882"), DAY)


def test_the_worst_and_oldest_come_first() -> None:
    worst, old, new = (
        finding(severity=Severity.CRITICAL, opened_on=day(5)),
        finding(opened_on=day(1)),
        finding(opened_on=day(2)),
    )
    assert sorted([new, old, worst], key=worst_first) == [worst, old, new]
    assert sorted([worst, new, old], key=oldest_first) == [old, new, worst]

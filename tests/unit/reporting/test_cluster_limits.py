"""Both sides of every limit of the rules on loans that belong together."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.detection.detect import contributions, cut, subject_findings
from services.reporting.detection.finding_versions import Status, appearances
from services.reporting.detection.levels import against_loans
from services.reporting.domain.clusters import Enough, cluster_on, reached
from services.reporting.domain.contributions import Contribution, Ground, Open
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from shared.recorded import Recorded
from tests.support.facts import (
    Recorder,
    applied,
    approved,
    confirmed,
    day,
    disbursed,
    history,
    inspected,
    registered,
    taken_back,
    uid,
)
from tests.support.findings import BOOK, shared

M = 1_000_000
GROUP = uid("group")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def of(number: int) -> dict[str, Any]:
    return {"loan": uid(f"loan {number}"), "home": uid(f"home {number}")}


def in_group(whole: int, misused: int, on: int = 0) -> list[Any]:
    events: list[Any] = []
    for number in range(whole):
        paid = uid(f"paid {number}")
        events.append(applied(on=day(-9), group=GROUP, **of(number)))
        events.append(disbursed(day(on), paid=paid, **of(number)))
        wrong = 9 * M if number < misused else 0
        events.append(inspected(day(on + 5 + number), wrong, paid=paid, **of(number)))
    return events


def clusters(events: list[Any]) -> list[Interval]:
    return shared("group", str(GROUP), history(*events))


@pytest.mark.parametrize(
    ("whole", "misused", "open_"),
    [
        (5, 3, True),
        (4, 3, False),
        (5, 2, False),
        (15, 3, True),
        (16, 3, False),
        (20, 4, True),
    ],
)
def test_a_group_has_so_many_loans_and_so_many_of_them_misused(
    whole: int, misused: int, *, open_: bool
) -> None:
    assert bool(clusters(in_group(whole, misused))) is open_


def test_a_cluster_opens_when_reached_and_clears_when_it_falls_below() -> None:
    events = in_group(5, 3)
    (interval,) = clusters([*events, inspected(day(40), paid=uid("paid 1"), **of(1))])
    assert (interval.run.opened_on, interval.run.closed_on) == (day(7), day(40))
    assert interval.about.group_id == GROUP
    back = taken_back(day(30), uid("paid 4"), **of(4))
    (fewer,) = clusters([*events, back])
    assert fewer.run.closed_on == day(30)


def test_loans_count_for_a_year_of_days() -> None:
    (interval,) = clusters(in_group(5, 3))
    assert interval.run.closed_on == day(366)


def judged_alone(kind: str, subject: str, recorded: list[Recorded], interval: Interval) -> None:
    """Judge on the evidence alone, then without each piece of it."""
    step = interval.run.steps[0]

    def holds(known: list[Recorded]) -> bool:
        return any(each.is_open for each in cut(shared(kind, subject, known), step.on))

    alone = [each for each in recorded if each.meta.event_id in step.evidence]
    assert {each.meta.key for each in alone} <= set(step.households)
    assert holds(alone)
    for left_out in alone:
        assert not holds([each for each in alone if each is not left_out]), left_out.event


def test_the_evidence_of_a_cluster_is_enough_and_not_too_much() -> None:
    recorded = history(*in_group(8, 4))
    (interval,) = shared("group", str(GROUP), recorded)
    judged_alone("group", str(GROUP), recorded, interval)


def decided(whole: int, misused: int, by: str = "director") -> list[Any]:
    events: list[Any] = []
    for number in range(whole):
        events.append(confirmed(day(-9), **of(number)))
        events.append(approved(day(number), by=by, **of(number)))
        paid = uid(f"paid {number}")
        events.append(disbursed(day(number), paid=paid, **of(number)))
        if number < misused:
            events.append(inspected(day(20 + number), 9 * M, paid=paid, **of(number)))
    return events


def pairs(events: list[Any], by: str = "director") -> list[Interval]:
    # nobody here is on the register: only what is planted is to count
    known = [registered(home=event.household_id) for event in events if is_disbursed(event)]
    return shared("official_pair", f"official\t{by}", history(*known, *events))


def is_disbursed(event: Any) -> bool:
    return type(event).__name__ == "LoanDisbursed"


@pytest.mark.parametrize(
    ("whole", "misused", "open_"),
    [(10, 3, True), (9, 3, False), (10, 2, False), (13, 4, True), (14, 4, False)],
)
def test_two_officials_have_so_many_loans_and_so_many_of_them_bad(
    whole: int, misused: int, *, open_: bool
) -> None:
    found = pairs(decided(whole, misused))
    assert any(each.is_open(day(60)) for each in found) is open_


def test_a_pair_is_two_people_and_its_finding_names_both() -> None:
    assert pairs(decided(10, 3, "official"), "official") == []
    (interval,) = pairs(decided(10, 3))
    assert interval.about.subject.ids == ("official", "director")
    assert (interval.run.opened_on, interval.run.closed_on) == (day(22), day(366))


def test_the_evidence_of_a_pair_is_enough() -> None:
    events = decided(12, 5)
    known = [registered(home=event.household_id) for event in events if is_disbursed(event)]
    recorded = history(*known, *events)
    (interval,) = shared("official_pair", "official\tdirector", recorded)
    step = interval.run.steps[0]
    alone = [each for each in recorded if each.meta.event_id in step.evidence]
    assert shared("official_pair", "official\tdirector", alone)


def paid_alike(shared_ones: int, days_apart: int = 0) -> list[Any]:
    """A group of five; so many of its loans paid to somebody who was paid by others too."""
    events: list[Any] = []
    for number in range(5):
        events.append(applied(on=day(-9), group=GROUP, **of(number)))
        account = f"h1:{number}"
        events.append(disbursed(paid=uid(f"paid {number}"), account=account, **of(number)))
        if number < shared_ones:
            other = {"paid": uid(f"other {number}"), **of(100 + number)}
            events.append(disbursed(day(days_apart), account=account, **other))
    return events


@pytest.mark.parametrize(("shared_ones", "open_"), [(2, False), (3, True)])
def test_a_shared_payee_counts_for_the_loans_paid_to_it(shared_ones: int, *, open_: bool) -> None:
    assert bool(clusters(paid_alike(shared_ones))) is open_


@pytest.mark.parametrize(("apart", "opened"), [(90, [day(90)]), (91, [])])
def test_a_cluster_on_shared_payees_opens_with_the_last_of_them(
    apart: int, opened: list[date]
) -> None:
    assert [each.run.opened_on for each in clusters(paid_alike(3, apart))] == opened


def test_a_cluster_on_shared_payees_ends_where_a_payment_is_taken_back() -> None:
    back = taken_back(day(30), uid("other 1"), **of(101))
    (interval,) = clusters([*paid_alike(3), back])
    assert (interval.run.opened_on, interval.run.closed_on) == (day(0), day(30))


def test_the_evidence_of_a_cluster_on_shared_payees_is_enough_and_not_too_much() -> None:
    recorded = history(*paid_alike(3))
    (interval,) = shared("group", str(GROUP), recorded)
    judged_alone("group", str(GROUP), recorded, interval)


def decided_alike(whole: int, alike: int, what: str) -> list[Any]:
    events = decided(whole, 0)
    for number in range(alike):
        paid, other = uid(f"paid {number}"), {"paid": uid(f"other {number}"), **of(100 + number)}
        if what == "payee":
            account = f"h1:{number}"
            again = {"paid": uid(f"again {number}"), **of(number)}
            events.append(disbursed(day(number), 1, account=account, **again))
            events.append(disbursed(day(20), 1, account=account, **other))
        else:
            file = f"{number:064x}"
            events.append(inspected(day(20), paid=paid, files=[file], **of(number)))
            events.append(inspected(day(20), files=[file], **other))
    return events


@pytest.mark.parametrize("what", ["payee", "evidence"])
@pytest.mark.parametrize(("alike", "open_"), [(2, False), (3, True)])
def test_a_pair_is_judged_by_what_its_loans_share_with_others(
    alike: int, what: str, *, open_: bool
) -> None:
    found = pairs(decided_alike(10, alike, what))
    assert any(each.is_open(day(25)) for each in found) is open_


@pytest.mark.parametrize(("status", "counts"), [("open", True), ("dismissed", False)])
def test_only_what_is_open_is_held_against_a_loan(status: Status, *, counts: bool) -> None:
    dossiers = [fold(uid(f"home {home}"), own_history(home)) for home in (1, 2)]
    facts = [
        each
        for dossier in dossiers
        for each in contributions(dossier, [])
        if (each.kind, each.subject) == ("payee", "h1:x")
    ]
    shown = appearances(subject_findings("payee", "h1:x", facts, BOOK))
    decided_on = [msgspec.structs.replace(each, status=status) for each in shown]
    assert bool(against_loans(facts, decided_on)) is counts


def own_history(number: int) -> list[Recorded]:
    paid = disbursed(paid=uid(f"paid {number}"), account="h1:x", **of(number))
    recorder = Recorder()
    recorder.count = number
    return [recorder.record(paid)]


contributed = st.builds(
    lambda number, on, lasts, found: Contribution(
        kind="group",
        subject="x",
        household_id=uid(number),
        event_id=uid((number, on, lasts)),
        order=(day(on), NOW, "loans", 1, 1),
        until=day(on + lasts) if lasts else None,
        loan_id=uid(number),
        grounds=(Ground(uid("asked"), (day(on - 2 + number), NOW, "loans", 1, 1)),),
        findings=(Open(day(number), day(found) if found > number else None, ()),) * (number % 2),
    ),
    st.integers(0, 6),
    st.integers(0, 20),
    st.integers(0, 9),
    st.integers(0, 30),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(contributed, max_size=9, unique_by=lambda each: each.loan_id))
def test_counting_along_the_days_is_counting_on_each(given_: list[Contribution]) -> None:
    ordered = sorted(given_, key=lambda each: each.order)
    turns = reached(ordered, 10, Enough(3, 1, 40))
    for on, enough in turns.items():
        cluster = cluster_on(ordered, 10, on)
        bad, whole = len(cluster.misused), len(cluster.loans)
        assert enough is (whole >= 3 and bad >= 1 and bad * 100 >= 40 * whole)

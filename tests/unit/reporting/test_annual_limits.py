"""Both sides of every limit of the rules about the counts of a year."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from services.reporting.detection.detect import annual_reviews, year_findings
from services.reporting.domain.annual import RESULTS, SCORES, Counts, Covered, Reviewed, Tally
from services.reporting.domain.dossier import fold
from services.reporting.domain.intervals import Interval
from services.reporting.rules.bunching import fewest, needed
from shared.areas import commune_on, places
from tests.support.facts import LAST_YEAR, Recorder, classified, registered, uid
from tests.support.findings import BOOK
from tests.support.reviewing import reviewed, verified

SUMMER = date(2025, 8, 1)
ON = date(2025, 10, 1)
TURN = date(2025, 12, 15)
LATE = date(2025, 12, 20)
BELOW, ABOVE = 140, 141
DAY = timedelta(days=1)


def counted(*lives: Iterable[Any]) -> list[Reviewed]:
    recorder = Recorder()
    found: list[Reviewed] = []
    for events in lives:
        recorded = [recorder.record(each) for each in events]
        found += annual_reviews(fold(recorded[0].meta.key, recorded))
    return found


def judged(*lives: Iterable[Any]) -> tuple[list[Interval], list[Covered]]:
    given = counted(*lives)
    return year_findings(2025, lambda kind: [each for each in given if each.kind == kind], BOOK)


def home(number: int, *facts: Any, code: str = "01864") -> list[Any]:
    return [registered(SUMMER, code=code, home=uid(f"home {number}")), *facts]


def scored(number: int, b1: int, on: date = ON, code: str = "01864") -> list[Any]:
    who = uid(f"home {number}")
    return home(number, reviewed(on, b1, home=who, review=uid(f"review {number}")), code=code)


def crowd(below: int, above: int, start: int = 0, code: str = "01864") -> list[list[Any]]:
    points = [BELOW] * below + [ABOVE] * above
    return [scored(start + n, b1, code=code) for n, b1 in enumerate(points)]


def opened(*lives: Iterable[Any]) -> list[date]:
    return [each.run.opened_on for each in judged(*lives)[0]]


@pytest.mark.parametrize(
    ("below", "above", "dates"),
    [(16, 4, [TURN]), (15, 5, []), (19, 0, []), (20, 0, [TURN]), (14, 30, [])],
)
def test_so_many_below_and_so_few_above(below: int, above: int, dates: list[date]) -> None:
    assert opened(*crowd(below, above)) == dates


def test_a_commune_with_too_few_is_not_judged() -> None:
    _, covered = judged(*crowd(19, 0))
    assert [(each.code, each.counted, each.judged) for each in covered] == [("BUNCHING", 19, False)]
    _, covered = judged(*crowd(10, 10))
    assert [(each.counted, each.judged) for each in covered] == [(20, True)]


@pytest.mark.parametrize(
    ("b1", "side"), [(130, None), (131, True), (140, True), (141, False), (150, False), (151, None)]
)
def test_near_the_cut_off_is_ten_points_on_either_side(b1: int, *, side: bool | None) -> None:
    found = [each.hit for each in counted(scored(1, b1)) if each.kind == SCORES]
    assert found == ([] if side is None else [side])


def test_it_names_the_commune_and_the_year_and_shows_what_it_takes() -> None:
    (interval,), _ = judged(*crowd(20, 6))
    assert interval.about.subject.ids == ("01864", "2025")
    assert (interval.about.year, interval.run.anchor, interval.run.closed_on) == (
        2025,
        "2025",
        None,
    )
    step = interval.run.steps[0]
    assert step.details["below"] == 20
    assert step.details["above"] == 6
    alone = [each for each in counted(*crowd(20, 6)) if each.event_id in step.evidence]
    assert len(alone) == 20

    def fires(given: list[Reviewed]) -> bool:
        found, _ = year_findings(
            2025, lambda kind: [each for each in given if each.kind == kind], BOOK
        )
        return bool(found)

    assert fires(alone)
    assert not any(fires([each for each in alone if each is not left]) for left in alone)


def test_it_opens_with_the_review_that_completes_it() -> None:
    assert opened(*crowd(15, 4), scored(99, BELOW, LATE)) == [LATE]


def test_later_reviews_on_the_other_side_do_not_close_it() -> None:
    many = [scored(100 + n, ABOVE, LATE) for n in range(40)]
    (interval,), _ = judged(*crowd(16, 4), *many)
    assert (interval.run.opened_on, interval.run.closed_on) == (TURN, None)


def test_of_a_household_the_latest_review_of_the_year_counts_and_its_first_points() -> None:
    who = uid("home 1")
    again = reviewed(date(2025, 11, 1), ABOVE, home=who, review=uid("again"))
    (only,) = [each for each in counted([*scored(1, BELOW), again]) if each.kind == SCORES]
    assert only.hit is False
    late = reviewed(LATE, ABOVE, home=who, review=uid("again"))
    first, then = [each for each in counted([*scored(1, BELOW), late]) if each.kind == SCORES]
    assert (first.hit, first.until, then.hit) == (True, LATE, False)
    raised = reviewed(date(2025, 11, 1), ABOVE)
    facts = [registered(LAST_YEAR), reviewed(ON, BELOW), verified(date(2025, 10, 9)), raised]
    (only,) = [each for each in counted(facts) if each.kind == SCORES]
    assert only.hit is True


def test_a_year_without_a_standard_counts_nothing_near_a_cut_off() -> None:
    long_ago = date(2021, 10, 1)
    facts = [registered(date(2020, 1, 1)), reviewed(long_ago, BELOW)]
    assert [each for each in counted(facts) if each.kind == SCORES] == []


def decided(number: int, status: str, by: str, said: date = ON) -> list[Any]:
    who, review = uid(f"home {number}"), uid(f"review {number}")
    scores = reviewed(ON, 200, home=who, review=review, by=(by, "second"))
    return home(number, scores, classified(status, said, home=who, review=review))


def outcomes(by: str, poor: int, others: int, start: int) -> list[list[Any]]:
    statuses = ["near_poor"] * poor + ["not_poor"] * others
    return [decided(start + n, status, by) for n, status in enumerate(statuses)]


def lenient(*lives: Iterable[Any]) -> list[tuple[str, ...]]:
    return [each.about.subject.ids for each in judged(*lives)[0] if each.code == "LENIENT_REVIEWER"]


def test_a_reviewer_with_enough_reviews_and_far_more_poor_ones_is_lenient() -> None:
    others = outcomes("strict", 20, 80, 1000)
    assert lenient(*outcomes("mild", 20, 10, 0), *others) == [("mild", "01864", "2025")]
    assert lenient(*outcomes("mild", 20, 9, 0), *others) == []
    assert lenient(*outcomes("mild", 9, 21, 0), *others) == []


def test_a_review_counts_for_each_of_its_reviewers_and_one_of_all_has_no_others() -> None:
    lives = [*outcomes("mild", 20, 10, 0), *outcomes("strict", 20, 80, 1000)]
    _, covered = judged(*lives)
    asked = {each.reviewer: (each.counted, each.judged) for each in covered}
    assert asked == {"mild": (30, True), "strict": (100, True), "second": (130, False)}


def test_the_finding_shows_the_reviews_and_what_was_decided_on_them() -> None:
    lives = [*outcomes("mild", 20, 10, 0), *outcomes("strict", 20, 80, 1000)]
    (interval,), _ = judged(*lives)
    step = interval.run.steps[0]
    assert len(set(step.evidence)) == len(step.evidence) == 60
    shown = {key: step.details[key] for key in ("poor", "reviews", "others_poor", "others")}
    assert shown == {"poor": 20, "reviews": 30, "others_poor": 20, "others": 100}


def test_a_classification_that_comes_late_counts_from_its_day() -> None:
    lives = outcomes("mild", 19, 10, 0) + outcomes("strict", 20, 80, 1000)
    (interval,), _ = judged(*lives, decided(500, "poor", "mild", date(2026, 1, 9)))
    assert interval.run.opened_on == date(2026, 1, 9)


def test_the_latest_classification_of_a_review_counts() -> None:
    who, review = uid("home 1"), uid("review 1")
    again = classified("poor", date(2025, 11, 1), home=who, review=review)
    given = counted([*decided(1, "not_poor", "mild"), again])
    assert [each.hit for each in given if each.kind == RESULTS] == [True]


@pytest.mark.parametrize(("calm", "dates"), [(7, [TURN]), (8, [])])
def test_of_many_communes_those_stay_that_are_not_likely_false(
    calm: int, dates: list[date]
) -> None:
    # p = 0.0059 is little enough as the least of eight, and not of nine
    codes = [place.code for place in places(TURN) if place.level == "commune"]
    others = [each for each in codes if each != "01864"][:calm]
    lives = [
        life
        for number, code in enumerate(others, start=1)
        for life in crowd(10, 10, 100 * number, code)
    ]
    assert opened(*crowd(16, 4), *lives) == dates


def test_counting_many_at_once_is_counting_each_of_them() -> None:
    one, many = Tally[str](2025), Tally[str](2025)
    for hit in (True, True, False):
        (review,) = counted(scored(1, BELOW if hit else ABOVE))
        one.add(review, ["here"])
    many.count("here", Counts(3, 2))
    assert list(one.days()) == list(many.days()) == [(TURN, {"here": Counts(3, 2)})]
    many.count("here", Counts(4, 1), LATE)
    many.count("there", Counts(1, 0), ON)
    assert list(many.days()) == [
        (TURN, {"here": Counts(3, 2), "there": Counts(1, 0)}),
        (LATE, {"here": Counts(7, 3), "there": Counts(1, 0)}),
    ]


def test_each_review_of_a_year_counts_until_the_next_one() -> None:
    who = uid("home 1")
    days = (date(2025, 12, 20), date(2025, 12, 25), date(2025, 12, 30))
    facts = [
        reviewed(on, BELOW, home=who, review=uid(f"review {n}"), by=("an",))
        for n, on in enumerate(days)
    ]
    given = [each for each in counted(home(1, *facts)) if each.kind == SCORES]
    assert [each.until for each in given] == [days[1], days[2], None]


def test_no_number_of_reviews_is_enough_where_nothing_may_happen_by_chance() -> None:
    assert fewest(BOOK["BUNCHING"]) == (20, 16)
    assert fewest({"reviews": 6, "percent": 1, "false_percent": 5}) == (7, 7)
    with pytest.raises(ValueError, match="seldom"):
        fewest({"reviews": 20, "percent": 0, "false_percent": 5})


def test_each_classification_of_a_review_counts_until_the_next_one() -> None:
    who, review = uid("home 1"), uid("review 1")
    days = (date(2025, 12, 20), date(2025, 12, 25), date(2025, 12, 30))
    said = [
        classified(status, on, home=who, review=review)
        for status, on in zip(("poor", "not_poor", "near_poor"), days, strict=True)
    ]
    scores = reviewed(ON, 200, home=who, review=review)
    given = [each for each in counted(home(1, scores, *said)) if each.kind == RESULTS]
    assert [(each.until, each.hit) for each in given] == [
        (days[1], True),
        (days[2], False),
        (None, True),
    ]


def test_a_review_counts_from_its_day_until_the_day_of_the_next_one() -> None:
    (review,) = [each for each in counted(scored(1, BELOW)) if each.kind == SCORES]
    replaced = msgspec.structs.replace(review, until=LATE)
    assert [replaced.counts_on(on) for on in (ON - DAY, ON, LATE - DAY, LATE)] == [
        False,
        True,
        True,
        False,
    ]
    assert review.counts_on(LATE)


def test_what_was_replaced_by_the_turn_of_the_year_is_not_counted_in_it() -> None:
    (review,) = [each for each in counted(scored(1, BELOW)) if each.kind == SCORES]
    for until, days in ((TURN, []), (TURN + DAY, [TURN, TURN + DAY])):
        tally = Tally[str](2025)
        tally.add(msgspec.structs.replace(review, until=until), ["here"])
        assert [on for on, _ in tally.days()] == days


def test_points_given_after_they_were_verified_again_are_not_the_first() -> None:
    facts = [registered(LAST_YEAR), verified(ON), reviewed(LATE, BELOW)]
    assert [each for each in counted(facts) if each.kind == SCORES] == []
    facts = [registered(LAST_YEAR), reviewed(ON, BELOW), verified(LATE)]
    assert [each.hit for each in counted(facts) if each.kind == SCORES] == [True]


def test_the_evidence_is_the_first_reviews_that_are_as_one_sided_as_it_takes() -> None:
    points = [ABOVE] * 6 + [BELOW] * 24
    lives = [scored(n, b1) for n, b1 in enumerate(points)]
    given = [each for each in counted(*lives) if each.kind == SCORES]
    assert opened(*lives) == [TURN]
    taken = needed(given, BOOK["BUNCHING"])
    assert [given.index(each) for each in taken] == [*range(4), *range(6, 22)]


def test_what_was_scored_on_the_old_map_counts_for_the_commune_of_the_turn_of_the_year() -> None:
    spring = date(2025, 6, 2)
    facts = [registered(LAST_YEAR, code="01861"), reviewed(spring, BELOW)]
    (only,) = [each for each in counted(facts) if each.kind == SCORES]
    assert only.commune == commune_on("01864", TURN)


def test_nothing_is_counted_before_something_is() -> None:
    assert (Counts().whole, Counts().hits) == (0, 0)

"""Figures of an area and of a model: what is counted, adds up, and is too small to tell."""

from services.reporting.figures.area import Overview, movement, results, target_document
from services.reporting.figures.area import joined as together
from services.reporting.figures.effectiveness import Side, Stratum
from services.reporting.figures.record import NO_MONEY, Standing, Target
from services.reporting.figures.small_cells import Earned, Row, document, joined
from tests.support.facts import DAY, HOME


def test_who_was_poor_stays_leaves_comes_or_goes() -> None:
    counted = movement(
        [
            (("poor", "poor"), 7),
            (("poor", "not_poor"), 3),
            (("poor", "near_poor"), 2),
            (("poor", None), 1),
            (("not_poor", "poor"), 4),
            ((None, "poor"), 5),
            (("near_poor", "near_poor"), 6),
            ((None, None), 9),
        ]
    )
    assert counted["poor"] == {"start": 13, "exits": 6, "entries": 9, "end": 16}
    assert counted["near_poor"] == {"start": 6, "exits": 0, "entries": 2, "end": 8}


def standing(status: str | None, *money: int, **more: int | bool) -> Standing:
    fields = {"sponsored": False, "planned": False, "visits": 0, "loans": 0, **more}
    held = (*money, *NO_MONEY[len(money) :]) if money else NO_MONEY
    return Standing(status=status, money=held, **fields)  # type: ignore[arg-type] # by name


def test_sponsors_and_plans_are_counted_of_the_poor_and_money_of_all() -> None:
    figures = Overview()
    figures.add(standing("poor", 10, loans=2, sponsored=True, planned=True, visits=3))
    figures.add(standing("not_poor", 20, loans=1, sponsored=True, planned=True, visits=1))
    figures.add(standing(None, 40, loans=1, visits=9))
    figures.add(standing("near_poor", visits=1))
    told = figures.document()
    assert {name: told[name] for name in ("households", "poor_or_near_poor", "loans")} == {
        "households": 3,
        "poor_or_near_poor": 2,
        "loans": 4,
    }
    assert (told["with_sponsor"], told["with_plan"], told["visits"]) == (1, 1, 5)
    assert told["statuses"] == {"near_poor": 1, "not_poor": 1, "poor": 1}
    assert told["money"]["total"] == 70


def test_two_areas_together_have_what_both_have() -> None:
    one, other = Overview(), Overview()
    one.add(standing("poor", 10, loans=1, visits=2))
    other.add(standing("poor", 5, loans=1, visits=1))
    told = together([one, other]).document()
    assert (told["households"], told["visits"], told["statuses"]) == (2, 3, {"poor": 2})
    assert told["money"]["total"] == 15


def test_what_came_of_targets_is_counted() -> None:
    each = [Target("not_poor", DAY, "poor", sponsored=False, result=r) for r in ("b", "a", "b")]
    assert list(results(each).items()) == [("a", 1), ("b", 2)]


def row(year: int, part: tuple[int, int], other: tuple[int, int]) -> Row:
    sides = (Side(many, (left,)) for many, left in (part, other))
    return Row((Stratum(year, "poor", "rural"),), *sides)


def test_a_cell_is_enough_from_five_who_left_and_five_who_stayed() -> None:
    assert row(2022, (10, 5), (10, 5)).is_enough
    for small in ((9, 5), (9, 4), (4, 0), (10, 6), (10, 4), (10, 10), (12, 0)):
        assert not row(2022, small, (10, 5)).is_enough, small
        assert not row(2022, (10, 5), small).is_enough, small


def test_rows_that_are_too_small_are_told_together() -> None:
    small, tiny, large = (
        row(2022, (7, 3), (8, 4)),
        row(2023, (6, 2), (7, 2)),
        row(2024, (30, 9), (40, 9)),
    )
    fine, pooled = joined([small, large, tiny])
    assert fine == large
    assert pooled.strata == (*small.strata, *tiny.strata)
    assert (pooled.participants, pooled.comparable) == (Side(13, (5,)), Side(15, (6,)))


def test_what_is_still_too_small_is_put_together_with_the_smallest_that_is_enough() -> None:
    tiny, middle, large = (
        row(2022, (2, 1), (2, 1)),
        row(2023, (20, 8), (20, 8)),
        row(2024, (30, 9), (40, 9)),
    )
    assert [each.participants.households for each in joined([tiny, large, middle])] == [30, 22]
    assert joined([tiny]) == []
    assert joined([large, middle]) == [middle, large]


def test_a_row_tells_how_many_of_ten_thousand_left() -> None:
    told = document([row(2022, (20, 5), (30, 10))], 0, [])
    (only,) = told["compared"]
    assert (only["year"], only["status"], only["strata"]) == (2022, "poor", 1)
    first = next(name for name in only["participants"] if name.startswith("after"))
    assert only["participants"][first] == {"left": 5, "left_bp": 2_500}
    assert only["comparable"][first] == {"left": 10, "left_bp": 3_333}
    assert told["total"][first] == {
        "households": 20,
        "left": 5,
        "left_bp": 2_500,
        "comparable_left_bp": 3_333,
    }
    assert list(told["total"].values())[1:] == [None] * (len(told["total"]) - 1)
    assert (told["enrolled"], told["income"], told["least_shown"]) == (20, None, 5)


def test_who_was_not_poor_counts_among_the_enrolled_and_nobody_is_not_zero() -> None:
    assert document([], 7, [])["enrolled"] == 7
    assert document([], 0, [])["enrolled"] is None
    assert document([row(2022, (20, 5), (30, 10))], 7, [])["enrolled"] == 27


def test_a_later_count_is_hidden_where_it_differs_by_fewer_than_five() -> None:
    def left(*counts: int) -> list[int | None]:
        side = Side(40, counts)
        strata = (Stratum(2022, "poor", "rural"),)
        (told,) = document([Row(strata, side, side)], 0, [])["compared"]
        cells = [cell for name, cell in told["participants"].items() if name != "households"]
        return [cell["left"] if cell else None for cell in cells][: len(counts)]

    assert left(10, 15) == [10, 15]
    assert left(10, 14) == [10, None]
    assert left(10, 10) == [10, 10]
    assert left(15, 11) == [15, None]
    assert left(4, 9) == [None, 9]


def test_incomes_are_told_and_how_many_rose_only_where_no_part_is_too_small() -> None:
    fine, small = Earned(10, 1_000, 1_400, 5), Earned(10, 2_000, 1_500, 6)
    told = document([], 10, [fine])["income"]
    assert told == {"assessed": 10, "mean_before": 100, "mean_after": 140, "higher": 5}
    told = document([], 10, [fine, small])["income"]
    assert told == {"assessed": 20, "mean_before": 150, "mean_after": 145, "higher": None}
    for higher in (4, 6):
        assert document([], 9, [Earned(10, 0, 0, higher)])["income"]["higher"] is None


def test_a_target_is_told_with_what_came_of_it() -> None:
    told = target_document(HOME, Target("out", DAY, "poor", sponsored=True, result="missed"))
    assert told == {
        "household_id": HOME,
        "to": "out",
        "set_on": DAY,
        "status": "poor",
        "result": "missed",
        "with_sponsor": True,
    }
    gone = target_document(HOME, Target("out", DAY, None, sponsored=False, result="closed"))
    assert (gone["status"], gone["with_sponsor"]) == ("closed", False)


def test_a_count_that_is_too_small_to_tell_is_there_without_a_number() -> None:
    side = Side(40, (10, 14))
    strata = (Stratum(2022, "poor", "rural"),)
    (told,) = document([Row(strata, side, side)], 0, [])["compared"]
    shown = [each for name, each in told["participants"].items() if name != "households"]
    assert shown[:2] == [{"left": 10, "left_bp": 2_500}, {"left": None, "left_bp": None}]
    assert shown[2:] == [None] * len(shown[2:])


def test_what_became_of_households_is_told_after_a_year_and_after_two() -> None:
    assert list(document([], 0, [])["total"]) == ["after_12_months", "after_24_months"]

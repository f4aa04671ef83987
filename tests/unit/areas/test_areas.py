"""Two maps, one people: what a code means on a day, and what an area covers."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.areas import (
    REFORM,
    Area,
    Commune,
    Scope,
    SeveralCommunes,
    UnknownArea,
    at,
    commune_on,
    converted,
    place_of,
    predecessors,
    province_on,
    provinces,
    successor,
)
from shared.areas.tree import BEGINNING, tree

BEFORE = REFORM - timedelta(days=1)
OLDS = sorted(tree().successor)
NEWS = sorted(tree().sources)


def scope(*codes: str) -> Scope:
    return Scope.of(Area.parse(code) for code in codes)


def test_there_are_108_old_and_37_new_communes() -> None:
    assert (len(OLDS), len(NEWS)) == (108, 37)


def test_the_same_code_names_another_place_from_the_reform_on() -> None:
    bo_bo, bang_thanh = commune_on("01864", BEFORE), commune_on("01864", REFORM)
    assert bo_bo is not None
    assert bang_thanh is not None
    assert bo_bo != bang_thanh
    places = (place_of(bo_bo), place_of(bang_thanh))
    assert [place.name for place in places if place] == ["Xã Bộc Bố", "Xã Bằng Thành"]


def test_21_codes_were_given_to_places_of_another_name() -> None:
    renamed = [
        new
        for new in NEWS
        if getattr(place_of(new), "name", "")
        != getattr(place_of(Commune(new.code, BEGINNING)), "name", "")
    ]
    assert len(renamed) == 21


def test_a_code_that_ended_with_the_reform_is_unknown_after_it() -> None:
    assert commune_on("01858", BEFORE) is not None
    assert commune_on("01858", REFORM) is None


def test_a_district_is_not_a_commune() -> None:
    assert commune_on("060", BEFORE) is None


def test_old_to_new_is_a_function_and_new_to_old_only_where_one_became_one() -> None:
    assert all(at(old, REFORM) in tree().sources for old in OLDS)
    single = [new for new in NEWS if at(new, BEFORE) is not None]
    assert [new.code for new in single] == ["01957"]


def test_a_former_district_covers_the_new_communes_formed_only_from_it() -> None:
    pac_nam, ba_be = scope("060"), scope("061")
    covered = [new.code for new in NEWS if pac_nam.covers(new, REFORM)]
    assert covered == ["01864", "01879", "01882"]
    assert not ba_be.covers(Commune("01933", REFORM), REFORM)


def test_an_old_commune_of_a_spanning_new_one_is_covered_only_before_the_reform() -> None:
    quang_khe = Commune("01924", BEGINNING)
    assert scope("061").covers(quang_khe, BEFORE)
    assert not scope("061").covers(quang_khe, REFORM)
    assert scope("061", "064").covers(quang_khe, REFORM)


def test_a_reused_code_means_todays_place_unless_a_date_says_otherwise() -> None:
    assert len(Area.parse("01864").old_communes()) == 4
    assert len(Area.parse("01864@2025-06-30").old_communes()) == 1


def test_old_and_new_province_cover_all_and_neighbouring_codes_nothing() -> None:
    assert Area.parse("06").old_communes() == Area.parse("19").old_communes() == tree().old
    with pytest.raises(UnknownArea):
        Area.parse("19@2025-06-30").old_communes()


@pytest.mark.parametrize("text", ["", "6", "0600", "06x", "999", "01858@2025-07-01", "060@soon"])
def test_a_code_on_no_map_is_refused(text: str) -> None:
    with pytest.raises(UnknownArea):
        Area.parse(text).old_communes()


def test_everything_covers_even_what_has_no_place() -> None:
    assert Scope(everything=True).covers(None, REFORM)
    assert not scope("06").covers(None, REFORM)


@given(households=st.lists(st.sampled_from(OLDS)))
def test_totals_are_equal_on_both_maps(households: list[Commune]) -> None:
    old = Counter(households)
    new = Counter(at(commune, REFORM) for commune in households)
    for commune, count in new.items():
        assert commune is not None
        assert count == sum(old[source] for source in tree().sources[commune])


@given(
    st.sets(st.sampled_from(["058", "060", "061", "062", "063", "064", "01864", "01933"])),
    st.sampled_from(OLDS + NEWS),
    st.dates(date(2020, 1, 1), date(2027, 1, 1)),
)
def test_a_query_by_matching_finds_what_covers_says(
    codes: set[str], commune: Commune, day: date
) -> None:
    mine = scope(*codes)
    assert mine.covers(commune, day) == (commune in mine.matching(day))


def test_a_conversion_that_is_no_function_says_why_and_names_the_candidates() -> None:
    for new in NEWS:
        sources = tree().sources[new]
        if len(sources) == 1:
            assert {converted(new, BEFORE)} == sources
            continue
        with pytest.raises(SeveralCommunes, match=f"^{new.code} .* / ") as refusal:
            converted(new, BEFORE)
        assert set(refusal.value.candidates) == sources
        assert all(old.code in str(refusal.value) for old in sources)


def test_what_is_converted_forth_is_where_it_was_or_nobody_can_tell() -> None:
    for old in OLDS:
        new = converted(old, REFORM)
        assert converted(old, BEFORE) == old
        assert converted(new, REFORM) == new
        assert at(new, BEFORE) in (old, None)


def test_the_21_reused_codes_never_mix() -> None:
    for new in NEWS:
        old = Commune(new.code, BEGINNING)
        assert commune_on(new.code, BEFORE) == old != commune_on(new.code, REFORM) == new
        assert old in tree().sources[converted(old, REFORM)]
        only_old = Scope.of([Area.parse(f"{new.code}@{BEFORE}")])
        assert only_old.covers(old, BEFORE)
        # the new commune is covered only where it is all of the old one
        assert only_old.covers(new, REFORM) == (tree().sources[new] == {old})


def test_63_provinces_became_34_and_each_became_part_of_one() -> None:
    olds, news = provinces(BEFORE), provinces(REFORM)
    assert (len(olds), len(news)) == (63, 34)
    assert len({found.code for found in olds}) == 63
    assert len({found.code for found in news}) == 34
    for old in olds:
        assert old.became is not None
        new = province_on(old.became, REFORM)
        assert new is not None
        assert old.code in new.formed_from
    assert sum(len(new.formed_from) for new in news) == 63


def test_bac_kan_became_part_of_thai_nguyen() -> None:
    bac_kan = province_on("06", BEFORE)
    assert bac_kan is not None
    assert bac_kan.became == "19"
    assert province_on("06", REFORM) is None


def test_who_asks_for_one_of_several_communes_is_told_their_names() -> None:
    new = Commune("01864", REFORM)
    with pytest.raises(SeveralCommunes) as caught:
        converted(new, BEFORE)
    for old in predecessors(new):
        place = place_of(old)
        assert place is not None
        assert f"{old.code} {place.name}" in str(caught.value)


def test_an_old_commune_became_part_of_a_new_one_and_a_new_one_of_none() -> None:
    new = commune_on("01864", REFORM)
    assert new is not None
    assert {successor(old) for old in predecessors(new)} == {new}
    assert successor(new) is None
    assert predecessors(min(predecessors(new))) == frozenset()


def test_the_old_map_is_known_from_the_year_2000_on() -> None:
    assert date(2000, 1, 1) == BEGINNING
    assert commune_on("01864", BEGINNING) is not None

"""Evidence shows a finding, and nothing of it may be left out, whatever takes back what."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.minimal import begun, first_minimal

WHOLE = tuple(range(6))
sets = st.frozensets(st.sampled_from(WHOLE))


@given(st.frozensets(sets))
def test_nothing_may_be_left_out_whatever_takes_what_back(
    showing: frozenset[frozenset[int]],
) -> None:
    def fires(facts: Sequence[int]) -> bool:
        return len(facts) == len(WHOLE) or frozenset(facts) in showing

    needed = first_minimal(WHOLE, fires)
    assert fires(needed)
    assert needed == sorted(needed)
    for left_out in needed:
        assert not fires([fact for fact in needed if fact != left_out])


def test_what_took_back_something_left_out_is_left_out_too() -> None:
    score, wrong_again, right_again = "120", "200", "120 again"

    def fires(facts: Sequence[str]) -> bool:
        return bool(facts) and facts[-1] != wrong_again and score in facts

    assert first_minimal([score, wrong_again, right_again], fires) == [score]


@given(st.sets(st.sampled_from(WHOLE), min_size=1))
def test_where_more_fire_the_more_the_first_that_do_are_shown(wanted: set[int]) -> None:
    assert begun(WHOLE, lambda facts: wanted <= set(facts)) == sorted(wanted)
    assert begun(WHOLE, lambda _: False) == []

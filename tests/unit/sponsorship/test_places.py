"""Where a household lives and when it is no more, as sponsorship knows it."""

from typing import Any

from services.households.events import REGISTRY, HouseholdMoved
from services.sponsorship.events import PersonalDataErased, SponsorRegistered
from services.sponsorship.policies import closed_on, places
from services.sponsorship.state.sponsor import SponsorState, evolve_sponsor
from shared.areas import Commune, commune_on
from shared.corrections import EventCorrected
from shared.recorded import Actor, Recorded
from tests.support.facts import HOME, SEALED, Recorder, closed, day, registered, uid


def commune(code: str) -> Commune:
    found = commune_on(code, day(0))
    assert found is not None
    return found


FIRST, SECOND, THIRD = commune("01864"), commune("01879"), commune("01882")


def moved(days: int, to: Commune) -> HouseholdMoved:
    return HouseholdMoved(
        household_id=HOME, commune=to, village="Nà Nghè", area_type="rural", moved_on=day(days)
    )


def recorded(*facts: Any) -> list[Recorded]:
    recorder = Recorder()
    return [recorder.record(fact) for fact in facts]


def lived(history: list[Recorded]) -> list[tuple[int, Commune]]:
    return [((since - day(0)).days, where) for since, where in places(history)]


def test_a_household_lives_where_it_was_registered_until_it_moves() -> None:
    assert lived([]) == []
    history = recorded(registered(day(0)), moved(9, SECOND))
    assert lived(history) == [(0, FIRST), (9, SECOND)]


def test_moves_count_in_the_order_of_their_days_however_they_arrive() -> None:
    history = recorded(registered(day(0)), moved(20, THIRD), moved(9, SECOND))
    expected = [(0, FIRST), (9, SECOND), (20, THIRD)]
    assert lived(history) == expected
    assert lived(history[::-1]) == expected


def test_of_two_moves_of_one_day_the_one_recorded_later_counts() -> None:
    history = recorded(registered(day(0)), moved(9, THIRD), moved(9, SECOND))
    assert lived(history)[-1] == (9, SECOND)
    assert lived(history[::-1])[-1] == (9, SECOND)


def test_a_household_is_no_more_from_its_closing_unless_that_was_annulled() -> None:
    recorder = Recorder()
    history = [recorder.record(fact) for fact in (registered(day(0)), moved(3, SECOND))]
    assert closed_on(history) is None
    history.append(recorder.record(closed(day(9))))
    assert closed_on(history) == day(9)
    wrong = EventCorrected(
        key=HOME,
        event_id=history[-1].meta.event_id,
        reason=SEALED,
        annul=True,
        occurred_on=day(10),
    )
    stream = history[0].meta.stream_id
    history.append(recorder.record(wrong, source=REGISTRY.source, stream=stream))
    assert closed_on(history) is None
    assert closed_on(history[::-1]) is None


def test_the_name_of_a_person_that_was_erased_is_hidden_and_of_nobody_else() -> None:
    def hides(kind: Any, *more: Any) -> bool:
        named = SponsorRegistered(
            sponsor_id=uid("sponsor"), kind=kind, name="Tỉnh đoàn", registered_on=day(0)
        )
        state = SponsorState()
        for fact in (named, *more):
            state = evolve_sponsor(state, fact, Actor(sub="x"))
        return state.hides_name

    erased = PersonalDataErased(
        sponsor_id=uid("sponsor"), legal_basis="Luật 91/2025/QH15", occurred_on=day(9)
    )
    assert hides("individual", erased)
    assert not hides("individual")
    assert not hides("agency", erased)

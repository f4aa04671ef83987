"""Which facts a sponsor's history can take in."""

from services.sponsorship import errors, events
from services.sponsorship.events import SponsorEvent
from services.sponsorship.state import SponsorState
from shared.fact import in_order
from shared.recorded import Actor


def on_the_register(state: SponsorState, fact: SponsorEvent, _: Actor) -> None:
    """Refuse what is not about a sponsor that is there, but a registration."""
    if state.sponsor_id is None and not isinstance(fact, events.SponsorRegistered):
        raise errors.SponsorNotFound


def register(state: SponsorState, _fact: events.SponsorRegistered, _: Actor) -> None:
    """Register once."""
    if state.sponsor_id is not None:
        raise errors.SponsorAlreadyRegistered


def dissolve(state: SponsorState, fact: events.SponsorDissolved, _: Actor) -> None:
    """Dissolve once, not before it was registered."""
    if state.dissolved_on is not None:
        raise errors.SponsorAlreadyDissolved(dissolved_on=state.dissolved_on)
    in_order("/dissolved_on", fact.dissolved_on, state.registered_on)


def erase(state: SponsorState, _fact: events.PersonalDataErased, _: Actor) -> None:
    """Erase what is held of a person; of an agency nothing is personal."""
    if state.kind != "individual":
        raise errors.NoPerson

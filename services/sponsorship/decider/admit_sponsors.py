"""Which facts a sponsor's history can take in."""

from services.sponsorship import errors, events
from services.sponsorship.events import SponsorEvent
from services.sponsorship.state import SponsorState
from shared.fact import in_order
from shared.recorded import Actor


def admit_sponsor(state: SponsorState, fact: SponsorEvent, _: Actor) -> None:
    """Refuse a fact that cannot be added to this history."""
    if isinstance(fact, events.SponsorRegistered):
        if state.sponsor_id is not None:
            raise errors.SponsorAlreadyRegistered
        return
    if state.sponsor_id is None:
        raise errors.SponsorNotFound
    if isinstance(fact, events.PersonalDataErased) and state.kind != "individual":
        raise errors.NoPerson
    if isinstance(fact, events.SponsorDissolved):
        if state.dissolved_on is not None:
            raise errors.SponsorAlreadyDissolved(dissolved_on=state.dissolved_on)
        in_order("/dissolved_on", fact.dissolved_on, state.registered_on)

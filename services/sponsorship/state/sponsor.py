"""What deciding about a sponsor must remember."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.sponsorship.events import (
    PersonalDataErased,
    SponsorDissolved,
    SponsorEvent,
    SponsorRegistered,
)
from shared.recorded import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorState:
    """One sponsor as deciding sees it."""

    sponsor_id: UUID | None = None
    kind: str = ""
    name: str = ""
    registered_on: date = date.min
    dissolved_on: date | None = None
    is_erased: bool = False

    @property
    def hides_name(self) -> bool:
        """Tell whether the sponsor is a person whose name nobody may see any more."""
        return self.is_erased and self.kind == "individual"


def evolve_sponsor(state: SponsorState, event: SponsorEvent, _: Actor) -> SponsorState:
    """Apply one fact about a sponsor."""
    match event:
        case SponsorRegistered():
            return replace(
                state,
                sponsor_id=event.sponsor_id,
                kind=event.kind,
                name=event.name,
                registered_on=event.registered_on,
            )
        case SponsorDissolved(dissolved_on=day):
            return replace(state, dissolved_on=day)
        case PersonalDataErased():
            return replace(state, is_erased=True)
        case _:
            assert_never(event)

"""Who helps: agencies, organisations and single persons."""

from datetime import date
from uuid import UUID

from shared.event import event
from shared.sealed import Sealed


@event("SponsorRegistered", version=1, dated_by="registered_on", keyed_by="sponsor_id")
class SponsorRegistered:
    """Somebody is ready to help households."""

    sponsor_id: UUID
    kind: str
    name: str
    """Sealed (`s1:…`) where the sponsor is a person."""
    registered_on: date


@event("SponsorDissolved", version=1, dated_by="dissolved_on", keyed_by="sponsor_id")
class SponsorDissolved:
    """The sponsor is no more, from that day on; its assignments stand without one."""

    sponsor_id: UUID
    dissolved_on: date
    reason: Sealed


@event("PersonalDataErased", version=1, keyed_by="sponsor_id")
class PersonalDataErased:
    """The key of the sponsor's personal data was destroyed."""

    sponsor_id: UUID
    legal_basis: str
    occurred_on: date

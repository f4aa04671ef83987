"""Who a household is, and where."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.areas import Commune
from shared.event import event
from shared.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of a household; what names the person is sealed under a key of their own."""

    member_id: UUID
    full_name: Sealed
    relation: str
    able_to_work: bool
    birth_date: Sealed | None = None
    """An ISO date, sealed."""
    sex: str | None = None
    citizen_id: Sealed | None = None
    citizen_ref: str | None = None
    """`h1:…`: the same for the same number, wherever it occurs."""
    phone: Sealed | None = None


@event("HouseholdRegistered", version=1, dated_by="registered_on")
class HouseholdRegistered:
    """The household is on the register, at a place, with a head."""

    household_id: UUID
    commune: Commune
    village: str
    area_type: str
    head: Member
    members: tuple[Member, ...] = ()
    """The others."""
    ethnicity: str | None = None
    registered_on: date
    split_from: UUID | None = None


@event("MemberJoined", version=1, dated_by="joined_on")
class MemberJoined:
    """Somebody belongs to the household from that day on."""

    household_id: UUID
    member: Member
    joined_on: date

    @property
    def member_id(self) -> UUID:
        """Give whose joining it is."""
        return self.member.member_id


@event("MemberLeft", version=1, dated_by="left_on")
class MemberLeft:
    """Somebody belongs to the household no longer, from that day on."""

    household_id: UUID
    member_id: UUID
    left_on: date
    reason: str


@event("HeadChanged", version=1, dated_by="since")
class HeadChanged:
    """Another member speaks for the household from that day on (`from` in the request)."""

    household_id: UUID
    member_id: UUID
    since: date


@event("HouseholdMoved", version=1, dated_by="moved_on")
class HouseholdMoved:
    """The household lives elsewhere from that day on."""

    household_id: UUID
    commune: Commune
    village: str
    area_type: str
    moved_on: date


@event("HouseholdClosed", version=1, dated_by="closed_on")
class HouseholdClosed:
    """The household is no more, from that day on."""

    household_id: UUID
    closed_on: date
    reason: str
    into_household_id: UUID | None = None


@event("HouseholdGroupsSet", version=1)
class HouseholdGroupsSet:
    """The household is in exactly these groups from that day on."""

    household_id: UUID
    groups: tuple[str, ...]
    occurred_on: date


@event("PovertyCausesSet", version=1)
class PovertyCausesSet:
    """The household is poor for exactly these causes from that day on."""

    household_id: UUID
    causes: tuple[str, ...]
    note: Sealed | None = None
    occurred_on: date


@event("PersonalDataErased", version=1)
class PersonalDataErased:
    """The key of a person's data was destroyed."""

    household_id: UUID
    person: UUID
    legal_basis: str
    occurred_on: date

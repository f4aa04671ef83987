"""What deciding must remember of a group."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never
from uuid import UUID

from services.loans.events import (
    CreditGroupDissolved,
    CreditGroupFormed,
    GroupEvent,
    GroupLeaderChanged,
)
from services.loans.events.groups import Union
from shared.areas import Commune
from shared.recorded import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """A group, or none as long as `formed` is None."""

    formed: CreditGroupFormed | None = None
    leaders: tuple[tuple[date, str], ...] = ()
    """Ascending: from which day who heads it."""
    dissolved_on: date | None = None

    @property
    def commune(self) -> Commune | None:
        """Give where it is."""
        return self.formed.commune if self.formed else None

    @property
    def union(self) -> Union | None:
        """Give the union it belongs to."""
        return self.formed.union if self.formed else None

    @property
    def group_id(self) -> UUID | None:
        """Give its id."""
        return self.formed.group_id if self.formed else None


def evolve_group(state: GroupState, event: GroupEvent, _: Actor) -> GroupState:
    """Apply one fact. It already happened: no refusing and no policy here."""
    match event:
        case CreditGroupFormed(formed_on=day, leader_id=leader):
            return replace(state, formed=event, leaders=((day, leader),))
        case GroupLeaderChanged(since=day, leader_id=leader):
            leaders = sorted((*state.leaders, (day, leader)), key=lambda found: found[0])
            return replace(state, leaders=tuple(leaders))
        case CreditGroupDissolved(dissolved_on=day):
            return replace(state, dissolved_on=day)
        case _:
            assert_never(event)

"""Savings-and-credit groups: how loans reach the villages."""

from datetime import date
from typing import Literal, get_args
from uuid import UUID

from shared.areas import Commune
from shared.event import event
from shared.sealed import Sealed

Union = Literal["farmers", "women", "veterans", "youth"]
UNIONS: tuple[Union, ...] = get_args(Union)


@event("CreditGroupFormed", dated_by="formed_on", keyed_by="group_id")
class CreditGroupFormed:
    """A savings-and-credit group exists in a commune, under a union."""

    group_id: UUID
    formed_on: date
    name: str
    commune: Commune
    union: Union
    leader_id: str


@event("GroupLeaderChanged", dated_by="since", keyed_by="group_id")
class GroupLeaderChanged:
    """Another member or person heads the group from that day on (`from` in the request)."""

    group_id: UUID
    since: date
    leader_id: str


@event("CreditGroupDissolved", dated_by="dissolved_on", keyed_by="group_id")
class CreditGroupDissolved:
    """The group is no more; its loans go on."""

    group_id: UUID
    dissolved_on: date
    reason: Sealed

"""Commands about savings-and-credit groups."""

from datetime import date
from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import FIELD
from services.loans.decider import GROUP
from services.loans.state import GroupState
from shared.areas import Commune, at
from shared.builders import command_builder, sealed_for
from shared.routes import CommandRoute, Where

BASE = "/v1/groups/<uuid:group_id>"
_OWNER = sealed_for("group_id")


def where_group(state: GroupState, *_: Any) -> Where | None:
    """Tell where a group is: where it was formed, on the map of the day."""
    commune = state.commune
    if commune is None:
        return None

    def commune_on_day(day: date) -> Commune | None:
        return at(commune, day)

    return commune_on_day


ROUTES = (
    CommandRoute(
        path="/v1/groups",
        schema=schemas.FormGroupSchema,
        build=command_builder(commands.FormGroup, owner=_OWNER, makes=("group_id",)),
        decider=GROUP,
        dated_by="formed_on",
        summary_vi="Thành lập tổ tiết kiệm và vay vốn",
        summary_en="Form a savings-and-credit group",
        roles=FIELD,
        requested_area=lambda command: command.commune,
        creates=True,
        refusals=(errors.AlreadyRecorded,),
    ),
    CommandRoute(
        path=f"{BASE}/leader",
        schema=schemas.ChangeLeaderSchema,
        build=command_builder(commands.ChangeLeader, owner=_OWNER),
        decider=GROUP,
        dated_by="from",
        summary_vi="Đổi tổ trưởng",
        summary_en="Change the leader",
        roles=FIELD,
        location=where_group,
        refusals=(errors.GroupAlreadyDissolved,),
        semantic=("out-of-order /from",),
    ),
    CommandRoute(
        path=f"{BASE}/dissolution",
        schema=schemas.DissolveGroupSchema,
        build=command_builder(commands.DissolveGroup, owner=_OWNER, sealed=("reason",)),
        decider=GROUP,
        dated_by="dissolved_on",
        summary_vi="Giải thể tổ",
        summary_en="Dissolve a group",
        roles=FIELD,
        location=where_group,
        refusals=(errors.GroupAlreadyDissolved,),
        semantic=("out-of-order /dissolved_on",),
    ),
)

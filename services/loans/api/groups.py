"""Commands about savings-and-credit groups."""

from functools import partial
from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import FIELD
from services.loans.decider import GROUP
from services.loans.state import GroupState
from shared.areas import at
from shared.builders import command_builder, sealed_for
from shared.routes import Where, routes_below

_ONE = "/<uuid:group_id>"
_OWNER = sealed_for("group_id")


def where_group(state: GroupState, *_: Any) -> Where | None:
    """Tell where a group is: where it was formed, on the map of the day."""
    return None if state.commune is None else partial(at, state.commune)


_route = routes_below("/v1/groups", GROUP, roles=FIELD, location=where_group)

ROUTES = (
    _route(
        "",
        schemas.FormGroupSchema,
        command_builder(commands.FormGroup, owner=_OWNER, makes=("group_id",)),
        "formed_on",
        ("Thành lập tổ tiết kiệm và vay vốn", "Form a savings-and-credit group"),
        location=None,
        requested_area=lambda command: command.commune,
        creates=True,
        refusals=(errors.AlreadyRecorded,),
    ),
    _route(
        f"{_ONE}/leader",
        schemas.ChangeLeaderSchema,
        command_builder(commands.ChangeLeader, owner=_OWNER),
        "from",
        ("Đổi tổ trưởng", "Change the leader"),
        refusals=(errors.GroupAlreadyDissolved,),
        semantic=("out-of-order /from",),
    ),
    _route(
        f"{_ONE}/dissolution",
        schemas.DissolveGroupSchema,
        command_builder(commands.DissolveGroup, owner=_OWNER, sealed=("reason",)),
        "dissolved_on",
        ("Giải thể tổ", "Dissolve a group"),
        refusals=(errors.GroupAlreadyDissolved,),
        semantic=("out-of-order /dissolved_on",),
    ),
)

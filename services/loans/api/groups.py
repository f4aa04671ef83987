"""Commands about savings-and-credit groups."""

from datetime import date
from typing import Any

from services.loans import commands, errors, schemas
from services.loans.api.routes import FIELD, commune_of
from services.loans.decider import GROUP
from services.loans.state import GroupState
from shared.areas import Commune, at
from shared.routes import Body, CommandRoute, Maker, PathIds, Where

BASE = "/v1/groups/<uuid:group_id>"


def where_group(state: GroupState, *_: Any) -> Where | None:
    """Tell where a group is: where it was formed, on the map of the day."""
    commune = state.commune
    if commune is None:
        return None

    def commune_on_day(day: date) -> Commune | None:
        return at(commune, day)

    return commune_on_day


def _form(body: Body, _: PathIds, make: Maker) -> commands.FormGroup:
    commune = commune_of(body, make)
    if commune is None:
        raise TypeError("the schema requires a commune")
    return commands.FormGroup(
        group_id=body.get("group_id") or make.new_id(),
        formed_on=body["formed_on"],
        name=body["name"],
        commune=commune,
        union=body["union"],
        leader_id=body["leader_id"],
    )


def _change_leader(body: Body, path: PathIds, _: Maker) -> commands.ChangeLeader:
    return commands.ChangeLeader(
        group_id=path["group_id"], since=body["from"], leader_id=body["leader_id"]
    )


def _dissolve(body: Body, path: PathIds, make: Maker) -> commands.DissolveGroup:
    group_id = path["group_id"]
    reason = make.seal(group_id, body["reason"]) or ""
    return commands.DissolveGroup(
        group_id=group_id, dissolved_on=body["dissolved_on"], reason=reason
    )


ROUTES = (
    CommandRoute(
        path="/v1/groups",
        schema=schemas.FormGroupSchema,
        build=_form,
        decider=GROUP,
        dated_by="formed_on",
        summary_vi="Thành lập tổ tiết kiệm và vay vốn",
        summary_en="Form a savings-and-credit group",
        roles=FIELD,
        asked=lambda command: command.commune,
        creates=True,
        refusals=(errors.AlreadyExists,),
    ),
    CommandRoute(
        path=f"{BASE}/leader",
        schema=schemas.ChangeLeaderSchema,
        build=_change_leader,
        decider=GROUP,
        dated_by="from",
        summary_vi="Đổi tổ trưởng",
        summary_en="Change the leader",
        roles=FIELD,
        place=where_group,
        refusals=(errors.AlreadyClosed,),
        semantic=("out-of-order /from",),
    ),
    CommandRoute(
        path=f"{BASE}/dissolution",
        schema=schemas.DissolveGroupSchema,
        build=_dissolve,
        decider=GROUP,
        dated_by="dissolved_on",
        summary_vi="Giải thể tổ",
        summary_en="Dissolve a group",
        roles=FIELD,
        place=where_group,
        refusals=(errors.AlreadyClosed,),
        semantic=("out-of-order /dissolved_on",),
    ),
)

"""Commands by which an assignment passes to others, or ends."""

from typing import Any

from services.sponsorship import commands, errors, schemas
from services.sponsorship.api.assignments import sponsor_known
from services.sponsorship.api.routes import OWNER, asked_to_take_over, route
from shared.auth.roles import OFFICERS
from shared.http.building import building
from shared.http.routes import Body, Maker, PathIds

_offered = building(commands.OfferHandover, owner=OWNER)


def _offer(body: Body, path: PathIds, make: Maker) -> Any:
    sponsor_known(body["to_sponsor_id"], make, "/to_sponsor_id", body["offered_on"])
    return _offered(body, path, make)


ROUTES = (
    route(
        "/handover",
        schemas.OfferSchema,
        _offer,
        "offered_on",
        ("Đề nghị bàn giao", "Offer a handover"),
        refusals=(errors.AssignmentAlreadyEnded, errors.SponsorAlreadyDissolved),
        sees_own_tables=True,
    ),
    route(
        "/acceptance",
        schemas.AcceptanceSchema,
        building(commands.AcceptHandover, owner=OWNER, people=("person_in_charge",)),
        "accepted_on",
        ("Nhận bàn giao", "Accept a handover"),
        sponsor=asked_to_take_over,
        refusals=(errors.AlreadyHelping, errors.NoHandoverOffered),
    ),
    route(
        "/handover/refusal",
        schemas.RefusalSchema,
        building(commands.RefuseHandover, owner=OWNER, sealed=("reason",)),
        "refused_on",
        ("Từ chối bàn giao", "Refuse a handover"),
        sponsor=asked_to_take_over,
        refusals=(errors.NoHandoverOffered,),
    ),
    route(
        "/person-in-charge",
        schemas.PersonInChargeSchema,
        building(commands.ChangePersonInCharge, owner=OWNER),
        "from",
        ("Đổi người phụ trách", "Change the person in charge"),
        roles=OFFICERS,
        refusals=(errors.AssignmentAlreadyEnded,),
    ),
    route(
        "/end",
        schemas.EndSchema,
        building(commands.EndAssignment, owner=OWNER, sealed=("reason",)),
        "ended_on",
        ("Kết thúc phân công", "End an assignment"),
        roles=OFFICERS,
        refusals=(errors.AssignmentAlreadyEnded,),
    ),
)

"""Commands by which an assignment passes to others, or ends."""

from dataclasses import replace
from typing import Any

from services.sponsorship import commands, errors, schemas
from services.sponsorship.api.assignments import sponsor_known
from services.sponsorship.api.routes import OWNER, own_or_asked, route
from shared.auth.roles import OFFICERS
from shared.builders import Build, command_builder
from shared.routes import Body, CommandContext, PathIds

_offered = command_builder(commands.OfferHandover, owner=OWNER)


def _offer(body: Body, path: PathIds, context: CommandContext) -> Any:
    sponsor_known(body["to_sponsor_id"], context, "/to_sponsor_id", body["offered_on"])
    return _offered(body, path, context)


def _answered(build: Build) -> Build:
    """Let the command say whose people answer: a sponsor's only for their own."""

    def made(body: Body, path: PathIds, context: CommandContext) -> Any:
        by = context.caller.sponsor_id if context.caller.only_helps(*OFFICERS) else None
        return replace(build(body, path, context), answered_by=by)

    return made


ROUTES = (
    route(
        "/handover",
        schemas.OfferSchema,
        _offer,
        "offered_on",
        ("Đề nghị bàn giao", "Offer a handover"),
        refusals=(errors.AssignmentAlreadyEnded, errors.SponsorAlreadyDissolved),
        sees_own_tables=True,
        semantic=(
            "out-of-order /offered_on",
            "not-in-list /to_sponsor_id",
            "out-of-range /to_sponsor_id",
        ),
    ),
    route(
        "/acceptance",
        schemas.AcceptanceSchema,
        _answered(
            command_builder(commands.AcceptHandover, owner=OWNER, people=("person_in_charge",))
        ),
        "accepted_on",
        ("Nhận bàn giao", "Accept a handover"),
        sponsors=own_or_asked,
        refusals=(
            errors.AlreadyHelping,
            errors.AssignmentAlreadyEnded,
            errors.HandoverOfAnother,
            errors.NoHandoverOffered,
        ),
        semantic=("out-of-order /accepted_on",),
    ),
    route(
        "/handover/refusal",
        schemas.RefusalSchema,
        _answered(command_builder(commands.RefuseHandover, owner=OWNER, sealed=("reason",))),
        "refused_on",
        ("Từ chối bàn giao", "Refuse a handover"),
        sponsors=own_or_asked,
        refusals=(
            errors.AssignmentAlreadyEnded,
            errors.HandoverOfAnother,
            errors.NoHandoverOffered,
        ),
        semantic=("out-of-order /refused_on",),
    ),
    route(
        "/person-in-charge",
        schemas.PersonInChargeSchema,
        command_builder(commands.ChangePersonInCharge, owner=OWNER),
        "from",
        ("Đổi người phụ trách", "Change the person in charge"),
        roles=OFFICERS,
        refusals=(errors.AssignmentAlreadyEnded,),
        semantic=("out-of-order /from",),
    ),
    route(
        "/end",
        schemas.EndSchema,
        command_builder(commands.EndAssignment, owner=OWNER, sealed=("reason",)),
        "ended_on",
        ("Kết thúc phân công", "End an assignment"),
        roles=OFFICERS,
        refusals=(errors.AssignmentAlreadyEnded,),
        semantic=("out-of-order /ended_on",),
    ),
)

"""Commands about production models."""

from typing import Any

from services.sponsorship import commands, errors, schemas
from services.sponsorship.api.assignments import household_there
from services.sponsorship.api.routes import where_model
from services.sponsorship.decider import MODEL
from shared.auth.roles import OFFICERS
from shared.builders import command_builder, sealed_for
from shared.routes import Body, CommandContext, PathIds, routes_below

_ONE = "/<uuid:model_id>"
_OWNER = sealed_for("model_id")
_enrolled = command_builder(commands.EnrolHousehold, owner=_OWNER)


def _enrol(body: Body, path: PathIds, context: CommandContext) -> Any:
    household_there(body["household_id"], context, body["enrolled_on"])
    return _enrolled(body, path, context)


_route = routes_below("/v1/models", MODEL, roles=OFFICERS, location=where_model)

ROUTES = (
    _route(
        "",
        schemas.ModelSchema,
        command_builder(commands.LaunchModel, owner=_OWNER, makes=("model_id",)),
        "launched_on",
        ("Mở mô hình giảm nghèo", "Launch a model"),
        location=None,
        requested_area=lambda command: command.commune,
        creates=True,
    ),
    _route(
        f"{_ONE}/enrolments",
        schemas.EnrolmentSchema,
        _enrol,
        "enrolled_on",
        ("Hộ tham gia mô hình", "Enrol a household"),
        refusals=(
            errors.AlreadyEnrolled,
            errors.HouseholdClosedBefore,
            errors.ModelAlreadyClosed,
        ),
        semantic=("out-of-order /enrolled_on",),
    ),
    _route(
        f"{_ONE}/outcomes",
        schemas.OutcomeSchema,
        command_builder(commands.AssessOutcome, owner=_OWNER),
        "assessed_on",
        ("Đánh giá kết quả", "Assess an outcome"),
        refusals=(errors.NotEnrolled,),
        semantic=("out-of-order /assessed_on",),
    ),
    _route(
        f"{_ONE}/closure",
        schemas.ModelClosureSchema,
        command_builder(commands.CloseModel, owner=_OWNER),
        "closed_on",
        ("Kết thúc mô hình", "Close a model"),
        refusals=(errors.ModelAlreadyClosed,),
        semantic=("out-of-order /closed_on",),
    ),
)

"""Commands about production models."""

from typing import Any

from services.sponsorship import commands, errors, schemas
from services.sponsorship.api.assignments import household_there
from services.sponsorship.api.routes import model_where
from services.sponsorship.decider import MODEL
from shared.auth.roles import OFFICERS
from shared.builders import command_builder, sealed_for
from shared.routes import Body, CommandContext, CommandRoute, PathIds

_BASE = "/v1/models/<uuid:model_id>"
_OWNER = sealed_for("model_id")
_enrolled = command_builder(commands.EnrolHousehold, owner=_OWNER)


def _enrol(body: Body, path: PathIds, context: CommandContext) -> Any:
    household_there(body["household_id"], context, body["enrolled_on"])
    return _enrolled(body, path, context)


ROUTES = (
    CommandRoute(
        path="/v1/models",
        schema=schemas.ModelSchema,
        build=command_builder(commands.LaunchModel, owner=_OWNER, makes=("model_id",)),
        decider=MODEL,
        dated_by="launched_on",
        summary_vi="Mở mô hình giảm nghèo",
        summary_en="Launch a model",
        roles=OFFICERS,
        requested_area=lambda command: command.commune,
        creates=True,
    ),
    CommandRoute(
        path=f"{_BASE}/enrolments",
        schema=schemas.EnrolmentSchema,
        build=_enrol,
        decider=MODEL,
        dated_by="enrolled_on",
        summary_vi="Hộ tham gia mô hình",
        summary_en="Enrol a household",
        roles=OFFICERS,
        location=model_where,
        refusals=(
            errors.AlreadyEnrolled,
            errors.HouseholdClosedBefore,
            errors.ModelAlreadyClosed,
        ),
        semantic=("out-of-order /enrolled_on",),
    ),
    CommandRoute(
        path=f"{_BASE}/outcomes",
        schema=schemas.OutcomeSchema,
        build=command_builder(commands.AssessOutcome, owner=_OWNER),
        decider=MODEL,
        dated_by="assessed_on",
        summary_vi="Đánh giá kết quả",
        summary_en="Assess an outcome",
        roles=OFFICERS,
        location=model_where,
        refusals=(errors.NotEnrolled,),
        semantic=("out-of-order /assessed_on",),
    ),
    CommandRoute(
        path=f"{_BASE}/closure",
        schema=schemas.ModelClosureSchema,
        build=command_builder(commands.CloseModel, owner=_OWNER),
        decider=MODEL,
        dated_by="closed_on",
        summary_vi="Kết thúc mô hình",
        summary_en="Close a model",
        roles=OFFICERS,
        location=model_where,
        refusals=(errors.ModelAlreadyClosed,),
        semantic=("out-of-order /closed_on",),
    ),
)

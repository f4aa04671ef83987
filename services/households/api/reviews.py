"""Commands about reviews and the decisions that follow from them."""

from services.households import commands, errors, schemas
from services.households.api.routes import route
from shared.builders import Build, command_builder, sealed_for
from shared.routes import Body, CommandContext, PathIds

_OWNER = sealed_for("household_id")
_REVIEW = "/reviews/<uuid:review_id>"


def _reviewed() -> Build:
    build = command_builder(commands.ScoreReview, owner=_OWNER, makes=("review_id",))

    def with_reviewers(body: Body, path: PathIds, context: CommandContext) -> commands.ScoreReview:
        command: commands.ScoreReview = build(
            {"reviewer_ids": [context.caller.sub]} | body, path, context
        )
        return command

    return with_reviewers


ROUTES = (
    route(
        "/reviews",
        schemas.ReviewSchema,
        _reviewed(),
        "scored_on",
        ("Ghi điểm rà soát", "Score a review"),
        makes="review_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("not-in-list /deprivations/*",),
    ),
    route(
        f"{_REVIEW}/meeting",
        schemas.MeetingSchema,
        command_builder(commands.HoldMeeting, owner=_OWNER),
        "held_on",
        ("Họp dân", "Record the village meeting"),
        semantic=(
            "out-of-order /held_on",
            "out-of-range /agreed",
        ),
    ),
    route(
        f"{_REVIEW}/posting",
        schemas.PostingSchema,
        command_builder(commands.PostResult, owner=_OWNER),
        "posted_on",
        ("Niêm yết kết quả", "Post the result"),
        semantic=(
            "out-of-order /posted_on",
            "out-of-order /posted_until",
        ),
    ),
    route(
        f"{_REVIEW}/complaint",
        schemas.ComplaintSchema,
        command_builder(
            commands.FileComplaint, owner=_OWNER, makes=("complaint_id",), sealed=("text",)
        ),
        "filed_on",
        ("Khiếu nại", "File a complaint"),
        makes="complaint_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("out-of-order /filed_on",),
    ),
    route(
        f"{_REVIEW}/reverification",
        schemas.ReverificationSchema,
        command_builder(commands.ReverifyResult, owner=_OWNER),
        "done_on",
        ("Phúc tra", "Re-verify the result"),
        semantic=("out-of-order /done_on",),
    ),
    route(
        "/classifications",
        schemas.ClassificationSchema,
        command_builder(commands.ClassifyHousehold, owner=_OWNER, people=("decided_by",)),
        "decided_on",
        ("Quyết định phân loại", "Classify the household"),
        refusals=(errors.FourEyesBroken, errors.DepartureUnexplained),
        semantic=(
            "not-in-list /review_id",
            "out-of-order /decided_on",
        ),
    ),
)

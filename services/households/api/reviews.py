"""Commands about reviews and the decisions that follow from them."""

from services.households import commands, errors, schemas
from services.households.api.routes import ids, route
from shared.builders import Build, building, by
from shared.routes import Body, Maker, PathIds

_OWNER = by("household_id")
_REVIEW = "/reviews/<uuid:review_id>"


def _reviewed() -> Build:
    build = building(commands.ScoreReview, owner=_OWNER, makes=("review_id",))

    def with_reviewers(body: Body, path: PathIds, make: Maker) -> commands.ScoreReview:
        command: commands.ScoreReview = build(
            {"reviewer_ids": [make.caller.sub]} | body, path, make
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
        made_ids=ids("review_id"),
        answer_id="review_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("not-in-list /deprivations/*",),
    ),
    route(
        f"{_REVIEW}/meeting",
        schemas.MeetingSchema,
        building(commands.HoldMeeting, owner=_OWNER),
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
        building(commands.PostResult, owner=_OWNER),
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
        building(commands.FileComplaint, owner=_OWNER, makes=("complaint_id",), sealed=("text",)),
        "filed_on",
        ("Khiếu nại", "File a complaint"),
        made_ids=ids("complaint_id"),
        answer_id="complaint_id",
        refusals=(errors.AlreadyRecorded,),
        semantic=("out-of-order /filed_on",),
    ),
    route(
        f"{_REVIEW}/reverification",
        schemas.ReverificationSchema,
        building(commands.ReverifyResult, owner=_OWNER),
        "done_on",
        ("Phúc tra", "Re-verify the result"),
        semantic=("out-of-order /done_on",),
    ),
    route(
        "/classifications",
        schemas.ClassificationSchema,
        building(commands.ClassifyHousehold, owner=_OWNER, people=("decided_by",)),
        "decided_on",
        ("Quyết định phân loại", "Classify the household"),
        refusals=(errors.FourEyesBroken, errors.DepartureUnexplained),
        semantic=(
            "not-in-list /review_id",
            "out-of-order /decided_on",
        ),
    ),
)

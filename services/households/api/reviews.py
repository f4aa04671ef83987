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
    ),
    route(
        f"{_REVIEW}/meeting",
        schemas.MeetingSchema,
        building(commands.HoldMeeting, owner=_OWNER),
        "held_on",
        ("Họp dân", "Record the village meeting"),
    ),
    route(
        f"{_REVIEW}/posting",
        schemas.PostingSchema,
        building(commands.PostResult, owner=_OWNER),
        "posted_on",
        ("Niêm yết kết quả", "Post the result"),
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
    ),
    route(
        f"{_REVIEW}/reverification",
        schemas.ReverificationSchema,
        building(commands.ReverifyResult, owner=_OWNER),
        "done_on",
        ("Phúc tra", "Re-verify the result"),
    ),
    route(
        "/classifications",
        schemas.ClassificationSchema,
        building(commands.ClassifyHousehold, owner=_OWNER, people=("decided_by",)),
        "decided_on",
        ("Quyết định phân loại", "Classify the household"),
        refusals=(errors.FourEyesBroken, errors.DepartureUnexplained),
    ),
)

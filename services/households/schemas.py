"""What bodies of requests about households may hold."""

from typing import Any

from marshmallow import ValidationError, validate

from shared.http.fields import (
    BodySchema,
    Choice,
    CommuneCode,
    Day,
    Distinct,
    Flag,
    Many,
    Part,
    Pattern,
    Text,
    Uuid,
    Vnd,
    Whole,
)
from shared.policy.standards import B2_STEP, INDICATORS

AREA_TYPES = ("rural", "urban")
RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "sibling", "other")
SEXES = ("male", "female")
DEPARTURES = ("died", "moved", "married_out", "other")
CLOSURES = ("left_province", "all_died", "merged", "other")
GROUPS = ("no_working_capacity", "war_merit", "ethnic_minority", "single_parent", "disabled_head")
CAUSES = (
    "no_land",
    "no_capital",
    "no_labour",
    "no_tools",
    "no_knowledge",
    "no_skill",
    "illness",
    "other",
)
KINDS_OF_REVIEW = ("annual", "off_cycle", "exit_request")
STATUSES = ("poor", "near_poor", "newly_escaped", "not_poor")
DEPARTURE_REASONS = ("reverified", "sudden_change", "score_error", "meeting_view", "other")
TARGETS = ("out", "near_poor")
POLICIES = (
    "health_insurance",
    "tuition",
    "housing",
    "electricity",
    "social_assistance",
    "credit",
    "production",
    "legal_aid",
    "other",
)
_USER = 200
_NAME = 200
_MOST_POINTS = 1000
_MOST_MEMBERS = 50
_APART = r"(?:[^\S\x0b\x0c\x1c-\x1f]|[.\-_/])*"
_CITIZEN = rf"^{_APART}(?:0(?:{_APART}[0-9]){{11}}|[0-9](?:{_APART}[0-9]){{8}}){_APART}$"
"""A citizen's number for the document, with what may stand between digits; nine until 2024."""


def year(**options: Any) -> Whole:
    """Give a field for a year that the register may be about."""
    return Whole(2000, 2200, **options)


def b1(**options: Any) -> Whole:
    """Give a field for the points of income."""
    return Whole(0, _MOST_POINTS, **options)


def b2(**options: Any) -> Whole:
    """Give a field for the points of deprivation, 10 for each deprived indicator."""
    most = B2_STEP * 12
    limits = validate.Range(0, most, error=f"out-of-range: từ 0 đến {most} / from 0 to {most}")
    steps = {"multipleOf": B2_STEP}
    return Whole(validate=[limits, _in_steps], metadata=steps, **options)


def _in_steps(value: int) -> None:
    if value % B2_STEP:
        raise ValidationError(f"out-of-range: bội số của {B2_STEP} / a multiple of {B2_STEP}")


class HeadSchema(BodySchema):
    """The head of a household."""

    member_id = Uuid()
    full_name = Text(_NAME, required=True)
    able_to_work = Flag(required=True)
    birth_date = Day()
    sex = Choice(SEXES)
    citizen_id = Text(30, metadata={"pattern": _CITIZEN})
    phone = Text(30)


class MemberSchema(BodySchema):
    """Another member of a household."""

    member_id = Uuid()
    full_name = Text(_NAME, required=True)
    relation = Choice(RELATIONS, required=True)
    birth_date = Day(required=True)
    sex = Choice(SEXES, required=True)
    able_to_work = Flag(required=True)
    citizen_id = Text(30, metadata={"pattern": _CITIZEN})
    phone = Text(30)


class RegistrationSchema(BodySchema):
    """A household that comes on the register."""

    registered_on = Day()
    household_id = Uuid()
    commune_code = CommuneCode(required=True)
    village = Text(_NAME, required=True)
    area_type = Choice(AREA_TYPES, required=True)
    head = Part(HeadSchema, required=True)
    members = Many(Part(MemberSchema), most=_MOST_MEMBERS)
    ethnicity = Pattern("[0-9]{2}", "mã dân tộc hai chữ số", "a two-digit code of GSO")
    split_from = Uuid()


class JoiningSchema(MemberSchema):
    """Somebody who joins."""

    joined_on = Day()


class DepartureSchema(BodySchema):
    """Somebody who leaves."""

    left_on = Day()
    reason = Choice(DEPARTURES, required=True)


HeadChangeSchema = BodySchema.from_dict(
    {"from": Day(), "member_id": Uuid(required=True)}, name="HeadChangeSchema"
)


class ErasureSchema(BodySchema):
    """Whose personal data is erased, and by which law."""

    occurred_on = Day()
    person = Uuid(required=True)
    legal_basis = Text(_NAME, required=True)


class MoveSchema(BodySchema):
    """Where the household lives from now on."""

    moved_on = Day()
    commune_code = CommuneCode(required=True)
    village = Text(_NAME, required=True)
    area_type = Choice(AREA_TYPES, required=True)


class ClosureSchema(BodySchema):
    """Why the household is no more."""

    closed_on = Day()
    reason = Choice(CLOSURES, required=True)
    into_household_id = Uuid()


class GroupsSchema(BodySchema):
    """The groups the household is in."""

    occurred_on = Day()
    groups = Distinct(Choice(GROUPS), required=True)


class CausesSchema(BodySchema):
    """The causes of the household's poverty."""

    occurred_on = Day()
    causes = Distinct(Choice(CAUSES), required=True)
    note = Text()


class ReviewSchema(BodySchema):
    """The points of a review."""

    scored_on = Day()
    review_id = Uuid()
    year = year(required=True)
    kind = Choice(KINDS_OF_REVIEW, required=True)
    b1 = b1(required=True)
    b2 = b2(required=True)
    deprivations = Distinct(Choice(INDICATORS))
    reviewer_ids = Distinct(Text(_USER), fewest=1)
    area_type = Choice(AREA_TYPES)


class MeetingSchema(BodySchema):
    """A village meeting."""

    held_on = Day()
    attendees = Whole(1, 100_000, required=True)
    agreed = Whole(0, 100_000, required=True)


class PostingSchema(BodySchema):
    """A result on the notice board."""

    posted_on = Day()
    posted_until = Day(required=True)


class ComplaintSchema(BodySchema):
    """A complaint about a result."""

    filed_on = Day()
    complaint_id = Uuid()
    text = Text(required=True)


class ReverificationSchema(BodySchema):
    """The points added up again."""

    done_on = Day()
    b1 = b1(required=True)
    b2 = b2(required=True)


class ClassificationSchema(BodySchema):
    """The decision on a household's status."""

    decided_on = Day()
    status = Choice(STATUSES, required=True)
    decision_no = Text(100, required=True)
    effective_from = Day(required=True)
    decided_by = Text(_USER)
    review_id = Uuid()
    departure_reason = Choice(DEPARTURE_REASONS)


class TargetSchema(BodySchema):
    """An exit target."""

    set_on = Day()
    year = year(required=True)
    to = Choice(TARGETS, required=True)


class WithdrawalSchema(BodySchema):
    """Why something is given up."""

    withdrawn_on = Day()
    reason = Text(required=True)


class PlanItemSchema(BodySchema):
    """A step out of poverty."""

    agreed_on = Day()
    item_id = Uuid()
    action = Text(required=True)
    addresses = Choice(tuple(dict.fromkeys((*CAUSES, *INDICATORS))), required=True)
    responsible = Text(_USER)
    due_on = Day(required=True)


class CompletionSchema(BodySchema):
    """A step that was taken."""

    completed_on = Day()
    note = Text()


class SupportSchema(BodySchema):
    """What a policy owes the household."""

    entitled_on = Day()
    support_id = Uuid()
    policy = Choice(POLICIES, required=True)
    due_on = Day(required=True)
    value = Vnd()


class DeliverySchema(BodySchema):
    """What the household got."""

    delivered_on = Day()
    value = Vnd()

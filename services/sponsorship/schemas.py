"""What bodies of requests about sponsors, assignments and models may hold."""

from shared.http.fields import (
    BodySchema,
    Choice,
    CommuneCode,
    Day,
    Many,
    Part,
    Pattern,
    Text,
    Uuid,
    Vnd,
    Whole,
)

KINDS_OF_SPONSOR = ("agency", "organisation", "individual")
PROGRESS = ("improving", "unchanged", "worsening")
EVIDENCE = ("photo", "document", "signature", "location")
PLEDGES = (
    "cash",
    "livestock",
    "seedlings",
    "materials",
    "labour",
    "housing",
    "training",
    "job",
    "insurance",
    "other",
)
DIFFICULTIES = (
    "capital",
    "land",
    "disease_of_livestock",
    "crop_failure",
    "illness",
    "labour",
    "market",
    "housing",
    "documents",
    "willingness",
    "other",
)
ASKED_OF = ("commune", "district", "province", "bank", "union", "sponsor", "other")
KINDS_OF_MODEL = ("value_chain", "community", "task", "ocop")
RESULTS = ("high", "effective", "low", "none")
_NAME = 200
_TEN_YEARS = 3653


class EvidenceSchema(BodySchema):
    """A file that shows it."""

    sha256 = Pattern(
        "[0-9a-f]{64}", "SHA-256 dạng thập lục phân", "a SHA-256 in hex", required=True
    )
    kind = Choice(EVIDENCE, required=True)


class SponsorSchema(BodySchema):
    """A sponsor that comes on the register."""

    registered_on = Day()
    sponsor_id = Uuid()
    kind = Choice(KINDS_OF_SPONSOR, required=True)
    name = Text(_NAME, required=True)


class SponsorCorrectionSchema(BodySchema):
    """What may be set right of a sponsor; of another kind it is another sponsor."""

    registered_on = Day()
    name = Text(_NAME)


class ErasureSchema(BodySchema):
    """By which law a sponsor's personal data is erased."""

    occurred_on = Day()
    legal_basis = Text(_NAME, required=True)


class DissolutionSchema(BodySchema):
    """Why a sponsor is no more."""

    dissolved_on = Day()
    reason = Text(required=True)


class AssignmentSchema(BodySchema):
    """Which sponsor answers for which household."""

    starts_on = Day()
    assignment_id = Uuid()
    household_id = Uuid(required=True)
    sponsor_id = Uuid(required=True)
    person_in_charge = Text(_NAME)
    ends_on = Day()
    visit_every_days = Whole(1, _TEN_YEARS)
    goal = Text(required=True)
    commune_code = CommuneCode()


class VisitSchema(BodySchema):
    """What was seen at a visit."""

    visited_on = Day()
    visit_id = Uuid()
    visitor = Text(_NAME)
    progress = Choice(PROGRESS, required=True)
    note = Text()
    evidence = Many(Part(EvidenceSchema), most=50)


class CommitmentSchema(BodySchema):
    """What is promised."""

    pledged_on = Day()
    commitment_id = Uuid()
    kind = Choice(PLEDGES, required=True)
    value = Vnd(required=True)
    due_on = Day(required=True)


class FulfilmentSchema(BodySchema):
    """What was given."""

    fulfilled_on = Day()
    value = Vnd(required=True)
    evidence = Many(Part(EvidenceSchema), most=50)


class WithdrawalSchema(BodySchema):
    """Why a promise stands no longer."""

    withdrawn_on = Day()
    reason = Text(required=True)


class DifficultySchema(BodySchema):
    """What stands in the way, and who is asked to see to it."""

    raised_on = Day()
    difficulty_id = Uuid()
    category = Choice(DIFFICULTIES, required=True)
    text = Text(required=True)
    asked_of = Choice(ASKED_OF, required=True)


class ResolutionSchema(BodySchema):
    """What those who were asked have answered."""

    resolved_on = Day()
    outcome = Text(required=True)


class OfferSchema(BodySchema):
    """Who is asked to take over."""

    offered_on = Day()
    to_sponsor_id = Uuid(required=True)


class AcceptanceSchema(BodySchema):
    """Who answers for the household from now on."""

    accepted_on = Day()
    person_in_charge = Text(_NAME)


class RefusalSchema(BodySchema):
    """Why it is not taken over."""

    refused_on = Day()
    reason = Text(required=True)


class EndSchema(BodySchema):
    """Why the assignment is over."""

    ended_on = Day()
    reason = Text(required=True)


PersonInChargeSchema = BodySchema.from_dict(
    {"from": Day(), "person_in_charge": Text(_NAME, required=True)}, name="PersonInChargeSchema"
)


class ModelSchema(BodySchema):
    """A production model."""

    launched_on = Day()
    model_id = Uuid()
    name = Text(_NAME, required=True)
    kind = Choice(KINDS_OF_MODEL, required=True)
    commune_code = CommuneCode(required=True)
    budget = Vnd(required=True)


class EnrolmentSchema(BodySchema):
    """A household that takes part."""

    enrolled_on = Day()
    household_id = Uuid(required=True)
    support_value = Vnd(required=True)


class OutcomeSchema(BodySchema):
    """What a model brought a household."""

    assessed_on = Day()
    household_id = Uuid(required=True)
    result = Choice(RESULTS, required=True)
    income_before = Vnd()
    income_after = Vnd()


class ModelClosureSchema(BodySchema):
    """When a model is over."""

    closed_on = Day()

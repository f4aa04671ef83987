"""The bodies of requests about loans and groups, field by field."""

from typing import get_args

from services.loans.events.debts import Cause, Outcome
from services.loans.events.groups import Union
from services.loans.events.money import Effect, EvidenceKind, Method, PayeeKind
from shared.codes import code_lists
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
from shared.policy.programmes import BY_CODE

PURPOSES = tuple(code.code for code in code_lists()["purpose"])
SHORT = 100
LONGEST_TERM_MONTHS = 600
HIGHEST_RATE_BP = 10_000


SOMETHING_PAID = {
    "anyOf": [
        {"properties": {"principal": {"minimum": 1}}},
        {"properties": {"interest": {"minimum": 1}}},
    ]
}
"""What a repayment is none without."""


class FormGroupSchema(BodySchema):
    """A savings-and-credit group."""

    formed_on = Day()
    group_id = Uuid()
    name = Text(200, required=True)
    commune_code = CommuneCode(SHORT, required=True)
    union = Choice(get_args(Union), required=True)
    leader_id = Text(SHORT, required=True)


# Python keeps the word `from`
ChangeLeaderSchema = BodySchema.from_dict(
    {"from": Day(), "leader_id": Text(SHORT, required=True)}, name="ChangeLeaderSchema"
)


class DissolveGroupSchema(BodySchema):
    """The end of a group."""

    dissolved_on = Day()
    reason = Text(required=True)


class ApplySchema(BodySchema):
    """An application (form 01/TD)."""

    applied_on = Day()
    loan_id = Uuid()
    household_id = Uuid(required=True)
    borrower_member_id = Uuid(required=True)
    group_id = Uuid()
    programme = Choice(tuple(BY_CODE), required=True)
    purpose = Choice(PURPOSES, required=True)
    purpose_note = Text()
    amount = Vnd(1, required=True)
    term_months = Whole(1, LONGEST_TERM_MONTHS, required=True)
    commune_code = CommuneCode(SHORT)


class ConfirmSchema(BodySchema):
    """The commune's confirmation (form 03/TD)."""

    confirmed_on = Day()
    confirmed_by = Text(SHORT)


class WithdrawSchema(BodySchema):
    """The borrower's withdrawal."""

    withdrawn_on = Day()
    reason = Text(required=True)


class ApproveSchema(BodySchema):
    """The bank's decision (form 04/TD)."""

    approved_on = Day()
    amount = Vnd(1, required=True)
    rate_bp = Whole(0, HIGHEST_RATE_BP, required=True)
    term_months = Whole(1, LONGEST_TERM_MONTHS, required=True)
    valid_until = Day(required=True)
    decision_no = Text(SHORT, required=True)
    approved_by = Text(SHORT)


class RejectSchema(BodySchema):
    """The refusal."""

    rejected_on = Day()
    reason = Text(required=True)


class PayeeSchema(BodySchema):
    """Who is handed the money; the numbers are kept as keyed pseudonyms only."""

    kind = Choice(get_args(PayeeKind), required=True)
    member_id = Uuid()
    account = Text(SHORT)
    citizen_id = Text(SHORT)


class DisburseSchema(BodySchema):
    """Money paid out."""

    disbursed_on = Day()
    disbursement_id = Uuid()
    amount = Vnd(1, required=True)
    method = Choice(get_args(Method), required=True)
    payee = Part(PayeeSchema, required=True)
    voucher_no = Text(SHORT, required=True)
    transaction_point = Text(SHORT)
    acknowledge = Many(
        Pattern("[A-Z][A-Z_]{1,39}", "mã của cảnh báo", "the code of a finding"), most=20
    )


class ReverseSchema(BodySchema):
    """A disbursement taken back."""

    reversed_on = Day()
    reason = Text(required=True)


class EvidenceSchema(BodySchema):
    """A picture or paper."""

    sha256 = Pattern(
        "[0-9a-f]{64}", "64 chữ số thập lục phân thường", "64 lower-case hex digits", required=True
    )
    kind = Choice(get_args(EvidenceKind), required=True)


class InspectSchema(BodySchema):
    """A check of the use of the money (form 06/TD)."""

    inspected_on = Day()
    inspection_id = Uuid()
    inspector = Text(SHORT)
    disbursement_id = Uuid(required=True)
    amount_received = Vnd(required=True)
    right_purpose_amount = Vnd(required=True)
    wrong_purpose_amount = Vnd(required=True)
    actual_use = Text(required=True)
    stated_outstanding = Vnd()
    evidence = Many(Part(EvidenceSchema), most=50)
    effect = Choice(get_args(Effect))


class RepaySchema(BodySchema):
    """Money that came in."""

    paid_on = Day()
    repayment_id = Uuid()
    principal = Vnd(required=True)
    interest = Vnd(required=True)
    payer = Text(SHORT)
    voucher_no = Text(SHORT)

    together = SOMETHING_PAID


class OverdueSchema(BodySchema):
    """Since when the debt is overdue."""

    since = Day()


class CurrentSchema(BodySchema):
    """From when the debt is in order again."""

    ended_on = Day()


class ContactSchema(BodySchema):
    """A talk with the borrower."""

    contacted_on = Day()
    contact_id = Uuid()
    outcome = Choice(get_args(Outcome), required=True)
    promised_on = Day()
    cause = Choice(get_args(Cause))


class ExtendSchema(BodySchema):
    """More time (form 09/TD)."""

    granted_on = Day()
    until = Day(required=True)


FreezeSchema = BodySchema.from_dict(
    {"from": Day(), "until": Day(required=True)}, name="FreezeSchema"
)


class WriteOffSchema(BodySchema):
    """Principal given up."""

    written_off_on = Day()
    amount = Vnd(1, required=True)


class RecallSchema(BodySchema):
    """An amount wanted back before its time."""

    ordered_on = Day()
    recall_id = Uuid()
    due_on = Day(required=True)
    amount = Vnd(1, required=True)
    reason = Text(required=True)


class CollectSchema(BodySchema):
    """Money that came back on a recall."""

    collected_on = Day()
    recall_id = Uuid()
    amount = Vnd(1, required=True)

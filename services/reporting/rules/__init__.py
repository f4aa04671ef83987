"""The rules, in the order in which they report."""

from services.reporting.rule import AnyRule, Rule, SubjectRule
from services.reporting.rules import (
    complaint_waiting,
    confirmation_overdue,
    decision_overdue,
    difficulty_unanswered,
    disbursement_overdue,
    freeze_ending,
    handover_waiting,
    loan_inactive,
    model_unassessed,
    overdue_unworked,
    plan_item_overdue,
    pledge_overdue,
    recall_unpaid,
    review_missing,
    review_stuck,
    shared_payee,
    sponsor_absent,
    support_overdue,
    target_missed,
    target_without_plan,
    target_without_sponsor,
    use_check_overdue,
    wrong_beneficiary,
    wrong_purpose,
)

RULES: tuple[Rule, ...] = (
    wrong_purpose.RULE,
    wrong_beneficiary.RULE,
    review_missing.RULE,
    review_stuck.RULE,
    complaint_waiting.RULE,
    target_without_sponsor.RULE,
    target_without_plan.RULE,
    target_missed.RULE,
    plan_item_overdue.RULE,
    support_overdue.RULE,
    sponsor_absent.RULE,
    pledge_overdue.RULE,
    difficulty_unanswered.RULE,
    handover_waiting.RULE,
    confirmation_overdue.RULE,
    decision_overdue.RULE,
    disbursement_overdue.RULE,
    use_check_overdue.RULE,
    loan_inactive.RULE,
    overdue_unworked.RULE,
    freeze_ending.RULE,
    recall_unpaid.RULE,
    model_unassessed.RULE,
)

SUBJECT_RULES: tuple[SubjectRule, ...] = (shared_payee.RULE,)

ALL: tuple[AnyRule, ...] = (*RULES, *SUBJECT_RULES)

BY_CODE: dict[str, AnyRule] = {rule.code: rule for rule in ALL}

"""The rules, in the order in which they report."""

from services.reporting.domain.rule import (
    AnnualRule,
    AnyRule,
    FollowUp,
    Helper,
    Rule,
    SharedFollowUp,
    SubjectRule,
)
from services.reporting.rules import (
    after_departure,
    approver_pair,
    bunching,
    complaint_waiting,
    confirmation_overdue,
    decision_overdue,
    difficulty_unanswered,
    disbursement_overdue,
    exclusive_loans,
    finding_unanswered,
    freeze_ending,
    ghost_visit,
    group_cluster,
    handover_waiting,
    incapable_targeted,
    late_recording,
    ledger_mismatch,
    lenient_reviewer,
    loan_inactive,
    misuse_unworked,
    model_unassessed,
    no_meeting,
    not_approved,
    not_used,
    over_ceiling,
    overdue_unworked,
    piggyback,
    plan_item_overdue,
    pledge_overdue,
    posting_short,
    recall_unpaid,
    reused_evidence,
    review_missing,
    review_stuck,
    rollover,
    score_contradiction,
    shared_payee,
    sponsor_absent,
    sponsor_orphaned,
    status_flip,
    support_overdue,
    target_missed,
    target_without_plan,
    target_without_sponsor,
    third_party_payee,
    timely_poverty,
    unknown_borrower,
    use_check_overdue,
    wrong_beneficiary,
    wrong_purpose,
)

RULES: tuple[Rule, ...] = (
    wrong_purpose.RULE,
    piggyback.RULE,
    not_used.RULE,
    ledger_mismatch.RULE,
    wrong_beneficiary.RULE,
    unknown_borrower.RULE,
    after_departure.RULE,
    over_ceiling.RULE,
    exclusive_loans.RULE,
    not_approved.RULE,
    third_party_payee.RULE,
    rollover.RULE,
    timely_poverty.RULE,
    score_contradiction.RULE,
    no_meeting.RULE,
    posting_short.RULE,
    incapable_targeted.RULE,
    status_flip.RULE,
    late_recording.RULE,
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
    finding_unanswered.RULE,
    model_unassessed.RULE,
)

FOLLOW_UPS: tuple[FollowUp, ...] = (misuse_unworked.RULE,)

SUBJECT_RULES: tuple[SubjectRule, ...] = (
    shared_payee.RULE,
    reused_evidence.RULE,
    group_cluster.RULE,
    ghost_visit.RULE,
    approver_pair.RULE,
    sponsor_orphaned.RULE,
)

ANNUAL_RULES: tuple[AnnualRule, ...] = (bunching.RULE, lenient_reviewer.RULE)

ALL: tuple[AnyRule, ...] = (*RULES, *FOLLOW_UPS, *SUBJECT_RULES, *ANNUAL_RULES)

COUNTED: frozenset[str] = frozenset(
    kind for rule in ANNUAL_RULES for kind in (rule.counts, rule.subject)
)
"""The kinds that only the pass over the counts of a year looks at."""

SECOND: frozenset[str] = frozenset(
    kind for rule in SUBJECT_RULES if rule.shared for kind in rule.over
)
"""The kinds of subjects that are judged by findings about others, and so after them."""

FEEDING: frozenset[str] = frozenset(
    kind
    for rule in SUBJECT_RULES
    if any(rule.code in other.shared for other in SUBJECT_RULES)
    for kind in rule.over
)
"""The kinds of subjects whose findings count for those of the second level."""

_OWN: tuple[Rule | FollowUp, ...] = (*FOLLOW_UPS, *RULES)

SHARED_FOLLOW_UPS: tuple[tuple[str, SharedFollowUp], ...] = tuple(
    (rule.code, rule.check_shared) for rule in _OWN if rule.check_shared is not None
)
"""What follows from decisions on findings that several households share, by the rule's code."""

CLOCKED: tuple[str, ...] = tuple(
    rule.code
    for rule in (*SUBJECT_RULES, *(each for each in _OWN if each.check_shared is not None))
    if rule.pausable
)
"""The rules about what is shared whose clocks may be paused."""

PAUSABLE: tuple[str, ...] = tuple(rule.code for rule in ALL if rule.pausable)
"""The rules with a clock that may be paused."""

BY_CODE: dict[str, AnyRule] = {rule.code: rule for rule in ALL}


def shown_to(helper: Helper) -> frozenset[str]:
    """Name the rules whose findings are about the work of a role that sees only those."""
    return frozenset(rule.code for rule in ALL if helper in rule.also_for)

"""The rules, in the order in which they report."""

from services.reporting.rule import AnyRule, Rule, SubjectRule
from services.reporting.rules import (
    shared_payee,
    sponsor_absent,
    target_without_sponsor,
    use_check_overdue,
    wrong_beneficiary,
    wrong_purpose,
)

RULES: tuple[Rule, ...] = (
    wrong_purpose.RULE,
    wrong_beneficiary.RULE,
    target_without_sponsor.RULE,
    sponsor_absent.RULE,
    use_check_overdue.RULE,
)

SUBJECT_RULES: tuple[SubjectRule, ...] = (shared_payee.RULE,)

ALL: tuple[AnyRule, ...] = (*RULES, *SUBJECT_RULES)

BY_CODE: dict[str, AnyRule] = {rule.code: rule for rule in ALL}

"""Rulebooks: every parameter of every rule as dated data, with a version and a hash.

Changing a parameter is a new rulebook at the foot of this file, never an edit of an old one.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.calendar import CALENDAR_VERSION
from shared.codec import canonical

LAST_YEAR = 2200
"""Nobody looks further."""


SHADOW = "~"
"""Parts the rule from the name of its shadow in a code."""


def rule_of(code: str) -> str:
    """Give the rule behind a code, which may be that of its shadow."""
    return code.partition(SHADOW)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A rule with other numbers, judged live beside it and shown to inspectors alone."""

    of: str
    name: str
    parameters: dict[str, int]

    @property
    def code(self) -> str:
        """Give the code of its findings."""
        return f"{self.of}{SHADOW}{self.name}"

    def content(self) -> dict[str, Any]:
        """Give it as data, as readers see it."""
        return {"code": self.code, "shadow": True, "parameters": self.parameters}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The parameters in force from a day on."""

    version: int
    valid_from: date
    legal_basis: str
    verified: bool
    parameters: dict[str, dict[str, int]]
    calendar: str = CALENDAR_VERSION
    horizon: date = date(2027, 12, 31)
    """Until when rules that recur every year are judged: no parameter, but how far we look."""
    shadows: tuple[Shadow, ...] = ()

    def up_to(self, day: date) -> "Rulebook":
        """Give the same rules, looking until the end of the year after a day's."""
        return replace(self, horizon=date(min(day.year + 1, LAST_YEAR), 12, 31))

    def __getitem__(self, code: str) -> dict[str, int]:
        """Give the parameters of a rule."""
        return self.parameters[code]

    def under(self, shadow: Shadow) -> "Rulebook":
        """Give the rules with a shadow's numbers in the place of its rule's."""
        own = {**self.parameters[shadow.of], **shadow.parameters}
        return replace(self, parameters={**self.parameters, shadow.of: own})

    def content(self) -> dict[str, Any]:
        """Give it as data, as readers see it."""
        shadows = [each.content() for each in self.shadows]
        return {
            **({"shadows": shadows} if shadows else {}),
            "version": self.version,
            "valid_from": self.valid_from,
            "legal_basis": self.legal_basis,
            "verified": self.verified,
            "calendar": self.calendar,
            "parameters": self.parameters,
        }

    @property
    def digest(self) -> str:
        """Give the SHA-256 of its content, in hex."""
        return hashlib.sha256(canonical(self.content())).hexdigest()


def rulebooks() -> tuple[Rulebook, ...]:
    """Give every rulebook, the latest last."""
    return RULEBOOKS


def rulebook_on(day: date) -> Rulebook:
    """Give the rulebook in force on a day; the first also before it."""
    in_force = [book for book in RULEBOOKS if book.valid_from <= day]
    return in_force[-1] if in_force else RULEBOOKS[0]


def book_of(digest: str) -> Rulebook | None:
    """Give the rulebook with a hash; None where this program has none such."""
    return next((book for book in RULEBOOKS if book.digest == digest), None)


_FIRST = Rulebook(
    version=1,
    valid_from=date(2000, 1, 1),
    legal_basis="HD 727/HD-NHCS; QĐ 1463/QĐ-TTg; NĐ 78/2002/NĐ-CP",
    verified=False,
    parameters={
        "WRONG_PURPOSE": {"high_from_percent": 30, "critical_from_percent": 70},
        "PIGGYBACK": {"tolerance": 0, "critical_from_percent": 50},
        "NOT_USED": {"percent": 50, "days": 30},
        "LEDGER_MISMATCH": {},
        "WRONG_BENEFICIARY": {},
        "UNKNOWN_BORROWER": {},
        "AFTER_DEPARTURE": {},
        "OVER_CEILING": {},
        "EXCLUSIVE_LOANS": {},
        "NOT_APPROVED": {},
        "THIRD_PARTY_PAYEE": {},
        "REUSED_EVIDENCE": {"loans": 2, "households": 2},
        "ROLLOVER": {"days": 7, "repaid_percent": 80, "amount_percent": 80},
        "TIMELY_POVERTY": {"before_days": 60, "after_days": 180},
        "GROUP_CLUSTER": {"loans": 5, "misused": 3, "percent": 20, "within_days": 365},
        "APPROVER_PAIR": {"loans": 10, "percent": 30, "within_days": 365},
        "BUNCHING": {"reviews": 20, "percent": 1, "false_percent": 5},
        "LENIENT_REVIEWER": {"reviews": 30, "percent": 1, "false_percent": 5},
        "SCORE_CONTRADICTION": {},
        "NO_MEETING": {"agreed_percent": 50},
        "POSTING_SHORT": {"working_days": 3},
        "INCAPABLE_TARGETED": {},
        "STATUS_FLIP": {"days": 730},
        "LATE_RECORDING": {"days": 30},
        "GHOST_VISIT": {"communes": 3, "visits": 12, "households": 3, "within_days": 7},
        "SHARED_PAYEE": {"households": 2, "within_days": 90, "critical_from": 4},
        "REVIEW_MISSING": {"first_month": 9, "first_day": 1, "last_month": 12, "last_day": 14},
        "REVIEW_STUCK": {"days": 30},
        "COMPLAINT_WAITING": {"working_days": 3},
        "TARGET_WITHOUT_SPONSOR": {"days": 30},
        "TARGET_WITHOUT_PLAN": {"days": 30},
        "TARGET_MISSED": {},
        "PLAN_ITEM_OVERDUE": {"days": 0, "medium_from_days": 30, "high_from_days": 90},
        "SUPPORT_OVERDUE": {"days": 0, "high_from_days": 30},
        "SPONSOR_ABSENT": {"high_from_intervals": 2},
        "SPONSOR_ORPHANED": {"days": 0},
        "PLEDGE_OVERDUE": {"days": 0, "percent": 80},
        "DIFFICULTY_UNANSWERED": {"days": 15, "high_from_days": 45},
        "HANDOVER_WAITING": {"days": 15},
        "CONFIRMATION_OVERDUE": {"working_days": 5},
        "DECISION_OVERDUE": {"working_days": 3},
        "DISBURSEMENT_OVERDUE": {"days": 30},
        "USE_CHECK_OVERDUE": {"days": 30},
        "LOAN_INACTIVE": {
            "days": 90,
            "student_days": 455,
            "high_from_days": 180,
            "critical_from_days": 365,
        },
        "OVERDUE_UNWORKED": {"days": 30},
        "FREEZE_ENDING": {"days_before": 180, "high_days_before": 30},
        "RECALL_UNPAID": {"days": 0},
        "MISUSE_UNWORKED": {"days": 15},
        "FINDING_UNANSWERED": {"days": 0},
        "MODEL_UNASSESSED": {"days": 365},
    },
)

RULEBOOKS = (_FIRST,)

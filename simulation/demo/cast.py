"""Which household plays which part: what is planted, what looks like it and is in order."""

from typing import Literal

HOUSEHOLDS = 324

Part = Literal[
    "wrong_purpose",
    "set_right",
    "recalled",
    "unchecked",
    "checked_on_the_last_day",
    "reversed",
    "wrong_beneficiary",
    "left_poverty_after_confirmation",
    "shared_payee",
    "three_loans",
    "target_without_sponsor",
    "target_withdrawn",
    "sponsor_absent",
    "long_interval",
    "assignment_ended",
    "handed_over",
    "ordinary",
]

_OF_LOANS: tuple[tuple[Part, range], ...] = (
    ("wrong_purpose", range(6)),
    ("set_right", range(6, 8)),
    ("recalled", range(8, 9)),
    ("unchecked", range(10, 16)),
    ("checked_on_the_last_day", range(16, 18)),
    ("reversed", range(18, 19)),
    ("wrong_beneficiary", range(20, 24)),
    ("left_poverty_after_confirmation", range(24, 26)),
    ("shared_payee", range(26, 28)),
    ("three_loans", range(28, 30)),
)
_PARTS: tuple[tuple[Part, range], ...] = (
    *_OF_LOANS,
    ("target_without_sponsor", range(30, 36)),
    ("target_withdrawn", range(36, 38)),
    ("sponsor_absent", range(40, 46)),
    ("long_interval", range(46, 48)),
    ("assignment_ended", range(48, 49)),
    ("handed_over", range(49, 50)),
)

BORROWERS = frozenset(part for part, _ in _OF_LOANS)
"""The parts that are about a loan."""

PLANTED: dict[str, Part] = {
    "WRONG_PURPOSE": "wrong_purpose",
    "USE_CHECK_OVERDUE": "unchecked",
    "WRONG_BENEFICIARY": "wrong_beneficiary",
    "SHARED_PAYEE": "shared_payee",
    "TARGET_WITHOUT_SPONSOR": "target_without_sponsor",
    "SPONSOR_ABSENT": "sponsor_absent",
}
"""The findings to be seen, and by whom."""


def part_of(index: int) -> Part:
    """Give the part of a household."""
    return next((part for part, numbers in _PARTS if index in numbers), "ordinary")


def players(part: Part) -> range:
    """Give the households of a part other than `ordinary`."""
    return next(numbers for name, numbers in _PARTS if name == part)


def status_of(index: int) -> str:
    """Give the poverty status with which a household comes on the register."""
    part = part_of(index)
    if part == "wrong_beneficiary":
        return "near_poor"
    if part != "ordinary":
        return "poor"
    return ("poor", "poor", "near_poor", "poor", "newly_escaped", "near_poor", "not_poor")[
        index % 7
    ]


def cannot_work(index: int) -> bool:
    """Tell whether a household is without anybody able to work."""
    return part_of(index) == "ordinary" and index % 29 == 0

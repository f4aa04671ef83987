"""What is true of the province: what each rule must find, from when to when, and look-alikes."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

BY_SUBJECT = ("GROUP_CLUSTER", "APPROVER_PAIR", "BUNCHING", "LENIENT_REVIEWER")
"""Rules whose findings are told by what they are about; all others by their households."""

STATISTICAL = ("BUNCHING", "LENIENT_REVIEWER")
"""Rules that may err by their nature: their power is measured over many provinces."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """One thing planted: a finding to be made, or what only looks like one and is in order."""

    code: str
    expected: bool
    subject: tuple[str, ...]
    """The ids of the households, or of the group, the officials or the area."""
    opened_on: date | None = None
    closed_on: date | None = None
    story: str = ""

    def by(self, last: date) -> "Truth | None":
        """Give what of it is to be seen by the end of a day; None for nothing."""
        if self.opened_on is not None and self.opened_on > last:
            return None
        if self.closed_on is not None and self.closed_on > last:
            return msgspec.structs.replace(self, closed_on=None)
        return self


def named(households: Iterable[UUID]) -> tuple[str, ...]:
    """Give the subject that households are."""
    return tuple(sorted(str(each) for each in households))

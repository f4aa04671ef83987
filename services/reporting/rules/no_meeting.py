"""Integrity: a household was put on the list though the village had not met, or had not agreed."""

from collections.abc import Iterator

from services.households.events import HouseholdClassified, ReviewScored, VillageMeetingHeld
from services.reporting.domain.classifications import (
    ANNUAL,
    by_review,
    of_review,
    on_decision,
    reviewed,
)
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook

CODE = "NO_MEETING"
_LISTED = frozenset({"poor", "near_poor", "newly_escaped"})
_WHOLE = 100


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the decision; only a correction ends it."""
    every = by_review(dossier.household.of(VillageMeetingHeld))
    percent = book[CODE]["agreed_percent"]
    for said, review in reviewed(dossier):
        if review.event.kind != ANNUAL or said.event.status not in _LISTED:
            continue
        held = of_review(every, review.event.review_id, said.on)
        last = held[-1].event if held else None
        if last and last.agreed * _WHOLE >= percent * last.attendees:
            continue
        yield on_decision(
            CODE,
            dossier,
            said,
            (said, review),
            severity=Severity.HIGH,
            details={
                "status": said.event.status,
                "decided_on": said.on.isoformat(),
                "agreed": last.agreed if last else 0,
                "attendees": last.attendees if last else 0,
            },
        )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Phân loại thiếu họp dân hoặc họp dân không đồng ý",
    title_en="Decided without the village's agreement",
    reason_vi="Ngày {decided_on} quyết định {status}; họp thôn: {agreed}/{attendees} người đồng ý.",
    reason_en="Decided {status} on {decided_on}; in the village {agreed} of {attendees} agreed.",
    limit_vi="Trước quyết định phải họp thôn, ít nhất {agreed_percent} % người dự đồng ý.",
    limit_en="Before the decision the village must meet, and {agreed_percent} % of it agree.",
    runbook_vi="Tìm biên bản họp thôn; nếu không có thì họp lại và xét lại quyết định.",
    runbook_en="Look for the minutes; if there are none, hold the meeting and decide anew.",
    needs=(HouseholdClassified, ReviewScored),
    check=check,
)

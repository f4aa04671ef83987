"""Integrity: the result of a review did not hang out long enough before it was decided."""

from collections.abc import Iterator

from services.households.events import HouseholdClassified, ResultPosted, ReviewScored
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
from shared.calendar import working_days

CODE = "POSTING_SHORT"


def check(dossier: Dossier, book: Rulebook, _: Clocks) -> Iterator[Interval]:
    """Open from the decision; only a correction ends it."""
    every, needed = by_review(dossier.household.of(ResultPosted)), book[CODE]["working_days"]
    for said, review in reviewed(dossier):
        if review.event.kind != ANNUAL:
            continue
        posted = of_review(every, review.event.review_id, said.on)
        last = posted[-1].event if posted else None
        days = working_days(last.posted_on, last.posted_until) if last else 0
        if last and days >= needed and last.posted_until < said.on:
            continue
        yield on_decision(
            CODE,
            dossier,
            said,
            (said, review),
            severity=Severity.MEDIUM,
            details={
                "decided_on": said.on.isoformat(),
                "days": days,
                "needed": needed,
            },
        )


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="QĐ 24/2021/QĐ-TTg",
    title_vi="Niêm yết kết quả chưa đủ ngày",
    title_en="Result not posted long enough",
    reason_vi="Quyết định ngày {decided_on}; niêm yết {days} ngày làm việc, hoặc chưa hết hạn"
    " (cần {needed}).",
    reason_en="Decided on {decided_on}; posted for {days} working days, or not yet to its end"
    " ({needed} are needed).",
    limit_vi="Niêm yết ít nhất {working_days} ngày làm việc và hết hạn trước ngày quyết định.",
    limit_en=(
        "The result hangs out {working_days} working days at least, to its end, before it is "
        "decided."
    ),
    runbook_vi="Niêm yết lại đủ ngày, xem xét khiếu nại, rồi quyết định lại.",
    runbook_en="Post the result again for the full time, hear complaints, then decide anew.",
    needs=(HouseholdClassified, ReviewScored),
    check=check,
)

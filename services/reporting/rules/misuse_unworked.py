"""Stalled: a misuse was confirmed and neither money was asked back nor the matter set right."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

from services.loans.events import DisbursementReversed, RecallOrdered
from services.reporting.clocks import Clocks
from services.reporting.dossier import Dossier
from services.reporting.events import (
    FindingConfirmed,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
)
from services.reporting.facts import Fact
from services.reporting.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.rule import FollowUp
from services.reporting.rulebook import Rulebook
from services.reporting.waits import Wait, first_of, waiting

CODE = "MISUSE_UNWORKED"
CONCLUDED = (FindingDismissed, FindingRemedied, FindingReopened)


def check(
    dossier: Dossier, book: Rulebook, clocks: Clocks, found: Sequence[Interval]
) -> Iterator[Interval]:
    """Open until a recall, a reversal or a remedy, or until that finding is open no more."""
    for confirmed in dossier.facts:
        if not isinstance(confirmed.event, FindingConfirmed):
            continue
        seen = confirmed.event.seen
        if seen is None or seen.kind != Kind.MISUSE:
            continue
        for finding in found:
            if finding.finding_id != confirmed.event.finding_id:
                continue
            about = finding.about
            loans = {about.loan_id} if about.loan_id is not None else set(seen.loan_ids)
            wait = Wait(
                code=CODE,
                about=About(
                    subject=Subject("finding", (str(finding.finding_id),)),
                    household_id=dossier.household_id,
                    loan_id=about.loan_id,
                ),
                by=confirmed,
                since=confirmed.on,
                days=book[CODE]["days"],
                ends=first_of(
                    _recovered(dossier, loans, finding.run.opened_on),
                    _concluded(dossier, confirmed),
                    [finding.run.closed_on] if finding.run.closed_on is not None else [],
                ),
                levels=((0, Severity.HIGH),),
                details={"confirmed_on": confirmed.on.isoformat()},
            )
            yield from waiting(wait, clocks)


def _recovered(dossier: Dossier, loans: Collection[UUID], since: date) -> Iterator[date]:
    for loan in dossier.loans:
        if loan.id in loans:
            days = loan.days(RecallOrdered, DisbursementReversed)
            yield from (day for day in days if since <= day)


def _concluded(dossier: Dossier, confirmed: Fact[FindingConfirmed]) -> Iterator[date]:
    for fact in dossier.facts:
        later = isinstance(fact.event, CONCLUDED) and fact.order > confirmed.order
        if later and fact.event.finding_id == confirmed.event.finding_id:
            yield fact.on


RULE = FollowUp(
    code=CODE,
    version=1,
    kind=Kind.STALLED,
    legal_basis="NĐ 78/2002/NĐ-CP; HD 727/HD-NHCS",
    title_vi="Sai phạm đã xác nhận chưa được xử lý",
    title_en="Confirmed misuse not worked on",
    reason_vi="Sai phạm xác nhận ngày {confirmed_on}, chưa thu hồi, hoàn nhập hay khắc phục.",
    reason_en="Misuse confirmed on {confirmed_on}; nothing recalled, reversed or remedied since.",
    runbook_vi="Ra quyết định thu hồi nợ trước hạn, hoặc ghi nhận việc đã khắc phục.",
    runbook_en="Order a recall, or record how it was set right.",
    check=check,
)

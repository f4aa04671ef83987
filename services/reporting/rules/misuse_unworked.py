"""Stalled: a misuse was confirmed and neither money was asked back nor the matter set right."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from services.reporting.domain.clocks import Clocks
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.holdings import recovered_on
from services.reporting.domain.intervals import About, Interval, Kind, Severity, Subject
from services.reporting.domain.rule import FollowUp
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.waits import Wait, first_of, waiting, waiting_together
from services.reporting.events import (
    FindingConfirmed,
    FindingDecision,
    FindingDismissed,
    FindingRemedied,
    FindingReopened,
    FindingSeen,
)

CODE = "MISUSE_UNWORKED"
GROUP_CLUSTER = "GROUP_CLUSTER"
"""About so many loans that no recall of one of them is an answer."""
CONCLUDED = (FindingDismissed, FindingRemedied, FindingReopened)


def check(
    dossier: Dossier, book: Rulebook, clocks: Clocks, found: Sequence[Interval]
) -> Iterator[Interval]:
    """Open until a recall, a reversal or a remedy, or until that finding is open no more."""
    for confirmed, seen, finding in _confirmed(dossier.facts, found):
        one = finding.about.loan_id
        loans = {one} if one is not None else set(seen.loan_ids)
        days = [day for loan in dossier.loans if loan.id in loans for day in recovered_on(loan)]
        about = About(
            subject=Subject("finding", (str(finding.finding_id),)),
            household_id=dossier.household_id,
            loan_id=one,
        )
        yield from waiting(_wait(book, about, confirmed, finding, days, dossier.facts), clocks)


def check_shared(
    found: Sequence[Interval],
    given: Sequence[Contribution],
    decided: Sequence[Fact[FindingDecision]],
    book: Rulebook,
) -> Iterator[Interval]:
    """Say the same of a finding that several households share."""
    for confirmed, seen, finding in _confirmed(decided, found):
        if finding.code == GROUP_CLUSTER:
            continue
        days = [day for each in given if each.loan_id in seen.loan_ids for day in each.recovered_on]
        about = About(subject=Subject("finding", (str(finding.finding_id),)))
        wait = _wait(book, about, confirmed, finding, days, decided)
        yield from waiting_together(wait, given, seen.household_ids)


def _confirmed(
    facts: Iterable[Fact[Any]], found: Sequence[Interval]
) -> Iterator[tuple[Fact[FindingConfirmed], FindingSeen, Interval]]:
    for confirmed in facts:
        if not isinstance(confirmed.event, FindingConfirmed):
            continue
        seen = confirmed.event.seen
        if seen is not None and seen.kind == Kind.MISUSE:
            for finding in found:
                if finding.finding_id == confirmed.event.finding_id:
                    yield confirmed, seen, finding


def _wait(
    book: Rulebook,
    about: About,
    confirmed: Fact[FindingConfirmed],
    finding: Interval,
    recovered: Iterable[date],
    facts: Iterable[Fact[Any]],
) -> Wait:
    return Wait(
        code=CODE,
        about=about,
        by=confirmed,
        since=confirmed.on,
        days=book[CODE]["days"],
        ends=first_of(
            (day for day in recovered if finding.run.opened_on <= day),
            _concluded(facts, confirmed),
            [finding.run.closed_on] if finding.run.closed_on is not None else [],
        ),
        severity=Severity.HIGH,
        details={"confirmed_on": confirmed.on.isoformat()},
    )


def _concluded(facts: Iterable[Fact[Any]], confirmed: Fact[FindingConfirmed]) -> Iterator[date]:
    for fact in facts:
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
    limit_vi="Phải thu hồi, hoàn nhập hay khắc phục trong {days} ngày sau khi xác nhận.",
    limit_en="It must be recalled, reversed or remedied within {days} days of being confirmed.",
    runbook_vi="Ra quyết định thu hồi nợ trước hạn, hoặc ghi nhận việc đã khắc phục.",
    runbook_en="Order a recall, or record how it was set right.",
    needs=(FindingConfirmed,),
    check=check,
    check_shared=check_shared,
)

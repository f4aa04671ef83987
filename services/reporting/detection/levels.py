"""From findings about a shared value to the loans they are held against: the second level. Pure.

A group or a pair of officials is judged by what was found of its loans, by rules about one
household and by rules about what several households share.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.reporting.detection.finding_versions import OPEN, Appearance
from services.reporting.domain.contributions import Contribution, Ground, Open


class Against(NamedTuple):
    """A finding about a shared value, as held against one loan."""

    code: str
    held: Open


ByLoan = Mapping[UUID, Sequence[Against]]


def against_loans(
    given: Iterable[Contribution], shown: Iterable[Appearance]
) -> dict[UUID, list[Against]]:
    """Hold the open findings about one value against every loan that contributes to it.

    A loan has them while its own fact counts too.
    """
    facts = list(given)
    by_event = {each.event_id: each for each in facts}
    found: dict[UUID, list[Against]] = {}
    for finding in shown:
        if finding.status not in OPEN:
            continue
        evidence = [by_event[event] for event in finding.evidence if event in by_event]
        for each in facts:
            if each.loan_id is None:
                continue
            on = max(finding.from_on, each.on)
            until = min(each.until or date.max, finding.until_on or date.max)
            if on >= until:
                continue
            needed = {(one.order, one.event_id, one.household_id) for one in (*evidence, each)}
            held = Open(
                on,
                until if until < date.max else None,
                tuple(Ground(event, order) for order, event, _ in sorted(needed)),
                others=tuple(sorted({household for _, _, household in needed})),
            )
            found.setdefault(each.loan_id, []).append(Against(finding.code, held))
    return found


def merged(parts: Iterable[ByLoan]) -> dict[UUID, list[Against]]:
    """Join what several values give."""
    found: dict[UUID, list[Against]] = {}
    for part in parts:
        for loan, held in part.items():
            found.setdefault(loan, []).extend(held)
    return found


def with_shared(
    given: Iterable[Contribution], against: ByLoan, codes: frozenset[str]
) -> list[Contribution]:
    """Add to the findings about each loan those of these codes about what is shared."""
    if not codes or not against:
        return list(given)
    return [_with_shared(each, against, codes) for each in given]


def _with_shared(each: Contribution, against: ByLoan, codes: frozenset[str]) -> Contribution:
    if each.loan_id is None or each.loan_id not in against:
        return each
    more = [found.held for found in against[each.loan_id] if found.code in codes]
    if not more:
        return each
    findings = tuple(sorted((*each.findings, *more), key=_place))
    return msgspec.structs.replace(each, findings=findings)


def _place(held: Open) -> tuple[object, ...]:
    events = tuple(ground.event_id for ground in held.grounds)
    return (held.on, held.grounds[-1].order, held.until or date.max, events)

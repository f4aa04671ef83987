"""Integrity: a household was classified otherwise than the points of its review say."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from services.households.events import HouseholdClassified, ResultReverified, ReviewScored
from services.reporting.domain.classifications import by_review, of_review, on_decision, reviewed
from services.reporting.domain.clocks import Clocks
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.facts import Fact
from services.reporting.domain.intervals import Interval, Kind, Severity
from services.reporting.domain.minimal import first_minimal
from services.reporting.domain.rule import Rule
from services.reporting.domain.rulebook import Rulebook
from shared.policy.standards import agrees, classify

CODE = "SCORE_CONTRADICTION"


def check(dossier: Dossier, _: Rulebook, __: Clocks) -> Iterator[Interval]:
    """Open from the decision; only a correction ends it."""
    verified = by_review(dossier.household.of(ResultReverified))
    for said, review in reviewed(dossier):
        again = of_review(verified, review.event.review_id, said.on) if verified else ()
        scored = again[-1].event if again else review.event
        if not _contradict(said, review, scored):
            continue
        fires = partial(_contradicts, said, review)
        read: list[Fact[Any]] = sorted((said, review, *again), key=lambda fact: fact.order)
        excused = said.event.departure_reason is not None
        yield on_decision(
            CODE,
            dossier,
            said,
            first_minimal(read, fires),
            severity=Severity.MEDIUM if excused else Severity.HIGH,
            details={"status": said.event.status, "b1": scored.b1, "b2": scored.b2},
        )


def _contradicts(
    said: Fact[HouseholdClassified], review: Fact[ReviewScored], facts: Sequence[Fact[Any]]
) -> bool:
    if said not in facts or review not in facts:
        return False
    again = [fact for fact in facts if isinstance(fact.event, ResultReverified)]
    return _contradict(said, review, again[-1].event if again else review.event)


def _contradict(
    said: Fact[HouseholdClassified],
    review: Fact[ReviewScored],
    scored: ReviewScored | ResultReverified,
) -> bool:
    on = said.event.effective_from
    outcome = classify(scored.b1, scored.b2, review.event.area_type, on)
    return not agrees(outcome, said.event.status)


RULE = Rule(
    code=CODE,
    version=1,
    kind=Kind.INTEGRITY,
    legal_basis="NĐ 07/2021/NĐ-CP; QĐ 24/2021/QĐ-TTg; TT 07/2021/TT-BLĐTBXH",
    title_vi="Phân loại khác kết quả chấm điểm",
    title_en="Status differs from the scores",
    reason_vi="Quyết định {status}, nhưng điểm B1 {b1}, B2 {b2} cho kết quả khác.",
    reason_en="Decided {status}, while B1 {b1} and B2 {b2} say otherwise.",
    limit_vi="Quyết định phải theo điểm của lần rà soát và chuẩn nghèo ngày có hiệu lực.",
    limit_en=(
        "The decision must follow the review's points under the standard of its effective day."
    ),
    runbook_vi="Đối chiếu phiếu rà soát với quyết định; đính chính bên sai.",
    runbook_en="Compare the forms with the decision, and correct the one that is wrong.",
    needs=(HouseholdClassified, ReviewScored),
    check=check,
)

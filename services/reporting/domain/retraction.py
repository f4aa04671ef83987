"""When it became known that a finding has no ground: found by leaving out the latest facts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from services.reporting.domain.intervals import Interval
from shared.clock import vietnam_date
from shared.recorded import Recorded

Judge = Callable[[Sequence[Recorded]], Iterable[Interval]]


def removed_on(finding_id: UUID, history: Iterable[Recorded], judge: Judge) -> date | None:
    """Give the recording date of the fact without which the finding would still be there.

    None where no knowledge of facts ever gave it: then it was other rules or pauses.
    """
    ordered = sorted(history, key=_learned)
    for number in range(len(ordered) - 1, -1, -1):
        if any(each.finding_id == finding_id for each in judge(ordered[:number])):
            return vietnam_date(ordered[number].meta.recorded_at)
    return None


def _learned(recorded: Recorded) -> tuple[object, ...]:
    meta = recorded.meta
    return (meta.recorded_at, meta.source, recorded.position or 0, meta.version)

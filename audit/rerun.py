"""Runs a rule again over the events of a file: the very rule, over nothing but what it reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from audit.provable import READS, rule_of
from audit.refusals import need
from services.reporting.domain.clocks import Clocks, Counts
from services.reporting.domain.dossier import effective, folded
from services.reporting.domain.intervals import Interval, Step
from services.reporting.domain.rulebook import Rulebook
from shared.calendar import CALENDAR_VERSION, every_day
from shared.recorded import Recorded

FIRST_YEAR, LAST_YEAR = 1951, 2099
"""Facts outside of these years are not judged: their days off are not known."""


class Unpaused(Clocks):
    """Clocks without pauses, which remember whether a rule asked them."""

    __slots__ = ("were_asked",)
    were_asked: list[str]

    def __init__(self) -> None:
        object.__setattr__(self, "spans", {})
        object.__setattr__(self, "were_asked", [])

    def first_day_beyond(
        self, code: str, start: date, days: int, counts: Counts = every_day
    ) -> date:
        """Return the first day t for which the days in (start, t] that count exceed `days`."""
        self.were_asked.append(code)
        return Clocks.first_day_beyond(self, code, start, days, counts)

    def first_day_of(self, code: str, start: date, days: int) -> date:
        """Return the first day t for which the days in (start, t] that count reach `days`."""
        self.were_asked.append(code)
        return Clocks.first_day_of(self, code, start, days)


def book_of(content: dict[str, Any], until: date) -> Rulebook:
    """Return a file's rulebook, looking as far as a day; Rejected for another calendar.

    Without shadows: their findings are not proved.
    """
    need(
        content["calendar"] == CALENDAR_VERSION,
        f"lịch ngày nghỉ {content['calendar']} không có ở đây",
        "that calendar of holidays is not known here",
    )
    found = Rulebook(
        version=content["version"],
        valid_from=date.fromisoformat(content["valid_from"]),
        legal_basis=content["legal_basis"],
        verified=content["verified"],
        parameters=content["parameters"],
    )
    return found.up_to(until)


def derived(
    code: str,
    household: UUID,
    events: Sequence[Recorded],
    book: Rulebook,
    clocks: Clocks | None = None,
) -> dict[str, Interval]:
    """Return what a rule finds in some events, by the ids of the findings; Rejected outside years.

    Its facts are those of the types that it reads, whatever else is among the events.
    """
    rule, reads = rule_of(code), frozenset(READS[code])
    facts = [fact for fact in effective(events) if type(fact.event) in reads]
    need(
        rule is not None and all(FIRST_YEAR <= fact.on.year <= LAST_YEAR for fact in facts),
        "không có lịch ngày nghỉ của năm ấy",
        "the holidays are not known for years so far away",
    )
    if rule is None or not {type(fact.event) for fact in facts}.issuperset(rule.needs):
        return {}
    found = rule.check(folded(household, facts), book, clocks or Unpaused())
    return {str(each.finding_id): each for each in found}


def minimal(
    code: str, household: UUID, events: Sequence[Recorded], book: Rulebook, wanted: str
) -> list[Recorded]:
    """Return events, the latest left out first, of which none can go without the finding going."""
    needed, before = list(events), len(events) + 1
    while len(needed) < before:  # what was needed may no longer be once another one has gone
        before = len(needed)
        for event in list(reversed(needed)):
            rest = [each for each in needed if each is not event]
            if wanted in derived(code, household, rest, book):
                needed = rest
    return needed


def is_minimal(
    code: str, household: UUID, events: Sequence[Recorded], book: Rulebook, wanted: str
) -> bool:
    """Check whether the finding needs each of these events, and nothing else."""
    if wanted not in derived(code, household, events, book):
        return False
    without = [[each for each in events if each is not one] for one in events]
    return not any(wanted in derived(code, household, rest, book) for rest in without)


def shown_as(interval: Interval, step: Step) -> dict[str, Any]:
    """Return a finding as a file has it."""
    about, run = interval.about, interval.run
    return {
        "finding_id": str(interval.finding_id),
        "code": interval.code,
        "household_ids": [str(each) for each in interval.households(step)],
        "loan_id": str(about.loan_id) if about.loan_id else None,
        "subject": [about.subject.type, *about.subject.ids],
        "opened_on": run.opened_on.isoformat(),
        "closed_on": run.closed_on.isoformat() if run.closed_on else None,
        "from_on": step.on.isoformat(),
        "severity": step.severity.word,
        "details": step.details,
        "evidence": [str(each) for each in step.evidence],
    }

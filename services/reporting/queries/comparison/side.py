"""A household at one point in the three times, with or without some of its events. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.query import Sight, Times, sees, within
from services.reporting.domain.clocks import Pause, Residence
from services.reporting.domain.dossier import effective, folded
from services.reporting.domain.pauses import pauses
from services.reporting.domain.rulebook import Rulebook, rulebook_on
from services.reporting.figures.overview import overview
from services.reporting.projections.rows import Contributed, Rows
from services.reporting.projections.step import rows_of
from services.reporting.queries.past import known, shared_appearances
from shared.areas import Scope
from shared.recorded import Recorded

Histories = Mapping[UUID, Sequence[Recorded]]
Ids = frozenset[UUID]
NOTHING: Ids = frozenset()
_LISTS = {"loans": "loan_id", "assignments": "assignment_id", "targets": "year"}
"""Lists of a dossier whose members are compared one by one, and what names each."""
_FINDINGS = "findings/"
_LEFT_OUT = ("household_id", "facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks: what their roles let them see, and where."""

    sight: Sight
    scope: Scope


@dataclass(slots=True)
class Side:
    """One of the two points; `histories` are the household's and of whom it shares values with."""

    household_id: UUID
    times: Times
    histories: Histories
    paused_by: Sequence[Recorded]
    reader: Reader
    _rows: dict[tuple[UUID, Ids], Rows | None] = field(default_factory=dict)
    _told: dict[tuple[bool, Ids], dict[str, Any]] = field(default_factory=dict)

    def told(self, without: Ids = NOTHING) -> dict[str, Any]:
        """Give what is shown, by name, as if some events had never been recorded."""
        return {**self._part(without, finds=False), **self._part(without, finds=True)}

    def one(self, name: str, without: Ids = NOTHING) -> Any:
        """Give one thing of that; None where it is not shown."""
        return self._part(without, finds=name.startswith(_FINDINGS)).get(name)

    def _part(self, without: Ids, *, finds: bool) -> dict[str, Any]:
        found = self._told.get((finds, without))
        if found is None:
            # rules are asked only where findings are compared: they take the time
            found = self._findings(without) if finds else self._dossier(without)
            self._told[finds, without] = found
        return found

    def events(self) -> dict[UUID, Recorded]:
        """Give every event that was recorded by then, also of pauses."""
        every = [*self.histories.values(), self.paused_by]
        return {
            each.meta.event_id: each for own in every for each in known(own, self.times.known_at)
        }

    def looks_at(self, event: Recorded) -> bool:
        """Tell whether an event was recorded by then and is dated no later."""
        return bool(known([event], self.times.known_at)) and (
            event.meta.occurred_on <= self.times.valid_at
        )

    def _book(self) -> Rulebook:
        day = self.times.valid_at
        return rulebook_on(self.times.rules_at or day).up_to(day)

    def _pauses(self, without: Ids) -> Sequence[Pause]:
        heard = known(self.paused_by, self.times.known_at)
        return pauses(each for each in heard if each.meta.event_id not in without)

    def _history(self, key: UUID, without: Ids) -> list[Recorded]:
        own = known(self.histories[key], self.times.known_at)
        return [each for each in own if each.meta.event_id not in without]

    def _rows_of(self, key: UUID, without: Ids) -> Rows | None:
        concerning = (*self.histories[key], *self.paused_by)
        name = (key, without & {each.meta.event_id for each in concerning})
        if name not in self._rows:
            history = self._history(key, without)
            self._rows[name] = rows_of(key, history, self._book(), self._pauses(without))
        return self._rows[name]

    def _dossier(self, without: Ids) -> dict[str, Any]:
        day = self.times.valid_at
        history = self._history(self.household_id, without)
        facts = [fact for fact in effective(history) if fact.on <= day]
        if not facts:
            return {}
        document = msgspec.to_builtins(overview(folded(self.household_id, facts), day))
        found: dict[str, Any] = {}
        for name, value in document.items():
            if name in _LEFT_OUT:
                continue
            if name in _LISTS:
                found |= {f"{name}/{each[_LISTS[name]]}": each for each in value}
            else:
                found[name] = value
        return found

    def _findings(self, without: Ids) -> dict[str, Any]:
        day = self.times.valid_at
        homes: dict[UUID, tuple[Residence, ...]] = {}
        shown: list[Appearance] = []
        given: dict[tuple[str, str], list[Contributed]] = {}
        for key in self.histories:
            rows = self._rows_of(key, without)
            if rows is None:
                continue
            homes[key] = tuple((home.from_on, home.commune) for home in rows.residences)
            shown.extend(each for each, _ in rows.findings)
            for each, _ in rows.contributions:
                given.setdefault((each.kind, each.subject), []).append(each)
        shown.extend(shared_appearances(given, self._book(), lambda *_: None))
        return {
            f"{_FINDINGS}{each.finding_id}": _brief(each)
            for each in shown
            if each.shows_on(day)
            and not each.is_shadow
            and self.household_id in each.household_ids
            and sees(self.reader.sight, each)
            and within(self.reader.scope, None, each, homes, day)
        }


def _brief(shown: Appearance) -> dict[str, Any]:
    """Give what of a finding is compared."""
    return {
        "finding_id": str(shown.finding_id),
        "code": shown.code,
        "status": shown.status,
        "severity": shown.severity.word,
        "opened_on": shown.opened_on.isoformat(),
        "closed_on": None if shown.closed_on is None else shown.closed_on.isoformat(),
    }

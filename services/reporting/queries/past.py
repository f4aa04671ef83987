"""Findings as they were known at an instant, or as other rules would judge them: refolded."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.detection.decided import Removed
from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.levels import ByLoan, against_loans, merged
from services.reporting.detection.query import Sight, Times, Wanted, matches, sees, within
from services.reporting.domain.clocks import Residence
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.pauses import pauses
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.annual_views import may_be_of_a_year
from services.reporting.projections.inputs import YEAR
from services.reporting.projections.reading import Found
from services.reporting.projections.retracting import removal
from services.reporting.projections.rows import Contributed, subject_rows
from services.reporting.projections.step import content_of
from services.reporting.projections.view_rulebook import answers
from services.reporting.queries.affected_keys import Named, asked_for, corrected_since, sharing
from services.reporting.queries.annual_at import years_known
from services.reporting.queries.journal_at import recall
from services.reporting.queries.unchanged_since import Kept, unchanged
from services.reporting.rules import COUNTED, FEEDING, SECOND
from shared.areas import Commune, Scope
from shared.policy.residence import recorded_on
from shared.recorded import Recorded

AT_ONCE = 2_000
"""So many households are taken at once where all are asked for."""

_KEYS = text("SELECT DISTINCT key FROM journal")
_PAUSES = text(
    "SELECT DISTINCT key FROM journal"
    " WHERE source = 'reporting' AND type IN ('ClocksPaused', 'PauseEnded')"
)


def known(history: Iterable[Recorded], known_at: datetime | None) -> list[Recorded]:
    """Give what was recorded by an instant."""
    return [each for each in history if known_at is None or each.meta.recorded_at <= known_at]


def find_past(
    connection: Connection,
    times: Times,
    wanted: Wanted,
    sight: Sight,
    scope: Scope,
    coming_by: date | None = None,
) -> list[Found]:
    """Give the findings of another time, unsorted; each as it looks on `valid_at`.

    With `coming_by`: those that open after that, by this day, as they will look then.
    """
    look = _Look(connection, times, coming_by or times.valid_at)
    keys = asked_for(connection, wanted, scope)
    look.judge(keys)
    if sight.everything and may_be_of_a_year(wanted):
        look.judge_years()
    day, homes = times.valid_at, look.homes
    return [
        Found(each, _commune(each, homes, day))
        for each in look.shown
        if (each.shows_on(day) if coming_by is None else _opens(each, day, coming_by))
        and sees(sight, each)
        and matches(wanted, each)
        and within(scope, wanted.area, each, homes, day)
    ]


def _opens(shown: Appearance, day: date, last: date) -> bool:
    return shown.from_on == shown.opened_on and day < shown.opened_on <= last


def _commune(
    shown: Appearance, homes: dict[UUID, tuple[Residence, ...]], day: date
) -> Commune | None:
    only = shown.household_ids[0] if len(shown.household_ids) == 1 else None
    return recorded_on(homes.get(only, ()), day) if only is not None else None


class _Look:
    """What was known at an instant, judged by a rulebook: of some households, or of all."""

    def __init__(self, connection: Connection, times: Times, last: date) -> None:
        self._days = (times.valid_at, last)
        self._connection, self._known_at = connection, times.known_at
        self._book = times.book.up_to(times.valid_at)
        self._recorded = [
            each
            for _, own in recall(connection, _pause_keys(connection), self._known_at)
            for each in own
        ]
        self._pauses = pauses(self._recorded)
        # the views say what was known then of whom nothing was recorded since, if judged likewise
        live = answers(connection, replace(times, known_at=None)) and times.today is not None
        self._year = times.today.year if live and times.today is not None else None
        self._given: dict[Named, list[Contributed]] = {}
        self.shown: list[Appearance] = []
        self.homes: dict[UUID, tuple[Residence, ...]] = {}

    def judge(self, keys: set[UUID] | None) -> None:
        """Judge these households, and what they share with whom; or all there are."""
        connection = self._connection
        if keys is None:
            every = sorted(connection.execute(_KEYS).scalars())
            for start in range(0, len(every), AT_ONCE):
                self._take(set(every[start : start + AT_ONCE]), with_findings=True)
        else:
            self._take(keys, with_findings=True)
            self._take_partners(keys)
        removed = removal(connection, self._book, self._known_at)
        self.shown.extend(shared_appearances(self._given, self._book, removed))

    def judge_years(self) -> None:
        """Judge the counts of years, which are of all households whatever was asked for."""
        asked = (self._connection, self._book, self._known_at, self._days[1])
        self.shown.extend(years_known(*asked, live=self._year is not None))

    def _take_partners(self, keys: set[UUID]) -> None:
        """Add who shares something with them, or did by what was known then."""
        there = set(keys)
        more = corrected_since(self._connection, self._known_at) if self._given else set()
        # a group is judged by what its loans share with others, who need not be of the group
        for kinds in (None, FEEDING):
            names = [
                name
                for name in self._given
                if name[0] not in COUNTED and (kinds is None or name[0] in kinds)
            ]
            more |= sharing(self._connection, names)
            self._take(more - there, with_findings=False)
            there |= more

    def _take(self, keys: set[UUID], *, with_findings: bool) -> None:
        """Take households from the views where they show what was known then, else fold them."""
        kept: dict[UUID, Kept] = {}
        if self._known_at is not None and self._year is not None:
            version = self._year * YEAR + len(self._recorded)
            asked = (self._connection, keys, self._known_at, version, self._days)
            kept = unchanged(*asked, with_findings=with_findings)
        for key, rows in kept.items():
            self._add(key, rows.homes, rows.shown, rows.given)
        self._fold(recall(self._connection, keys - set(kept), self._known_at))

    def _fold(self, histories: Iterable[tuple[UUID, list[Recorded]]]) -> None:
        for key, history in histories:
            content = content_of(key, known(history, self._known_at), self._book, self._pauses)
            if content is not None:
                homes = [(home.from_on, home.commune) for home in content.homes]
                self._add(key, homes, content.shown, content.given)

    def _add(
        self,
        key: UUID,
        homes: Iterable[Residence],
        shown: Iterable[Appearance],
        given: Iterable[Contributed],
    ) -> None:
        self.homes[key] = tuple(homes)
        self.shown.extend(shown)
        for each in given:
            self._given.setdefault((each.kind, each.subject), []).append(each)


def shared_appearances(
    given: Mapping[tuple[str, str], list[Contributed]], book: Rulebook, removed: Removed
) -> list[Appearance]:
    """Judge what households share: the first level, then the second by what that found."""
    shown: list[Appearance] = []
    against: list[ByLoan] = []
    for name, all_given in given.items():
        if name[0] in SECOND or name[0] in COUNTED:
            continue
        found = [each for each, _ in subject_rows(*name, all_given, book, removed)]
        shown.extend(found)
        if found and name[0] in FEEDING:
            facts = [each for each in all_given if isinstance(each, Contribution)]
            against.append(against_loans(facts, found))
    by_loan = merged(against)
    for name, all_given in given.items():
        if name[0] in SECOND:
            rows_found = subject_rows(*name, all_given, book, removed, by_loan)
            shown.extend(each for each, _ in rows_found)
    return shown


def _pause_keys(connection: Connection) -> list[UUID]:
    return [row[0] for row in connection.execute(_PAUSES)]


def is_final(connection: Connection, known_at: datetime, seconds: int) -> bool:
    """Tell whether nothing recorded by an instant can still be on its way.

    So it is once of every store an event recorded that much later was read, and all before it.
    """
    for source in REGISTRIES:
        row = connection.execute(
            text(
                "SELECT min(position) FROM journal WHERE source = :source"
                " AND recorded_at > :known_at + make_interval(secs => :seconds)"
            ),
            {"source": source, "known_at": known_at, "seconds": seconds},
        ).scalar_one()
        if row is None:
            return False
        read = connection.execute(
            text("SELECT count(*) FROM journal WHERE source = :source AND position <= :position"),
            {"source": source, "position": row},
        ).scalar_one()
        if read != row:
            return False
    return True

"""What a rulebook would have shown of what households share or are counted for, by day. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from services.reporting.backtests.household_timeline import Gave, Period, Sighting, epochs, look
from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.levels import ByLoan, against_loans, merged
from services.reporting.domain.annual import turn_of
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections.annual_views import of_years
from services.reporting.projections.rows import Contributed, subject_rows
from services.reporting.projections.subjects import year_of
from services.reporting.rules import COUNTED, FEEDING, SECOND

Named = tuple[str, str]


class Sharing:
    """The shared values by one rulebook, as households give more and take back from day to day."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._given: dict[Named, dict[UUID, list[Contributed]]] = {}
        self._of_key: dict[UUID, set[Named]] = {}
        self._against: dict[Named, ByLoan] = {}
        self._shown: dict[Named, list[Appearance]] = {}
        self._second_of: dict[UUID, set[Named]] = {}
        self._changed: set[int] = set()
        self._of_year: dict[int, list[Appearance]] = {}

    def take(self, gave: Iterable[Gave], last: date) -> None:
        """Put what households give from a day on in the place of what they gave, and judge it.

        It is judged as what is seen until a last day: a year not before its turn.
        """
        first, second = set[Named](), set[Named]()
        for each in gave:
            for name in self._replace(each):
                if name[0] in COUNTED:
                    self._changed.add(year_of(name[1]))
                else:
                    (second if name[0] in SECOND else first).add(name)
        for name in sorted(first):
            second |= self._judge_first(name)
        against = merged(self._against.values())
        for name in sorted(second):
            self._shown[name] = self._judge(name, against)
        for year in sorted(year for year in self._changed if turn_of(year) <= last):
            self._changed.remove(year)
            self._of_year[year] = self._judge_year(year)

    def shown(self) -> Iterable[Appearance]:
        """Give the findings as of now, future ones included; without those of shadows."""
        every = (*self._shown.values(), *self._of_year.values())
        return (each for own in every for each in own if not each.is_shadow)

    def _judge_year(self, year: int) -> list[Appearance]:
        names = [name for name in self._given if name[0] in COUNTED and year_of(name[1]) == year]
        return of_years({name: self._all(name) for name in sorted(names)}, self._book)

    def _replace(self, gave: Gave) -> set[Named]:
        touched = self._of_key.pop(gave.key, set())
        for name in touched:
            self._given[name].pop(gave.key, None)
        now = set[Named]()
        for each in gave.given:
            name = (each.kind, each.subject)
            self._given.setdefault(name, {}).setdefault(gave.key, []).append(each)
            now.add(name)
            if name[0] in SECOND and isinstance(each, Contribution) and each.loan_id is not None:
                self._second_of.setdefault(each.loan_id, set()).add(name)
        self._of_key[gave.key] = now
        return touched | now

    def _judge_first(self, name: Named) -> set[Named]:
        """Judge a value; give those of the second level whose loans it has to do with."""
        found = self._shown[name] = self._judge(name, {})
        if name[0] not in FEEDING:
            return set()
        before = self._against.pop(name, {})
        facts = [each for each in self._all(name) if isinstance(each, Contribution)]
        if found:
            self._against[name] = against_loans(facts, found)
        loans = {*before, *self._against.get(name, {})}
        return {one for loan in loans for one in self._second_of.get(loan, ())}

    def _judge(self, name: Named, against: ByLoan) -> list[Appearance]:
        rows = subject_rows(*name, self._all(name), self._book, against=against)
        return [each for each, _ in rows]

    def _all(self, name: Named) -> list[Contributed]:
        own = self._given.get(name, {})
        return [each for key in sorted(own) for each in own[key]]


def watch_shared(
    gave: Sequence[Gave],
    book: Rulebook,
    period: Period,
    told: Callable[[int, int], None] = lambda *_: None,
) -> dict[UUID, Sighting]:
    """Give what would have been seen of shared values over a period.

    Before each of its days on which something changed `told` hears how many of them are done.
    """
    by_day: dict[date, list[Gave]] = {period.first: []}
    for each in gave:
        by_day.setdefault(each.on, []).append(each)
    sharing, seen = Sharing(book.up_to(period.last)), dict[UUID, Sighting]()
    for number, (first, last) in enumerate(epochs(sorted(by_day), period)):
        told(number, len(by_day))
        sharing.take(by_day[first], last)
        look(seen, sharing.shown(), first, last, begins=first == period.first)
    return seen

"""Doing a back-test: household after household, part by part, then what they share."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.backtests.changes import changed, really_changed
from services.reporting.backtests.comparing import Comparison, Pair, Tally, report
from services.reporting.backtests.household_timeline import (
    Gave,
    Period,
    Sighting,
    confirmed_by,
    kinds_for,
    only_counts,
    watch,
)
from services.reporting.backtests.shared_timeline import watch_shared
from services.reporting.detection.query import within
from services.reporting.domain.clocks import Pause, Residence
from services.reporting.domain.finding_state import Decision
from services.reporting.domain.pauses import pauses
from services.reporting.domain.rulebook import Rulebook, rulebook_on
from services.reporting.domain.sources import REGISTRIES
from services.reporting.projections.tables import LIVE
from services.reporting.queries.annual_at import COUNTING_TYPES
from services.reporting.queries.journal_at import History, recall
from services.reporting.rules import COUNTED
from shared.areas import Scope
from shared.calendar import DAY
from shared.clock import VIETNAM, vietnam_date
from shared.jobs.queue import Work
from shared.policy.residence import recorded_on
from shared.projector.journal import read_journals
from shared.recorded import Recorded

AT_ONCE = 100
_ROUNDS = 2
"""A group is judged by what its loans share with others, who need not be of the group."""
_EVERY = text(f"SELECT key FROM {LIVE}.dossiers ORDER BY key")
_WITHIN = text(
    f"SELECT DISTINCT key FROM {LIVE}.residences WHERE (code, valid_from) IN"
    " (SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:dates AS date[])))"
)
_PARTNERS = text(
    f"SELECT DISTINCT o.key FROM {LIVE}.contributions m"
    f" JOIN {LIVE}.contributions o USING (kind, subject)"
    " WHERE m.key = ANY(:keys) AND kind = ANY(:kinds)"
)
_HEAD = text("SELECT coalesce(max(position), 0) FROM journal WHERE source = :source")
_PAUSES = text("SELECT DISTINCT key FROM journal WHERE type IN ('ClocksPaused', 'PauseEnded')")


class Part(msgspec.Struct, kw_only=True):
    """What became of some households, kept so that nobody need look at them again."""

    last: UUID
    tallies: dict[str, Tally]
    pairs: list[Pair]
    households: int = 0
    confirmed: dict[str, int] = {}
    confirmed_on: dict[UUID, date] = {}
    gave: list[Gave] = []
    homes: list[tuple[UUID, tuple[Residence, ...]]] = []


_PARTS = msgspec.json.Decoder(Part)


class _Far(NamedTuple):
    """How far it is: the households, then what they share, by one rulebook and by the other."""

    work: Work
    households: int
    judging: int

    @property
    def total(self) -> int:
        return self.households + self.judging

    def judged(self, number: int, done: int, of: int) -> None:
        """Tell that by the first or the second rulebook so many days are done; or stop here."""
        share = self.judging * (number * of + done) // (2 * of)
        self.work.go_on(self.households + share, self.total)


class _Test:
    """One back-test: what is compared, over which days, for whom."""

    def __init__(self, asked: dict[str, Any], scope: Scope) -> None:
        first, last = (date.fromisoformat(asked[name]) for name in ("from", "to"))
        self.period, self.scope = Period(first, last), scope
        book = rulebook_on(last)
        self.books: tuple[Rulebook, Rulebook] = (book, changed(book, asked["rulebook_changes"]))
        self.codes = really_changed(*self.books)
        self.kinds = kinds_for(self.codes)
        self.paused: tuple[Any, Collection[date]] = (lambda _: (), ())

    def pause(self, history: Sequence[Recorded]) -> None:
        """Know the pauses, each from the day on which it was recorded."""
        days = {vietnam_date(each.meta.recorded_at) for each in history}
        made: dict[date, tuple[Pause, ...]] = {}

        def paused(day: date) -> tuple[Pause, ...]:
            if day not in made:
                made[day] = pauses(
                    each for each in history if vietnam_date(each.meta.recorded_at) <= day
                )
            return made[day]

        self.paused = (paused, days)

    @property
    def counts_years(self) -> bool:
        """Tell whether the counts of years are to be judged."""
        return not COUNTED.isdisjoint(self.kinds)

    def holds(self, homes: tuple[Residence, ...]) -> bool:
        """Tell whether a household lives in the area on the last day."""
        last = self.period.last
        return self.scope.covers(recorded_on(homes, last), last)


def do(work: Work) -> dict[str, Any]:
    """Do one back-test."""
    test = _Test(work.job.asked, work.job.scope)
    with work.engine.begin() as connection:
        keys, read = _keys(connection, test.scope, test.kinds), _read(connection)
        test.pause(_pauses(connection))
    parts = [_PARTS.decode(body) for body in work.parts()]
    left = [key for key in keys if not parts or key > parts[-1].last]
    far = _Far(work, len(keys), len(keys) if test.counts_years else 1)
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        with work.engine.begin() as connection:
            part = _part(connection, test, some)
        done = len(keys) - len(left) + start + len(some)
        work.keep(len(parts), msgspec.json.encode(part), done, far.total)
        parts.append(part)
    return _result(test, parts, read, far)


def _keys(connection: Connection, scope: Scope, kinds: Collection[str]) -> list[UUID]:
    """Name the households of an area, and those beyond it who share something with them.

    Of the counts of a year those of all communes are compared, whatever the area.
    """
    if scope.everything or not COUNTED.isdisjoint(kinds):
        return list(connection.execute(_EVERY).scalars())
    communes = sorted(scope.matching(date.min) | scope.matching(date.max))
    bound = {
        "codes": [each.code for each in communes],
        "dates": [each.valid_from for each in communes],
    }
    keys = set(connection.execute(_WITHIN, bound).scalars())
    for _ in range(_ROUNDS if kinds else 0):
        asked = {"keys": sorted(keys), "kinds": sorted(kinds)}
        keys |= set(connection.execute(_PARTNERS, asked).scalars())
    return sorted(keys)


def _pauses(connection: Connection) -> list[Recorded]:
    keys = [row[0] for row in connection.execute(_PAUSES)]
    return [each for own in read_journals(connection, keys, REGISTRIES).values() for each in own]


def _part(connection: Connection, test: _Test, keys: list[UUID]) -> Part:
    found = Comparison()
    part = Part(last=keys[-1], tallies=found.tallies, pairs=found.pairs)
    for key, history in _read_histories(connection, test, keys):
        seen = watch(key, history, test.books, test.paused, test.period, test.codes)
        part.gave += seen.gave
        part.homes.append((key, seen.homes))
        if seen.homes and test.holds(seen.homes):
            part.households += 1
            found.add(*seen.seen, seen.confirmed)
    part.confirmed, part.confirmed_on = dict(found.confirmed), found.confirmed_on
    return part


def _read_histories(connection: Connection, test: _Test, keys: list[UUID]) -> Iterator[History]:
    """Give what was recorded of these keys, in their order; no more than there is to look at."""
    if only_counts(test.codes):
        end = datetime.combine(test.period.last + DAY, time(), VIETNAM)
        yield from recall(connection, keys, end, COUNTING_TYPES)
    else:
        yield from sorted(read_journals(connection, keys, REGISTRIES).items())


def _result(test: _Test, parts: Sequence[Part], read: dict[str, int], far: _Far) -> dict[str, Any]:
    whole = Comparison()
    for part in parts:
        whole.pairs += part.pairs
        whole.confirmed.update(part.confirmed)
        whole.confirmed_on |= part.confirmed_on
        for code, tally in part.tallies.items():
            whole.tallies[code] = _sum(whole.tallies.get(code, Tally()), tally)
    homes = {key: own for part in parts for key, own in part.homes}
    gave = [each for part in parts for each in part.gave]
    before, after = (
        _shown_to(
            test,
            homes,
            watch_shared(
                *([each for each in gave if each.book == number], book, test.period),
                partial(far.judged, number),
            ),
        )
        for number, book in enumerate(test.books)
    )
    whole.add(before, after, _confirmed_shared(gave, test.period.last))
    book, other = test.books
    return {
        "rulebook": {"version": book.version, "hash": book.digest, "changed_hash": other.digest},
        "households": sum(part.households for part in parts),
        **report(whole),
        "as_of_position": read,
    }


def _shown_to(
    test: _Test, homes: dict[UUID, tuple[Residence, ...]], seen: dict[UUID, Sighting]
) -> dict[UUID, Sighting]:
    """Keep what whoever asked may see: all of its households are in the area."""
    scope, last = test.scope, test.period.last
    return {
        name: each for name, each in seen.items() if within(scope, None, each.shown, homes, last)
    }


def _confirmed_shared(gave: Sequence[Gave], last: date) -> dict[UUID, date]:
    given = {
        one.event_id: one.given for each in gave for one in each.given if isinstance(one, Decision)
    }
    return confirmed_by(given.values(), last)


def _sum(one: Tally, other: Tally) -> Tally:
    return Tally(*(getattr(one, name) + getattr(other, name) for name in Tally.__struct_fields__))


def _read(connection: Connection) -> dict[str, int]:
    return {
        source: connection.execute(_HEAD, {"source": source}).scalar_one() for source in REGISTRIES
    }

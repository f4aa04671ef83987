"""The households that count in an area: as the views keep them, or folded as they were known.

The caller's transaction must see one moment: who learned something since is folded, nobody twice.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.detection.query import Times
from services.reporting.domain.dossier import fold
from services.reporting.domain.sources import REGISTRIES
from services.reporting.figures.build import Figures, Stay, figures_of
from services.reporting.projections.figures import Line, Turn, is_kept, lines_on, turns_of
from services.reporting.queries.affected_keys import ever_in
from services.reporting.queries.past import known
from shared.areas import Scope
from shared.projector.journal import read_journals

AT_ONCE = 500
_EVERYBODY = text("SELECT DISTINCT key FROM journal")
_LEARNED = text(
    "SELECT DISTINCT key FROM journal WHERE recorded_at > :known_at"
    " AND (occurred_on <= :last OR type = 'EventCorrected')"
)
Kept = tuple[UUID, Figures]


def inhabitants(
    connection: Connection,
    when: Times,
    scopes: Sequence[Scope],
    day: date,
    *,
    aimed: bool = False,
) -> Iterator[Line]:
    """Give the households that count in all of these areas on a day, as was known by then.

    With `aimed` those that ever had a target, and perhaps some others.
    """
    anew = _anew(connection, when, day)
    if anew is not None:
        for line in lines_on(connection, scopes, day, aimed=aimed):
            if line.key not in anew:
                yield line
    for key, figures in _folded(connection, when, scopes, anew):
        stay = _stay_on(figures.stays, day)
        if stay is not None and all(scope.covers(stay.commune, day) for scope in scopes):
            yield Line(key, stay.commune, figures.body)


def moved(
    connection: Connection, when: Times, scope: Scope, first: date, last: date
) -> Iterator[Turn]:
    """Give the households that count in an area on either day, by what is true by the last.

    Each comes once: where it counts on the last day, else where it did on the first.
    """
    halves: dict[UUID, Turn] = {}
    for turn in _turns(connection, when, scope, first, last):
        if turn.on_first and turn.on_last:
            yield turn
        elif (other := halves.pop(turn.line.key, None)) is None:
            halves[turn.line.key] = turn
        else:
            line = turn.line if turn.on_last else other.line
            yield Turn(line, on_first=True, on_last=True)
    yield from halves.values()


def _turns(
    connection: Connection, when: Times, scope: Scope, first: date, last: date
) -> Iterator[Turn]:
    anew = _anew(connection, when, last)
    if anew is not None:
        for turn in turns_of(connection, scope, first, last):
            if turn.line.key not in anew:
                yield turn
    for key, figures in _folded(connection, when, [scope], anew):
        stays = [each for each in figures.stays if each.void_on is None or last < each.void_on]
        for stay, day in ((_stay_on(stays, first), first), (_stay_on(figures.stays, last), last)):
            if stay is not None and scope.covers(stay.commune, day):
                line = Line(key, stay.commune, figures.body)
                yield Turn(line, on_first=day == first, on_last=day == last)


def _anew(connection: Connection, when: Times, last: date) -> Collection[UUID] | None:
    """Name those who are not kept as they were known then; None: nobody is."""
    if not is_kept(connection):
        return None
    if when.known_at is None:
        return ()
    bound = {"known_at": when.known_at, "last": last}
    return set(connection.execute(_LEARNED, bound).scalars())


def _folded(
    connection: Connection, when: Times, scopes: Sequence[Scope], anew: Collection[UUID] | None
) -> Iterator[Kept]:
    """Fold those of these who ever lived there by anything recorded, by what was known."""
    if anew is not None and not anew:
        return
    areas = [scope for scope in scopes if not scope.everything]
    found = [ever_in(connection, scope) for scope in areas]
    there = set.intersection(*found) if found else set(connection.execute(_EVERYBODY).scalars())
    keys = sorted(there if anew is None else there.intersection(anew))
    for start in range(0, len(keys), AT_ONCE):
        journals = read_journals(connection, keys[start : start + AT_ONCE], REGISTRIES)
        for key, history in journals.items():
            dossier = fold(key, known(history, when.known_at))
            if dossier.facts:
                yield key, figures_of(dossier)


def _stay_on(stays: Iterable[Stay], day: date) -> Stay | None:
    return next(
        (
            each
            for each in stays
            if each.from_on <= day and (each.until_on is None or day < each.until_on)
        ),
        None,
    )

"""The pass over the counts of a year: apart from the workers, as of positions of its own."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, text

from services.reporting.detection.detect import annual_reviews, year_findings
from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.query import Wanted
from services.reporting.domain.annual import Covered, Reviewed
from services.reporting.domain.dossier import fold
from services.reporting.domain.finding_state import Decision, shared_decisions
from services.reporting.domain.intervals import Interval, Kind
from services.reporting.domain.rulebook import Rulebook, rule_of, rulebook_on
from services.reporting.projections.reading import positions
from services.reporting.projections.rows import Contributed, Shown, year_rows
from services.reporting.projections.step import SWITCH_LOCK
from services.reporting.projections.subjects import Judging, Named, year_of
from services.reporting.projections.tables import LIVE
from services.reporting.projections.view_rulebook import made_by
from services.reporting.projections.writing import Writing
from services.reporting.rules import ANNUAL_RULES, COUNTED
from services.reporting.rules.finding_unanswered import CODE as FOLLOWS
from shared.clock import today
from shared.codec import canonical
from shared.recorded import Recorded

_SUBJECTS = sorted(rule.subject for rule in ANNUAL_RULES)
_SUBJECT_OF = {rule.code: rule.subject for rule in ANNUAL_RULES}
_LEVEL = 3
_AT_ONCE = 1000
_CONTRIBUTED = msgspec.json.Decoder(Contributed)


def recount(engine: Engine) -> bool:
    """Judge the years whose counts have changed; tell whether there were any."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": SWITCH_LOCK})
        return count_years(connection, LIVE, made_by(connection) or rulebook_on(today()))


def count_years(connection: Connection, schema: str, book: Rulebook) -> bool:
    """Judge anew, within the caller's transaction, what changed by now; tell if anything had."""
    rows = connection.execute(text(f"DELETE FROM {schema}.recounts RETURNING year"))
    years = sorted({int(row[0]) for row in rows})
    # what was committed with these rows is seen by the statements that follow
    for year in years:
        _count(connection, schema, year, book)
    return bool(years)


def count_a_year(connection: Connection, schema: str, book: Rulebook) -> bool:
    """Do so with the first of those years alone; tell if there was one."""
    rows = connection.execute(
        text(
            f"DELETE FROM {schema}.recounts"
            f" WHERE year = (SELECT min(year) FROM {schema}.recounts) RETURNING year"
        )
    )
    years = {int(row[0]) for row in rows}
    for year in years:
        _count(connection, schema, year, book)
    return bool(years)


def _count(connection: Connection, schema: str, year: int, book: Rulebook) -> None:
    as_of = positions(connection)
    found, covered = year_findings(year, partial(_read, connection, schema, year), book)
    _replace(connection, schema, year, found, book)
    connection.execute(
        text(
            f"INSERT INTO {schema}.counted (year, as_of, body) VALUES (:year, :as_of, :body)"
            " ON CONFLICT (year) DO UPDATE SET as_of = excluded.as_of, body = excluded.body"
        ),
        {"year": year, "as_of": canonical(as_of).decode(), "body": canonical(covered)},
    )


def _read(
    connection: Connection,
    schema: str,
    year: int,
    kind: str,
    without: Collection[UUID] = frozenset(),
) -> Iterator[Reviewed]:
    rows = connection.execute(
        text(
            f"SELECT key, body FROM {schema}.contributions"
            " WHERE kind = :kind AND subject = :subject"
        ),
        {"kind": kind, "subject": str(year)},
        execution_options={"yield_per": _AT_ONCE},
    )
    for key, body in rows:
        if key in without:
            continue
        given = _CONTRIBUTED.decode(bytes(body))
        if isinstance(given, Reviewed):
            yield given


def _decided(
    connection: Connection, schema: str, year: int, without: Collection[UUID] = frozenset()
) -> list[Decision]:
    rows = connection.execute(
        text(
            f"SELECT key, body FROM {schema}.contributions"
            " WHERE kind = ANY(:kinds) AND subject LIKE '%|' || :year"
        ),
        {"kinds": _SUBJECTS, "year": str(year)},
    )
    decoded = (_CONTRIBUTED.decode(bytes(body)) for key, body in rows if key not in without)
    return [each for each in decoded if isinstance(each, Decision)]


def _replace(
    connection: Connection, schema: str, year: int, found: Iterable[Interval], book: Rulebook
) -> None:
    shown = _by_subject(found, _decided(connection, schema, year), book)
    connection.execute(
        text(
            f"INSERT INTO {schema}.subjects (kind, subject, level)"
            " SELECT kind, subject, :level FROM unnest(CAST(:kinds AS text[]),"
            " CAST(:subjects AS text[])) AS wanted (kind, subject) ON CONFLICT DO NOTHING"
        ),
        {
            "level": _LEVEL,
            "kinds": [kind for kind, _ in shown],
            "subjects": [subject for _, subject in shown],
        },
    )
    locked = connection.execute(
        text(
            f"SELECT kind, subject, hash FROM {schema}.subjects"
            " WHERE kind = ANY(:kinds) AND subject LIKE '%|' || :year"
            " ORDER BY kind, subject FOR UPDATE"
        ),
        {"kinds": _SUBJECTS, "year": str(year)},
    ).all()
    before = [(row[0], row[1], row[2]) for row in locked]
    every = {(kind, subject): shown.get((kind, subject), ()) for kind, subject, _ in before}
    changes, _ = Judging(schema).replaced(connection, before, every)
    Writing(schema).move_digests(connection, changes)


def _by_subject(
    found: Iterable[Interval], decided: Iterable[Decision], book: Rulebook
) -> dict[Named, tuple[Shown, ...]]:
    """Give the rows of everything found or decided on, by what it is about."""
    intervals: dict[Named, list[Interval]] = {}
    decisions: dict[Named, list[Decision]] = {}
    for each in found:
        name = (_SUBJECT_OF[rule_of(each.code)], "|".join(each.about.subject.ids))
        intervals.setdefault(name, []).append(each)
    for one in decided:
        decisions.setdefault((one.kind, one.subject), []).append(one)
    return {
        name: year_rows(intervals.get(name, []), decisions.get(name, []), book)
        for name in sorted({*intervals, *decisions})
    }


def years_now(connection: Connection, book: Rulebook) -> list[Appearance]:
    """Give the findings about years by what is known now, whatever the rulebook."""
    rows = connection.execute(
        text(f"SELECT DISTINCT subject FROM {LIVE}.contributions WHERE kind = ANY(:kinds)"),
        {"kinds": sorted(COUNTED)},
    )
    years = sorted({year_of(row[0]) for row in rows})
    return [each for year in years for each in year_but_for(connection, book, year, (), {})]


def year_but_for(
    connection: Connection,
    book: Rulebook,
    year: int,
    without: Collection[UUID],
    instead: Mapping[Named, Iterable[Contributed]],
) -> list[Appearance]:
    """Give the findings about a year by what the views count, some put in the place of others."""

    def read(kind: str) -> Iterator[Reviewed]:
        yield from _read(connection, LIVE, year, kind, without)
        for each in instead.get((kind, str(year)), ()):
            if isinstance(each, Reviewed):
                yield each

    found, _ = year_findings(year, read, book)
    decided = _decided(connection, LIVE, year, without)
    for (_kind, subject), given in instead.items():
        if year_of(subject) == year:
            decided += [each for each in given if isinstance(each, Decision)]
    own = _by_subject(found, decided, book)
    return [each for rows_of_one in own.values() for each, _ in rows_of_one]


def may_be_of_a_year(wanted: Wanted) -> bool:
    """Tell whether an answer may hold a finding about the counts of a year."""
    codes = {rule.code for rule in ANNUAL_RULES} | {FOLLOWS}
    kinds = {rule.kind for rule in ANNUAL_RULES} | {Kind.STALLED}
    return (
        wanted.household_id is None
        and wanted.loan_id is None
        and (not wanted.codes or not codes.isdisjoint(wanted.codes))
        and (not wanted.kinds or not kinds.isdisjoint(wanted.kinds))
    )


def year_contributions(key: UUID, history: Sequence[Recorded]) -> list[Contributed]:
    """Give what a journal has to do with the counts of years."""
    dossier = fold(key, history)
    return [*annual_reviews(dossier), *shared_decisions(dossier.facts)]


def of_years(given: Mapping[Named, Iterable[Contributed]], book: Rulebook) -> list[Appearance]:
    """Give the findings about years from what all households contribute, at any time."""
    counted = {name: list(all_given) for name, all_given in given.items() if name[0] in COUNTED}
    shown: list[Appearance] = []
    for year in sorted({year_of(subject) for _, subject in counted}):

        def read(kind: str, year: int = year) -> Iterable[Reviewed]:
            own = counted.get((kind, str(year)), [])
            return (each for each in own if isinstance(each, Reviewed))

        found, _ = year_findings(year, read, book)
        decided = [
            each
            for (_, subject), own in counted.items()
            if year_of(subject) == year
            for each in own
            if isinstance(each, Decision)
        ]
        rows = _by_subject(found, decided, book)
        shown += [each for own in rows.values() for each, _ in own]
    return shown


def covered_in(connection: Connection, year: int) -> tuple[str, list[Covered]] | None:
    """Give what the last pass looked at in a year, and as of which positions; None: nothing."""
    row = connection.execute(
        text(f"SELECT as_of, body FROM {LIVE}.counted WHERE year = :year"), {"year": year}
    ).one_or_none()
    if row is None:
        return None
    return row[0], msgspec.json.decode(bytes(row[1]), type=list[Covered])

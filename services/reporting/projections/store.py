"""Writing the views: rows of whole households and subjects replaced, digests moved along."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections import figures
from services.reporting.projections.before import Given, Place, read_before
from services.reporting.projections.rows import MODULUS, Residence, Rows
from services.reporting.projections.subjects import Body, Judging, touched
from services.reporting.projections.writing import Change, Writing, change_of
from shared.log.partition import partition_of
from shared.pg_binary import (
    Field,
    Packed,
    array,
    arrays,
    ask,
    casts,
    cursor_of,
    of_bytes,
    of_date,
    of_int4,
    of_text,
    of_uuid,
    of_word,
)
from shared.projector.driver import driver

_KEYS = "key = ANY(%b::uuid[])"
_RESIDENCES = {
    "key": "uuid",
    "from_on": "date",
    "until_on": "date",
    "code": "text",
    "valid_from": "date",
}
_DOSSIERS = {"key": "uuid", "hash": "bytea", "inputs": "int4"}
_PLACE = {"kind": "text", "subject": "text", "event_id": "uuid"}
_CONTRIBUTIONS = {**_PLACE, "key": "uuid", "body": "bytea"}


class ViewStore:
    """The views of one schema; every method works within the caller's transaction."""

    def __init__(self, schema: str, partitions: int) -> None:
        self.schema, self.partitions = schema, partitions
        self.writing = Writing(schema)
        self.judging = Judging(schema)

    def replace(
        self,
        connection: Connection,
        folded: Mapping[UUID, Rows | None],
        inputs: int,
        book: Rulebook,
    ) -> None:
        """Put these households' rows in the place of their old ones, then judge their subjects."""
        before = self._hashes(connection, folded)
        changed = {
            key: rows
            for key, rows in folded.items()
            if before.get(key) != (None if rows is None else rows.digest)
        }
        if changed:
            had = [key for key in changed if key in before]
            given, there, homes, stays = read_before(connection, self.schema, had)
            self._put_dossiers(connection, changed, before, inputs)
            self._put_residences(connection, changed, homes)
            figures.replace(connection, self.writing, stays, filter(None, changed.values()))
            self.writing.put_findings(connection, there, _shown(filter(None, changed.values())))
            self._put_contributions(connection, changed, given)
            changes = [
                change_of(self.lane_of(key), before.get(key), rows.digest if rows else None)
                for key, rows in changed.items()
            ]
            named = touched(
                (_bodies(given.get(key, {})), _bodies(_given(rows)))
                for key, rows in changed.items()
            )
            changes += self.judging.judge(connection, named, book)
            self.writing.move_digests(connection, changes)
        same = [key for key in folded if key not in changed]
        if same:
            # those that are up to date are not written again
            cursor_of(driver(connection)).execute(
                f"UPDATE {self.schema}.dossiers SET inputs = {inputs:d}"
                f" WHERE {_KEYS} AND inputs <> {inputs:d}".encode(),
                (_packed(same),),
            )

    def _put_dossiers(
        self,
        connection: Connection,
        changed: Mapping[UUID, Rows | None],
        before: Mapping[UUID, bytes],
        inputs: int,
    ) -> None:
        rows = [each for each in changed.values() if each is not None]
        fresh = [_dossier(each, inputs) for each in rows if each.key not in before]
        # never an upsert: of two that see a household for the first time one must fail
        self.writing.add(connection, "dossiers", _DOSSIERS, fresh)
        known = [_dossier(each, inputs) for each in rows if each.key in before]
        if known:
            cursor_of(driver(connection)).execute(
                f"UPDATE {self.schema}.dossiers d SET hash = new.hash, inputs = new.inputs"
                f" FROM unnest({casts(_DOSSIERS.values())}) AS new (key, hash, inputs)"
                " WHERE d.key = new.key".encode(),
                arrays(_DOSSIERS.values(), known),
            )
        gone = [(of_uuid(key),) for key, each in changed.items() if each is None and key in before]
        self.writing.remove(connection, "dossiers", {"key": "uuid"}, gone)

    def _put_residences(
        self,
        connection: Connection,
        changed: Mapping[UUID, Rows | None],
        homes: Mapping[UUID, Sequence[Residence]],
    ) -> None:
        moved = {
            key: rows
            for key, rows in changed.items()
            if set(homes.get(key, ())) != set(rows.residences if rows else ())
        }
        gone = [(of_uuid(key),) for key in moved if key in homes]
        self.writing.remove(connection, "residences", {"key": "uuid"}, gone)
        rows = [row for each in moved.values() if each is not None for row in _homes(each)]
        self.writing.add(connection, "residences", _RESIDENCES, rows)

    def _put_contributions(
        self,
        connection: Connection,
        changed: Mapping[UUID, Rows | None],
        given: Mapping[UUID, Given],
    ) -> None:
        added: list[Sequence[Field]] = []
        gone: list[Sequence[Field]] = []
        for key, rows in changed.items():
            before, after = given.get(key, {}), _given(rows)
            gone += [_place(place) for place in before if before[place] != after.get(place)]
            added += [
                _contribution(key, place, body)
                for place, body in after.items()
                if before.get(place) != body
            ]
        self.writing.remove(connection, "contributions", _PLACE, gone)
        self.writing.add(connection, "contributions", _CONTRIBUTIONS, added)

    def write(self, connection: Connection, rows: Iterable[Rows], inputs: int) -> None:
        """Add the rows of households that have none yet."""
        found = list(rows)
        self.writing.add(
            connection, "dossiers", _DOSSIERS, [_dossier(each, inputs) for each in found]
        )
        self.writing.add(
            connection, "residences", _RESIDENCES, [row for each in found for row in _homes(each)]
        )
        self.writing.write_findings(connection, _shown(found))
        self.writing.add(connection, "figures", figures.COLUMNS, figures.fields(found))
        self.writing.add(
            connection,
            "contributions",
            _CONTRIBUTIONS,
            [
                _contribution(each.key, place, body)
                for each in found
                for place, body in _given(each).items()
            ],
        )

    def note_years(self, connection: Connection) -> None:
        """Have every year counted of which there is something to count."""
        self.judging.recount_all(connection)

    def judge_all(self, connection: Connection, book: Rulebook) -> Iterator[None]:
        """Judge every subject there is but the years, part by part; for a rebuild, at its end.

        After each part one may commit, and must where others write too: each moves the digests
        once, so that nobody waits for a lane while holding another's.
        """
        for changes in self.judging.judge_all(connection, book):
            self.writing.move_digests(connection, changes)
            yield

    def begin_digests(self, connection: Connection, rows: Mapping[int, int]) -> None:
        """Add sums gathered elsewhere to the digests."""
        self.writing.move_digests(connection, [Change(lane, by) for lane, by in rows.items()])

    def digest(self, connection: Connection) -> int:
        """Give the sum of the hashes of everything in the views, modulo 2**256."""
        rows = connection.execute(text(f"SELECT value FROM {self.schema}.digests"))
        return sum(int(row[0]) for row in rows) % MODULUS

    def lane_of(self, key: UUID) -> int:
        """Give the lane of a household."""
        return partition_of(key, self.partitions)

    def _hashes(self, connection: Connection, keys: Iterable[UUID]) -> dict[UUID, bytes]:
        rows = ask(
            driver(connection),
            f"SELECT key, hash FROM {self.schema}.dossiers WHERE {_KEYS} ORDER BY key FOR UPDATE",
            _packed(keys),
        )
        return {row[0]: row[1] for row in rows}


def _packed(keys: Iterable[UUID]) -> Packed:
    return array("uuid", [of_uuid(key) for key in keys])


def _homes(rows: Rows) -> Iterable[Sequence[Field]]:
    for home in rows.residences:
        yield (
            of_uuid(rows.key),
            of_date(home.from_on),
            of_date(home.until_on),
            of_word(home.commune.code),
            of_date(home.commune.valid_from),
        )


def _dossier(rows: Rows, inputs: int) -> Sequence[Field]:
    return (of_uuid(rows.key), of_bytes(rows.digest), of_int4(inputs))


def _shown(found: Iterable[Rows]) -> Iterable[tuple[str, Appearance, bytes]]:
    return ((str(each.key), *shown) for each in found for shown in each.findings)


def _given(rows: Rows | None) -> Given:
    if rows is None:
        return {}
    return {(each.kind, each.subject, each.event_id): body for each, body in rows.contributions}


def _place(place: Place) -> Sequence[Field]:
    kind, subject, event_id = place
    return (of_word(kind), of_text(subject), of_uuid(event_id))


def _contribution(key: UUID, place: Place, body: bytes) -> Sequence[Field]:
    return (*_place(place), of_uuid(key), of_bytes(body))


def _bodies(given: Given) -> set[Body]:
    return {(kind, subject, body) for (kind, subject, _), body in given.items()}

"""Writing the views: rows of whole households and subjects replaced, digests moved along."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from services.reporting.projections.judging import Body, Judging, Named, touched
from services.reporting.projections.rows import MODULUS, Rows
from services.reporting.projections.writing import Change, Writing, change_of
from services.reporting.rulebook import Rulebook
from shared.log.partition import partition_of
from shared.packed import (
    Field,
    Packed,
    array,
    ask,
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
_CONTRIBUTIONS = {
    "kind": "text",
    "subject": "text",
    "key": "uuid",
    "event_id": "uuid",
    "body": "bytea",
}


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
        changes: list[Change] = []
        if changed:
            named = self._touched(connection, changed)
            if before:
                self._delete(connection, list(changed))
            self.write(connection, [rows for rows in changed.values() if rows], inputs)
            for key, rows in changed.items():
                lane = partition_of(key, self.partitions)
                changes.append(change_of(lane, before.get(key), rows.digest if rows else None))
            changes += self.judging.judge(connection, named, book)
            self.writing.move_digests(connection, changes)
        same = [key for key in folded if key not in changed]
        if same:
            cursor_of(driver(connection)).execute(
                f"UPDATE {self.schema}.dossiers SET inputs = {inputs:d} WHERE {_KEYS}".encode(),
                (_packed(same),),
            )

    def write(self, connection: Connection, rows: Iterable[Rows], inputs: int) -> None:
        """Add the rows of households that have none yet."""
        found = list(rows)
        version = of_int4(inputs)
        self.writing.add(
            connection,
            "dossiers",
            {"key": "uuid", "hash": "bytea", "inputs": "int4"},
            [(of_uuid(each.key), of_bytes(each.digest), version) for each in found],
        )
        self.writing.add(
            connection, "residences", _RESIDENCES, [row for each in found for row in _homes(each)]
        )
        self.writing.write_findings(
            connection, [(str(each.key), *shown) for each in found for shown in each.findings]
        )
        self.writing.add(
            connection,
            "contributions",
            _CONTRIBUTIONS,
            [row for each in found for row in _given(each)],
        )

    def judge_all(self, connection: Connection, book: Rulebook) -> None:
        """Judge every subject there is; for a rebuild, once at its end."""
        for changes in self.judging.judge_all(connection, book):
            self.writing.move_digests(connection, changes)

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

    def _touched(self, connection: Connection, changed: Mapping[UUID, Rows | None]) -> list[Named]:
        """Name the subjects to which these households contribute something else than before."""
        rows = ask(
            driver(connection),
            f"SELECT key, kind, subject, body FROM {self.schema}.contributions WHERE {_KEYS}",
            _packed(changed),
        )
        before: dict[UUID, set[Body]] = {}
        for key, kind, subject, body in rows:
            before.setdefault(key, set()).add((kind, subject, body))
        return touched(
            (before.get(key, set()), set(_bodies(each)) if each is not None else set())
            for key, each in changed.items()
        )

    def _delete(self, connection: Connection, keys: list[UUID]) -> None:
        packed = _packed(keys)
        cursor_of(driver(connection)).execute(
            f"WITH d AS (DELETE FROM {self.schema}.dossiers WHERE {_KEYS}),"
            f" r AS (DELETE FROM {self.schema}.residences WHERE {_KEYS}),"
            f" c AS (DELETE FROM {self.schema}.contributions WHERE {_KEYS})"
            f" DELETE FROM {self.schema}.findings WHERE owner = ANY(%b::text[])".encode(),
            (packed, packed, packed, array("text", [of_text(str(key)) for key in keys])),
        )


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


def _given(rows: Rows) -> Iterable[Sequence[Field]]:
    for given, body in rows.contributions:
        yield (
            of_word(given.kind),
            of_text(given.subject),
            of_uuid(rows.key),
            of_uuid(given.event_id),
            of_bytes(body),
        )


def _bodies(rows: Rows) -> Iterable[Body]:
    return ((given.kind, given.subject, body) for given, body in rows.contributions)

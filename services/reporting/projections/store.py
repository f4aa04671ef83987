"""Writing the views: rows of whole households and subjects replaced, digests moved along."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from services.reporting.appearances import Appearance
from services.reporting.projections.retracting import removal
from services.reporting.projections.rows import (
    MODULUS,
    Contributed,
    Rows,
    hashed,
    owner_of,
    subject_rows,
)
from services.reporting.projections.tables import LIVE, SUBJECT_LANES
from services.reporting.rulebook import Rulebook
from shared.log.partition import partition_of
from shared.projector.driver import driver

Named = tuple[str, str]
"""The kind and the value of a subject."""

_CONTRIBUTED = msgspec.json.Decoder(Contributed)


class Change(NamedTuple):
    """By how much a lane's digest moves."""

    lane: int
    by: int


class ViewStore:
    """The views of one schema; every method works within the caller's transaction."""

    def __init__(self, schema: str, partitions: int) -> None:
        self.schema, self.partitions = schema, partitions

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
            touched = self._touched(connection, changed)
            if before:
                self._delete(connection, list(changed))
            self.write(connection, [rows for rows in changed.values() if rows], inputs)
            for key, rows in changed.items():
                lane = partition_of(key, self.partitions)
                changes.append(_change(lane, before.get(key), rows.digest if rows else None))
            changes += self._judge(connection, touched, book)
            self._move_digests(connection, changes)
        same = [key for key in folded if key not in changed]
        if same:
            connection.execute(
                text(f"UPDATE {self.schema}.dossiers SET inputs = :inputs WHERE key = ANY(:keys)"),
                {"inputs": inputs, "keys": same},
            )

    def write(self, connection: Connection, rows: Iterable[Rows], inputs: int) -> None:
        """Add the rows of households that have none yet."""
        found = list(rows)
        self._add(
            connection,
            "dossiers (key, hash, inputs)",
            [(each.key, each.digest, inputs) for each in found],
        )
        self._add(
            connection,
            "residences (key, from_on, until_on, code, valid_from)",
            [
                (each.key, home.from_on, home.until_on, home.commune.code, home.commune.valid_from)
                for each in found
                for home in each.residences
            ],
        )
        self._write_findings(
            connection, [(str(each.key), *shown) for each in found for shown in each.findings]
        )
        self._add(
            connection,
            "contributions (kind, subject, key, event_id, body)",
            [
                (given.kind, given.subject, each.key, given.event_id, body)
                for each in found
                for given, body in each.contributions
            ],
        )

    def judge_all(self, connection: Connection, book: Rulebook) -> None:
        """Judge every subject there is; for a rebuild, once at its end."""
        rows = connection.execute(
            text(f"SELECT DISTINCT kind, subject FROM {self.schema}.contributions")
        )
        subjects = sorted((row[0], row[1]) for row in rows)
        for start in range(0, len(subjects), 1000):
            changes = self._judge(connection, subjects[start : start + 1000], book)
            self._move_digests(connection, changes)

    def begin_digests(self, connection: Connection, rows: Mapping[int, int]) -> None:
        """Add sums gathered elsewhere to the digests."""
        self._move_digests(connection, [Change(lane, by) for lane, by in rows.items()])

    def digest(self, connection: Connection) -> int:
        """Give the sum of the hashes of everything in the views, modulo 2**256."""
        rows = connection.execute(text(f"SELECT value FROM {self.schema}.digests"))
        return sum(int(row[0]) for row in rows) % MODULUS

    def lane_of(self, key: UUID) -> int:
        """Give the lane of a household."""
        return partition_of(key, self.partitions)

    def _hashes(self, connection: Connection, keys: Iterable[UUID]) -> dict[UUID, bytes]:
        statement = (
            f"SELECT key, hash FROM {self.schema}.dossiers WHERE key = ANY(:keys)"
            " ORDER BY key FOR UPDATE"
        )
        rows = connection.execute(text(statement), {"keys": list(keys)})
        return {row[0]: bytes(row[1]) for row in rows}

    def _touched(self, connection: Connection, changed: Mapping[UUID, Rows | None]) -> list[Named]:
        """Name the subjects to which these households contribute something else than before."""
        rows = connection.execute(
            text(
                f"SELECT kind, subject, body FROM {self.schema}.contributions"
                " WHERE key = ANY(:keys)"
            ),
            {"keys": list(changed)},
        )
        before = {(row[0], row[1], bytes(row[2])) for row in rows}
        after = {
            (given.kind, given.subject, body)
            for each in changed.values()
            if each is not None
            for given, body in each.contributions
        }
        return sorted({(kind, subject) for kind, subject, _ in before ^ after})

    def _delete(self, connection: Connection, keys: list[UUID]) -> None:
        of_keys = "WHERE key = ANY(:keys)"
        connection.execute(
            text(
                f"WITH d AS (DELETE FROM {self.schema}.dossiers {of_keys}),"
                f" r AS (DELETE FROM {self.schema}.residences {of_keys}),"
                f" c AS (DELETE FROM {self.schema}.contributions {of_keys})"
                f" DELETE FROM {self.schema}.findings WHERE owner = ANY(:owners)"
            ),
            {"keys": keys, "owners": [str(key) for key in keys]},
        )

    def _add(self, connection: Connection, into: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        cursor = driver(connection).cursor()
        if self.schema == LIVE:
            # never COPY where others wait for our locks: the server waits without any time limit
            # for the rest from a process that is stopped, and with it they would wait too
            values = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {self.schema}.{into} VALUES ({values})", rows)
            return
        with cursor.copy(f"COPY {self.schema}.{into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _delete_findings(self, connection: Connection, owners: Sequence[str]) -> None:
        connection.execute(
            text(f"DELETE FROM {self.schema}.findings WHERE owner = ANY(:owners)"),
            {"owners": list(owners)},
        )

    def _write_findings(
        self, connection: Connection, shown: Iterable[tuple[str, Appearance, bytes]]
    ) -> None:
        columns = (
            "finding_id, from_on, until_on, owner, code, kind, severity, status, opened_on,"
            " household_ids, loan_id, sponsor_id, confirmed, snoozed_until, body"
        )
        rows = [
            (
                *(each.finding_id, each.from_on, each.until_on, owner, each.code),
                *(each.kind.value, int(each.severity), each.status, each.opened_on),
                *(list(each.household_ids), each.loan_id, each.sponsor_id),
                *(each.confirmed, each.snoozed_until, body),
            )
            for owner, each, body in shown
        ]
        self._add(connection, f"findings ({columns})", rows)

    def _judge(
        self, connection: Connection, touched: Sequence[Named], book: Rulebook
    ) -> list[Change]:
        """Judge subjects, locked in one order so that two workers see one another's halves."""
        if not touched:
            return []
        names = {"kinds": [kind for kind, _ in touched], "subjects": [name for _, name in touched]}
        wanted = (
            "unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[])) AS wanted (kind, subject)"
        )
        connection.execute(
            text(
                f"INSERT INTO {self.schema}.subjects (kind, subject, level)"
                f" SELECT kind, subject, 1 FROM {wanted} ORDER BY kind, subject"
                " ON CONFLICT DO NOTHING"
            ),
            names,
        )
        locked = connection.execute(
            text(
                f"SELECT s.kind, s.subject, s.hash FROM {self.schema}.subjects s"
                f" JOIN {wanted} USING (kind, subject)"
                " ORDER BY s.level, s.kind, s.subject FOR UPDATE OF s"
            ),
            names,
        ).all()
        # a new statement: it sees what another worker committed while this one waited
        given: dict[Named, list[Contributed]] = {}
        rows = connection.execute(
            text(
                f"SELECT c.kind, c.subject, c.body FROM {self.schema}.contributions c"
                f" JOIN {wanted} USING (kind, subject)"
            ),
            names,
        )
        for kind, subject, body in rows:
            given.setdefault((kind, subject), []).append(_CONTRIBUTED.decode(body))
        return self._judged(connection, [(r[0], r[1], r[2]) for r in locked], given, book)

    def _judged(
        self,
        connection: Connection,
        locked: Sequence[tuple[str, str, bytes | None]],
        given: Mapping[Named, list[Contributed]],
        book: Rulebook,
    ) -> list[Change]:
        changes: list[Change] = []
        shown: list[tuple[str, Appearance, bytes]] = []
        hashes: list[dict[str, object]] = []
        for kind, subject, old in locked:
            own = given.get((kind, subject), [])
            found = subject_rows(kind, subject, own, book, removal(connection, book))
            owner = owner_of(kind, subject)
            new = hashed("subject", owner, None, (body for _, body in found)) if found else None
            before = bytes(old) if old is not None else None
            if new == before:
                continue
            hashes.append({"kind": kind, "subject": subject, "hash": new})
            shown.extend((owner, *each) for each in found)
            lane = -1 - partition_of_text(owner)
            changes.append(_change(lane, before, new))
        if hashes:
            self._delete_findings(
                connection, [owner_of(str(row["kind"]), str(row["subject"])) for row in hashes]
            )
            self._write_findings(connection, shown)
            statement = (
                f"UPDATE {self.schema}.subjects SET hash = :hash"
                " WHERE kind = :kind AND subject = :subject"
            )
            connection.execute(text(statement), hashes)
        return changes

    def _move_digests(self, connection: Connection, changes: Iterable[Change]) -> None:
        sums: dict[int, int] = {}
        for change in changes:
            sums[change.lane] = (sums.get(change.lane, 0) + change.by) % MODULUS
        statement = text(
            f"INSERT INTO {self.schema}.digests AS d (lane, value) VALUES (:lane, :by)"
            " ON CONFLICT (lane) DO UPDATE SET value = mod(d.value + excluded.value, :modulus)"
        )
        # ascending, after the subjects: workers take these locks in one order
        for lane in sorted(sums):
            if sums[lane]:
                connection.execute(statement, {"lane": lane, "by": sums[lane], "modulus": MODULUS})


def partition_of_text(name: str) -> int:
    """Give the digest row of a subject."""
    return int.from_bytes(hashed("lane", name, None)[:4], "big") % SUBJECT_LANES


def _change(lane: int, before: bytes | None, after: bytes | None) -> Change:
    old = int.from_bytes(before, "big") if before is not None else 0
    new = int.from_bytes(after, "big") if after is not None else 0
    return Change(lane, (new - old) % MODULUS)

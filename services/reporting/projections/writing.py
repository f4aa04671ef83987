"""Rows into and out of the tables of one schema, and the digests that go with them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.reporting.detection.finding_versions import Appearance
from services.reporting.projections.before import Findings
from services.reporting.projections.rows import MODULUS
from services.reporting.projections.tables import LIVE
from shared.pg_binary import (
    NULL,
    Field,
    array,
    arrays,
    ask,
    casts,
    copied,
    cursor_of,
    of_array,
    of_bool,
    of_bytes,
    of_date,
    of_int2,
    of_int4,
    of_maybe_uuid,
    of_text,
    of_uuid,
    of_word,
)
from shared.projector.driver import driver

Columns = dict[str, str]
"""The columns of a table with their types."""

FINDINGS: Columns = {
    "finding_id": "uuid",
    "from_on": "date",
    "until_on": "date",
    "owner": "text",
    "code": "text",
    "kind": "text",
    "severity": "int2",
    "status": "text",
    "opened_on": "date",
    "household_ids": "uuid[]",
    "loan_id": "uuid",
    "sponsor_id": "uuid",
    "confirmed": "bool",
    "snoozed_until": "date",
    "body": "bytea",
}


class Change(NamedTuple):
    """By how much a lane's digest moves."""

    lane: int
    by: int


def change_of(lane: int, before: bytes | None, after: bytes | None) -> Change:
    """Give how a digest moves where one hash takes the place of another."""
    old = int.from_bytes(before, "big") if before is not None else 0
    new = int.from_bytes(after, "big") if after is not None else 0
    return Change(lane, (new - old) % MODULUS)


class Writing:
    """Writes into one schema, within the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self.schema = schema

    def add(
        self, connection: Connection, table: str, columns: Columns, rows: Sequence[Sequence[Field]]
    ) -> None:
        """Add rows to a table."""
        if not rows:
            return
        cursor = cursor_of(driver(connection))
        into = f"{self.schema}.{table} ({', '.join(columns)})"
        if self.schema == LIVE:
            # never COPY where others wait for our locks: the server waits without any time limit
            # for the rest from a process that is stopped, and with it they would wait too
            cursor.execute(_insert(into, columns), arrays(_sent(columns), rows))
            return
        with cursor.copy(f"COPY {into} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.write(copied(rows))

    def replace_findings(
        self,
        connection: Connection,
        had: Sequence[str],
        shown: Iterable[tuple[str, Appearance, bytes]],
    ) -> None:
        """Make these findings all there are of their owners, of whom these had some before."""
        self.put_findings(connection, self._findings_of(connection, had) if had else {}, shown)

    def put_findings(
        self,
        connection: Connection,
        before: Findings,
        shown: Iterable[tuple[str, Appearance, bytes]],
    ) -> None:
        """Make these findings all there are of their owners, who had these before.

        Rows that stay the same are let alone: one event changes few of a household's findings.
        """
        there = dict(before)
        added: list[tuple[str, Appearance, bytes]] = []
        for owner, each, body in shown:
            place = (each.finding_id, each.from_on)
            if there.get(place) == (owner, body):  # the body tells every column
                del there[place]
            else:
                added.append((owner, each, body))
        self.remove(
            connection,
            "findings",
            {"finding_id": "uuid", "from_on": "date"},
            [(of_uuid(finding_id), of_date(on)) for finding_id, on in there],
        )
        self.write_findings(connection, added)

    def _findings_of(self, connection: Connection, owners: Sequence[str]) -> Findings:
        rows = ask(
            driver(connection),
            f"SELECT finding_id, from_on, owner, body FROM {self.schema}.findings"
            " WHERE owner = ANY(%b::text[])",
            array("text", [of_text(owner) for owner in owners]),
        )
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}

    def remove(
        self, connection: Connection, table: str, key: Columns, rows: Sequence[Sequence[Field]]
    ) -> None:
        """Take away the rows that have these values in the columns of a key."""
        if not rows:
            return
        same = " AND ".join(f"t.{name} = gone.{name}" for name in key)
        gone = f"unnest({casts(key.values())}) AS gone ({', '.join(key)})"
        cursor_of(driver(connection)).execute(
            f"DELETE FROM {self.schema}.{table} t USING {gone} WHERE {same}".encode(),
            arrays(key.values(), rows),
        )

    def write_findings(
        self, connection: Connection, shown: Iterable[tuple[str, Appearance, bytes]]
    ) -> None:
        """Add findings, each with its owner."""
        live = self.schema == LIVE
        rows = [_finding(owner, each, body, live=live) for owner, each, body in shown]
        self.add(connection, "findings", FINDINGS, rows)

    def move_digests(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Add changes to the digests."""
        sums: dict[int, int] = {}
        for change in changes:
            sums[change.lane] = (sums.get(change.lane, 0) + change.by) % MODULUS
        moved = [lane for lane in sorted(sums) if sums[lane]]
        if not moved:
            return
        # ascending, after the subjects: workers take these locks in one order
        statement = (
            f"INSERT INTO {self.schema}.digests AS d (lane, value) SELECT lane, moved::numeric"
            " FROM unnest(%b::int4[], %b::text[]) AS given (lane, moved) ORDER BY lane"
            " ON CONFLICT (lane) DO UPDATE SET value = mod(d.value + excluded.value, %b::numeric)"
        )
        cursor_of(driver(connection)).execute(
            statement.encode(),
            (
                array("int4", [of_int4(lane) for lane in moved]),
                array("text", [of_text(str(sums[lane])) for lane in moved]),
                str(MODULUS),
            ),
        )


def _insert(into: str, columns: Columns) -> bytes:
    """Give one INSERT of many rows; arrays cannot be parts of an array, so they go as texts."""
    names = ", ".join(columns)
    chosen = ", ".join(
        f"{name}::{kind}" if kind.endswith("[]") else name for name, kind in columns.items()
    )
    given = f"unnest({casts(_sent(columns))}) AS given ({names})"
    return f"INSERT INTO {into} SELECT {chosen} FROM {given}".encode()


def _sent(columns: Columns) -> list[str]:
    return ["text" if kind.endswith("[]") else kind for kind in columns.values()]


@lru_cache(maxsize=4096)
def _as_text(ids: tuple[UUID, ...]) -> Field:
    return of_text("{" + ",".join(one.hex for one in ids) + "}")


@lru_cache(maxsize=4096)
def _as_array(ids: tuple[UUID, ...]) -> Field:
    return of_array("uuid", [of_uuid(one) for one in ids])


def _finding(owner: str, each: Appearance, body: bytes, *, live: bool) -> tuple[Field, ...]:
    return (
        of_uuid(each.finding_id),
        of_date(each.from_on),
        of_date(each.until_on),
        of_word(owner),
        of_word(each.code),
        of_word(each.kind),
        of_int2(each.severity),
        of_word(each.status),
        of_date(each.opened_on),
        _as_text(each.household_ids) if live else _as_array(each.household_ids),
        of_maybe_uuid(each.loan_id),
        of_maybe_uuid(each.sponsor_id),
        of_bool(each.confirmed),
        NULL if each.snoozed_until is None else of_date(each.snoozed_until),
        of_bytes(body),
    )

"""Rows into and out of the tables of one schema, and the digests that go with them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from services.reporting.appearances import Appearance
from services.reporting.projections.rows import MODULUS
from services.reporting.projections.tables import LIVE
from shared.projector.driver import driver


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

    def add(self, connection: Connection, into: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Add rows to a table, named with its columns."""
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

    def delete_findings(self, connection: Connection, owners: Sequence[str]) -> None:
        """Take away the findings of these owners."""
        connection.execute(
            text(f"DELETE FROM {self.schema}.findings WHERE owner = ANY(:owners)"),
            {"owners": list(owners)},
        )

    def write_findings(
        self, connection: Connection, shown: Iterable[tuple[str, Appearance, bytes]]
    ) -> None:
        """Add findings, each with its owner."""
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
        self.add(connection, f"findings ({columns})", rows)

    def move_digests(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Add changes to the digests."""
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

"""Judging what households share, level by level, each locked in one order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from services.reporting.detection.finding_versions import Appearance
from services.reporting.detection.levels import ByLoan, against_loans, merged
from services.reporting.domain.contributions import Contribution
from services.reporting.domain.rulebook import Rulebook
from services.reporting.projections.retracting import removal
from services.reporting.projections.rows import (
    Contributed,
    Shown,
    hashed,
    owner_of,
    subject_rows,
)
from services.reporting.projections.tables import SUBJECT_LANES
from services.reporting.projections.writing import Change, Writing, change_of
from services.reporting.rules import COUNTED, FEEDING, SECOND
from shared.pg_binary import (
    NULL,
    Field,
    Packed,
    array,
    arrays,
    ask,
    casts,
    cursor_of,
    of_bytes,
    of_int4,
    of_text,
    of_word,
)
from shared.projector.driver import driver

Named = tuple[str, str]
"""The kind and the value of a subject."""

Body = tuple[str, str, bytes]
"""What a household contributes to a subject."""

BATCH = 1000
_CONTRIBUTED = msgspec.json.Decoder(Contributed)
_APPEARANCE = msgspec.json.Decoder(Appearance)
_WANTED = "unnest(%b::text[], %b::text[]) AS wanted (kind, subject)"


def touched(households: Iterable[tuple[set[Body], set[Body]]]) -> list[Named]:
    """Name the subjects that households gave something else than before, sorted.

    What a household's loans have to do with is touched together: who judges its group holds the
    payees of its loans too, so that nobody finds something of them at the same moment unseen.
    """
    found: set[Named] = set()
    for before, after in households:
        changed = before ^ after
        found |= {(kind, subject) for kind, subject, _ in changed}
        if any(kind in SECOND or _of_loan(kind, body) for kind, _, body in changed):
            found |= {
                (kind, subject)
                for kind, subject, body in before | after
                if kind in SECOND or _of_loan(kind, body)
            }
    return sorted(found)


def _of_loan(kind: str, body: bytes) -> bool:
    if kind not in FEEDING:
        return False
    given = _CONTRIBUTED.decode(body)
    return isinstance(given, Contribution) and given.loan_id is not None


class Judging:
    """The subjects of one schema; within the caller's transaction."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.writing = Writing(schema)

    def judge(self, connection: Connection, named: Sequence[Named], book: Rulebook) -> list[Change]:
        """Judge these subjects, and those of the second level that hang on them, after them."""
        self.recount(connection, [name for name in named if name[0] in COUNTED])
        first = [name for name in named if name[0] not in SECOND and name[0] not in COUNTED]
        changes, moved = self._level(connection, 1, first, book)
        second = {name for name in named if name[0] in SECOND}
        second |= self._hanging_on(connection, [name for name in moved if name[0] in FEEDING])
        return changes + self._level(connection, 2, sorted(second), book)[0]

    def recount_all(self, connection: Connection) -> None:
        """Have every year counted anew of which there is something to count."""
        self.recount(connection, self._names(connection, "= ANY", COUNTED))

    def judge_all(self, connection: Connection, book: Rulebook) -> Iterator[list[Change]]:
        """Judge every subject there is but the years, the first level before the second."""
        for level, comparison, kinds in ((1, "<> ALL", SECOND | COUNTED), (2, "= ANY", SECOND)):
            last = ("", "")
            while named := self._names(connection, comparison, kinds, last, BATCH):
                yield self._level(connection, level, named, book)[0]
                last = named[-1]

    def _names(
        self,
        connection: Connection,
        comparison: str,
        kinds: Iterable[str],
        last: Named = ("", ""),
        most: int | None = None,
    ) -> list[Named]:
        """Name the subjects of some kinds, in order; not all at once, there may be millions."""
        rows = ask(
            driver(connection),
            f"SELECT DISTINCT kind, subject FROM {self.schema}.contributions"
            f" WHERE kind {comparison} (%b::text[]) AND (kind, subject) > (%b::text, %b::text)"
            " ORDER BY kind, subject LIMIT %b::int8",
            array("text", [of_text(kind) for kind in sorted(kinds)]),
            *last,
            most,
        )
        return [(row[0], row[1]) for row in rows]

    def recount(self, connection: Connection, named: Iterable[Named]) -> None:
        """Have the years of these counted anew: by a pass of its own, so that nobody waits."""
        years = sorted({year_of(subject) for _, subject in named})
        if years:
            cursor_of(driver(connection)).execute(
                f"INSERT INTO {self.schema}.recounts (year) SELECT unnest(%b::int4[])".encode(),
                (array("int4", [of_int4(year) for year in years]),),
            )

    def _level(
        self, connection: Connection, level: int, named: Sequence[Named], book: Rulebook
    ) -> tuple[list[Change], list[Named]]:
        """Judge subjects, locked in one order so that two workers see one another's halves."""
        if not named:
            return [], []
        names = _names(named)
        cursor_of(driver(connection)).execute(
            f"INSERT INTO {self.schema}.subjects (kind, subject, level)"
            f" SELECT kind, subject, {level:d} FROM {_WANTED} ORDER BY kind, subject"
            " ON CONFLICT DO NOTHING".encode(),
            names,
        )
        locked = ask(
            driver(connection),
            f"SELECT s.kind, s.subject, s.hash FROM {self.schema}.subjects s"
            f" JOIN {_WANTED} USING (kind, subject)"
            " ORDER BY s.level, s.kind, s.subject FOR UPDATE OF s",
            *names,
        )
        # new statements: they see what another worker committed while this one waited
        given = self._given(connection, named)
        against = self._against(connection, named) if level > 1 else {}
        removed = removal(connection, book)
        found = {
            name: subject_rows(*name, given.get(name, []), book, removed, against) for name in named
        }
        return self.replaced(connection, [(r[0], r[1], r[2]) for r in locked], found)

    def replaced(
        self,
        connection: Connection,
        locked: Sequence[tuple[str, str, bytes | None]],
        found: Mapping[Named, tuple[Shown, ...]],
    ) -> tuple[list[Change], list[Named]]:
        """Put what was found of locked subjects in the place of what they had."""
        changes: list[Change] = []
        shown: list[tuple[str, Appearance, bytes]] = []
        hashes: list[Sequence[Field]] = []
        moved: list[Named] = []
        had: list[str] = []
        for kind, subject, old in locked:
            own, owner = found[kind, subject], owner_of(kind, subject)
            new = hashed("subject", owner, None, (body for _, body in own)) if own else None
            if new == old:
                continue
            moved.append((kind, subject))
            had += [] if old is None else [owner]
            hashes.append((of_word(kind), of_text(subject), NULL if new is None else of_bytes(new)))
            shown.extend((owner, *each) for each in own)
            changes.append(change_of(-1 - partition_of_text(owner), old, new))
        if hashes:
            self.writing.replace_findings(connection, had, shown)
            kinds = ("text", "text", "bytea")
            cursor_of(driver(connection)).execute(
                f"UPDATE {self.schema}.subjects s SET hash = new.hash"
                f" FROM unnest({casts(kinds)}) AS new (kind, subject, hash)"
                " WHERE s.kind = new.kind AND s.subject = new.subject".encode(),
                arrays(kinds, hashes),
            )
        return changes, moved

    def _given(
        self, connection: Connection, named: Iterable[Named]
    ) -> dict[Named, list[Contributed]]:
        rows = ask(
            driver(connection),
            f"SELECT c.kind, c.subject, c.body FROM {self.schema}.contributions c"
            f" JOIN {_WANTED} USING (kind, subject)",
            *_names(named),
        )
        given: dict[Named, list[Contributed]] = {}
        for kind, subject, body in rows:
            given.setdefault((kind, subject), []).append(_CONTRIBUTED.decode(body))
        return given

    def _hanging_on(self, connection: Connection, moved: Sequence[Named]) -> set[Named]:
        """Name the subjects of the second level of all whose loans contribute to these."""
        return self._beside(connection, moved, SECOND)

    def _against(self, connection: Connection, named: Sequence[Named]) -> ByLoan:
        """Give what was found of the values that the loans of these subjects share."""
        found = (
            f"AND EXISTS (SELECT FROM {self.schema}.subjects s WHERE s.kind = o.kind"
            " AND s.subject = o.subject AND s.hash IS NOT NULL)"
        )
        values = self._beside(connection, named, FEEDING, found)
        if not values:
            return {}
        owners = {owner_of(*name): name for name in values}
        rows = ask(
            driver(connection),
            f"SELECT owner, body FROM {self.schema}.findings WHERE owner = ANY(%b::text[])",
            array("text", [of_text(owner) for owner in owners]),
        )
        shown: dict[Named, list[Appearance]] = {}
        for owner, body in rows:
            shown.setdefault(owners[owner], []).append(_APPEARANCE.decode(body))
        given = self._given(connection, values)
        return merged(
            against_loans(
                [each for each in given.get(name, []) if isinstance(each, Contribution)], own
            )
            for name, own in shown.items()
        )

    def _beside(
        self,
        connection: Connection,
        named: Sequence[Named],
        kinds: Iterable[str],
        also: str = "",
    ) -> set[Named]:
        """Name the subjects of some kinds to which the same households contribute."""
        if not named:
            return set()
        rows = ask(
            driver(connection),
            f"SELECT DISTINCT o.kind, o.subject FROM {self.schema}.contributions c"
            f" JOIN {_WANTED} USING (kind, subject)"
            f" JOIN {self.schema}.contributions o ON o.key = c.key"
            f" WHERE o.kind = ANY(%b::text[]) {also}",
            *_names(named),
            array("text", [of_text(kind) for kind in sorted(kinds)]),
        )
        return {(row[0], row[1]) for row in rows}


def year_of(subject: str) -> int:
    """Give the year that a subject counted by the year ends with."""
    return int(subject.rpartition("|")[2])


def partition_of_text(name: str) -> int:
    """Give the digest row of a subject."""
    return int.from_bytes(hashed("lane", name, None)[:4], "big") % SUBJECT_LANES


def _names(named: Iterable[Named]) -> list[Packed]:
    """Pack what `_WANTED` asks for."""
    pairs = list(named)
    kinds = array("text", [of_word(kind) for kind, _ in pairs])
    return [kinds, array("text", [of_text(name) for _, name in pairs])]

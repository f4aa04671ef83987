"""The proof of a finding, as a file that anybody verifies alone with `verify.pyz`.

Where the rule can be run again over the household's whole history in the services it reads, the
finding is proved; else its evidence is, and what follows from it is attested.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from audit.proof import verify
from audit.provable import rule_of, sources_of
from audit.refusals import Rejected
from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.rulebook import Rulebook
from services.reporting.proofs.assembly import Assembly, Line, NotSigned
from services.reporting.tlog.proofs import (
    Agreed,
    Contradicted,
    EventProof,
    latest,
    prove_events,
    prove_head,
)
from services.reporting.tlog.tables import COPY
from shared.projector.journal import digests
from shared.tlog.heads import HeadProof
from shared.tlog.notes import read_note, read_vkey

_COLUMNS = ", ".join(Line._fields)
_OF_HOUSEHOLD = text(
    f"SELECT {_COLUMNS} FROM journal WHERE key = :key AND source = ANY(:sources)"
    " ORDER BY source, position"
)
_OF_EVENTS = text(
    f"SELECT {_COLUMNS} FROM journal WHERE event_id = ANY(:events) ORDER BY source, key, position"
)
_KEYS = text(f"SELECT vkey FROM {COPY}.keys WHERE source = :source ORDER BY first_at DESC, vkey")


def bundle(connection: Connection, shown: Appearance, book: Rulebook, day: date) -> bytes:
    """Give the file of a finding as it looks on a day; NotSigned, or Contradicted.

    It is verified before it is given.
    """
    papers, found = _Copied(connection), None
    if rule_of(shown.code) is not None and len(shown.household_ids) == 1:
        bound = {"key": shown.household_ids[0], "sources": list(sources_of(shown.code))}
        lines = [Line(*row) for row in connection.execute(_OF_HOUSEHOLD, bound)]
        found = Assembly(papers, shown, book, lines).proved(day)
    if found is None:
        rows = connection.execute(_OF_EVENTS, {"events": list(shown.evidence)})
        found = Assembly(papers, shown, book, [Line(*row) for row in rows]).attested()
    try:
        verify(found)
    except Rejected as problem:
        raise Contradicted(str(problem)) from None
    return found


class _Copied:
    """The papers of reporting's own copy of the logs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def log(self, source: str) -> Agreed | None:
        return latest(self._connection, source)

    def note(self, agreed: Agreed) -> tuple[str, str]:
        note = read_note(agreed.note)
        for (vkey,) in self._connection.execute(_KEYS, {"source": agreed.source}):
            signature = note.signed_by(read_vkey(vkey))
            if signature is not None:
                return vkey, f"{note.text}\n{signature.line}"
        raise Contradicted(f"{agreed.source} {agreed.said.size}")

    def events(self, agreed: Agreed, positions: Collection[int]) -> dict[int, EventProof]:
        return prove_events(self._connection, agreed, positions)

    def head(self, agreed: Agreed, key: UUID) -> HeadProof:
        return prove_head(self._connection, agreed, key)

    def links(self, source: str, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        return digests(self._connection, source, wanted)


__all__ = ["NotSigned", "bundle"]

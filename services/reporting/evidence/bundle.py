"""The proof of a finding, as a file that anybody verifies alone with `audit/verify.py`.

Where the rule can be run again over the household's whole history in the services it reads, the
finding is proved; else its evidence is, and what follows from it is attested.
"""

import base64
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, text

from audit import verify
from services.reporting.appearances import Appearance
from services.reporting.evidence.proofs import (
    Agreed,
    Contradicted,
    latest,
    prove_events,
    prove_head,
)
from services.reporting.evidence.tables import COPY
from services.reporting.rulebook import Rulebook
from shared.evidence.heads import HeadProof, path_of
from shared.evidence.leaf import Leaf
from shared.evidence.notes import read_note, read_vkey
from shared.projector.journal import digests

MOST_BYTES = 20_000
"""A longer file leaves closed what the rule does not read, and so no longer proves absence."""

_COLUMNS = "source, position, key, event_id, stream_id, version, type, meta, data, hash"
_OF_HOUSEHOLD = text(
    f"SELECT {_COLUMNS} FROM journal WHERE key = :key AND source = ANY(:sources)"
    " ORDER BY source, position"
)
_OF_EVENTS = text(
    f"SELECT {_COLUMNS} FROM journal WHERE event_id = ANY(:events) ORDER BY source, key, position"
)
_KEYS = text(f"SELECT vkey FROM {COPY}.keys WHERE source = :source ORDER BY first_at DESC, vkey")


class NotSigned(Exception):  # noqa: N818 - a state, not a mistake
    """No checkpoint covers all of it yet."""


def bundle(connection: Connection, shown: Appearance, book: Rulebook, day: date) -> bytes:
    """Give the file of a finding as it looks on a day; NotSigned, or Contradicted.

    It is verified before it is given.
    """
    rule = verify.RULES.get(shown.code)
    if rule is not None and len(shown.household_ids) == 1:
        bound = {"key": shown.household_ids[0], "sources": list(rule.sources)}
        rows = connection.execute(_OF_HOUSEHOLD, bound).all()
        made = _Making(connection, shown, book, rows)
        for open_ones in (rows, _read(rows, rule, shown)):
            found = made.proved(rule, open_ones, day)
            if found is not None and (len(found) <= MOST_BYTES or open_ones is not rows):
                return found
    rows = connection.execute(_OF_EVENTS, {"events": list(shown.evidence)}).all()
    found = _Making(connection, shown, book, rows).attested()
    try:
        verify.verify(found)
    except verify.Rejected as problem:
        raise Contradicted(str(problem)) from None
    return found


def _read(rows: Sequence[Row[Any]], rule: verify.Rule, shown: Appearance) -> list[Row[Any]]:
    """Give what the rule reads, with the corrections; the rest may stay closed."""
    kinds = {*rule.reads, "EventCorrected"}
    return [row for row in rows if row.type in kinds or row.event_id in shown.evidence]


class _Making:
    def __init__(
        self, connection: Connection, shown: Appearance, book: Rulebook, rows: Sequence[Row[Any]]
    ) -> None:
        self._connection, self._shown, self._rows = connection, shown, rows
        self._code, self._book = shown.code, book
        self._content = msgspec.to_builtins(book.content())
        self._hashes: dict[bytes, int] = {}
        self._logs: dict[str, Agreed] = {}

    def proved(self, rule: verify.Rule, open_ones: Sequence[Row[Any]], day: date) -> bytes | None:
        """Give the file with the household's history; None where that does not give the finding."""
        key, limits = self._shown.household_ids[0], self._book[self._code]
        events, wanted = [_event(row) for row in open_ones], str(self._shown.finding_id)
        interval = _derived(self._code, str(key), events, limits).get(wanted)
        if interval is None:
            return None
        steps = [step for step in interval.steps if step.on <= day.isoformat()]
        if not steps:
            return None
        finding = verify.shown_as(self._code, str(key), interval, steps[-1])
        if any(finding[name] != said for name, said in self._said().items()):
            return None
        least = [each.id for each in verify.minimal(self._code, str(key), events, limits, wanted)]
        self._hashes, evidence = {}, {*least, *finding["evidence"]}
        histories = []
        for source in rule.sources:
            own = [row for row in self._rows if row.source == source]
            given = self._events(own, {row.event_id for row in open_ones}, evidence)
            head = self._head(source, key, own)
            histories.append({"source": source, "key": str(key), "head": head, "events": given})
        whole = len(open_ones) == len(self._rows)
        claim = verify.PROVED if whole else verify.ATTESTED
        found = self._file(claim, finding, least, histories)
        try:
            verify.verify(found)
        except verify.Rejected as problem:
            raise Contradicted(str(problem)) from None
        return found

    def attested(self) -> bytes:
        """Give the file with the evidence alone."""
        shown, histories = self._shown, []
        self._hashes, evidence = {}, {str(each) for each in shown.evidence}
        for source, key in sorted({(row.source, row.key) for row in self._rows}):
            own = [row for row in self._rows if (row.source, row.key) == (source, key)]
            given = self._events(own, set(shown.evidence), evidence)
            histories.append({"source": source, "key": str(key), "head": None, "events": given})
        closed = shown.closed_on.isoformat() if shown.closed_on else None
        finding = {
            **self._said(),
            "finding_id": str(shown.finding_id),
            "code": shown.code,
            "closed_on": closed,
            "from_on": shown.from_on.isoformat(),
        }
        return self._file(verify.ATTESTED, finding, [], histories)

    def _said(self) -> dict[str, Any]:
        """Give what the views say of the finding, which running the rule again must give too."""
        shown = self._shown
        return {
            "household_ids": [str(each) for each in shown.household_ids],
            "loan_id": str(shown.loan_id) if shown.loan_id else None,
            "subject": [shown.subject.type, *shown.subject.ids],
            "opened_on": shown.opened_on.isoformat(),
            "severity": shown.severity.word,
            "details": dict(shown.details),
            "evidence": [str(each) for each in shown.evidence],
        }

    def _file(
        self,
        claim: str,
        finding: dict[str, Any],
        least: Sequence[str],
        histories: Sequence[dict[str, Any]],
    ) -> bytes:
        notes = {source: self._note(agreed) for source, agreed in self._logs.items()}
        return verify.sealed(
            {
                "format": verify.FORMAT,
                "claim": claim,
                "finding": finding,
                "minimal": list(least),
                "rulebook": {"content": self._content, "sha256": self._book.digest},
                "keys": {source: key for source, (key, _) in notes.items()},
                "checkpoints": {source: note for source, (_, note) in notes.items()},
                "hashes": [_b64(each) for each in self._hashes],
                "histories": list(histories),
            }
        )

    def _note(self, agreed: Agreed) -> tuple[str, str]:
        """Give one key of the log and the checkpoint with its signature alone."""
        note = read_note(agreed.note)
        for (vkey,) in self._connection.execute(_KEYS, {"source": agreed.source}):
            signature = note.signed_by(read_vkey(vkey))
            if signature is not None:
                return vkey, f"{note.text}\n{signature.line}"
        raise Contradicted(f"{agreed.source} {agreed.said.size}")

    def _log(self, source: str) -> Agreed:
        if source not in self._logs:
            agreed = latest(self._connection, source)
            if agreed is None:
                raise NotSigned
            self._logs[source] = agreed
        return self._logs[source]

    def _events(
        self, rows: Sequence[Row[Any]], open_ones: set[UUID], evidence: set[str]
    ) -> list[dict[str, Any]]:
        """Give the events of a household in one service; proofs of inclusion of the evidence."""
        if not rows:
            return []
        agreed = self._log(rows[0].source)
        if any(row.position is None or row.position > agreed.said.size for row in rows):
            raise NotSigned
        places = [row.position for row in rows if str(row.event_id) in evidence]
        proofs = prove_events(self._connection, agreed, places)
        before = {(row.stream_id, row.version - 1) for row in rows}
        links = digests(self._connection, agreed.source, before)
        ends: dict[str, int] = {}
        found = []
        for row in rows:
            if row.event_id not in open_ones:
                found.append({"leaf": _b64(Leaf(row.position, row.key, row.hash).hash)})
                continue
            given: dict[str, Any] = {
                "position": row.position,
                "meta": bytes(row.meta).decode(),
                "data": bytes(row.data).decode(),
            }
            if ends.get(row.stream_id, 0) != row.version - 1:
                given["previous"] = _b64(links[row.stream_id, row.version - 1])
            ends[row.stream_id] = row.version
            if row.position in proofs:
                given["siblings"] = self._numbers(proofs[row.position].siblings)
            found.append(given)
        return found

    def _head(self, source: str, key: UUID, rows: Sequence[Row[Any]]) -> dict[str, Any]:
        agreed = self._log(source)
        proof: HeadProof = prove_head(self._connection, agreed, key)
        end = proof.end
        found: dict[str, Any] = {"siblings": self._numbers(proof.siblings)}
        mine = end is not None and end.path == path_of(key)
        count = end.count if end and mine else 0
        if count > len(rows):
            raise Contradicted(f"{source} {key}")
        if count < len(rows):
            raise NotSigned
        if end and mine:
            found["position"] = end.position
        elif end:
            found["other"] = {
                "path": _b64(end.path),
                "position": end.position,
                "count": end.count,
                "chain": _b64(end.chain),
            }
        return found

    def _numbers(self, siblings: Iterable[bytes]) -> list[int]:
        return [self._hashes.setdefault(each, len(self._hashes)) for each in siblings]


def _derived(
    code: str, key: str, events: Sequence[verify.Event], limits: dict[str, int]
) -> dict[str, verify.Finding]:
    """Give what the file's rule finds; nothing where it is not to judge these events."""
    if any(each.meta["schema_version"] != 1 for each in events):
        return {}
    try:
        return verify.derived(code, key, events, limits)
    except verify.Rejected:
        return {}  # no calendar for days so far away


def _event(row: Row[Any]) -> verify.Event:
    meta, data = (msgspec.json.decode(bytes(each)) for each in (row.meta, row.data))
    return verify.Event(str(row.event_id), row.source, row.position, meta, data)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

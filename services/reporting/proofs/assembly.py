"""Puts the file of a finding together, from events and from what stands beside them in the logs.

Pure but for the papers it is given: `bundle` reads them from reporting's copy of the logs.
"""

import base64
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec

from audit.origin import code_digest
from audit.proof import ATTESTED, PROVED
from audit.proof_file import FORMAT, folded, sealed
from audit.provable import READS, sources_of
from audit.refusals import Rejected
from audit.rerun import derived, minimal, shown_as
from services.reporting.detection.finding_versions import Appearance
from services.reporting.domain.intervals import Interval
from services.reporting.domain.rulebook import Rulebook
from services.reporting.domain.sources import REGISTRIES
from services.reporting.tlog.proofs import Agreed, Contradicted, EventProof
from shared.corrections import EventCorrected
from shared.event import event_type
from shared.recorded import Recorded
from shared.tlog.heads import HeadProof, path_of
from shared.tlog.leaf import Leaf

MOST_BYTES = 20_000
"""A longer file is packed; one that is longer even so opens only what the rule reads."""


class NotSigned(Exception):  # noqa: N818 - a state, not a mistake
    """No checkpoint covers all of it yet."""


class Line(NamedTuple):
    """An event as the journal has it."""

    source: str
    position: int | None
    key: UUID
    event_id: UUID
    stream_id: str
    version: int
    type: str
    meta: bytes
    data: bytes
    hash: bytes


class Papers(Protocol):
    """What is known of the signed logs."""

    def log(self, source: str) -> Agreed | None:
        """Give the checkpoint of a service's log; None where there is none."""

    def note(self, agreed: Agreed) -> tuple[str, str]:
        """Give one key of the log and the checkpoint with its signature alone."""

    def events(self, agreed: Agreed, positions: Collection[int]) -> dict[int, EventProof]:
        """Prove that events are in the log."""

    def head(self, agreed: Agreed, key: UUID) -> HeadProof:
        """Prove where the events of a key end."""

    def links(self, source: str, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
        """Give the hashes of these versions of these streams."""


class Assembly:
    """The files about one finding; `lines` are its household's events, or its evidence alone."""

    def __init__(
        self, papers: Papers, shown: Appearance, book: Rulebook, lines: Sequence[Line]
    ) -> None:
        self._papers, self._shown, self._lines = papers, shown, lines
        self._code, self._book = shown.code, book
        self._content = msgspec.to_builtins(book.content())
        self._hashes: dict[bytes, int] = {}
        self._logs: dict[str, Agreed] = {}

    def proved(self, day: date) -> bytes | None:
        """Return the file with the household's history; None where that gives no such finding.

        Where not even the packed file is short enough it leaves closed what the rule does not
        read: then it no longer shows that nothing else matters.
        """
        found = self._rerun(self._lines, day)
        if found is None or len(found) <= MOST_BYTES:
            return found
        kinds = {event_type(each).name for each in (*READS[self._code], EventCorrected)}
        evidence = set(self._shown.evidence)
        read = [each for each in self._lines if each.type in kinds or each.event_id in evidence]
        return self._rerun(read, day)

    def _rerun(self, open_ones: Sequence[Line], day: date) -> bytes | None:
        key, book = self._shown.household_ids[0], self._book.up_to(day)
        events, wanted = [_event(line) for line in open_ones], str(self._shown.finding_id)
        interval = _derived(self._code, key, events, book).get(wanted)
        if interval is None:
            return None
        steps = [step for step in interval.run.steps if step.on <= day]
        if not steps:
            return None
        finding = shown_as(interval, steps[-1])
        if any(finding[name] != said for name, said in self._said().items()):
            return None
        needed = minimal(self._code, key, events, book, wanted)
        least = [str(each.meta.event_id) for each in needed]
        whole = len(open_ones) == len(self._lines)
        # the head vouches for every event of a whole history; in a closed one each is proved
        proved = set(least) if whole else {*least, *finding["evidence"]}
        self._hashes, histories = {}, []
        for source in sources_of(self._code):
            own = [line for line in self._lines if line.source == source]
            given = self._events(own, {line.event_id for line in open_ones}, proved)
            head = self._head(source, key, own)
            histories.append({"source": source, "key": str(key), "head": head, "events": given})
        return self._file(PROVED if whole else ATTESTED, finding, least, histories)

    def attested(self) -> bytes:
        """Give the file with the evidence alone."""
        shown, histories = self._shown, []
        self._hashes, evidence = {}, {str(each) for each in shown.evidence}
        for source, key in sorted({(line.source, line.key) for line in self._lines}):
            own = [line for line in self._lines if (line.source, line.key) == (source, key)]
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
        return self._file(ATTESTED, finding, [], histories)

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
        notes = {source: self._papers.note(agreed) for source, agreed in self._logs.items()}
        found = sealed(
            {
                "format": FORMAT,
                "verifier": code_digest(),
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
        return found if len(found) <= MOST_BYTES else folded(found)

    def _log(self, source: str) -> Agreed:
        if source not in self._logs:
            agreed = self._papers.log(source)
            if agreed is None:
                raise NotSigned
            self._logs[source] = agreed
        return self._logs[source]

    def _events(
        self, lines: Sequence[Line], open_ones: set[UUID], proved: set[str]
    ) -> list[dict[str, Any]]:
        """Give the events of a household in one service; of some, that they are in the log."""
        if not lines:
            return []
        agreed = self._log(lines[0].source)
        places = {}
        for line in lines:
            if line.position is None or line.position > agreed.said.size:
                raise NotSigned
            places[line.event_id] = line.position
        wanted = [places[line.event_id] for line in lines if str(line.event_id) in proved]
        proofs = self._papers.events(agreed, wanted)
        before = {(line.stream_id, line.version - 1) for line in lines}
        links = self._papers.links(agreed.source, before)
        ends: dict[str, int] = {}
        found = []
        for line in lines:
            position = places[line.event_id]
            if line.event_id not in open_ones:
                found.append({"leaf": _b64(Leaf(position, line.key, line.hash).hash)})
                continue
            given: dict[str, Any] = {
                "position": position,
                "meta": bytes(line.meta).decode(),
                "data": bytes(line.data).decode(),
            }
            if ends.get(line.stream_id, 0) != line.version - 1:
                given["previous"] = _b64(links[line.stream_id, line.version - 1])
            ends[line.stream_id] = line.version
            if position in proofs:
                given["siblings"] = self._numbers(proofs[position].siblings)
            found.append(given)
        return found

    def _head(self, source: str, key: UUID, lines: Sequence[Line]) -> dict[str, Any]:
        agreed = self._log(source)
        proof = self._papers.head(agreed, key)
        end = proof.end
        found: dict[str, Any] = {"siblings": self._numbers(proof.siblings)}
        mine = end is not None and end.path == path_of(key)
        count = end.count if end and mine else 0
        if count > len(lines):
            raise Contradicted(f"{source} {key}")
        if count < len(lines):
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
    code: str, key: UUID, events: Sequence[Recorded], book: Rulebook
) -> dict[str, Interval]:
    """Return what the rule finds; nothing where it is not to judge these events."""
    try:
        return derived(code, key, events, book)
    except Rejected:
        return {}  # no calendar for days so far away


def _event(line: Line) -> Recorded:
    raw = (bytes(line.meta), bytes(line.data), bytes(line.hash))
    return REGISTRIES[line.source].read(*raw, line.position)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

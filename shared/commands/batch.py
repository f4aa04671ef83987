"""Many commands at once: each succeeds or fails alone, few transactions carry them all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared import erasure
from shared.commands.answer import accepted
from shared.commands.folding import Folding
from shared.commands.handler import Decided, bring_along, execute, judge, repeated
from shared.commands.request import CommandRequest, Prepared, key_digest, prepare
from shared.decider import Conflict, Malformed
from shared.event import event_type, key_of, occurred_on
from shared.http.errors import problem_of
from shared.http.problems import Answer, Problem, as_answer
from shared.recorded import Meta, Recorded
from shared.service import Runtime
from shared.store.port import (
    Append,
    IdTaken,
    StoreTransaction,
    StoreUnavailable,
    VersionConflict,
)

CHUNK = 250
"""Lines per transaction: well within what the server lets one transaction last."""

REMEMBERED = 20_000
"""Events of streams that are kept from one transaction to the next."""

Refused = (Problem, Conflict, Malformed)


def execute_all(runtime: Runtime, requests: Sequence[CommandRequest | Answer]) -> list[Answer]:
    """Answer every request, in order; what is already an answer stays.

    All that is answered with success is durable when this returns. Without evidence: Problem.
    """
    runtime.evidence.must_be_written()
    answers: list[Answer] = []
    seen = _Seen()
    for start in range(0, len(requests), CHUNK):
        chunk = requests[start : start + CHUNK]
        try:
            with runtime.store.transaction() as transaction:
                found = _Chunk(runtime, transaction, seen).answer(chunk)
        except (VersionConflict, IdTaken, StoreUnavailable, Conflict):
            # somebody else was writing the same things, or the service's own tables refused one
            # of the lines (a citizen who is a member elsewhere): take the lines one by one
            seen = _Seen()
            found = [one if isinstance(one, Answer) else _alone(runtime, one) for one in chunk]
        answers.extend(found)
        if seen.is_large():
            seen = _Seen()
    if any(not isinstance(one, Answer) and one.route.erases for one in requests):
        erasure.try_to_settle(runtime)
    return answers


def _alone(runtime: Runtime, request: CommandRequest) -> Answer:
    try:
        return execute(runtime, request)
    except Refused as refusal:
        return as_answer(problem_of(refusal))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Streams that earlier lines were about, as committed; only what came since is read again."""

    histories: dict[str, list[Recorded]] = field(default_factory=dict)
    folding: Folding = field(default_factory=Folding)

    def is_large(self) -> bool:
        """Tell whether it is time to forget."""
        return sum(map(len, self.histories.values())) > REMEMBERED


@dataclass(slots=True)
class _Chunk:
    """Lines that share a transaction; nothing is said of any before all of it is committed."""

    runtime: Runtime
    transaction: StoreTransaction
    seen: _Seen
    answers: list[Answer | None] = field(default_factory=list)
    pending: list[tuple[int, Prepared]] = field(default_factory=list)
    keys: set[bytes] = field(default_factory=set)
    made: set[UUID] = field(default_factory=set)

    def answer(self, requests: Sequence[CommandRequest | Answer]) -> list[Answer]:
        self.answers = [None] * len(requests)
        digests = [
            None if isinstance(one, Answer) else key_digest(self.runtime, one) for one in requests
        ]
        asked = [digest for digest in digests if digest is not None]
        known = self.transaction.find_commands(asked) if asked else {}
        for number, (one, digest) in enumerate(zip(requests, digests, strict=True)):
            if isinstance(one, Answer):
                self.answers[number] = one
                continue
            if digest is not None and digest in self.keys:
                self.flush()
                known.update(self.transaction.find_commands([digest]))
            elif one.route.sees_own_tables:
                self.flush()
            try:
                if digest is not None and digest in known:
                    self.answers[number] = repeated(self.runtime, one, known[digest])
                    continue
                prepared = prepare(self.runtime, one, digest, self.transaction)
            except Refused as refusal:
                self.answers[number] = as_answer(problem_of(refusal))
                continue
            if not self.made.isdisjoint(prepared.chosen_ids):
                self.flush()  # only what is written can be recognised by its ids
            self.pending.append((number, prepared))
            self.made.update(prepared.made_ids)
            if digest is not None:
                self.keys.add(digest)
        self.flush()
        return [found for found in self.answers if found is not None]

    def flush(self) -> None:
        """Decide what is pending on its streams as they grow, and append it all at once."""
        if not self.pending:
            return
        names = list(dict.fromkeys(prepared.stream_id for _, prepared in self.pending))
        histories = self.transaction.read_all(names, self.seen.histories)
        self.seen.histories.update(histories)
        decided: list[tuple[int, Decided]] = []
        for number, prepared in self.pending:
            history = histories[prepared.stream_id]
            try:
                found = judge(self.runtime, prepared, history, self.transaction, self.seen.folding)
            except Refused as refusal:
                self.answers[number] = as_answer(problem_of(refusal))
                continue
            if isinstance(found, Answer):
                self.answers[number] = found
                continue
            decided.append((number, found))
            history.extend(_expected(self.runtime, found, history))
        self.pending = []
        self._append(decided, histories)

    def _append(
        self, decided: Sequence[tuple[int, Decided]], histories: dict[str, list[Recorded]]
    ) -> None:
        appended = self.transaction.append_all([_as_append(found) for _, found in decided])
        own = self.runtime.service.read_model
        at_once = own is not None and own.at_once
        folding = self.seen.folding if at_once else Folding()
        together: dict[str, tuple[Prepared, list[Recorded]]] = {}
        for (number, found), recorded in zip(decided, appended, strict=True):
            prepared = found.prepared
            history = histories[prepared.stream_id]
            history[found.version : found.version + len(recorded)] = recorded
            self.answers[number] = accepted(prepared.request.route, prepared.request.path, recorded)
            if at_once:
                together.setdefault(prepared.stream_id, (prepared, []))[1].extend(recorded)
                continue
            whole = history[: found.version + len(recorded)]
            bring_along(self.runtime, prepared, whole, recorded, self.transaction, folding)
        for name, (prepared, recorded) in together.items():
            whole = histories[name]
            bring_along(self.runtime, prepared, whole, recorded, self.transaction, folding)


def _as_append(found: Decided) -> Append:
    prepared = found.prepared
    return Append(
        prepared.stream_id,
        found.version,
        found.events,
        found.provenance,
        prepared.mark,
        prepared.made_ids,
    )


def _expected(runtime: Runtime, found: Decided, history: Sequence[Recorded]) -> list[Recorded]:
    """Give the events as later lines of the stream must see them, still without bytes."""
    said = found.provenance
    at = max(said.recorded_at, history[-1].meta.recorded_at) if history else said.recorded_at
    return [
        Recorded(
            Meta(
                source=runtime.service.name,
                stream_id=found.prepared.stream_id,
                version=found.version + number,
                event_id=new.event_id,
                type=event_type(new.event).name,
                schema_version=event_type(new.event).version,
                key=key_of(new.event),
                occurred_on=occurred_on(new.event),
                recorded_at=at,
                actor=said.actor,
            ),
            new.event,
            b"",
            b"",
            b"",
        )
        for number, new in enumerate(found.events, start=1)
    ]

"""Many commands at once: each succeeds or fails alone, few transactions carry them all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from uuid import UUID

from shared import erasure
from shared.commands.answer import accepted
from shared.commands.handler import Decided, bring_along, execute, judge, repeated, told
from shared.commands.request import CommandRequest, Prepared, key_digest, prepare
from shared.decider import Conflict, Malformed
from shared.event import event_type, key_of, occurred_on
from shared.problems import Answer, Problem, as_answer, problem_of
from shared.recorded import Meta, Recorded
from shared.service import Runtime
from shared.states import Folding
from shared.store.port import (
    Append,
    IdTaken,
    StoreTransaction,
    StoreUnavailable,
    VersionConflict,
)

CHUNK = 250
"""Lines per transaction: well within what the server lets one transaction last."""
CHUNK_SECONDS = 3.0
"""A transaction decides on no further line after so long: the server ends it at ten."""

REMEMBERED = 20_000
"""Events of streams that are kept from one transaction to the next."""

Refused = (Problem, Conflict, Malformed)


def execute_all(
    runtime: Runtime, requests: Sequence[CommandRequest | Answer], seconds: float | None = None
) -> list[Answer]:
    """Answer every request, in order; what is already an answer stays.

    All that is answered with success is durable when this returns. Without evidence: Problem.
    With `seconds`, no transaction begins after so long: whoever was not reached by then, or
    while the store was away, is answered 503 `unavailable`, and nothing of it is recorded.
    StoreUnavailable where nothing was answered yet, or where no `seconds` are set.
    """
    runtime.evidence.must_be_written()
    answers: list[Answer] = []
    seen, size = _Seen(folding=Folding(runtime.long)), CHUNK
    until = inf if seconds is None else monotonic() + seconds
    while len(answers) < len(requests):
        chunk = requests[len(answers) : len(answers) + size]
        try:
            found, after = _answered(runtime, chunk, seen)
        except (VersionConflict, IdTaken, Conflict):
            # somebody else was writing the same things, or the service's own tables refused one
            # of the lines (a citizen who is a member elsewhere): find it by halves
            size = len(chunk) // 2
            continue
        except StoreUnavailable:
            if len(chunk) > 1 and monotonic() < until:
                size = len(chunk) // 2
                continue
            if seconds is None or not answers:
                raise
            break
        answers.extend(found)
        if after is not seen:  # where one line was refused by itself the next may be too
            size = min(CHUNK, 2 * size)
        seen = after
        if monotonic() > until:
            break
    answers.extend(as_answer(_not_reached()) for _ in requests[len(answers) :])
    if any(not isinstance(one, Answer) and one.route.erases for one in requests):
        erasure.try_to_settle(runtime)
    return answers


def _answered(
    runtime: Runtime, chunk: Sequence[CommandRequest | Answer], seen: "_Seen"
) -> tuple[list[Answer], "_Seen"]:
    """Answer the first lines of a chunk in one transaction; one that stands alone for certain."""
    try:
        with runtime.store.transaction() as transaction:
            work = _Chunk(runtime, transaction, seen.copy())
            found = work.answer(chunk)
    except Conflict as refusal:
        (one, *others) = chunk
        if others or isinstance(one, Answer):
            raise
        return [as_answer(problem_of(told(runtime, one, refusal)))], seen
    except (VersionConflict, IdTaken):
        (one, *others) = chunk
        if others or isinstance(one, Answer):
            raise
        return [_alone(runtime, one)], _Seen(folding=Folding(runtime.long))
    return found, work.seen.kept()


def _not_reached() -> Problem:
    return Problem(
        "unavailable",
        "Chưa làm tới dòng này, chưa ghi gì; hãy gửi lại / "
        "This line was not reached and nothing of it is recorded, send it again",
        headers={"Retry-After": "1"},
    )


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
    touched: set[str] = field(default_factory=set)
    """Those that the last transaction was about."""

    def copy(self) -> "_Seen":
        """Give what a transaction may add to, and lose with what it does not commit."""
        return _Seen(dict(self.histories), Folding(self.folding.long, dict(self.folding.states)))

    def kept(self) -> "_Seen":
        """Forget what the last transaction was not about, once it has become much."""
        if sum(map(len, self.histories.values())) <= REMEMBERED:
            return self
        histories = {name: self.histories[name] for name in self.touched}
        states = self.folding.states
        kept = {name: states[name] for name in histories if name in states}
        return _Seen(histories, Folding(self.folding.long, kept))


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

    until: float = field(default_factory=lambda: monotonic() + CHUNK_SECONDS)

    def answer(self, requests: Sequence[CommandRequest | Answer]) -> list[Answer]:
        """Give the answers of the first lines: of all that fit into the time, at least of one."""
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
            if number and monotonic() > self.until:
                del self.answers[number:]
                break
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
        pending, self.pending = self.pending, []
        names = list(dict.fromkeys(prepared.stream_id for _, prepared in pending))
        if not names:
            return
        histories = self.transaction.read_all(names, self.seen.histories)
        self.seen.histories.update(histories)
        self.seen.touched.update(names)
        decided: list[tuple[int, Decided]] = []
        for number, prepared in pending:
            if number and monotonic() > self.until:
                del self.answers[number:]
                break
            history = histories[prepared.stream_id]
            try:
                found = judge(self.runtime, prepared, history, self.transaction, self.seen.folding)
            except Refused as refusal:
                self.answers[number] = as_answer(problem_of(refusal))
                continue
            if isinstance(found, Answer):
                self.answers[number] = found
                continue
            alone = self._is_alone(found)
            if alone:
                self._append(decided, histories)
                decided = []
            decided.append((number, found))
            history.extend(_expected(self.runtime, found, history))
            if alone:
                self._append(decided, histories)
                decided = []
        self._append(decided, histories)

    def _is_alone(self, found: Decided) -> bool:
        """Tell whether the service's own tables must be told of it before what comes after."""
        own = self.runtime.service.read_model
        if own is None:
            return False
        return own.alone is None or any(isinstance(new.event, own.alone) for new in found.events)

    def _append(
        self, decided: Sequence[tuple[int, Decided]], histories: dict[str, list[Recorded]]
    ) -> None:
        appended = self.transaction.append_all([_as_append(found) for _, found in decided])
        together: dict[str, tuple[Prepared, list[Recorded]]] = {}
        for (number, found), recorded in zip(decided, appended, strict=True):
            prepared = found.prepared
            history = histories[prepared.stream_id]
            history[found.version : found.version + len(recorded)] = recorded
            self.answers[number] = accepted(prepared.request.route, prepared.request.path, recorded)
            together.setdefault(prepared.stream_id, (prepared, []))[1].extend(recorded)
        for name, (prepared, recorded) in together.items():
            whole = histories[name]
            bring_along(
                self.runtime, prepared, whole, recorded, self.transaction, self.seen.folding
            )


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

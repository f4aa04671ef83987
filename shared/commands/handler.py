"""Load, fold, decide, append: the one place where the core meets the disk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared import erasure
from shared.clock import new_id, today
from shared.commands.answer import accepted, replayed, unchanged
from shared.commands.request import CommandRequest, Prepared, fingerprint, key_digest, prepare
from shared.commands.scope import asked_within_scope, within_scope
from shared.decider import Conflict, Malformed
from shared.problems import Answer, Problem, not_found
from shared.recorded import Recorded
from shared.service import Runtime
from shared.states import Folding
from shared.store.port import (
    FoundCommand,
    IdTaken,
    NewEvent,
    Provenance,
    StoreTransaction,
    VersionConflict,
)

ATTEMPTS = 5
"""How often a command is decided anew when others keep writing to its stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The facts that answer a command, ready to be appended."""

    prepared: Prepared
    version: int
    events: tuple[NewEvent, ...]
    provenance: Provenance


def execute(runtime: Runtime, request: CommandRequest) -> Answer:
    """Answer one command: all its events are durable when this returns, or none exist.

    Raises Problem, Conflict or Malformed for what is refused.
    """
    runtime.evidence.must_be_written()
    for _ in range(ATTEMPTS):
        try:
            with runtime.store.transaction() as transaction:
                answer = attempt(runtime, request, transaction)
        except Conflict as refusal:
            raise told(runtime, request, refusal) from None
        except VersionConflict:
            continue
        except IdTaken:
            with runtime.store.transaction() as transaction:
                return answer_taken(runtime, request, transaction)
        if request.route.erases:
            erasure.try_to_settle(runtime)
        return answer
    raise Problem(
        "contended",
        "Nhiều người đang ghi vào hồ sơ này, hãy thử lại / Others keep writing here, try again",
        headers={"Retry-After": "1"},
    )


def told(runtime: Runtime, request: CommandRequest, refusal: Conflict) -> Conflict:
    """Give a refusal with no more of others in it than the caller may see."""
    day = today(runtime.clock)
    return refusal.redacted_for(lambda commune: request.caller.scope.covers(commune, day))


def attempt(runtime: Runtime, request: CommandRequest, transaction: StoreTransaction) -> Answer:
    """Answer a command within a transaction; VersionConflict or IdTaken if others were faster."""
    key = key_digest(runtime, request)
    try:
        prepared = prepare(runtime, request, key, transaction)
    except (Problem, Conflict, Malformed):
        # what was accepted once is answered again, also where it would not be accepted now
        found = None if key is None else _locked(transaction.try_lock(key), key, transaction)
        if found is not None:
            return repeated(runtime, request, found)
        raise
    if key is None:
        history = transaction.read(prepared.stream_id)
    else:
        free, found, history = transaction.open_command(key, prepared.stream_id)
        if not free:
            raise in_progress()
        if found is not None:
            return repeated(runtime, request, found)
    folding = Folding(runtime.long)
    decided = judge(runtime, prepared, history, transaction, folding)
    if isinstance(decided, Answer):
        return decided
    recorded = transaction.append(
        prepared.stream_id,
        decided.version,
        decided.events,
        decided.provenance,
        prepared.mark,
        decided.prepared.made_ids,
    )
    bring_along(runtime, prepared, [*history, *recorded], recorded, transaction, folding)
    return accepted(prepared.request.route, prepared.request.path, recorded)


def _locked(free: bool, key: bytes, transaction: StoreTransaction) -> FoundCommand | None:
    if not free:
        raise in_progress()
    return transaction.find_command(key)


def in_progress() -> Problem:
    """Give the 409 of a request whose twin is being answered right now."""
    return Problem(
        "request-in-progress",
        "Yêu cầu cùng khóa đang chạy, hãy đợi rồi gửi lại / "
        "A request with this key is running, wait and send it again",
        headers={"Retry-After": "1"},
    )


def repeated(runtime: Runtime, request: CommandRequest, found: FoundCommand) -> Answer:
    """Answer a used Idempotency-Key: the same again, or 422 for another request."""
    if found.fingerprint != fingerprint(runtime, request):
        raise Problem(
            "idempotency-key-reused",
            "Khóa này thuộc một yêu cầu khác, hãy dùng khóa mới / "
            "This key belongs to another request, use a new key",
        )
    return replayed(request.route, request.path, found.events, status=201)


def judge(
    runtime: Runtime,
    prepared: Prepared,
    history: Sequence[Recorded],
    transaction: StoreTransaction,
    folding: Folding,
) -> Decided | Answer:
    """Decide on a history, scope and version first; an answer where nothing is to be written.

    `folding` is shared by those who decide on growing streams.
    """
    request, route = prepared.request, prepared.request.route
    if not history and not (route.creates or route.allows_new_stream):
        raise not_found()
    if history and route.creates:
        asked_within_scope(runtime, prepared)
        return _taken(prepared, transaction)
    state = folding.state(route.decider, prepared.stream_id, history)
    within_scope(runtime, prepared, state)
    if request.if_match is not None and not _matches(request.if_match, len(history)):
        raise Problem(
            "version-moved",
            f"Hồ sơ đã ở phiên bản {len(history)}, hãy đọc lại / "
            f"It is at version {len(history)} now, read it again",
            headers={"ETag": f'"{len(history)}"'},
        )
    try:
        if route.amend is not None:
            facts = route.amend(history, prepared.command, request.actor)
        else:
            facts = route.decider.decide(state, prepared.command, request.actor)
    except Conflict:
        if (known := _made_before(prepared, transaction)) is not None:
            return known
        raise
    if not facts:
        again = _made_before(prepared, transaction)
        return again or unchanged(route, request.path, prepared.stream_id, history)
    if route.reuses_ids(state, prepared.command):
        prepared = replace(prepared, made_ids=())
    return Decided(
        prepared=prepared,
        version=len(history),
        events=tuple(NewEvent(new_id(runtime.clock), fact) for fact in facts),
        provenance=_provenance(runtime, request, history),
    )


def _matches(if_match: str, version: int) -> bool:
    tags = [tag.strip() for tag in if_match.split(",")]
    return "*" in tags or f'"{version}"' in tags


def _provenance(
    runtime: Runtime, request: CommandRequest, history: Sequence[Recorded]
) -> Provenance:
    given = request.history
    if given is None:
        return Provenance(
            actor=request.actor,
            recorded_at=runtime.clock(),
            correlation_id=request.correlation_id,
            traceparent=request.traceparent,
            origin=request.origin,
        )
    if history and given.recorded_at < history[-1].meta.recorded_at:
        raise Problem(
            "history-out-of-order",
            "recorded_at trước sự kiện cuối của hồ sơ / recorded_at is before the stream's last",
        )
    return Provenance(
        actor=given.actor,
        recorded_at=given.recorded_at,
        correlation_id=request.correlation_id,
        traceparent=request.traceparent,
        origin="history",
        loaded_at=runtime.clock(),
        loaded_by=request.caller.sub,
    )


def _made_before(prepared: Prepared, transaction: StoreTransaction) -> Answer | None:
    """Recognise a repetition by the ids that the caller chose: same content, same answer."""
    for chosen in prepared.chosen_ids:
        found = transaction.find_made(chosen)
        if found is not None and found.content == prepared.mark.content:
            request = prepared.request
            return replayed(request.route, request.path, found.events, status=200)
    return None


def _taken(prepared: Prepared, transaction: StoreTransaction) -> Answer:
    known = _made_before(prepared, transaction)
    if known is not None:
        return known
    raise Problem(
        "already-exists",
        "Mã này đã dùng cho nội dung khác / This id is taken, with other content",
    )


def answer_taken(
    runtime: Runtime, request: CommandRequest, transaction: StoreTransaction
) -> Answer:
    """Answer a command one of whose ids exists: by its key, by its content, or 409."""
    key = key_digest(runtime, request)
    if key is not None and (found := transaction.find_command(key)) is not None:
        return repeated(runtime, request, found)
    return _taken(prepare(runtime, request, key, transaction), transaction)


def bring_along(
    runtime: Runtime,
    prepared: Prepared,
    whole: Sequence[Recorded],
    recorded: list[Recorded],
    transaction: StoreTransaction,
    folding: Folding,
) -> None:
    """Bring the service's own tables to a stream's state after the last of its new events."""
    own = runtime.service.read_model
    if own is None or transaction.connection is None:
        return
    state = folding.state(prepared.request.route.decider, prepared.stream_id, whole)
    own.apply(transaction.connection, prepared.stream_id, state, recorded)
    if own.index is not None:
        named = (runtime.keyring, prepared.stream_id)
        own.index(transaction.connection, *named, state, recorded)

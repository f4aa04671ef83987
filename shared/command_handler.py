"""Load, fold, decide, append: the one place where the core meets the disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from shared.areas import Commune
from shared.auth.caller import Caller
from shared.clock import new_id, today, vietnam_date
from shared.codec import canonical
from shared.command_answer import accepted, replayed, unchanged
from shared.corrections import corrected
from shared.decider import Conflict, Malformed
from shared.http.body import load
from shared.http.problems import Answer, FieldError, Problem, invalid, not_found
from shared.http.routes import CommandRoute, Maker
from shared.ids import NAMESPACE
from shared.recorded import Actor, Recorded
from shared.service import Runtime
from shared.store.port import (
    CommandMark,
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
class History:
    """What an operator who loads the past says of a line: when it was recorded, and by whom."""

    recorded_at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """One request, read and allowed by its role; not yet looked at against any state."""

    route: CommandRoute
    ids: dict[str, Any]
    path: str
    body: Any
    sent: bytes = field(repr=False)
    caller: Caller
    key: str | None = None
    if_match: str | None = None
    dates_required: bool = False
    correlation_id: UUID | None = None
    traceparent: str | None = None
    history: History | None = None

    @property
    def actor(self) -> Actor:
        """Give who the events will say did it."""
        return self.caller.actor if self.history is None else self.history.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that has become a command, with what it takes to recognise a repetition."""

    request: CommandRequest
    command: Any
    stream_id: str
    day: date
    known: Any
    mark: CommandMark
    made_ids: tuple[UUID, ...]
    chosen_ids: tuple[UUID, ...]


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
    for _ in range(ATTEMPTS):
        try:
            with runtime.store.transaction() as transaction:
                return attempt(runtime, request, transaction)
        except VersionConflict:
            continue
        except IdTaken:
            with runtime.store.transaction() as transaction:
                return answer_taken(runtime, request, transaction)
    raise Problem(
        "contended",
        "Nhiều người đang ghi vào hồ sơ này, hãy thử lại / Others keep writing here, try again",
        headers={"Retry-After": "1"},
    )


def attempt(runtime: Runtime, request: CommandRequest, transaction: StoreTransaction) -> Answer:
    """Answer a command within a transaction; VersionConflict or IdTaken if others were faster."""
    mark_key = key_digest(runtime, request)
    found: FoundCommand | None = None
    if mark_key is not None:
        lock(transaction, mark_key)
        found = transaction.find_command(mark_key)
    if found is not None:
        return repeated(runtime, request, found)
    prepared = prepare(runtime, request, transaction)
    history = transaction.read(prepared.stream_id)
    decided = judge(runtime, prepared, history, transaction)
    if isinstance(decided, Answer):
        return decided
    recorded = transaction.append(
        prepared.stream_id,
        decided.version,
        decided.events,
        decided.provenance,
        prepared.mark,
        prepared.made_ids,
    )
    return conclude(runtime, prepared, [*history, *recorded], recorded, transaction)


def lock(transaction: StoreTransaction, key: bytes) -> None:
    """Take the idempotency key, or say that the same request is being answered right now."""
    if not transaction.try_lock(key):
        raise Problem(
            "request-in-progress",
            "Yêu cầu cùng khóa đang chạy, hãy đợi rồi gửi lại / "
            "A request with this key is running, wait and send it again",
            headers={"Retry-After": "1"},
        )


def key_digest(runtime: Runtime, request: CommandRequest) -> bytes | None:
    """Give what an Idempotency-Key is kept as: per person and service, nothing readable."""
    if request.key is None:
        return None
    who, key = request.caller.sub.encode(), request.key.encode()
    return runtime.keyring.digest(b"idempotency-key/1", runtime.service.name.encode(), who, key)


def _fingerprint(runtime: Runtime, request: CommandRequest) -> bytes:
    method, path = request.route.method.encode(), request.path.encode()
    return runtime.keyring.digest(b"fingerprint/1", method, path, request.sent)


def _content(runtime: Runtime, request: CommandRequest) -> bytes:
    path = request.path.encode()
    return runtime.keyring.digest(b"content/1", path, canonical(request.body))


def repeated(runtime: Runtime, request: CommandRequest, found: FoundCommand) -> Answer:
    """Answer a used Idempotency-Key: the same again, or 422 for another request."""
    if found.fingerprint != _fingerprint(runtime, request):
        raise Problem(
            "idempotency-key-reused",
            "Khóa này thuộc một yêu cầu khác, hãy dùng khóa mới / "
            "This key belongs to another request, use a new key",
        )
    return replayed(request.route, request.path, found.events, status=201)


def prepare(runtime: Runtime, request: CommandRequest, transaction: StoreTransaction) -> Prepared:
    """Make the command of a body: fields checked, dates set, ids made, texts sealed."""
    route = request.route
    body = load(route.schema(), request.body)
    day = _date_of_fact(runtime, request, body)
    maker = Maker(
        caller=_as_actor(request),
        today=today(runtime.clock),
        known=runtime.service.known(transaction.connection),
        dated_by=route.dated_by,
        sealer=runtime.keyring,
        make_id=lambda: new_id(runtime.clock),
    )
    command = route.build(body, request.ids, maker)
    made = route.made_ids(command)
    if route.creates:
        made = tuple(dict.fromkeys((route.decider.identify(command), *made)))
    return Prepared(
        request=request,
        command=command,
        stream_id=route.decider.stream_id(command),
        day=day,
        known=maker.known,
        mark=CommandMark(
            key_digest(runtime, request),
            _fingerprint(runtime, request),
            _content(runtime, request),
        ),
        made_ids=made,
        chosen_ids=tuple(made_id for made_id in made if made_id not in maker.made),
    )


def _as_actor(request: CommandRequest) -> Caller:
    """Give the caller with the person in whose name an operator loads the past."""
    actor = request.actor
    return replace(
        request.caller,
        sub=actor.sub,
        roles=frozenset(actor.roles),
        related=frozenset(actor.related),
    )


def _date_of_fact(runtime: Runtime, request: CommandRequest, body: dict[str, Any]) -> date:
    """Put the date of the fact into the body, where it is not given, and check it."""
    route, pointer = request.route, f"/{request.route.dated_by}"
    present = today(runtime.clock)
    if request.history is not None:
        present = vietnam_date(request.history.recorded_at)
    if route.dated_by not in body and request.dates_required:
        text = "thiếu ngày của sự việc / the date of the fact is missing"
        raise invalid([FieldError(pointer, "date-required", text)])
    day = body.setdefault(route.dated_by, present)
    if not isinstance(day, date):
        raise TypeError(f"{pointer} of {route.path} is no date field")
    if day > present and not route.future_ok:
        raise Malformed(
            pointer,
            "in-future",
            f"không được sau {present} (hôm nay) / it must not be after {present} (today)",
        )
    return day


def judge(
    runtime: Runtime,
    prepared: Prepared,
    history: Sequence[Recorded],
    transaction: StoreTransaction,
) -> Decided | Answer:
    """Decide on a history, scope and version first; an answer where nothing is to be written."""
    request, route = prepared.request, prepared.request.route
    if not history and not route.creates:
        raise not_found()
    if history and route.creates:
        return _taken(prepared, transaction)
    state = route.decider.fold(corrected(history))
    _within_scope(runtime, prepared, state)
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


def _within_scope(runtime: Runtime, prepared: Prepared, state: Any) -> None:
    """Pass if the caller's areas hold the place on the day of the fact, or today."""
    route, caller = prepared.request.route, prepared.request.caller
    present = today(runtime.clock)

    def covered(where: Callable[[date], Commune | None]) -> bool:
        return any(caller.scope.covers(where(day), day) for day in (prepared.day, present))

    if route.asked is not None:
        commune = route.asked(prepared.command)
        if commune is not None and not covered(lambda _: commune):
            raise _outside()
    if route.place is not None:
        where = route.place(state, prepared.command, prepared.known)
        if not (caller.scope.everything if where is None else covered(where)):
            raise _outside() if route.creates and route.asked is None and where else not_found()
    if route.sponsor is not None and caller.only_sponsor:
        owner = route.sponsor(state, prepared.command)
        if owner is None or owner != caller.sponsor_id:
            raise not_found()


def _outside() -> Problem:
    return Problem(
        "outside-area",
        "Xã này không thuộc địa bàn của bạn / This commune is not in your area",
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
    return _taken(prepare(runtime, request, transaction), transaction)


def conclude(
    runtime: Runtime,
    prepared: Prepared,
    whole: Sequence[Recorded],
    recorded: list[Recorded],
    transaction: StoreTransaction,
) -> Answer:
    """Bring the service's own tables along and give the answer, before the commit."""
    own, route = runtime.service.read_model, prepared.request.route
    if own is not None and transaction.connection is not None:
        state = route.decider.fold(corrected(whole))
        own.apply(transaction.connection, prepared.stream_id, state, recorded)
    return accepted(route, prepared.request.path, recorded)


def correlation_of(text: str) -> UUID:
    """Give the correlation id of a caller's own request id."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE, text)

"""A command as it was asked for, and as it stands once its body is read."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from marshmallow import Schema

from shared.auth.caller import Caller
from shared.bodies import load
from shared.clock import new_id, today, vietnam_date
from shared.codec import canonical
from shared.decider import Malformed
from shared.ids import NAMESPACE
from shared.problems import FieldError, invalid
from shared.recorded import Actor
from shared.routes import CommandContext, CommandRoute
from shared.service import Runtime
from shared.store.port import CommandMark, StoreTransaction


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
    origin: str | None = None
    """`import`, where the command was a row of a sheet."""

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


def key_digest(runtime: Runtime, request: CommandRequest) -> bytes | None:
    """Give what an Idempotency-Key is kept as: per person and service, nothing readable.

    The key of a row of a sheet says what stands in it: it is the same whoever sends the sheet.
    """
    if request.key is None:
        return None
    key = request.key.encode()
    if request.origin == "import":
        return runtime.keyring.digest(b"import-key/1", runtime.service.name.encode(), key)
    who = request.caller.sub.encode()
    return runtime.keyring.digest(b"idempotency-key/1", runtime.service.name.encode(), who, key)


def fingerprint(runtime: Runtime, request: CommandRequest) -> bytes:
    """Give the keyed hash of method, path and body as sent."""
    method, path = request.route.method.encode(), request.path.encode()
    return runtime.keyring.digest(b"fingerprint/1", method, path, request.sent)


def _content(runtime: Runtime, request: CommandRequest) -> bytes:
    path = request.path.encode()
    return runtime.keyring.digest(b"content/1", path, canonical(request.body))


@cache
def _schema(kind: type[Schema]) -> Schema:
    """Give one instance per kind of body: it holds nothing of what it reads."""
    return kind()


def prepare(
    runtime: Runtime, request: CommandRequest, key: bytes | None, transaction: StoreTransaction
) -> Prepared:
    """Make the command of a body: fields checked, dates set, ids made, texts sealed."""
    route = request.route
    body = load(_schema(route.schema), request.body)
    day = _date_of_fact(runtime, request, body)
    context = CommandContext(
        caller=_as_actor(request),
        today=today(runtime.clock),
        known=runtime.service.known(transaction.connection),
        dated_by=route.dated_by,
        sealer=runtime.keyring.for_a_command(),
        make_id=lambda: new_id(runtime.clock),
    )
    command = route.build(body, request.ids, context)
    made = route.made_ids(command)
    if route.creates:
        made = tuple(dict.fromkeys((route.decider.identify(command), *made)))
    return Prepared(
        request=request,
        command=command,
        stream_id=route.decider.stream_id(command),
        day=day,
        known=context.known,
        mark=CommandMark(
            key,
            fingerprint(runtime, request),
            _content(runtime, request),
        ),
        made_ids=made,
        chosen_ids=tuple(made_id for made_id in made if made_id not in context.made),
    )


def _as_actor(request: CommandRequest) -> Caller:
    """Give the caller with the person in whose name an operator loads the past."""
    if request.history is None:
        return request.caller
    actor = request.history.actor
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


def correlation_of(text: str) -> UUID:
    """Give the correlation id of a caller's own request id."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE, text)

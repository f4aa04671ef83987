"""Asking for long work, following it and ending it: the same for every kind of work."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import Schema
from sqlalchemy import Connection

from services.reporting.api.answers import engine_of
from services.reporting.api.parameters import TimesQuery
from shared.areas import Area, Scope, UnknownArea
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.bodies import load
from shared.clock import new_id
from shared.http.blueprint import StrictBlueprint
from shared.http.body import read_json
from shared.http.commands import body_bytes, idempotency_key
from shared.http.limits import Limits
from shared.http.query import Asked
from shared.http.responses import response
from shared.http.shapes import COUNT, ID, INSTANT, OBJECT, TEXT, has, maybe, one_of
from shared.http.who import caller, role_missing
from shared.jobs import queue
from shared.jobs.queue import Job
from shared.problems import Answer, FieldError, Problem, invalid, not_found
from shared.service import Runtime

JOB = has(
    id=ID,
    status=one_of("queued", "running", "done", "failed", "cancelled"),
    progress=has(done=COUNT, total=COUNT),
    asked=OBJECT,
    asked_by=TEXT,
    asked_at=INSTANT,
    ended_at=maybe(INSTANT),
    problem=maybe(TEXT),
)

_OF_ALL = ("idempotency-key-reused", "unknown-area /area")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of long work as people ask for it.

    `take` gives what is kept of a body, as JSON; it refuses what cannot be right. `area` apart:
    that narrows what the work may look at. `semantic` are codes of a 422 that no schema can say.
    """

    name: str
    plural: str
    roles: tuple[Role, ...]
    schema: type[Schema]
    take: Callable[[dict[str, Any]], dict[str, Any]]
    title: str
    semantic: tuple[str, ...] = ()


def blueprint(runtime: Runtime, kind: JobKind) -> StrictBlueprint:
    """Give the three endpoints of a kind of work."""
    made = StrictBlueprint(kind.plural, __name__, description=kind.title)
    one = f"/v1/{kind.plural}/<uuid:job_id>"

    @made.post(
        f"/v1/{kind.plural}", kind.schema, JOB, status=202, semantic=(*_OF_ALL, *kind.semantic)
    )
    def ask() -> Response:
        """Put the work in the queue. 202."""
        return _ask(runtime, _who(kind), kind)

    @made.get(one, TimesQuery, JOB)
    def progress(_: Asked, job_id: UUID) -> Response:
        """Tell how far the work is, or what came of it."""
        who = _who(kind)
        with engine_of(runtime).begin() as connection:
            return _answer(200, kind, _found(connection, kind, who, job_id))

    @made.post(f"{one}/cancellation", shape=JOB)
    def cancellation(job_id: UUID) -> Response:
        """End the work, at once or at its next step; again changes nothing."""
        who = _who(kind)
        with engine_of(runtime).begin() as connection:
            job = _found(connection, kind, who, job_id)
            if not queue.cancel(connection, job_id) and job.status != "cancelled":
                said = "Việc này đã xong, hãy đọc kết quả / It has ended, read what came of it"
                raise Problem("already-closed", said, title="Đã kết thúc / Already closed")
            return _answer(200, kind, _found(connection, kind, who, job_id))

    return made


def _who(kind: JobKind) -> Caller:
    # asked by POST, and the auditor's too: it touches nothing but its own scratch
    who = caller()
    if not who.has(*kind.roles):
        raise role_missing(kind.roles)
    return who


def _ask(runtime: Runtime, who: Caller, kind: JobKind) -> Response:
    sent = body_bytes(Limits().body_bytes)
    key = idempotency_key(request.headers.get("Idempotency-Key"))
    body = load(kind.schema(), read_json(sent))
    scope = _scope(who, body.pop("area", None))
    ring, path = runtime.keyring, f"/v1/{kind.plural}".encode()
    digest = None
    if key is not None:
        digest = ring.digest(b"job-key/1", who.sub.encode(), key.encode())
    print_ = ring.digest(b"job-fingerprint/1", path, sent)
    job_id = new_id(runtime.clock)
    with engine_of(runtime).begin() as connection:
        before = queue.ask(
            *(connection, job_id, kind.name, kind.take(body), scope, who.sub),
            key=digest,
            fingerprint=print_,
        )
        if before is None:
            return _answer(202, kind, _found(connection, kind, who, job_id))
    if before.fingerprint != print_:
        said = "Khóa này đã dùng cho nội dung khác / This key was used for another body"
        raise Problem("idempotency-key-reused", said)
    queued = replace(before, status="queued", done=0, total=0, ended_at=None, problem=None)
    first = replace(queued, result=None)
    return _answer(202, kind, first, {"Idempotency-Replayed": "true"})


def _scope(who: Caller, area: str | None) -> Scope:
    """Give what the work may look at: an area asked for, else all of the caller's."""
    if area is None:
        return who.scope
    try:
        scope = Scope.of([Area.parse(area)])
    except UnknownArea as problem:
        raise invalid([FieldError("/area", "unknown-area", str(problem))]) from None
    if not _holds(who.scope, scope):
        said = f"{area} ngoài địa bàn của bạn / {area} is outside your area"
        raise Problem("outside-area", said)
    return scope


def _holds(whole: Scope, part: Scope) -> bool:
    return whole.everything or (not part.everything and part.olds <= whole.olds)


def _found(connection: Connection, kind: JobKind, who: Caller, job_id: UUID) -> Job:
    job = queue.find(connection, job_id, kind.name)
    if job is None or not _holds(who.scope, job.scope):
        raise not_found()
    return job


def _answer(
    status: int, kind: JobKind, job: Job, headers: dict[str, str] | None = None
) -> Response:
    here = f"{request.script_root}/v1/{kind.plural}/{job.job_id}"
    document = {
        "id": job.job_id,
        "status": job.status,
        "progress": {"done": job.done, "total": job.total},
        "asked": job.asked,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at,
        "ended_at": job.ended_at,
        "problem": job.problem,
        **(job.result or {}),
    }
    located = {"Location": here} if status == 202 else {}  # noqa: PLR2004 - accepted
    return response(Answer(status, document, located | (headers or {})))

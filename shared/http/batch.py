"""`POST /v1/commands`: one command a line, one answer a line."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter

from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.bodies import load
from shared.clock import new_id
from shared.codec import canonical
from shared.commands import CommandRequest, History, Refused, execute_all
from shared.http.body import read_json, too_many_values, values_in
from shared.http.commands import body_bytes, idempotency_key, may, too_large
from shared.http.fields import BodySchema, Choice, Many, Part, Text, Uuid
from shared.http.limits import Limits
from shared.http.openapi import answer_of
from shared.http.who import caller, role_missing
from shared.problems import Answer, FieldError, Problem, as_answer, invalid, not_found, problem_of
from shared.recorded import Actor
from shared.routes import CommandRoute
from shared.service import Runtime

ROUTES = "giamngheo.routes"
"""Where an app keeps its command routes by endpoint."""

_KINDS = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json"}
)


_SENT = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_PLAIN = frozenset({"key", "path", "body"})
_PIECE = 4096
"""Bytes of gzip read at once."""
_PLAIN_KEY = re.compile(r"[!-~]{1,255}")
_PLAIN_PATH = re.compile(r"[!-~]{1,500}")


class ActorSchema(BodySchema):
    """Who did what an operator loads."""

    sub = Text(200, required=True)
    roles = Many(Choice([role.value for role in Role]), required=True)
    related = Many(Uuid())


class LineSchema(BodySchema):
    """One line of a batch."""

    key = Text(255, required=True)
    path = Text(500, required=True)
    body = fields.Raw(required=True, error_messages={"required": "required: thiếu / missing"})
    method = Choice(("POST", "PUT"))
    if_match = Text(200)


class HistoryLineSchema(LineSchema):
    """One line of the past, as an operator loads it."""

    recorded_at = Text(40)
    actor = Part(ActorSchema)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What all lines of a request share."""

    runtime: Runtime
    who: Caller
    routes: dict[str, CommandRoute]
    urls: MapAdapter
    lines: Schema
    line_bytes: int
    correlation_id: UUID
    matched: dict[tuple[str, str], tuple[CommandRoute, dict[str, Any]]] = field(
        default_factory=dict
    )
    """Where paths lead: lines of a batch are about the same things again and again."""

    def line(self, raw: bytes) -> tuple[str | None, CommandRequest | Answer]:
        """Give a line's key, and its command or the problem that it is."""
        key: str | None = None
        try:
            if len(raw) > self.line_bytes:
                raise too_large(self.line_bytes)
            value = read_json(raw)
            if isinstance(value, dict) and isinstance(value.get("key"), str):
                key = value["key"]
            return key, self._request(value)
        except Refused as refusal:
            return key, as_answer(problem_of(refusal))

    def _request(self, value: Any) -> CommandRequest:
        line = value if is_plain(value) else load(self.lines, value)
        asked = (line["path"], line.get("method", "POST"))
        if asked not in self.matched:
            self.matched[asked] = self._route(*asked)
        route, ids = self.matched[asked]
        history = self._history(line)
        may(route, self.who.roles if history is None else frozenset(history.actor.roles))
        body = line.get("body")
        return CommandRequest(
            route=route,
            ids=ids,
            path=line["path"],
            body=body,
            sent=_SENT.encode(body).encode(),
            caller=self.who,
            key=idempotency_key(line["key"], "/key"),
            if_match=line.get("if_match"),
            dates_required=True,
            correlation_id=self.correlation_id,
            history=history,
        )

    def _route(self, path: str, method: str) -> tuple[CommandRoute, dict[str, Any]]:
        try:
            endpoint, ids = self.urls.match(path, method=method)
        except (NotFound, MethodNotAllowed):
            raise not_found() from None
        route = self.routes.get(endpoint)
        if route is None or not route.in_batch:
            text = "không gửi theo lô được / it cannot be a line of a batch"
            raise invalid([FieldError("/path", "not-in-list", text)])
        return route, dict(ids)

    def _history(self, line: dict[str, Any]) -> History | None:
        if "recorded_at" not in line and "actor" not in line:
            return None
        if not self.who.has(Role.OPERATOR):
            raise role_missing((Role.OPERATOR,))
        at = present = self.runtime.clock()
        if "recorded_at" in line:
            at = _instant(line["recorded_at"], present)
        return History(recorded_at=at, actor=_actor(line.get("actor")) or self.who.actor)


def is_plain(value: Any) -> bool:
    """Tell whether the schema of a line would give the same line back, as it nearly always does.

    Fewer are let pass here than there; whoever is in doubt asks the schema.
    """
    if not isinstance(value, dict) or value.keys() != _PLAIN:
        return False
    key, path, body = value["key"], value["path"], value["body"]
    return (
        body is not None
        and isinstance(key, str)
        and isinstance(path, str)
        and _PLAIN_KEY.fullmatch(key) is not None
        and _PLAIN_PATH.fullmatch(path) is not None
    )


def _actor(said: dict[str, Any] | None) -> Actor | None:
    if said is None:
        return None
    roles, related = sorted(said["roles"]), sorted(said.get("related", ()))
    return Actor(sub=said["sub"], roles=tuple(roles), related=tuple(related))


def _instant(text: str, present: datetime) -> datetime:
    pointer = "/recorded_at"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        said = "cần thời điểm RFC 3339 có múi giờ / an RFC 3339 instant with an offset is needed"
        raise invalid([FieldError(pointer, "wrong-type", said)])
    if at > present:
        said = "không được ở tương lai / it must not be in the future"
        raise invalid([FieldError(pointer, "in-future", said)])
    return at.astimezone(present.tzinfo)


def unfolded(sent: bytes, encoding: str, most: int) -> bytes:
    """Give the body without its gzip; 413 once it is larger than `most`, 415, 400 if damaged."""
    if encoding in ("", "identity"):
        return sent
    if encoding != "gzip":
        raise Problem("unsupported-media", "Chỉ nhận gzip / Only gzip is accepted")
    whole, at = bytearray(), 0
    while at < len(sent):
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if at == len(sent):
                raise Problem("not-json", "gzip bị cắt cụt / The gzip is cut off")
            piece = sent[at : at + _PIECE]  # what follows a member is copied: never all the rest
            try:
                whole += member.decompress(piece, most + 1 - len(whole))
            except zlib.error:
                raise Problem("not-json", "gzip bị hỏng / The gzip is damaged") from None
            if len(whole) > most:
                raise too_large(most)
            at += len(piece) - len(member.unused_data)
    return bytes(whole)


def lines_of(whole: bytes, limits: Limits) -> list[bytes]:
    """Return the lines of a batch; 413 where they are, or hold, too many to be in memory."""
    most = limits.batch_lines
    whole = whole.removesuffix(b"\n")
    if whole.count(b"\n") >= most:
        raise Problem(
            "too-large", f"Tối đa {most} dòng, hãy chia nhỏ / At most {most} lines, split it"
        )
    if values_in(whole) > limits.batch_values:
        raise too_many_values(limits.batch_values)
    lines = whole.split(b"\n")
    if not lines[-1].strip():
        lines.pop()
    return lines


def blueprint(runtime: Runtime, limits: Limits) -> Blueprint:
    """Give the endpoint."""
    made = Blueprint("batch", __name__, description="Lô lệnh / Batches")

    @made.route("/v1/commands", methods=["POST"])  # type: ignore[untyped-decorator] # flask-smorest has no types
    @made.doc(**_documented())  # type: ignore[untyped-decorator] # the same
    def commands() -> Response:
        """Answer many commands: 200 overall, a status per line."""
        who = caller()
        if request.mimetype not in _KINDS:
            raise Problem(
                "unsupported-media",
                "Cần application/x-ndjson / application/x-ndjson is needed",
            )
        sent = body_bytes(limits.batch_bytes)
        encoding = request.headers.get("Content-Encoding", "").strip().lower()
        lines = lines_of(unfolded(sent, encoding, limits.batch_bytes), limits)
        batch = _Batch(
            runtime,
            who,
            current_app.extensions[ROUTES],
            current_app.url_map.bind("localhost"),
            HistoryLineSchema() if runtime.settings.history_load else LineSchema(),
            limits.body_bytes,
            new_id(runtime.clock),
        )
        read = [batch.line(line) for line in lines]
        answers = execute_all(runtime, [each for _, each in read], limits.batch_seconds)
        keys = (key for key, _ in read)
        return Response(_answers(zip(keys, answers, strict=True)), mimetype="application/x-ndjson")

    return made


def _documented() -> dict[str, Any]:
    """Say what is sent and answered: NDJSON has no schema of its own, so its lines are told."""
    said = (
        'Mỗi dòng / A line: {"key", "path", "body", ["method"], ["if_match"]}; '
        'trả lời / answered: {"key", "status", "body", ["retry_after"]}'
    )
    content = {kind: {"schema": {"description": said}} for kind in sorted(_KINDS)}
    return {
        "requestBody": {"required": True, "content": content},
        "responses": answer_of("application/x-ndjson", {"type": "string", "description": said}),
    }


def _answers(answered: Iterator[tuple[str | None, Answer]]) -> Iterator[bytes]:
    for key, answer in answered:
        line = {"key": key, "status": answer.status, "body": answer.document}
        if "Retry-After" in answer.headers:
            line["retry_after"] = int(answer.headers["Retry-After"])
        yield canonical(line) + b"\n"

"""The evidence log over HTTP: checkpoints, public keys, proofs, and tiles that any tool reads."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, Row, text

from services.reporting.api.answers import answer, engine_of
from services.reporting.api.parameters import ListQuery, TimesQuery, not_yet_visible
from services.reporting.projections.within import communes, lives_in
from services.reporting.tlog.proofs import (
    Agreed,
    Contradicted,
    latest,
    of_size,
    prove_events,
    prove_growth,
    prove_head,
    tree_of,
)
from services.reporting.tlog.tables import COPY
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.http.blueprint import StrictBlueprint
from shared.http.pages import page_of
from shared.http.query import Asked, Number, Query, described
from shared.http.shapes import COUNT, FLAG, INSTANT, TEXT, WORD, has, maybe
from shared.http.who import allowed
from shared.problems import FieldError, Problem, invalid, not_found
from shared.service import Runtime
from shared.settings import SERVICES
from shared.tlog.checkpoint import read_checkpoint
from shared.tlog.heads import HeadProof
from shared.tlog.notes import BadNote, read_note
from shared.tlog.tiles import parse

_CHECKPOINTS = (
    "SELECT c.source, c.number, c.size, c.note, c.signed_at, c.problem,"
    f" (SELECT string_agg(s.line, '' ORDER BY s.vkey) FROM {COPY}.cosignatures s"
    " WHERE s.source = c.source AND s.number = c.number) AS cosigned"
    f" FROM {COPY}.checkpoints c {{where}}"
    " ORDER BY c.signed_at DESC, c.source, c.number DESC LIMIT :limit"
)
_AFTER = (
    "WHERE (c.signed_at < :at OR (c.signed_at = :at AND (c.source > :source"
    " OR (c.source = :source AND c.number < :number))))"
)
_KEYS = text(
    f"SELECT source, vkey, size, first_at, vouched_by FROM {COPY}.keys"
    " ORDER BY source, first_at, vkey"
)
_NO_HEAD = (
    "cây đầu chuỗi chỉ được giữ cho điểm kiểm mới nhất, hãy hỏi không có `size` / "
    "the tree of heads is kept for the latest checkpoint only, ask without `size`"
)
_LARGEST = 2**53 - 1
_EVENT = "SELECT h.source, h.position, h.key FROM journal h WHERE h.event_id = :event_id"


_CHECKPOINT = has(
    service=WORD, size=COUNT, signed_at=INSTANT, agrees=FLAG, problem=maybe(TEXT), note=WORD
)
_KEY = has(service=WORD, vkey=WORD, size=COUNT, first_at=INSTANT, vouched_by=maybe(TEXT))


class SizeQuery(Query):
    """Which checkpoint."""

    size = described(
        Number(1, _LARGEST), "Điểm kiểm ở số sự kiện / The checkpoint at so many events"
    )


class GrowthQuery(TimesQuery):
    """From which size on."""

    size = described(
        Number(1, _LARGEST, data_key="from", required=True), "Từ số sự kiện / From so many events"
    )


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoints of the evidence log."""
    made = StrictBlueprint("evidence", __name__, description="Bằng chứng / Evidence")
    engine = engine_of(runtime)

    @made.get("/v1/audit/checkpoints", ListQuery, _CHECKPOINT)
    def checkpoints(query: Asked) -> Response:
        """List signed checkpoints, the newest first, and whether they agree with what was read."""
        allowed(Role.INSPECTOR)
        page = page_of(query, runtime.keyring)
        where, bound = _after(page.after) if page.after else ("", {})
        with engine.begin() as connection:
            found = text(_CHECKPOINTS.format(where=where))
            rows = connection.execute(found, bound | {"limit": page.fetch}).all()
        return answer(page.answer(rows, _key, _item))

    @made.get("/v1/audit/keys", ListQuery, _KEY)
    def keys(query: Asked) -> Response:
        """List the public keys that have signed checkpoints, and which key vouched for each."""
        allowed(Role.INSPECTOR)
        page = page_of(query, runtime.keyring)
        with engine.begin() as connection:
            rows = connection.execute(_KEYS).all()
        names = ("service", "vkey", "size", "first_at", "vouched_by")
        return answer(
            page.of(rows, lambda row: row.vkey, lambda row: dict(zip(names, row, strict=True)))
        )

    @made.get("/v1/audit/proofs/<uuid:event_id>", SizeQuery)
    def proof(query: Asked, event_id: UUID) -> Response:
        """Prove that an event is in its service's log, and where its household's events end."""
        who = allowed(Role.INSPECTOR)
        with engine.begin() as connection:
            found = _event(runtime, connection, event_id, who)
            last = latest(connection, found.source)
            agreed = _asked(connection, found.source, query) or last
            if last is None or agreed is None or last.said.size < found.position:
                raise not_yet_visible()
            if agreed.said.size < found.position:
                raise _recorded_later(found.position, agreed.said.size)
            is_last = agreed.said.heads == last.said.heads
            return answer(_proof(connection, agreed, event_id, found, with_head=is_last))

    _log(made, runtime)
    return made


def _log(made: StrictBlueprint, runtime: Runtime) -> None:
    engine = engine_of(runtime)

    @made.get("/v1/audit/log/<string:service>/checkpoint", SizeQuery)
    def checkpoint(query: Asked, service: str) -> Response:
        """Give the latest checkpoint of a service's log, or that of a size, as a signed note."""
        allowed(Role.INSPECTOR)
        with engine.begin() as connection:
            agreed = _asked(connection, service, query) or _latest(connection, service)
            return Response(agreed.note, content_type=NOTE)

    @made.get(
        "/v1/audit/log/<string:service>/consistency", GrowthQuery, semantic=["out-of-range /from"]
    )
    def consistency(query: Asked, service: str) -> Response:
        """Prove that the latest checkpoint's log began with its first `from` events."""
        allowed(Role.INSPECTOR)
        with engine.begin() as connection:
            agreed = _latest(connection, service)
            old = query["size"]
            if old > agreed.said.size:
                most = f"từ 1 đến {agreed.said.size} / from 1 to {agreed.said.size}"
                raise invalid([FieldError("/from", "out-of-range", most)])
            try:
                root, siblings = prove_growth(connection, agreed, old)
            except Contradicted as problem:
                raise contradicted(problem) from None
        old_document = {"size": old, "root": _b64(root)}
        document = {"service": service, "from": old_document, "checkpoint": agreed.note}
        return answer(document | {"siblings": [_b64(each) for each in siblings]})

    @made.get("/v1/audit/log/<string:service>/tile/<path:tile>")
    def tile(_: Asked, service: str, tile: str) -> Response:
        """Give a tile of hashes or a bundle of entries, as C2SP's tlog-tiles says."""
        allowed(Role.INSPECTOR)
        asked = parse(tile)
        if asked is None:
            raise not_found()
        with engine.begin() as connection:
            agreed = _latest(connection, service)
            found = tree_of(connection, service).tile(asked, agreed.said.size)
        if found is None:
            raise not_found()
        return Response(found, content_type="application/octet-stream")


NOTE = "text/plain; charset=utf-8"


def _latest(connection: Connection, service: str) -> Agreed:
    found = latest(connection, service) if service in SERVICES else None
    if found is None:
        raise not_found()
    return found


def _asked(connection: Connection, service: str, query: Asked) -> Agreed | None:
    """Give the checkpoint of the size that is asked for; None if none is; 404 with the reason."""
    if "size" not in query or service not in SERVICES:
        return None
    size = query["size"]
    found = of_size(connection, service, size)
    if found is None:
        raise Problem(
            "not-found",
            f"Không có điểm kiểm nào đã đối chiếu ở đúng {size} sự kiện; các cỡ có ở "
            f"/v1/audit/checkpoints / No checkpoint that agrees was signed at just {size} events; "
            "the sizes are in /v1/audit/checkpoints",
        )
    return found


def _event(runtime: Runtime, connection: Connection, event_id: UUID, who: Caller) -> Row[Any]:
    """Find an event in the reader's area."""
    query, bound = _EVENT, {"event_id": event_id, "day": today(runtime.clock)}
    if not who.scope.everything:
        query += f" AND {lives_in('mine')}"
        bound |= communes("mine", who.scope, today(runtime.clock))
    found = connection.execute(text(query), bound).one_or_none()
    if found is None:
        raise not_found()
    return found


def _recorded_later(position: int, size: int) -> Problem:
    return Problem(
        "not-found",
        f"Sự kiện ở vị trí {position}, sau điểm kiểm {size} sự kiện ấy / "
        f"The event has position {position}: it came after that checkpoint of {size} events",
    )


def _proof(
    connection: Connection, agreed: Agreed, event_id: UUID, found: Row[Any], *, with_head: bool
) -> dict[str, Any]:
    try:
        proved = prove_events(connection, agreed, [found.position])[found.position]
        head = prove_head(connection, agreed, found.key) if with_head else None
    except Contradicted as problem:
        raise contradicted(problem) from None
    ended = {"head": _head(head, found.key)} if head else {"head": None, "head_missing": _NO_HEAD}
    return {
        "event_id": event_id,
        "service": found.source,
        "position": found.position,
        "leaf": {
            "index": found.position - 1,
            "entry": _b64(proved.leaf.entry),
            "hash": _b64(proved.leaf.hash),
            "siblings": [_b64(each) for each in proved.siblings],
        },
        **ended,
        "checkpoint": agreed.note,
    }


def _head(head: HeadProof, key: UUID) -> dict[str, Any]:
    end = head.end
    return {
        "key": key,
        "position": end.position if end else 0,
        "count": end.count if end else 0,
        "chain": _b64(end.chain) if end else None,
        "siblings": [_b64(each) for each in head.siblings],
    }


def contradicted(problem: Contradicted) -> Problem:
    """Say that what was read was changed."""
    return Problem(
        "evidence-contradicted",
        "Dữ liệu đã đọc không còn như khi đối chiếu với điểm kiểm đã ký; báo quản trị chạy "
        "`giamngheo doctor` / What was read is no longer what was compared with the signed "
        f"checkpoint; have an operator run `giamngheo doctor`: {problem}",
    )


def _key(row: Row[Any]) -> tuple[str, ...]:
    return row.signed_at.isoformat(), row.source, str(row.number)


def _after(after: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    at, source, number = after
    bound = {"at": datetime.fromisoformat(at), "source": source, "number": int(number)}
    return _AFTER, bound


def _item(row: Row[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "service": row.source,
        "size": row.size,
        "signed_at": row.signed_at,
        "agrees": row.problem is None,
        "problem": row.problem,
        "note": row.note + (row.cosigned or ""),
    }
    try:
        said = read_checkpoint(read_note(row.note).text)
    except BadNote:
        return found
    return found | {"root": _b64(said.root), "heads": _b64(said.heads)}


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

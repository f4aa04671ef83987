"""What waits because an event of it could not be believed or folded, and trying it again."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Engine

from shared.auth.roles import Role
from shared.bodies import load
from shared.codec import canonical
from shared.http.blueprint import StrictBlueprint
from shared.http.body import read_json
from shared.http.commands import body_bytes
from shared.http.fields import BodySchema, Text
from shared.http.limits import Limits
from shared.http.query import Asked
from shared.http.shapes import COUNT, ID, INSTANT, has, page_of
from shared.http.who import allowed, caller, role_missing
from shared.problems import Problem, not_found
from shared.projector import quarantine
from shared.projector.batch import Reader, try_again
from shared.projector.quarantine import HeldKey, InTheWay, held_among, held_keys

OF_NO_STORE = {
    "vi": "Bản ghi này không phải do dịch vụ nào của ta gửi: thả kèm nội dung "
    '{"set_aside": "lý do"} để bỏ qua nó.',
    "en": "No store of ours has sent this record: release it with the body "
    '{"set_aside": "why"} to pass over it.',
}
OF_A_STORE = {
    "vi": "Bản ghi này là sự kiện thật: sửa nguyên nhân (thường là nâng cấp chương trình đọc, "
    "hoặc giamngheo recover nếu bản sao hỏng) rồi thả lại; không bỏ qua được.",
    "en": "This record is an event: mend the cause (mostly by upgrading the reader, or by "
    "giamngheo recover where the copy is damaged), then release it; it cannot be passed over.",
}


class ReleaseSchema(BodySchema):
    """How to release a key; an empty body tries it as it is."""

    set_aside = Text(1_000)


_HELD = has(key=ID, held_at=INSTANT, records=COUNT)


def blueprint(engine: Engine, reader: Reader) -> StrictBlueprint:
    """Give the endpoints of the quarantine of one reader."""
    made = StrictBlueprint("quarantine", __name__, description="Cách ly / Quarantine")

    @made.get("/v1/quarantine", shape=page_of(_HELD))
    def waiting(_: Asked) -> Response:
        """List the keys that wait, the longest first; why, for those who may read events."""
        who = allowed(Role.OPERATOR, Role.INSPECTOR)
        reasons = who.has(Role.INSPECTOR, Role.AUDITOR)
        if reasons and not who.scope.everything:
            # what waits has no place that could be believed
            raise Problem("outside-area", 'Cần areas ["*"] / areas ["*"] is needed')
        with engine.begin() as connection:
            items = [_item(held, reasons=reasons) for held in held_keys(connection)]
        return _answer({"items": items, "next_cursor": None})

    @made.post("/v1/quarantine/<uuid:key>/release", ReleaseSchema, required=False)
    def release(key: UUID) -> Response:
        """Try what waits of a key again, in order.

        With `set_aside` (why) a record in the way that no store of ours has placed is passed
        over; it stays in the table of what is held, with the reason and by whom.
        """
        if not caller().has(Role.OPERATOR):
            raise role_missing((Role.OPERATOR,))
        sent = body_bytes(Limits().body_bytes)
        why = load(ReleaseSchema(), read_json(sent)).get("set_aside") if sent.strip() else None
        released = set_aside = 0
        with engine.begin() as connection:
            if not held_among(connection, [key]):
                raise not_found()
            while True:
                released += try_again(connection, reader, key)
                by = f"{caller().sub}: {why}"
                if why is None or not quarantine.set_aside_first(connection, key, by):
                    break
                set_aside += 1
            left = held_among(connection, [key])
        told = {"key": key, "released": released, "waiting": sum(held.records for held in left)}
        told |= {"set_aside": set_aside} if why is not None else {}
        return _answer(told | (_in_the_way(left[0].first) if left else {}))

    return made


def _item(held: HeldKey, *, reasons: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": held.key,
        "held_at": held.held_at,
        "records": held.records,
        **_in_the_way(held.first),
    }
    return shown | ({"reason": held.reason} if reasons else {})


def _in_the_way(first: InTheWay | None) -> dict[str, Any]:
    """Say behind which record all wait, and what can be done; nothing of what is in it."""
    if first is None:
        return {"first": None, "remedy": None}
    foreign = first.position == 0
    return {"first": asdict(first), "remedy": OF_NO_STORE if foreign else OF_A_STORE}


def _answer(document: dict[str, Any]) -> Response:
    return Response(canonical(document), content_type="application/json")

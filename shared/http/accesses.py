"""Who read personal data, for those who watch over it; the same in every service that has any."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Connection, select

from shared.access import ACCESS_LOG
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Uuid
from shared.http.pages import page_of
from shared.http.query import Asked, PageQuery, described
from shared.http.responses import response
from shared.http.shapes import COUNT, ID, INSTANT, TEXT, WORD, has, some
from shared.http.who import allowed
from shared.problems import Answer, FieldError, invalid, not_found
from shared.service import Runtime

Sees = Callable[[Connection, UUID, Caller], bool]
"""Tells whether a thing exists and lies in the caller's areas."""
_ENTRY = has(
    number=COUNT,
    at=INSTANT,
    reader=TEXT,
    roles=some(WORD),
    kind=WORD,
    subject_ids=some(ID),
    hash=WORD,
)


def accesses(runtime: Runtime, sees: Mapping[str, Sees]) -> StrictBlueprint:
    """Give the query of the access log; `sees` has what may be asked for, by parameter."""
    made = StrictBlueprint("accesses", __name__, description="Nhật ký truy cập / Access log")

    subjects = {name: described(Uuid(), "Về ai / Of whom") for name in sees}

    @made.get(
        "/v1/access-log",
        PageQuery.from_dict({**subjects}, name="AccessLogQuery"),
        _ENTRY,
        semantic=[f"required /{next(iter(sees))}"],
    )
    def access_log(query: Asked) -> Response:
        """Tell who read personal data, of one (or with all areas: of any), newest last."""
        return _log(runtime, query, allowed(Role.PRIVACY_OFFICER), sees)

    return made


def _log(runtime: Runtime, query: Asked, caller: Caller, sees: Mapping[str, Sees]) -> Response:
    page = page_of(query, runtime.keyring)
    asked = _subjects(query, caller, sees)
    look = select(ACCESS_LOG).order_by(ACCESS_LOG.c.number).limit(page.fetch)
    if page.after is not None:
        look = look.where(ACCESS_LOG.c.number > int(page.after[0]))
    if runtime.engine is None:
        raise TypeError("the access log needs the service's database")
    with runtime.engine.begin() as connection:
        for name, subject in asked.items():
            if not sees[name](connection, subject, caller):
                raise not_found()
            look = look.where(ACCESS_LOG.c.subjects.contains([subject]))
        rows = connection.execute(look).all()
    document = page.answer(rows, lambda row: (str(row.number),), lambda row: _item(row, asked))
    return response(Answer(200, document))


def _subjects(query: Asked, caller: Caller, sees: Mapping[str, Sees]) -> dict[str, UUID]:
    asked: dict[str, UUID] = {name: query[name] for name in sees if name in query}
    if not asked and not caller.scope.everything:
        text = "cần một mã, trừ khi có mọi địa bàn / needed, unless your area is everything"
        raise invalid([FieldError(f"/{next(iter(sees))}", "required", text)])
    return asked


def _item(row: Any, asked: Mapping[str, UUID]) -> dict[str, Any]:
    """Show an entry; of a reading about many only those that were asked about."""
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "reader": row.reader,
        "roles": list(row.roles),
        "kind": row.kind,
        "subject_ids": [str(one) for one in asked.values() or row.subjects],
        "hash": bytes(row.hash).hex(),
    }

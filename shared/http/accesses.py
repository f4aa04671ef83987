"""Who read personal data, for those who watch over it; the same in every service that has any."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import Connection, select

from shared.access import ACCESS_LOG
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.http.pages import page_of
from shared.http.query import PAGE, an_id, takes
from shared.http.responses import response
from shared.http.who import allowed
from shared.problems import Answer, FieldError, invalid, not_found
from shared.service import Runtime

Sees = Callable[[Connection, UUID, Caller], bool]
"""Tells whether a thing exists and lies in the caller's areas."""


def accesses(runtime: Runtime, sees: Mapping[str, Sees]) -> Blueprint:
    """Give the query of the access log; `sees` has what may be asked for, by parameter."""
    made = Blueprint("accesses", __name__, description="Nhật ký truy cập / Access log")

    @made.route("/v1/access-log")  # type: ignore[untyped-decorator] # flask-smorest has no types
    @takes(*(an_id(name, "Về ai / Of whom") for name in sees), *PAGE)
    def access_log() -> Response:
        """Tell who read personal data, of one (or with all areas: of any), newest last."""
        return _log(runtime, request.args, allowed(Role.PRIVACY_OFFICER), sees)

    return made


def _log(
    runtime: Runtime, args: Mapping[str, str], caller: Caller, sees: Mapping[str, Sees]
) -> Response:
    page = page_of(args, request.path, runtime.keyring)
    asked = _asked(args, caller, sees)
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


def _asked(args: Mapping[str, str], caller: Caller, sees: Mapping[str, Sees]) -> dict[str, UUID]:
    asked: dict[str, UUID] = {}
    for name in [name for name in sees if name in args]:
        try:
            asked[name] = UUID(args[name])
        except ValueError:
            text = "cần một mã UUID / a UUID is needed"
            raise invalid([FieldError(f"/{name}", "wrong-type", text)]) from None
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

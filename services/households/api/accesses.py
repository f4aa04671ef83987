"""Who read personal data, for those who watch over it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy import select

from services.households.api import filters
from services.households.api.reading import engine_of
from services.households.read_model import HOUSEHOLDS
from shared.access import ACCESS_LOG
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import today
from shared.http.pages import page_of
from shared.http.problems import Answer, FieldError, invalid, not_found, response
from shared.http.who import allowed
from shared.service import Runtime


def accesses(runtime: Runtime) -> Blueprint:
    """Give the query of the access log."""
    made = Blueprint("accesses", __name__, description="Nhật ký truy cập / Access log")

    @made.route("/v1/access-log")  # type: ignore[untyped-decorator] # flask-smorest has no types
    def access_log() -> Response:
        """Tell who read personal data, of one household or (all areas) of any; newest last."""
        return _log(runtime, request.args, allowed(Role.PRIVACY_OFFICER))

    return made


def _log(runtime: Runtime, args: Mapping[str, str], caller: Caller) -> Response:
    page = page_of(args, request.path, runtime.keyring)
    household_id = _asked(args, caller)
    look = select(ACCESS_LOG).order_by(ACCESS_LOG.c.number).limit(page.fetch)
    if page.after is not None:
        look = look.where(ACCESS_LOG.c.number > int(page.after[0]))
    with engine_of(runtime).begin() as connection:
        if household_id is not None:
            scope = filters.within(caller.scope, today(runtime.clock))
            mine = select(HOUSEHOLDS).where(HOUSEHOLDS.c.household_id == household_id, *scope)
            if connection.execute(mine).first() is None:
                raise not_found()
            look = look.where(ACCESS_LOG.c.subjects.contains([household_id]))
        rows = connection.execute(look).all()
    document = page.answer(
        rows, lambda row: (str(row.number),), lambda row: _item(row, household_id)
    )
    return response(Answer(200, document))


def _asked(args: Mapping[str, str], caller: Caller) -> UUID | None:
    for name in args:
        if name not in ("household_id", "limit", "cursor"):
            text = "không có bộ lọc này / no such filter"
            raise invalid([FieldError(f"/{name}", "unknown-field", text)])
    given = args.get("household_id")
    if given is None:
        if caller.scope.everything:
            return None
        text = "cần mã hộ, trừ khi có mọi địa bàn / needed, unless your area is everything"
        raise invalid([FieldError("/household_id", "required", text)])
    try:
        return UUID(given)
    except ValueError:
        text = "cần một mã UUID / a UUID is needed"
        raise invalid([FieldError("/household_id", "wrong-type", text)]) from None


def _item(row: Any, household_id: UUID | None) -> dict[str, Any]:
    """Show an entry; of a reading about many households only the one that was asked about."""
    of = row.subjects if household_id is None else [household_id]
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "reader": row.reader,
        "roles": list(row.roles),
        "kind": row.kind,
        "household_ids": [str(one) for one in of],
        "hash": bytes(row.hash).hex(),
    }

"""Findings as a sheet, with the filters of their list."""

from uuid import UUID

from flask import Response
from sqlalchemy import Connection

from services.reporting.api.answers import engine_of, item, wait_for_token
from services.reporting.api.parameters import FindingsFilters, language, times, wanted
from services.reporting.detection.query import FINDING_READERS, Times, Wanted, sight_of
from services.reporting.exports.findings import rows
from services.reporting.projections.reading import Found
from services.reporting.queries.finding_queries import look
from shared import access, sheets
from shared.auth.caller import Caller
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Choice
from shared.http.query import Asked, described
from shared.http.who import allowed
from shared.problems import FieldError, invalid
from shared.service import Runtime

MOST = 20_000
"""A sheet is made in memory, and nobody reads a longer one."""
_FORMS = ("xlsx", "csv")


class SheetQuery(FindingsFilters):
    """The filters of findings, and the form of the file."""

    format = described(Choice(_FORMS, load_default="xlsx"), "Dạng tệp / Form of the file")


def blueprint(runtime: Runtime) -> StrictBlueprint:
    """Give the endpoint of the sheet."""
    made = StrictBlueprint(
        "findings-export", __name__, description="Xuất phát hiện / Findings as a sheet"
    )

    @made.get("/v1/findings/export", SheetQuery, semantic=["out-of-range /area"])
    def findings_sheet(query: Asked) -> Response:
        """Give the findings that their list would show, as a sheet, oldest first."""
        who = allowed(*FINDING_READERS)
        form, when, asked = query["format"], times(query, runtime.clock), wanted(query)
        engine, spoken = engine_of(runtime), language()
        wait_for_token(engine)
        with engine.begin() as connection:
            found = _found(connection, who, when, asked)
            if len(found) > MOST:
                raise invalid([_too_many()])
            access.record(connection, who, runtime.clock(), "findings export", _of(found))
        body, kind = sheets.write(rows(item(each, when, spoken) for each in found), form)
        answer = Response(body, content_type=kind)
        answer.headers["Content-Disposition"] = f'attachment; filename="findings.{form}"'
        return answer

    return made


def _found(connection: Connection, who: Caller, when: Times, asked: Wanted) -> list[Found]:
    return look(connection, when, asked, sight_of(who), who.scope, worst=False, limit=MOST + 1)


def _of(found: list[Found]) -> set[UUID]:
    return {key for each in found for key in each.shown.household_ids}


def _too_many() -> FieldError:
    text = (
        f"hơn {MOST} phát hiện; hãy thu hẹp bằng area, kind hoặc code / "
        f"more than {MOST} findings; narrow by area, kind or code"
    )
    return FieldError("/area", "out-of-range", text)

"""Sending a sheet, following what becomes of it, and getting it back with remarks."""

from dataclasses import asdict
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import ValidationError, fields
from sqlalchemy import Connection
from werkzeug.formparser import FormDataParser

from services.households.api.imports import jobs
from services.households.api.imports.jobs import Import
from services.households.api.imports.kinds import KINDS, Kind
from services.households.api.imports.marked import marked, template
from services.households.api.reading import engine_of
from shared import access
from shared.auth.caller import Caller
from shared.auth.roles import Role
from shared.clock import new_id
from shared.http.blueprint import StrictBlueprint
from shared.http.fields import Choice
from shared.http.limits import MIB
from shared.http.query import Asked, Query, described
from shared.http.refusals import refusal
from shared.http.responses import response
from shared.http.who import allowed
from shared.problems import Answer, FieldError, Problem, invalid, not_found
from shared.service import Runtime
from shared.sheets import BadSheet, Sheet, SheetLimits, read

_AROUND_FILE = MIB
"""What a multipart body may hold beside the file."""
_SHOWN = 500
"""Remarks shown with the progress; all of them stand in the sheet."""
_YES, _NO = ("true", "1"), ("false", "0", "")
_FILE = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "Bảng tính CSV hoặc XLSX / A sheet, CSV or XLSX",
                    }
                },
            }
        }
    },
}
_NO_SHEET = {
    "415": refusal(415) | {"x-semantic-codes": ["unsupported-media"]},
    "422": refusal(422, semantic=("required /file", "wrong-type /file")),
}
"""A file may be no sheet, or have nothing in it that can be taken in: reading it tells."""


class Try(fields.String):
    """Whether nothing is to be recorded: `true` or `false`, as people and tools write it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if value.lower() not in (*_YES, *_NO):
            raise ValidationError("wrong-type: true hoặc false / true or false")
        return value.lower() in _YES


class SheetQuery(Query):
    """Of which kind a sheet is, and whether it is only tried."""

    kind = described(Choice(tuple(KINDS), required=True), "Loại bảng / Kind of sheet")
    dry_run = described(
        Try(metadata={"enum": ["true", "false"]}, load_default=False),
        "Chỉ thử, không ghi / Try only, record nothing",
    )


class FormQuery(Query):
    """In which form."""

    form = described(Choice(("xlsx", "csv"), load_default="xlsx"), "Dạng tệp / Form of the file")


def imports(runtime: Runtime, limits: SheetLimits | None = None) -> StrictBlueprint:
    """Give the endpoints of imports."""
    made = StrictBlueprint("imports", __name__, description="Nhập bảng tính / Imports of sheets")
    bounds = limits or SheetLimits()

    @made.post("/v1/imports", query=SheetQuery, status=202)
    @made.doc(requestBody=_FILE, responses=_NO_SHEET)  # type: ignore[untyped-decorator] # no types
    def ask(query: Asked) -> Response:
        """Take a sheet of households or reviews; its rows are recorded afterwards. 202."""
        return _ask(runtime, query, allowed(Role.DISTRICT_OFFICER), bounds)

    @made.get("/v1/imports/<uuid:import_id>")
    def progress(_: Asked, import_id: UUID) -> Response:
        """Tell how far an import is, and of every row that was not taken why and what to do."""
        return _progress(runtime, allowed(Role.DISTRICT_OFFICER), import_id)

    @made.get("/v1/imports/<uuid:import_id>/remarks")
    def remarks(_: Asked, import_id: UUID) -> Response:
        """Give the sheet as it was sent, with a column of remarks."""
        return _remarks(runtime, allowed(Role.DISTRICT_OFFICER), import_id)

    @made.get("/v1/imports/templates/<kind>", FormQuery)
    def templates(query: Asked, kind: str) -> Response:
        """Give an empty sheet of a kind with examples: XLSX, or CSV by `?form=csv`."""
        allowed(Role.DISTRICT_OFFICER)
        if kind not in KINDS:
            raise not_found()
        form = query["form"]
        return _file(*template(KINDS[kind], form), f"{kind}.{form}")

    return made


def _ask(runtime: Runtime, query: Asked, caller: Caller, bounds: SheetLimits) -> Response:
    kind = KINDS[query["kind"]]
    sheet = _sheet(_uploaded(bounds), kind, bounds)
    import_id = new_id(runtime.clock)
    sealed = runtime.keyring.seal(import_id, sheet.packed())
    with engine_of(runtime).begin() as connection:
        jobs.ask(
            connection,
            import_id,
            caller,
            sheet=sealed,
            kind=kind.name,
            dry_run=query["dry_run"],
            total=len(sheet.rows),
        )
        asked = _own(connection, caller, import_id)
    here = f"{request.script_root}/v1/imports/{import_id}"
    return response(Answer(202, _document(asked), {"Location": here}))


def _uploaded(bounds: SheetLimits) -> bytes:
    """Give the file of a multipart body, which never touches the disk."""
    if request.mimetype != "multipart/form-data":
        raise Problem(
            "unsupported-media",
            "Gửi tệp trong trường `file` của multipart/form-data / "
            "Send the file in the field `file` of multipart/form-data",
        )
    most = request.max_content_length = bounds.file_bytes + _AROUND_FILE
    parser = FormDataParser(
        stream_factory=lambda *_, **__: BytesIO(), max_form_memory_size=MIB, max_form_parts=10
    )
    body = BytesIO(request.get_data(cache=False))
    _, _, files = parser.parse(body, request.mimetype, most, request.mimetype_params)
    found = files.get("file")
    if found is None:
        raise _wrong("file", "required", "thiếu tệp bảng tính / the sheet is missing")
    return found.stream.read()


def _sheet(raw: bytes, kind: Kind, bounds: SheetLimits) -> Sheet:
    try:
        sheet = read(raw, kind.columns, bounds)
    except BadSheet as bad:
        said = f"{bad.vi} / {bad.en}"
        if bad.code == "invalid":
            raise _wrong("file", "wrong-type", said) from None
        raise Problem(bad.code, said) from None
    if not sheet.rows:
        raise _wrong("file", "required", "bảng chưa có dòng nào / the sheet has no rows")
    return sheet


def _own(connection: Connection, caller: Caller, import_id: UUID) -> Import:
    """Return an import to whoever asked for it, and to an auditor."""
    found = jobs.find(connection, import_id)
    if found is None or (found.job.asked_by != caller.sub and not caller.has(Role.AUDITOR)):
        raise not_found()
    return found


def _progress(runtime: Runtime, caller: Caller, import_id: UUID) -> Response:
    shown = not caller.has(Role.AUDITOR)
    with engine_of(runtime).begin() as connection:
        asked = _own(connection, caller, import_id)
        remarks = jobs.remarks_of(connection, import_id, runtime.keyring)
        errors = [remark.document(shown=shown) for remark in remarks[:_SHOWN]]
        if shown and errors:
            access.record(connection, caller, runtime.clock(), "import", [import_id])
    more = {"errors": errors, "errors_total": len(remarks)}
    return response(Answer(200, _document(asked) | more))


def _document(asked: Import) -> dict[str, Any]:
    job = asked.job
    return {
        "id": str(job.job_id),
        "kind": asked.kind,
        "dry_run": asked.dry_run,
        "status": job.status,
        "asked_at": job.asked_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        "problem": job.problem,
        "rows": job.total,
        "done": job.done,
        **asdict(asked.counts),
        "readable": asked.sheet is not None,
    }


def _remarks(runtime: Runtime, caller: Caller, import_id: UUID) -> Response:
    with engine_of(runtime).begin() as connection:
        asked = _own(connection, caller, import_id)
        sealed = None if caller.has(Role.AUDITOR) else asked.sheet
        packed = None if sealed is None else runtime.keyring.open(sealed)
        if packed is None:
            raise Problem(
                "data-erased",
                "Bảng này không còn đọc được, hãy dùng bản của bạn / "
                "This sheet can be read no more, use your own copy",
            )
        remarks = jobs.remarks_of(connection, import_id, runtime.keyring)
        access.record(connection, caller, runtime.clock(), "import", [import_id])
    sheet = Sheet.unpacked(packed)
    return _file(*marked(sheet, remarks), f"{asked.kind}-remarks.{sheet.form}")


def _file(content: bytes, media: str, name: str) -> Response:
    made = Response(content, mimetype=media)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _wrong(name: str, code: str, said: str) -> Problem:
    return invalid([FieldError(f"/{name}", code, said)])

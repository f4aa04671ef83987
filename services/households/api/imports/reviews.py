"""The sheet of reviews: one row a household, from its points to the decision."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from services.households.api.imports.units import Ask, Reader, Remark, Row, Unit, household_id
from services.households.schemas import AREA_TYPES
from shared.areas import commune_on
from shared.areas.tree import tree
from shared.ids import NAMESPACE
from shared.sealing.keyring import Keyring
from shared.sheets import Column, Columns, Sheet
from shared.sheets import values as read

RURAL, URBAN = AREA_TYPES
_BASE = "/v1/households/<uuid:household_id>"
_REVIEW = f"{_BASE}/reviews/<uuid:review_id>"
_KINDS = {
    "annual": ("Định kỳ", "Hằng năm", "Annual"),
    "off_cycle": ("Thường xuyên", "Đột xuất", "Off cycle"),
    "exit_request": ("Đề nghị thoát nghèo", "Exit request"),
}
COLUMNS = Columns(
    Column(
        "household_code", "Mã hộ", "Household code", read.text, required=True, example="H001",
        also=("household id",),
    ),
    Column("commune_code", "Mã xã", "Commune code", read.commune, example="01858"),
    Column("year", "Năm", "Year", read.whole, required=True, also=("năm rà soát",), example="2024"),
    Column("kind", "Loại rà soát", "Kind", read.choice(_KINDS), example="Định kỳ"),
    Column(
        "scored_on", "Ngày chấm điểm", "Scored on", read.day, required=True, example="15/09/2024",
    ),
    Column("b1", "Điểm B1", "B1", read.whole, required=True, example="120"),
    Column("b2", "Điểm B2", "B2", read.whole, required=True, example="40"),
    Column(
        "deprivations", "Chỉ số thiếu hụt", "Deprivations", read.several(read.listed("indicators")),
        example="water; toilet",
    ),
    Column(
        "reviewer_ids", "Người rà soát", "Reviewers", read.several(read.text),
        also=("reviewer ids",),
    ),
    Column(
        "area_type", "Khu vực", "Area", also=("area type",),
        read=read.choice({RURAL: ("Nông thôn",), URBAN: ("Thành thị", "Đô thị")}),
    ),
    Column("held_on", "Ngày họp thôn", "Meeting held on", read.day),
    Column("attendees", "Số người dự", "Attendees", read.whole),
    Column("agreed", "Số người đồng ý", "Agreed", read.whole),
    Column("posted_on", "Ngày niêm yết", "Posted on", read.day),
    Column("posted_until", "Niêm yết đến", "Posted until", read.day),
    Column("decided_on", "Ngày quyết định", "Decided on", read.day),
    Column("status", "Kết quả", "Status", read.listed("status"), also=("phân loại",)),
    Column("decision_no", "Số quyết định", "Decision number", read.text, also=("decision no",)),
    Column("effective_from", "Hiệu lực từ", "Effective from", read.day),
    Column("decided_by", "Người quyết định", "Decided by", read.text),
    Column(
        "departure_reason", "Lý do khác điểm", "Departure reason", read.listed("departure_reason"),
    ),
)  # fmt: skip
_SCORES = ("year", "kind", "scored_on", "b1", "b2", "deprivations", "reviewer_ids", "area_type")
_STEPS = (
    (f"{_REVIEW}/meeting", ("held_on", "attendees", "agreed")),
    (f"{_REVIEW}/posting", ("posted_on", "posted_until")),
)
_DECISION = (
    "decided_on",
    "status",
    "decision_no",
    "effective_from",
    "decided_by",
    "departure_reason",
)
EXAMPLES: Sequence[Sequence[str]] = ([column.example for column in COLUMNS.all],)

Exist = Callable[[Sequence[UUID]], frozenset[UUID]]


def units(sheet: Sheet, keyring: Keyring, exist: Exist) -> list[Unit]:
    """Give the reviews of a sheet, a row each."""
    reader = Reader(sheet, COLUMNS)
    rows = reader.rows()
    candidates = {row.number: list(_candidates(row, keyring)) for row in rows}
    known = exist([one for found in candidates.values() for one in found])
    return [_unit(reader, row, candidates[row.number], known) for row in rows]


def _candidates(row: Row, keyring: Keyring) -> Iterable[UUID]:
    """Give which households a row may mean: by id, or by code in the commune or what became it."""
    code = row.cells.get("household_code", "")
    try:
        yield UUID(code)
    except ValueError:
        commune = row.values.get("commune_code", "")
        if code and commune:
            for own in _names_of(commune, row.values.get("scored_on")):
                yield household_id(keyring, own, code)


def _names_of(code: str, scored_on: str | None) -> list[str]:
    commune = None if scored_on is None else commune_on(code, date.fromisoformat(scored_on))
    olds = tree().sources.get(commune, frozenset()) if commune is not None else frozenset()
    return [code, *sorted({old.code for old in olds} - {code})]


def _unit(reader: Reader, row: Row, candidates: Sequence[UUID], known: frozenset[UUID]) -> Unit:
    found = [one for one in candidates if one in known]
    remarks = [*row.remarks, *_unnamed(reader, row, candidates, found)]
    if remarks:
        return Unit(rows=(row.number,), remarks=tuple(remarks))
    household = found[0]
    scores = {"kind": "annual"} | {name: row.values[name] for name in _SCORES if name in row.values}
    told = " ".join(str(scores.get(name)) for name in ("year", "kind", "scored_on"))
    review = uuid5(NAMESPACE, f"import review {household} {told}")
    here = {"household_id": household}
    asks = [Ask(rule=f"{_BASE}/reviews", ids=here, body={"review_id": str(review), **scores})]
    for rule, names in _STEPS:
        if step := _given(row, names):
            asks.append(Ask(rule=rule, ids=here | {"review_id": review}, body=step))
    if decision := _given(row, _DECISION):
        body = {"review_id": str(review), **decision}
        asks.append(Ask(rule=f"{_BASE}/classifications", ids=here, body=body))
    return Unit(rows=(row.number,), asks=tuple(asks))


def _given(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row.values[name] for name in names if name in row.values}


def _unnamed(
    reader: Reader, row: Row, candidates: Sequence[UUID], found: Sequence[UUID]
) -> Iterable[Remark]:
    """Say why a row does not name exactly one household."""
    code = row.cells.get("household_code", "")
    if len(found) == 1:
        return
    if not code:
        vi, en = "ghi mã hộ", "write the code or id of the household"
        yield reader.remark(row.number, "household_code", "required", vi, en)
    elif not candidates:
        if "commune_code" not in row.cells:
            vi, en = "ghi mã xã của hộ", "write the commune code of the household"
            yield reader.remark(row.number, "commune_code", "required", vi, en)
    elif found:
        vi = "nhiều hộ trong xã mới cùng mã này; ghi mã xã cũ, hoặc mã UUID của hộ"
        en = "several households of the new commune have this code; give the old commune or the id"
        yield reader.remark(row.number, "household_code", "invalid", vi, en)
    else:
        vi = "không có hộ này trong địa bàn của bạn; nhập danh sách hộ trước hoặc sửa mã"
        en = "no such household in your area; import the households first, or correct the code"
        yield reader.remark(row.number, "household_code", "not-found", vi, en)

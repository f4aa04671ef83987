"""The sheet of households: one row a person, the rows of a household by its code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.households.api.imports.units import (
    Ask,
    Reader,
    Remark,
    Row,
    Unit,
    household_id,
    member_id,
)
from services.households.schemas import AREA_TYPES
from shared.sealing.keyring import Keyring
from shared.sheets import Column, Columns, Sheet
from shared.sheets import values as read

RURAL, URBAN = AREA_TYPES
_RELATIONS = {
    "spouse": ("vợ", "chồng", "wife", "husband"),
    "child": ("con đẻ", "con nuôi", "con trai", "con gái", "con dâu", "con rể"),
    "parent": ("cha", "mẹ", "bố", "bố đẻ", "mẹ đẻ", "bố mẹ", "cha mẹ"),
    "grandchild": ("cháu nội", "cháu ngoại"),
    "sibling": ("anh", "chị", "em", "anh chị em"),
}
COLUMNS = Columns(
    Column("household_code", "Mã hộ", "Household code", read.text, required=True, example="H001"),
    Column("commune_code", "Mã xã", "Commune code", read.commune, required=True, example="01858"),
    Column(
        "village", "Thôn", "Village", read.text, required=True,
        also=("thôn bản", "bản", "tổ dân phố", "thôn, tổ dân phố"), example="Nà Lẹng",
    ),
    Column(
        "area_type", "Khu vực", "Area", required=True, example="Nông thôn", also=("area type",),
        read=read.choice({RURAL: ("Nông thôn",), URBAN: ("Thành thị", "Đô thị")}),
    ),
    Column(
        "registered_on", "Ngày đăng ký", "Registered on", read.day, required=True,
        also=("ngày vào danh sách",), example="31/01/2024",
    ),
    Column("ethnicity", "Dân tộc", "Ethnicity", read.ethnicity(), example="Tày"),
    Column(
        "full_name", "Họ và tên", "Full name", read.text, required=True, also=("họ tên",),
        example="Nguyễn Văn A",
    ),
    Column(
        "relation", "Quan hệ với chủ hộ", "Relation to the head", required=True,
        read=read.listed("relation", _RELATIONS), also=("quan hệ",), example="Chủ hộ",
    ),
    Column("birth_date", "Ngày sinh", "Birth date", read.day, required=True, example="20/11/1980"),
    Column(
        "sex", "Giới tính", "Sex", read.listed("sex"), required=True, also=("nam nữ",),
        example="Nam",
    ),
    Column(
        "able_to_work", "Khả năng lao động", "Able to work", read.flag, required=True,
        also=("còn khả năng lao động",), example="Có",
    ),
    Column(
        "citizen_id", "Số căn cước", "Citizen number", read.citizen,
        also=("số CCCD", "CCCD", "số định danh", "căn cước công dân", "CMND", "citizen id"),
    ),
    Column("phone", "Điện thoại", "Phone", read.phone, also=("số điện thoại", "SĐT")),
    Column(
        "groups", "Nhóm đối tượng", "Groups", read.several(read.listed("household_group")),
        also=("đối tượng", "thuộc nhóm"), example="Dân tộc thiểu số",
    ),
    Column(
        "causes", "Nguyên nhân nghèo", "Causes of poverty", read.several(read.listed("cause")),
        also=("nguyên nhân", "causes"), example="Không có vốn; Không có đất sản xuất",
    ),
)  # fmt: skip
_AFTERWARDS = ("groups", "causes")
"""What is said of a household by commands of their own, as of its registration."""
_OF_HOUSEHOLD = (
    *("commune_code", "village", "area_type", "registered_on", "ethnicity"),
    *_AFTERWARDS,
)
_OF_PERSON = ("full_name", "relation", "birth_date", "sex", "able_to_work", "citizen_id", "phone")


@dataclass(slots=True)
class _Group:
    """The rows of one household as they turn up."""

    code: str
    commune: str
    rows: list[Row] = field(default_factory=list)


def units(sheet: Sheet, keyring: Keyring) -> list[Unit]:
    """Give the households of a sheet, in the order of their first rows."""
    reader = Reader(sheet, COLUMNS)
    rows = reader.rows()
    again = _numbers_seen_before(reader, rows)
    return [_unit(reader, keyring, group, again) for group in _groups(rows)]


def _groups(rows: Iterable[Row]) -> list[_Group]:
    """Put rows together by code and commune; blank ones go on with the household above."""
    found: dict[tuple[str, str], _Group] = {}
    last: _Group | None = None
    for row in rows:
        code = row.cells.get("household_code", last.code if last else "")
        above = last.commune if last and last.code == code else ""
        commune = str(row.values.get("commune_code", above))
        last = found.setdefault((code, commune), _Group(code, commune))
        last.rows.append(row)
    return list(found.values())


def _numbers_seen_before(reader: Reader, rows: Iterable[Row]) -> dict[int, Remark]:
    """Give a remark for each row whose citizen number stood in a row above."""
    first: dict[str, int] = {}
    found: dict[int, Remark] = {}
    for row in rows:
        number = row.values.get("citizen_id")
        if number is None:
            continue
        before = first.setdefault(number, row.number)
        if before != row.number:
            vi = f"số này đã có ở dòng {before}; giữ một dòng"
            en = f"this number stands in row {before} already; keep one of the rows"
            found[row.number] = reader.remark(row.number, "citizen_id", "duplicate-citizen", vi, en)
    return found


def _unit(reader: Reader, keyring: Keyring, group: _Group, again: dict[int, Remark]) -> Unit:
    numbers = tuple(row.number for row in group.rows)
    body, remarks = _household(reader, group)
    remarks += [remark for row in group.rows for remark in row.remarks]
    remarks += [again[number] for number in numbers if number in again]
    heads = [row for row in group.rows if row.values.get("relation") == "head"]
    if len(heads) != 1 and not any(_bad(row, reader.heading("relation")) for row in group.rows):
        vi = f"hộ này có {len(heads)} dòng Chủ hộ, cần đúng một"
        en = f"this household has {len(heads)} rows for a head, exactly one is needed"
        row = heads[1] if heads else group.rows[0]
        remarks.append(reader.remark(row.number, "relation", "out-of-range", vi, en))
    if remarks:
        return Unit(rows=numbers, remarks=tuple(remarks))
    own = household_id(keyring, group.commune, group.code)
    others = [row for row in group.rows if row is not heads[0]]
    people = [_person(keyring, own, row) for row in (heads[0], *others)]
    people[0].pop("relation")
    later = _later(own, body)
    body |= {"household_id": str(own), "head": people[0]}
    if others:
        body["members"] = people[1:]
    return Unit(
        rows=numbers,
        asks=(Ask(rule="/v1/households", ids={}, body=body),),
        later=later,
        parts={
            "/head": heads[0].number,
            **{f"/members/{index}": row.number for index, row in enumerate(others)},
        },
        owners=tuple(member_id(keyring, own, row.values) for row in group.rows),
    )


def _later(own: UUID, body: dict[str, Any]) -> tuple[Ask, ...]:
    """Take out of what is said of a household what is no part of its registration."""
    said = [(name, body.pop(name, None)) for name in _AFTERWARDS]
    return tuple(
        Ask(
            rule=f"/v1/households/<uuid:household_id>/{name}",
            ids={"household_id": own},
            body={"occurred_on": body["registered_on"], name: codes},
        )
        for name, codes in said
        if codes
    )


def _bad(row: Row, heading: str) -> bool:
    return any(remark.column == heading for remark in row.remarks)


def _household(reader: Reader, group: _Group) -> tuple[dict[str, Any], list[Remark]]:
    """Give what the rows say of the household, and remarks where they disagree."""
    body: dict[str, Any] = {}
    remarks: list[Remark] = []
    if not group.code:
        vi, en = "ghi mã hộ của cơ quan", "write the office's code of the household"
        remarks.append(reader.remark(group.rows[0].number, "household_code", "required", vi, en))
    for row in group.rows:
        for name in _OF_HOUSEHOLD:
            value = row.values.get(name)
            if value is None or body.setdefault(name, value) == value:
                continue
            vi, en = "khác dòng trên của cùng hộ", "differs from another row of the household"
            remarks.append(reader.remark(row.number, name, "invalid", vi, en))
    return body, remarks


def _person(keyring: Keyring, own: Any, row: Row) -> dict[str, Any]:
    told = {name: row.values[name] for name in _OF_PERSON if name in row.values}
    return {"member_id": str(member_id(keyring, own, row.values)), **told}


EXAMPLES: Sequence[Sequence[str]] = (
    [column.example for column in COLUMNS.all],
    ["H001", *[""] * 5, "Trần Thị B", "Vợ", "15/02/1982", "Nữ", "Có", *[""] * 4],
)

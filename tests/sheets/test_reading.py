"""Sheets are read as offices send them: any encoding, any delimiter, with Excel's habits."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from unicodedata import normalize
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from shared.sheets import (
    BadSheet,
    BadValue,
    Column,
    Columns,
    Sheet,
    SheetLimits,
    read,
    values,
    write,
)
from shared.sheets.columns import Read
from tests.support.imports import as_xlsx

COLUMNS = Columns(
    Column("name", "Họ và tên", "Full name", values.text, required=True),
    Column("born", "Ngày sinh", "Birth date", values.day, required=True),
    Column("phone", "Điện thoại", "Phone", values.phone),
)
TEXT = "Họ và tên;Ngày sinh;Điện thoại\nĐặng Thị Én;20/11/1980;0912345678\n"
ROWS = ((2, ("Đặng Thị Én", "20/11/1980", "0912345678")),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
def test_csv_is_read_in_every_unicode_encoding(encoding: str, mark: str) -> None:
    sheet = read(TEXT.replace(";", mark).encode(encoding), COLUMNS)
    assert (sheet.rows, sheet.delimiter) == (ROWS, mark)


def in_1258(text: str) -> bytes:
    """Write as Windows-1258 does: the tones as marks of their own, after their letters."""
    tones = {chr(mark) for mark in (0x300, 0x301, 0x303, 0x309, 0x323)}
    written = ""
    for letter in text:
        parts = normalize("NFD", letter)
        tone = "".join(part for part in parts if part in tones)
        written += normalize("NFC", "".join(part for part in parts if part not in tones)) + tone
    return written.encode("cp1258")


def test_windows_1258_is_read_and_composed() -> None:
    assert in_1258("ặ") == b"\xe3\xf2"
    assert read(in_1258(TEXT), COLUMNS).rows == ROWS


@pytest.mark.parametrize(
    "heads",
    ["HO VA TEN;ngay sinh", "Full name;Birth date", "Họ và tên (*);Ngày sinh (ngày/tháng/năm)",
     "name;born", "Họ và tên / Full name;Ngày sinh / Birth date"],
)  # fmt: skip
def test_headings_are_known_in_both_languages_without_marks_and_case(heads: str) -> None:
    assert read(f"{heads}\na;1/1/2000\n".encode(), COLUMNS).rows == ((2, ("a", "1/1/2000")),)


def test_titles_above_and_blank_rows_do_not_move_the_numbers_of_rows() -> None:
    title = ["SỞ NÔNG NGHIỆP", None, None]
    sheet = read(
        as_xlsx(title, [], ["TT", "Họ và tên", "Ngày sinh"], [1, "a", "x"], [], [2, "b", "y"]),
        COLUMNS,
    )
    assert (sheet.header_row, [number for number, _ in sheet.rows]) == (3, [4, 6])
    assert sheet.above == ((1, ("SỞ NÔNG NGHIỆP",)),)


def test_what_excel_keeps_as_dates_and_numbers_becomes_text() -> None:
    sheet = read(
        as_xlsx(
            ["Họ và tên", "Ngày sinh", "Điện thoại"],
            ["a", datetime(1980, 11, 20), 912345678],  # noqa: DTZ001 - Excel knows no zones
            ["b", date(1980, 11, 20), 912345678.0],
            [" b\u0065\u0301 \n c ", 29545, True],
        ),
        COLUMNS,
    )
    assert sheet.rows == (
        (2, ("a", "1980-11-20", "912345678")),
        (3, ("b", "1980-11-20", "912345678")),
        (4, ("bé c", "29545", "1")),
    )
    assert values.day("29545") == "1980-11-20"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04....", "unsupported-media"),
        (b"\xd0\xcf\x11\xe0....", "unsupported-media"),
        (b"\x00\x00\x00\x00", "unsupported-media"),
        (b"", "invalid"),
        ("Họ và tên;Điện thoại\na;1\n".encode(), "invalid"),
        ("Họ và tên;Ngày sinh;Full name\na;1;b\n".encode(), "invalid"),
        ('Họ và tên;Ngày sinh\n"a;1\n'.encode(), "invalid"),
    ],
    ids=["no-zip", "xls", "zeros", "empty", "missing", "twice", "quote"],
)
def test_what_is_no_sheet_says_what_to_do(raw: bytes, code: str) -> None:
    with pytest.raises(BadSheet) as found:
        read(raw, COLUMNS)
    assert found.value.code == code


@pytest.mark.parametrize(("rows", "passes"), [(3, True), (4, False)])
def test_the_rows_are_limited(rows: int, *, passes: bool) -> None:
    raw = ("Họ và tên;Ngày sinh\n" + "a;b\n" * rows).encode()
    bounds = SheetLimits(rows=3)
    if passes:
        assert len(read(raw, COLUMNS, bounds).rows) == rows
        return
    with pytest.raises(BadSheet, match="3 rows"):
        read(raw, COLUMNS, bounds)


@pytest.mark.parametrize(("extra", "passes"), [(0, True), (1, False)])
def test_the_bytes_are_limited(extra: int, *, passes: bool) -> None:
    raw = TEXT.encode()
    bounds = SheetLimits(file_bytes=len(raw) - extra)
    if passes:
        assert read(raw, COLUMNS, bounds).rows == ROWS
        return
    with pytest.raises(BadSheet) as found:
        read(raw, COLUMNS, bounds)
    assert found.value.code == "too-large"


def test_a_workbook_that_unfolds_to_too_much_is_not_unfolded() -> None:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b" " * 100_000)
    with pytest.raises(BadSheet) as found:
        read(made.getvalue(), COLUMNS, SheetLimits(unfolded_bytes=99_999))
    assert found.value.code == "too-large"


def test_a_row_that_says_it_is_endlessly_far_down_is_not_waited_for() -> None:
    whole = as_xlsx(["Họ và tên", "Ngày sinh"], ["a", "1/1/2000"], ["b", "1/1/2000"])
    made = BytesIO()
    with ZipFile(BytesIO(whole)) as old, ZipFile(made, "w") as book:
        for part in old.infolist():
            text = old.read(part).replace(b'<row r="3"', b'<row r="%d"' % 10**15)
            book.writestr(part.filename, text)
    (found,) = read(made.getvalue(), COLUMNS).rows
    assert found == (2, ("a", "1/1/2000"))


def test_entities_of_xml_are_not_expanded() -> None:
    whole = as_xlsx(["Họ và tên", "Ngày sinh"], ["a", "b"])
    made = BytesIO()
    with ZipFile(BytesIO(whole)) as old, ZipFile(made, "w") as book:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/workbook.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text
            book.writestr(part.filename, text)
    with pytest.raises(BadSheet) as found:
        read(made.getvalue(), COLUMNS)
    assert found.value.code == "unsupported-media"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_written_reads_the_same(form: str) -> None:
    rows = [(1, ["title"]), (3, ["Họ và tên", "Ngày sinh"]), (5, ["=1+1 <&> \x01", "007"])]
    content, _ = write(rows, form)
    sheet = read(content, COLUMNS)
    assert (sheet.form, sheet.header_row) == (form, 3)
    ((number, cells),) = sheet.rows
    assert number == 5
    assert cells[0].startswith("=1+1 <&>")
    assert cells[1] == "007"
    assert Sheet.unpacked(sheet.packed()) == sheet


@pytest.mark.parametrize(
    ("read_", "cell", "value"),
    [
        (values.day, "1/2/2024", "2024-02-01"),
        (values.day, "01-02-2024", "2024-02-01"),
        (values.day, "2024-02-01 00:00:00", "2024-02-01"),
        (values.day, "45323", "2024-02-01"),
        (values.day, "31/01/2024 00:00:00", "2024-01-31"),
        (values.day, "31/01/2024 0:00", "2024-01-31"),
        (values.day, "'01/02/1980", "1980-02-01"),
        (values.day, "1899", "1905-03-13"),
        (values.day, "2200", "1906-01-08"),
        (values.checked, "#1", "#1"),
        (values.whole, "1.000", 1000),
        (values.whole, "120,0", 120),
        (values.whole, "120", 120),
        (values.flag, "Có", True),
        (values.flag, "X", True),
        (values.flag, "không", False),
        (values.commune, "1858", "01858"),
        (values.commune, "01858", "01858"),
        (values.citizen, "6080000001", "006080000001"),
        (values.citizen, "60800000012", "060800000012"),
        (values.citizen, "006080000001", "006080000001"),
        (values.citizen, "095123456", "095123456"),
        (values.phone, "912345678", "0912345678"),
        (values.phone, "0912345678", "0912345678"),
        (values.several(values.text), "a, b;c", ["a, b", "c"]),
        (values.several(values.text), "a, b", ["a", "b"]),
        (values.ethnicity(), "Tày", "02"),
        (values.ethnicity(), "2", "02"),
        (values.listed("relation"), "chu ho", "head"),
        (values.listed("relation"), "head", "head"),
    ],
)  # fmt: skip
def test_cells_mean_what_people_mean(read_: Read, cell: str, value: object) -> None:
    assert read_(cell) == value


@pytest.mark.parametrize(
    ("read_", "cell", "code"),
    [
        (values.day, "31/02/2024", "wrong-type"),
        (values.day, "hôm qua", "wrong-type"),
        (values.day, "0", "wrong-type"),
        (values.day, "1900", "wrong-type"),
        (values.day, "1980", "wrong-type"),
        (values.day, "2199", "wrong-type"),
        (values.checked, "#N/A", "wrong-type"),
        (values.checked, "#REF!", "wrong-type"),
        (values.whole, "12,5", "wrong-type"),
        (values.whole, "nhiều", "wrong-type"),
        (values.flag, "có thể", "wrong-type"),
        (values.citizen, "6.08E+09", "wrong-type"),
        (values.listed("relation"), "hàng xóm", "not-in-list"),
    ],
)
def test_cells_that_mean_nothing_are_refused(read_: Read, cell: str, code: str) -> None:
    with pytest.raises(BadValue) as found:
        read_(cell)
    assert found.value.code == code
    assert " / " in str(found.value)

"""Sheets that are larger, deeper or less honest than they may be: refused before they are read."""

from __future__ import annotations

import struct
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from shared.sheets import BadSheet, Column, Columns, SheetLimits, read, values, write
from shared.sheets.columns import folded
from tests.support.imports import as_xlsx

COLUMNS = Columns(
    Column("name", "Họ và tên", "Full name", values.text, required=True),
    Column("born", "Ngày sinh", "Birth date", values.day, required=True),
)
HEADS = ("Họ và tên", "Ngày sinh")
AT_MOST = 3 * 2.0
"""Seconds of the processor: the promise is two, and a slow machine is no failure."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet: bytes, **others: bytes) -> bytes:
    """Give a workbook with another page, and other parts, named by their last name."""
    made = BytesIO()
    whole, _ = write([(1, HEADS), (2, ("a", "b"))], "xlsx")
    with ZipFile(BytesIO(whole)) as old, ZipFile(made, "w", ZIP_DEFLATED) as book:
        for part in old.infolist():
            last = part.filename.rpartition("/")[2].partition(".")[0]
            text = sheet if last == "sheet1" else others.get(last, old.read(part))
            book.writestr(part.filename, text)
    return made.getvalue()


def page(rows: bytes) -> bytes:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"


HEAD_ROW = (
    b'<row r="1">'
    + "".join(f'<c t="inlineStr"><is><t>{head}</t></is></c>' for head in HEADS).encode()
    + b"</row>"
)


def refused(raw: bytes, limits: SheetLimits | None = None) -> str:
    started = time.process_time()
    with pytest.raises(BadSheet) as found:
        read(raw, COLUMNS, limits)
    assert time.process_time() - started < AT_MOST
    assert found.value.vi != found.value.en
    return found.value.code


def lying(raw: bytes, at: int, form: str, value: int) -> bytes:
    """Change a number of the record that ends a ZIP archive."""
    end = raw.rfind(b"PK\x05\x06") + at
    return raw[:end] + struct.pack(form, value) + raw[end + struct.calcsize(form) :]


def test_a_real_sheet_of_ten_thousand_rows_and_twenty_columns_is_taken() -> None:
    heads = (*HEADS, *(f"cột {n}" for n in range(18)))
    rows = [(n + 2, ("Nông Văn Một", "20/11/1980", *["ô"] * 18)) for n in range(10_000)]
    for form in ("csv", "xlsx"):
        found = read(write([(1, heads), *rows], form)[0], COLUMNS)
        assert len(found.rows) == 10_000
        assert found.rows[-1] == rows[-1]


def test_two_million_cells_are_not_read() -> None:
    cells = b"<c><v>1</v></c>" * 200
    assert (
        refused(workbook(page(HEAD_ROW + (b"<row>" + cells + b"</row>") * 10_000))) == "too-large"
    )


@pytest.mark.parametrize(("more", "passes"), [(0, True), (1, False)])
def test_the_cells_are_limited(more: int, *, passes: bool) -> None:
    row = b"<row><c><v>1</v></c><c/></row>"
    raw = workbook(page(HEAD_ROW + row))
    limits = SheetLimits(cells=4 - more)
    if passes:
        assert read(raw, COLUMNS, limits).rows == ((2, ("1", "")),)
    else:
        assert refused(raw, limits) == "too-large"


@pytest.mark.parametrize(("more", "passes"), [(0, True), (1, False)])
def test_the_cells_of_csv_are_limited(more: int, *, passes: bool) -> None:
    raw = "Họ và tên;Ngày sinh\na;b\n".encode()
    limits = SheetLimits(cells=4 - more)
    if passes:
        assert read(raw, COLUMNS, limits).rows == ((2, ("a", "b")),)
    else:
        assert refused(raw, limits) == "too-large"


@pytest.mark.parametrize(("levels", "passes"), [(97, True), (98, False)])
def test_xml_is_no_deeper_than_a_hundred(levels: int, *, passes: bool) -> None:
    # the sheet, its rows and the row are three
    raw = workbook(page(HEAD_ROW + b"<row>" + b"<x>" * levels + b"</x>" * levels + b"</row>"))
    if passes:
        assert read(raw, COLUMNS).rows == ()
    else:
        assert refused(raw) == "unsupported-media"


def test_xml_a_hundred_thousand_deep_is_not_followed() -> None:
    deep = b"<x>" * 100_000 + b"</x>" * 100_000
    assert refused(workbook(page(deep))) == "unsupported-media"
    assert refused(workbook(page(HEAD_ROW), styles=deep)) == "unsupported-media"
    assert refused(workbook(page(HEAD_ROW), workbook=deep)) == "unsupported-media"


def test_a_million_styles_and_a_million_merged_cells_are_not_read() -> None:
    styles = f'<styleSheet xmlns="{_MAIN}"><cellXfs>'.encode() + b"<xf/>" * 1_000_000
    closed = styles + b"</cellXfs></styleSheet>"
    assert refused(workbook(page(HEAD_ROW), styles=closed)) == "too-large"
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:B1"/>' * 1_000_000 + b"</mergeCells>"
    whole = page(HEAD_ROW).replace(b"</worksheet>", merged + b"</worksheet>")
    assert refused(workbook(whole)) == "too-large"


def test_a_million_texts_are_not_kept() -> None:
    texts = f'<sst xmlns="{_MAIN}">'.encode() + b"<si><t>a</t></si>" * 1_000_000 + b"</sst>"
    assert refused(workbook(page(HEAD_ROW), styles=texts)) == "too-large"


def test_a_cell_at_the_very_end_of_a_page_does_no_harm() -> None:
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    middle = b'<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c></row>'
    assert read(workbook(page(HEAD_ROW + middle + last)), COLUMNS).rows == ((2, ("a", "")),)


def test_blank_rows_are_looked_at_only_so_far() -> None:
    far = HEAD_ROW + b'<row r="101"><c><v>1</v></c></row>'
    assert len(read(workbook(page(far)), COLUMNS, SheetLimits(scanned=101)).rows) == 1
    assert refused(workbook(page(far)), SheetLimits(scanned=100)) == "too-large"


def test_an_archive_of_too_many_parts_is_not_opened() -> None:
    made = BytesIO()
    with ZipFile(made, "w") as book:
        for number in range(60_000):
            book.writestr(f"xl/worksheets/sheet{number}.xml", b"")
    assert refused(made.getvalue()) == "too-large"


def test_a_directory_that_lies_is_not_believed() -> None:
    raw = as_xlsx(HEADS, ("a", "b"))
    for at, form, value in (
        (8, "<H", 3), (10, "<H", 60_000), (12, "<L", 0xFFFFFFFF), (12, "<L", 3), (16, "<L", 2**31),
    ):  # fmt: skip
        changed = lying(raw, at, form, value)
        if (at, value) == (8, 3):
            assert read(changed, COLUMNS).rows == ((2, ("a", "b")),)  # nobody needs that number
        else:
            assert refused(changed) in ("unsupported-media", "too-large")


def test_a_part_that_is_larger_than_it_says_is_damaged() -> None:
    raw = workbook(page(HEAD_ROW + b"<row/>" * 50_000))
    name = b"xl/sheet1.xml"
    at = raw.rfind(name) - 46
    size = struct.unpack("<L", raw[at + 24 : at + 28])[0]
    assert size > 300_000
    assert refused(raw[: at + 24] + struct.pack("<L", 100) + raw[at + 28 :]) == "unsupported-media"


def test_parts_of_one_name_and_parts_with_a_password_are_refused() -> None:
    made = BytesIO()
    with ZipFile(made, "w") as book:
        book.writestr("xl/workbook.xml", b"<a/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            book.writestr("xl/workbook.xml", b"<a/>")
    assert refused(made.getvalue()) == "unsupported-media"
    raw = as_xlsx(HEADS, ("a", "b"))
    at = raw.find(b"PK\x01\x02") + 8
    assert refused(raw[:at] + b"\x01" + raw[at + 1 :]) == "unsupported-media"


def test_an_archive_in_the_form_for_larger_ones_is_refused() -> None:
    raw = as_xlsx(HEADS, ("a", "b"))
    at = raw.rfind(b"PK\x05\x06")
    assert refused(raw[:at] + b"PK\x06\x07" + b"\0" * 16 + raw[at:]) == "unsupported-media"


MIB = 1024 * 1024


@pytest.mark.parametrize(
    "raw",
    [
        b"\n" * 8 * MIB,
        b"\r" * 8 * MIB,
        b"\r\n" * 4 * MIB,
        ("\n" * 4 * MIB).encode("utf-16-le"),
        b";" * 8 * MIB,
        b";,\t" * 2 * MIB,
        (b";" * 100 + b"\n") * 80_000,
        b'"' * 8 * MIB,
        b"a" * 8 * MIB,
        ("ă" * 4 * MIB).encode(),
        ("a;" + "\u0315\u0300" * 1000 + "\n").encode() * 2000,
        "Họ và tên;Ngày sinh\n".encode() + ("a" + "\u0315\u0300" * 65_000 + ";b\n").encode(),
    ],
    ids=["lf", "cr", "crlf", "utf-16", "semicolons", "marks", "blanks", "quotes", "one line",
         "letters", "marks over letters", "a long cell"],
)  # fmt: skip
def test_eight_mebibytes_of_nothing_are_refused_in_time(raw: bytes) -> None:
    folded.cache_clear()
    assert refused(raw) in ("invalid", "too-large")


@pytest.mark.parametrize(("more", "passes"), [(0, True), (1, False)])
def test_the_lines_of_csv_are_limited_blank_ones_too(more: int, *, passes: bool) -> None:
    raw = "Họ và tên;Ngày sinh\n\n\na;b\n".encode()
    limits = SheetLimits(lines=4 - more)
    if passes:
        assert read(raw, COLUMNS, limits).rows == ((4, ("a", "b")),)
    else:
        assert refused(raw, limits) == "too-large"


@pytest.mark.parametrize(("letters", "passes"), [(2000, True), (2001, False)])
def test_a_cell_is_no_longer_than_a_note(letters: int, *, passes: bool) -> None:
    raw = f"Họ và tên;Ngày sinh\n{'a' * letters};b\n".encode()
    if passes:
        assert len(read(raw, COLUMNS).rows[0][1][0]) == letters
    else:
        assert refused(raw) == "invalid"
